"""The desk put together: which sections there are, and their routes."""

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from bot.web.api import Service
from bot.web.brand import Brand
from bot.web.desk import draft
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell
from bot.web.gate.access import DESK

# In the order in which they are listed.
SECTIONS: tuple[Section, ...] = (draft.SECTION,)


def serve_desk(app: FastAPI, brand: Brand, service: Service) -> None:
    """Add the pages of the desk to the app."""
    shell = Shell(brand, SECTIONS)
    draft.serve_draft(app, shell, service)

    async def first(request: Request) -> Response:
        return RedirectResponse(SECTIONS[0].path, 303)

    app.get(DESK)(first)
