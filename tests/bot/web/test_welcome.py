"""The welcome in a real browser while the bot is being opened, and the meetings' cells."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from bot.answer import Bot
from bot.records import Citation, Meeting
from bot.settings import BotSettings
from bot.web.meetings import meetings
from bot.web.page import appearance
from bot.web.page import page as plaidoyer
from index.embed import SentenceEmbedder
from index.passage import Passage
from index.shelf.store import Shelf


@pytest.fixture(scope="module")
def opening() -> threading.Event:
    """Set once the bot may be there."""
    return threading.Event()


@pytest.fixture(scope="module")
def address(samples: Path, e5: SentenceEmbedder, opening: threading.Event) -> Iterator[str]:
    """The page alone, on a bot that takes its time to open."""
    bot = Bot(Shelf(samples), e5)

    def opened() -> Bot:
        opening.wait(60)
        return bot

    app = FastAPI()
    blocks = plaidoyer(opened, BotSettings(store=samples, unanswered=False))
    gr.mount_gradio_app(app, blocks, path="/", **appearance())
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    opening.set()
    server.should_exit = True
    thread.join(30)


def test_the_welcome_is_there_while_the_bot_is_opened_and_what_is_sent_then_is_asked_after_it(
    page: Page, opening: threading.Event
):
    expect(page.locator(".starting")).to_have_text("Prêt dans quelques secondes…")
    send = page.get_by_role("button", name="Envoyer")
    expect(send).to_be_disabled()
    page.locator("#box").fill("Que demandons-nous sur les achats ?")
    page.locator("#box").press("Enter")
    expect(page.locator("#box")).to_have_value("Que demandons-nous sur les achats ?")
    assert Axe().run(page).response["violations"] == []
    opening.set()
    page.locator("#chat a.cite").first.wait_for()
    expect(page.locator("#box")).to_have_value("")
    expect(send).to_be_enabled()
    expect(page.locator(".starting")).to_have_count(0)
    expect(page.locator(".examples button")).to_have_count(4, timeout=60_000)


def test_a_cell_of_the_meetings_has_no_marks_of_a_list():
    text = "Rendez-vous\n\n- Date : 4 mai\n• Lieu : Bercy"
    passage = Passage(
        id="1", path="a.md", title="A", headings=(), page=0, start=0, end=len(text), text=text
    )
    met = Meeting("2024-05-04", "Sénat", "", "", Citation(1, passage, text, 0, len(text)))
    shown = str(meetings([met], "fr"))
    assert "Rendez-vous\nDate : 4 mai\nLieu : Bercy</q>" in shown
    assert "- Date" not in shown and "• Lieu" not in shown
