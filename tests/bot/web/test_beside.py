"""The panel beside the conversation and the reader view, in a real browser on a real index."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Federation
from members import settings_of
from pdf_pages import CLIMATE, DATA, FUNDING, flow, made, put
from playwright.sync_api import Locator, Page, expect
from serving import served

from bot.answer import Bot
from index.shelf.store import Shelf

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
PDF = "positions/2024-01-loutre.pdf"
LYNX = """---
title: Le lynx
topics: [lynx]
---
# Le lynx

Le lynx bleu de Quimper demande un fonds de trois millions d'euros pour les forêts.

{filling}

## Nos demandes

- Le lynx bleu de Quimper demande un guichet unique dans chaque forêt.
- Rien d'autre.

| Mesure | Montant |
|---|---|
| Guichet | 12 M€ |
"""
ASKED_LYNX = "Que demande le lynx bleu de Quimper ?"
ASKED_OTTER = "Que demande la loutre verte de Vannes sur les barrages ?"
DEMAND = "La loutre verte de Vannes demande un moratoire de douze ans sur les barrages."


def pages() -> bytes:
    def text(heading: str):
        def draw(canvas):
            put(canvas, (50, 740), heading, 16)
            flow(canvas, f"{CLIMATE} {FUNDING}", (50, 700), 480)

        return draw

    def demand(canvas):
        put(canvas, (50, 740), "Les barrages", 16)
        put(canvas, (50, 300), DEMAND)

    return made(text("La loutre"), demand, text("Annexe"), title="La loutre")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    federation = Federation(tmp_path_factory.mktemp("beside"))
    filling = "\n\n".join(f"Paragraphe {number}. {DATA}" for number in range(12))
    federation.write("positions/2024-02-lynx.md", LYNX.format(filling=filling))
    federation.write(PDF, pages())
    federation.index()
    bot = Bot(Shelf(federation.store), federation.embedder)
    with served(bot, settings_of(federation)) as (served_at, _):
        yield served_at


def ask(page: Page, question: str) -> None:
    before = page.locator("#chat .turn[data-turn]").count()
    page.locator("#box").fill(question)
    page.locator("#box").press("Enter")
    page.locator("#chat .turn[data-turn]").nth(before).wait_for()


def opened(page: Page, question: str) -> Locator:
    """The reader view of the first source of the answer, beside the conversation."""
    ask(page, question)
    page.locator("#chat a.cite").first.click()
    page.locator("#sources details[open]").get_by_text("Ouvrir le document").click()
    page.locator("#reading .reader").wait_for()
    return page.locator("#reading")


def flaws(page: Page) -> list:
    return [
        (violation["id"], [node["html"][:150] for node in violation["nodes"]][:3])
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]


def width(page: Page, of: str) -> float:
    return page.locator(of).bounding_box()["width"]


def test_the_panel_takes_no_width_while_it_is_empty(page: Page):
    expect(page.locator("#side")).to_be_hidden()
    expect(page.locator("#edge")).to_be_hidden()
    assert width(page, "#talk") == 1280
    ask(page, ASKED_LYNX)
    expect(page.locator("#side")).to_be_visible()
    assert width(page, "#side") == pytest.approx(0.4 * 1280, abs=2)
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator("#side")).to_be_hidden()


def test_the_panel_is_made_wider_by_the_keyboard_and_the_pointer_and_stays_so(page: Page):
    ask(page, ASKED_LYNX)
    edge = page.get_by_role("separator", name="Largeur des sources")
    edge.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", "50")
    assert width(page, "#side") == pytest.approx(640, abs=2)
    page.keyboard.press("End")
    expect(edge).to_have_attribute("aria-valuenow", "75")
    page.keyboard.press("Home")
    expect(edge).to_have_attribute("aria-valuenow", "25")
    box = edge.bounding_box()
    page.mouse.move(box["x"] + 4, 400)
    page.mouse.down()
    page.mouse.move(700, 400, steps=4)
    page.mouse.up()
    page.mouse.move(300, 400)
    assert width(page, "#side") == pytest.approx(580, abs=8)
    kept = edge.get_attribute("aria-valuenow")
    page.reload()
    page.locator("#sources .source-card").first.wait_for()
    expect(edge).to_have_attribute("aria-valuenow", kept)
    assert flaws(page) == []


def test_a_document_has_one_card_with_its_quotes_under_it(page: Page):
    ask(page, ASKED_LYNX)
    card = page.locator("#sources .source-card", has_text="Le lynx")
    expect(card).to_have_count(1)
    expect(card.locator(".title")).to_have_count(1)
    assert card.locator("details.source").count() == page.locator("#chat a.cite").count() > 1
    expect(card.locator(".glimpse").first).to_be_visible()
    assert flaws(page) == []


def test_a_text_opens_beside_the_conversation_at_its_quote_and_escape_leads_back(page: Page):
    reader = opened(page, ASKED_LYNX)
    expect(page.locator("#box")).to_be_visible()
    expect(reader.get_by_role("heading", name="Le lynx")).to_have_count(1)
    expect(reader.locator("mark.current")).to_be_in_viewport()
    quoted = page.locator("#chat q.quote").first.inner_text().strip("«» \u00a0")
    assert reader.locator("mark.current").inner_text() == quoted
    assert "topics:" not in reader.inner_text()
    expect(reader.locator("table th").first).to_have_text("Mesure")
    assert flaws(page) == []
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(page.locator("#sources details[open]").get_by_text("Ouvrir le document")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#chat a.cite").first).to_be_focused()


def test_the_next_and_the_previous_quote_are_gone_to_in_the_order_of_the_text(page: Page):
    reader = opened(page, ASKED_LYNX)
    count = page.locator("#chat a.cite").count()
    which = reader.locator(".which")
    first = which.inner_text()
    seen = set()
    for _ in range(count):
        reader.get_by_role("button", name="Citation suivante").click()
        expect(reader.locator("mark.current").first).to_be_in_viewport()
        seen.add(reader.locator("mark.current").first.inner_text())
    expect(which).to_have_text(first)
    assert len(seen) == count
    reader.get_by_role("button", name="Citation précédente").click()
    expect(which).not_to_have_text(first)


def test_a_pdf_opens_as_its_page_with_the_quote_marked_and_grows(page: Page, address: str):
    reader = opened(page, ASKED_OTTER)
    spot, sheet = reader.locator(".spot.current"), reader.locator("#page-2")
    expect(spot).to_be_in_viewport()
    expect(reader.get_by_label("Page", exact=True)).to_have_value("2")
    image = sheet.get_by_role("img", name="Page 2 sur 3")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    place, on = spot.bounding_box(), sheet.bounding_box()
    assert (place["y"] - on["y"]) / on["height"] == pytest.approx(1 - 309 / 842, abs=0.01)
    assert (place["x"] - on["x"]) / on["width"] == pytest.approx(50 / 595, abs=0.01)
    expect(sheet.locator("q.sr")).to_have_text(DEMAND)
    assert flaws(page) == []
    for _ in range(2):
        reader.get_by_role("button", name="Agrandir").click()
    expect(reader.locator(".size")).to_have_text("150 %")
    assert sheet.bounding_box()["width"] == pytest.approx(1.5 * on["width"], abs=8)
    expect(spot).to_be_in_viewport()
    assert flaws(page) == []
    reader.get_by_label("Page", exact=True).select_option("3")
    expect(reader.locator("#page-3")).to_be_in_viewport()
    reader.get_by_role("link", name="Texte", exact=True).click()
    expect(reader.locator("mark.current")).to_have_text(DEMAND)
    expect(reader.locator("mark.current")).to_be_in_viewport()


def test_the_original_is_downloaded_as_it_was_indexed(page: Page, tmp_path: Path):
    reader = opened(page, ASKED_OTTER)
    with page.expect_download() as saving:
        reader.get_by_role("link", name="Télécharger l'original").click()
    saving.value.save_as(tmp_path / "original.pdf")
    assert saving.value.suggested_filename == "2024-01-loutre.pdf"
    assert (tmp_path / "original.pdf").read_bytes() == pages()


def test_a_picture_that_does_not_come_is_asked_for_again_and_then_said_to_be_missing(page: Page):
    page.clock.install()
    page.route("**/picture/**", lambda asked: asked.fulfill(status=429, body=""))
    reader = opened(page, ASKED_OTTER)
    failed = reader.locator("#page-2 .failed")
    for _ in range(2):
        with page.expect_response("**/picture/**page=2**"):
            page.clock.fast_forward(5_000)
    expect(failed).to_have_text("Cette page n'a pas pu être montrée. Lisez le texte, ou réessayez.")
    expect(failed).to_be_visible()


def test_a_document_that_cannot_be_opened_is_said_and_the_sources_stay(page: Page):
    page.route("**/read/**", lambda asked: asked.fulfill(status=404, json={"detail": "No."}))
    ask(page, ASKED_LYNX)
    page.locator("#sources .source-card .title a").first.click()
    expect(page.locator("#toast")).to_have_text("Ce document n'a pas pu être ouvert. Réessayez.")
    expect(page.locator("#sources .source-card").first).to_be_visible()


def test_a_citation_pressed_while_a_document_is_open_shows_its_source(page: Page):
    reader = opened(page, ASKED_LYNX)
    page.locator("#chat a.cite").nth(1).click()
    expect(reader).to_be_hidden()
    expect(page.locator("#sources details[open] mark")).to_be_in_viewport()


def test_an_answer_that_comes_while_a_document_is_open_leaves_it_open(page: Page):
    reader = opened(page, ASKED_LYNX)
    ask(page, ASKED_OTTER)
    expect(reader.locator("mark.current")).to_be_visible()
    reader.get_by_role("button", name="Sources").click()
    expect(page.locator("#sources .source-card", has_text="La loutre")).to_be_visible()


@pytest.mark.parametrize(
    "page",
    [{"viewport": {"width": 360, "height": 640}, "color_scheme": "dark", "has_touch": True}],
    indirect=True,
)
def test_a_phone_shows_the_document_over_the_conversation_and_scrolls_nothing_sideways(page: Page):
    ask(page, ASKED_OTTER)
    page.locator("#chat a.cite").first.tap()
    page.locator("#sources details[open]").get_by_text("Ouvrir le document").tap()
    reader = page.locator("#reading")
    expect(reader.locator(".spot.current")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert width(page, "#side") == 360 and flaws(page) == []
    reader.get_by_role("link", name="Texte", exact=True).tap()
    expect(reader.locator("mark.current")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert flaws(page) == []
    reader.get_by_role("button", name="Sources").tap()
    page.get_by_role("button", name="Fermer les sources").tap()
    expect(page.locator("#side")).to_be_hidden()


@pytest.mark.parametrize(
    "page",
    [
        {"locale": "en-GB"},
        {"color_scheme": "dark", "viewport": {"width": 360, "height": 640}, "locale": "en-GB"},
    ],
    indirect=True,
    ids=["wide", "phone"],
)
def test_the_reader_view_stands_alone_in_a_tab_of_its_own(page: Page):
    page.goto(page.url.split("#")[0] + "#positions")
    link = page.locator("#documents .item", has_text="La loutre").locator("a.document")
    with page.context.expect_page() as opening:
        link.click()
    tab = opening.value
    tab.locator(".sheet").first.wait_for()
    assert tab.title() == "La loutre · Plaidoyer"
    expect(tab.get_by_role("img", name="Page 1 of 3")).to_have_js_property("complete", True)
    assert tab.get_by_role("img", name="Page 1 of 3").evaluate("image => image.naturalWidth") > 0
    assert flaws(tab) == []
    tab.get_by_role("button", name="Larger").click()
    expect(tab.locator(".size")).to_have_text("125 %")
    tab.get_by_role("link", name="Text", exact=True).click()
    tab.locator(".reader-text").wait_for()
    assert flaws(tab) == []
    wide = tab.viewport_size["width"]
    assert tab.evaluate("document.documentElement.scrollWidth") == wide
    dark = tab.evaluate("document.body.classList.contains('dark')")
    assert dark == (wide == 360)


def test_the_address_of_a_quote_opens_it_marked_without_the_conversation(page: Page, address: str):
    ask(page, ASKED_LYNX)
    href = page.locator("#sources .source-card .title a").first.get_attribute("href")
    page.goto(address + href.replace("#quote-1", "#quote-2"))
    expect(page.locator("mark.current")).to_be_in_viewport()
    expect(page.locator(".which")).to_contain_text(" / ")
    page.goto(address)
