"""The web chat, composed of the rooms of bot/web. `python app.py` serves it."""

import socket
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from bot.answer import Bot, open_bot
from bot.settings import BotSettings
from bot.web.documents import serve_documents
from bot.web.headers import SafeHeaders
from index.errors import PlaidoyerError
from index.settings import quiet_libraries
from index.store import Shelf

quiet_libraries()  # before gradio is imported

import gradio as gr  # noqa: E402
import uvicorn  # noqa: E402
from fastapi import FastAPI  # noqa: E402

from bot.web.page import look, page  # noqa: E402


class PortInUse(PlaidoyerError):
    """Something else listens where the page should be served."""


def application(opened: Callable[[], Bot], settings: BotSettings) -> FastAPI:
    """The page and the documents as one ASGI application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SafeHeaders)
    serve_documents(app, opened, settings.corpus)
    blocks = page(opened, settings)
    blocks.queue(default_concurrency_limit=4, max_size=64)
    return gr.mount_gradio_app(app, blocks, path="/", **look())


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
