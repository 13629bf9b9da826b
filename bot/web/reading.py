"""The reader view: a document as its reader would have it, with the quotes marked.

GET /read/PATH is the page, which the panel beside a conversation shows too; GET /picture/PATH is
the picture of a PDF's page. What is shown is made of the indexed passages and of these pictures:
nothing of a file's own markup is served.
Promise: 404 for whatever is not an indexed document that the visitor may see, as /document; a
quote is marked where it stands, or said not to be found, never marked elsewhere.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from bot.answer import Bot
from bot.web import addresses
from bot.web.blocks import Block, Mark, blocks
from bot.web.brand import Brand
from bot.web.gate.headers import named_by_digest
from bot.web.gate.limits import Busy, Lanes, Limiter, TooMany
from bot.web.gate.visitor import visitor
from bot.web.labels import LABELS, page_language
from bot.web.pdf_pages import WIDTHS, PdfPages
from bot.web.templating import render
from index.errors import PlaidoyerError, Unreadable
from index.passage import Passage
from index.readers.pictures import Box, Outline, Picture, Wanted, outline

Result = TypeVar("Result")
WEB = Path(__file__).resolve().parent
STYLE = "".join((WEB / name).read_text() for name in ("style.css", "reading.css"))
SCRIPT = (WEB / "reading.js").read_text()
MOST_QUOTES = 20  # that one address names
PART = 500  # passages that are shown at once: about 120 pages of text
# The page runs the script above and no other, and asks for nothing but pictures of pages.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    f"script-src {named_by_digest(SCRIPT)}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Quote:
    """A quote to be marked, by its place among those that the address names, from 1."""

    number: int
    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.text[self.start : self.end]

    @property
    def mark(self) -> Mark:
        """Where it stands in the document."""
        first = self.passage.start
        return Mark(self.number, first + self.start, first + self.end)

    @property
    def wanted(self) -> Wanted:
        """What is sought on the pages of a PDF."""
        return Wanted(self.passage.page, self.passage.text, self.start, self.end)


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the document, its quotes as they are named there, and how."""

    path: str
    quotes: tuple[str, ...] = ()
    as_text: bool = False
    part: int = 0
    language: str = "fr"

    @classmethod
    def of(cls, path: str, request: Request) -> "Asked":
        """What the request asks for; what makes no sense in it counts for nothing."""
        sent = request.query_params
        language = sent.get("language", "")
        if language not in LABELS:
            language = page_language(request.headers.get("accept-language"))
        quotes = tuple(sent.getlist("quote")[:MOST_QUOTES])
        return cls(path, quotes, sent.get("as") == "text", _number(sent.get("part")), language)

    def address(self, *, as_text: bool | None = None, part: int = 0) -> str:
        """The address of the same document and quotes in another way, or in another part."""
        text = self.as_text if as_text is None else as_text
        return addresses.reading(self.path, self.language, self.quotes, as_text=text, part=part)

    def found(self, passages: Sequence[Passage]) -> list[Quote]:
        """Those of its quotes that stand in the passages."""
        by_id = {passage.id: passage for passage in passages}
        quotes = []
        for number, named in enumerate(self.quotes, 1):
            match = addresses.NAMED.fullmatch(named)
            passage = by_id.get(match["id"]) if match else None
            if match and passage:
                start, end = int(match["start"]), int(match["end"])
                if start < end <= len(passage.text):
                    quotes.append(Quote(number, passage, start, end))
        return quotes


class Reading:
    """Makes the view and its pictures, for visitors in turn and within the limiter's rate.

    `opened()` gives the bot, waiting until it is ready.
    """

    def __init__(self, opened: Callable[[], Bot], limiter: Limiter, lanes: Lanes, brand: Brand):
        self._opened, self._limiter, self._lanes, self._brand = opened, limiter, lanes, brand
        self._pages = PdfPages()

    async def page(self, path: str, request: Request) -> Markup | None:
        """The page; None where there is no such document. Raises `TooMany` and `Busy`."""
        asked, audiences = Asked.of(path, request), visitor(request).audiences
        return await self._run(request, lambda: self._page(asked, audiences))

    async def picture(self, path: str, request: Request) -> Picture | None:
        """The picture of a page, by its number and one of WIDTHS; None and errors as `page`."""
        page, width = (_number(request.query_params.get(name)) for name in ("page", "width"))
        if width not in WIDTHS or not path.lower().endswith(".pdf"):
            return None
        audiences = visitor(request).audiences

        def draw() -> Picture | None:
            data = self._opened().original(path, audiences)
            return self._pages.picture(data, page, width) if data else None

        return await self._run(request, draw)

    async def _run(self, request: Request, work: Callable[[], Result]) -> Result:
        asking = visitor(request)
        self._limiter.take(asking)
        return await self._lanes.draw(asking.key, work)

    def _page(self, asked: Asked, audiences: Sequence[str]) -> Markup | None:
        bot = self._opened()
        found = bot.passages({asked.path}, audiences)
        passages = sorted(found, key=lambda passage: passage.start)
        if not passages:
            return None
        original = bot.original(asked.path, audiences)
        document = _document(asked, passages, original)
        title = passages[0].title
        return render(
            "reading_page.html",
            asked.language,
            title=title,
            brand=self._brand,
            document=document,
            style=Markup(STYLE + self._brand.css),
            script=Markup(SCRIPT),
        )


def serve_reading(app: FastAPI, reading: Reading) -> None:
    """Add GET /read/PATH and GET /picture/PATH to the app."""

    @app.get("/read/{path:path}")
    async def read(path: str, request: Request) -> Response:
        page = await _or_nothing(reading.page(path, request))
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    @app.get("/picture/{path:path}")
    async def picture(path: str, request: Request) -> Response:
        made = await _or_nothing(reading.picture(path, request))
        return Response(made.data, media_type=made.kind)


async def _or_nothing(made: Any) -> Any:
    """What is made, or 404. Raises `TooMany` and `Busy`."""
    try:
        found = await made
    except (TooMany, Busy):
        raise
    except PlaidoyerError as error:
        raise HTTPException(404, "This document is not available.") from error
    if found is None:
        raise HTTPException(404, "No such document.")
    return found


def _document(asked: Asked, passages: Sequence[Passage], original: bytes | None) -> Markup:
    """The document: the pages of a PDF, if they can be shown and its text is not asked for."""
    quotes = asked.found(passages)
    has_pages = asked.path.lower().endswith(".pdf") and original is not None
    notices = ["quote_moved"] if len(quotes) < len(asked.quotes) else []
    shown: dict[str, Any] | None = None
    if original and has_pages and not asked.as_text:
        try:
            shown = _pages(quotes, outline(original, [quote.wanted for quote in quotes]))
        except Unreadable:
            has_pages = False
            notices.append("no_pictures")
    shown = shown or _text(asked, passages, quotes)
    return render(
        "reading.html",
        asked.language,
        asked=asked,
        passage=passages[0],
        quotes=quotes,
        has_pages=has_pages,
        has_original=original is not None,
        **shown | {"notices": [*notices, *shown["notices"]]},
    )


def _pages(quotes: Sequence[Quote], drawn: Outline) -> dict[str, Any]:
    """For the template: the pages of a PDF, and on each the quotes with their boxes.

    A quote without a box is led to at the top of its passage's page.
    """
    spots: dict[int, list[tuple[Quote, Sequence[Box], bool]]] = {}
    for quote, boxes in zip(quotes, drawn.boxes, strict=True):
        first = boxes[0].page if boxes else min(max(1, quote.passage.page), len(drawn.shapes))
        for page in dict.fromkeys([first, *(box.page for box in boxes)]):
            on_page = [box for box in boxes if box.page == page]
            spots.setdefault(page, []).append((quote, on_page, page == first))
    return {
        "shapes": drawn.shapes,
        "pages": range(1, len(drawn.shapes) + 1),
        "spots": spots,
        "widths": WIDTHS,
        "notices": [] if all(drawn.boxes) else ["not_on_picture"],
    }


def _text(asked: Asked, passages: Sequence[Passage], quotes: Sequence[Quote]) -> dict[str, Any]:
    """For the template: the text, or the part of a long one that is asked for or has the quote."""
    places = {passage.id: place for place, passage in enumerate(passages)}
    parts = {quote.number: places[quote.passage.id] // PART + 1 for quote in quotes}
    count = -(-len(passages) // PART)
    part = min(asked.part or next(iter(parts.values()), 1), count)
    found = list(
        blocks(passages[PART * (part - 1) : PART * part], [quote.mark for quote in quotes])
    )
    return {
        "shapes": (),
        "blocks": _without_title(found, passages[0].title),
        "pages": [block.number for block in found if block.kind == "page" and block.number],
        "part": part,
        "part_count": count,
        "elsewhere": {number: place for number, place in parts.items() if place != part},
        "notices": [],
    }


def _without_title(found: Sequence[Block], title: str) -> list[Block]:
    """The blocks without a first heading that says no more than the title above them."""
    first = next((block for block in found if block.kind != "page"), None)
    if first and first.kind == "heading":
        pieces = first.rows[0][0]
        said = " ".join("".join(piece.text for piece in pieces).split())
        if said in " ".join(title.split()) and not any(piece.quotes for piece in pieces):
            return [block for block in found if block is not first]
    return list(found)


def _number(text: str | None) -> int:
    """The number that is written; 0 for anything else."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,6}", text) else 0
