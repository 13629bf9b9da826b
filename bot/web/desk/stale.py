"""/desk/stale: texts that contradict each other or are nearly the same, side by side.

Promise: a generation is looked through once, while no member waits for an answer; nothing is
changed but by a button, and then what is done is noted first.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.answer import Bot
from bot.audit import Audit
from bot.contradictions import Pair
from bot.settings import BotSettings
from bot.stale import (
    DISMISSED,
    OPEN,
    SUPERSEDED,
    Decision,
    decide,
    decisions,
    state_status,
)
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell, language_of, notice_of
from bot.web.desk.stale_words import WORDS
from bot.web.gate.visitor import visitor
from bot.web.host import Host
from bot.web.templating import render
from index.errors import PlaidoyerError

SECTION = Section("/desk/stale", WORDS)
PATIENCE = 4.0  # seconds that a page waits for the comparison before it says that it goes on
MOST_FIELDS = 5  # of a form


class Comparing:
    """The pairs of the generation that serves, looked for once each. For one event loop."""

    def __init__(self, opened: Callable[[], Bot], host: Host, patience: float = PATIENCE):
        self._opened, self._host, self._patience = opened, host, patience
        self._task: asyncio.Task[list[Pair]] | None = None
        self._of = ""  # the generation

    async def pairs(self) -> list[Pair] | None:
        """The pairs; None while they are looked for. Raises as `Bot.stale`."""
        bot = await run_in_threadpool(self._opened)
        name = await run_in_threadpool(lambda: bot.generation)
        if self._task is None or self._of != name or _failed(self._task):
            self._task, self._of = asyncio.create_task(self._look(bot.stale())), name
        done, _ = await asyncio.wait({self._task}, timeout=self._patience)
        return self._task.result() if done else None

    async def _look(self, steps: Iterator[list[Pair]]) -> list[Pair]:
        found: list[Pair] = []
        while (some := await self._host.in_between(lambda: next(steps, None))) is not None:
            found += some
        return found


def _failed(task: asyncio.Task[list[Pair]]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


class StalePage:
    """Makes the page, and what its buttons do."""

    def __init__(
        self,
        shell: Shell,
        comparing: Comparing,
        settings: BotSettings,
        audit: Audit,
    ):
        self._shell, self._comparing, self._settings = shell, comparing, settings
        self._audit = audit

    async def show(self, request: Request) -> Response:
        """GET /desk/stale?all=yes"""
        try:
            pairs = await self._comparing.pairs()
            decided = await run_in_threadpool(decisions, self._settings.store)
        except PlaidoyerError as error:
            return self._page(request, status=503, alert=str(error))
        return self._page(request, pairs=pairs, decided=decided)

    async def decide(self, request: Request) -> Response:
        """POST /desk/stale: `pair`, its key, gets the `state`."""
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            key, state = str(form.get("pair", "")), str(form.get("state", ""))
        said = "gone"
        try:
            pairs = await self._comparing.pairs() or []
            pair = next((one for one in pairs if one.key == key), None)
            if pair and state in (DISMISSED, SUPERSEDED, OPEN):
                await run_in_threadpool(self._decide, visitor(request).name, pair, state)
                said = state
        except PlaidoyerError as error:
            return self._page(request, status=503, alert=str(error))
        kept = "all=yes&" if _all(request) else ""
        return RedirectResponse(f"{SECTION.path}?{kept}said={said}", 303)

    def _decide(self, who: str, pair: Pair, state: str) -> None:
        """Note it, write the status into the catalogue where it changes, keep the decision."""
        store, older, newer = self._settings.store, pair.older.passage, pair.newer.passage
        before = decisions(store).get(pair.key)
        self._audit.note(who, f"pair {state}", older=older.path, newer=newer.path)
        status = "superseded" if state == SUPERSEDED else older.status
        if state == SUPERSEDED or (before and before.state == SUPERSEDED):
            state_status(self._settings.corpus, store, older.path, status)
        decide(store, pair, state, who)

    def _page(
        self,
        request: Request,
        *,
        status: int = 200,
        alert: str = "",
        pairs: Sequence[Pair] | None = None,
        decided: dict[str, Decision] | None = None,
    ) -> Response:
        language = language_of(request)
        words, decided = SECTION.said(language), decided or {}
        shown = [one for one in pairs or () if _all(request) or one.key not in decided]
        body = render(
            "desk/stale.html",
            language,
            words=words,
            said=WORDS[language],
            notice=notice_of(request, SECTION),
            alert=alert,
            is_looking=pairs is None and not alert,
            lists=(
                (words.contradictions, [one for one in shown if not one.is_copy]),
                (words.copies, [one for one in shown if one.is_copy]),
            ),
            decided=decided,
            all_of_them=_all(request),
        )
        return self._shell.page(request, SECTION, body, status=status)


def _all(request: Request) -> bool:
    return request.query_params.get("all") == "yes"


def serve_stale(app: FastAPI, page: StalePage) -> None:
    """Add the routes to the app."""
    app.get(SECTION.path)(page.show)
    app.post(SECTION.path)(page.decide)
