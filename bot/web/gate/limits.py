"""How often anyone may ask or try to log in, and how much is answered at once. Owns limits.

Promise: a question is answered, or refused at once with the time to wait; nobody's slow answer holds up a quick one.
"""

import asyncio
import math
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.records import Answer
from bot.web.gate.visitor import Visitor, visitor
from index.errors import PlaidoyerError

OFFICE = 4  # an address may ask for as many members at full rate: an office has one address
MINUTES, PER_NAME, PER_ADDRESS = 15, 10, 30  # failed log-ins
# Encoding and ranking keep a processor busy: more threads than these answer no more questions, each one later (docs/api.md).
QUICK, WAITING = 2, 64
WRITING, WAITING_TO_WRITE = 8, 16  # calls to a chat model, which only wait for it
SLOW = frozenset(("writing",))  # the steps of `Bot.steps` after which a chat model is at work
AGAIN = 5  # seconds after which one who was refused for want of room may try again


class TooMany(PlaidoyerError):
    """This visitor asks too often, or asks while their last question is being answered; `wait` in seconds."""

    def __init__(self, wait: int):
        super().__init__(f"Too many questions. Ask again in {wait} seconds.")
        self.wait = wait


class Busy(PlaidoyerError):
    """Too many questions of everybody wait already."""

    wait = AGAIN

    def __init__(self) -> None:
        super().__init__(
            f"Too many members are asking at this moment. Ask again in {AGAIN} seconds."
        )


class Limiter:
    """Questions a minute: `a_minute` for each user, OFFICE times as many for the users of one address, 0 for any number."""

    def __init__(self, a_minute: int):
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._user, self._address = (
            (RateLimitItemPerMinute(a_minute), RateLimitItemPerMinute(OFFICE * a_minute))
            if a_minute
            else (None, None)
        )

    def take(self, asking: Visitor) -> None:
        """Count a question. Raises `TooMany`."""
        if self._user is None:
            return
        counted = [(self._address, "address", asking.address), (self._user, "user", asking.name)]
        for limit, *key in counted if asking.name else [(self._user, "address", asking.address)]:
            if not self._window.hit(limit, *key):
                raise TooMany(_wait(self._window, limit, *key))

    def allow(self, request: Any) -> bool:
        """Count a question of the request's visitor: may it be asked?"""
        try:
            self.take(visitor(request))
        except TooMany:
            return False
        return True


class Attempts:
    """Failed log-ins: PER_NAME for a name and PER_ADDRESS for an address in MINUTES. For one thread."""

    def __init__(self, per_name: int = PER_NAME, per_address: int = PER_ADDRESS):
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._name, self._address = (
            RateLimitItemPerMinute(per_name, MINUTES),
            RateLimitItemPerMinute(per_address, MINUTES),
        )

    def wait(self, name: str, address: str) -> int:
        """Seconds until the next attempt may be made, 0 for now."""
        keys = ((self._name, "name", name), (self._address, "address", address))
        return max(
            (
                _wait(self._window, limit, *key)
                for limit, *key in keys
                if not self._window.test(limit, *key)
            ),
            default=0,
        )

    def failed(self, name: str, address: str) -> None:
        """Count a failure."""
        self._window.hit(self._name, "name", name)
        self._window.hit(self._address, "address", address)

    def succeeded(self, name: str) -> None:
        """Forget the name's failures; the address keeps its own, else one good password would buy any number of guesses."""
        self._window.clear(self._name, "name", name)


class Lane:
    """Threads of its own and a bounded line before them."""

    def __init__(self, name: str, threads: int, waiting: int):
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most, self._inside, self._counting = threads + waiting, 0, threading.Lock()

    def submit(self, work: Callable, *arguments: Any) -> Future:
        """Line the work up. Raises `Busy` where the line is full."""
        with self._counting:
            if self._inside >= self._most:
                raise Busy
            self._inside += 1
        future = self._pool.submit(work, *arguments)
        future.add_done_callback(self._leave)
        return future

    def _leave(self, _: Future) -> None:
        with self._counting:
            self._inside -= 1


class Lanes:
    """Where every question of page, endpoints and tools is answered: first come, first served, the chat model's apart."""

    def __init__(self, waiting: int = WAITING):
        self._quick, self._slow = (
            Lane("quick", QUICK, waiting),
            Lane("writing", WRITING, WAITING_TO_WRITE),
        )
        self._asking: set[str] = set()

    async def run(self, work: Callable, *arguments: Any) -> Any:
        """The result of something quick. Raises `Busy`, and what the work raises."""
        return await asyncio.wrap_future(self._quick.submit(work, *arguments))

    async def steps(
        self, steps: Iterator[str | Answer], asker: str = ""
    ) -> AsyncIterator[str | Answer]:
        """What `steps`, a call of `Bot.steps` not begun yet, yields. `asker`: has one question at a time; "" for any number.

        Raises `Busy`, `TooMany`, and what the steps raise.
        """
        with self._alone(asker):
            loop, told, lane = asyncio.get_running_loop(), asyncio.Queue(), self._quick
            last: str | Answer | None = ""
            while isinstance(last, str):
                running = lane.submit(
                    _advance, steps, lambda step: loop.call_soon_threadsafe(told.put_nowait, step)
                )
                running.add_done_callback(
                    lambda done: loop.call_soon_threadsafe(told.put_nowait, done)
                )
                try:
                    while (step := await told.get()) is not running:
                        yield step
                finally:
                    running.cancel()  # no effect once it has begun
                last = running.result()
                if last is not None:
                    yield last
                lane = self._slow

    async def answer(self, steps: Iterator[str | Answer], asker: str = "") -> Answer:
        """The last of `steps`."""
        async for step in self.steps(steps, asker):
            answer = step
        return answer

    @contextmanager
    def _alone(self, asker: str) -> Iterator[None]:
        if asker in self._asking:
            raise TooMany(AGAIN)
        if asker:
            self._asking.add(asker)
        try:
            yield
        finally:
            self._asking.discard(asker)


def _advance(steps: Iterator[str | Answer], tell: Callable[[str], None]) -> str | Answer | None:
    """Tell the steps up to a slow one or the answer, which is returned."""
    for step in steps:
        if isinstance(step, Answer) or step in SLOW:
            return step
        tell(step)
    return None


def _wait(window: MovingWindowRateLimiter, limit: RateLimitItem, *key: str) -> int:
    return max(1, math.ceil(window.get_window_stats(limit, *key).reset_time - time.time()))
