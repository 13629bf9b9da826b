"""The page: its layout and what its events call; decides nothing. Only app.py mounts it.

All that is seen is HTML of our own (chat, shell, positions, meetings, render) in gr.HTML regions; page.js turns clicks into
events of one unseen component, `bridge`, whose value in return is a file to save or a notice. gradio is the transport: queue,
streaming, cancelling. No event is a public endpoint.
"""

import base64
import os
from collections.abc import AsyncIterator, Callable
from datetime import date
from html import escape
from pathlib import Path

import gradio as gr

from bot.answer import Bot
from bot.question.understand import LONGEST
from bot.settings import BotSettings
from bot.web import chat, positions
from bot.web.brand import Brand
from bot.web.export import as_docx
from bot.web.feedback import COMMENT, Journal
from bot.web.host import Home, Host
from bot.web.labels import LABELS, page_language
from bot.web.meetings import meetings
from bot.web.memory import Conversation, Conversations
from bot.web.render import panel
from bot.web.shell import composer, masthead
from index.errors import PlaidoyerError

WEB = Path(__file__).resolve().parent
THEME = 200  # characters of a theme
QUIET = {"api_visibility": "private", "show_progress": "hidden"}


def look() -> dict:
    """How the page is dressed: arguments of gr.mount_gradio_app."""
    return {
        "css": (WEB / "style.css").read_text(),
        "theme": gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
        "show_error": False,
    }


class Page:
    """What the events call. Each takes what page.js sent with the click; nothing of that is believed to be of the right type."""

    def __init__(self, opened: Callable[[], Bot], settings: BotSettings, host: Host):
        self.opened, self.host, self.federation = opened, host, settings.federation
        self.brand = Brand.of(settings)
        self.talks, self.journal = Conversations(), Journal(settings.store, settings.unanswered)

    def start(self, sent: gr.EventData, request: gr.Request) -> tuple:
        """The page as it is when it has loaded, or in the other language: (masthead, composer, conversation, sources)."""
        language = _language(sent, request)
        talk = self._talk(sent, request)
        if talk.turns:
            talk.keep(self._documents(request))
        return (
            masthead(self.brand, language, self.host.name(request)),
            composer(language),
            chat.conversation(talk.turns, language),
            panel(talk.turns, language),
        )

    def suggest(self, sent: gr.EventData, request: gr.Request) -> str:
        """What stands where nothing has been asked, once the bot is ready to tell what it can answer."""
        language = _language(sent, request)
        try:
            examples = chat.example_questions(self.opened(), language, self.host.audiences(request))
        except PlaidoyerError:
            examples = []  # the first question tells what is wrong
        return chat.welcome(examples, language)

    async def ask(self, sent: gr.EventData, request: gr.Request) -> AsyncIterator[tuple[str, str]]:
        """A question: (conversation, sources) at each step."""
        question, talk = _text(sent, "question", LONGEST + 1), self._talk(sent, request)
        async for shown in chat.converse(
            self.opened, self.host, self.journal, talk, question, _language(sent, request), request
        ):
            yield shown

    def stop(self, sent: gr.EventData, request: gr.Request) -> tuple[str, str, dict]:
        """The question is given up, and comes back into the box."""
        talk, language = self._talk(sent, request), _language(sent, request)
        question, talk.pending = talk.pending, ""
        return (
            chat.conversation(talk.turns, language),
            panel(talk.turns, language),
            _told(LABELS[language]["stopped"], box=question),
        )

    def clear(self, sent: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """A new conversation."""
        self.talks.forget(self.host.name(request), _text(sent, "key", 64))
        return "", panel((), _language(sent, request))

    def judge(self, sent: gr.EventData, request: gr.Request) -> tuple:
        """Feedback on an answer: (conversation, notice)."""
        talk, language = self._talk(sent, request), _language(sent, request)
        turn = talk.turn(_number(sent))
        verdict = _text(sent, "verdict", 10)
        if turn is None or turn.verdict or verdict not in ("useful", "wrong"):
            return gr.skip(), gr.skip()
        stored = self.journal.judged(
            turn.answer, verdict, _text(sent, "reason", 20), _text(sent, "comment", COMMENT)
        )
        if not stored:
            return gr.skip(), _told(LABELS[language]["not_stored"])
        talk.judge(turn.number, verdict)
        return chat.conversation(talk.turns, language), _told(LABELS[language]["thanks"])

    def export(self, sent: gr.EventData, request: gr.Request) -> dict:
        """An answer as a talking-points note for page.js to save."""
        talk, language = self._talk(sent, request), _language(sent, request)
        turn = talk.turn(_number(sent))
        if turn is None:
            return _told(LABELS[language]["gone"])
        note = as_docx(turn.answer, date.today(), self.federation)
        return _told(
            file=f"{LABELS[language]['note_name']}-{date.today().isoformat()}.docx",
            content=base64.b64encode(note).decode(),
        )

    def positions(self, sent: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """What asks for a timeline, and the documents with their filters."""
        return (
            self._or_unavailable(
                lambda language: positions.finder(self._documents(request), language), sent, request
            ),
            self._or_unavailable(
                lambda language: positions.positions(self._documents(request), language),
                sent,
                request,
            ),
        )

    def timeline(self, sent: gr.EventData, request: gr.Request) -> str:
        """A theme's timeline."""
        theme = " ".join(_text(sent, "theme", THEME).split())
        return self._or_unavailable(
            lambda language: positions.timeline(
                theme,
                self.opened().timeline(theme, self.host.audiences(request)) if theme else (),
                language,
            ),
            sent,
            request,
        )

    def meetings(self, sent: gr.EventData, request: gr.Request) -> str:
        """The meetings and their filters."""
        return self._or_unavailable(
            lambda language: meetings(
                self.opened().meetings(self.host.audiences(request)), language
            ),
            sent,
            request,
        )

    def _talk(self, sent: gr.EventData, request: gr.Request) -> Conversation:
        return self.talks.of(self.host.name(request), _text(sent, "key", 64))

    def _documents(self, request: gr.Request) -> dict:
        return self.opened().documents(self.host.audiences(request))

    def _or_unavailable(
        self, made: Callable[[str], str], sent: gr.EventData, request: gr.Request
    ) -> str:
        language = _language(sent, request)
        try:
            return made(language)
        except PlaidoyerError:
            return (
                f'<p class="state alert" role="alert">{escape(LABELS[language]["unavailable"])}</p>'
            )


def page(opened: Callable[[], Bot], settings: BotSettings, host: Host | None = None) -> gr.Blocks:
    """The page. `opened()` gives the bot, waiting until it is ready; `host` says who asks and what they may see (default: members).

    Raises `BrandInvalid` where the settings' colour or logo cannot be used.
    """
    does = Page(opened, settings, host or Home())
    with gr.Blocks(
        title=" · ".join(part for part in ("Plaidoyer", settings.federation) if part),
        fill_width=True,
        analytics_enabled=False,
    ) as blocks:
        head = _region("masthead")
        with gr.Column(elem_id="view-chat", elem_classes="view"), gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=280, elem_id="talk"):
                welcome, talk, box = _region("welcome"), _region("chat"), _region("question")
            with gr.Column(scale=2, min_width=280, elem_id="side"):
                side = _region("sources")
        with gr.Column(elem_id="view-positions", elem_classes="view"):
            form, line, listed = _region("finder"), _region("timeline"), _region("positions")
        with gr.Column(elem_id="view-meetings", elem_classes="view"):
            met = _region("met")
        bridge = gr.HTML(
            {},
            html_template="",
            js_on_load=(WEB / "page.js").read_text(),
            elem_id="bridge",
            apply_default_css=False,
        )
        running = bridge.submit(
            does.ask, None, [talk, side], concurrency_limit=None, api_name="page_ask", **QUIET
        )
        bridge.input(does.start, None, [head, box, talk, side], api_name="page_start", **QUIET)
        bridge.focus(does.suggest, None, welcome, api_name="page_suggest", **QUIET)
        bridge.stop(
            does.stop, None, [talk, side, bridge], cancels=running, api_name="page_stop", **QUIET
        )
        bridge.clear(
            does.clear, None, [talk, side], cancels=running, api_name="page_clear", **QUIET
        )
        bridge.like(does.judge, None, [talk, bridge], api_name="page_judge", **QUIET)
        bridge.download(does.export, None, bridge, api_name="page_export", **QUIET)
        bridge.expand(does.positions, None, [form, listed], api_name="page_positions", **QUIET)
        bridge.select(does.timeline, None, line, api_name="page_timeline", **QUIET)
        bridge.collapse(does.meetings, None, met, api_name="page_meetings", **QUIET)
    return blocks


def _region(name: str) -> gr.HTML:
    return gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=None)


def _text(sent: gr.EventData, field: str, longest: int) -> str:
    """What was sent under that name, if it is text."""
    value = sent._data.get(field) if isinstance(sent._data, dict) else None
    return value[:longest] if isinstance(value, str) else ""


def _number(sent: gr.EventData) -> int:
    turn = _text(sent, "turn", 6)
    return int(turn) if turn.isascii() and turn.isdigit() else 0


def _language(sent: gr.EventData, request: gr.Request) -> str:
    """The language that the member has chosen, else the browser's."""
    chosen = _text(sent, "language", 2)
    return chosen if chosen in LABELS else page_language(request.headers.get("accept-language"))


def _told(notice: str = "", **more: str) -> dict:
    """The bridge's value: what page.js is to tell and do. `at` makes each one new."""
    return {"notice": notice, "at": base64.b64encode(os.urandom(6)).decode(), **more}
