"""The measurement of our patterns: it finds what is slow, and nothing of ours is."""

import re

import pytest

from bot.measure.patterns import FUNCTIONS, main, slow_function, slow_pattern
from index.describe import describe
from index.passage import Section


def test_a_pattern_that_takes_more_than_linear_time_is_found():
    assert slow_pattern("ours", re.compile(r"(?:a+|b)+c"), ["match"]) is not None


@pytest.mark.evaluation
@pytest.mark.parametrize("form", [r"\s+$", r"\w+(?:-\w+)*(?![\w-])"])
def test_a_pattern_that_starts_again_at_each_character_is_found(form: str):
    assert slow_pattern("ours", re.compile(form), ["finditer"]) is not None


@pytest.mark.parametrize("form", [r"(?:a|b)+c", r"(?<!\s)\s+$", r"a\s*b", r"\w+"])
def test_a_pattern_of_linear_time_is_not(form: str):
    assert slow_pattern("ours", re.compile(form), ["fullmatch", "match"]) is None


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("resolve_dates", "le 3 mars "),
        ("span_of a piece", "1 "),
        ("own_and_forwarded", "De : a\n"),
        ("definitions", "\n"),
        ("figure_terms", "111 "),
    ],
)
def test_whole_texts_are_read_in_linear_time(name: str, piece: str):
    assert slow_function(name, FUNCTIONS[name], [piece]) is None


def test_a_hostile_title_or_file_name_does_not_hold_up_the_run():
    path = f"projet {'1' * 200}x.pdf"
    own = {"title": f"{'1' * 250}x"}
    described, _ = describe(path, {}, {}, own, [Section((), "Un fonds.")])
    assert described["title"] == own["title"]


@pytest.mark.evaluation
def test_no_pattern_or_function_of_ours_takes_more_than_linear_time():
    assert main() == 0
