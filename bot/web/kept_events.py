"""What the page's events do with kept conversations: their list, and a whole one to take away."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from bot.complaints import complain
from bot.question.understand import LONGEST
from bot.web import sent as given
from bot.web.chat import shown
from bot.web.export_conversation import conversation_as_docx, conversation_as_markdown
from bot.web.host import Host
from bot.web.interface import gr
from bot.web.kept import Keeper
from bot.web.labels import LABELS
from bot.web.memory import Conversation, Conversations
from bot.web.templating import render
from index.errors import PlaidoyerError


@dataclass(frozen=True)
class KeptEvents:
    """Handlers. `found` gives the user's conversation of a key as they may see it now."""

    keeper: Keeper
    conversations: Conversations
    host: Host
    federation: str
    found: Callable[[gr.Request, str], Conversation]

    def list(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, Markup, Markup]:
        """The list of the user's conversations, after what was done to one of them or to all.

        Returns (list, conversation, sources).
        """
        language, user, key = (
            given.language(sent, request),
            self.host.name(request),
            given.key(sent),
        )
        do, of = given.text(sent, "do", 10), given.text(sent, "of", 64)
        try:
            self.keeper.change(user, do, of, given.text(sent, "title", LONGEST))
            if do == "delete":
                self.conversations.forget(user, of)
            elif do == "delete-all":
                self.conversations.forget_all(user)
            listed = self.keeper.listed(user, key, language)
        except PlaidoyerError as error:
            complain(error)
            listed = render("alert.html", language, alert=LABELS[language]["kept_unusable"])
        return (listed, *shown(self.found(request, key), language))

    def export(self, sent: gr.EventData, request: gr.Request) -> dict:
        """A whole conversation as a file to save: as a note, or as Markdown."""
        language, today = given.language(sent, request), date.today()
        labels, conversation = LABELS[language], self.found(request, given.text(sent, "of", 64))
        answers = [turn.answer for turn in conversation.turns]
        if not answers:
            return given.reply(labels["gone"])
        if given.text(sent, "as", 10) == "markdown":
            suffix, content = "md", conversation_as_markdown(answers, today).encode()
        else:
            suffix = "docx"
            content = conversation_as_docx(answers, today, self.federation)
        name = f"{labels['conversation_name']}-{today.isoformat()}.{suffix}"
        return given.reply(file=name, content=base64.b64encode(content).decode())
