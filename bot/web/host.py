"""What the page asks of whoever serves it: who asks, what they may see, when they are answered."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol, TypeVar

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from bot.answer import READERS
from bot.records import Answer
from bot.web.interface import gr

Result = TypeVar("Result")


class Host(Protocol):
    """Behind a log-in, every method looks at the request."""

    def name(self, request: gr.Request) -> str:
        """The user's name; "" where nobody logs in."""

    def audiences(self, request: gr.Request) -> tuple[str, ...]:
        """Whose documents the user may see."""

    def steps(
        self, request: gr.Request, steps: Iterator[str | Answer]
    ) -> AsyncIterator[str | Answer]:
        """What `Bot.steps`, not begun yet, yields.

        Raises an error with `wait` in seconds where the user must ask again later.
        """

    async def run(
        self, request: gr.Request, work: Callable[[], Result], *, searches: bool = False
    ) -> Result:
        """The result of work in a thread. Raises as `steps`.

        `searches`: it counts as a question.
        """

    async def in_between(self, work: Callable[[], Result]) -> Result:
        """The result of work that nobody waits for, begun once no question is being answered."""


class LocalHost:
    """The host without a log-in: everyone sees what members see and is answered at once."""

    def name(self, request: gr.Request) -> str:
        """Nobody in particular."""
        return ""

    def audiences(self, request: gr.Request) -> tuple[str, ...]:
        """What members may see."""
        return READERS

    async def steps(
        self, request: gr.Request, steps: Iterator[str | Answer]
    ) -> AsyncIterator[str | Answer]:
        """The steps, each computed in a thread."""
        async for step in iterate_in_threadpool(steps):
            yield step

    async def run(
        self, request: gr.Request, work: Callable[[], Result], *, searches: bool = False
    ) -> Result:
        """The result, from a thread."""
        return await run_in_threadpool(work)

    async def in_between(self, work: Callable[[], Result]) -> Result:
        """The result, from a thread."""
        return await run_in_threadpool(work)
