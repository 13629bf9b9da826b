"""What a member is answered does not depend on the documents for staff, to the last bit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import Federation, WordEmbedder

from bot.answer import Bot
from bot.find.prefer import wanted
from bot.question.understand import understand
from bot.records import Answer
from index.embed import Encoded
from index.passage import AUDIENCES
from index.shelf.generation import Shelf

PUBLIC, MEMBERS = AUDIENCES[:1], AUDIENCES[:2]


class InContext(WordEmbedder):
    """Each word leans to the whole text, as those of a transformer do: so do headings."""

    def _encoded(self, heading: str, text: str) -> Encoded:
        plain = super()._encoded(heading, text)
        tokens = plain.tokens / 127 + plain.pooled
        tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
        return Encoded(plain.pooled, np.rint(127 * tokens).astype(np.int8), plain.spans)


def document(audience: str, text: str, **facts: str) -> str:
    stated = {"date": "2023-05-04", "topics": "[fonds]", **facts, "audience": audience}
    lines = "\n".join(f"{name}: {value}" for name, value in stated.items())
    return f"---\n{lines}\n---\n\n{text}\n"


FOR_ALL = {
    "positions/2021-fonds.md": document(
        "public",
        "# Le fonds\n\nNous demandons un fonds national (FN) de 200 millions d'euros.\n\n"
        "Ce fonds aidera les startups de la région.",
        date="2021-03-01",
    ),
    "positions/2023-cloud.md": document(
        "members",
        "# Le fonds\n\nNous demandons un cloud souverain pour les administrations.\n\n"
        "## Les marchés\n\nNous proposons de réserver des marchés aux petites entreprises.",
        kind="position",
    ),
    "lettres/2022-lettre.md": document(
        "members",
        "Le 30 mars, nous avons rencontré la rapporteure du budget.\n\n"
        "Nous lui avons demandé un crédit d'impôt recherche (CIR) plus simple.",
        date="2022-04-01",
        kind="newsletter",
    ),
    "notes/2023-ia.md": document(
        "public", "# Position\n\nWe ask for a narrower definition of high-risk systems."
    ),
}
# Other meanings of the acronyms, common words made common and rare ones too, near-misspellings, the
# members' own headings, their times and kinds.
FOR_STAFF = {
    "lettres/2021-secret.md": document(
        "staff",
        "# Le fonds\n\nNotre fédération nationale (FN), fédération nationale (FN), fédération "
        "nationale (FN).\n\n" + "Le cloud souverain, les marchés et la rapporteure. " * 40,
        date="2021-06-01",
        kind="position",
        topics="[secret, fonds, cloud]",
    ),
    "aaa.md": document(
        "staff",
        "# Position\n\nLe comité interne de réforme (CIR). Le comité interne de réforme (CIR).\n\n"
        "Un clous, un cloue, un clout et un fonts ; la raporteure, les startupes, le zygomatique.",
        title="Le fonds",
    ),
    "positions/2021-fonds-interne.md": document(
        "staff",
        "# Le fonds\n\nLe zygomatique du lycée, le budget de la saison, et rien de plus.",
        date="2021-03-01",
    ),
    "positions/2022-zzz.md": document(
        "staff",
        "# Position\n\nWe ask for systems. " + "Un crédit d'impôt recherche. " * 60,
        date="2022-01-01",
        kind="contribution",
    ),
}
QUESTIONS = (
    "Que demandons-nous sur le FN ?",
    "le CIR",
    "Le crédit d'impôt recherche",
    "Le cloid souverain",
    "les startupss de la région",
    "la rapportuere du budget",
    "le zygomatique",
    "Qui avons-nous rencontré le 30 mars 2022 ?",
    "Qu'avons-nous demandé en 2021 ?",
    "Notre contribution de 2022 sur le crédit",
    "notre position de 2022 sur le cloud",
    "Un fonds de 200 millions",
    "high-risk systems",
    "les marchés",
)


@pytest.fixture
def bots(tmp_path: Path) -> tuple[Bot, Bot]:
    """A bot on an index without documents for staff, and one on the same with them."""
    found = []
    for name, documents in (("without", FOR_ALL), ("with", FOR_ALL | FOR_STAFF)):
        (tmp_path / name).mkdir()
        federation = Federation(tmp_path / name)
        federation.embedder = InContext()
        for path, text in documents.items():
            federation.write(path, text)
        assert federation.index().unreadable == []
        found.append(Bot(Shelf(federation.store), federation.embedder))
    return found[0], found[1]


def preferred_of(bot: Bot, question: str, audiences: tuple[str, ...]) -> list[str]:
    """The visible passages of the time and kinds that a question asks for, by id."""
    generation, asked = bot._shelf.current(), understand(question)
    rows = wanted(generation, generation.visible(audiences), asked.since, asked.until, asked.kinds)
    return [] if rows is None else [generation.passages[row].id for row in np.flatnonzero(rows)]


def headings_of(bot: Bot, audiences: tuple[str, ...]) -> list[list[float]]:
    """The vector of the heading of each visible passage."""
    generation = bot._shelf.current()
    rows = np.flatnonzero(generation.visible(audiences))
    return generation.headings[generation.heading_of[rows]].tolist()


def timeless(answer: Answer) -> Answer:
    return replace(answer, seconds=0.0)


@pytest.mark.parametrize("audiences", [PUBLIC, MEMBERS])
def test_documents_for_staff_change_nothing_for_anyone_else(
    bots: tuple[Bot, Bot], audiences: tuple[str, ...]
):
    without, with_staff = bots
    for question in QUESTIONS:
        assert preferred_of(with_staff, question, audiences) == preferred_of(
            without, question, audiences
        )
        for history in ((), ("Et sur le fonds ?",)):
            asked = question, 100, audiences, history
            assert with_staff.search(*asked) == without.search(*asked)
            assert timeless(with_staff.ask(question, history, audiences)) == timeless(
                without.ask(question, history, audiences)
            )
        assert with_staff.timeline(question, audiences) == without.timeline(question, audiences)
    assert headings_of(with_staff, audiences) == headings_of(without, audiences)
    assert with_staff.documents(audiences) == without.documents(audiences)
    assert with_staff.meetings(audiences) == without.meetings(audiences)
    tried = [list(bot.try_examples("fr", audiences)) for bot in (with_staff, without)]
    assert tried[0] == tried[1]
    assert with_staff.examples("fr", audiences) == without.examples("fr", audiences)


def test_the_same_documents_do_change_what_staff_are_answered(bots: tuple[Bot, Bot]):
    without, with_staff = bots
    changed = [
        question
        for question in QUESTIONS
        if with_staff.search(question, 100, AUDIENCES) != without.search(question, 100, AUDIENCES)
    ]
    assert changed == list(QUESTIONS)


def test_members_documents_teach_the_public_nothing(bots: tuple[Bot, Bot]):
    generation = bots[1]._shelf.current()
    public, members, staff = (
        generation.lexical_for(AUDIENCES[:wide]).spelled_out("le CIR") for wide in (1, 2, 3)
    )
    assert public == {}
    assert members == {"CIR": ("crédit d'impôt recherche",)}
    assert staff["CIR"][0] == "comité interne de réforme"


def test_a_row_of_a_narrower_index_is_the_generations_own(bots: tuple[Bot, Bot]):
    generation = bots[1]._shelf.current()
    for wide in (1, 2, 3):
        scores = generation.lexical_for(AUDIENCES[:wide]).scores("crédit fonds systems cloud")
        there = np.flatnonzero(scores)
        assert {generation.passages[row].audience for row in there} == set(AUDIENCES[:wide])
        assert len(scores) == len(generation.passages)


def test_whoever_may_see_nothing_is_told_that_nothing_was_found(federation: Federation):
    federation.write("2023-a.md", document("staff", "Nous demandons un fonds."))
    federation.index()
    bot = Bot(Shelf(federation.store), federation.embedder)
    assert bot.ask("un fonds", (), MEMBERS).abstained
    assert bot.search("un fonds", 10, MEMBERS) == []
    assert bot.timeline("un fonds", MEMBERS) == ()
    assert bot.ask("un fonds", (), AUDIENCES).claims
