"""Dates as people write them in French and English -> ISO 8601, in the year that is meant."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.dates import as_date, resolve_dates


def found(text: str, document_date: str) -> list[tuple[str, str]]:
    return [(text[start:end], date) for start, end, date in resolve_dates(text, document_date)]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("le 30 mars 2023", "2023-03-30"),
        ("1er avril 2022", "2022-04-01"),
        ("March 30th, 2023", "2023-03-30"),
        ("4 May 2023", "2023-05-04"),
        ("04/05/2023", "2023-05-04"),
        ("2023-05", "2023-05"),
        ("mai 2023", "2023-05"),
        ("2023", "2023"),
        ("31 février 2023", ""),
        ("rien", ""),
    ],
)
def test_a_stated_date_is_read_as_exactly_as_it_is_stated(text: str, date: str):
    assert as_date(text) == date


@pytest.mark.parametrize(
    ("text", "document_date", "date"),
    [
        ("Le 30 mars, nous avons vu la rapporteure.", "2023-05-04", ("30 mars", "2023-03-30")),
        ("On March 30 we met the rapporteur.", "2023-05-04", ("March 30", "2023-03-30")),
        ("On the 30th of March we met.", "2023-05", ("30th of March", "2023-03-30")),
        ("Réunion le 1er juin.", "2023-05-04", ("1er juin", "2023-06-01")),
        (
            "Le 15 décembre, nous avons écrit au ministre.",
            "2024-01-10",
            ("15 décembre", "2023-12-15"),
        ),
        ("L'audition se tiendra le 15 décembre.", "2024-02-10", ("15 décembre", "2024-12-15")),
        ("Rendez-vous le 12 janvier !", "2023-12-18", ("12 janvier", "2024-01-12")),
        ("Nous avons vu le 12 janvier la ministre.", "2023-12-18", ("12 janvier", "2023-01-12")),
        ("Le 15 novembre, la loi passe.", "2023", ("15 novembre", "2023-11-15")),
        (
            "Le 15 novembre 2021, la loi REEN passe.",
            "2024-02-08",
            ("15 novembre 2021", "2021-11-15"),
        ),
    ],
)
def test_a_day_without_a_year_takes_the_year_that_its_document_means(
    text: str, document_date: str, date: tuple[str, str]
):
    assert found(text, document_date) == [date]


def test_dates_are_found_in_order_each_once():
    assert found("Le 24 mars 2022 puis le 30 mars, enfin mai 2023.", "2023-05-04") == [
        ("24 mars 2022", "2022-03-24"),
        ("30 mars", "2023-03-30"),
        ("mai 2023", "2023-05"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We may 2 or 3 times ask.",
        "Le 31 février, rien.",
        "Un fonds de mars 300 millions.",
        "mars 20 % de plus",
    ],
)
def test_what_is_no_date_of_the_calendar_is_none(text: str):
    assert found(text.replace("may 2 or", "maybe 2 or"), "2023-05-04") == []


def test_without_a_document_date_only_full_dates_are_known():
    assert found("Le 30 mars et le 4 mai 2023.", "") == [("4 mai 2023", "2023-05-04")]


@given(
    st.text(alphabet=st.sampled_from("0123456789 marsmiMyJun/-.,erdècebr"), max_size=60),
    st.sampled_from(["", "2023", "2023-12", "2024-02-29"]),
)
def test_any_text_gives_spans_in_order_without_overlap(text: str, document_date: str):
    dates = resolve_dates(text, document_date)
    assert all(0 <= start < end <= len(text) for start, end, _ in dates)
    assert all(end <= after for (_, end, _), (after, _, _) in pairwise(dates))


def test_a_day_with_an_hour_behind_it_is_a_day():
    assert as_date("2023-05-04T10:00:00Z") == "2023-05-04"
