"""One's own account, at /account: what one sees, until when the session lasts, the password.

Promise: whoever changes their password has said the old one, tries are counted as at the log-in,
and all their other sessions end.
"""

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from bot.accounts import Accounts
from bot.complaints import complain
from bot.users import LONGEST, SHORTEST, PasswordRefused, User, folded
from bot.web.desk.account_words import OWN
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell, language_of
from bot.web.gate.access import Authenticator, TooManyAttempts, minutes
from bot.web.gate.door import let_in
from bot.web.gate.visitor import address_of, visitor
from bot.web.labels import LABELS
from bot.web.templating import render
from index.errors import PlaidoyerError

SECTION = Section("/account", OWN, staff=False)


class Account:
    """The routes at /account; `accounts` is None where nobody logs in."""

    def __init__(self, shell: Shell, authenticator: Authenticator, accounts: Accounts | None):
        self._shell, self._authenticator, self._accounts = shell, authenticator, accounts

    def show(self, request: Request) -> Response:
        """GET /account."""
        return self._page(request)

    async def change(self, request: Request) -> Response:
        """POST /account: another password."""
        async with request.form(max_files=0, max_fields=5) as form:
            sent = {field: str(form.get(field, "")) for field in ("old", "password", "again")}
        labels, words = LABELS[language_of(request)], OWN[language_of(request)]
        if sent["password"] != sent["again"]:
            return self._page(request, 422, alert=labels["passwords_differ"])
        had_session = self._authenticator.session(request)
        try:
            user = await self._changed(request, sent["old"], sent["password"])
        except PasswordRefused:
            alert = labels["password_refused"].format(shortest=SHORTEST, longest=LONGEST)
            return self._page(request, 422, alert=alert)
        except TooManyAttempts as error:
            alert = labels["attempts"].format(minutes=minutes(error.wait))
            return self._page(request, 429, alert=alert)
        except PlaidoyerError as error:
            complain(error)
            return self._page(request, 503, alert=labels["account_unavailable"])
        if user is None:
            return self._page(request, 403, alert=words["wrong"])
        response = RedirectResponse(f"{SECTION.path}?said=changed", 303)
        # One more session: the others have the hash of the old password.
        return let_in(self._authenticator, request, response, user) if had_session else response

    async def _changed(self, request: Request, old: str, new: str) -> User | None:
        accounts, name = self._accounts, visitor(request).name
        if accounts is None or not self._has_password(request):
            return None
        return await self._authenticator.attempt(
            folded(name), address_of(request), lambda: accounts.change_password(name, old, new)
        )

    def _has_password(self, request: Request) -> bool:
        """Is it a user of the file, and not one whom the identity provider lets in?"""
        session = self._authenticator.session(request)
        return bool(visitor(request).name) and not (session and session.audience)

    def _page(self, request: Request, status: int = 200, *, alert: str = "") -> Response:
        session = self._authenticator.session(request)
        left = int(self._authenticator.sessions.left(session)) // 60 if session else 0
        body = render(
            "desk/account.html",
            language_of(request),
            words=SECTION.said(language_of(request)),
            alert=alert,
            said="changed" if request.query_params.get("said") == "changed" else "",
            asking=visitor(request),
            has_session=session is not None,
            hours=left // 60,
            minutes=left % 60,
            has_password=self._has_password(request),
            shortest=SHORTEST,
            longest=LONGEST,
        )
        return self._shell.page(request, SECTION, body, status=status)


def serve_account(
    app: FastAPI, shell: Shell, authenticator: Authenticator, accounts: Accounts | None
) -> None:
    """Add GET and POST /account to the app."""
    routes = Account(shell, authenticator, accounts)
    app.get(SECTION.path)(routes.show)
    app.post(SECTION.path)(routes.change)
