"""Small talk and the bot's account of itself: counted over what the asker may see, never cited."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Bot
from bot.question.smalltalk import ABOUT, TALK
from bot.records import Answer
from bot.views.about import Facts, about, talk
from bot.web.export import as_docx, as_markdown, as_text
from bot.web.feedback import Journal
from bot.web.render import message
from index.embed import SentenceEmbedder
from index.passage import Passage
from index.shelf.store import Shelf

DAY = date(2025, 3, 3)


def passage(path: str, title: str, day: str, kind: str = "position", **said: object) -> Passage:
    text = f"{title}."
    described = {"path": path, "title": title, "date": day, "kind": kind} | said
    place = {"headings": (), "page": 0, "start": 0, "end": len(text)}
    return Passage(**described, id=path + text, text=text, **place)  # type: ignore[arg-type] # dict


TEXTS = [
    passage("a.md", "Fret ferroviaire", "2021-05-04", topics=("SNCF", "fret")),
    passage("a.md", "Fret ferroviaire", "2021-05-04", topics=("SNCF", "fret")),
    passage("b.md", "La lettre de mai", "2023-05-01", "newsletter", topics=("fret",)),
    passage("c.md", "Péages", "2022-01-10", language="en", status="withdrawn", audience="public"),
    passage("d.md", "Note", "", "other"),
]


def facts(language: str = "fr", **asked: str) -> Facts:
    return Facts(TEXTS, "2024-02-03", language, **asked)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("detail", [*TALK, "which"])
def test_small_talk_is_answered_in_a_few_words_and_cites_nothing(detail: str, language: str):
    composed = talk(detail, facts(language))
    assert (composed.reply, composed.claims) == ("talk", ())
    assert composed.lead.startswith(composed.brief)
    assert len(composed.lead.split()) <= 90


def test_the_examples_are_those_that_are_known_to_be_answered():
    known = replace(facts(), known=("Un ?", "Deux ?", "Trois ?", "Quatre ?"))
    assert talk("greeting", known).lead.split("\n\n")[-1].splitlines() == [
        "- Un ?",
        "- Deux ?",
        "- Trois ?",
    ]
    assert "Par exemple" not in talk("greeting", replace(facts(), known=())).lead


def test_where_none_were_tried_the_examples_are_those_that_the_texts_suggest():
    assert talk("greeting", facts()).lead.split("\n\n")[-1].splitlines() == [
        "- Résume «\u00a0Fret ferroviaire\u00a0»",
        "- Résume «\u00a0La lettre de mai\u00a0»",
        "- Résume «\u00a0Note\u00a0»",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("detail", [one for one in ABOUT if one not in ("newest", "dated")])
def test_each_fact_of_the_bot_has_its_words(detail: str, language: str):
    composed = about(detail, facts(language))
    assert (composed.reply, composed.claims) == ("about", ())
    assert composed.brief and "{" not in composed.lead
    assert composed.lead.startswith(composed.brief)


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        (
            "count",
            "J'ai lu 4 textes\u00a0: 1 newsletter, 2 positions, 1 document. "
            "Ils vont du 4 mai 2021 au 1er mai 2023.",
        ),
        (
            "fresh",
            "Le texte le plus récent est «\u00a0La lettre de mai\u00a0» (1er mai 2023). "
            "L'index des textes a été fait le 3 février 2024\u00a0: je ne sais rien de ce qui est "
            "venu depuis.",
        ),
        (
            "audience",
            "Je ne lis et ne cite que les textes que vous pouvez consulter. "
            "J'ai lu 4 textes\u00a0: 1 en accès public, 3 pour les adhérents.",
        ),
        (
            "languages",
            "Posez vos questions en français ou en anglais\u00a0; les citations restent dans la "
            "langue de leur texte. J'ai lu 4 textes\u00a0: 3 en français, 1 en anglais.",
        ),
    ],
)
def test_what_is_told_of_the_texts_is_counted(detail: str, told: str):
    assert about(detail, facts()).brief == told


def test_the_texts_of_the_time_asked_about_are_counted():
    then = {"since": "2022-01-01", "until": "2022-12-31"}
    never = {"since": "2019-01-01", "until": "2019-12-31"}
    assert about("count", facts("en", **then)).brief.startswith("Of that time, I have 1: Péages.")
    assert about("count", facts("en", **never)).brief.startswith("Of that time, I have none.")


def test_without_texts_it_says_so():
    assert about("count", Facts([], "", "en")).brief == "I have no text yet that you may see."
    assert "For example" not in talk("greeting", Facts([], "", "en")).lead


@pytest.fixture(scope="module")
def bot(samples: Path, e5: SentenceEmbedder) -> Bot:
    return Bot(Shelf(samples), e5)


@pytest.mark.parametrize(
    ("text", "reply"), [("bonjour !", "talk"), ("qui êtes-vous ?", "about"), ("???", "talk")]
)
def test_it_is_no_refusal_cites_nothing_and_is_not_noted_as_unanswered(
    text: str, reply: str, bot: Bot, tmp_path: Path
):
    answer = bot.ask(text)
    assert (answer.reply, answer.abstained, answer.unsure) == (reply, False, False)
    assert (answer.claims, answer.citations, answer.nearest) == ((), (), ())
    Journal(tmp_path).record_unanswered(answer)
    assert list(tmp_path.iterdir()) == []


def test_only_what_the_asker_may_see_is_counted(bot: Bot):
    counted = [
        bot.ask("combien de textes as-tu ?", audiences=seen).brief.split("\u00a0")[0]
        for seen in (("public",), ("public", "members"), ("public", "members", "staff"))
    ]
    assert counted == ["J'ai lu 12 textes", "J'ai lu 20 textes", "J'ai lu 21 textes"]


def test_thanks_between_a_question_and_its_follow_up_change_nothing(bot: Bot):
    question, follow_up = "Quelle part de cloud européen demande-t-on ?", "et en 2022 ?"
    polite = bot.ask(follow_up, [question, "merci"])
    assert replace(polite, seconds=0) == replace(bot.ask(follow_up, [question]), seconds=0)


def answered(detail: str) -> Answer:
    lead = talk(detail, facts()).lead
    return Answer("bonjour", "fr", (), lead, False, reply="talk", brief=lead)


def test_the_page_shows_the_words_and_the_examples_as_buttons():
    html = str(message(answered("greeting"), 1))
    assert html.count('data-do="example"') == 3
    assert "Bonjour" in html
    assert "Voici ce que disent" not in html
    assert 'class="claims"' not in html


def test_it_can_be_taken_away_as_it_is():
    answer = answered("goodbye")
    assert as_text(answer, DAY) == "bonjour\n\nAu revoir, et à bientôt\u00a0!\n"
    assert as_markdown(answer, DAY) == "bonjour\n\nAu revoir, et à bientôt\u00a0!\n"
    assert as_docx(answer, DAY).startswith(b"PK")
