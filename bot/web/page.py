"""The page: its layout, and what its events do. Only app.py mounts it.

Everything a member sees is HTML of templates/ in gr.HTML regions. page.js turns clicks into events
of one hidden component, `bridge`, whose value in return is a file to save or a notice. gradio is
the transport: queue, streaming, cancelling. No event is a public endpoint.
"""

import base64
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from bot.answer import Bot
from bot.question.understand import LONGEST
from bot.settings import BotSettings
from bot.web import chat, positions
from bot.web.brand import Brand
from bot.web.export import as_docx, as_markdown, as_text
from bot.web.feedback import LONGEST_COMMENT, Journal
from bot.web.host import Host, LocalHost
from bot.web.labels import LABELS, page_language
from bot.web.meetings import meetings
from bot.web.memory import Conversation, Conversations
from bot.web.render import panel
from bot.web.shell import composer, masthead
from bot.web.templating import render
from index.errors import PlaidoyerError

WEB = Path(__file__).resolve().parent
# Each read after those before it.
STYLES = ("style.css", "views.css", "connection.css", "controls.css")
SCRIPTS = ("connection.js", "page.js")
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

    def __init__(self, opened: Callable[[], Bot], settings: BotSettings, host: Host):
        self.opened, self.host, self.federation = opened, host, settings.federation
        self.brand = Brand.of(settings)
        self.conversations = Conversations()
        self.journal = Journal(settings.store, settings.unanswered)
        self.chat = chat.Chat(opened, host, self.journal)
        self.examples = chat.Examples(opened, host)
        self.is_open = threading.Event()
        threading.Thread(target=self._await_bot, name="awaiting", daemon=True).start()

    def start(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, ...]:
        """The loaded page, or the page in the other language.

        Returns (masthead, welcome, composer, conversation, sources).
        """
        language, conversation = _language(sent, request), self._conversation(sent, request)
        return (
            masthead(self.brand, language, self.host.name(request)),
            chat.welcome((), language, starting=not self.is_open.is_set()),
            composer(language),
            *_shown(conversation, language),
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
            yield _shown(conversation, language)
            return
        async for shown in self.chat.answer(conversation, question, language, request):
            yield shown

    def stop(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, Markup, dict]:
        """Give up the question, which goes back into the box: (conversation, sources, notice)."""
        conversation, language = self._conversation(sent, request), _language(sent, request)
        question, conversation.pending = conversation.pending, ""
        notice = _reply(LABELS[language]["stopped"], box=question)
        return (*_shown(conversation, language), notice)

    def clear(self, sent: gr.EventData, request: gr.Request) -> tuple[str, Markup]:
        """A new conversation: (conversation, sources)."""
        self.conversations.forget(self.host.name(request), _text(sent, "key", 64))
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
                notice = labels["thanks"]
            else:
                notice = labels["not_stored"]
        return (*_shown(conversation, language), _reply(notice))

    def export(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, Markup, dict]:
        """An answer as text for page.js to copy, or as a note to save.

        Returns (conversation, sources, what there is of it).
        """
        conversation, language = self._conversation(sent, request), _language(sent, request)
        turn, labels = conversation.turn(_turn_number(sent)), LABELS[language]
        if turn is None:
            return (*_shown(conversation, language), _reply(labels["gone"]))
        today, format = date.today(), _text(sent, "as", 10)
        if write := {"text": as_text, "markdown": as_markdown}.get(format):
            return gr.skip(), gr.skip(), _reply(labels["done"], copied=write(turn.answer, today))
        note = _reply(
            file=f"{labels['note_name']}-{today.isoformat()}.docx",
            content=base64.b64encode(as_docx(turn.answer, today, self.federation)).decode(),
        )
        return gr.skip(), gr.skip(), note

    async def positions(self, sent: gr.EventData, request: gr.Request) -> tuple[Markup, Markup]:
        """The form that asks for a timeline, and the documents with their filters."""
        language = _language(sent, request)

        def show() -> tuple[Markup, Markup]:
            documents = self.opened().documents(self.host.audiences(request))
            return positions.finder(documents, language), positions.positions(documents, language)

        try:
            return await self.host.run(request, show)
        except PlaidoyerError as error:
            return Markup(), _alert(error, language)

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
        """The member's conversation, without the turns that show what they may not see now."""
        conversation = self.conversations.get(self.host.name(request), _text(sent, "key", 64))
        if conversation.turns:
            documents = conversation.documents()
            try:
                visible = self.opened().passages(documents, self.host.audiences(request))
            except PlaidoyerError:  # they come back with the index
                return replace(conversation, turns=())
            conversation.keep_only(visible)
        return conversation


def page(opened: Callable[[], Bot], settings: BotSettings, host: Host | None = None) -> gr.Blocks:
    """The page. `opened()` gives the bot, waiting until it is ready.

    `host` says who asks and what they may see; without one, anybody sees what members see.
    Raises `BrandInvalid` where the settings' colour or logo cannot be used.
    """
    events = Page(opened, settings, host or LocalHost())
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
            made |= regions("welcome", "chat", "question")
        with gr.Column(scale=2, min_width=280, elem_id="side"):
            made |= regions("sources")
    with gr.Column(elem_id="view-positions", elem_classes="view"):
        made |= regions("finder", "timeline", "positions")
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
    listed = [regions["finder"], regions["positions"]]
    bridge.expand(events.positions, None, listed, api_name="page_positions", **EVENT)
    bridge.select(events.timeline, None, regions["timeline"], api_name="page_timeline", **EVENT)
    bridge.collapse(events.meetings, None, regions["met"], api_name="page_meetings", **EVENT)


def _shown(conversation: Conversation, language: str) -> tuple[Markup, Markup]:
    """(conversation, sources)"""
    turns = conversation.turns
    return chat.transcript(turns, language), panel(turns, language)


def _alert(error: PlaidoyerError, language: str) -> Markup:
    return render("alert.html", language, alert=chat.alert_of(error, language))


def _text(sent: gr.EventData, field: str, longest: int) -> str:
    """What was sent under that name, if it is text; for half a surrogate pair, as a browser may
    send of an emoji that was cut, U+FFFD (as in WebIDL's USVString)."""
    value = sent._data.get(field) if isinstance(sent._data, dict) else None
    if not isinstance(value, str):
        return ""
    return value[:longest].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _turn_number(sent: gr.EventData) -> int:
    """The turn that a button belongs to; 0 for none."""
    turn = _text(sent, "turn", 6)
    return int(turn) if turn.isascii() and turn.isdigit() else 0


def _language(sent: gr.EventData, request: gr.Request) -> str:
    """The language that the member has chosen, else the browser's."""
    chosen = _text(sent, "language", 2)
    return chosen if chosen in LABELS else page_language(request.headers.get("accept-language"))


def _reply(notice: str = "", **more: str) -> dict[str, str]:
    """The bridge's value: what page.js shows and does. `at` makes it differ from the last one."""
    return {"notice": notice, "at": base64.b64encode(os.urandom(6)).decode(), **more}
