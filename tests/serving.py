"""The app in a thread, for tests that speak HTTP with it: real server, real gate, any bot."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from app import Server, application, authenticator_of, listen, serving
from bot.settings import BotSettings
from bot.web.gate.access import Authenticator
from bot.web.gate.limits import Lanes

KEY = "0123456789abcdef"  # of a browser tab


@contextmanager
def served(
    bot: object,
    settings: BotSettings,
    authenticator: Authenticator | None = None,
    lanes: Lanes | None = None,
    **others: object,
) -> Iterator[tuple[str, Server]]:
    """The app with this bot on a port of its own: its address, and the server to stop it by.

    `others`: as of `application`.
    """
    listening = listen(settings.model_copy(update={"port": 0}))
    listening.listen(128)  # whoever connects from now on waits until the thread serves
    server = Server(
        serving(
            application(
                lambda: bot,
                settings,
                authenticator or authenticator_of(settings),
                lanes or Lanes(),
                **others,
            ),
            settings,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", server
    finally:
        server.should_exit = True
        thread.join()


def client(address: str, **options: object) -> httpx.Client:
    """A client that follows no redirect and knows no proxy."""
    # Nothing here has a certificate, and reading those of the authorities takes 45 ms each time.
    return httpx.Client(base_url=address, trust_env=False, verify=False, timeout=30, **options)


def everything(answer: httpx.Response) -> str:
    """All that came back, the escapes of JSON undone."""
    try:
        body = json.dumps(answer.json(), ensure_ascii=False)
    except ValueError:
        body = answer.text
    return f"{answer.headers} {body}"


def join(browser: httpx.Client, event: str, session: str, **sent: str) -> httpx.Response:
    """Begin an event of the page as gradio's page does."""
    handlers = browser.get("/config").json()["dependencies"]
    number = next(one["id"] for one in handlers if one["api_name"] == event)
    return browser.post(
        "/gradio_api/queue/join",
        json={
            "data": [],
            "event_data": {"key": KEY, "language": "en"} | sent,
            "fn_index": number,
            "session_hash": session,
        },
    )


def result(browser: httpx.Client, session: str) -> str:
    """All that an event of the page gave."""
    return browser.get("/gradio_api/queue/data", params={"session_hash": session}).text
