"""What the page's events do with a conversation's scope: its chips, and what completes it."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from bot.answer import Bot
from bot.records import Scope
from bot.web import sent as given
from bot.web.host import Host
from bot.web.interface import gr
from bot.web.scope import LONGEST, bar, completions, scope_of
from index.errors import PlaidoyerError

LONGEST_TYPED = 80  # characters of a #theme or an @document


def scope(sent: gr.EventData) -> Scope:
    """What the page's questions are limited to."""
    return scope_of(given.text(sent, "scope", LONGEST))


@dataclass(frozen=True)
class ScopeEvents:
    """Handlers. `opened()` gives the bot; where there is no index they show nothing."""

    opened: Callable[[], Bot]
    host: Host

    async def show(self, sent: gr.EventData, request: gr.Request) -> Markup:
        """The chips and the form that adds some."""
        language, audiences = given.language(sent, request), self.host.audiences(request)
        try:
            return await self.host.run(
                request, lambda: bar(scope(sent), self.opened().documents(audiences), language)
            )
        except PlaidoyerError:  # the first question reports what is wrong
            return Markup()

    async def complete(self, sent: gr.EventData, request: gr.Request) -> Markup:
        """What "#cyb" or "@note", as it stands in the question box, may become."""
        language, audiences = given.language(sent, request), self.host.audiences(request)
        typed = given.text(sent, "typed", LONGEST_TYPED)
        try:
            return await self.host.run(
                request, lambda: completions(typed, self.opened().documents(audiences), language)
            )
        except PlaidoyerError:
            return Markup()
