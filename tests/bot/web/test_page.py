"""The served page in a real browser, on the sample corpus and hostile documents.

Ask, check, take away; nothing leaks or executes.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from conftest import ROOT
from playwright.sync_api import Page, expect
from waiting import responds, until

from index.build import build

STARTUPS = "Qu'avons-nous recommandé sur le financement des startups ?"
HOSTILE_NAME = "2024-12-<img src=x onerror=window.hacked=1>.md"
HOSTILE = """---
title: "<img src=x onerror='window.hacked=2'> ${window.hacked=3} {{hacked}} Titre"
topics: ["<script>window.hacked=4</script>", "a\\" onfocus=\\"window.hacked=5"]
url: "javascript:window.hacked=6"
---
# <script>window.hacked=7</script>

La girafe violette de Nantes demande <img src=x onerror="window.hacked=8"> \
un [fonds](javascript:window.hacked=9) ${window.hacked=10} de 12 millions.
"""
STAFF = """---
audience: staff
topics: [CANARISTAFF]
---
# Note interne CANARISTAFF

Le lémurien bleu de Quimper vaut CANARISTAFF, disent nos permanents.
"""
DRAFT = """---
status: draft
---
# Note sur le tapir

Le tapir orange de Laval demande un fonds CANARIPROJET de trois millions d'euros.
"""
LISTENING = """
import sys
def heard(event, details):
    if event in ("socket.connect", "socket.getaddrinfo"):
        host = details[0] if event == "socket.getaddrinfo" else ""
        if event == "socket.connect" and isinstance(details[1], tuple):
            host = details[1][0]
        if str(host) not in ("", "None", "127.0.0.1", "::1", "localhost", "0.0.0.0"):
            open(FILE, "a").write(f"{event} {host}\\n")
sys.addaudithook(heard)
"""


@pytest.fixture(scope="module")
def folder(samples: Path, e5, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus and its store: the samples, and the documents above."""
    made = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "corpus", made / "corpus")
    for name, text in (
        (f"positions/{HOSTILE_NAME}", HOSTILE),
        ("positions/staff.md", STAFF),
        ("positions/2024-11-tapir.md", DRAFT),
        (
            "newsletters/script.html",
            "<p>Le lama rose de Brest.</p><script>window.hacked=11</script>",
        ),
    ):
        (made / "corpus" / name).write_text(text)
    (made / "secret.txt").write_text("CANARIDEHORS")
    shutil.copytree(
        samples, made / "store", symlinks=True
    )  # what is indexed already is not encoded again
    build(made / "corpus", made / "store", e5.name, lambda: e5)
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The page, served by a real process that tells which other hosts it turns to: none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    heard = folder / "heard"
    (folder / "listening").mkdir()
    (folder / "listening" / "sitecustomize.py").write_text(
        LISTENING.replace("FILE", repr(str(heard)))
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLAIDOYER_")}
    served = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=clean
        | {
            "PLAIDOYER_STORE": str(folder / "store"),
            "PLAIDOYER_CORPUS": str(folder / "corpus"),
            "PLAIDOYER_PORT": str(port),
            "PLAIDOYER_FEDERATION": "Fédération <b>d'essai</b>",
            "PYTHONPATH": str(folder / "listening"),
        },
    )
    try:
        until(lambda: responds(f"http://127.0.0.1:{port}/"), served)
        yield f"http://127.0.0.1:{port}"
    finally:
        served.terminate()
        served.wait(30)
    assert not heard.exists(), heard.read_text()


def ask(page: Page, question: str) -> None:
    before = page.locator("#chat .turn[data-turn]").count()
    page.locator("#box").fill(question)
    page.locator("#box").press("Enter")
    page.locator("#chat .turn[data-turn]").nth(before).wait_for()


def test_a_click_on_a_citation_opens_its_source_with_the_quote_highlighted_in_its_surroundings(
    page: Page,
):
    ask(page, STARTUPS)
    quote = page.locator("#chat q.quote").nth(1).inner_text()
    page.locator("#chat a.cite").nth(1).click()
    opened = page.locator("#sources details.source[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("mark")).to_be_in_viewport()
    assert opened.locator("mark").inner_text().split() == quote.strip("«» \u00a0").split()
    expect(opened.locator(".around").first).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "fr"


def test_the_keyboard_opens_a_citation_and_escape_leads_back_to_it(page: Page):
    ask(page, STARTUPS)
    cite = page.locator("#chat a.cite").first
    page.locator("#chat h3.asked").click()
    page.keyboard.press("Tab")
    expect(page.locator("#chat a.to-source").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(cite).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#sources details.source[open] summary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cite).to_be_focused()
    expect(page.locator("#sources details.source[open]")).to_have_count(0)


def test_the_citations_of_every_turn_keep_working_and_a_reload_keeps_the_conversation(
    page: Page, browser, address: str
):
    ask(page, "Quel taux pour le crédit d'impôt innovation ?")
    ask(page, "Et la cybersécurité des PME ?")
    page.reload()
    page.locator("#chat .turn[data-turn]").nth(1).wait_for()
    for turn in ("1", "2"):
        cite = page.locator(f"#chat .turn[data-turn='{turn}'] a.cite").first
        cite.click()
        expect(page.locator(f"#sources #{cite.get_attribute('href')[1:]}[open]")).to_be_visible()
    assert (
        page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])").find("impôt")
        == -1
    )
    other = browser.new_context().new_page()
    other.goto(address)
    other.locator(".examples button").first.wait_for()
    assert other.locator("#chat .turn").count() == 0
    other.context.close()
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator("#chat .turn")).to_have_count(0)
    expect(page.locator(".examples")).to_be_visible()


def test_a_question_that_is_outside_gets_no_citation_but_texts_to_open(page: Page):
    ask(page, "Quelle est la météo demain ?")
    expect(page.locator("#chat .state.nothing")).to_contain_text(
        "Je n'ai rien trouvé dans nos textes"
    )
    expect(page.locator("#chat a.cite")).to_have_count(0)
    link = page.locator("#chat .nearest a.document").first.get_attribute("href")
    assert urllib.request.urlopen(urllib.parse.urljoin(page.url, link)).status == 200


def test_every_example_question_is_answered_without_a_doubt(page: Page):
    page.locator(".examples button").first.wait_for()
    examples = page.locator(".examples button").all_inner_texts()
    assert len(examples) == 4 and not [one for one in examples if "sur :" in one]
    page.locator(".examples button").first.click()
    page.locator("#chat a.cite").first.wait_for()
    for question in examples[1:]:
        ask(page, question)
    expect(page.locator("#chat .turn[data-turn]:has(a.cite)")).to_have_count(4)
    expect(page.locator("#chat .state")).to_have_count(0)


def test_what_a_member_says_of_an_answer_is_stored_once_and_so_is_a_question_without_answer(
    page: Page, folder: Path
):
    ask(page, "Combien de kangourous à Melun ?")
    ask(page, STARTUPS)
    page.get_by_role("button", name="Erronée").last.click()
    page.get_by_label("La position n'est plus à jour").last.check()
    page.get_by_label("Précisez").last.fill("Voir <b>octobre</b> 2024.")
    page.get_by_role("button", name="Envoyer l'avis").last.click()
    expect(page.locator("#chat .turn .thanks")).to_be_visible()
    stored = [
        json.loads(line) for line in (folder / "store" / "feedback.jsonl").read_text().splitlines()
    ]
    (wrong,) = (entry for entry in stored if entry["verdict"] == "wrong")
    assert (wrong["reason"], wrong["comment"], wrong["question"]) == (
        "outdated",
        "Voir <b>octobre</b> 2024.",
        STARTUPS,
    )
    assert wrong["citations"][0]["quote"] in wrong["answer"] and wrong["time"].startswith("20")
    assert [entry["question"] for entry in stored if entry["verdict"] == "unanswered"].count(
        "Combien de kangourous à Melun ?"
    ) == 1


# The clipboard's text once it has the mark; wait_for_function does not await a promise.
COPIED = """async (mark) => {
  for (let tries = 0; tries < 200; tries += 1) {
    const text = await navigator.clipboard.readText();
    if (text.includes(mark)) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return "";
}"""


@pytest.mark.parametrize(
    "page", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True
)
def test_an_answer_is_taken_away_as_text_as_markdown_and_as_a_note_with_its_dated_sources(
    page: Page, tmp_path: Path
):
    ask(page, STARTUPS)
    quote = page.locator("#chat q.quote").first.inner_text().strip("«» \u00a0")
    for button, mark in (("Copier", "[1]"), ("Copier en Markdown", "[^1]: ")):
        page.get_by_role("button", name=button, exact=True).click()
        copied = page.evaluate(COPIED, mark)
        assert quote.split(".")[0] in copied and "texte du" in copied
    with page.expect_download() as saving:
        page.get_by_role("button", name="Note (.docx)").click()
    saving.value.save_as(tmp_path / "note.docx")
    note = "\n".join(
        paragraph.text for paragraph in docx.Document(str(tmp_path / "note.docx")).paragraphs
    )
    assert re.search(r"elements-de-langage-\d{4}-\d\d-\d\d\.docx", saving.value.suggested_filename)
    assert (
        STARTUPS in note
        and quote.split(".")[0] in note
        and "texte du" in note
        and "Fédération <b>d'essai</b>" in note
    )


@pytest.mark.parametrize("page", [{"locale": "en-GB"}], indirect=True)
def test_an_english_browser_gets_english_and_the_page_switches_to_french_with_what_was_typed(
    page: Page,
):
    expect(page.get_by_label("Your question", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.locator("#box").fill("Et les PME")
    page.get_by_role("button", name="FR, français").click()
    expect(page.get_by_label("Votre question", exact=True)).to_have_value("Et les PME")
    expect(page.get_by_role("link", name="Rencontres")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "fr"


def test_hostile_text_in_every_field_is_shown_and_does_nothing(page: Page):
    ask(page, "Que demande la girafe violette de Nantes ? <img src=x onerror=window.hacked=12>")
    page.locator("#chat a.cite").first.click()
    expect(page.locator("#sources details.source[open] mark")).to_contain_text(
        "<img src=x onerror="
    )
    expect(page.locator("#sources .source-card .title").first).to_contain_text(
        "${window.hacked=3} {{hacked}}"
    )
    expect(page.locator("#masthead .owner")).to_have_text("Fédération <b>d'essai</b>")
    page.goto(page.url.split("#")[0] + "#positions")
    item = page.locator("#documents .item", has_text="{{hacked}}")
    expect(item.locator("a.document")).to_have_attribute(
        "href", f"/read/positions/{urllib.parse.quote(HOSTILE_NAME)}?language=fr"
    )
    expect(item.locator(".chip").first).to_have_text("<script>window.hacked=4</script>")
    for region in ("#chat", "#sources", "#positions", "#texts"):
        assert page.locator(f"{region} img, {region} script").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0


def test_a_draft_is_labelled_wherever_it_is_shown(page: Page):
    ask(page, "Que demande le tapir orange de Laval ?")
    expect(page.locator("#chat .direct", has_text="CANARIPROJET")).to_contain_text(
        "projet, non adopté"
    )
    expect(
        page.locator("#sources .source-card", has_text="tapir").locator(".status.draft").first
    ).to_have_text("projet, non adopté")


def test_staff_texts_reach_no_member_by_answer_panel_list_or_file(page: Page, address: str):
    ask(page, "Que vaut le lémurien bleu de Quimper ?")
    page.goto(page.url.split("#")[0] + "#positions")
    page.locator("#documents .item").first.wait_for()
    assert "CANARISTAFF" not in page.content()
    for route in ("document", "read"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/{route}/positions/staff.md")
        assert refused.value.code == 404


def test_the_documents_are_filtered_by_theme_year_kind_and_status(page: Page):
    page.goto(page.url.split("#")[0] + "#positions")
    page.locator("#documents .item").first.wait_for()
    shown = page.locator("#documents .item:visible")
    page.get_by_label("Statut").select_option("draft")
    expect(shown).to_have_count(2)
    page.locator("#positions").get_by_label("Année").select_option("2024")
    page.locator("#positions select[name=theme]").select_option("cybersécurité")
    page.locator("#positions").get_by_label("Type").select_option("position")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("NIS 2")
    expect(page.locator("#positions .count")).to_have_text("1 affichés")


def test_documents_open_inert_and_nothing_else_does(address: str, folder: Path):
    with urllib.request.urlopen(f"{address}/document/newsletters/script.html") as answer:
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    absolute = urllib.parse.quote(str(folder / "secret.txt"))
    for path in (
        "auditions/2024-11-ministere-education.md",
        "../app.py",
        "%2e%2e/app.py",
        "..%2fsecret.txt",
        "%2e%2e%2fsecret.txt",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        absolute,
        "positions/..%2f..%2fsecret.txt",
        "..%5csecret.txt",
        "catalogue.toml",
        "README.md",
        "",
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/document/{path}")
        assert refused.value.code == 404
