"""The desk put together: which sections there are, and their routes."""

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from bot.answer import Bot
from bot.audit import Audit
from bot.settings import BotSettings
from bot.usage import Use
from bot.web.brand import Brand
from bot.web.desk import asked, stale, use
from bot.web.desk.asked import AskedPage, serve_asked
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell
from bot.web.desk.stale import Comparing, StalePage, serve_stale
from bot.web.desk.use import serve_use
from bot.web.gate.access import DESK
from bot.web.host import Host

# In the order in which they are listed.
SECTIONS: tuple[Section, ...] = (asked.SECTION, stale.SECTION, use.SECTION)


def serve_desk(  # noqa: PLR0913 (what its sections show, and what they change)
    app: FastAPI,
    brand: Brand,
    opened: Callable[[], Bot],
    settings: BotSettings,
    *,
    host: Host,
    use: Use,
) -> None:
    """Add the pages of the desk to the app.

    `opened()` gives the bot, waiting until it is ready; `host` does what gives way to members.
    """
    shell, audit = Shell(brand, SECTIONS), Audit(settings.store)

    async def first(request: Request) -> Response:
        return RedirectResponse(SECTIONS[0].path, 303)

    app.get(DESK)(first)
    serve_asked(app, AskedPage(shell, opened, settings.store, host, audit))
    serve_stale(app, StalePage(shell, Comparing(opened, host), settings, audit))
    serve_use(app, shell, use)
