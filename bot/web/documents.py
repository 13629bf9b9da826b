"""The documents themselves, over HTTP.

Promise: the bytes that were indexed, for the audience that they were indexed for, whatever has
become of the file since; and inert.
"""

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from bot.answer import Bot
from bot.web.gate.visitor import audiences
from index.errors import PlaidoyerError

SHOWN_AS = {
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
}
DOWNLOAD = "application/octet-stream"
# An HTML document is shown without script, form, request to anyone, or an origin of its own.
INERT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# A browser's PDF viewer does not start in a sandbox; it runs nothing of the file outside itself.
IN_VIEWER = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'self'; frame-ancestors 'none'"
)


def serve_documents(app: FastAPI, opened: Callable[[], Bot]) -> None:
    """Add GET /document/PATH to the app.

    It answers 404 for whatever is not an indexed document that the visitor may see, and for one
    whose kept bytes are not those that were indexed.
    """

    @app.get("/document/{path:path}")
    def document(path: str, request: Request) -> Response:
        try:
            content = opened().original(path, audiences(request))
        except PlaidoyerError as error:
            raise HTTPException(404, "This document is not available.") from error
        if content is None:
            raise HTTPException(404, "No such document.")
        name = PurePosixPath(path)
        kind = SHOWN_AS.get(name.suffix.lower(), DOWNLOAD)
        place = "attachment" if kind == DOWNLOAD else "inline"
        return Response(
            content,
            media_type=kind,
            headers={
                "Content-Disposition": f"{place}; filename*=UTF-8''{quote(name.name, safe='')}",
                "Content-Security-Policy": IN_VIEWER if kind == "application/pdf" else INERT,
            },
        )
