"""Words -> terms -> BM25."""

from pathlib import Path

import numpy as np
import pytest

from index.language.numbers import figure_terms
from index.language.words import terms, words
from index.shelf.lexical import Lexical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L’État", "l'etat"),
        ("232 000", "232000"),
        ("1\u202f500\u00a0000", "1500000"),
        ("cœur", "coeur"),
        ("1,5", "1.5"),
        ("FINANCÉES", "financees"),
        ("qu'aujourd’hui", "aujourd'hui"),
        ("les start-ups", "les startups"),
        ("a start up", "a startup"),
    ],
)
def test_spelling_variants_are_the_same_words(one: str, other: str):
    assert words(one) == words(other)


def test_a_date_or_a_decimal_is_not_joined_to_a_grouped_number():
    assert words("le 30 mars 2023, 10 000 personnes, 2,5 %") == [
        "le",
        "30",
        "mars",
        "2023",
        "10000",
        "personnes",
        "2.5",
    ]


def test_stop_words_are_no_terms_and_inflections_are_one():
    assert terms("les financements", "fr") == terms("du financement", "fr") == ["financ"]
    assert terms("les crédits", "fr") == terms("un crédit", "fr")
    assert terms("the recommendations", "en") == terms("recommendation", "en")


def test_a_question_meets_the_stems_of_either_language():
    index = built("Le financement des startups.", ("Funding for skills.", "en"), "Autre chose.")
    french, english = index.scores("financements"), index.scores("fundings")
    assert french[0] > 0 and not french[1:].any()
    assert english[1] > 0 and not english[[0, 2]].any()
    assert not index.scores("le la du of the").any()
    assert not index.scores("zygomatique").any()


@pytest.mark.parametrize(
    "question", ["l'aide de 1.5 million d'euros", "1 500 000", "€1.5M", "1,5 M€"]
)
def test_an_amount_is_one_term_however_it_is_written(question: str):
    index = built("Nous demandons 1,5 million d'euros.", "Il y avait 15 personnes.")
    assert matched(index, question) == [0]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("30 mars 2023", [0]),
        ("March 30, 2023", [0]),
        ("30/03/2023", [0]),
        ("le 30 mars", [0, 1]),
        ("30 March", [0, 1]),
    ],
)
def test_a_day_is_one_term_in_both_languages_with_the_year_of_its_document(
    question: str, rows: list[int]
):
    index = built(
        ("Vu le 30 mars.", "fr", "2023-05-04"),
        ("Vu le 30 mars.", "fr", "2022-05-04"),
        ("Vu le 31 mars.", "fr", "2023-05-04"),
    )
    scores = index.scores(question)
    assert [row for row in range(3) if scores[row] == scores.max()] == rows


def test_a_share_is_told_from_a_number():
    assert figure_terms("30 % ou 30%, trente pour cent, 12,5 pour cent") == ["30%", "30%", "12.5%"]
    assert figure_terms("30 jours et 30 m de haut, un M. Martin") == []
    assert figure_terms("2 000 milliers, 3 milliards, 500 k€, $2bn") == [
        "3000000000",
        "500000",
        "2000000000",
    ]


def test_an_acronym_meets_that_of_the_other_language_where_the_corpus_has_it():
    index = built("Une aide aux PME.", ("Help for big firms.", "en"))
    assert matched(index, "what about SMEs?") == [0]
    assert index.spelling_out("what about SMEs?") == "what about SMEs? (PME)"
    assert index.spelling_out("what about VAT?") == "what about VAT?"


@pytest.mark.parametrize("slip", ["enbauches", "embauchse", "embauche", "emmbauches", "mbauches"])
def test_a_long_word_with_one_slip_finds_the_word_that_is_meant_unless_its_first_letter_is_gone(
    slip: str,
):
    index = built("Les embauches du secteur.", "Les salaires.")
    assert matched(index, slip) == ([] if slip == "mbauches" else [0])


@pytest.mark.parametrize("word", ["mars", "paix", "nis2b", "embauchoirs"])
def test_a_short_word_one_with_a_digit_and_one_two_edits_away_are_no_slips(word: str):
    assert matched(built("Les marc, les pain, le nis2c, les embauches."), word) == []


def test_a_slip_is_no_word_of_the_index():
    index = built("Les embauches du secteur.")
    assert index.forms("enbauches") == []
    assert index.meant("enbauches") == ["embauch"]


def test_an_acronym_finds_its_long_form_and_the_other_way_round():
    texts = [
        "Le crédit d'impôt recherche est maintenu.",
        "Le CIR est maintenu.",
        "Le crédit agricole.",
        "La recette du gâteau.",
    ]
    index = Lexical.build(
        [(text, "fr", "") for text in texts], {"CIR": ("crédit d'impôt recherche",)}
    )
    short, long = index.scores("CIR"), index.scores("les crédits d'impôt recherche")
    assert short[1] > 0 and short[0] > short[2] and not short[3]
    assert long[0] > long[1] > 0 and not long[3]
    assert index.spelling_out("le plafond du CIR") == "le plafond du CIR (crédit d'impôt recherche)"
    assert (
        index.spelling_out("le plafond du crédit d'impôt recherche")
        == "le plafond du crédit d'impôt recherche"
    )


def test_a_small_word_is_no_acronym_unless_it_is_written_as_one():
    index = Lexical.build(
        [("Le système d'information.", "fr", "")], {"SI": ("système d'information",)}
    )
    assert index.spelled_out("si on demande") == {}
    assert index.spelled_out("le SI") == {"SI": ("système d'information",)}


def test_a_saved_index_scores_as_before(tmp_path: Path):
    index = Lexical.build(
        [("Un fonds national (FN).", "fr", ""), ("Un guichet.", "fr", "")],
        {"FN": ("fonds national",)},
    )
    index.save(tmp_path / "bm25")
    loaded = Lexical.load(tmp_path / "bm25")
    for question in ("fonds", "FN", "guihcet"):
        assert loaded.scores(question).tolist() == index.scores(question).tolist()
        assert loaded.scores(question).any()
    assert (loaded.frequency("fond"), loaded.frequency("zygomat")) == (1, 0)


def built(*texts: str | tuple) -> Lexical:
    return Lexical.build(
        [
            (*text, *("fr", "")[len(text) - 1 :]) if isinstance(text, tuple) else (text, "fr", "")
            for text in texts
        ],
        {},
    )


def matched(index: Lexical, question: str) -> list[int]:
    return np.flatnonzero(index.scores(question)).tolist()
