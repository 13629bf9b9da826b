"""The claim guard: a quote counts only if it stands word for word in the passage it cites."""

import pytest

from bot.guard import check
from bot.records import Citation, Claim
from index.passage import Passage

TEXT = "Nous demandons 10 millions d’euros par an.\n\nElle ne s'oppose pas à la réforme : « oui, mais… »"
PASSAGE = Passage(path="a.md", title="A", id="1", headings=(), page=0, start=0, end=len(TEXT), text=TEXT)


def claim(*quotes: str) -> Claim:
    return Claim("…", tuple(Citation(number, PASSAGE, quote, 0, len(quote)) for number, quote in enumerate(quotes, 1)))


@pytest.mark.parametrize("quote", [
    "Nous demandons 10 millions d’euros par an.", "10 millions d'euros par\u00a0an", "par an. Elle ne s'oppose", 'la réforme : "oui, mais..."'])
def test_a_quote_stands_if_only_blanks_and_typography_differ(quote: str):
    assert check([claim(quote)]) == ((claim(quote),), ())


@pytest.mark.parametrize("quote", [
    "Nous demandons 50 millions d’euros par an.", "Elle s'oppose à la réforme", "Nous demandons par an", "10 million d'euros", "", "   "])
def test_a_quote_with_anything_else_changed_falls_and_is_returned(quote: str):
    standing, (rejected,) = check([claim(quote)])
    assert (standing, rejected.claim, rejected.reason) == ((), claim(quote), "quote 1 is not in the passage it cites")


def test_one_bad_quote_fells_its_claim_whole_and_leaves_the_others():
    good, bad = claim("10 millions"), claim("10 millions", "20 millions")
    standing, rejected = check([bad, good])
    assert standing == (good,)
    assert [(fallen.claim, fallen.reason) for fallen in rejected] == [(bad, "quote 2 is not in the passage it cites")]


def test_a_claim_that_cites_nothing_falls():
    assert check([Claim("Nous demandons 10 millions.", ())])[1][0].reason == "it cites nothing"
