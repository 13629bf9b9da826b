"""What the pages of the collection share: their place, their parts, and how they are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from bot.answer import Bot
from bot.audit import Audit, AuditFailed
from bot.citations import Citations
from bot.complaints import complain
from bot.settings import BotSettings
from bot.web.desk.collection_words import WORDS
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell, language_of, notice_of
from bot.web.templating import render
from index.errors import CollectionUnwritable, PlaidoyerError, StoreUnwritable
from index.intake import Intake
from index.report import said
from index.runs import Runs

SECTION = Section("/desk/collection", WORDS)
SCRIPT = "collection.js"
OURS_TO_REPAIR = (AuditFailed, CollectionUnwritable, StoreUnwritable)


@dataclass(frozen=True)
class Parts:
    """`opened()` gives the bot, waiting until it is ready; the others show or change something."""

    shell: Shell
    opened: Callable[[], Bot]
    settings: BotSettings
    audit: Audit
    citations: Citations
    intake: Intake
    runs: Runs

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        alert: str = "",
        **values: object,
    ) -> Response:
        """The page of a template of desk/, with the notice that the address names."""
        language = language_of(request)
        words = SECTION.said(language)
        body = render(
            f"desk/{template}",
            language,
            words=words,
            notice=notice_of(request, SECTION),
            alert=alert,
            **values,
        )
        return self.shell.page(request, SECTION, body, status=status, scripts=(SCRIPT,))


def explained(error: PlaidoyerError, request: Request) -> str:
    """The error in the visitor's language; what is to be repaired is reported too."""
    if isinstance(error, OURS_TO_REPAIR):
        complain(error)
    return said(str(error), language_of(request))


def to(page: str, /, **query: str) -> Response:
    """The redirection to a page of the collection, after something was done."""
    return RedirectResponse(f"{SECTION.path}{page}?{urlencode(query)}", 303)
