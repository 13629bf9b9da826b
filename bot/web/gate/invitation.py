"""/invitation#TOKEN: where who is invited chooses a password.

The token stands behind the "#": a browser sends it to no server, in no Referer, and no proxy logs
it. The page's script puts it into the form, from where it is posted; without a script it is pasted.
Promise: an invitation is used up by the password that is chosen, not by a look at it.
"""

from functools import partial

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from bot.accounts import Accounts
from bot.complaints import complain
from bot.users import LONGEST, SHORTEST, PasswordRefused
from bot.web.gate.access import Authenticator, TooManyAttempts, minutes
from bot.web.gate.door import Door, language_of, let_in
from bot.web.gate.visitor import address_of
from bot.web.labels import LABELS
from index.errors import PlaidoyerError

PATHS = ("/invitation",)
LONGEST_TOKEN = 200  # characters
SCRIPT = """
(() => {
  const form = document.querySelector("form");
  const take = () => {
    const token = location.hash.slice(1);
    if (!token) return;
    history.replaceState(null, "", location.pathname);
    form.elements.token.value = token;
    form.submit();
  };
  addEventListener("hashchange", take);  // the link, in a tab that shows this page already
  take();
})();
"""


class Joining:
    """The routes at /invitation; they redirect to the page where there is no log-in."""

    def __init__(self, authenticator: Authenticator, accounts: Accounts | None, door: Door):
        self._authenticator, self._accounts, self._door = authenticator, accounts, door

    def form(self, request: Request) -> Response:
        """GET /invitation: where the token is put in, by the script or by hand."""
        if self._accounts is None:
            return RedirectResponse("/", 303)
        return self._page(request)

    async def choose(self, request: Request) -> Response:
        """POST /invitation: the form of the invitation's name; with a password, a session."""
        accounts = self._accounts
        if accounts is None:
            return RedirectResponse("/", 303)
        async with request.form(max_files=0, max_fields=5) as form:
            sent = {field: str(form.get(field, "")) for field in ("token", "password", "again")}
        labels = LABELS[language_of(request)]
        try:
            return await self._chosen(request, accounts, sent)
        except TooManyAttempts as error:
            alert = labels["attempts"].format(minutes=minutes(error.wait))
            response = self._page(request, 429, alert=alert)
            response.headers["Retry-After"] = str(error.wait)
            return response
        except PlaidoyerError as error:
            complain(error)
            return self._page(request, 503, alert=labels["account_unavailable"])

    async def _chosen(self, request: Request, accounts: Accounts, sent: dict[str, str]) -> Response:
        token, password = sent["token"].strip()[:LONGEST_TOKEN], sent["password"]
        labels, address = LABELS[language_of(request)], address_of(request)
        # Guesses are counted for the address; no user's name has a blank.
        attempt = partial(self._authenticator.attempt, f"invitation {address}", address)
        invited, wrong = await attempt(lambda: accounts.invitations.find(token)), ""
        if password != sent["again"]:
            wrong = labels["passwords_differ"]
        elif invited and password:
            try:
                user = await attempt(lambda: accounts.accept(token, password))
            except PasswordRefused:
                wrong = labels["password_refused"].format(shortest=SHORTEST, longest=LONGEST)
            else:
                if user:
                    response = RedirectResponse("/", 303)
                    return let_in(self._authenticator, request, response, user)
                invited = None
        if invited is None:
            return self._page(request, 404, alert=labels["invitation_gone"])
        status = 422 if wrong else 200
        return self._page(request, status, alert=wrong, token=token, name=invited.name)

    def _page(
        self,
        request: Request,
        status: int = 200,
        *,
        alert: str = "",
        token: str = "",
        name: str = "",
    ) -> Response:
        return self._door.page(
            request,
            "invitation.html",
            status,
            script="" if name else SCRIPT,
            alert=alert,
            token=token,
            name=name,
            shortest=SHORTEST,
            longest=LONGEST,
        )


def serve_invitation(
    app: FastAPI, authenticator: Authenticator, accounts: Accounts | None, door: Door
) -> None:
    """Add GET and POST /invitation to the app."""
    routes = Joining(authenticator, accounts, door)
    app.get("/invitation")(routes.form)
    app.post("/invitation")(routes.choose)
