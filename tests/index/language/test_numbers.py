"""Numbers in digits and in words, amounts, shares and units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.numbers import (
    UNIT_OF,
    UNITS,
    figure_terms,
    in_digits,
    join_groups,
    number_value,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 500,5", 1500.5),
        ("1\u202f500", 1500),
        ("1,500.5", 1500.5),
        ("1.500,5", 1500.5),
        ("1,500", 1500),
        ("1,500,000", 1500000),
        ("12,5", 12.5),
        ("12.25", 12.25),
        ("2030", 2030),
    ],
)
def test_a_number_has_one_value_however_it_is_written(written: str, value: float):
    assert number_value(written) == value


def test_three_digits_behind_a_mark_are_decimals_before_a_scale_word():
    assert number_value("1,125", thousands=False) == 1.125
    assert number_value("1,500,000", thousands=False) == 1500000
    assert figure_terms("1,125 milliard d'euros") == ["1125000000"]


@given(st.integers(0, 10**12))
def test_grouped_digits_are_the_number_that_they_write(number: int):
    for mark in (",", " ", "\u00a0", "\u202f"):
        assert number_value(f"{number:,}".replace(",", mark)) == number


def test_only_the_digits_of_one_number_are_joined():
    assert join_groups("le 30 mars 2023, 10 000 personnes, 1.500.000 €, 2,5 %") == (
        "le 30 mars 2023, 10000 personnes, 1500000 €, 2,5 %"
    )


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("1 500,5 millions", ["1500500000"]),
        ("€1,500.5 million", ["1500500000"]),
        ("€23 trillion", ["23000000000000"]),
        ("3 MILLIONS d'euros", ["3000000"]),
        ("12,5 % et 12.5 per cent", ["12.5%", "12.5%"]),
        ("le 30 mars", ["--03-30"]),
        ("en mai 2023", ["2023-05"]),
    ],
)
def test_amounts_shares_and_days_have_one_term_in_both_languages(text: str, terms: list[str]):
    assert figure_terms(text) == terms


def test_a_day_takes_the_year_of_its_document():
    assert figure_terms("le 30 mars", "2023-05-04") == ["2023-03", "2023-03-30", "--03-30"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("un producteur sur cinq", "20 % producteur"),
        ("one in five", "20 %"),
        ("un an et demi", "1.5 an"),
        ("a year and a half", "1.5 year"),
        ("une vingtaine de postes", "20 postes"),
        ("two thirds of the jobs", "66.67 % of the jobs"),
        ("les deux tiers des postes", "les 66.67 % des postes"),
        ("un tiers de confiance", "1 tiers de confiance"),
        ("la moitié des postes", "50 % des postes"),
        ("trois millions d'euros", "3 millions d'euros"),
        ("42,000 jobs", "42000 jobs"),
        ("2025-26", "2025 / 2026"),
    ],
)
def test_numbers_in_words_and_shares_read_as_digits(text: str, digits: str):
    assert " ".join(in_digits(text).split()) == digits


def test_a_word_is_one_unit_in_either_language():
    assert (UNIT_OF["euros"], UNIT_OF["années"], UNIT_OF["years"]) == ("EUR", "year", "year")
    words = [word for of_a_unit in UNITS.values() for word in of_a_unit]
    assert len(words) == len(set(words))
