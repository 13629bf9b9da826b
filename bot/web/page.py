"""The page: its layout, and what its events do. Only app.py mounts it.

Everything a member sees is HTML of templates/ in gr.HTML regions. page.js turns clicks into events
of one hidden component, `bridge`, whose value in return is a file to save or a notice. gradio is
the transport: queue, streaming, cancelling. No event is a public endpoint.
"""

import base64
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from bot.answer import Bot
from bot.archive import Archive
from bot.question.understand import LONGEST
from bot.settings import BotSettings
from bot.web import chat, positions
from bot.web.brand import Brand
from bot.web.export import as_docx, as_markdown, as_text
from bot.web.feedback import LONGEST_COMMENT, Journal
from bot.web.follow_ups import FollowUps
from bot.web.gate.oidc import BEGIN
from bot.web.host import Host, LocalHost
from bot.web.interface import gr
from bot.web.kept import Keeper
from bot.web.kept_events import KeptEvents
from bot.web.labels import LABELS
from bot.web.meetings import meetings
from bot.web.memory import Conversation, Conversations
from bot.web.render import panel
from bot.web.scope_events import ScopeEvents, scope
from bot.web.sent import key as _key
from bot.web.sent import language as _language
from bot.web.sent import reply as _reply
from bot.web.sent import text as _text
from bot.web.sent import turn_number as _turn_number
from bot.web.shell import composer, masthead
from bot.web.templating import render
from index.errors import PlaidoyerError

WEB = Path(__file__).resolve().parent
# Each read after those before it.
STYLES = (
    "style.css",
    "views.css",
    "answer.css",
    "reading.css",
    "kept.css",
    "scope.css",
    "connection.css",
    "controls.css",
)
SCRIPTS = (  # one function
    "connection.js",
    "kept.js",
    "scope.js",
    "positions.js",
    "page.js",
    "follow.js",
    "reading.js",
    "beside.js",
)
# Events wait in the host's lanes, not in gradio's queue. One that is sent while another of its kind
# is under way is not left out: it may be the one that is sent again after a lost connection.
EVENT: dict[str, Any] = {
    "trigger_mode": "multiple",
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_limit": None,
}


def appearance() -> dict[str, Any]:
    """The style and the theme of the page: arguments of gr.mount_gradio_app."""
    return {
        "css": "".join((WEB / name).read_text() for name in STYLES),
        "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
        "show_error": False,
    }


class Page:
    """The handlers of the page's events.

    Each takes what page.js sent with the click; none of it is trusted to have the right type.
    """

    def __init__(
        self,
        opened: Callable[[], Bot],
        settings: BotSettings,
        host: Host,
        archive: Archive | None = None,
    ):
        self.opened, self.host, self.federation = opened, host, settings.federation
        self.brand = Brand.of(settings)
        self.by_provider = BEGIN if settings.oidc_issuer else ""
        self.conversations = Conversations()
        self.journal = Journal(settings.store, settings.unanswered)
        self.keeper = Keeper(archive)
        self.chat = chat.Chat(opened, host, self.journal, self.keeper)
        self.examples = chat.Examples(opened, host)
        self.follow_ups = FollowUps(opened, host)
        self.scope = ScopeEvents(opened, host)
        self.kept = KeptEvents(self.keeper, self.conversations, host, self.federation, self._found)
        self.is_open = threading.Event()
        threading.Thread(target=self._await_bot, name="awaiting", daemon=True).start()

    def start(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, ...]:
        """The loaded page, or the page in the other language; with `answer`, a turn by its link.

        Returns (masthead, welcome, composer, conversation, sources).
        """
        language, user = _language(sent, request), self.host.name(request)
        conversation, link = self._conversation(sent, request), _text(sent, "answer", 64)
        alert = LABELS[language]["link_gone"] if link and not conversation.turns else ""
        return (
            masthead(
                self.brand,
                language,
                user,
                staff="staff" in self.host.audiences(request),
                by_provider=self.by_provider,
            ),
            chat.welcome((), language, starting=not self.is_open.is_set()),
            composer(language, self.keeper.keeps(user)),
            *chat.shown(conversation, language, alert),
        )

    async def suggest(self, sent: gr.EventData, request: gr.Request) -> AsyncIterator[Markup]:
        """What is shown where nothing has been asked, once the bot is ready; with examples once
        they are found."""
        language, audiences = _language(sent, request), self.host.audiences(request)
        try:
            async for examples in self.examples.shown(language, audiences, request):
                yield chat.welcome(examples, language)
        except PlaidoyerError:
            yield chat.welcome((), language)  # the first question reports what is wrong

    def _await_bot(self) -> None:
        with suppress(PlaidoyerError):  # who opens it says so, and ends
            self.opened()
            self.is_open.set()

    async def ask(
        self, sent: gr.EventData, request: gr.Request
    ) -> AsyncIterator[tuple[Markup, Markup]]:
        """A question: (conversation, sources) at each step."""
        question, language = _text(sent, "question", LONGEST + 1), _language(sent, request)
        conversation = await run_in_threadpool(self._conversation, sent, request)
        if _text(sent, "again", 3) and conversation.answers(question):
            yield chat.shown(conversation, language)
            return
        async for shown in self.chat.answer(conversation, question, language, request, scope(sent)):
            yield shown

    def stop(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, Markup, dict]:
        """Give up the question, which goes back into the box: (conversation, sources, notice)."""
        conversation, language = self._conversation(sent, request), _language(sent, request)
        question, conversation.pending = conversation.pending, ""
        notice = _reply(LABELS[language]["stopped"], box=question)
        return (*chat.shown(conversation, language), notice)

    def clear(self, sent: gr.EventData, request: gr.Request) -> tuple[str, Markup]:
        """A new conversation: (conversation, sources)."""
        self.conversations.forget(self.host.name(request), _key(sent))
        return "", panel((), _language(sent, request))

    def judge(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, Markup, dict]:
        """Feedback on an answer: (conversation, sources, notice)."""
        conversation, language = self._conversation(sent, request), _language(sent, request)
        turn, labels = conversation.turn(_turn_number(sent)), LABELS[language]
        verdict, notice = _text(sent, "verdict", 10), ""
        if turn is None:
            notice = labels["gone"]
        elif not turn.verdict and verdict in ("useful", "wrong"):
            reason, comment = _text(sent, "reason", 20), _text(sent, "comment", LONGEST_COMMENT)
            if self.journal.record_verdict(turn.answer, verdict, reason, comment):
                conversation.set_verdict(turn.number, verdict)
                self.keeper.save(conversation, turn.number)
                notice = labels["thanks"]
            else:
                notice = labels["not_stored"]
        return (*chat.shown(conversation, language), _reply(notice))

    async def go_on(self, sent: gr.EventData, request: gr.Request) -> dict:
        """Questions that go on from the last answer, for page.js to show under it."""
        conversation = await run_in_threadpool(self._conversation, sent, request)
        number = _turn_number(sent)
        if not conversation.turns or conversation.turns[-1].number != number:
            return gr.skip()
        found = await self.follow_ups.of(conversation, _text(sent, "key", 64), request)
        title = LABELS[conversation.turns[-1].answer.language]["next"]
        return _reply(follow_ups={"turn": number, "title": title, "questions": found})

    def export(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, Markup, dict]:
        """An answer as text for page.js to copy, or as a note to save.

        Returns (conversation, sources, what there is of it).
        """
        conversation, language = self._conversation(sent, request), _language(sent, request)
        turn, labels = conversation.turn(_turn_number(sent)), LABELS[language]
        if turn is None:
            return (*chat.shown(conversation, language), _reply(labels["gone"]))
        today, format = date.today(), _text(sent, "as", 10)
        if write := {"text": as_text, "markdown": as_markdown}.get(format):
            return gr.skip(), gr.skip(), _reply(labels["done"], copied=write(turn.answer, today))
        note = _reply(
            file=f"{labels['note_name']}-{today.isoformat()}.docx",
            content=base64.b64encode(as_docx(turn.answer, today, self.federation)).decode(),
        )
        return gr.skip(), gr.skip(), note

    async def positions(
        self, sent: gr.EventData, request: gr.Request
    ) -> tuple[Markup, Markup, Markup]:
        """The form that asks for a timeline, the documents' filters, and the documents."""
        language = _language(sent, request)

        def show() -> tuple[Markup, Markup, Markup]:
            documents = self.opened().documents(self.host.audiences(request))
            return (
                positions.finder(documents, language),
                positions.positions(documents, language),
                positions.texts(documents, language),
            )

        try:
            return await self.host.run(request, show)
        except PlaidoyerError as error:
            return Markup(), _alert(error, language), Markup()

    async def texts(self, sent: gr.EventData, request: gr.Request) -> Markup:
        """The documents that hold the words; all of them for no word."""
        language = _language(sent, request)
        words = " ".join(_text(sent, "words", positions.LONGEST_THEME).split())

        def show() -> Markup:
            bot, audiences = self.opened(), self.host.audiences(request)
            found = bot.holding(words, audiences) if words else ()
            return positions.texts(bot.documents(audiences), language, words, found)

        try:
            return await self.host.run(request, show)
        except PlaidoyerError as error:
            return _alert(error, language)

    async def timeline(self, sent: gr.EventData, request: gr.Request) -> Markup:
        """A theme's timeline."""
        language = _language(sent, request)
        theme = " ".join(_text(sent, "theme", positions.LONGEST_THEME).split())

        def show() -> Markup:
            audiences = self.host.audiences(request)
            found = self.opened().timeline(theme, audiences) if theme else ()
            return positions.timeline(theme, found, language)

        try:
            return await self.host.run(request, show, searches=True)
        except PlaidoyerError as error:
            return _alert(error, language)

    async def meetings(self, sent: gr.EventData, request: gr.Request) -> Markup:
        """The meetings and their filters."""
        language = _language(sent, request)

        def show() -> Markup:
            return meetings(self.opened().meetings(self.host.audiences(request)), language)

        try:
            return await self.host.run(request, show)
        except PlaidoyerError as error:
            return _alert(error, language)

    def _conversation(self, sent: gr.EventData, request: gr.Request) -> Conversation:
        """The member's conversation, with the turn whose link they follow."""
        return self._found(request, _key(sent), _text(sent, "answer", 64))

    def _found(self, request: gr.Request, key: str, link: str = "") -> Conversation:
        """The conversation, without the turns that show what the member may not see now."""
        user = self.host.name(request)
        conversation = self.conversations.get(user, key)
        if self.keeper.is_deleted(conversation):
            self.conversations.forget(user, key)
            conversation = self.conversations.get(user, key)
        self.keeper.restore(conversation)
        try:
            linked = self.keeper.linked(link) if self.keeper.keeps(user) else None
            if linked:
                conversation.borrow(linked)
            self.keeper.drop_withdrawn(conversation)
            if conversation.turns:
                documents = conversation.documents()
                visible = self.opened().passages(documents, self.host.audiences(request))
                conversation.keep_only(visible)
        except PlaidoyerError:  # they come back with the index
            return replace(conversation, turns=())
        return conversation


def page(
    opened: Callable[[], Bot],
    settings: BotSettings,
    host: Host | None = None,
    archive: Archive | None = None,
) -> gr.Blocks:
    """The page. `opened()` gives the bot, waiting until it is ready.

    `host` says who asks and what they may see; without one, anybody sees what members see.
    `archive` keeps the conversations of those who log in; without one, none is kept.
    Raises `BrandInvalid` where the settings' colour or logo cannot be used.
    """
    events = Page(opened, settings, host or LocalHost(), archive)
    with gr.Blocks(
        title=" · ".join(part for part in ("Plaidoyer", settings.federation) if part),
        fill_width=True,
        analytics_enabled=False,
    ) as blocks:
        regions = _layout()
        bridge = gr.HTML(
            {},
            html_template="",
            js_on_load="".join((WEB / name).read_text() for name in SCRIPTS),
            elem_id="bridge",
            apply_default_css=False,
        )
        _connect(bridge, events, regions)
    return blocks


def _layout() -> dict[str, gr.HTML]:
    """The regions of the page by name, each empty until an event fills it."""

    def regions(*names: str) -> dict[str, gr.HTML]:
        return {
            name: gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=None)
            for name in names
        }

    made = regions("masthead")
    with gr.Column(elem_id="view-chat", elem_classes="view"), gr.Row(elem_id="desk"):
        with gr.Column(scale=3, min_width=280, elem_id="talk"):
            made |= regions("kept", "welcome", "chat", "scope", "complete", "question")
        with gr.Column(scale=2, min_width=280, elem_id="side"):
            made |= regions("sources")
    with gr.Column(elem_id="view-positions", elem_classes="view"):
        made |= regions("finder", "timeline", "positions", "texts")
    with gr.Column(elem_id="view-meetings", elem_classes="view"):
        made |= regions("met")
    return made


def _connect(bridge: gr.HTML, events: Page, regions: dict[str, gr.HTML]) -> None:
    """Connect the events that page.js triggers with their handlers and what these fill.

    A gr.HTML has a fixed set of events: their names say nothing of what ours mean.
    """
    talk, side = regions["chat"], regions["sources"]
    changed = [talk, side, bridge]
    asking = bridge.submit(events.ask, None, [talk, side], api_name="page_ask", **EVENT)
    loaded = [regions[name] for name in ("masthead", "welcome", "question", "chat", "sources")]
    suggesting = bridge.focus(
        events.suggest, None, regions["welcome"], api_name="page_suggest", **EVENT
    )
    bridge.input(events.start, None, loaded, cancels=suggesting, api_name="page_start", **EVENT)
    bridge.stop(events.stop, None, changed, cancels=asking, api_name="page_stop", **EVENT)
    bridge.clear(events.clear, None, [talk, side], cancels=asking, api_name="page_clear", **EVENT)
    bridge.like(events.judge, None, changed, api_name="page_judge", **EVENT)
    bridge.download(events.export, None, changed, api_name="page_export", **EVENT)
    bridge.example_select(events.go_on, None, bridge, api_name="page_go_on", **EVENT)
    keeping = [regions["kept"], talk, side]
    bridge.apply(events.scope.show, None, regions["scope"], api_name="page_scope", **EVENT)
    completed = regions["complete"]
    bridge.key_up(events.scope.complete, None, completed, api_name="page_complete", **EVENT)
    bridge.edit(events.kept.list, None, keeping, api_name="page_kept", **EVENT)
    bridge.copy(events.kept.export, None, bridge, api_name="page_export_whole", **EVENT)
    listed = [regions["finder"], regions["positions"], regions["texts"]]
    bridge.expand(events.positions, None, listed, api_name="page_positions", **EVENT)
    bridge.release(events.texts, None, regions["texts"], api_name="page_texts", **EVENT)
    bridge.select(events.timeline, None, regions["timeline"], api_name="page_timeline", **EVENT)
    bridge.collapse(events.meetings, None, regions["met"], api_name="page_meetings", **EVENT)


def _alert(error: PlaidoyerError, language: str) -> Markup:
    return render("alert.html", language, alert=chat.alert_of(error, language))
