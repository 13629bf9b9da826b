"""Kept conversations in a real browser, after a log-in: list, rename, delete, links, take away."""

import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CHROMIUM
from members import PASSWORD, four_documents, settings_of, two_users
from playwright.sync_api import Browser, Page, expect
from serving import served

from bot.answer import Bot
from bot.web.gate.access import Authenticator
from bot.web.gate.limits import Attempts
from index.shelf.store import Shelf

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
MEMBERS, PUBLIC = "un fonds pour les membres", "le fonds Ornithorynque pour tous"
STAFF = "le fonds Zibeline secret"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("kept")
    made, users = four_documents(folder), two_users(folder)
    for name in ("paul", "lea", "luc"):
        users.add(name, "members", PASSWORD)
    authenticator = Authenticator(users, (), False, attempts=Attempts(1000, 1000))
    bot = Bot(Shelf(made.store), made.embedder)
    with served(bot, settings_of(made, rate=0), authenticator) as (served_at, _):
        yield served_at


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator:
    """Opens the page, or a path of it, as a user: `opened(name, path="/", **context)`."""
    assert CHROMIUM
    contexts, asked, failed = [], [], []

    def as_user(name: str, path: str = "/", **options: object) -> Page:
        context = browser.new_context(
            **{"locale": "fr-FR", "viewport": {"width": 1280, "height": 800}} | options
        )
        contexts.append(context)
        context.set_default_timeout(90_000)
        context.on("request", lambda sent: asked.append(sent.url))
        page = context.new_page()
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(address + path)
        page.locator("#name").fill(name)
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        page.locator("#box").wait_for()
        return page

    yield as_user
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert failed == []


def ask(page: Page, question: str) -> None:
    before = page.locator("#chat .turn[data-turn]").count()
    page.locator("#box").fill(question)
    page.locator("#box").press("Enter")
    page.locator("#chat .turn[data-turn]").nth(before).wait_for()


def anew(page: Page) -> None:
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator("#chat .turn")).to_have_count(0)


def flaws(page: Page) -> list:
    return [
        (violation["id"], [node["html"][:150] for node in violation["nodes"]][:3])
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]


def open_list(page: Page) -> None:
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.locator("#kept h2").wait_for()


def test_an_earlier_conversation_is_found_in_another_browser_and_goes_on_there(opened):
    page = opened("anne")
    ask(page, PUBLIC)
    anew(page)
    ask(page, MEMBERS)
    other = opened("anne")
    open_list(other)
    expect(other.locator(".kept .title")).to_have_text([MEMBERS, PUBLIC])
    assert flaws(other) == []
    other.locator(".kept .open", has_text=PUBLIC).click()
    expect(other.locator("#chat .turn[data-turn]")).to_have_count(1)
    expect(other.locator("#chat .asked")).to_contain_text(PUBLIC)
    expect(other.locator("#kept")).not_to_be_visible()
    expect(other.locator("#box")).to_be_focused()
    ask(other, "et pour les membres ?")
    other.reload()
    expect(other.locator("#chat .turn[data-turn]")).to_have_count(2)
    open_list(other)
    expect(other.locator(".kept .title").first).to_have_text(PUBLIC)
    expect(other.locator(".kept [aria-current]")).to_contain_text("2 questions")


def test_a_conversation_is_renamed_taken_away_and_deleted_by_keyboard(opened, tmp_path: Path):
    page = opened("paul")
    ask(page, PUBLIC)
    page.locator("[data-do=kept]").focus()
    page.keyboard.press("Enter")
    summary = page.locator(".kept summary")
    expect(page.locator("#kept h2")).to_be_focused()
    summary.focus()
    page.keyboard.press("Enter")
    assert flaws(page) == []
    page.get_by_label("Titre").fill("Fonds <i>pour tous</i>")
    page.keyboard.press("Enter")
    expect(page.locator(".kept .title")).to_have_text("Fonds <i>pour tous</i>")
    for name, form in (("Note (.docx)", "docx"), ("Markdown", "md")):
        summary.click()
        with page.expect_download() as saving:
            page.locator("#kept").get_by_role("button", name=name).click()
        saving.value.save_as(tmp_path / f"whole.{form}")
        assert re.fullmatch(
            rf"conversation-\d{{4}}-\d\d-\d\d\.{form}", saving.value.suggested_filename
        )
        summary.click()
    assert any(PUBLIC in one.text for one in docx.Document(str(tmp_path / "whole.docx")).paragraphs)
    assert "[^1-1]: " in (tmp_path / "whole.md").read_text()
    summary.click()
    page.get_by_role("button", name="Supprimer", exact=True).press("Enter")
    expect(page.locator(".kept .title")).to_have_count(1)
    page.get_by_role("button", name="Supprimer pour de bon ?").press("Enter")
    expect(page.locator(".kept .title")).to_have_count(0)
    expect(page.locator("#chat .turn")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#kept")).not_to_be_visible()
    expect(page.locator("[data-do=kept]")).to_be_focused()


def test_all_conversations_are_deleted_at_once_after_a_second_click(opened):
    page = opened("lea")
    ask(page, PUBLIC)
    anew(page)
    ask(page, MEMBERS)
    open_list(page)
    page.get_by_role("button", name="Tout supprimer").click()
    expect(page.locator(".kept .title")).to_have_count(2)
    page.get_by_role("button", name="Supprimer toutes vos conversations ?").click()
    expect(page.locator("#kept .empty")).to_be_visible()
    expect(page.locator("#chat .turn")).to_have_count(0)
    page.reload()
    page.locator("#box").wait_for()
    open_list(page)
    expect(page.locator("#kept .empty")).to_be_visible()


def test_a_link_opens_the_answer_for_another_member_who_may_go_on_from_there(opened, address: str):
    page = opened("anne", permissions=["clipboard-read", "clipboard-write"])
    ask(page, PUBLIC)
    page.get_by_role("button", name="Copier le lien").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('?answer='))")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}/?answer=")
    expect(page.locator("#told")).to_have_text("Copié.")
    other = opened("luc", link.removeprefix(address))
    expect(other.locator("#chat .turn[data-turn] .since")).to_contain_text("Réponse partagée, du ")
    expect(other.locator("#chat .asked")).to_contain_text(PUBLIC)
    assert flaws(other) == []
    other.wait_for_function("location.search === ''")
    ask(other, MEMBERS)
    other.reload()
    expect(other.locator("#chat .turn[data-turn]")).to_have_count(2)
    other.get_by_role("button", name="Poser à nouveau").first.click()
    expect(other.locator("#chat .turn[data-turn]")).to_have_count(3)
    expect(other.locator("#chat .asked").last).to_contain_text(PUBLIC)


def test_a_link_to_a_staff_answer_tells_a_member_nothing_of_it(opened, address: str):
    page = opened("Zoé@federation.example")
    ask(page, STAFF)
    link = page.locator("[data-link]").get_attribute("data-link")
    other = opened("anne", f"/?answer={link}")
    expect(other.locator("#chat [role=alert]")).to_contain_text("Ce lien n'ouvre rien")
    assert "Zibeline" not in other.content()
    assert flaws(other) == []
    ask(other, PUBLIC)
    expect(other.locator("#chat [role=alert]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_fits_a_phone_and_meets_wcag(opened, scheme: str):
    page = opened("anne", viewport={"width": 360, "height": 740}, color_scheme=scheme)
    ask(page, PUBLIC)
    open_list(page)
    page.locator(".kept summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    box = page.locator("#kept").bounding_box()
    assert box["x"] == 0 and box["width"] == 360
    assert flaws(page) == []
    page.get_by_role("button", name="Fermer les conversations").click()
    expect(page.locator("#kept")).not_to_be_visible()


def test_a_conversation_that_is_opened_again_brings_its_scope(opened):
    page = opened("luc", "/?year=2023&kind=position")
    expect(page.locator(".chip.on")).to_have_text(["position×", "2023×"])
    ask(page, PUBLIC)
    other = opened("luc", "/?year=2021")
    expect(other.locator(".chip.on")).to_have_text(["2021×"])
    open_list(other)
    other.locator(".kept .open").first.click()
    expect(other.locator(".chip.on")).to_have_text(["position×", "2023×"])
    expect(other.locator("#chat .within")).to_have_text("Cherché dans : position · 2023")
