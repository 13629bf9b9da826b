"""The questions that are suggested: tried by the bot, kept if they are answered plainly."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Bot
from bot.examples import MOST_KEPT, MOST_TRIED, Examples
from bot.records import Answer
from index.embed import SentenceEmbedder
from index.passage import Passage
from index.shelf.store import Shelf

EVERYBODY, MEMBERS = ("public",), ("public", "members")
STAFF = (*MEMBERS, "staff")


@pytest.fixture(scope="module")
def bot(samples: Path, e5: SentenceEmbedder) -> Bot:
    return Bot(Shelf(samples), e5)


@pytest.mark.parametrize("audiences", [EVERYBODY, MEMBERS, STAFF])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_is_answered_plainly_in_its_language_to_who_may_see_it(
    bot: Bot, language: str, audiences: tuple[str, ...]
):
    assert bot.examples(language, audiences) is None
    tried = list(bot.try_examples(language, audiences))
    found = bot.examples(language, audiences)
    assert 3 <= len(found) <= MOST_KEPT and set(found) <= set(tried)
    for question in found:
        answer = bot.ask(question, audiences=audiences)
        assert (answer.language, answer.abstained, answer.unsure) == (language, False, False)
        assert answer.claims
    lead = bot.ask({"fr": "bonjour", "en": "hello"}[language], audiences=audiences).lead
    assert [line[2:] for line in lead.splitlines() if line.startswith("- ")] == list(found[:3])


def test_no_theme_stands_as_a_bare_tag(bot: Bot):
    tried = list(bot.try_examples("fr", MEMBERS))
    assert not [question for question in tried if " :" in question.split("«")[0]]
    assert "Que demandons-nous sur les achats\u00a0?" in tried


def texts(number: int) -> list[Passage]:
    words = ("dette", "fret", "rail", "pont", "quai", "port", "mur", "toit", "sel", "blé")
    return [
        Passage(
            id=word,
            path=f"{word}.md",
            title="x" * 90,
            headings=(),
            page=0,
            start=0,
            end=1,
            text=f"Nous parlons de la {word}.",
            topics=(word,),
        )
        for word in words[:number]
    ]


ANSWER = Answer("?", "fr", (), "", False)


def test_the_next_ones_are_tried_where_one_is_not_answered_plainly_but_not_for_ever(bot: Bot):
    plain = bot.ask("Que demandons-nous sur les achats ?")
    unsure = replace(plain, unsure=True)
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return {0: plain, 1: unsure, 2: ANSWER}.get(len(asked) - 1, unsure)

    examples = Examples()
    assert len(list(examples.find(ask, "1", texts(10), "fr", EVERYBODY))) == MOST_TRIED
    assert examples.known("1", "fr", EVERYBODY) == (asked[0],)


def test_those_of_an_older_generation_are_forgotten():
    examples = Examples()
    for generation in ("1", "2"):
        list(examples.find(lambda question: ANSWER, generation, texts(1), "fr", EVERYBODY))
        assert examples.known(generation, "fr", EVERYBODY) == ()
    assert examples.known("1", "fr", EVERYBODY) is None
