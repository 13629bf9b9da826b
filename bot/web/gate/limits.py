"""How often anyone may ask or try to log in, and how much is answered at once. Owns limits.

Promise: a question is answered, or refused with the time to wait, at once for whoever does wait;
nobody's slow answer delays a quick one, and nobody's many questions delay another's one by more
than a turn.
"""

import asyncio
import math
import threading
import time
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from bot.complaints import complain
from bot.records import Answer
from bot.web.gate.visitor import Visitor
from index.errors import PlaidoyerError

Result = TypeVar("Result")
OFFICE = 4  # the users of one address at full rate: an office has one address
MINUTES, PER_NAME, PER_ADDRESS = 15, 10, 30  # failed log-ins
# Encoding and ranking keep all processors busy: two threads answered no more questions than one,
# each one later, and a greedy visitor's slowed another's (docs/api.md).
QUICK, WAITING = 1, 64
EACH = 8  # of these that wait or run for one visitor
WRITING, WAITING_TO_WRITE = 8, 16  # calls to a chat model, which only wait for it
READ = 300  # documents opened and pages of PDFs drawn for a visitor in a minute
SLOW = frozenset(("writing",))  # the steps of `Bot.steps` after which a chat model is at work
RETRY_AFTER = 5  # seconds, where there was no room
GIVING_WAY = 0.05  # seconds after which who gives way looks again
PATIENCE = 0.5  # seconds that Redis has for a reply
AWAY = 30  # seconds after which a Redis that did not reply is asked again
HELD, MOST_HELD = 1.0, 256  # seconds that a refusal is held, and how many of them at once


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


class RedisUnusable(PlaidoyerError):
    """What is set is no address of a Redis, or there is nothing to speak to it with."""


class Counts:
    """Counts of what was asked, within a minute or more: in Redis, which all replicas share.

    In this process's memory where there is none, and as long as it does not reply: whoever asks is
    then limited by each replica on its own. Safe to use from several threads. Raises
    `RedisUnusable` when it is made, and nothing later.
    """

    def __init__(self, redis_url: str = ""):
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = self._of_redis(redis_url) if redis_url else None
        self._asked_again = 0.0  # time.monotonic() before which Redis is not asked

    @staticmethod
    def _of_redis(url: str) -> MovingWindowRateLimiter:
        seconds = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        try:
            storage = storage_from_string(
                url, wrap_exceptions=True, key_prefix="plaidoyer", **seconds
            )
        except (ConfigurationError, ValueError) as error:
            raise RedisUnusable(
                f"PLAIDOYER_REDIS_URL cannot be used ({error}). Set it to an address such as "
                "redis://127.0.0.1:6379, and install its client: pip install '.[redis]'"
            ) from error
        return MovingWindowRateLimiter(storage)

    def hit(self, limit: RateLimitItem, *key: str) -> bool:
        """Count one, if the limit lets it through; does it?"""
        return self._asked(lambda window: window.hit(limit, *key))

    def wait(self, limit: RateLimitItem, *key: str) -> int:
        """Seconds until the limit lets the next one through, 0 for now."""
        if self._asked(lambda window: window.test(limit, *key)):
            return 0
        reset = self._asked(lambda window: window.get_window_stats(limit, *key)).reset_time
        return max(1, math.ceil(reset - time.time()))

    def clear(self, limit: RateLimitItem, *key: str) -> None:
        """Forget what was counted."""
        self._asked(lambda window: window.clear(limit, *key))

    def _asked(self, ask: Callable[[MovingWindowRateLimiter], Result]) -> Result:
        if self._shared and time.monotonic() >= self._asked_again:
            try:
                return ask(self._shared)
            except StorageError as error:
                self._asked_again = time.monotonic() + AWAY
                complain(f"Warning: Redis does not reply ({error}): each replica limits alone.")
        return ask(self._own)


class Limiter:
    """`what` a minute: `a_minute` for each user, OFFICE times as many for the users of one address;
    0 for no limit."""

    def __init__(self, a_minute: int, what: str = "questions", counts: Counts | None = None):
        self._counts, self._what = counts or Counts(), what
        self._a_minute = a_minute

    def take(self, visitor: Visitor) -> None:
        """Count a question. Raises `TooMany`."""
        if not self._a_minute:
            return
        for_user = RateLimitItemPerMinute(self._a_minute, namespace=self._what)
        if visitor.name:
            for_address = RateLimitItemPerMinute(OFFICE * self._a_minute, namespace=self._what)
            self._hit(for_address, "address", visitor.address)
            self._hit(for_user, "user", visitor.name)
        else:
            self._hit(for_user, "address", visitor.address)

    def _hit(self, limit: RateLimitItem, *key: str) -> None:
        if not self._counts.hit(limit, *key):
            raise TooMany(self._counts.wait(limit, *key) or 1)


class Refusals:
    """Answers at leisure whoever asks again without waiting. `clock` counts seconds, `sleep` waits.

    For one event loop. A refusal costs a millisecond of the processor that the others' answers
    need, and some clients ask again at once, on many connections (docs/api.md: measured).
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable] = asyncio.sleep,
    ):
        self._clock, self._sleep = clock, sleep
        self._last: OrderedDict[str, float] = OrderedDict()  # when each visitor was refused last
        self._held = 0

    async def hold(self, visitor: str) -> None:
        """Return at once for a first refusal within RETRY_AFTER seconds, else after HELD."""
        now = self._clock()
        again = now - self._last.get(visitor, -math.inf) < RETRY_AFTER
        self._last[visitor] = now
        self._last.move_to_end(visitor)
        if len(self._last) > MOST_HELD:
            self._last.popitem(last=False)
        if again and self._held < MOST_HELD:
            self._held += 1
            try:
                await self._sleep(HELD)
            finally:
                self._held -= 1


class Attempts:
    """Failed log-ins: `per_name` and `per_address` in MINUTES. For one thread."""

    def __init__(
        self,
        per_name: int = PER_NAME,
        per_address: int = PER_ADDRESS,
        counts: Counts | None = None,
    ):
        self._counts = counts or Counts()
        self._name = RateLimitItemPerMinute(per_name, MINUTES, "log-ins")
        self._address = RateLimitItemPerMinute(per_address, MINUTES, "log-ins")

    def wait(self, name: str, address: str) -> int:
        """Seconds until the next attempt may be made, 0 for now."""
        return max(
            self._counts.wait(self._name, "name", name),
            self._counts.wait(self._address, "address", address),
        )

    def failed(self, name: str, address: str) -> None:
        """Count a failure."""
        self._counts.hit(self._name, "name", name)
        self._counts.hit(self._address, "address", address)

    def succeeded(self, name: str) -> None:
        """Forget the failures of the name.

        Those of the address stay, else one good password would buy any number of guesses.
        """
        self._counts.clear(self._name, "name", name)


class Lane:
    """Threads of its own and a bounded queue before them, in which visitors take turns.

    `each`: how much one visitor may have in it; `at_once`: how much of that is worked on.
    First come, first served among a visitor's own.
    """

    def __init__(self, name: str, threads: int, waiting: int, *, each: int, at_once: int):
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most, self._each, self._at_once = threads + waiting, each, at_once
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._lines: defaultdict[str, deque[tuple[Future, Callable]]] = defaultdict(deque)
        # Who waits and has nothing, or little enough, worked on; whose turn is next first.
        self._turns: OrderedDict[str, None] = OrderedDict()

    def submit(self, visitor: str, work: Callable) -> Future:
        """Queue the visitor's work. Raises `Busy` where the queue is full, `TooMany` for `each`."""
        future: Future = Future()
        with self._lock:
            if self._inside.total() >= self._most:
                raise Busy
            if self._inside[visitor] >= self._each:
                raise TooMany(RETRY_AFTER)
            self._inside[visitor] += 1
            self._lines[visitor].append((future, work))
            self._line_up(visitor)
        future.add_done_callback(lambda _: self._leave(visitor))
        return future

    @property
    def waiting(self) -> int:
        """How much waits for its turn."""
        with self._lock:
            return sum(map(len, self._lines.values()))

    @property
    def is_idle(self) -> bool:
        """Is there nothing in it?"""
        return not self._inside

    def _line_up(self, visitor: str) -> None:
        """Let the visitor have a turn, at the end of the round, if there is work and may be."""
        if self._lines[visitor] and self._running[visitor] < self._at_once:
            self._turns.setdefault(visitor)
            self._pool.submit(self._take_turn)

    def _take_turn(self) -> None:
        with self._lock:
            if not self._turns:
                return
            visitor, _ = self._turns.popitem(last=False)
            future, work = self._lines[visitor].popleft()
            self._running[visitor] += 1
            self._line_up(visitor)
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(work())
            except BaseException as error:  # whatever it is, whoever waits for it gets it
                future.set_exception(error)
        with self._lock:
            self._running[visitor] -= 1
            self._line_up(visitor)
            if not (self._lines[visitor] or self._running[visitor]):
                del self._lines[visitor], self._running[visitor]

    def _leave(self, visitor: str) -> None:
        with self._lock:
            self._inside[visitor] -= 1
            if not self._inside[visitor]:
                del self._inside[visitor]


class Lanes:
    """Where the questions and views of page, endpoints and tools are worked on, visitors in turn.

    Work that waits for a chat model has a lane of its own. `alone`: there is one visitor only, who
    leaves no room for others.
    """

    def __init__(self, waiting: int = WAITING, *, alone: bool = False):
        each = QUICK + waiting if alone else EACH
        self._quick = Lane("quick", QUICK, waiting, each=each, at_once=QUICK)
        self._looking = Lane("looking", QUICK, waiting, each=each, at_once=QUICK)
        self._drawing = Lane("drawing", QUICK, waiting, each=each, at_once=QUICK)
        self._reading = Lane("drafts", QUICK, waiting, each=2, at_once=QUICK)
        self._slow = Lane("writing", WRITING, WAITING_TO_WRITE, each=EACH, at_once=WRITING // 2)
        self._asking: set[str] = set()

    @property
    def waiting(self) -> int:
        """How much waits in all of them."""
        return sum(lane.waiting for lane in (self._quick, self._looking, self._slow))

    async def run(self, visitor: str, work: Callable, *, searches: bool = True) -> Any:
        """The result of quick work. Raises `Busy`, `TooMany`, and what the work raises.

        What only looks something up, and `searches` for nothing, waits for no search.
        """
        lane = self._quick if searches else self._looking
        return await asyncio.wrap_future(lane.submit(visitor, work))

    async def draw(self, visitor: str, work: Callable[[], Result]) -> Result:
        """The result of showing a document, for which nothing else waits. Raises as `run`."""
        return await asyncio.wrap_future(self._drawing.submit(visitor, work))

    async def read(self, visitor: str, work: Callable[[], Result]) -> Result:
        """The result of reading a draft, for which nothing else waits. Raises as `run`."""
        return await asyncio.wrap_future(self._reading.submit(visitor, work))

    async def in_between(self, work: Callable[[], Any]) -> Any:
        """The result of quick work, begun once no visitor searches. Raises what it raises."""
        while not self._quick.is_idle:
            await asyncio.sleep(GIVING_WAY)
        return await asyncio.wrap_future(self._quick.submit("", work))

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
