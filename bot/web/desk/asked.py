"""/desk/asked: what members ask in vain, and what was dealt with. Shows what bot/vain.py finds.

Promise: the questions are encoded while no member waits for an answer.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.answer import Bot
from bot.audit import Audit
from bot.report import Vain, as_csv, month, shown
from bot.vain import Asked, Group, Questions, asked_in_vain, deal_with, dealt_with, digest
from bot.web.desk.asked_words import WORDS
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell, language_of, notice_of
from bot.web.gate.visitor import visitor
from bot.web.host import Host
from bot.web.templating import render
from index.errors import PlaidoyerError
from index.passage import AUDIENCES

SECTION = Section("/desk/asked", WORDS)
MOST_FIELDS = 5  # of a form


class AskedPage:
    """Makes the page, the CSV, and what the buttons do. `opened()` gives the bot."""

    def __init__(
        self, shell: Shell, opened: Callable[[], Bot], store: Path, host: Host, audit: Audit
    ):
        self._shell, self._opened, self._store = shell, opened, store
        self._host, self._audit = host, audit
        self._questions: Questions | None = None

    async def show(self, request: Request) -> Response:
        """GET /desk/asked?month=2026-11&all=yes"""
        try:
            all_of_them, _ = await run_in_threadpool(asked_in_vain, self._store)
            asked, left_out = await run_in_threadpool(asked_in_vain, self._store, _month(request))
            found = await self._found(request, asked, left_out)
        except PlaidoyerError as error:
            return self._page(request, status=503, alert=str(error))
        months = sorted({one.month for one in all_of_them}, reverse=True)
        return self._page(request, found=found, months=months)

    async def csv(self, request: Request) -> Response:
        """GET /desk/asked.csv, with the same query: the same groups."""
        try:
            asked, left_out = await run_in_threadpool(asked_in_vain, self._store, _month(request))
            found = await self._found(request, asked, left_out)
        except PlaidoyerError as error:
            return self._page(request, status=503, alert=str(error))
        name = WORDS[language_of(request)]["csv_name"]
        return Response(
            "\ufeff" + as_csv(found),  # without the mark Excel takes it for Latin-1
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    async def deal(self, request: Request) -> Response:
        """POST /desk/asked: `group`, its key, is dealt with, or with `undo` open again."""
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            key, undo = str(form.get("group", "")), bool(form.get("undo"))
        try:
            asked, _ = await run_in_threadpool(asked_in_vain, self._store, _month(request))
            groups = await self._grouped(asked)
            group = next((one for one in groups if one.key == key), None)
            said = "gone"
            if group:
                await run_in_threadpool(self._note, visitor(request).name, group, undo)
                said = "undone" if undo else "dealt"
        except PlaidoyerError as error:
            return self._page(request, status=503, alert=str(error))
        return RedirectResponse(f"{SECTION.path}?{_query(request, said=said)}", 303)

    def _note(self, who: str, group: Group, undo: bool) -> None:
        what = "question opened again" if undo else "question dealt with"
        self._audit.note(who, what, question=digest(group.question), count=group.count)
        deal_with(self._store, group, who, dealt=not undo)

    async def _found(self, request: Request, asked: Sequence[Asked], left_out: int) -> Vain:
        groups = await self._grouped(asked)
        bot = await run_in_threadpool(self._opened)
        documents = await run_in_threadpool(bot.documents, AUDIENCES)
        return Vain(shown(groups, all_of_them=_all(request)), left_out, documents)

    async def _grouped(self, asked: Sequence[Asked]) -> list[Group]:
        """The groups of these questions. Raises as `Bot.ask` and `dealt_with`."""
        if self._questions is None:
            self._questions = Questions((await run_in_threadpool(self._opened)).encoded)
        learning = self._questions.learn(asked)
        while await self._host.in_between(lambda: next(learning, 0)):
            pass
        dealt = await run_in_threadpool(dealt_with, self._store)
        return await run_in_threadpool(self._questions.grouped, asked, dealt)

    def _page(
        self,
        request: Request,
        *,
        status: int = 200,
        alert: str = "",
        found: Vain | None = None,
        months: Sequence[str] = (),
    ) -> Response:
        language = language_of(request)
        words = SECTION.said(language)
        body = render(
            "desk/asked.html",
            language,
            words=words,
            said=WORDS[language],
            notice=notice_of(request, SECTION),
            alert=alert,
            found=found,
            months=months,
            month=_month(request),
            all_of_them=_all(request),
            query=_query(request),
        )
        return self._shell.page(request, SECTION, body, status=status)


def _month(request: Request) -> str:
    """The month that the address asks for; "" for all of them, and for what is no month."""
    try:
        return month(request.query_params.get("month", ""))
    except ValueError:
        return ""


def _all(request: Request) -> bool:
    return request.query_params.get("all") == "yes"


def _query(request: Request, **more: str) -> str:
    """The query of an address of the same list."""
    kept = {"month": _month(request)} if _month(request) else {}
    return urlencode(kept | ({"all": "yes"} if _all(request) else {}) | more)


def serve_asked(app: FastAPI, page: AskedPage) -> None:
    """Add the routes to the app."""
    app.get(SECTION.path)(page.show)
    app.get(f"{SECTION.path}.csv")(page.csv)
    app.post(SECTION.path)(page.deal)
