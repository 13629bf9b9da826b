"""The gate in front of every route, and who passes it: by a session, by HTTP Basic, or because no log-in is asked for.

Promise: nothing behind the gate sees a request that has no visitor, comes from another site's page, or is too large; a user
taken out of the users file, or given another password, is out at the next request. Sessions live in memory only: a restart ends them.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import ipaddress
import re
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.users import SEES, User, Users, folded
from bot.web.gate.limits import Attempts
from bot.web.gate.visitor import KEY, Visitor
from bot.web.labels import LABELS, page_language
from index.errors import PlaidoyerError

IDLE, LONGEST = 2 * 3600, 12 * 3600  # seconds that a session lasts without a request, and in all
SESSIONS = 20  # of one user; the oldest ends
LARGEST = 2 * 2**20  # bytes of a request: the page sends its conversation along with each question
COOKIES = {"https": "__Host-plaidoyer", "http": "plaidoyer"}
FORWARDED = ("forwarded", "x-forwarded-for", "via")
# What the page and gradio's client ask of gradio; its other routes (uploads, proxies, editors, single handlers) do not exist here.
GRADIO = re.compile(
    r"/gradio_api/(info|openapi\.json|startup-events|theme\.css|app_id|user|login_check|reset|cancel|queue/join|queue/data|"
    r"heartbeat/[^/]+|(call|call/v2|run|api)/(ask|search)(/[^/]+)?|file[=/].+|mcp|mcp/http)/?"
)
CLOSED = ("/gradio_api", "/monitoring", "/custom_component")


class TooManyAttempts(PlaidoyerError):
    """Too many failed log-ins, of this name or from this address; `wait` in seconds."""

    def __init__(self, wait: int):
        super().__init__(f"Too many failed log-ins. Try again in {minutes(wait)} minutes.")
        self.wait = wait


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up."""
    return -(-seconds // 60)


@dataclass
class Session:
    """One log-in: whose, with which password's hash, since when, and when it was last used."""

    name: str
    hash: str
    since: float
    used: float


class Sessions:
    """Who is logged in, by a random token of which only the digest is kept. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._open: dict[bytes, Session] = {}

    def open(self, user: User) -> str:
        """A new session of the user: its token."""
        now, name = self._clock(), folded(user.name)
        self._open = {
            key: session for key, session in self._open.items() if self._lasts(session, now)
        }
        for key in [key for key, session in self._open.items() if session.name == name][
            : 1 - SESSIONS
        ]:
            del self._open[key]
        token = secrets.token_urlsafe(32)
        self._open[_digest(token)] = Session(name, user.hash, now, now)
        return token

    def find(self, token: str) -> Session | None:
        """The token's session, which this use prolongs; None for one that has ended or never was."""
        session, now = self._open.get(_digest(token)), self._clock()
        if session is None or not self._lasts(session, now):
            return None
        session.used = now
        return session

    def close(self, token: str) -> None:
        """End the token's session."""
        self._open.pop(_digest(token), None)

    @staticmethod
    def _lasts(session: Session, now: float) -> bool:
        return now - session.used < IDLE and now - session.since < LONGEST


class Door:
    """Tells who sends a request. `users`: None asks for no log-in, everyone then sees `anonymous`;
    `here_only`: nobody is let in but from this machine's own browser."""

    def __init__(
        self,
        users: Users | None,
        anonymous: tuple[str, ...],
        here_only: bool,
        sessions: Sessions | None = None,
        attempts: Attempts | None = None,
    ):
        self.users, self.anonymous, self.here_only = users, anonymous, here_only
        self.sessions, self._attempts = sessions or Sessions(), attempts or Attempts()
        # One thread: an attempt is checked and counted before the next one, and argon2 takes its 64 MB once.
        self._checking = ThreadPoolExecutor(1, thread_name_prefix="log-in")
        self._secret, self._proven = secrets.token_bytes(32), {}

    async def visitor(self, request: Request) -> Visitor | None:
        """The sender of the request, or None for one who has to log in. Raises `TooManyAttempts` and `UsersInvalid`."""
        address = request.client.host if request.client else ""
        if self.users is None:
            return Visitor("", self.anonymous, address)
        session = self.sessions.find(request.cookies.get(COOKIES[request.url.scheme], ""))
        user = self.users.find(session.name) if session else None
        if user is None or user.hash != session.hash:
            user = await self._by_basic(request.headers.get("authorization", ""), address)
        return Visitor(user.name, SEES[user.audience], address) if user else None

    async def log_in(self, name: str, password: str, address: str) -> User | None:
        """The user whose name and password these are. Raises `TooManyAttempts` and `UsersInvalid`."""
        return await asyncio.get_running_loop().run_in_executor(
            self._checking, self._check, name, password, address
        )

    def _check(self, name: str, password: str, address: str) -> User | None:
        if wait := self._attempts.wait(folded(name), address):
            raise TooManyAttempts(wait)
        user = self.users.verify(name, password)
        if user:
            self._attempts.succeeded(folded(name))
        else:
            self._attempts.failed(folded(name), address)
        return user

    async def _by_basic(self, header: str, address: str) -> User | None:
        """HTTP Basic (RFC 7617). A password proven once needs no second argon2 as long as the users file keeps its hash."""
        kind, _, encoded = header.partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        code = hmac.digest(self._secret, password.encode(), "sha256")
        user = self.users.find(name)
        if user and hmac.compare_digest(self._proven.get((folded(name), user.hash), b""), code):
            return user
        user = await self.log_in(name, password, address)
        if user:
            self._proven = {
                key: kept for key, kept in self._proven.items() if key[0] != folded(name)
            } | {(folded(name), user.hash): code}
        return user


class Gate:
    """ASGI middleware: refuses a request, or passes it on with its `Visitor`. `public`: paths that need no log-in."""

    def __init__(self, app: Callable[..., Awaitable], door: Door, public: tuple[str, ...] = ()):
        self._app, self._door, self._public = app, door, public

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Answer the request here, or let it through."""
        if scope["type"] == "websocket":  # neither the page nor an endpoint uses one
            return await send({"type": "websocket.close"})
        if scope["type"] == "http":
            refusal = await self._refusal(Request(scope))
            if refusal:
                return await refusal(scope, receive, send)
        await self._app(scope, receive, send)

    async def _refusal(self, request: Request) -> Response | None:
        """Why the request goes no further; else None, and its scope has the visitor."""
        labels = LABELS[page_language(request.headers.get("accept-language"))]
        if self._door.here_only and not _from_here(request):
            return refused(403, "NotFromHere", labels["not_from_here"])
        if not _own_page(request):
            return refused(403, "ForeignPage", labels["foreign_page"])
        if "transfer-encoding" in request.headers:
            return refused(411, "LengthRequired", labels["too_large"])
        if int(request.headers.get("content-length", 0)) > LARGEST:
            return refused(413, "TooLarge", labels["too_large"])
        path = request.url.path
        if path.startswith(CLOSED) and not GRADIO.fullmatch(path):
            return refused(404, "NotFound", labels["not_found"])
        try:
            found = None if path in self._public else await self._door.visitor(request)
        except TooManyAttempts as error:
            return refused(
                429,
                "TooManyAttempts",
                labels["attempts"].format(minutes=minutes(error.wait)),
                {"Retry-After": str(error.wait)},
            )
        except PlaidoyerError as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return refused(503, "Unavailable", labels["unavailable"])
        if found is None and path not in self._public:
            return _ask_to_log_in(request, labels)
        request.scope[KEY] = found
        return None


def refused(
    status: int, error: str, detail: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """A refusal as JSON: `error`, one word, and `detail`, which says what to do; gradio's page shows the latter."""
    return JSONResponse({"error": error, "detail": detail}, status, headers)


def is_loopback(host: str) -> bool:
    """Is it this machine's own address?"""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _from_here(request: Request) -> bool:
    """By a loopback name, which a page of another site cannot take (DNS rebinding), and through no proxy."""
    host = _host(request.headers.get("host", ""))
    return is_loopback(host) and not any(name in request.headers for name in FORWARDED)


def _host(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def _own_page(request: Request) -> bool:
    """Not sent by a page of another site; following a link from one is. After net/http's CrossOriginProtection (Go 1.25)."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site:
        return site in ("same-origin", "none") or (
            request.method in ("GET", "HEAD")
            and request.headers.get("sec-fetch-mode") == "navigate"
        )
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _ask_to_log_in(request: Request, labels: dict[str, str]) -> Response:
    path = request.url.path
    if (
        request.method == "GET"
        and "text/html" in request.headers.get("accept", "")
        and not path.startswith(("/api/", "/gradio_api/"))
    ):
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login" if wanted == "/" else f"/login?next={quote(wanted)}", 303)
    # Only where programs ask: a browser that meets this header on the page's own requests opens a log-in window of its own.
    return refused(
        401,
        "LogInNeeded",
        labels["log_in_needed"],
        {"WWW-Authenticate": 'Basic realm="Plaidoyer"'} if path.startswith("/api/") else None,
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
