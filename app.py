"""The web chat: layout, and answers rendered into it; decides nothing. `python app.py` serves it."""

import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bot.answer import Bot, open_bot
from bot.question import LONGEST, QuestionRefused
from bot.records import Answer
from bot.settings import BotSettings
from bot.web.documents import serve_documents
from bot.web.headers import SafeHeaders
from bot.web.labels import LABELS, page_language
from bot.web.render import literal, message, panel, sources
from index.errors import PlaidoyerError
from index.settings import quiet_libraries
from index.store import Shelf

quiet_libraries()  # before gradio is imported

import gradio as gr  # noqa: E402
import uvicorn  # noqa: E402
from fastapi import FastAPI  # noqa: E402

# gradio shows English to a browser in another language; the page is French but for English browsers.
OTHERS = ("ar", "ca", "de", "es", "eu", "fa", "fi", "he", "hi", "hu", "it", "ja", "ko", "lt", "nb", "nl", "pl", "pt", "pt-BR", "pt-PT",
          "ro", "ru", "sv", "ta", "th", "tr", "uk", "ur", "uz", "zh-CN", "zh-TW")
WEB = Path(__file__).resolve().parent / "bot" / "web"
EXAMPLES = 4
READY, BUSY = ({"submit_btn": not busy, "stop_btn": busy, "__type__": "update"} for busy in (False, True))  # the text box


class PortInUse(PlaidoyerError):
    """Something else listens where the page should be served."""


def page(opened: Callable[[], Bot], name: str) -> gr.Blocks:
    """The page. `opened()` gives the bot, waiting until it is ready; `name` is the federation's, or empty."""
    words = gr.I18n(en=LABELS["en"], **dict.fromkeys(("fr", *OTHERS), LABELS["fr"]))
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
            yield from converse(opened, question, chat or [], asked, rendered, page_language(request.headers.get("accept-language")))

        def heading(request: gr.Request) -> str:
            return panel([], page_language(request.headers.get("accept-language")))

        def fresh(request: gr.Request) -> tuple:
            return [], heading(request), {**READY, "value": ""}, [], []

        def suggest(request: gr.Request) -> gr.Dataset:
            questions = example_questions(opened(), page_language(request.headers.get("accept-language")))
            return gr.Dataset(samples=[[question] for question in questions], visible=bool(questions))

        asking = {"fn": respond, "inputs": [box, chat, asked, rendered], "outputs": outputs, "api_visibility": "private", "show_progress": "hidden"}
        running = [box.submit(**asking), examples.click(lambda sample: sample[0], examples, box, api_visibility="private").then(**asking)]
        box.stop(lambda: READY, None, box, cancels=running, api_visibility="private")
        for emptied in (clear.click, chat.clear):
            emptied(fresh, None, outputs, cancels=running, api_visibility="private")
        # Loading touches nothing that a quick member may have begun: not the text box, not the conversation.
        blocks.load(heading, None, side, api_visibility="private").then(suggest, None, examples, api_visibility="private", show_progress="hidden")
    blocks.words = words
    return blocks


def converse(opened: Callable[[], Bot], question: str, chat: list, asked: list, rendered: list, language: str) -> Iterator[tuple]:
    """One turn: yields (messages, sources, text box, questions, rendered sources) at each step, the answer last."""
    labels = LABELS[language]
    turn = len(rendered) + 1
    said = [*chat, {"role": "user", "content": literal(question[:LONGEST])}]

    def show(content: str, box: dict) -> tuple:
        return [*said, {"role": "assistant", "content": content}], panel(rendered, language), {**box, "value": ""}, asked, rendered

    try:
        yield show(literal(labels["starting"]), BUSY)
        for step in opened().steps(question, asked):
            if isinstance(step, Answer):
                asked, rendered = [*asked, question], [*rendered, sources(step, turn, language)]
                yield show(message(step, turn), READY)
            else:
                yield show(literal(labels[step]), BUSY)
    except QuestionRefused as refused:
        yield chat, panel(rendered, language), {**READY, "value": question[:LONGEST]}, asked, rendered
        gr.Warning(labels[refused.reason].format(most=LONGEST))
    except PlaidoyerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        yield show(literal(labels["unavailable"]), READY)


def example_questions(bot: Bot, language: str) -> list[str]:
    """Questions on the commonest topics of the documents that members may see, each of which the bot does answer."""
    topics: dict[str, int] = {}
    for document in bot.documents().values():
        for topic in document.topics:
            topics[topic] = topics.get(topic, 0) + 1
    commonest = sorted(topics, key=lambda topic: (-topics[topic], topic))[:2 * EXAMPLES]
    questions = [LABELS[language]["example"].format(topic=topic) for topic in commonest]
    return [question for question in questions if not bot.ask(question).abstained][:EXAMPLES]


def application(opened: Callable[[], Bot], settings: BotSettings) -> FastAPI:
    """The page and the documents as one ASGI application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SafeHeaders)
    serve_documents(app, opened, settings.corpus)
    blocks = page(opened, settings.federation)
    blocks.queue(default_concurrency_limit=4, max_size=64)
    return gr.mount_gradio_app(app, blocks, path="/", css=(WEB / "style.css").read_text(), js=(WEB / "page.js").read_text(),
                               i18n=blocks.words, footer_links=[], run_history=False, ssr_mode=False, show_error=False)


def listen(settings: BotSettings) -> socket.socket:
    """The socket to serve on. Raises `PortInUse`."""
    listening = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise PortInUse(f"{settings.host}:{settings.port} cannot be served on ({error.strerror}). "
                        "Stop what uses it, or choose another: PLAIDOYER_PORT=7861 make run") from error
    return listening


def main() -> int:
    """Serve the page until interrupted. Returns 0; 2 where there is no index, or the port is taken."""
    try:
        settings = BotSettings.from_environment()
        Shelf(settings.store).current()
        listening = listen(settings)
    except (PlaidoyerError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    opening: Future[Bot] = ThreadPoolExecutor(1, thread_name_prefix="opening").submit(open_bot, settings)
    server = uvicorn.Server(uvicorn.Config(application(opening.result, settings), log_level="warning"))
    opening.add_done_callback(lambda done: _stop_if_failed(done, server))
    print(f"Plaidoyer answers on http://{settings.host}:{settings.port} (Ctrl+C stops it)", flush=True)
    server.run(sockets=[listening])
    return 2 if opening.done() and opening.exception() else 0


def _stop_if_failed(opening: Future, server: uvicorn.Server) -> None:
    if error := opening.exception():
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
