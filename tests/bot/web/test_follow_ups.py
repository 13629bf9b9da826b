"""The questions that go on from an answer: what they are made of, and which of them are shown."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Bot
from bot.records import Answer, Citation, Claim, Scope, Turn
from bot.web.follow_ups import TRIED, FollowUps
from bot.web.gate.limits import Busy
from bot.web.host import LocalHost
from bot.web.memory import Conversation
from index.passage import Passage
from index.shelf.store import Shelf

KEY = "0123456789abcdef"


def passage(path: str, date: str, heading: str = "", **fields: object) -> Passage:
    text = f"Texte de {path}, {heading or date}."
    return Passage(
        path=path,
        title=f"Titre {path}",
        date=date,
        id=f"{path}{heading}",
        headings=("Titre", heading) if heading else ("Titre",),
        page=0,
        start=0,
        end=len(text),
        text=text,
        **{"kind": "position", "topics": ("cloud",)} | fields,
    )


def quoting(*passages: Passage, **fields: object) -> Answer:
    cited = [
        Citation(number, one, one.text, 0, len(one.text)) for number, one in enumerate(passages, 1)
    ]
    claims = tuple(Claim(f"« {one.quote} »", (one,)) for one in cited)
    return Answer("Quelle part ?", "fr", claims, "…", not claims, **fields)


NOW = passage("a.md", "2024-05-04", "Le cap")
TEXTS = (
    NOW,
    passage("a.md", "2024-05-04", "2. Les coûts"),
    passage("b.md", "2022"),
    passage("c.md", "2019-03"),
    passage("d.md", "2021", topics=("mixité",)),
)


class Scripted:
    """Answers the questions that hold one of the words, from these passages."""

    generation = "1"

    def __init__(self, *answers: tuple[str, Answer]):
        self.answers = answers
        self.tried: list[tuple[str, list[Turn], tuple[str, ...]]] = []

    def documents(self, audiences: Sequence[str]) -> dict[str, Passage]:
        return {text.path: text for text in TEXTS}

    def passages(self, paths: set[str], audiences: Sequence[str]) -> list[Passage]:
        return [text for text in TEXTS if text.path in paths]

    def by_quotes(
        self,
        question: str,
        history: list[Turn],
        audiences: tuple[str, ...],
        within: Scope | None = None,
    ) -> Answer:
        self.tried.append((question, history, audiences))
        return next((found for word, found in self.answers if word in question), quoting())


def after(bot: object, answer: Answer, made: FollowUps | None = None) -> list[str]:
    conversation = Conversation()
    conversation.add(answer, ())
    return asyncio.run((made or FollowUps(lambda: bot, LocalHost())).of(conversation, KEY, None))


def test_what_is_next_to_an_answer_is_tried_with_the_conversation_for_its_reader():
    bot = Scripted()
    assert after(bot, quoting(NOW)) == []
    assert [question.replace("\u00a0", " ") for question, *_ in bot.tried] == [
        "Et en 2022 ?",
        "Que dit ce texte sur « Les coûts » ?",
        "Et qui avons-nous rencontré à ce sujet ?",
        "Résume : Titre a.md",
        "Et en 2019 ?",
    ]
    for _, history, audiences in bot.tried:
        assert history == [Turn("Quelle part ?", ("a.md",))]
        assert audiences == ("public", "members")


def test_a_question_is_shown_where_its_answer_is_what_it_was_made_of():
    bot = Scripted(
        ("2022", quoting(TEXTS[2])),
        ("coûts", quoting(TEXTS[1])),
        ("rencontré", quoting(TEXTS[1])),  # no meeting
        ("Résume", replace(quoting(TEXTS[1]), reply="summary")),
        ("2019", quoting(TEXTS[3])),
    )
    assert after(bot, quoting(NOW)) == [
        "Et en 2022\u00a0?",
        "Que dit ce texte sur «\u00a0Les coûts\u00a0»\u00a0?",
        "Résume\u00a0: Titre a.md",
    ]


@pytest.mark.parametrize(
    "found",
    [
        quoting(TEXTS[2], unsure=True),
        replace(quoting(TEXTS[2]), language="en"),
        quoting(TEXTS[3]),  # of another year
        quoting(NOW),  # said already
    ],
    ids=["unsure", "other language", "other year", "said already"],
)
def test_a_question_is_not_shown_where_its_answer_is_another(found: Answer):
    assert after(Scripted(("2022", found)), quoting(NOW)) == []


def test_no_section_of_a_text_in_the_other_language_is_named():
    bot = Scripted()
    after(bot, replace(quoting(NOW), language="en"))
    assert [question for question, *_ in bot.tried] == [
        "And in 2022?",
        "And whom did we meet on this?",
        "Summarise: Titre a.md",
        "And in 2019?",
    ]


def test_they_are_made_once_for_an_answer_and_no_more_than_a_few_are_tried():
    bot = Scripted()
    made = FollowUps(lambda: bot, LocalHost())
    many = quoting(NOW, *(passage(f"{number}.md", "2024") for number in range(20)))
    after(bot, many, made)
    after(bot, many, made)
    assert len(bot.tried) == TRIED
    after(bot, quoting(NOW), made)
    assert len(bot.tried) == TRIED  # the same turn and question
    bot.generation = "2"
    after(bot, quoting(NOW), made)
    assert len(bot.tried) > TRIED


def test_an_answer_that_cites_nothing_has_none():
    bot = Scripted()
    assert after(bot, quoting(nearest=(NOW,))) == [] and bot.tried == []


class FullHost(LocalHost):
    """Has no room after `first` pieces of work."""

    def __init__(self, first: int):
        self.first = first

    async def run(self, request: object, work: Callable, *, searches: bool = False) -> object:
        self.first -= 1
        if self.first < 0:
            raise Busy
        return work()


def test_where_there_is_no_room_what_was_found_is_shown():
    bot = Scripted(("2022", quoting(TEXTS[2])), ("coûts", quoting(TEXTS[1])))
    assert after(bot, quoting(NOW), FollowUps(lambda: bot, FullHost(0))) == []
    made = FollowUps(lambda: bot, FullHost(2))
    assert after(bot, quoting(NOW), made) == ["Et en 2022\u00a0?"]


def test_nothing_more_is_tried_once_another_question_is_asked():
    bot, conversation = Scripted(("2022", quoting(TEXTS[2]))), Conversation()
    conversation.add(quoting(NOW), ())
    conversation.pending = "Autre chose"
    assert asyncio.run(FollowUps(lambda: bot, LocalHost()).of(conversation, KEY, None)) == []
    assert bot.tried == []


def test_on_the_sample_corpus_each_that_is_shown_has_a_sure_answer(samples: Path, e5):
    bot = Bot(Shelf(samples), e5)
    answer = bot.ask("Quand NIS 2 s'applique-t-elle ?")
    shown = after(bot, answer)
    assert len(shown) >= 1
    history = [Turn(answer.question, tuple(one.passage.path for one in answer.citations))]
    for question in shown:
        found = bot.ask(question, history)
        assert not (found.abstained or found.unsure) and found.language == "fr"
