"""The claim guard: a quote counts only if it stands word for word in the passage it cites."""

import pytest

from bot.guard import check
from bot.records import Citation, Claim
from index.passage import Passage

TEXT = "Nous demandons 10 millions d’euros par an.\n\nElle ne s'oppose pas à la réforme : « oui, mais… »"
PASSAGE = Passage(path="a.md", title="A", id="1", headings=(), page=0, start=0, end=len(TEXT), text=TEXT)


def claim(*quotes: str) -> Claim:
    return Claim(" ".join(f"« {quote} »" for quote in quotes), tuple(Citation(number, PASSAGE, quote, 0, len(quote)) for number, quote in enumerate(quotes, 1)))


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


def said(text: str, quote: str, source: str = "", **described) -> str:
    """The reason why a claim in other words than its quote's falls, or "". """
    source = source or quote
    passage = Passage(**{"path": "a.md", "title": "A", "id": "1", "headings": (), "page": 0, "start": 0, "end": len(source), "text": source, **described})
    rejected = check([Claim(text, (Citation(1, passage, quote, 0, len(quote)),))])[1]
    return rejected[0].reason if rejected else ""


def test_a_law_number_is_compared_whole():
    quote = "Le répertoire est tenu par la Haute Autorité (loi n° 2016-1691 du 9 décembre 2016)."
    assert said("Le répertoire existe (loi n° 2016-1691 du 9 décembre 2016).", quote) == ""
    assert said("Le répertoire existe (loi n° 2016-1690 du 9 décembre 2016).", quote) == "its quotes do not say 2016-1690"


def test_fifty_millions_are_not_ten():
    quote = "Nous demandons 10 millions d’euros par an."
    assert said("We ask for 10 million euros a year.", quote) == ""
    assert said("Nous demandons 50 millions d'euros par an.", quote) == "its quotes do not say 5e+07 EUR"


@pytest.mark.parametrize("source, quote", [("Nous demandons 110 millions d'euros.", "10 millions d'euros"), ("Il faut 1 500 000 euros en tout.", "500 000 euros en tout"),
                                           ("Nous demandons environ 10 millions d'euros.", "Nous demandons environ 10")])
def test_a_quote_cuts_no_figure_in_two(source: str, quote: str):
    assert said("…et voilà.", quote, source) == "quote 1 is not in the passage it cites"


def test_a_refusal_that_is_denied_is_no_refusal():
    quote = "Elle ne s'oppose pas à la réforme des retraites."
    assert said("La fédération ne s'oppose pas à la réforme.", quote) == ""
    assert said("La fédération s'oppose à la réforme.", quote) == "it says the contrary of its quotes (negation)"
    assert said("La fédération s'oppose à la réforme.", "s'oppose pas à la réforme", quote) == "quote 1 leaves out a negation of its sentence"


@pytest.mark.parametrize("text, quote", [
    ("One and a half million people.", "Le projet touche 1 500 000 personnes."), ("Dix pour cent des cas.", "Cela concerne 10 % des cas."),
    ("Le budget est de 1,5 million d'euros.", "Le budget est de 1 500 000 €."), ("It closes on 30 March.", "Cela ferme le 30/03 à midi."),
    ("The federation wants to keep the scheme.", "Nous nous opposons à la suppression du dispositif.")])
def test_a_claim_in_other_words_or_the_other_language_stands(text: str, quote: str):
    assert said(text, quote) == ""


@pytest.mark.parametrize("described", [{"status": "draft"}, {"status": "superseded"}, {"status": "withdrawn"}, {"headings": ("Message transféré",)}])
def test_what_we_recommend_is_not_said_by_a_text_that_is_not_in_force_or_not_ours(described: dict):
    quote = "Nous recommandons un fonds commun."
    assert said("We recommend a common fund.", quote) == ""
    assert said("We recommend a common fund.", quote, **described) == "only texts that are not in force or not ours support it"


def test_a_name_stands_in_the_quote_or_the_title():
    assert said("Paul Midy a été reçu.", "Il a été reçu hier.", title="Rencontre avec Paul Midy") == ""
    assert said("M. Midy a été reçu.", "Paul Midy a été reçu hier.") == ""
    assert said("Paul Dupont a été reçu.", "Paul Midy a été reçu hier.") == "its quotes do not name Dupont"
