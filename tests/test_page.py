"""The served page in a real browser: ask, click a citation, see the quote highlighted; hostile text stays inert."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from playwright.sync_api import Page, expect, sync_playwright

from index.build import build

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
HOSTILE = """---
title: "<img src=x onerror='window.hacked=1'> Titre"
---
# <script>window.hacked=2</script>

La girafe violette de Nantes demande <img src=x onerror="window.hacked=3"> un [fonds](javascript:window.hacked=4) **national** de 12 millions.
"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (on Debian: apt-get install chromium)")


@pytest.fixture(scope="module")
def address(samples: Path, e5, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page, served by a real process on the sample corpus and one hostile document."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    (folder / "corpus" / "positions" / "2024-12-hostile.md").write_text(HOSTILE)
    (folder / "corpus" / "newsletters" / "script.html").write_text("<p>Le lama rose de Brest.</p><script>window.hacked=5</script>")
    (folder / "store").mkdir()
    (folder / "store" / "models").symlink_to(samples / "models")
    build(folder / "corpus", folder / "store", e5.name, lambda: e5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLAIDOYER_")}
    served = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=clean | {
        "PLAIDOYER_STORE": str(folder / "store"), "PLAIDOYER_CORPUS": str(folder / "corpus"), "PLAIDOYER_PORT": str(port)})
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except OSError:
                assert served.poll() is None and time.monotonic() < deadline, "the page is not served"
                served.poll()
        yield f"http://127.0.0.1:{port}"
    finally:
        served.terminate()
        served.wait(30)


@pytest.fixture(params=["fr-FR"])
def page(address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser's page that fails the test if it asks anything of another host."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_context(locale=request.param).new_page()
        asked: list[str] = []
        opened.on("request", lambda sent: asked.append(sent.url))
        opened.goto(address)
        yield opened
        browser.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    page.locator("#chat a.cite, #chat .nothing").last.wait_for(timeout=90_000)


def test_a_click_on_a_citation_opens_its_source_with_the_quote_highlighted(page: Page):
    ask(page, "Qu'avons-nous recommandé sur le financement des startups ?")
    quote = page.locator("#chat q.quote").nth(1).inner_text()
    page.locator("#chat a.cite").nth(1).click()
    opened = page.locator("details.source[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("mark")).to_be_in_viewport()
    assert opened.locator("mark").inner_text().split() == quote.strip("«» \u00a0").split()
    assert page.evaluate("document.documentElement.lang") == "fr"


def test_a_question_that_is_outside_gets_no_citation(page: Page):
    ask(page, "Quelle est la météo demain ?")
    expect(page.locator("#chat .nothing")).to_contain_text("Je n'ai rien trouvé dans nos textes")
    expect(page.locator("#chat a.cite")).to_have_count(0)


@pytest.mark.parametrize("page", ["en-GB"], indirect=True)
def test_an_english_browser_gets_english_labels(page: Page):
    expect(page.get_by_label("Your question")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_hostile_text_in_a_document_is_shown_and_does_nothing(page: Page):
    ask(page, "Que demande la girafe violette de Nantes ?")
    page.locator("#chat a.cite").first.click()
    expect(page.locator("details.source[open] mark")).to_contain_text("<img src=x onerror=")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#chat img[src=x], #sources img, #sources script").count() == 0


def test_documents_open_inert_and_nothing_else_does(address: str):
    with urllib.request.urlopen(f"{address}/document/newsletters/script.html") as answer:
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    for path in ("auditions/2024-11-ministere-education.md", "../app.py", "%2e%2e/app.py", "/etc/passwd", "catalogue.toml", "README.md"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/document/{path}")
        assert refused.value.code == 404
