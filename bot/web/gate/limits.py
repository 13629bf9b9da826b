"""How often anyone may ask or try to log in, and how much is answered at once. Owns limits.

Promise: a question is answered, or refused at once with the time to wait; nobody's slow answer
delays a quick one, and nobody's many questions delay another's one by more than a turn.
"""

import asyncio
import math
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.records import Answer
from bot.web.gate.visitor import Visitor
from index.errors import PlaidoyerError

OFFICE = 4  # the users of one address at full rate: an office has one address
MINUTES, PER_NAME, PER_ADDRESS = 15, 10, 30  # failed log-ins
# Encoding and ranking keep a processor busy: more threads than these answer no more questions,
# each one later (docs/api.md).
QUICK, WAITING = 2, 64
EACH = 8  # of these that wait or run for one visitor
WRITING, WAITING_TO_WRITE = 8, 16  # calls to a chat model, which only wait for it
SLOW = frozenset(("writing",))  # the steps of `Bot.steps` after which a chat model is at work
RETRY_AFTER = 5  # seconds, where there was no room


class TooMany(PlaidoyerError):
    """This visitor asks too often, or while their last question is being answered.

    `wait` in seconds.
    """

    def __init__(self, wait: int):
        super().__init__(f"Too many questions. Ask again in {wait} seconds.")
        self.wait = wait


class Busy(PlaidoyerError):
    """Too many questions of all visitors wait already; `wait` in seconds."""

    wait = RETRY_AFTER

    def __init__(self) -> None:
        super().__init__(
            f"Too many members are asking at this moment. Ask again in {RETRY_AFTER} seconds."
        )


class Limiter:
    """Questions a minute: `a_minute` for each user, OFFICE times as many for the users of one
    address; 0 for no limit."""

    def __init__(self, a_minute: int):
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._a_minute = a_minute

    def take(self, visitor: Visitor) -> None:
        """Count a question. Raises `TooMany`."""
        if not self._a_minute:
            return
        for_user = RateLimitItemPerMinute(self._a_minute)
        if visitor.name:
            for_address = RateLimitItemPerMinute(OFFICE * self._a_minute)
            self._hit(for_address, "address", visitor.address)
            self._hit(for_user, "user", visitor.name)
        else:
            self._hit(for_user, "address", visitor.address)

    def _hit(self, limit: RateLimitItem, *key: str) -> None:
        if not self._window.hit(limit, *key):
            raise TooMany(_wait(self._window, limit, *key))


class Attempts:
    """Failed log-ins: `per_name` and `per_address` in MINUTES. For one thread."""

    def __init__(self, per_name: int = PER_NAME, per_address: int = PER_ADDRESS):
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._name = RateLimitItemPerMinute(per_name, MINUTES)
        self._address = RateLimitItemPerMinute(per_address, MINUTES)

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
        """Forget the failures of the name.

        Those of the address stay, else one good password would buy any number of guesses.
        """
        self._window.clear(self._name, "name", name)


class Lane:
    """Threads of its own and a bounded queue before them, in which visitors take turns.

    `each`: how much one visitor may have in it. First come, first served among a visitor's own.
    """

    def __init__(self, name: str, threads: int, waiting: int, each: int):
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most, self._each, self._lock = threads + waiting, each, threading.Lock()
        self._inside: Counter[str] = Counter()
        # By visitor, the one whose turn is next first.
        self._lines: OrderedDict[str, deque[tuple[Future, Callable]]] = OrderedDict()

    def submit(self, visitor: str, work: Callable) -> Future:
        """Queue the visitor's work. Raises `Busy` where the queue is full, `TooMany` for `each`."""
        future: Future = Future()
        with self._lock:
            if self._inside[visitor] >= self._each:
                raise TooMany(RETRY_AFTER)
            if self._inside.total() >= self._most:
                raise Busy
            self._inside[visitor] += 1
            self._lines.setdefault(visitor, deque()).append((future, work))
        future.add_done_callback(lambda _: self._leave(visitor))
        self._pool.submit(self._take_turn)  # as often as there is work, whosever it will be
        return future

    def _take_turn(self) -> None:
        with self._lock:
            visitor, line = self._lines.popitem(last=False)
            future, work = line.popleft()
            if line:
                self._lines[visitor] = line
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(work())
            except BaseException as error:  # whatever it is, whoever waits for it gets it
                future.set_exception(error)

    def _leave(self, visitor: str) -> None:
        with self._lock:
            self._inside[visitor] -= 1
            if not self._inside[visitor]:
                del self._inside[visitor]


class Lanes:
    """Where the questions and views of page, endpoints and tools are worked on, visitors in turn.

    Work that waits for a chat model has a lane of its own. `each`: how much of one visitor may be
    in a lane, half as much in the slow one.
    """

    def __init__(self, waiting: int = WAITING, each: int = EACH):
        self._quick = Lane("quick", QUICK, waiting, each)
        self._slow = Lane("writing", WRITING, WAITING_TO_WRITE, each // 2)
        self._asking: set[str] = set()

    async def run(self, visitor: str, work: Callable, *arguments: Any) -> Any:
        """The result of quick work. Raises `Busy`, `TooMany`, and what the work raises."""
        return await asyncio.wrap_future(self._quick.submit(visitor, partial(work, *arguments)))

    async def steps(
        self, visitor: str, steps: Iterator[str | Answer], asker: str = ""
    ) -> AsyncIterator[str | Answer]:
        """What `steps`, the visitor's call of `Bot.steps` not begun yet, yields.

        `asker` has one question at a time; "" for any number. Raises `Busy`, `TooMany`, and what
        the steps raise.
        """
        with self._one_question(asker):
            loop, lane = asyncio.get_running_loop(), self._quick
            passed: asyncio.Queue[str | Future] = asyncio.Queue()  # steps, then the ended work

            def put(item: str | Future) -> None:
                loop.call_soon_threadsafe(passed.put_nowait, item)

            last: str | Answer | None = ""
            while isinstance(last, str):
                running = lane.submit(visitor, partial(_advance, steps, put))
                running.add_done_callback(put)
                try:
                    while isinstance(step := await passed.get(), str):
                        yield step
                finally:
                    running.cancel()  # no effect once it has begun
                last = running.result()
                if last is not None:
                    yield last
                lane = self._slow

    async def answer(self, visitor: str, steps: Iterator[str | Answer], asker: str = "") -> Answer:
        """The last of `steps`. Raises as `steps`."""
        async for step in self.steps(visitor, steps, asker):
            last = step
        assert isinstance(last, Answer)
        return last

    @contextmanager
    def _one_question(self, asker: str) -> Iterator[None]:
        if asker in self._asking:
            raise TooMany(RETRY_AFTER)
        if asker:
            self._asking.add(asker)
        try:
            yield
        finally:
            self._asking.discard(asker)


def _advance(steps: Iterator[str | Answer], put: Callable[[str], None]) -> str | Answer | None:
    """Pass the steps on up to a slow one or the answer, which is returned."""
    for step in steps:
        if isinstance(step, Answer) or step in SLOW:
            return step
        put(step)
    return None


def _wait(window: MovingWindowRateLimiter, limit: RateLimitItem, *key: str) -> int:
    """Seconds until the limit lets the next one through, at least 1."""
    return max(1, math.ceil(window.get_window_stats(limit, *key).reset_time - time.time()))
