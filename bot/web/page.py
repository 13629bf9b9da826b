"""The page: its layout and what its events call; decides nothing. Only app.py mounts it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gradio as gr

from bot.answer import READERS, Bot
from bot.question import LONGEST
from bot.settings import BotSettings
from bot.web.chat import READY, converse, example_questions
from bot.web.labels import LABELS, page_language
from bot.web.render import literal, panel

WEB = Path(__file__).resolve().parent
# gradio shows English to a browser in another language; the page is French but for English browsers.
OTHERS = ("ar", "ca", "de", "es", "eu", "fa", "fi", "he", "hi", "hu", "it", "ja", "ko", "lt", "nb", "nl", "pl", "pt", "pt-BR", "pt-PT",
          "ro", "ru", "sv", "ta", "th", "tr", "uk", "ur", "uz", "zh-CN", "zh-TW")
Audiences = Callable[[gr.Request], tuple[str, ...]]


def members(request: gr.Request) -> tuple[str, ...]:
    """The audiences of whoever asks, where nobody logs in."""
    return READERS


def look() -> dict:
    """How the page is dressed: arguments of gr.mount_gradio_app."""
    return {"css": (WEB / "style.css").read_text(), "js": (WEB / "page.js").read_text(), "i18n": _words(), "footer_links": [],
            "run_history": False, "ssr_mode": False, "show_error": False}


def _words() -> gr.I18n:
    return gr.I18n(en=LABELS["en"], **dict.fromkeys(("fr", *OTHERS), LABELS["fr"]))


def page(opened: Callable[[], Bot], settings: BotSettings, audiences: Audiences = members) -> gr.Blocks:
    """The page. `opened()` gives the bot, waiting until it is ready; `audiences(request)` says what the asking user may see."""
    words, name = _words(), settings.federation
    with gr.Blocks(title="Plaidoyer", fill_width=True, analytics_enabled=False) as blocks:
        asked = gr.State([])  # the conversation's questions
        rendered = gr.State([])  # its sources, an HTML each answer
        gr.HTML(f"<h1>Plaidoyer{' · ' + literal(name) if name else ''}</h1>", elem_id="masthead")
        gr.Markdown(words("tagline"))
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                chat = gr.Chatbot(show_label=False, height="60vh", layout="panel", buttons=["copy"], feedback_options=None,
                                  latex_delimiters=[], elem_id="chat")
                box = gr.Textbox(label=words("question"), placeholder=words("placeholder"), max_length=LONGEST, lines=1, max_lines=6,
                                 submit_btn=True, autofocus=True, elem_id="question")
                examples = gr.Dataset(components=[box], samples=[[""]], label=words("examples"), visible=False, elem_id="examples")
                clear = gr.Button(words("clear"), size="sm", variant="secondary")
            with gr.Column(scale=2, min_width=320):
                side = gr.HTML(panel([], "fr"), elem_id="sources")

        outputs = [chat, side, box, asked, rendered]

        def respond(question: str, chat: list, asked: list, rendered: list, request: gr.Request) -> Iterator[tuple]:
            language = page_language(request.headers.get("accept-language"))
            yield from converse(opened, question, chat or [], asked, rendered, language, audiences(request))

        def heading(request: gr.Request) -> str:
            return panel([], page_language(request.headers.get("accept-language")))

        def fresh(request: gr.Request) -> tuple:
            return [], heading(request), {**READY, "value": ""}, [], []

        def suggest(request: gr.Request) -> gr.Dataset:
            questions = example_questions(opened(), page_language(request.headers.get("accept-language")), audiences(request))
            return gr.Dataset(samples=[[question] for question in questions], visible=bool(questions))

        asking = {"fn": respond, "inputs": [box, chat, asked, rendered], "outputs": outputs, "api_visibility": "private", "show_progress": "hidden"}
        running = [box.submit(**asking), examples.click(lambda sample: sample[0], examples, box, api_visibility="private").then(**asking)]
        box.stop(lambda: READY, None, box, cancels=running, api_visibility="private")
        for emptied in (clear.click, chat.clear):
            emptied(fresh, None, outputs, cancels=running, api_visibility="private")
        # Loading touches nothing that a quick member may have begun: not the text box, not the conversation.
        blocks.load(heading, None, side, api_visibility="private").then(suggest, None, examples, api_visibility="private", show_progress="hidden")
    return blocks
