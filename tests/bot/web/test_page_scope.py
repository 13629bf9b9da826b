"""Asking within some documents, in a real browser: chips, the link, #theme and @document."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Federation
from members import settings_of
from playwright.sync_api import Page, expect
from serving import served

from bot.answer import Bot
from index.shelf.store import Shelf

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
HOSTILE = "<img src=x onerror=window.hacked=1>"
DOCUMENTS = {
    "positions/2021-05-04-cloud.md": ("Le cloud en 2021", "Cloud souverain", "public"),
    "positions/2023-02-01-cloud.md": ("Le cloud en 2023", "Cloud souverain", "members"),
    "newsletters/2023-06-01-lettre.md": ("Lettre de juin", "Formation", "members"),
    "positions/2023-09-01-image.md": (f"Une image {HOSTILE}", f"Image {HOSTILE}", "members"),
    "positions/2023-10-01-interne.md": ("Cloud interne Zibeline", "Zibeline", "staff"),
}


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    made = Federation(tmp_path_factory.mktemp("scope"))
    for path, (title, topic, audience) in DOCUMENTS.items():
        made.write(
            path,
            f"---\ntitle: '{title}'\ntopics: ['{topic}']\naudience: {audience}\n---\n"
            f"# {title}\n\nNous demandons un cloud souverain, dit le texte {path[-15:-3]}.",
        )
    made.index()
    return made


@pytest.fixture(scope="module")
def address(federation: Federation) -> Iterator[str]:
    with served(Bot(Shelf(federation.store), federation.embedder), settings_of(federation)) as (
        where,
        _,
    ):
        yield where


def ask(page: Page, question: str) -> None:
    before = page.locator("#chat .turn[data-turn]").count()
    page.locator("#box").fill(question)
    page.locator("#box").press("Enter")
    page.locator("#chat .turn[data-turn]").nth(before).wait_for()


def flaws(page: Page) -> list:
    return [
        (violation["id"], [node["html"][:150] for node in violation["nodes"]][:3])
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def limit(page: Page, name: str, option: str) -> None:
    page.get_by_text("Limiter la recherche").click()
    page.locator(f"select[data-limit={name}]").select_option(option)
    # The form comes anew, closed: what is clicked before that is the old one.
    expect(page.locator(f".scope[data-query*='{name}=']")).to_be_visible()


def test_a_year_and_a_theme_become_chips_stand_in_the_link_and_are_obeyed(page: Page, address: str):
    limit(page, "theme", "Cloud souverain")
    expect(page.locator(".chip.on")).to_have_text(["Cloud souverain×"])
    expect(page.locator(".scope .left")).to_have_text("2 textes")
    limit(page, "year", "2021")
    expect(page.locator(".scope .left")).to_have_text("1 texte")
    assert flaws(page) == []
    assert query(page) == {"theme": ["Cloud souverain"], "year": ["2021"]}
    ask(page, "Que demandons-nous sur le cloud souverain ?")
    expect(page.locator("#chat .within")).to_have_text("Cherché dans : Cloud souverain · 2021")
    expect(page.locator("#chat .turn")).to_contain_text("Le cloud en 2021")
    expect(page.locator("#chat .turn")).not_to_contain_text("Le cloud en 2023")
    assert flaws(page) == []
    page.reload()
    expect(page.locator(".chip.on")).to_have_count(2)
    other = page.context.browser.new_page(locale="fr-FR")
    other.goto(page.url)
    expect(other.locator(".chip.on")).to_have_text(["Cloud souverain×", "2021×"])
    other.close()
    page.get_by_role("button", name="Ne plus limiter à : 2021").click()
    expect(page.locator(".scope .left")).to_have_text("2 textes")
    page.get_by_role("button", name="Ne plus limiter à : Cloud souverain").click()
    expect(page.locator(".chip.on")).to_have_count(0)
    assert page.url.startswith(f"{address}/") and query(page) == {}


def test_nothing_found_within_is_searched_everywhere_at_a_click(page: Page):
    limit(page, "kind", "newsletter")
    limit(page, "year", "2021")
    expect(page.locator(".scope .left")).to_have_text("0 textes")
    ask(page, "Que demandons-nous sur le cloud souverain ?")
    expect(page.locator("#chat .state.nothing")).to_be_visible()
    page.get_by_role("button", name="Chercher dans tous les textes").click()
    expect(page.locator("#chat .turn[data-turn]")).to_have_count(2)
    expect(page.locator("#chat .turn").last).to_contain_text("Le cloud en")
    expect(page.locator("#chat .within")).to_have_count(1)
    expect(page.locator(".chip.on")).to_have_count(0)


def test_a_theme_is_completed_by_keyboard_in_the_middle_of_a_question(page: Page):
    box = page.locator("#box")
    box.fill("Que demandons-nous  aujourd'hui ?")
    box.evaluate("box => box.setSelectionRange(19, 19)")
    box.press_sequentially("#")
    options = page.locator("#completions [role=option]")
    expect(options).to_have_count(3)
    assert "Zibeline" not in page.locator("#complete").inner_text()
    box.press_sequentially("souv")
    expect(options).to_have_text(["Cloud souverain 2"])
    expect(box).to_have_attribute("aria-activedescendant", "completion-1")
    assert flaws(page) == []
    box.press("Enter")
    expect(page.locator(".chip.on")).to_have_text(["Cloud souverain×"])
    expect(box).to_have_value("Que demandons-nous aujourd'hui ?")
    expect(page.locator("#chat .turn")).to_have_count(0)
    expect(box).to_be_focused()
    assert query(page) == {"theme": ["Cloud souverain"]}
    page.get_by_role("button", name="Ne plus limiter à : Cloud souverain").click()
    box.press_sequentially(" #souv")
    expect(options).to_have_text(["Cloud souverain 2"])
    box.press("Escape")
    box.press("Backspace")
    expect(options).to_have_text(["Cloud souverain 2"])


def test_a_document_is_found_by_words_of_its_title_and_chosen_with_the_arrows(page: Page):
    box = page.locator("#box")
    box.press_sequentially("@clo 20")
    options = page.locator("#completions [role=option]")
    expect(options).to_have_text(
        [
            "Le cloud en 2023 1er février 2023 · position",
            "Le cloud en 2021 4 mai 2021 · position",
        ]
    )
    box.press("ArrowDown")
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("Tab")
    expect(page.locator(".chip.on")).to_have_text(["Le cloud en 2021×"])
    assert query(page) == {"document": ["positions/2021-05-04-cloud.md"]}
    ask(page, "Que demandons-nous sur le cloud souverain ?")
    expect(page.locator("#chat .within")).to_have_text("Cherché dans : 1 texte choisi")
    page.get_by_role("button", name="Nouvelle conversation").click()
    expect(page.locator(".chip.on")).to_have_count(0)


def test_escape_leaves_the_sign_as_it_is_and_an_address_is_no_sign(page: Page):
    box = page.locator("#box")
    box.press_sequentially("#form")
    expect(page.locator("#completions [role=option]")).to_have_text(["Formation 1"])
    box.press("Escape")
    expect(page.locator("#completions")).not_to_be_visible()
    expect(box).to_have_value("#form")
    box.fill("Écrire à anne@cloud.example")
    box.press_sequentially(" ?")
    expect(page.locator("#completions")).not_to_be_visible()
    box.press("Enter")
    page.locator("#chat .turn[data-turn]").wait_for()
    expect(page.locator("#chat .asked")).to_contain_text("anne@cloud.example ?")


def test_hostile_titles_and_links_are_text_and_a_staff_document_has_no_name(
    page: Page, address: str
):
    box = page.locator("#box")
    box.press_sequentially("@image")
    page.locator("#completions [role=option]").click()
    expect(page.locator(".chip.on > :first-child")).to_have_text(f"Une image {HOSTILE}")
    page.goto(
        f"{address}/?document=positions/2023-10-01-interne.md&theme=%3Cscript%3Ewindow.hacked=2"
        "%3C/script%3E&kind=tract&other=1"
    )
    expect(page.locator(".chip.on")).to_have_count(3)
    assert "Zibeline" not in page.content()
    expect(page.locator(".scope .left")).to_have_text("0 textes")
    ask(page, "la Zibeline ?")
    assert "interne" not in page.locator("#chat").inner_text()


@pytest.mark.parametrize(
    "page", [{"viewport": {"width": 360, "height": 740}, "has_touch": True}], indirect=True
)
def test_the_scope_fits_a_phone(page: Page):
    page.get_by_text("Limiter la recherche").click()
    expect(page.locator(".limit .choices")).to_be_in_viewport()
    assert flaws(page) == []
    page.get_by_role("button", name="Choisir un texte…").click()
    expect(page.locator("#completions")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert flaws(page) == []
    page.locator("#completions [role=option]").first.click()
    expect(page.locator(".chip.on")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
