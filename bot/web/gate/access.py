"""The gate in front of every route, and who passes it: by session, by HTTP Basic, or anonymously.

Promise: nothing behind the gate sees a request that has no visitor, comes from another site's page,
or is too large; a user who was removed, or given another password, is out at the next request; the
desk sees requests of staff only.
"""

import asyncio
import base64
import binascii
import hmac
import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.complaints import complain
from bot.users import SEES, User, Users, folded, may_be_name
from bot.web.gate.headers import PROGRAM
from bot.web.gate.limits import Attempts
from bot.web.gate.sessions import Session, Sessions, set_cookie, token_of
from bot.web.gate.visitor import KEY, Visitor, address_of
from bot.web.labels import LABELS, page_language
from index.errors import PlaidoyerError
from index.readers.read import LARGEST_WITH_IMAGES

Result = TypeVar("Result")
LARGEST = 2 * 2**20  # bytes of a request
PROXY_HEADERS = ("forwarded", "x-forwarded-for", "via")
# What the page and gradio's client ask of gradio; its other routes (uploads, proxies, editors,
# single handlers) do not exist here.
GRADIO = re.compile(
    r"""/gradio_api/(
      info | startup-events | theme\.css | app_id | user | login_check
    | reset | cancel | queue/join | queue/data | heartbeat/[^/]+
    | (call|call/v2|run|api)/(ask|search)(/[^/]+)?
    | file[=/].+
    | mcp | mcp/http
    )/?""",
    re.VERBOSE,
)
# /openapi.json would list all of gradio's routes; /login/ and /logout/ are gradio's own.
CLOSED = (
    "/gradio_api",
    "/monitoring",
    "/custom_component",
    "/openapi.json",
    "/login/",
    "/logout/",
)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
DESK = "/desk"  # whatever is there or below it is for staff
UPLOAD = f"{DESK}/collection/upload"  # takes documents; its form is read only for staff
LARGEST_UPLOAD = 2 * LARGEST_WITH_IMAGES + LARGEST  # bytes of what it takes at once


class TooManyAttempts(PlaidoyerError):
    """Too many failed log-ins, of this name or from this address; `wait` in seconds."""

    def __init__(self, wait: int):
        super().__init__(f"Too many failed log-ins. Try again in {minutes(wait)} minutes.")
        self.wait = wait


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up."""
    return -(-seconds // 60)


class Authenticator:
    """Tells who sends a request.

    `users`: None for no log-in: everyone then sees `anonymous`, the audiences of a visitor without
    a name. `local_only`: nobody is let in but from this machine's own browser. `by_provider`: there
    is an identity provider, and sessions of those whom it lets in count.
    """

    def __init__(  # noqa: PLR0913 (who may enter, and what counts and remembers it)
        self,
        users: Users | None,
        anonymous: tuple[str, ...],
        local_only: bool,
        *,
        attempts: Attempts | None = None,
        sessions: Sessions | None = None,
        by_provider: bool = False,
    ):
        self.users, self.anonymous, self.local_only = users, anonymous, local_only
        self._by_provider = by_provider
        self.sessions, self._attempts = sessions or Sessions(), attempts or Attempts()
        # One thread: an attempt is checked and counted before the next one, and argon2 takes its
        # 64 MB once.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="log-in")
        self._secret = secrets.token_bytes(32)
        self._verified: dict[tuple[str, str], bytes] = {}

    async def visitor(self, request: Request) -> Visitor | None:
        """The sender of the request, or None for one who has to log in.

        Raises `TooManyAttempts`, `UsersInvalid` and `SessionsUnusable`.
        """
        address = address_of(request)
        if self.users is None:
            return Visitor("", self.anonymous, address)
        session = self.session(request)
        if session and session.audience and self._by_provider:
            return Visitor(session.name, SEES[session.audience], address)
        user = self.users.find(session.name) if session else None
        if session is None or user is None or not self.sessions.is_of(session, user):
            user = await self._by_basic(
                self.users, request.headers.get("authorization", ""), address
            )
        return Visitor(user.name, SEES[user.audience], address) if user else None

    async def log_in(self, name: str, password: str, address: str) -> User | None:
        """The user whose name and password these are. Raises `TooManyAttempts`, `UsersInvalid`.

        What can be nobody's name is neither hashed nor remembered.
        """
        users = self.users
        if users is None or not may_be_name(name):
            return None
        return await self.attempt(folded(name), address, lambda: users.verify(name, password))

    async def attempt(
        self, name: str, address: str, work: Callable[[], Result | None]
    ) -> Result | None:
        """What the work gives; for None, a failed log-in of the name is counted.

        `name`: folded, or one with a blank, which no user has. Raises `TooManyAttempts`, and what
        the work raises.
        """
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._counted, name, address, work
        )

    def _counted(self, name: str, address: str, work: Callable[[], Result | None]) -> Result | None:
        if wait := self._attempts.wait(name, address):
            raise TooManyAttempts(wait)
        done = work()
        if done is None:
            self._attempts.failed(name, address)
        else:
            self._attempts.succeeded(name)
        return done

    def session(self, request: Request) -> Session | None:
        """The session that the request's cookie has."""
        return self.sessions.find(token_of(request))

    async def _by_basic(self, users: Users, header: str, address: str) -> User | None:
        """HTTP Basic (RFC 7617).

        A password that was verified once needs no second argon2 as long as the users file keeps
        its hash.
        """
        kind, _, encoded = header.partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        code = hmac.digest(self._secret, password.encode(), "sha256")
        user = users.find(name)
        if user:
            verified = self._verified.get((folded(name), user.hash), b"")
            if hmac.compare_digest(verified, code):
                return user
        user = await self.log_in(name, password, address)
        if user:
            others = {key: kept for key, kept in self._verified.items() if key[0] != folded(name)}
            self._verified = others | {(folded(name), user.hash): code}
        return user


class Gate:
    """ASGI middleware: refuses a request, or passes it on with its `Visitor`.

    `public`: paths that need no log-in.
    """

    def __init__(
        self, app: Callable[..., Awaitable], authenticator: Authenticator, public: tuple[str, ...]
    ):
        self._app, self._authenticator, self._public = app, authenticator, public

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Answer the request here, or let it through."""
        if scope["type"] == "websocket":  # neither the page nor an endpoint uses one
            return await send({"type": "websocket.close"})
        if scope["type"] == "http":
            refusal = await self._refusal(Request(scope))
            if refusal:
                return await refusal(scope, receive, send)
            send = self._renewing(Request(scope), send)
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return  # before the request was there whole: nobody waits for an answer
        except RuntimeError as error:
            if not _is_missing_stream(error):
                raise
            await send({"type": "http.response.body"})

    def _renewing(self, request: Request, send: Callable) -> Callable:
        """`send`, which gives the browser a new cookie where the time of its use must be noted.

        Only once the answer begins: a session that was closed meanwhile is not renewed. What sets
        a cookie itself, a log-in or a log-out, knows best; what a cache may keep has none.
        """
        token = "" if request.scope["path"].startswith(PROGRAM) else token_of(request)

        async def sending(message: dict) -> None:
            if token and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                renewed = None if "set-cookie" in headers else self._renewed(token)
                if renewed:
                    answer = Response()
                    set_cookie(answer, request.url.scheme, renewed)
                    headers.append("set-cookie", answer.headers["set-cookie"])
            await send(message)

        return sending

    def _renewed(self, token: str) -> str | None:
        try:
            return self._authenticator.sessions.renewed(token)
        except PlaidoyerError as error:  # of no concern to the answer that is under way
            complain(error)
            return None

    async def _refusal(self, request: Request) -> Response | None:
        """Why the request goes no further; else None, and its scope has the visitor."""
        labels = LABELS[page_language(request.headers.get("accept-language"))]
        if refusal := _unacceptable(request, labels, self._authenticator.local_only):
            return refusal
        path = request.scope["path"]
        public = path in self._public
        try:
            found = None if public else await self._authenticator.visitor(request)
        except TooManyAttempts as error:
            detail = labels["attempts"].format(minutes=minutes(error.wait))
            return refused(429, "TooManyAttempts", detail, {"Retry-After": str(error.wait)})
        except PlaidoyerError as error:
            complain(error)
            return refused(503, "Unavailable", labels["unavailable"])
        if found is None and not public:
            return _ask_to_log_in(request, labels)
        if f"{path}/".startswith(f"{DESK}/") and not (found and found.is_staff):
            return refused(403, "ForStaff", labels["for_staff"])
        request.scope[KEY] = found
        return None


def refused(
    status: int, error: str, detail: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """A refusal as JSON: `error`, one word, and `detail`, which says what to do.

    gradio's page shows the latter.
    """
    return JSONResponse({"error": error, "detail": detail}, status, headers)


def is_loopback(host: str) -> bool:
    """Is it this machine's own address?"""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unacceptable(request: Request, labels: dict[str, str], local_only: bool) -> Response | None:
    """The refusal of a request that nobody may send; None where it depends on who does."""
    if local_only and not _is_local(request):
        return refused(403, "NotFromHere", labels["not_from_here"])
    if not _is_same_site(request):
        return refused(403, "ForeignPage", labels["foreign_page"])
    if "transfer-encoding" in request.headers:
        return refused(411, "LengthRequired", labels["too_large"])
    path = request.scope["path"]  # what routes are chosen by; a URL made again may differ
    most = LARGEST_UPLOAD if path == UPLOAD else LARGEST
    if int(request.headers.get("content-length", 0)) > most:
        return refused(413, "TooLarge", labels["too_large"])
    if CONTROL.search(path) or (path.startswith(CLOSED) and not GRADIO.fullmatch(path)):
        return refused(404, "NotFound", labels["not_found"])
    return None


def _is_missing_stream(error: RuntimeError) -> bool:
    """Is it gradio's 404 for a stream of events that nobody joined?

    gradio raises it after it has told the client the same as an event, too late for a status.
    """
    return isinstance(error.__cause__, HTTPException) and error.__cause__.status_code == 404


def _is_local(request: Request) -> bool:
    """Under a loopback name, which another site's page cannot have (DNS rebinding), and through no
    proxy."""
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    return is_loopback(host) and not any(name in request.headers for name in PROXY_HEADERS)


def _is_same_site(request: Request) -> bool:
    """Not sent by a page of another site, unless by following a link.

    After net/http's CrossOriginProtection (Go 1.25).
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site:
        return site in ("same-origin", "none") or (
            request.method in ("GET", "HEAD")
            and request.headers.get("sec-fetch-mode") == "navigate"
        )
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _ask_to_log_in(request: Request, labels: dict[str, str]) -> Response:
    """The log-in form for a browser that opens a page; else 401."""
    path = request.scope["path"]
    if (
        request.method == "GET"
        and "text/html" in request.headers.get("accept", "")
        and not path.startswith(("/api/", "/gradio_api/"))
    ):
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login" if wanted == "/" else f"/login?next={quote(wanted)}", 303)
    # Only where programs ask: a browser that gets this header on the page's own requests opens a
    # log-in window of its own.
    headers = {"WWW-Authenticate": 'Basic realm="Plaidoyer"'} if path.startswith("/api/") else None
    return refused(401, "LogInNeeded", labels["log_in_needed"], headers)
