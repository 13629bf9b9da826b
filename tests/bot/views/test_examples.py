"""Questions to try, as the texts write what they are about."""

import itertools

import pytest

from bot.views.examples import candidates
from index.passage import Passage

NUMBERS = itertools.count()


def passage(text: str, *topics: str, language: str = "fr", **said: str) -> Passage:
    number = next(NUMBERS)
    described = {"path": f"{number}.md", "title": "x" * 90, "date": "2024-05-04"} | said
    return Passage(
        id=str(number),
        headings=(),
        page=0,
        start=0,
        end=len(text),
        text=text,
        topics=topics,
        language=language,
        **described,  # type: ignore[arg-type] # a dict of the fields that are texts
    )


@pytest.mark.parametrize(
    ("topic", "text", "written"),
    [
        ("ia", "Nous voulons encadrer l'IA. L'essor de l’IA nous inquiète.", "l'IA"),
        ("europe", "Le prix de l'Europe. Nous agissons en Europe.", "l'Europe"),
        ("nis 2", "Nous soutenons NIS 2, et la directive NIS 2 aussi.", "NIS 2"),
        ("achats", "Achats : la part des achats publics va aux PME.", "les achats"),
        ("peage", "La réforme du péage attend.", "le péage"),
        ("fiscalité", "Fiscalité. La fiscalité doit être stable.", "la fiscalité"),
    ],
)
def test_a_theme_stands_with_the_article_and_the_capitals_of_the_texts(
    topic: str, text: str, written: str
):
    assert candidates([passage(text, topic)], "fr") == [f"Que demandons-nous sur {written}\u00a0?"]


def test_a_theme_that_no_text_of_the_language_names_is_not_asked_about():
    texts = [
        passage("La fiscalité doit être stable.", "fiscalité", "mixité"),
        passage("We want fair cloud rules.", "fiscalité", "cloud", language="en"),
    ]
    assert candidates(texts, "fr") == ["Que demandons-nous sur la fiscalité\u00a0?"]
    assert candidates(texts, "en") == ["What do we ask for on cloud?"]


def test_an_acronym_that_several_passages_have_is_a_theme():
    texts = [passage(f"Number {number}: the AI rules.", language="en") for number in range(3)]
    assert candidates(texts, "en") == ["What do we ask for on AI?"]
    assert candidates(texts[:2], "en") == []


def test_meetings_and_summaries_stand_between_the_themes_and_no_draft_is_among_them():
    texts = [
        passage("Sur la dette et sur le fret.", "dette", "fret", kind="audition"),
        passage("Le péage de la dette.", "péage", title="Note", kind="position"),
        passage("Rien.", title="Projet", status="draft"),
        passage("Nothing.", title="Paper", language="en"),
    ]
    assert candidates(texts, "fr") == [
        "Que demandons-nous sur la dette\u00a0?",
        "Quelle est notre position sur le fret\u00a0?",
        "Qui avons-nous rencontré en 2024\u00a0?",
        "Résume «\u00a0Note\u00a0»",
        "Que demandons-nous sur le péage\u00a0?",
    ]
    assert candidates(texts, "en") == ["Whom did we meet in 2024?", "Summarise “Paper”"]
