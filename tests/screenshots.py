"""Pictures of the page for docs/.

`python tests/screenshots.py [ADDRESS]`, while `make run` serves it.
"""

import sys
from pathlib import Path

from conftest import CHROMIUM, FLAGS
from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).resolve().parent.parent / "docs"
QUESTION = "Qu'avons-nous recommandé sur le financement des startups ?"
WAIT = 90_000  # milliseconds


def main(address: str = "http://127.0.0.1:7860") -> int:
    """Write docs/chat.png, phone.png, positions.png and meetings.png. Returns 0."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, take, context in (
            ("chat", _chat, {}),
            ("positions", _positions, {}),
            ("meetings", _meetings, {}),
            ("phone", _chat, {"viewport": {"width": 390, "height": 780}, "color_scheme": "dark"}),
        ):
            page = browser.new_context(
                **{"locale": "fr-FR", "viewport": {"width": 1280, "height": 800}} | context
            ).new_page()
            page.set_default_timeout(WAIT)
            page.goto(address)
            page.locator("#box").wait_for()
            take(page)
            page.mouse.move(0, 0)
            page.screenshot(path=DOCS / f"{name}.png", animations="disabled")
            print(f"docs/{name}.png: {(DOCS / f'{name}.png').stat().st_size // 1000} kB")
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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
