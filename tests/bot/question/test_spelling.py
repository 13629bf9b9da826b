"""Slips of spelling are corrected; what is right, and what nothing tells, stays as it is."""

import pytest

from bot.question.spelling import Vocabulary, corrected
from index.language.dictionary import is_word
from index.language.sound import sound
from index.passage import Passage
from index.shelf.lexical import Lexical

TEXTS = (
    "Nous demandons un chèque cyber et le financement des startups : c'est notre position.",
    "Les femmes et les filles dans le numérique : une bourse, un délai de paiement de 30 jours.",
    "Le bac à sable réglementaire de Bruxelles, avec SecNumCloud et l'afterwork des entreprises.",
    "Women in tech: the cost of compliance, a registration regime and a classe of tests.",
    "L'intelligence artificielle (IA) et Bitkom : le pourcentage de marchés publics innovants.",
)


def vocabulary(*texts: str) -> Vocabulary:
    passages = [
        Passage(
            path=f"positions/{number}.md",
            title="Position",
            id=str(number),
            headings=(),
            page=0,
            start=0,
            end=len(text),
            text=text,
        )
        for number, text in enumerate(texts)
    ]
    lexical = Lexical.build(
        [(text, "fr", "") for text in texts], {"IA": ["intelligence artificielle"]}
    )
    return Vocabulary(lexical, passages)


WORDS = vocabulary(*TEXTS)


@pytest.mark.parametrize(
    "written, read",
    [
        ("les fammes dans le numerrique", "les femmes dans le numérique"),
        ("wimen in tech", "women in tech"),
        ("finansement des startups", "financement des startups"),
        ("quel chek cyber", "quel chèque cyber"),
        ("poursantage de marchés", "pourcentage de marchés"),
        ("la posission numerik", "la position numérique"),
        ("un delé de paymen", "un délai de paiement"),
        ("konbien de filles", "combien de filles"),
        ("cest koi kon demande", "c'est quoi qu'on demande"),
        ("le bacasable", "le bac à sable"),
        ("qui a lafterwork de bruxel", "qui a l'afterwork de Bruxelles"),
        ("aide secnumclou", "aide SecNumCloud"),
        ("Finansement des startups", "Financement des startups"),
        ("the complience cost", "the compliance cost"),
    ],
)
def test_a_slip_is_read_as_the_word_of_the_texts(written: str, read: str) -> None:
    assert corrected(written, WORDS) == read


@pytest.mark.parametrize(
    "right",
    [
        "le cheque cyber",  # an accent left out makes no difference
        "la chasse aux classes",  # a word that the texts lack, one letter from one that they have
        "les grèves de cheminots et le fret fluvial",
        "l'hydrogene et les petrolieres",
        "notamment, voire également le progrès",
        "what criteria and tariffs, in which papers",
        "le CHEK de Bitcom et la Bourze",  # acronyms and names
        "nis2, cyber.gouv, a@bitcom.eu",
        "les startup et la femme",  # another form of a word of the texts
        "",
    ],
)
def test_what_is_right_is_left_as_it_is(right: str) -> None:
    assert corrected(right, WORDS) == right


def test_a_word_that_two_others_fit_alike_is_left_as_it_is() -> None:
    both = vocabulary("le galvun du port", "le galmun du port")
    assert corrected("le galbun", both) == "le galbun"
    one = vocabulary("le galvun du port")
    assert corrected("le galbun", one) == "le galvun"


def test_a_word_is_not_corrected_to_one_that_only_others_may_see() -> None:
    assert corrected("le projet zibelyne", vocabulary("Le projet de tous.")) == "le projet zibelyne"
    assert (
        corrected("le projet zibelyne", vocabulary("Le projet Zibeline.")) == "le projet zibeline"
    )


@pytest.mark.parametrize(
    "one, other",
    [
        ("numerik", "numerique"), ("posission", "position"), ("paymen", "paiement"),
        ("dirijan", "dirigeants"), ("poursantage", "pourcentage"), ("konbien", "combien"),
        ("reponce", "reponse"), ("bruxel", "bruxelles"), ("finansement", "financement"),
    ],
)  # fmt: skip
def test_spellings_by_ear_share_a_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_the_dictionary_knows_inflected_forms_of_both_languages_and_accents_left_out() -> None:
    right = "restent papiers criteria tariffs hydrogène hydrogene petrolieres également taux voire"
    assert [word for word in right.split() if not is_word(word)] == []
    wrong = "numerrique wimen complience entreprize mutch posission"
    assert [word for word in wrong.split() if is_word(word)] == []
