"""A question that is limited to some documents: every route reads those and no others."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import Federation

from bot.answer import READERS, Bot
from bot.find import prefer
from bot.records import EVERYTHING, Answer, Scope, Turn
from index.passage import Passage
from index.shelf.store import Shelf

OLD, NEW = (
    "positions/2021-06-credits-impot-innovation.md",
    "positions/2023-09-credits-impot-innovation.md",
)
CLOUD = "positions/2022-10-souverainete-cloud.md"
CII = "Quel plafond demandons-nous pour le crédit d'impôt innovation ?"


@pytest.fixture(scope="module")
def bot(samples: Path, e5) -> Bot:
    return Bot(Shelf(samples), e5)


def shown(answer: Answer) -> list[Passage]:
    """All that an answer quotes or names."""
    return [*(cited.passage for cited in answer.citations), *answer.nearest]


def described(**fields: object) -> Passage:
    given = {"path": "positions/a.md", "title": "A", "date": "2023-05", "kind": "position"}
    place = {"id": "1", "headings": (), "page": 0, "start": 0, "end": 2, "text": "A."}
    return Passage(**given | place | fields)


def test_a_document_is_within_if_it_has_one_of_the_values_of_every_field():
    one = described(topics=("Cloud souverain", "Europe"))
    assert EVERYTHING.holds(one) and not EVERYTHING
    assert Scope(years=("2022", "2023")).holds(one) and not Scope(years=("2022",)).holds(one)
    assert Scope(themes=("cloud SOUVERAIN",)).holds(one) and not Scope(themes=("cloud",)).holds(one)
    assert Scope(documents=("positions/a.md",), kinds=("position",)).holds(one)
    assert not Scope(documents=("positions/a.md",), kinds=("report",)).holds(one)
    assert not Scope(years=("2023",)).holds(described(date=""))


def test_the_answer_is_that_of_the_documents_chosen_not_the_best_of_all(bot: Bot):
    old, new = (bot.ask(CII, within=Scope(documents=(path,))) for path in (OLD, NEW))
    assert {one.path for one in shown(old)} == {OLD} and {one.path for one in shown(new)} == {NEW}
    assert old.claims and new.claims and old.brief != new.brief


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (CII, "answer"),
        ("liste nos demandes sur le crédit d'impôt innovation", "list"),
        ("compare 2021 et 2023 sur le CII", "comparison"),
        ("résume la position sur le crédit d'impôt innovation", "summary"),
        ("quelle est notre dernière position sur le CII ?", "answer"),
        ("sommes-nous favorables à un plafond du CII ?", "answer"),
        ("qui avons-nous rencontré ?", "meetings"),
    ],
)
@pytest.mark.parametrize(
    "scope",
    [
        Scope(years=("2021",)),
        Scope(documents=(CLOUD,)),
        Scope(kinds=("newsletter",), years=("2022", "2023")),
        Scope(themes=("Cloud",)),
        Scope(documents=("positions/none.md",)),
    ],
)
def test_no_route_shows_anything_that_is_out_of_the_scope(
    bot: Bot, question: str, reply: str, scope: Scope
):
    everywhere = bot.ask(question)
    assert everywhere.reply == reply and any(not scope.holds(one) for one in shown(everywhere))
    limited = bot.ask(question, within=scope)
    assert [one.path for one in shown(limited) if not scope.holds(one)] == []


def test_what_the_bot_says_of_its_texts_as_a_whole_is_of_the_scope(bot: Bot):
    whole, some = (
        bot.ask("Quelle période couvrent tes textes ?", within=scope)
        for scope in (EVERYTHING, Scope(years=("2022",)))
    )
    assert whole.reply == some.reply == "about"
    assert "2021" in whole.text and "2021" not in some.text and "2022" in some.text
    nothing = bot.ask("Quelle période couvrent tes textes ?", within=Scope(years=("1999",)))
    assert "2021" not in nothing.text


def test_a_follow_up_and_a_repetition_stay_within_the_scope(bot: Bot):
    scope, history = Scope(documents=(OLD,)), [Turn(CII, (NEW,))]
    for question in ("et en 2023 ?", "plus court", "in English please"):
        limited = bot.ask(question, history, within=scope)
        assert [one.path for one in shown(limited) if one.path != OLD] == []


def test_a_search_within_finds_what_is_far_down_among_all(bot: Bot):
    scope = Scope(documents=(CLOUD,))
    everywhere, limited = bot.search(CII, 10), bot.search(CII, 10, within=scope)
    assert CLOUD not in {hit.passage.path for hit in everywhere}
    assert len(limited) > 3 and {hit.passage.path for hit in limited} == {CLOUD}


def test_a_scope_opens_nothing_to_whom_it_is_not_for(federation: Federation):
    federation.write("positions/a.md", "---\naudience: staff\n---\n# Note\n\nLa Zibeline interne.")
    federation.write("positions/b.md", "# Note\n\nUn fonds pour tous les membres.")
    federation.index()
    bot, scope = (
        Bot(Shelf(federation.store), federation.embedder),
        Scope(documents=("positions/a.md",)),
    )
    assert bot.search("la Zibeline interne", within=scope) == []
    answer = bot.ask("la Zibeline interne ?", within=scope)
    assert answer.abstained and shown(answer) == [] and "Zibeline" not in str(answer.claims)
    assert bot.search("la Zibeline interne", 10, (*READERS, "staff"), within=scope) != []


def test_the_rows_within_are_those_of_the_documents_held(samples: Path):
    generation, scope = Shelf(samples).current(), Scope(years=("2023",), kinds=("position",))
    expected: Sequence[bool] = [scope.holds(passage) for passage in generation.passages]
    assert np.array_equal(prefer.within(generation, scope), expected) and any(expected)
