"""A draft and an invitation in a real browser: keyboard, phone, light and dark, axe-core."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Federation
from members import OPEN, OTHER, PASSWORD, four_documents, settings_of, two_users
from playwright.sync_api import Browser, Page, expect
from serving import client, served

from bot.answer import Bot
from bot.web.gate.access import Authenticator
from index.shelf.store import Shelf

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
STAFF = "Zoé@federation.example"
SAID = f"Nous demandons un fonds {OPEN} pour tous."
DRAFT = f"""Discours de rentrée

{SAID} <b>Les girafes</b> mangent les feuilles des acacias. Que voulons-nous ?
"""
PHONE = {"width": 360, "height": 740}
LOOKS = [("light", 360), ("dark", 1280)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    federation: Federation = four_documents(tmp_path_factory.mktemp("federation"))
    users = two_users(tmp_path_factory.mktemp("users"))
    bot = Bot(Shelf(federation.store), federation.embedder)
    with served(bot, settings_of(federation), Authenticator(users, (), False)) as (where, _):
        yield where


@contextmanager
def opened(
    browser: Browser, address: str, path: str, name: str = "", **options: object
) -> Iterator[Page]:
    """A French browser's page, logged in as that user. Fails the test if a script of it fails, or
    if it asks anything of another host."""
    context = browser.new_context(**{"locale": "fr-FR"} | options)
    context.set_default_timeout(20_000)
    failed: list[str] = []
    asked: list[str] = []
    context.on("request", lambda sent: asked.append(sent.url))
    if name:
        with client(address) as log_in:
            log_in.post("/login", data={"name": name, "password": PASSWORD})
            value = log_in.cookies["plaidoyer"]
        context.add_cookies([{"name": "plaidoyer", "value": value, "url": address}])
    page = context.new_page()
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(address + path)
    yield page
    context.close()
    assert (failed, [url for url in asked if not url.startswith((address, "data:"))]) == ([], [])


def is_accessible(page: Page) -> None:
    found = Axe().run(page, options=WCAG).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_draft_is_checked_by_the_keyboard_and_its_report_saved(
    browser: Browser, address: str, tmp_path: Path
):
    with opened(browser, address, "/draft", "anne") as page:
        expect(page).to_have_title("Vérifier un texte · Plaidoyer")
        page.get_by_label("Le texte à vérifier").focus()
        page.keyboard.insert_text(DRAFT)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_have_text("2 phrases vérifiées")
        shown = page.get_by_role("region", name="Le texte entier")
        assert (
            shown.evaluate(
                "(box) => { const copy = box.cloneNode(true);"
                "copy.querySelectorAll('sup').forEach((one) => one.remove());"
                "return copy.textContent; }"
            )
            == DRAFT.strip()
        )
        first = shown.get_by_role("link", name="Phrase 1, Mot pour mot")
        first.focus()
        page.keyboard.press("Enter")
        finding = page.locator("#on-1")
        expect(finding).to_be_in_viewport()
        expect(finding.locator("blockquote")).to_have_text(SAID.rstrip("."))
        source = finding.get_by_role("link", name=f"Fonds {OPEN}")
        assert source.get_attribute("href").startswith("/read/positions/2023-public.md?language=fr")
        expect(page.locator("#on-2 .verdict")).to_have_text("Pas dans nos textes")
        expect(page.get_by_text("2 phrases n'affirment rien")).to_be_visible()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Rapport Markdown (.md)").click()
        assert SAID in Path(saved.value.path()).read_text()
        page.get_by_label("Ou un fichier").set_input_files(
            {"name": "long.txt", "mimeType": "text/plain", "buffer": b"a" * 2_100_000}
        )
        assert "dépasse 2 Mo" in page.get_by_label("Ou un fichier").evaluate(
            "(file) => file.validationMessage"
        )


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_of_accounts_and_drafts_are_accessible(
    browser: Browser, address: str, theme: str, width: int
):
    look = {"color_scheme": theme, "viewport": {"width": width, "height": 800}}
    with opened(browser, address, "/draft", STAFF, **look) as page:
        is_accessible(page)
        page.get_by_label("Le texte à vérifier").fill(DRAFT)
        page.get_by_role("button", name="Vérifier", exact=True).click()
        expect(page.locator("#on-2")).to_be_visible()
        is_accessible(page)
        page.goto(f"{address}/account")
        is_accessible(page)
        page.goto(f"{address}/desk/accounts")
        page.get_by_label("Nom d'utilisateur").fill(
            f"un.nom.assez.long.{theme}{width}@federation.example"
        )
        page.get_by_role("button", name="Créer le lien").click()
        expect(page.get_by_label("Lien de l'invitation")).to_be_focused()
        is_accessible(page)
        link = page.get_by_label("Lien de l'invitation").input_value()
        page.goto(f"{address}/invitation")
        is_accessible(page)
        page.goto(link)
        page.get_by_label("Nouveau mot de passe").wait_for()
        is_accessible(page)


def test_staff_invite_someone_who_chooses_a_password_by_the_link(browser: Browser, address: str):
    with opened(browser, address, "/desk/accounts", STAFF) as page:
        page.get_by_label("Nom d'utilisateur").fill("benoît@federation.example")
        page.get_by_label("Accès", exact=True).select_option("équipe")
        page.get_by_role("button", name="Créer le lien").press("Enter")
        link = page.get_by_label("Lien de l'invitation").input_value()
        path = link.removeprefix(address)
        with opened(browser, address, path, viewport=PHONE, locale="en-GB") as theirs:
            name = theirs.get_by_label("User name")
            expect(name).to_have_value("benoît@federation.example")
            assert theirs.url == f"{address}/invitation"
            theirs.get_by_label("New password").fill(OTHER)
            theirs.get_by_label("The same, once more").fill(PASSWORD)
            theirs.get_by_role("button", name="Save and enter").click()
            expect(theirs.get_by_role("alert")).to_contain_text("The two passwords differ")
            theirs.get_by_label("New password").fill(OTHER)
            theirs.get_by_label("The same, once more").fill(OTHER)
            theirs.keyboard.press("Enter")
            theirs.locator("#box").wait_for()
            theirs.goto(f"{address}/desk/accounts?language=en")
            expect(
                theirs.get_by_role("rowheader", name="benoît@federation.example (you)")
            ).to_be_visible()
        with opened(browser, address, path, locale="en-GB") as again:
            expect(again.get_by_role("alert")).to_contain_text("no longer valid")
        page.goto(f"{address}/desk/accounts")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Supprimer benoît@federation.example").click()
        expect(page.get_by_role("status")).to_have_text("L'utilisateur est supprimé.")
        expect(page.get_by_text("benoît@federation.example")).to_have_count(0)


def test_the_masthead_leads_to_the_draft_and_the_account_also_on_a_phone(
    browser: Browser, address: str
):
    with opened(browser, address, "/", "anne", viewport=PHONE) as page:
        page.locator("#box").wait_for()
        for link in page.locator("#masthead nav a").all():
            box = link.bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
        page.locator("#masthead").get_by_role("link", name="Vérifier un texte").click()
        page.get_by_role("heading", name="Vérifier un texte").wait_for()
        page.get_by_role("link", name="Mon compte").click()
        expect(page.get_by_role("heading", name="Mon compte")).to_be_visible()
        expect(page.get_by_role("link", name="Comptes")).to_have_count(0)
