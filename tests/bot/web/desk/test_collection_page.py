"""The collection in a real browser: by keyboard, followed live, on a phone, light and dark."""

import re
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CHROMIUM, ROOT
from members import PASSWORD, four_documents, settings_of, two_users
from playwright.sync_api import Browser, Page, expect
from serving import served

from bot.answer import Bot
from bot.web.gate.access import Authenticator
from index.shelf.store import Shelf

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
HERE = "/desk/collection"
HOSTILE = b"# La fibre <img src=x onerror=window.hacked=1>\n\nNous demandons la fibre Quokka."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page")
    made, users = four_documents(folder), two_users(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests'}")
        with served(
            Bot(Shelf(made.store), made.embedder),
            settings_of(made),
            Authenticator(users, (), False),
            indexing=(sys.executable, str(ROOT / "tests/word_index.py")),
        ) as (where, _):
            yield where


def enter(page: Page, name: str) -> None:
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.locator("#box").wait_for()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page of one of the staff, on a phone."""
    assert CHROMIUM
    context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 800})
    context.set_default_timeout(60_000)
    opened, asked, failed = context.new_page(), [], []
    context.on("request", lambda sent: asked.append(sent.url))
    opened.on("pageerror", lambda error: failed.append(str(error)))
    opened.goto(address)
    enter(opened, "Zoé@federation.example")
    yield opened
    hacked = opened.evaluate("window.hacked")
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert (hacked, failed) == (None, [])


def flaws(page: Page) -> list:
    """What axe finds in light and in dark, and whether the page is wider than the phone."""
    found = []
    for theme in ("light", "dark"):
        page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
        found += [
            (theme, violation["id"], [node["html"][:150] for node in violation["nodes"]][:3])
            for violation in Axe().run(page, options=WCAG).response["violations"]
        ]
    page.evaluate("document.body.classList.remove('dark')")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(("sideways", page.url, []))
    return found


def test_staff_find_the_desk_in_the_masthead_and_members_do_not(
    page: Page, address: str, browser: Browser
):
    desk = page.get_by_role("link", name="Bureau")
    place = desk.bounding_box()
    assert place["x"] + place["width"] <= 360
    assert Axe().run(page, options=WCAG).response["violations"] == []
    desk.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sans réponse")
    page.get_by_role("link", name="Collection").press("Enter")
    expect(page).to_have_url(re.compile(f"{HERE}$"))
    other = browser.new_page(locale="fr-FR")
    other.goto(address)
    enter(other, "anne")
    expect(other.get_by_role("link", name="Rencontres")).to_be_visible()
    expect(other.get_by_role("link", name="Bureau")).to_have_count(0)
    other.close()


def test_the_list_is_filtered_by_keyboard_and_reads_well_on_a_phone(page: Page, address: str):
    page.goto(f"{address}{HERE}")
    assert flaws(page) == []
    box = page.get_by_role("searchbox")
    box.focus()
    page.keyboard.type("zibeline")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 sur 4 documents")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("permanents")
    page.get_by_role("link", name="Note Zibeline").press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text("Note Zibeline")
    assert flaws(page) == []


def test_what_is_said_of_a_document_is_entered_by_keyboard(page: Page, address: str):
    page.goto(f"{address}{HERE}/document?path=positions/2023-interne.md")
    page.get_by_label("Date").fill("2023-02-03")
    page.get_by_label("Destinataires").select_option("public")
    page.get_by_label("Destinataires").press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Enregistré")
    expect(page.get_by_role("alert")).to_contain_text(
        "Le document l'emporte pour les destinataires : « permanents »."
    )
    assert flaws(page) == []


def test_a_file_is_sent_looked_at_put_and_indexed_and_the_run_is_followed(page: Page, address: str):
    page.goto(f"{address}{HERE}")
    page.get_by_label("Dossier").select_option("positions")
    page.get_by_label("Fichiers").set_input_files(
        {"name": "2024-05-06-fibre.md", "mimeType": "text/markdown", "buffer": HOSTILE}
    )
    page.get_by_role("button", name="Envoyer").press("Enter")
    expect(page.get_by_role("article")).to_contain_text("Nous demandons la fibre Quokka.")
    assert flaws(page) == []
    page.get_by_role("button", name="Mettre dans la collection").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("C'est dans la collection")
    page.get_by_role("button", name="Indexer maintenant").press("Enter")
    expect(page.locator("#runs-said")).to_contain_text("Indexation en cours")
    assert flaws(page) == []
    expect(page.locator("#runs-said")).to_have_text("Indexation terminée.", timeout=60_000)
    expect(page.locator("#runs")).to_contain_text("1 ajoutés")
    assert flaws(page) == []
    page.get_by_role("link", name="Afficher la collection à nouveau").click()
    expect(page.get_by_text("5 sur 5 documents")).to_be_visible()


def test_what_is_grave_is_asked_about_first(page: Page, address: str):
    page.goto(f"{address}{HERE}/document?path=positions/2023-projet.md")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Retirer le fichier").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("Projet")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Retirer le fichier").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Il répond encore")
    expect(page.get_by_text("retiré, répond encore").last).to_be_visible()
