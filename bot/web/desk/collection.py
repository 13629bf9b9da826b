"""/desk/collection: the documents, and the way to all that is done with them."""

from math import ceil
from typing import Annotated
from urllib.parse import urlencode

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from bot.collection import ORDERS, STATES, Filter, Row, rows
from bot.complaints import complain
from bot.users import SEES
from bot.web.desk.collection_document import serve_document
from bot.web.desk.collection_files import LIMITS, serve_files
from bot.web.desk.collection_parts import SECTION, Parts
from bot.web.desk.collection_runs import serve_runs, shown
from bot.web.desk.shell import language_of
from index.corpus import paths_of
from index.errors import PlaidoyerError
from index.passage import AUDIENCES, KINDS, STATUSES
from index.readers.read import FORMATS
from index.report import said

PAGE = 100  # documents
CHOICES = {"kind": KINDS, "status": STATUSES, "audience": AUDIENCES, "state": STATES}


def collected(parts: Parts) -> tuple[list[Row], bool]:
    """The documents of the index and of the corpus, and whether there is an index to tell of."""
    files, cited = paths_of(parts.settings.corpus), parts.citations.known()
    try:
        bot = parts.opened()
        return rows(bot.documents(SEES["staff"]), bot.warnings, files, cited), True
    except PlaidoyerError as error:
        complain(error)
        return rows({}, {}, files, cited), False


def serve_collection(app: FastAPI, parts: Parts) -> None:
    """Add the pages of the collection to the app."""

    def listed(request: Request, page: Annotated[int, Query(ge=1)] = 1) -> Response:
        language = language_of(request)
        words = SECTION.said(language)
        asked = {
            name: request.query_params.get(name, "")[:200] for name in ("words", *CHOICES, "order")
        }
        every, is_open = collected(parts)
        found = Filter(**asked).of(every)
        pages = max(1, ceil(len(found) / PAGE))
        page = min(page, pages)
        return parts.page(
            request,
            "collection.html",
            alert="" if is_open else words.no_index,
            rows=found[(page - 1) * PAGE : page * PAGE],
            said=lambda warning: said(warning, language),
            counts={"shown": len(found), "all": len(every)},
            asked=asked,
            address=f"{SECTION.path}?{urlencode({k: v for k, v in asked.items() if v})}",
            choices=CHOICES,
            orders=ORDERS,
            page=page,
            pages=pages,
            waiting=len(parts.intake.waiting()),
            folders=parts.intake.folders(),
            formats=", ".join(FORMATS),
            limits=LIMITS,
            runs=shown(parts.runs, language),
        )

    app.get(SECTION.path)(listed)
    serve_document(app, parts, lambda: collected(parts)[0])
    serve_files(app, parts)
    serve_runs(app, parts)
