"""Accounts, at /desk/accounts: who can log in, who is invited, and the link for it.

Promise: the link of an invitation is shown once, in the answer to who made it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.accounts import Accounts
from bot.complaints import complain
from bot.invitations import DAYS
from bot.users import LONGEST_NAME, SEES, UsersInvalid, folded
from bot.web.desk.account_words import ALL
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell, language_of
from bot.web.gate.visitor import visitor
from bot.web.labels import LABELS
from bot.web.templating import render
from index.errors import PlaidoyerError

SECTION = Section("/desk/accounts", ALL)
NOTICES = ("removed", "changed", "withdrawn")


class People:
    """The routes at /desk/accounts."""

    def __init__(self, shell: Shell, accounts: Accounts):
        self._shell, self._accounts = shell, accounts

    def show(self, request: Request) -> Response:
        """GET /desk/accounts."""
        return self._page(request)

    async def change(self, request: Request) -> Response:
        """POST /desk/accounts: invite, withdraw, set an audience or remove, and the list again."""
        async with request.form(max_files=0, max_fields=5) as form:
            name, what = str(form.get("name", ""))[: LONGEST_NAME + 1], str(form.get("do", ""))
            audience = str(form.get("audience", ""))
        return await run_in_threadpool(self._changed, request, what, name, audience)

    def _changed(self, request: Request, what: str, name: str, audience: str) -> Response:
        accounts, who = self._accounts, visitor(request).name
        audience = audience if audience in SEES else "members"
        deeds: dict[str, tuple[str, Callable[[], None]]] = {
            "withdraw": ("withdrawn", lambda: accounts.withdraw(who, name)),
            "audience": ("changed", lambda: accounts.set_audience(who, name, audience)),
            "remove": ("removed", lambda: accounts.remove(who, name)),
        }
        try:
            if what == "invite":
                token = accounts.invite(who, name, audience)
                return self._page(request, invited=name.strip(), token=token)
            if what in deeds:
                said, do = deeds[what]
                do()
                return RedirectResponse(f"{SECTION.path}?said={said}", 303)
        except UsersInvalid as error:
            if alert := ALL[language_of(request)].get(type(error).__name__):
                return self._page(request, 422, alert=alert)
            return self._unavailable(request, error)
        except PlaidoyerError as error:
            return self._unavailable(request, error)
        return self._page(request, 422)

    def _unavailable(self, request: Request, error: PlaidoyerError) -> Response:
        complain(error)
        return self._page(request, 503, alert=LABELS[language_of(request)]["account_unavailable"])

    def _page(
        self,
        request: Request,
        status: int = 200,
        *,
        alert: str = "",
        invited: str = "",
        token: str = "",
    ) -> Response:
        said = request.query_params.get("said", "")
        try:
            users, pending = self._accounts.users.all(), self._accounts.invitations.pending()
        except UsersInvalid as error:
            complain(error)
            users, pending = {}, {}
            alert, status = LABELS[language_of(request)]["account_unavailable"], 503
        body = render(
            "desk/accounts.html",
            language_of(request),
            words=SECTION.said(language_of(request)),
            alert=alert,
            said=said if said in NOTICES else "",
            users=sorted(users.values(), key=lambda user: folded(user.name)),
            pending=[
                (one, datetime.fromtimestamp(one.until, UTC).date().isoformat())
                for one in pending.values()
            ],
            own=folded(visitor(request).name),
            folded=folded,
            audiences=tuple(SEES),
            days=DAYS,
            longest=LONGEST_NAME,
            invited=invited,
            link=f"{request.url.scheme}://{request.url.netloc}/invitation#{token}",
        )
        return self._shell.page(request, SECTION, body, status=status)


def serve_accounts(app: FastAPI, shell: Shell, accounts: Accounts) -> None:
    """Add GET and POST /desk/accounts to the app."""
    routes = People(shell, accounts)
    app.get(SECTION.path)(routes.show)
    app.post(SECTION.path)(routes.change)
