"""Asking and searching for programs: POST /api/ask, GET and POST /api/search, gradio's endpoints /ask and /search, which are also
the tools of the MCP server. All give the JSON of the command line, within the visitor's audiences, rate and place in line."""

import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Annotated, Any

import gradio as gr
from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.answer import Bot
from bot.question.understand import LONGEST, QuestionRefused
from bot.records import Answer, search_as_json
from bot.web.gate.access import refused
from bot.web.gate.limits import Busy, Lanes, Limiter, TooMany
from bot.web.gate.visitor import audiences, visitor
from bot.web.labels import LABELS
from index.errors import PlaidoyerError

MOST = 50  # passages of a search; earlier questions of a conversation
USE = 'Send {"question": "...", "history": ["..."]} to /api/ask, {"question": "...", "k": 10} to /api/search.'


class ToAsk(BaseModel):
    """The body of POST /api/ask."""

    question: str
    history: Annotated[list[Annotated[str, Field(max_length=LONGEST)]], Field(max_length=MOST)] = []
    id: str | int | None = None


class ToSearch(ToAsk):
    """The body of POST /api/search."""

    k: Annotated[int, Field(ge=1, le=MOST)] = 10


class Service:
    """What the page and every way in for programs share. `opened()` gives the bot, waiting until it is ready."""

    def __init__(self, opened: Callable[[], Bot], limiter: Limiter, lanes: Lanes):
        self._opened, self._limiter, self._lanes = opened, limiter, lanes

    def name(self, request: Any) -> str:
        """The user's name; "" where nobody logs in."""
        return visitor(request).name

    def audiences(self, request: Any) -> tuple[str, ...]:
        """Whose documents the sender of the request may see."""
        return audiences(request)

    async def steps(
        self, request: gr.Request, steps: Iterator[str | Answer]
    ) -> AsyncIterator[str | Answer]:
        """For the page: what `Bot.steps` yields; one question at a time in each open page. Raises as `ask`."""
        asking = visitor(request)
        self._limiter.take(asking)
        async for step in self._lanes.steps(steps, f"{asking.name} {request.session_hash}"):
            yield step

    async def ask(
        self, request: Any, question: str, history: Sequence[str], identity: object = None
    ) -> dict:
        """The answer's JSON; one at a time for each user. Raises `TooMany`, `Busy`, and as `Bot.ask`."""
        asking = visitor(request)
        self._limiter.take(asking)

        def steps() -> Iterator[
            str | Answer
        ]:  # the bot is waited for where the question is worked on, not here
            yield from self._opened().steps(question, history, asking.audiences)

        answer = await self._lanes.answer(steps(), asking.name)
        return answer.as_json(identity)

    async def search(
        self,
        request: Any,
        question: str,
        k: int,
        history: Sequence[str] = (),
        identity: object = None,
    ) -> dict:
        """The passages' JSON. Raises as `ask`."""
        asking = visitor(request)
        self._limiter.take(asking)
        started = time.perf_counter()
        hits = await self._lanes.run(
            lambda: self._opened().search(question, k, asking.audiences, history)
        )
        return search_as_json(identity, question, hits, time.perf_counter() - started)


def serve_api(app: FastAPI, service: Service) -> None:
    """Add the routes and the JSON of what goes wrong to the app."""

    @app.post("/api/ask")
    async def ask(asked: ToAsk, request: Request) -> dict:
        return await service.ask(request, asked.question, asked.history, asked.id)

    @app.post("/api/search")
    async def search(asked: ToSearch, request: Request) -> dict:
        return await service.search(request, asked.question, asked.k, asked.history, asked.id)

    @app.get("/api/search")
    async def search_by_address(asked: Annotated[ToSearch, Query()], request: Request) -> dict:
        return await service.search(request, asked.question, asked.k, asked.history, asked.id)

    @app.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def nothing(path: str) -> Response:
        return refused(404, "NotFound", f"There is no such endpoint, or not by this method. {USE}")

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        wrong = "; ".join(
            f"{'.'.join(map(str, flaw['loc'][1:])) or 'body'}: {flaw['msg']}"
            for flaw in error.errors()[:3]
        )
        return refused(422, "RequestInvalid", f"{wrong}. {USE}")

    @app.exception_handler(PlaidoyerError)
    def failed(request: Request, error: PlaidoyerError) -> Response:
        status, detail = _explained(error)
        return refused(
            status,
            type(error).__name__,
            detail,
            {"Retry-After": str(error.wait)} if isinstance(error, Busy | TooMany) else None,
        )


def add_endpoints(service: Service) -> None:
    """Add gradio's endpoints /ask and /search to the blocks in whose context this is called: the only public ones.

    Not queued by gradio: the lanes are their queue, and an MCP tool call would otherwise go out to the Host header's address.
    """

    async def ask(question: str, request: gr.Request, history: list[str] | None = None) -> dict:
        """Ask the federation's documents a question, in French or English. The answer quotes them word for word, each quote with its source,
        or says that nothing was found.

        Args:
            question: The question, at most 2,000 characters.
            history: The earlier questions of the conversation, oldest first.
        """
        return await _for_gradio(request, service.ask(request, question, (history or [])[-MOST:]))

    async def search(question: str, request: gr.Request, k: int = 10) -> dict:
        """List the passages of the federation's documents that answer a question best, best first.

        Args:
            question: The question, at most 2,000 characters.
            k: How many passages, 1 to 50.
        """
        return await _for_gradio(
            request, service.search(request, question, min(max(1, int(k)), MOST))
        )

    for endpoint in (ask, search):
        gr.api(endpoint, api_name=endpoint.__name__, queue=False)


async def _for_gradio(request: Any, answering: Awaitable[dict]) -> dict | str:
    """The object; for a tool call, whose request is starlette's own and whose result gradio would print as Python, its JSON."""
    try:
        answered = await answering
        return (
            answered
            if isinstance(request, gr.Request)
            else json.dumps(answered, ensure_ascii=False)
        )
    except PlaidoyerError as error:
        raise gr.Error(_explained(error)[1], print_exception=False) from error


def _explained(error: PlaidoyerError) -> tuple[int, str]:
    """The status and the words for an error; what only staff can mend is told to them, on standard error."""
    status = {QuestionRefused: 422, TooMany: 429, Busy: 503}.get(type(error))
    if status:
        return status, str(error)
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return 503, LABELS["en"]["unavailable"]
