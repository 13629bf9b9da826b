"""The one fold of text, and the way back from folded text to the text as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.fold import fold, fold_with_offsets

TEXTS = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("éàœŒ’«»\u00a0\u0301ß ½²ﬁ")))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’État", "l'etat"),
        ("CŒUR", "coeur"),
        ("re\u0301union", "reunion"),
        ("200\u00a0m²", "200 m2"),
        ("Une\nligne\tet\u2028deux", "une ligne et deux"),
    ],
)
def test_case_accents_ligatures_apostrophes_and_blanks_make_no_difference(text: str, folded: str):
    assert fold(text) == folded


@given(TEXTS)
def test_folding_with_offsets_folds_the_same(text: str):
    assert fold_with_offsets(text)[0] == fold(text)


@given(TEXTS)
def test_each_folded_character_comes_from_the_place_that_its_offset_names(text: str):
    folded, offsets = fold_with_offsets(text)
    assert len(offsets) == len(folded) + 1
    assert offsets[len(folded)] == len(text)
    for place, character in enumerate(folded):
        assert character in fold(text[offsets[place]])


@given(TEXTS, st.data())
def test_a_folded_stretch_is_the_fold_of_the_stretch_that_its_offsets_name(text: str, data):
    folded, offsets = fold_with_offsets(text)
    start = data.draw(st.integers(0, len(folded)))
    end = data.draw(st.integers(start, len(folded)))
    assert folded[start:end] in fold(text[offsets[start] : offsets[end]] + text[offsets[end] :][:1])


def test_a_span_of_folded_text_is_read_off_the_text_as_written():
    text = "Le cœur de l’été"
    folded, offsets = fold_with_offsets(text)
    start = folded.index("l'ete")
    assert text[offsets[start] : offsets[start + len("l'ete")]] == "l’été"
