"""gradio's events belong to the visitor who began them: ASGI, behind the gate.

gradio gives what a session_hash or an event_id is waiting for to whoever names it.
Promise: what one visitor has used is refused to every other, and nobody has more than PENDING
events under way, so that no visitor fills gradio's queue.
"""

import json
import re
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.web.gate.access import refused
from bot.web.gate.limits import RETRY_AFTER
from bot.web.gate.visitor import Visitor, visitor
from bot.web.labels import LABELS, page_language

PENDING = 16  # events of a visitor; a page has a handful under way as it loads
LONGEST = 128  # characters of a name: gradio's page has 11, its events 32
LIFETIME = 12 * 3600  # seconds without use after which a name is anybody's again
NAMES, OWNERS = 1_000, 5_000  # of an owner, and owners that are remembered
COOKIE = "plaidoyer-page"  # tells visitors without a name apart; it ends with the browser
ROUTE = re.compile(
    r"""/gradio_api/(?:
      (?P<begins> queue/join | (?:call|call/v2)/(?:ask|search) )
    | (?P<ends> cancel | reset )
    | (?P<direct> (?:run|api)/(?:ask|search) )
    | (?P<streams> queue/data )
    | heartbeat/(?P<session>[^/]+)
    | (?:call|call/v2)/(?:ask|search)/(?P<event>[^/]+)
    )/?""",
    re.VERBOSE,
)


class Owners:
    """Who used a session_hash or an event_id first. `clock` counts seconds.

    Bounded: of an owner the names used longest ago are forgotten first, so that nobody can have
    another's forgotten.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._owner: dict[str, str] = {}
        self._used: OrderedDict[str, OrderedDict[str, float]] = OrderedDict()  # by owner

    def claim(self, name: str, owner: str) -> bool:
        """Is the name the owner's, from now on if it was nobody's?"""
        holder, now = self._owner.get(name), self._clock()
        if holder and holder != owner:
            if now - self._used[holder][name] < LIFETIME:
                return False
            del self._used[holder][name]
        names = self._used.setdefault(owner, OrderedDict())
        names[name], self._owner[name] = now, owner
        names.move_to_end(name)
        self._used.move_to_end(owner)
        if len(names) > NAMES:
            del self._owner[names.popitem(last=False)[0]]
        if len(self._used) > OWNERS:
            for forgotten in self._used.popitem(last=False)[1]:
                del self._owner[forgotten]
        return True

    def owns(self, name: str, owner: str) -> bool:
        """Did the owner use it first?"""
        return self._owner.get(name) == owner


class OwnEvents:
    """ASGI middleware: refuses what belongs to another, and what is too much of one visitor.

    `pending()`: the visitor of each event that gradio has not finished.
    """

    def __init__(self, app: Callable[..., Awaitable], pending: Callable[[], Iterable[Visitor]]):
        self._app, self._pending = app, pending
        self._owners, self._joining = Owners(), Counter[str]()

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Answer the request here, or let it through."""
        route = ROUTE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if route is None:
            return await self._app(scope, receive, _with_cookie(scope, send))
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return None
        sent = _object(body) if request.method == "POST" else {}
        if refusal := self._refusal(request, route.groupdict(), sent):
            return await refusal(scope, receive, send)
        receive = _again(body, receive)
        if not (route["begins"] and request.method == "POST"):
            return await self._app(scope, receive, send)
        key = visitor(request).key
        self._joining[key] += 1
        try:
            await self._app(scope, receive, self._claiming(_owner(request), send))
        finally:
            self._joining[key] -= 1
            self._joining += Counter()  # drops what is 0

    def _refusal(
        self, request: Request, route: dict[str, str | None], sent: dict[str, Any] | None
    ) -> Response | None:
        if sent is None:
            return refused(422, "RequestInvalid", "The body is no JSON object.")
        owner, labels = _owner(request), LABELS[_language(request, sent)]
        session = route["session"] or sent.get("session_hash")
        if route["streams"]:
            session = request.query_params.get("session_hash")
        event = route["event"] or (sent.get("event_id") if route["ends"] else None)
        foreign = isinstance(event, str) and not self._owners.owns(event, owner)
        if isinstance(session, str) and not foreign:
            foreign = len(session) > LONGEST or not self._owners.claim(session, owner)
        if foreign:
            return refused(404, "NotFound", labels["not_found"])
        if route["begins"] and self._under_way(visitor(request).key) >= PENDING:
            detail = labels["again"].format(seconds=RETRY_AFTER)
            return refused(429, "TooMany", detail, {"Retry-After": str(RETRY_AFTER)})
        return None

    def _under_way(self, key: str) -> int:
        return self._joining[key] + sum(found.key == key for found in self._pending())

    def _claiming(self, owner: str, send: Callable) -> Callable:
        """`send`, noting the event_id of the answer before it leaves."""

        async def claiming(message: dict) -> None:
            if message["type"] == "http.response.body":
                event = (_object(message.get("body", b"")) or {}).get("event_id")
                if isinstance(event, str):
                    self._owners.claim(event, owner)
            await send(message)

        return claiming


def _owner(request: Request) -> str:
    """Whose events these are: the user's; without a log-in the browser's, else the address's.

    The address alone would not do for a browser: it changes between IPv4 and IPv6.
    """
    asking, cookie = visitor(request), request.cookies.get(COOKIE, "")
    return asking.key if asking.name or not cookie else f"browser {cookie[:LONGEST]}"


def _with_cookie(scope: dict, send: Callable) -> Callable:
    """`send`, which gives a browser without a log-in the cookie as it opens the page."""
    if scope["type"] != "http" or (scope["method"], scope["path"]) != ("GET", "/"):
        return send
    request = Request(scope)
    if visitor(request).name or COOKIE in request.cookies:
        return send
    secure = "; Secure" if request.url.scheme == "https" else ""
    cookie = f"{COOKIE}={secrets.token_urlsafe(16)}; HttpOnly; SameSite=Strict; Path=/{secure}"

    async def with_cookie(message: dict) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", cookie)
        await send(message)

    return with_cookie


def _language(request: Request, sent: dict[str, Any]) -> str:
    """The page's language, else the browser's."""
    event = sent.get("event_data")
    chosen = event.get("language") if isinstance(event, dict) else None
    if isinstance(chosen, str) and chosen in LABELS:
        return chosen
    return page_language(request.headers.get("accept-language"))


def _object(body: bytes) -> dict[str, Any] | None:
    """The JSON object, read as FastAPI reads it; None for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _again(body: bytes, receive: Callable) -> Callable:
    """`receive`, with the body that was read already first."""
    first = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> dict:
        return first.pop() if first else await receive()

    return receive_again
