"""The view "Positions" in a real browser: search, sort, what filters leave, the timeline."""

import re
from collections.abc import Iterator

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
DOCUMENTS = {
    "positions/2021-05-04-cloud.md": (
        "Zéro dépendance au cloud",
        "status: superseded\ntopics: [cloud]",
        "Nous demandons un cloud souverain pour les hôpitaux.",
    ),
    "positions/2023-02-01-cloud.md": (
        "Achats de cloud",
        "topics: [cloud, achats]",
        "Nous demandons un cloud souverain de 12\u202f000 serveurs <b>gras</b>.",
    ),
    "positions/2024-09-02-cloud.md": (
        "Projet sur le cloud",
        "status: draft\ntopics: [cloud]",
        "Nous demandons un cloud souverain européen.",
    ),
    "newsletters/2024-10-01-lettre.md": (
        "La lettre d'octobre",
        "topics: [cloud]",
        "Notre projet de position demande un cloud souverain européen.",
    ),
    "positions/2024-11-01-interne.md": (
        "Note interne Zibeline",
        "audience: staff\ntopics: [cloud]",
        "Nous demandons un cloud souverain Zibeline.",
    ),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    made = Federation(tmp_path_factory.mktemp("positions"))
    for path, (title, fields, text) in DOCUMENTS.items():
        made.write(path, f"---\ntitle: {title}\n{fields}\n---\n# {title}\n\n{text}")
    made.index()
    with served(Bot(Shelf(made.store), made.embedder), settings_of(made)) as (where, _):
        yield where


@pytest.fixture
def positions(page: Page) -> Page:
    page.goto(page.url.split("#")[0] + "#positions")
    page.locator("#documents .item").first.wait_for()
    return page


def flaws(page: Page) -> list:
    return [
        (violation["id"], [node["html"][:150] for node in violation["nodes"]][:3])
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]


def titles(page: Page) -> list[str]:
    shown = page.locator("#documents .item:visible .title")
    return [" ".join(title.split()) for title in shown.all_inner_texts()]


def options(page: Page, name: str) -> list[str]:
    return page.locator(f"#positions select[name={name}] option").all_text_contents()


def search(page: Page, words: str) -> None:
    page.get_by_label("Rechercher dans les titres et les textes").fill(words)
    page.get_by_label("Rechercher dans les titres et les textes").press("Enter")


def timeline(page: Page, theme: str) -> None:
    page.get_by_label("Suivre un thème dans le temps").fill(theme)
    page.get_by_label("Suivre un thème dans le temps").press("Enter")
    page.locator("#timeline h3").wait_for()


def test_a_search_finds_words_of_texts_and_titles_and_shows_where(positions: Page):
    search(positions, "hôpital")
    expect(positions.locator("#documents .item")).to_have_count(1)
    expect(positions.locator(".glimpse mark")).to_have_text("hôpitaux")
    expect(positions.locator("#positions select[data-sort]")).to_have_value("best")
    assert flaws(positions) == []
    search(positions, "12000 serveurs")
    expect(positions.locator(".glimpse")).to_contain_text("serveurs <b>gras</b>.")
    assert positions.locator("#texts .glimpse b").count() == 0
    search(positions, "achat")
    expect(positions.locator("#documents .item")).to_have_count(1)
    search(positions, "Zibeline")
    expect(positions.locator("#texts .nothing")).to_have_text(
        "Aucun texte ne contient tous ces mots : Zibeline"
    )
    assert flaws(positions) == []
    search(positions, "")
    expect(positions.locator("#documents .item")).to_have_count(4)
    expect(positions.locator("#positions select[data-sort]")).to_have_value("newest")


def test_the_texts_are_sorted(positions: Page):
    newest = ["La lettre d'octobre", "Projet sur le cloud", "Achats de cloud"]
    assert titles(positions)[:3] == newest
    sort = positions.get_by_label("Trier")
    sort.select_option("oldest")
    expect(positions.locator("#documents .item .title").first).to_have_text(
        re.compile("Zéro dépendance")
    )
    assert titles(positions)[1:] == newest[::-1]
    sort.select_option("title")
    assert titles(positions) == [
        "Achats de cloud",
        "La lettre d'octobre",
        "Projet sur le cloud",
        "Zéro dépendance au cloud",
    ]


def test_each_filter_says_how_many_texts_it_leaves(positions: Page):
    expect(positions.locator("#positions select[name=year] option").first).to_have_text("Tous (4)")
    assert options(positions, "year") == ["Tous (4)", "2024 (2)", "2023 (1)", "2021 (1)"]
    assert options(positions, "theme") == ["Tous (4)", "achats (1)", "cloud (4)"]
    positions.locator("#positions").get_by_label("Type").select_option("position")
    expect(positions.locator("#positions select[name=year] option").first).to_have_text("Tous (3)")
    assert options(positions, "year") == ["Tous (3)", "2024 (1)", "2023 (1)", "2021 (1)"]
    assert options(positions, "kind") == ["Tous (4)", "newsletter (1)", "position (3)"]
    search(positions, "souverain européen")
    expect(positions.locator("#positions select[name=year] option").first).to_have_text("Tous (1)")
    assert titles(positions) == ["Projet sur le cloud"]
    expect(positions.locator("#positions .count")).to_have_text("1 affichés")


def test_a_newsletter_on_a_draft_is_no_adopted_position_in_list_and_timeline(positions: Page):
    positions.get_by_label("Statut").select_option("adopted")
    expect(positions.locator("#documents .item:visible")).to_have_count(1)
    assert titles(positions) == ["Achats de cloud"]
    timeline(positions, "cloud souverain")
    letter = positions.locator(".line .source", has_text="La lettre d'octobre")
    expect(letter.locator(".status.reported")).to_have_text("rend compte d'un projet, non adopté")
    expect(positions.locator(".picture.wide .point.reported")).to_have_count(1)
    expect(positions.locator(".picture.wide .point.adopted")).to_have_count(1)
    expect(positions.locator(".key")).to_contain_text("rend compte d'un projet, non adopté")


def test_points_are_labelled_and_the_keyboard_leads_from_one_to_its_quote(positions: Page):
    timeline(positions, "cloud souverain")
    labels = positions.locator(".picture.wide .say").all_text_contents()
    assert len(labels) == 4
    assert labels[-1].startswith("mai 2021 · Nous demandons un cloud")
    positions.get_by_role("button", name="Voir la frise").focus()
    positions.keyboard.press("Tab")
    point = positions.locator(".picture.wide .point").first
    expect(point).to_be_focused()
    expect(point).to_have_attribute(
        "aria-label", re.compile(r"^1er octobre 2024, rend compte d'un projet, non adopté : Notre")
    )
    positions.keyboard.press("Tab")
    positions.keyboard.press("Enter")
    expect(positions.locator("#line-2")).to_have_attribute("open", "")
    expect(positions.locator("#line-2 summary")).to_be_focused()
    assert positions.evaluate("location.hash") == "#positions"
    assert flaws(positions) == []


@pytest.mark.parametrize(
    "page",
    [
        {"viewport": {"width": 360, "height": 740}},
        {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    ],
    indirect=True,
    ids=["light", "dark"],
)
def test_on_a_phone_the_timeline_is_whole_and_all_fits(positions: Page):
    timeline(positions, "cloud souverain")
    picture = positions.locator(".picture.narrow")
    expect(picture).to_be_visible()
    expect(positions.locator(".picture.wide")).not_to_be_visible()
    box = picture.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    for label in picture.locator(".say").all():
        said = label.bounding_box()
        assert said["x"] >= box["x"] and said["x"] + said["width"] <= box["x"] + box["width"]
    search(positions, "cloud souverain")
    positions.locator(".glimpse").first.wait_for()
    assert positions.evaluate("document.documentElement.scrollWidth") == 360
    assert flaws(positions) == []
