"""Who was at a meeting: the lines of several heads of notes, and the questions for them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.question.route import Route, routes
from bot.question.understand import understand
from bot.records import Composed
from bot.views.attendance import attendance, present
from index.passage import Passage

LISTED = (
    "RENDEZ-VOUS AU CABINET 8 octobre 2024, 17 h\n\nÉtaient là :\n- Luc Faure, conseiller livre\n"
    "- Inès Tran, conseillère cinéma (partie à 17 h 40)\n- pour nous : Maud Petit, Jean Roy\n\n"
    "Ordre du jour : budget.\n- un point\n"
)
JOINED = (
    "Date : jeudi 17 novembre 2022 Lieu : Assemblée nationale\n\nPrésents Pour l'Assemblée : Anne "
    "Roy (présidente), un administrateur. Pour la FILI : Luc Petit (président).\n"
)
BEFORE = (
    "Date : 17 octobre Devant : Mme Anne Roy, députée Pour la FEDINS : Luc Petit, président "
    "Durée : 1 h\n"
)
ENGLISH = (
    "Brussels, Tuesday 10 December\n\nPresent (speakers)\n- Ms Ada Roy, MEP\n"
    "- For FEDINS: Luc Petit (president)\n"
)


def passage(text: str, path: str = "a.md", date: str = "2024-10-08") -> Passage:
    return Passage(
        path=path,
        title="A",
        date=date,
        kind="audition",
        id=path,
        headings=(),
        page=0,
        start=0,
        end=len(text),
        text=text,
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            LISTED,
            [
                ("Étaient là :", "", "opens"),
                ("Luc Faure, conseiller livre", "Luc Faure, conseiller livre", ""),
                (
                    "Inès Tran, conseillère cinéma (partie à 17 h 40)",
                    "Inès Tran, conseillère cinéma (partie à 17 h 40)",
                    "",
                ),
                ("pour nous : Maud Petit, Jean Roy", "Maud Petit, Jean Roy", "ours"),
            ],
        ),
        (
            JOINED,
            [
                ("Présents", "", "opens"),
                (
                    "Pour l'Assemblée : Anne Roy (présidente), un administrateur.",
                    "Anne Roy (présidente), un administrateur.",
                    "",
                ),
                ("Pour la FILI : Luc Petit (président).", "Luc Petit (président).", "ours"),
            ],
        ),
        (
            BEFORE,
            [
                ("Devant : Mme Anne Roy, députée", "Mme Anne Roy, députée", ""),
                ("Pour la FEDINS : Luc Petit, président", "Luc Petit, président", "ours"),
            ],
        ),
        (
            ENGLISH,
            [
                ("Present (speakers)", "", "opens"),
                ("Ms Ada Roy, MEP", "Ms Ada Roy, MEP", ""),
                ("For FEDINS: Luc Petit (president)", "Luc Petit (president)", "ours"),
            ],
        ),
    ],
)
def test_the_lines_that_name_who_was_there_are_read_with_their_sides(
    text: str, lines: list[tuple[str, str, str]]
):
    assert [
        (
            text[one.span[1] : one.span[2]],
            one.who,
            "ours" if one.ours else "opens" if one.opens else "",
        )
        for one in present(passage(text))
    ] == lines


@pytest.mark.parametrize(
    "text",
    [
        "Nos demandes :\n- un fonds pour les PME : 200 millions d'euros\n",
        "Pour cela : un guichet. Pour les PME, nous demandons un chèque.\n",
        "Étaient là :\n\nOrdre du jour : budget\n",
        "Les présents ont applaudi : bravo.\n",
        "Pour mémoire : le vote est en mars.\nPour information\n",
        "Présents aux débats, nous avons plaidé pour un fonds.\n",
    ],
)
def test_other_lines_name_nobody(text: str):
    assert present(passage(text)) == []


NOTES = [passage(LISTED), passage(BEFORE, "b.md", "2023-10-17")]


def quotes(composed: Composed | None) -> list[str]:
    return [one.quote for one in composed.claims[0].citations] if composed else []


def answered(
    question: str, found: Sequence[str] = (), documents: tuple[str, ...] = ()
) -> list[str]:
    asked = understand(question, ["Quel était ce rendez-vous ?"] if documents else [])
    if documents:
        asked = replace(asked, documents=documents)
    return quotes(attendance(asked, NOTES, found))


def test_who_was_there_is_answered_by_the_note_of_the_last_answer():
    assert answered("et qui était là ?", documents=("a.md",)) == [
        "Étaient là :",
        "Luc Faure, conseiller livre",
        "Inès Tran, conseillère cinéma (partie à 17 h 40)",
        "pour nous : Maud Petit, Jean Roy",
    ]


def test_our_own_people_alone_where_they_are_asked_for():
    assert answered("qui y était pour nous ?", documents=("a.md",)) == [
        "pour nous : Maud Petit, Jean Roy"
    ]


def test_a_time_tells_the_meeting_and_another_ones_names_are_never_given():
    october = "qui était présent à l'audition d'octobre 2023 ?"
    assert answered(october, ["a.md", "b.md"])[0] == "Devant : Mme Anne Roy, députée"
    assert answered(october) == answered(october, ["b.md"])
    assert answered("qui était présent en mars 2022 ?", ["a.md", "b.md"]) == []
    assert answered("qui était présent au Sénat ?", ["lettre.md", "a.md"]) == []
    assert answered("qui était présent au rendez-vous avec Zoé Blanc ?", ["a.md"]) == []
    assert answered("qui était présent au rendez-vous avec Luc Faure ?", ["a.md"]) != []
    assert answered("et qui était là ?", documents=("lettre.md",)) == []


@pytest.mark.parametrize(
    "question",
    [
        "qui y était ?",
        "qui était présent au rendez-vous ?",
        "qui représentait la fédération à Bercy le 19 octobre 2023 ?",
        "qui a assisté à l'audition ?",
        "les noms des participants",
        "who was there?",
        "who attended the hearing?",
    ],
)
def test_questions_for_who_was_there_go_to_the_notes_first(question: str):
    assert routes(understand(question))[0] == Route("meetings", "who")


@pytest.mark.parametrize(
    "question",
    [
        "qui était contre ?",
        "qui avons-nous vu en 2023 ?",
        "who voted against?",
        "qui était ministre ?",
    ],
)
def test_other_questions_for_people_do_not(question: str):
    assert Route("meetings", "who") not in routes(understand(question))
