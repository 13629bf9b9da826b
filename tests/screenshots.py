"""Pictures of the page for docs/.

`PYTHONPATH=. python tests/screenshots.py [ADDRESS]`, while `make run` serves it; where there is a
log-in, with `NAME PASSWORD` of one of the staff behind the address, the pictures of the desk.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from conftest import CHROMIUM, FLAGS
from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).resolve().parent.parent / "docs"
QUESTION = "Qu'avons-nous recommandé sur le financement des startups ?"
DRAFT = (
    "Mesdames, Messieurs,\n\nUn acheteur ne redemande pas un document déjà détenu par une autre "
    "administration. Nous défendons un chèque cyber de 5 000 € pour les petites entreprises. Nous "
    "demandons que le plafond du crédit d'impôt innovation soit porté à 900 000 €."
)
WAIT = 90_000  # milliseconds


def main(address: str = "http://127.0.0.1:7860", name: str = "", password: str = "") -> int:
    """Write the pictures of the page, or those of the desk for a user. Returns 0."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture, take, context in DESK if name else PAGE:
            page = browser.new_context(
                **{"locale": "fr-FR", "viewport": {"width": 1280, "height": 800}} | context
            ).new_page()
            page.set_default_timeout(WAIT)
            page.goto(address)
            if name:
                page.locator("#name").fill(name)
                page.locator("#password").fill(password)
                page.locator("#password").press("Enter")
            page.locator("#box").wait_for()
            take(page)
            page.mouse.move(0, 0)
            page.screenshot(path=DOCS / f"{picture}.png", animations="disabled")
            print(f"docs/{picture}.png: {(DOCS / f'{picture}.png').stat().st_size // 1000} kB")
        browser.close()
    return 0


def _chat(page: Page) -> None:
    page.locator("#box").fill(QUESTION)
    page.locator("#box").press("Enter")
    cite = page.locator("#chat a.cite").first
    cite.wait_for()
    if page.viewport_size["width"] > 900:
        cite.click()


def _positions(page: Page) -> None:
    page.evaluate("location.hash = 'positions'")
    page.locator("#theme-box").fill("cybersécurité des PME")
    page.locator("#theme-box").press("Enter")
    page.locator("#timeline .picture.wide").wait_for()


def _meetings(page: Page) -> None:
    page.evaluate("location.hash = 'meetings'")
    page.locator("#meetings tr").first.wait_for()


def _section(path: str) -> Callable[[Page], None]:
    """Goes to a page of the desk."""

    def take(page: Page) -> None:
        page.goto(f"{page.url.split('/#')[0].rstrip('/')}{path}")
        page.locator("main h1").wait_for()

    return take


def _draft(page: Page) -> None:
    _section("/draft")(page)
    page.locator("main textarea").fill(DRAFT)
    page.get_by_role("button", name="Vérifier", exact=True).click()
    page.locator(".finding").first.wait_for()


PAGE = (
    ("chat", _chat, {}),
    ("positions", _positions, {}),
    ("meetings", _meetings, {}),
    ("phone", _chat, {"viewport": {"width": 390, "height": 780}, "color_scheme": "dark"}),
)
DESK = (
    ("desk-asked", _section("/desk/asked"), {}),
    ("desk-collection", _section("/desk/collection"), {}),
    ("desk-stale", _section("/desk/stale"), {}),
    ("draft", _draft, {"viewport": {"width": 1280, "height": 1100}}),
)

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
