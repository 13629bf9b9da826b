"""The desk put together: which sections there are, and their routes."""

from collections.abc import Callable, Sequence

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from bot.accounts import Accounts
from bot.answer import Bot
from bot.audit import Audit
from bot.citations import Citations
from bot.settings import BotSettings
from bot.usage import Use
from bot.web.api import Service
from bot.web.brand import Brand
from bot.web.desk import account, accounts, asked, collection_parts, draft, stale, use
from bot.web.desk.asked import AskedPage, serve_asked
from bot.web.desk.collection import serve_collection
from bot.web.desk.collection_parts import Parts
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell
from bot.web.desk.stale import Comparing, StalePage, serve_stale
from bot.web.desk.use import serve_use
from bot.web.gate.access import DESK, Authenticator
from index.intake import Intake
from index.readers.read import parsers_for
from index.runs import Runs

# In the order in which they are listed.
SECTIONS: tuple[Section, ...] = (
    asked.SECTION,
    collection_parts.SECTION,
    stale.SECTION,
    use.SECTION,
    accounts.SECTION,
    draft.SECTION,
    account.SECTION,
)


def serve_desk(  # noqa: PLR0913 (what its sections show, and what they change)
    app: FastAPI,
    brand: Brand,
    opened: Callable[[], Bot],
    settings: BotSettings,
    *,
    service: Service,
    authenticator: Authenticator,
    people: Accounts | None,
    use: Use,
    citations: Citations,
    indexing: Sequence[str],
) -> None:
    """Add the pages of the desk to the app.

    `opened()` gives the bot, waiting until it is ready; `people`: None where nobody logs in;
    `indexing`: the command that indexes.
    """
    shell, audit = Shell(brand, SECTIONS), Audit(settings.store)
    draft.serve_draft(app, shell, service)
    account.serve_account(app, shell, authenticator, people)
    if people:
        accounts.serve_accounts(app, shell, people)

    async def first(request: Request) -> Response:
        return RedirectResponse(SECTIONS[0].path, 303)

    app.get(DESK)(first)
    intake = Intake(settings.corpus, settings.store, parsers_for(settings.ocr))
    runs = Runs(settings, indexing)
    serve_asked(app, AskedPage(shell, opened, settings.store, service, audit))
    serve_collection(app, Parts(shell, opened, settings, audit, citations, intake, runs))
    serve_stale(app, StalePage(shell, Comparing(opened, service), settings, audit))
    serve_use(app, shell, use)
