"""Headers that every response carries. Promise: the page cannot be made to ask anything of another host, nor be framed."""

from collections.abc import Awaitable, Callable

# gradio's page needs inline scripts and styles, and evaluates its own templates.
PAGE = ("default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'")
HEADERS = {b"content-security-policy": PAGE.encode(), b"x-content-type-options": b"nosniff", b"referrer-policy": b"no-referrer",
           b"x-frame-options": b"DENY"}


class SafeHeaders:
    """ASGI middleware: adds HEADERS where the response does not set its own. Streams untouched."""

    def __init__(self, app: Callable[..., Awaitable]):
        self._app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Pass the request on, and its response's start with the headers added."""
        async def with_headers(event: dict) -> None:
            if event["type"] == "http.response.start":
                own = {name.lower() for name, _ in event["headers"]}
                event = event | {"headers": [*event["headers"], *((name, value) for name, value in HEADERS.items() if name not in own)]}
            await send(event)

        await self._app(scope, receive, with_headers)
