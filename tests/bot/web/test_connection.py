"""What a member sees where the server is killed, comes back or wants a log-in: real browser,
real process, real index. What the page says is there within two seconds."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, WordEmbedder, environment_on
from members import FAST, PASSWORD, two_users
from playwright.sync_api import Browser, Page, expect
from waiting import responds, until

from bot.users import Users
from bot.web.gate.sessions import COOKIES, Sessions
from index.build import build

SLOW = "Une question lente : que demandons-nous sur la cybersécurité ?"
QUESTION = "Que demandons-nous sur la cybersécurité ?"
NOTICED = 2000  # milliseconds
LOST = "Le serveur ne répond pas. Nouvel essai en cours ; votre question est gardée."
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}


class Site:
    """The app as a process that can be killed and started again at the same address."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self.go = folder / "go"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._environment = environment | {"PLAIDOYER_PORT": str(port)}
        self.start()

    def start(self) -> None:
        command = [sys.executable, "tests/page_server.py", str(self.go)]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment)
        until(lambda: responds(f"{self.address}/login"), self._process)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def cookie_of_yesterday(self, name: str) -> str:
        """What the app gave at a log-in a day ago."""
        store, users = (Path(self._environment[f"PLAIDOYER_{one}"]) for one in ("STORE", "USERS"))
        yesterday = Sessions(store / "sessions.sqlite3", lambda: time.time() - 24 * 3600)
        return yesterday.open(Users(users, FAST).find(name))

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Slow questions are answered at the end only."""
        self.go.unlink(missing_ok=True)
        try:
            yield
        finally:
            self.go.touch()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process on the sample corpus, indexed as tests/page_server.py reads."""
    store, embedder = tmp_path_factory.mktemp("store"), WordEmbedder()
    build(ROOT / "corpus", store, embedder.name, lambda: embedder)
    return environment_on(store)


@pytest.fixture(scope="module")
def own(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app on a machine of one's own."""
    site = Site(tmp_path_factory.mktemp("own"), environment)
    yield site
    site.kill()


@pytest.fixture(scope="module")
def guarded(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The app with a log-in."""
    folder = tmp_path_factory.mktemp("guarded")
    two_users(folder)
    site = Site(folder, environment | {"PLAIDOYER_USERS": str(folder / "users.jsonl")})
    yield site
    site.kill()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A French browser's page; parametrised with its context's options. No script of it fails."""
    options = {"locale": "fr-FR"} | getattr(request, "param", {})
    context = browser.new_context(**options)
    context.set_default_timeout(90_000)
    opened, failed = context.new_page(), []
    opened.on("pageerror", lambda error: failed.append(str(error)))
    yield opened
    context.close()
    assert failed == []


def visit(page: Page, site: Site, name: str = "") -> None:
    page.goto(site.address)
    if name:
        page.locator("#name").fill(name)
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
    page.locator(".examples button").first.wait_for()


def ask(page: Page, question: str) -> None:
    page.locator("#box").fill(question)
    page.locator("#box").press("Enter")


def under_way(page: Page) -> None:
    """Wait until the server works on the question."""
    progress = page.locator("#chat .answer .progress")
    expect(progress).to_have_text("Je cherche dans nos textes…")


def log_in(page: Page, password: str = PASSWORD) -> None:
    page.locator("#log-in-password").fill(password)
    page.locator("#log-in-password").press("Enter")


def answered(page: Page, *questions: str) -> None:
    """Are these the questions, each with an answer, and did gradio tell nothing of its own?"""
    asked = page.locator("#chat .turn[data-turn] h3.asked")
    expect(asked).to_contain_text(list(questions), timeout=90_000)
    expect(page.locator("#chat .pending")).to_have_count(0)
    expect(page.locator(".toast-body")).to_have_count(0)


def flaws(page: Page) -> list:
    return [
        (violation["id"], [node["html"][:150] for node in violation["nodes"]][:3])
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]


def fits_and_is_accessible(page: Page) -> bool:
    """Does the page scroll no way sideways on a phone, and meet WCAG there and on a wide screen?"""
    found = flaws(page)
    page.set_viewport_size({"width": 360, "height": 640})
    fits = page.evaluate("document.documentElement.scrollWidth") == 360
    found += flaws(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert found == []
    return fits


def test_a_server_killed_with_a_question_under_way_is_noticed_and_asked_again_once_it_is_back(
    page: Page, own: Site
):
    visit(page, own)
    with own.holding():
        ask(page, SLOW)
        under_way(page)
        own.kill()
        expect(page.locator("#lost")).to_be_visible(timeout=NOTICED)
        expect(page.locator("#lost")).to_have_text(LOST)
        expect(page.locator("#told")).to_have_text(LOST)
        expect(page.locator("#chat .pending h3.asked")).to_contain_text(SLOW)
        assert fits_and_is_accessible(page)
    own.start()
    answered(page, SLOW)
    again = "Le serveur a redémarré : votre question est posée à nouveau."
    expect(page.locator("#toast")).to_have_text(again)
    expect(page.locator("#lost")).to_be_hidden()


def test_a_question_that_is_asked_while_the_server_is_away_is_answered_once_it_is_back(
    page: Page, own: Site
):
    visit(page, own)
    ask(page, QUESTION)
    answered(page, QUESTION)
    own.kill()
    ask(page, "Et les startups ?")
    expect(page.locator("#lost")).to_be_visible(timeout=NOTICED)
    own.start()
    answered(page, "Et les startups ?")
    gone = "Les réponses précédentes ne sont plus là."
    expect(page.locator("#toast")).to_have_text(gone)


def test_who_stops_waiting_for_a_lost_server_has_the_question_back(page: Page, own: Site):
    visit(page, own)
    page.context.set_offline(True)
    ask(page, QUESTION)
    expect(page.locator("#lost")).to_be_visible(timeout=NOTICED)
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator("#box")).to_have_value(QUESTION)
    expect(page.locator("#chat .turn")).to_have_count(0)
    expect(page.locator("#lost")).to_be_hidden()
    page.context.set_offline(False)
    page.locator("#box").press("Enter")
    answered(page, QUESTION)


def test_a_connection_that_breaks_and_comes_back_brings_one_answer(page: Page, own: Site):
    visit(page, own)
    with own.holding():
        ask(page, SLOW)
        under_way(page)
        page.context.set_offline(True)
        expect(page.locator("#lost")).to_be_visible(timeout=NOTICED)
    page.context.set_offline(False)
    answered(page, SLOW)
    expect(page.locator("#lost")).to_be_hidden()


def test_the_meetings_come_once_the_server_is_back(page: Page, own: Site):
    visit(page, own)
    page.context.set_offline(True)
    page.get_by_role("link", name="Rencontres").click()
    expect(page.locator("#lost")).to_be_visible(timeout=NOTICED)
    page.context.set_offline(False)
    page.locator("#meetings tr").first.wait_for()


def test_a_cookie_that_expires_with_a_question_under_way_leads_to_a_dialog_and_the_answer(
    page: Page, guarded: Site
):
    visit(page, guarded, "anne")
    with guarded.holding():
        ask(page, SLOW)
        under_way(page)
        page.context.clear_cookies()
        dialog = page.get_by_role("dialog", name="Se connecter")
        expect(dialog).to_be_visible(timeout=NOTICED)
        expect(dialog).to_contain_text("Votre session a pris fin.")
        expect(page.locator("#log-in-password")).to_be_focused()
        assert fits_and_is_accessible(page)
        log_in(page, "mauvais mot de passe")
        expect(dialog.get_by_role("alert")).to_contain_text("Nom ou mot de passe inconnu.")
        log_in(page)
        expect(dialog).to_be_hidden()
    answered(page, SLOW)


def test_a_session_that_is_over_keeps_the_question_until_the_member_is_back(
    page: Page, guarded: Site
):
    visit(page, guarded, "anne")
    (cookie,) = (one for one in page.context.cookies() if one["name"] == COOKIES["http"])
    page.context.add_cookies([cookie | {"value": guarded.cookie_of_yesterday("anne")}])
    ask(page, QUESTION)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible(timeout=NOTICED)
    page.get_by_role("button", name="Plus tard").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#box")).to_have_value(QUESTION)
    page.locator("#box").press("Enter")
    expect(dialog).to_be_visible(timeout=NOTICED)
    page.keyboard.press("Escape")
    expect(page.locator("#box")).to_have_value(QUESTION)
    page.locator("#box").press("Enter")
    log_in(page)
    answered(page, QUESTION)


def test_after_a_restart_a_member_is_still_logged_in_and_the_question_is_asked(
    page: Page, guarded: Site
):
    visit(page, guarded, "anne")
    with guarded.holding():
        ask(page, SLOW)
        under_way(page)
        guarded.kill()
        expect(page.locator("#lost")).to_be_visible(timeout=NOTICED)
    guarded.start()
    answered(page, SLOW)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".account a")).to_have_text("anne")
    assert "lente" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


def test_somebody_else_who_logs_in_sees_nothing_of_the_conversation_before(
    page: Page, guarded: Site
):
    visit(page, guarded, "anne")
    ask(page, QUESTION)
    answered(page, QUESTION)
    page.context.clear_cookies()
    ask(page, "Et les startups ?")
    page.get_by_label("Nom d'utilisateur").fill("Zoé@federation.example")
    log_in(page)
    expect(page.locator(".account a")).to_have_text("Zoé@federation.example")
    page.locator(".examples button").first.wait_for()
    assert page.locator("#chat .turn").count() == 0
    expect(page.locator("#box")).to_have_value("")


@pytest.mark.parametrize("page", [{"locale": "de-DE"}], indirect=True)
def test_the_dialog_speaks_the_language_that_was_chosen_for_the_page(page: Page, guarded: Site):
    visit(page, guarded, "anne")
    page.get_by_role("button", name="EN, English").click()
    page.get_by_label("Your question", exact=True).wait_for()
    page.context.clear_cookies()
    ask(page, QUESTION)
    dialog = page.get_by_role("dialog", name="Log in")
    expect(dialog).to_contain_text("Your session has ended.")
    log_in(page, "wrong words of the wise")
    expect(dialog.get_by_role("alert")).to_have_text(re.compile("^Unknown name or password"))
