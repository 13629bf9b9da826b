"""The log-in page, logging in and out."""

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.users import User, may_be_name
from bot.web.gate.access import Authenticator, TooManyAttempts, minutes, refused
from bot.web.gate.door import Door, language_of, let_in
from bot.web.gate.sessions import COOKIES, token_of
from bot.web.gate.visitor import address_of
from bot.web.labels import LABELS

PATHS = ("/login", "/logout")
LOCAL = "/?&=%#"  # what a redirection keeps as it is: all else is percent-encoded


class LogIn:
    """The routes /login and /logout; both redirect to the page where there is no log-in.

    `by_provider`: where one logs in at the identity provider, "" where there is none.
    """

    def __init__(self, authenticator: Authenticator, door: Door, by_provider: str = ""):
        self._authenticator, self._door, self._by_provider = authenticator, door, by_provider

    def form(self, request: Request, next: str = "/") -> Response:
        """GET /login: the form, which leads to `next`."""
        if self._authenticator.users is None:
            return RedirectResponse("/", 303)
        return self._page(request, next=next)

    async def log_in(self, request: Request) -> Response:
        """POST /login: a session cookie and the page asked for, or the form and what is wrong.

        To who accepts JSON, as the page's own dialog does: the user's name, or what is wrong.
        """
        if self._authenticator.users is None:
            return RedirectResponse("/", 303)
        async with request.form(max_files=0, max_fields=10) as form:
            sent = {field: str(form.get(field, "")) for field in ("name", "password", "next")}
            language = str(form.get("language", ""))
        labels = LABELS[language if language in LABELS else language_of(request)]
        address = address_of(request)
        try:
            user = await self._authenticator.log_in(sent["name"], sent["password"], address)
        except TooManyAttempts as error:
            alert = labels["attempts"].format(minutes=minutes(error.wait))
            response = self._refused(request, 429, "TooManyAttempts", alert, sent)
            response.headers["Retry-After"] = str(error.wait)
            return response
        if user is None:
            return self._refused(request, 401, "LogInNeeded", labels["wrong"], sent)
        return self._let_in(request, user, sent["next"])

    def _let_in(self, request: Request, user: User, next: str) -> Response:
        """The user's name, or the page asked for; and the cookie of a new session."""
        response = (
            JSONResponse({"name": user.name})
            if _wants_json(request)
            else RedirectResponse(quote(local(next), safe=LOCAL), 303)
        )
        return let_in(self._authenticator, request, response, user)

    def _refused(
        self, request: Request, status: int, error: str, alert: str, sent: dict[str, str]
    ) -> Response:
        """What is wrong, as JSON or above the form."""
        if _wants_json(request):
            return refused(status, error, alert)
        return self._page(request, status, alert=alert, name=sent["name"], next=sent["next"])

    def log_out(self, request: Request) -> Response:
        """POST /logout: ends the session."""
        self._authenticator.sessions.close(token_of(request))
        response = RedirectResponse("/login", 303)
        response.delete_cookie(
            COOKIES[request.url.scheme],
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    def stay(self) -> Response:
        """GET /logout: nothing, in place of gradio's own; a link must log nobody out."""
        return RedirectResponse("/", 303)

    def _page(
        self, request: Request, status: int = 200, *, alert: str = "", name: str = "", next: str
    ) -> Response:
        return self._door.page(
            request,
            "login.html",
            status,
            alert=alert,
            name=name if may_be_name(name) else "",
            next=local(next),
            by_provider=self._by_provider,
        )


def serve_log_in(
    app: FastAPI, authenticator: Authenticator, door: Door, by_provider: str = ""
) -> None:
    """Add /login and /logout to the app."""
    routes = LogIn(authenticator, door, by_provider)
    app.get("/login")(routes.form)
    app.post("/login")(routes.log_in)
    app.post("/logout")(routes.log_out)
    app.get("/logout")(routes.stay)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def local(path: str) -> str:
    """The path if it is one of this site, else the page's: no redirection to another site."""
    leads_away = path.startswith(("//", "/\\"))
    return path if path.startswith("/") and not leads_away and path.isprintable() else "/"
