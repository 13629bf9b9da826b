"""An answer as a card, and the questions that go on from it, in a real browser; WCAG."""

import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import gradio as gr
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from test_page_states import ScriptedBot, ask, citation, flaws, passage

from bot.records import Answer, Citation, Claim, Scope
from bot.settings import BotSettings
from bot.web.gate.headers import SafeHeaders
from bot.web.page import appearance
from bot.web.page import page as plaidoyer
from index.passage import Passage

RATE = passage("2024-05-04", "adopted", "Nous demandons un taux de 30 %. Rien de plus.")
FURTHER = passage("2024-05-03", "draft", "Un guichet unique. Rien de plus.")
OLD = passage("2022-01-10", "superseded", "Nous demandions 20 %. Rien de plus.")
FIRST = passage("2021-01-10", "adopted", "Nous voulions 10 %. Rien de plus.")
TABLE = passage(
    "2023-09",
    "adopted",
    "Mesure | Notre demande de 2021 | Notre demande de 2023\nTaux | 20 % | 30 %\n"
    "Plafond des dépenses éligibles | 400 000 € | 800 000 €.",
)
ALL = (RATE, FURTHER, OLD, FIRST, TABLE)
NEXT = "Et en 2021\u00a0?"


class CardBot(ScriptedBot):
    """Answers with a card of each kind; "Et en 2021 ?" goes on from it."""

    def ask(
        self, question: str, history: Sequence[str] = (), audiences: Sequence[str] = ()
    ) -> Answer:
        claims = tuple(
            Claim(f"« {one.quote} »", (one,))
            for one in (citation(1, RATE), citation(2, FURTHER), citation(3, OLD))
        )
        if "2021" in question:
            claims = (Claim("« Nous voulions 10 %. »", (citation(1, FIRST),)),)
        if "tableau" in question:
            lines = TABLE.text.split("\n")
            spans = [(0, len(lines[0])), (TABLE.text.index(lines[2]), len(TABLE.text))]
            cited = tuple(
                Citation(number, TABLE, TABLE.text[start:end], start, end)
                for number, (start, end) in enumerate(spans, 1)
            )
            claims = (Claim(" ".join(f"« {one.quote} »" for one in cited), cited),)
        if "modèle" in question:
            worded = replace(claims[0], text="Le taux demandé est de 30 %.", grade="worded")
            claims = (worded, replace(claims[1], text="Un guichet.", grade="proved"))
        language = "en" if "rate" in question or "And" in question else "fr"
        return Answer(question, language, claims, "…", False, seeks="figure")

    def by_quotes(
        self,
        question: str,
        history: Sequence[str] = (),
        audiences: Sequence[str] = (),
        within: Scope | None = None,
    ) -> Answer:
        return replace(self.ask(question), unsure="2021" not in question)

    def documents(self, audiences: Sequence[str] = ()) -> dict[str, Passage]:
        return {text.path: text for text in ALL}

    def passages(self, paths: object, audiences: Sequence[str] = ()) -> tuple[Passage, ...]:
        return (*ALL, *super().passages(paths, audiences))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page alone, served from a thread."""
    app, bot = FastAPI(), CardBot()
    app.add_middleware(SafeHeaders)
    blocks = plaidoyer(lambda: bot, BotSettings(store=tmp_path_factory.mktemp("card")))
    gr.mount_gradio_app(app, blocks, path="/", **appearance())
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)


def test_the_direct_answer_is_large_with_its_figure_marked_and_its_source_opens_from_the_title(
    page: Page,
):
    ask(page, "Quel taux ?")
    direct = page.locator("#chat .direct")
    expect(direct.locator("mark")).to_have_text("30 %")
    sizes = [
        page.locator(f"#chat {where} q.quote").first.evaluate(
            "quote => parseFloat(getComputedStyle(quote).fontSize)"
        )
        for where in (".direct", ".of-text")
    ]
    assert sizes[0] > sizes[1]
    expect(page.locator("#told")).to_contain_text("Nous demandons un taux de 30 %.")
    direct.get_by_role("link", name="Note du 2024-05-04", exact=True).click()
    expect(page.locator("#sources details[open] mark")).to_have_text(
        "Nous demandons un taux de 30 %."
    )
    page.keyboard.press("Escape")
    expect(direct.get_by_role("link", name="Note du 2024-05-04", exact=True)).to_be_focused()


def test_what_an_older_text_said_stands_under_its_heading_and_drafts_are_labelled(page: Page):
    ask(page, "Quel taux ?")
    expect(page.get_by_role("heading", name="Auparavant")).to_be_visible()
    expect(page.locator("#chat h4 ~ .of-text")).to_contain_text("Nous demandions 20 %.")
    expect(
        page.locator("#chat .of-text", has_text="guichet").locator(".status.draft")
    ).to_be_visible()
    assert page.locator("#chat .status.reserved").count() == 1


def test_a_question_that_goes_on_is_shown_under_the_answer_and_asked_by_a_click(page: Page):
    ask(page, "Quel taux ?")
    follow_up = page.locator("#chat .next").get_by_role("button")
    expect(follow_up).to_have_text([NEXT])
    assert flaws(page) == []
    page.get_by_role("button", name="Utile").click()  # the conversation is shown anew
    expect(page.locator("#chat .thanks")).to_be_visible()
    expect(follow_up).to_have_text([NEXT])
    page.reload()
    expect(follow_up).to_have_text([NEXT])
    follow_up.click()
    expect(page.locator("#chat .turn[data-turn='2'] .asked")).to_contain_text(NEXT)
    expect(page.locator("#chat .turn[data-turn='2'] .direct")).to_contain_text("10 %")


@pytest.mark.parametrize(
    "page",
    [{}, {"viewport": {"width": 360, "height": 640}, "color_scheme": "dark", "has_touch": True}],
    indirect=True,
    ids=["wide, light", "phone, dark"],
)
@pytest.mark.parametrize("question", ["Quel taux ?", "Un tableau ?", "Le modèle ?", "Which rate?"])
def test_every_card_meets_wcag_and_scrolls_no_page_sideways(page: Page, question: str):
    ask(page, question)
    page.locator("#chat .card").wait_for()
    page.locator("#chat .next button").wait_for()
    assert flaws(page) == []
    assert page.evaluate(
        "(() => { const chat = document.querySelector('#chat'), page = document.documentElement;"
        " return [chat.scrollWidth - chat.clientWidth, page.scrollWidth - innerWidth]; })()"
    ) == [0, 0]


def test_the_row_that_was_asked_for_is_marked_in_its_table(page: Page):
    ask(page, "Un tableau ?")
    rows = page.locator("#chat table.quoted tr")
    expect(rows).to_have_count(3)
    expect(page.locator("#chat tr.asked-row")).to_contain_text("800 000 €")
    page.locator("#chat tr.asked-row a.cite").click()
    expect(page.locator("#sources details[open] mark")).to_contain_text("800 000 €")


def test_the_model_s_words_say_so_and_their_quote_is_open_under_them(page: Page):
    ask(page, "Le modèle ?")
    direct = page.locator("#chat .direct")
    expect(direct.locator(".said")).to_have_text("Le taux demandé est de 30 %.")
    expect(direct.locator(".evidence q.quote")).to_be_visible()
    expect(direct.locator(".grade")).to_have_text("formulé par le modèle d'après la citation")
    expect(page.locator("#chat .of-text .grade")).to_have_text("citation abrégée")
    expect(page.locator("#chat .note")).to_contain_text("Seules les citations sont mot pour mot")


def test_a_quote_in_the_other_language_opens_in_its_context(page: Page):
    ask(page, "Which rate?")
    page.locator("#chat .direct").get_by_role("link", name="Read it in context").click()
    expect(page.locator("#sources details[open] blockquote")).to_contain_text("Rien de plus.")
