"""Headers that every response carries.

Promise: the page cannot be made to ask anything of another host, nor be framed, and what it shows
of the documents is kept by no cache. A redirection stays on this site and names no host.
"""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable

# gradio's page needs inline scripts and styles, and evaluates its own templates.
PAGE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    b"content-security-policy": PAGE.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    # no-referrer would make a browser send the log-in form without its origin
    b"referrer-policy": b"same-origin",
    b"permissions-policy": (
        b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
SECURE = {b"strict-transport-security": b"max-age=31536000"}  # only where the request came by https
HOST = re.compile(rb"^[\w+.-]+://[^/?#\\]*")  # of a Location, with its scheme
# Files of the page's program, the same for everyone: may be cached.
PROGRAM = ("/assets/", "/static/", "/svelte/")


class SafeHeaders:
    """ASGI middleware: adds HEADERS where the response does not set its own. Streams untouched."""

    def __init__(self, app: Callable[..., Awaitable]):
        self._app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Pass the request on, and its response's start with the headers added."""
        added = HEADERS | (SECURE if scope.get("scheme") == "https" else {})

        async def with_headers(event: dict) -> None:
            if event["type"] == "http.response.start":
                headers = [_without_host(*pair) for pair in event["headers"]]
                if not scope["path"].startswith(PROGRAM):
                    headers = [pair for pair in headers if pair[0].lower() != b"cache-control"]
                    headers.append((b"cache-control", b"no-store"))
                present = {name.lower() for name, _ in headers}
                headers += [pair for pair in added.items() if pair[0] not in present]
                event = event | {"headers": headers}
            await send(event)

        await self._app(scope, receive, with_headers)


def named_by_digest(text: str) -> str:
    """The source of a script or style that stands in the page, for its policy (CSP 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _without_host(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """The header; a Location without scheme and host, which frameworks copy from the request."""
    if name.lower() != b"location":
        return name, value
    return name, b"/" + HOST.sub(b"", value).lstrip(b"/\\")
