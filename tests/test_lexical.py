"""Words -> terms -> BM25."""

from pathlib import Path

import pytest

from index.lexical import Lexical, terms, words


@pytest.mark.parametrize(("one", "other"), [
    ("L’État", "l'etat"), ("232 000", "232000"), ("1\u202f500\u00a0000", "1500000"), ("cœur", "coeur"), ("1,5", "1.5"),
    ("FINANCÉES", "financees"), ("qu'aujourd’hui", "aujourd'hui")])
def test_spelling_variants_are_the_same_words(one: str, other: str):
    assert words(one) == words(other)


def test_a_date_or_a_decimal_is_not_joined_to_a_grouped_number():
    assert words("le 30 mars 2023, 10 000 personnes, 2,5 %") == ["le", "30", "mars", "2023", "10000", "personnes", "2.5"]


def test_stop_words_are_no_terms_and_inflections_are_one():
    assert terms("les financements", "fr") == terms("du financement", "fr") == ["financ"]
    assert terms("the recommendations", "en") == terms("recommendation", "en")


def test_a_question_meets_the_stems_of_either_language():
    index = Lexical.build([("Le financement des startups.", "fr"), ("Funding for skills.", "en"), ("Autre chose.", "fr")])
    french, english = index.scores("financements"), index.scores("fundings")
    assert french[0] > 0 and not french[1:].any()
    assert english[1] > 0 and not english[[0, 2]].any()
    assert not index.scores("le la du of the").any()
    assert not index.scores("zygomatique").any()


def test_a_saved_index_scores_as_before(tmp_path: Path):
    index = Lexical.build([("Un fonds.", "fr"), ("Un guichet.", "fr")])
    index.save(tmp_path / "bm25")
    loaded = Lexical.load(tmp_path / "bm25")
    assert loaded.scores("fonds").tolist() == index.scores("fonds").tolist()
    assert (loaded.frequency("fond"), loaded.frequency("zygomat")) == (1, 0)
