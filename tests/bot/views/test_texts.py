"""The texts themselves: by time, kind, subject and standing, the newest first."""

from dataclasses import replace

from one_passage import one_passage

from bot.question.understand import understand
from bot.records import Composed, Hit
from bot.views.texts import texts
from index.passage import Passage
from index.shelf.lexical import Lexical

ALL = [
    one_passage(
        "positions/cloud.md",
        "Cloud : choisir",
        "Être souverain, ce n'est pas tout fabriquer soi-même. Nous demandons 25 %.",
        kind="position",
        date="2022-10-12",
    ),
    one_passage(
        "positions/sobriete.md",
        "Sobriété",
        "Le numérique aide les autres secteurs à réduire leur empreinte.",
        kind="position",
        status="withdrawn",
        date="2021-04-20",
    ),
    one_passage(
        "newsletters/2023-05.md",
        "La lettre de mai",
        "Cloud : trois rendez-vous en une semaine pour notre cap.",
        kind="newsletter",
        date="2023-05-04",
    ),
    one_passage(
        "newsletters/2023-09.md",
        "La lettre de septembre",
        "Le fret revient dans le débat sur le budget de l'État.",
        kind="newsletter",
        date="2023-09-30",
    ),
]


def listed(question: str, *found: Passage, documents: tuple[str, ...] = ()) -> Composed | None:
    asked = replace(understand(question), documents=documents)
    lexical = Lexical.build([(one.text, one.language, one.date) for one in ALL], {})
    return texts(asked, ALL, [Hit(one, 1.0) for one in found], lexical)


def paths(composed: Composed | None) -> list[str]:
    assert composed is not None and composed.reply == "texts"
    for claim in composed.claims:
        (citation,) = claim.citations
        assert citation.quote == citation.passage.text[citation.start : citation.end]
    return [claim.citations[0].passage.path for claim in composed.claims]


def test_the_texts_of_a_year_come_with_their_opening_words_the_newest_first():
    composed = listed("liste les textes de 2023")
    assert paths(composed) == ["newsletters/2023-09.md", "newsletters/2023-05.md"]
    assert composed is not None
    assert composed.brief.startswith("2 textes\u00a0: La lettre de septembre, 30 septembre 2023 ;")


def test_a_text_is_found_by_its_title_and_by_what_was_found_where_no_title_has_the_subject():
    assert paths(listed("bonjour je cherche le document sur le cloud")) == ["positions/cloud.md"]
    assert paths(listed("quels textes parlent du fret ?", ALL[3])) == ["newsletters/2023-09.md"]
    assert listed("quels textes parlent de la chasse ?", ALL[3]) is None


def test_texts_are_listed_by_what_became_of_them():
    assert paths(listed("quelles positions ont été retirées ?")) == ["positions/sobriete.md"]
    assert listed("which positions have been superseded?") is None


def test_the_text_that_was_cited_is_meant_where_none_is_named():
    meant = listed("envoie-moi le texte complet", documents=("positions/cloud.md",))
    assert paths(meant) == ["positions/cloud.md"]
    assert listed("envoie-moi le texte complet") is None
