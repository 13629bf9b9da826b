"""The desk put together: which sections there are, and their routes."""

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from bot.accounts import Accounts
from bot.web.api import Service
from bot.web.brand import Brand
from bot.web.desk import account, accounts, draft
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell
from bot.web.gate.access import DESK, Authenticator

# In the order in which they are listed.
SECTIONS: tuple[Section, ...] = (accounts.SECTION, draft.SECTION, account.SECTION)


def serve_desk(
    app: FastAPI,
    brand: Brand,
    service: Service,
    authenticator: Authenticator,
    people: Accounts | None,
) -> None:
    """Add the pages of the desk to the app. `people`: None where nobody logs in."""
    shell = Shell(brand, SECTIONS)
    draft.serve_draft(app, shell, service)
    account.serve_account(app, shell, authenticator, people)
    if people:
        accounts.serve_accounts(app, shell, people)

    async def first(request: Request) -> Response:
        return RedirectResponse(SECTIONS[0].path, 303)

    app.get(DESK)(first)
