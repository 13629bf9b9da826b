"""Asking and searching for programs.

POST /api/ask, GET and POST /api/search, POST /api/verify, and gradio's endpoints /ask, /search and
/verify, which are also the tools of the MCP server.

All give the JSON of the command line, within the visitor's audiences and rate, from the same lanes.
"""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.answer import Bot
from bot.citations import Citations
from bot.complaints import complain
from bot.question.understand import LONGEST, QuestionRefused
from bot.records import Answer, Scope, Turn, search_as_json, turns_of
from bot.usage import Use
from bot.views.draft import Finding, Piece, pieces
from bot.web.gate.access import refused
from bot.web.gate.limits import Busy, Lanes, Limiter, Refusals, TooMany
from bot.web.gate.visitor import audiences, visitor
from bot.web.interface import gr
from bot.web.labels import LABELS
from bot.web.metrics import Metrics
from index.errors import PlaidoyerError
from index.passage import KINDS

Result = TypeVar("Result")
LONGEST_DRAFT, SENTENCES = 50_000, 40  # characters of a draft; sentences of it that are checked
AT_ONCE = 2  # sentences of a draft between which others have their turn
MOST = 50  # passages of a search; earlier questions of a conversation
USAGE = (
    'Send {"question": "...", "history": ["..."]} to /api/ask, '
    '{"question": "...", "k": 10} to /api/search, {"text": "..."} to /api/verify.'
)


ShortText = Annotated[str, Field(max_length=LONGEST)]
Texts = Annotated[list[ShortText], Field(max_length=MOST)]
Year = Annotated[str, Field(pattern=r"^\d{4}$")]
Kind = Annotated[str, Field(pattern=f"^({'|'.join(KINDS)})$")]


class ToAsk(BaseModel):
    """The body of POST /api/ask. `documents` to `themes`: the scope, as in `records.Scope`."""

    question: str
    history: Texts = []
    history_documents: Texts = []
    id: Annotated[str, Field(max_length=LONGEST)] | int | None = None
    documents: Texts = []
    years: Annotated[list[Year], Field(max_length=MOST)] = []
    kinds: Annotated[list[Kind], Field(max_length=MOST)] = []
    themes: Texts = []

    def scope(self) -> Scope:
        """The documents that it is asked of."""
        return Scope(*map(tuple, (self.documents, self.years, self.kinds, self.themes)))

    def turns(self) -> tuple[Turn, ...]:
        """The history, its last turn with the documents that were cited."""
        return turns_of(self.history, self.history_documents)


class ToSearch(ToAsk):
    """The body of POST /api/search."""

    k: Annotated[int, Field(ge=1, le=MOST)] = 10


class ToVerify(BaseModel):
    """The body of POST /api/verify: a draft."""

    text: Annotated[str, Field(max_length=LONGEST_DRAFT)]
    id: Annotated[str, Field(max_length=LONGEST)] | int | None = None


class Service:
    """What the page and every way in for programs share.

    `opened()` gives the bot, waiting until it is ready.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (who may ask, in which order, and what is counted)
        self,
        opened: Callable[[], Bot],
        limiter: Limiter,
        lanes: Lanes,
        metrics: Metrics,
        use: Use,
        citations: Citations,
    ):
        self._opened, self._limiter, self._lanes = opened, limiter, lanes
        self._metrics, self._use, self._citations = metrics, use, citations

    def name(self, request: Any) -> str:
        """The user's name; "" where nobody logs in."""
        return visitor(request).name

    def audiences(self, request: Any) -> tuple[str, ...]:
        """Whose documents the visitor may see."""
        return audiences(request)

    async def steps(
        self, request: gr.Request, steps: Iterator[str | Answer]
    ) -> AsyncIterator[str | Answer]:
        """For the page: what `Bot.steps` yields; one question at a time in each open page.

        Raises as `ask`.
        """
        asking = visitor(request)
        self._limiter.take(asking)
        page = f"{asking.name} {request.session_hash}"
        async for step in self._lanes.steps(asking.key, self._counted(steps), page):
            yield step

    async def run(
        self, request: Any, work: Callable[[], Result], *, searches: bool = False
    ) -> Result:
        """The result of quick work in the visitor's turn; `searches`: it counts as a question.

        Raises `TooMany`, `Busy`, and what the work raises.
        """
        asking = visitor(request)
        if searches:
            self._limiter.take(asking)
        return await self._lanes.run(asking.key, work, searches=searches)

    async def in_between(self, work: Callable[[], Result]) -> Result:
        """The result of quick work of the house's own, which gives way to every visitor's."""
        return await self._lanes.in_between(work)

    async def ask(self, request: Any, asked: ToAsk) -> dict:
        """The answer's JSON; one at a time for each user.

        Raises `TooMany`, `Busy`, and as `Bot.ask`.
        """
        asking = visitor(request)
        self._limiter.take(asking)
        steps = self._counted(self._steps(asked, asking.audiences))
        answer = await self._lanes.answer(asking.key, steps, asking.name)
        return answer.as_json(asked.id)

    async def search(self, request: Any, asked: ToSearch) -> dict:
        """The passages' JSON. Raises as `ask`."""
        seen, started = audiences(request), time.perf_counter()
        hits = await self.run(
            request,
            lambda: self._opened().search(
                asked.question, asked.k, seen, asked.turns(), asked.scope()
            ),
            searches=True,
        )
        return search_as_json(asked.id, asked.question, hits, time.perf_counter() - started)

    async def verify(self, request: Any, asked: ToVerify) -> dict:
        """What is found on each sentence of the draft, and how many were not checked: those behind
        the first 40 or 50,000 characters, and what is too long to be asked. Raises as `ask`."""
        cut, found = await self.check(request, lambda: asked.text)
        checked = [finding.as_json() for finding in found]
        left_out = sum(piece.why in ("behind", "too_long") for piece in cut)
        return {"id": asked.id, "sentences": checked, "left_out": left_out}

    def _counted(self, steps: Iterator[str | Answer]) -> Iterator[str | Answer]:
        return self._citations.counted(self._use.counted(self._metrics.measured(steps)))

    async def check(
        self, request: Any, read: Callable[[], str]
    ) -> tuple[list[Piece], list[Finding]]:
        """The pieces of the draft that `read` gives, and what is found on those with a number.

        Raises as `ask`, and what `read` raises.
        """
        asking = visitor(request)
        self._limiter.take(asking)
        cut = await self._lanes.read(
            asking.key, lambda: pieces(read(), SENTENCES, LONGEST, LONGEST_DRAFT)
        )
        sentences = [(piece.number, piece.text) for piece in cut if piece.number]
        found = list[Finding]()
        for first in range(0, len(sentences), AT_ONCE):
            some = sentences[first : first + AT_ONCE]
            work = partial(self._verified, some, asking.audiences)
            found += await self._lanes.run(asking.key, work)
        return cut, found

    def _verified(
        self, sentences: Sequence[tuple[int, str]], audiences: Sequence[str]
    ) -> list[Finding]:
        """In the thread that answers, so that the bot is waited for there."""
        return self._opened().verify(sentences, audiences)

    def _steps(self, asked: ToAsk, audiences: Sequence[str]) -> Iterator[str | Answer]:
        """A generator, so that the bot is waited for in the thread that answers, not here."""
        turns, scope = asked.turns(), asked.scope()
        yield from self._opened().steps(asked.question, turns, audiences, "", scope)


def serve_api(app: FastAPI, service: Service) -> None:
    """Add the routes, and the JSON of what goes wrong, to the app."""
    refusals = Refusals()

    async def ask(asked: ToAsk, request: Request) -> dict:
        return await service.ask(request, asked)

    async def search(asked: ToSearch, request: Request) -> dict:
        return await service.search(request, asked)

    async def verify(asked: ToVerify, request: Request) -> dict:
        return await service.verify(request, asked)

    async def search_by_query(asked: Annotated[ToSearch, Query()], request: Request) -> dict:
        return await service.search(request, asked)

    async def failed(request: Request, error: PlaidoyerError) -> Response:
        if isinstance(error, Busy | TooMany):
            await refusals.hold(visitor(request).key)
        return _failed(error)

    app.post("/api/ask")(ask)
    app.post("/api/search")(search)
    app.get("/api/search")(search_by_query)
    app.post("/api/verify")(verify)
    app.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])(_nothing)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(PlaidoyerError)(failed)


def add_endpoints(service: Service) -> None:
    """Add gradio's endpoints /ask, /search and /verify, all that are public, to the gr.Blocks.

    Not queued by gradio: the lanes are their queue, and an MCP tool call would otherwise go out to
    the Host header's address.
    """

    # Their docstrings are the descriptions of the MCP tools. The history is not validated: an
    # earlier question may be of any length here.
    async def ask(question: str, request: gr.Request, history: list[str] | None = None) -> dict:
        """Ask the federation's documents a question, in French or English. The answer quotes them
        word for word, each quote with its source, or says that nothing was found.

        Args:
            question: The question, at most 2,000 characters.
            history: The earlier questions of the conversation, oldest first.
        """
        asked = ToAsk.model_construct(question=question, history=(history or [])[-MOST:])
        return await _for_gradio(request, service.ask(request, asked))

    async def search(question: str, request: gr.Request, k: int = 10) -> dict:
        """List the passages of the federation's documents that answer a question best, best first.

        Args:
            question: The question, at most 2,000 characters.
            k: How many passages, 1 to 50.
        """
        asked = ToSearch(question=question, k=min(max(1, int(k)), MOST))
        return await _for_gradio(request, service.search(request, asked))

    async def verify(text: str, request: gr.Request) -> dict:
        """Check a draft (a speech, a letter, a post) sentence by sentence against the federation's
        documents: said word for word, near, in conflict by a figure, date or name, outdated, or
        nothing found. At most 40 sentences are checked; "left_out" says how many were not.

        Args:
            text: The draft, at most 50,000 characters.
        """
        asked = ToVerify.model_construct(text=text)
        return await _for_gradio(request, service.verify(request, asked))

    for endpoint in (ask, search, verify):
        gr.api(endpoint, api_name=endpoint.__name__, queue=False)


async def _for_gradio(request: Any, answering: Awaitable[dict]) -> Any:
    """The object; its JSON for a tool call, whose result gradio would print as Python.

    A tool call's request is starlette's own.
    """
    try:
        answered = await answering
    except PlaidoyerError as error:
        raise gr.Error(_explained(error)[1], print_exception=False) from error
    return answered if isinstance(request, gr.Request) else json.dumps(answered, ensure_ascii=False)


def _nothing(path: str) -> Response:
    return refused(404, "NotFound", f"There is no such endpoint, or not by this method. {USAGE}")


def _invalid(request: Request, error: RequestValidationError) -> Response:
    wrong = "; ".join(
        f"{'.'.join(map(str, flaw['loc'][1:])) or 'body'}: {flaw['msg']}"
        for flaw in error.errors()[:3]
    )
    return refused(422, "RequestInvalid", f"{wrong}. {USAGE}")


def _failed(error: PlaidoyerError) -> Response:
    status, detail = _explained(error)
    headers = {"Retry-After": str(error.wait)} if isinstance(error, Busy | TooMany) else None
    return refused(status, type(error).__name__, detail, headers)


def _explained(error: PlaidoyerError) -> tuple[int, str]:
    """The status and the words for an error.

    What only staff can repair is reported on standard error, not to the visitor.
    """
    status = {QuestionRefused: 422, TooMany: 429, Busy: 503}.get(type(error))
    if status:
        return status, str(error)
    complain(error)
    return 503, LABELS["en"]["unavailable"]
