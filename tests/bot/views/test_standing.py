"""May a text be quoted or passed on: by its status and audience, and by what the texts say."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from one_passage import one_passage

from bot.question.understand import understand
from bot.records import Composed, Hit
from bot.views.standing import RULE, standing_of
from index.passage import Passage
from index.shelf.lexical import Lexical

DRAFT = one_passage(
    "positions/nis2.md",
    "Sécurité et NIS 2 (projet)",
    "Le texte demande un délai. Merci de ne pas le diffuser comme position de la fédération.",
    status="draft",
    date="2024-09-19",
)
WITHDRAWN = one_passage(
    "positions/sobriete.md",
    "Sobriété numérique",
    "Nous visons moins 20 % en 2030.",
    status="withdrawn",
    date="2021-04-20",
)
LETTER = one_passage(
    "newsletters/2024-02.md",
    "La lettre de février",
    "Le conseil a retiré la position sur la sobriété. Merci de ne plus la citer. Il pleuvait.",
    kind="newsletter",
    date="2024-02-08",
)
OPEN = one_passage(
    "contributions/ecosystem.md", "Answer on ecosystems", "We ask for scale.", audience="public"
)
ALL = [DRAFT, WITHDRAWN, LETTER, OPEN]


def standing(
    question: str, documents: Sequence[str] = (), hits: Sequence[Passage] = ()
) -> Composed | None:
    history = ["Que disent nos textes ?"] if documents else []
    asked = replace(understand(question, history), documents=tuple(documents))
    lexical = Lexical.build(
        [(f"{one.title} {one.text}", one.language, one.date) for one in ALL], {}
    )
    return standing_of(asked, ALL, [Hit(one, 1.0) for one in hits], lexical)


def test_a_draft_is_not_passed_on_and_says_so_itself():
    composed = standing("puis-je diffuser le projet NIS 2 ?")
    assert composed is not None and composed.reply == "standing"
    assert composed.brief.startswith("Non\u00a0: c'est un projet, il n'est pas adopté.")
    assert [claim.citations[0].quote for claim in composed.claims] == [
        "Merci de ne pas le diffuser comme position de la fédération."
    ]


def test_of_what_was_withdrawn_others_say_that_it_was():
    composed = standing("la position sobriété, je peux la citer ?", hits=[LETTER])
    assert composed is not None
    assert composed.brief.startswith("Non\u00a0: ce texte a été retiré")
    assert [claim.citations[0].quote for claim in composed.claims] == [
        "Le conseil a retiré la position sur la sobriété.",
        "Merci de ne plus la citer.",
    ]


@pytest.mark.parametrize(
    ("question", "path", "verdict"),
    [
        ("can I share it with a client?", OPEN.path, "Yes: this text is public."),
        ("can I forward this to the press?", LETTER.path, "Among members:"),
        ("c'est public ?", LETTER.path, "Entre adhérents\u00a0:"),
    ],
)
def test_a_text_that_was_cited_is_meant_where_none_is_named(question: str, path: str, verdict: str):
    composed = standing(question, [path])
    assert composed is not None
    assert composed.brief.startswith(verdict)
    assert [one.path for one in composed.rests_on] == [path]
    assert composed.claims == ()  # what a newsletter says of other texts is not said of itself


def test_of_several_texts_that_were_cited_the_narrowest_counts():
    for paths, verdict in (
        ([OPEN.path, LETTER.path], "Entre adhérents\u00a0:"),
        ([OPEN.path, LETTER.path, DRAFT.path], "Non\u00a0: c'est un projet"),
    ):
        composed = standing("c'est public ?", paths)
        assert composed is not None
        assert composed.brief.startswith(verdict)


def test_of_a_text_that_nobody_can_see_or_name_only_the_rule_is_told():
    for question in ("puis-je partager la note sur la paie ?", "lesquels sont confidentiels ?"):
        composed = standing(question)
        assert composed == Composed("standing", lead=RULE["fr"])


def test_a_question_that_the_texts_answer_is_left_to_them():
    assert standing("peut-on citer une marque dans un appel d'offres ?", hits=[OPEN]) is None
