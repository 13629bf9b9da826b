"""The page on a scripted bot, in a real browser.

Progress, stop, unsure, unavailable, timeline, meetings; the house style; WCAG.
"""

import csv
import io
import socket
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import gradio as gr
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from bot.records import Answer, Citation, Claim, Glimpse, Meeting, Scope
from bot.settings import BotSettings
from bot.web.gate.headers import SafeHeaders
from bot.web.page import appearance
from bot.web.page import page as plaidoyer
from index.errors import StoreMissing
from index.passage import Passage

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="window.hacked=1">'
    '<rect width="9" height="9" fill="#c00"/></svg>'
)
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}


def passage(
    date: str, status: str, text: str = "Nous demandons un guichet unique. Rien de plus.", **fields
) -> Passage:
    described = {
        "path": f"positions/{date}.md",
        "title": f"Note du {date}",
        "kind": "position",
        "topics": ("achats", "Europe"),
    } | fields
    return Passage(
        id=date,
        date=date,
        status=status,
        headings=("Note",),
        page=0,
        start=0,
        end=len(text),
        text=text,
        **described,
    )


def citation(number: int, of: Passage) -> Citation:
    end = of.text.index(".") + 1
    return Citation(number, of, of.text[:end], 0, end)


TEXTS = [
    passage("2024-05-04", "adopted"),
    passage("2023-03", "draft"),
    passage("2022-01-10", "superseded"),
    passage("2022-01-12", "withdrawn"),
]
FOLLOWING = passage("2020", "adopted", "Ce qui suit.")


class ScriptedBot:
    """Answers by the words of the question; waits on `go` for a slow one."""

    generation = "1"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []

    def steps(
        self,
        question: str,
        history: Sequence[str] = (),
        audiences: Sequence[str] = (),
        language: str = "",
        within: Scope | None = None,
    ) -> Iterator[str | Answer]:
        self.within = within
        self.asked.append((question, tuple(history), tuple(audiences)))
        if "panne" in question:
            raise StoreMissing("There is no index.")
        yield "searching"
        if "lente" in question:
            self.go.wait(60)
        yield "checking"
        yield self.ask(question)

    def ask(
        self, question: str, history: Sequence[str] = (), audiences: Sequence[str] = ()
    ) -> Answer:
        claims = tuple(
            Claim(f"« {one.quote} »", (one,))
            for one in (citation(1, TEXTS[0]), citation(2, TEXTS[1]))
        )
        return Answer(
            question,
            "fr",
            claims,
            "…",
            False,
            unsure="incertaine" in question,
            note="Une note." if "incertaine" in question else "",
            nearest=(TEXTS[2],),
        )

    def examples(self, language: str, audiences: Sequence[str]) -> tuple[str, ...]:
        return ("Que demandons-nous sur les achats ?", "Résume «\u00a0Note\u00a0»")

    def by_quotes(
        self,
        question: str,
        history: Sequence[str] = (),
        audiences: Sequence[str] = (),
        within: Scope | None = None,
    ) -> Answer:
        return self.ask(question)

    def answers(self, question: str, audiences: Sequence[str] = ()) -> bool:
        return True

    def documents(self, audiences: Sequence[str] = ()) -> dict[str, Passage]:
        return {text.path: text for text in TEXTS}

    def holding(self, words: str, audiences: Sequence[str] = ()) -> list[Glimpse]:
        return [
            Glimpse(text, (("Nous demandons un ", False), ("guichet", True)))
            for text in TEXTS[1:]
            if "guichet" in words
        ]

    def passages(
        self, paths: Collection[str], audiences: Sequence[str] = ()
    ) -> tuple[Passage, ...]:
        return (*TEXTS, FOLLOWING)

    def around(self, of: Passage) -> tuple[Passage | None, Passage | None]:
        return None, FOLLOWING

    def timeline(self, theme: str, audiences: Sequence[str] = ()) -> tuple[Citation, ...]:
        return (
            tuple(citation(number, text) for number, text in enumerate(TEXTS, 1))
            if "achat" in theme
            else ()
        )

    def meetings(self, audiences: Sequence[str] = ()) -> tuple[Meeting, ...]:
        return (
            Meeting("2024-05-04", "Sénat", "la rapporteure", "Budget", citation(1, TEXTS[0])),
            Meeting(
                "2023-03",
                "Commission européenne",
                "",
                '=HYPERLINK("http://h.example")',
                citation(1, TEXTS[1]),
            ),
        )


@pytest.fixture(scope="module")
def bot() -> ScriptedBot:
    return ScriptedBot()


@pytest.fixture(scope="module")
def address(bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page alone, served from a thread, in a federation's own colour and with its logo."""
    folder = tmp_path_factory.mktemp("states")
    (folder / "logo.svg").write_text(LOGO)
    settings = BotSettings(
        store=folder, federation="Fédération d'essai", colour="#ffd500", logo=folder / "logo.svg"
    )
    app = FastAPI()
    app.add_middleware(SafeHeaders)
    blocks = plaidoyer(lambda: bot, settings)
    gr.mount_gradio_app(app, blocks, path="/", **appearance())
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    bot.go.set()
    server.should_exit = True
    thread.join(30)


def ask(page: Page, question: str) -> None:
    page.locator("#box").fill(question)
    page.locator("#box").press("Enter")


def flaws(page: Page) -> list:
    return [
        (violation["id"], [node["html"][:150] for node in violation["nodes"]][:3])
        for violation in Axe().run(page, options=WCAG).response["violations"]
    ]


def view(page: Page, name: str) -> None:
    page.goto(page.url.split("#")[0] + f"#{name}")


def test_a_slow_question_shows_its_progress_can_be_stopped_and_comes_back_into_the_box(
    page: Page, bot: ScriptedBot
):
    ask(page, "Une question lente")
    expect(page.locator("#chat .progress")).to_have_text("Je cherche dans nos textes…")
    expect(page.locator("#told")).to_have_text("Je cherche dans nos textes…")
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator("#box")).to_have_value("Une question lente")
    expect(page.locator("#chat .turn")).to_have_count(0)
    bot.go.set()
    ask(page, "Une autre")
    expect(page.locator("#chat .turn[data-turn] a.cite")).to_have_count(2)


def test_a_follow_up_is_asked_with_what_went_before_and_for_members_only(
    page: Page, bot: ScriptedBot
):
    for number, question in enumerate(("La première", "La seconde")):
        ask(page, question)
        page.locator("#chat .turn[data-turn]").nth(number).wait_for()
    question, history, audiences = bot.asked[-1]
    assert (question, audiences) == ("La seconde", ("public", "members"))
    assert [turn.question for turn in history] == ["La première"]
    assert history[0].documents == ("positions/2024-05-04.md", "positions/2023-03.md")


def test_a_question_asked_before_the_page_has_settled_is_not_wiped(page: Page):
    page.reload()
    page.locator("#box").wait_for()
    ask(page, "Une question précoce")
    page.locator(".examples button").first.wait_for(state="attached")
    expect(page.locator("#chat .turn[data-turn] h3.asked")).to_contain_text("Une question précoce")


def test_an_unsure_answer_says_so_and_names_other_texts(page: Page):
    ask(page, "Une question incertaine")
    expect(page.locator("#chat .state.unsure")).to_contain_text("Réponse incertaine.")
    expect(page.locator("#chat .note")).to_have_text("Une note.")
    expect(page.locator("#chat .nearest .status.superseded")).to_be_visible()
    assert flaws(page) == []


def test_an_index_that_is_missing_is_explained_and_the_next_question_is_answered(page: Page):
    ask(page, "Une panne")
    expect(page.locator("#chat [role=alert]")).to_contain_text("L'index n'est pas disponible")
    ask(page, "Une autre")
    expect(page.locator("#chat .turn[data-turn]")).to_have_count(1)
    expect(page.locator("#chat [role=alert]")).to_have_count(0)


def test_a_question_that_was_not_taken_says_why_and_comes_back_into_the_box(page: Page):
    page.locator(".examples button").first.wait_for()
    again = "Beaucoup de questions en ce moment. Réessayez dans 5 secondes."
    page.route(
        "**/queue/join*",
        lambda asked: asked.fulfill(status=429, json={"error": "TooMany", "detail": again}),
    )
    ask(page, "Une question")
    expect(page.get_by_text(again).first).to_be_visible()
    expect(page.locator("#box")).to_have_value("Une question")
    expect(page.locator("#chat .turn")).to_have_count(0)
    page.unroute("**/queue/join*")
    page.locator("#box").press("Enter")
    expect(page.locator("#chat .turn[data-turn]")).to_have_count(1)


def test_an_overlong_question_is_refused_in_words(page: Page):
    page.evaluate("document.getElementById('box').removeAttribute('maxlength')")
    ask(page, "x" * 3000)
    page.locator(
        "#chat .turn[data-turn]"
    ).wait_for()  # the scripted bot refuses nothing: but no more than the most is kept
    assert len(page.locator("#chat h3.asked").inner_text()) < 2100


def test_a_theme_s_timeline_tells_status_by_shape_and_leads_to_its_quotes(page: Page):
    view(page, "positions")
    page.get_by_label("Suivre un thème dans le temps").fill("achats")
    page.get_by_role("button", name="Voir la frise").click()
    picture = page.get_by_role("group", name="Frise : 4 prises de position")
    expect(picture).to_be_visible()
    shapes = {
        status: page.locator(f".picture.wide .point.{status} > :last-child").evaluate(
            "shape => shape.outerHTML"
        )
        for status in ("adopted", "draft", "superseded", "withdrawn")
    }
    assert len(set(shapes.values())) == 4
    expect(page.locator(".key li")).to_have_text(
        ["projet, non adopté", "adopté", "position remplacée depuis", "position retirée"]
    )
    page.locator(".picture.wide .point.withdrawn").click()
    expect(page.locator("#line-4")).to_have_attribute("open", "")
    expect(page.locator("#line-4 mark")).to_have_text("Nous demandons un guichet unique.")
    assert flaws(page) == []


def test_a_topic_s_button_draws_its_timeline_and_an_unknown_theme_says_nothing_was_found(
    page: Page,
):
    view(page, "positions")
    page.locator("#documents .chip", has_text="achats").first.click()
    expect(page.locator(".line > li")).to_have_count(4)
    page.get_by_label("Suivre un thème dans le temps").fill("météo")
    page.get_by_role("button", name="Voir la frise").click()
    expect(page.locator("#timeline .nothing")).to_be_visible()


def test_the_meetings_are_filtered_and_saved_as_csv_that_runs_nothing(page: Page, tmp_path: Path):
    view(page, "meetings")
    expect(page.locator("#meetings tr")).to_have_count(2)
    assert flaws(page) == []
    page.get_by_label("Contient").fill("europeenne")
    expect(page.locator("#meetings tr:visible")).to_have_count(1)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Télécharger (.csv)").click()
    saving.value.save_as(tmp_path / "met.csv")
    head, row = csv.reader(
        io.StringIO((tmp_path / "met.csv").read_text("utf-8-sig")), delimiter=";"
    )
    assert head == ["Date", "Institution", "Interlocuteur", "Sujet", "Source"]
    assert row[:4] == ["2023-03", "Commission européenne", "", '\'=HYPERLINK("http://h.example")']


@pytest.mark.parametrize(
    "page", [{}, {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"]
)
def test_the_empty_page_and_an_open_source_meet_wcag(page: Page):
    page.locator(".examples button").first.wait_for()
    assert flaws(page) == []
    ask(page, "Une question")
    page.locator("#chat a.cite").first.click()
    expect(page.locator("#sources details[open] .around.after")).to_contain_text("Ce qui suit.")
    page.get_by_role("button", name="Erronée").click()
    assert flaws(page) == []


@pytest.mark.parametrize(
    "page",
    [{"viewport": {"width": 360, "height": 640}, "color_scheme": "dark", "has_touch": True}],
    indirect=True,
)
def test_a_phone_shows_the_source_in_a_sheet_and_scrolls_no_page_sideways(page: Page):
    ask(page, "Une question")
    page.locator("#chat a.cite").first.tap()
    expect(page.locator("#sources details[open] mark")).to_be_in_viewport()
    assert flaws(page) == []
    page.get_by_role("button", name="Fermer les sources").tap()
    expect(page.locator("#sources")).to_be_hidden()
    for name in ("positions", "meetings", "chat"):
        view(page, name)
        page.locator(
            {"positions": "#documents .item", "meetings": "#meetings tr", "chat": "#box"}[name]
        ).first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert flaws(page) == []


def test_the_federation_s_logo_is_shown_and_its_yellow_is_darkened_until_white_is_readable(
    page: Page,
):
    expect(page.get_by_alt_text("Fédération d'essai")).to_be_visible()
    assert page.title() == "Plaidoyer · Fédération d'essai"
    assert (
        page.evaluate("getComputedStyle(document.body).getPropertyValue('--accent')").strip()
        != "#ffd500"
    )


def test_feedback_opens_in_view_with_round_radios_and_speaks_the_page_s_language(page: Page):
    for question in ("La première", "La seconde"):
        ask(page, question)
        page.locator("#chat .turn[data-turn] h3.asked", has_text=question).wait_for()
    page.get_by_role("button", name="Erronée").last.click()
    form = page.locator("form.wrong:visible")
    expect(form.get_by_role("button", name="Envoyer l'avis")).to_be_in_viewport()
    radio = form.get_by_role("radio").first
    assert radio.evaluate("one => getComputedStyle(one).borderRadius") == "50%"
    page.get_by_role("button", name="Envoyer l'avis").click()
    assert radio.evaluate("one => one.validationMessage") == "À remplir ou à choisir."
    form.get_by_label("Autre chose").check()
    assert flaws(page) == []
    page.get_by_role("button", name="Envoyer l'avis").click()
    expect(page.locator("#chat .thanks")).to_have_count(1)


def test_a_choice_has_an_arrow(page: Page):
    view(page, "positions")
    choice = page.locator("#positions select").first
    assert "svg" in choice.evaluate("one => getComputedStyle(one).backgroundImage")


def test_light_and_dark_switch_and_last_over_a_reload(page: Page):
    page.get_by_role("button", name="Clair ou sombre").click()
    expect(page.locator("body")).to_have_class("dark")
    page.reload()
    page.locator("#box").wait_for()
    expect(page.locator("body")).to_have_class("dark")


def test_the_page_s_events_are_no_public_endpoints(page: Page, address: str):
    named = page.evaluate("fetch('/gradio_api/info').then(answer => answer.json())")
    assert named["named_endpoints"] == {} and named["unnamed_endpoints"] == {}
