"""A quote is its span: where it is found, what is proved, and that nothing else is highlighted."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Bot
from bot.chat.model import Doubt
from bot.guard.check import check, cite
from bot.guard.verbatim import cited, is_proved, span_of
from bot.records import Answer, Citation, Claim, Hit, Rejected, WrittenClaim
from index.passage import Passage
from index.shelf.store import Shelf

PLAN = (
    "110 millions d'euros pour le plan. Nous demandons 10 millions d'euros pour le plan. "
    "Ces 10 millions d'euros pour le plan sont un début."
)
QUOTE = "10 millions d'euros pour le plan"
VARIANTS = ("'’‘ʼ", '"“”', "-‐‑–—", " \u00a0\u202f\t\n")
ALPHABET = "aéÉœk19 05%€m\n.,;:/()«»…'’\"“”-–—\u00a0\u202f\u0301\u0323"
# What stands on the two sides of a place inside a word or a figure.
CUT = (
    (r"[^\W_]\u0301?\u0323?\u0301?", r"[^\W_]"),
    (r"[^\W_]", r"[\u0301\u0323]"),
    (r"\d[.,/‐‑–—-]?", r"\d"),
    (r"\d", r"[.,/‐‑–—-]\d"),
    (r"\d[^\S\n]+", r"\d"),
    (r"\d[^\S\n]*", r"[^\S\n]*(?:[%€]|milli)"),
)
BOUNDS = ("\n", ". ", "; ", " — ", " « ", " » ", " (", ") ")


def passage(text: str, title: str = "A") -> Passage:
    return Passage(
        path="a.md", title=title, id=text, headings=(), page=0, start=0, end=len(text), text=text
    )


def found(quote: str, text: str) -> str | None:
    """What is highlighted."""
    span = span_of(quote, text)
    return text[slice(*span)] if span else None


def plain(text: str) -> str:
    """The text as it is compared, made another way: variants one, blanks one, «» without blanks."""
    for characters in VARIANTS[:3]:
        text = re.sub(f"[{characters}]", characters[0], text)
    text = re.sub(r"«\s*|\s*»", '"', unicodedata.normalize("NFC", text.replace("…", "...")))
    return " ".join(text.split())


def is_bounded(text: str, start: int, end: int) -> bool:
    """Do words and figures end where the span does? Read off the characters at its two ends."""
    for at in (start, end):
        before, after = text[:at], text[at:]
        for left, right in CUT:
            if re.search(rf"(?:{left})\Z", before) and re.match(right, after):
                return False
    return True


def test_the_figure_itself_is_highlighted_and_not_the_end_of_a_longer_one():
    assert span_of(QUOTE, PLAN) == (50, 50 + len(QUOTE))
    assert PLAN[50 - len("Nous demandons ") : 50] == "Nous demandons "


def test_what_a_chat_model_quotes_is_cited_where_it_stands_and_only_that_span_is_proved():
    source = passage(PLAN)
    ((claim,), rejected) = cite([WrittenClaim("Un plan.", ((source, QUOTE.replace("'", "’")),))])
    (citation,) = claim.citations
    assert rejected == []
    assert citation == Citation(1, source, QUOTE, 50, 50 + len(QUOTE))
    inside = PLAN.index(QUOTE)
    assert (inside, is_proved(citation)) == (1, True)
    assert not is_proved(replace(citation, start=inside, end=inside + len(QUOTE)))
    assert not is_proved(replace(citation, start=49))
    assert not is_proved(replace(citation, start=0, end=0))
    assert not is_proved(replace(citation, end=len(PLAN) + 1))
    assert not is_proved(replace(citation, start=50 - len(PLAN), end=50 + len(QUOTE) - len(PLAN)))


def test_each_place_of_a_quote_is_proved_by_its_own_span():
    source, last = passage(PLAN), PLAN.rindex(QUOTE)
    assert is_proved(Citation(1, source, QUOTE, last, last + len(QUOTE)))
    assert cited(1, source, QUOTE).start < last


def test_the_check_reads_the_sentence_of_the_span_and_of_no_other_place():
    text = "Nous ne voulons pas taxer les colis lourds. Il faut taxer les colis lourds."
    quote = "taxer les colis lourds"
    first, last = text.index(quote), text.rindex(quote)
    claims = [
        Claim(
            "Taxer les colis.",
            (Citation(1, passage(text), quote, start, start + len(quote)),),
        )
        for start in (first, last)
    ]
    assert check(claims) == (
        (replace(claims[1], grade="worded"),),
        (Rejected(claims[0], "quote 1 leaves out a negation or a condition of its sentence"),),
    )


def test_a_quote_that_is_not_there_is_named_with_its_number_and_fells_its_claim_alone():
    source = passage(PLAN)
    good, bad = (source, "sont un début"), (source, "10 millions de dollars")
    claims, rejected = cite(
        [
            WrittenClaim("Un.", (good,)),
            WrittenClaim("Deux.", (good, bad)),
            WrittenClaim("Trois.", (good,)),
        ]
    )
    assert [claim.text for claim in claims] == ["Un.", "Trois."]
    assert [citation.number for claim in claims for citation in claim.citations] == [1, 2]
    assert [(one.claim.text, one.reason) for one in rejected] == [
        ("Deux.", "quote 3 is not in the passage it cites")
    ]


@pytest.mark.parametrize(
    "quote, text",
    [
        ("10 millions", "110 millions d'euros"),
        ("500 euros", "1 500 euros"),
        ("500 euros", "1\u202f500 euros"),
        ("5 %", "3,5 %"),
        ("691 du 9 décembre", "n° 2016-691 du 9 décembre"),
        ("n° 2016", "n° 2016-1691"),
        ("le 30", "le 30/03/2023"),
        ("un taux de 3", "un taux de 3,5 %"),
        ("un taux de 3,", "un taux de 3,5 %"),
        ("un fonds de 1", "un fonds de 1 500 euros"),
        ("un taux de 20", "un taux de 20 %"),
        ("un taux de 20", "un taux de 20\u00a0pour cent"),
        ("un fonds de 20", "un fonds de 20 millions"),
        ("un fonds de 20", "un fonds de 20 Md€"),
        ("un fonds de 20", "un fonds de 20 milliards"),
        ("a fund of 20", "a fund of 20 billion euros"),
        ("a fund of 20", "a fund of €20bn"),
        ("20 euros", "$20 euros"),
        ("un délai de 20", "un délai de 20 jours"),
        ("millions d'euros", "10 millions d'euros"),
        ("% des PME", "20 % des PME"),
        ("taxe", "surtaxe"),
        ("taxe", "taxes"),
        ("NIS", "NIS2"),
        ("le cafe", "le cafe\u0301"),
        ("oui, mais.", "oui, mais…"),
        ("", "un fonds"),
        (" \n", "un fonds"),
        ("Un fonds", "un fonds"),
        ("un fond", "un fonds"),
        ("un fonds commun", "un fonds très commun"),
    ],
)
def test_no_word_and_no_figure_is_cut_and_no_other_difference_is_forgiven(quote: str, text: str):
    assert found(quote, text) is None


@pytest.mark.parametrize(
    "quote, text, highlighted",
    [
        ("10 millions", "10 millions d'euros", "10 millions"),
        ("d'euros par an", "10 millions d’euros par\u00a0an", "d’euros par\u00a0an"),
        ("la « réforme »", 'Voici la "réforme".', 'la "réforme"'),
        ('la "réforme"', "Voici la «\u00a0réforme\u00a0» .", "la «\u00a0réforme\u00a0»"),
        ("réforme", "la «\u00a0réforme\u00a0».", "réforme"),
        ("oui, mais...", "« oui, mais… »", "oui, mais…"),
        ("e\u0301te\u0301 2023", "en été 2023.", "été 2023"),
        ("été", "en e\u0301te\u0301", "e\u0301te\u0301"),
        ("semi—conducteurs", "les semi‑conducteurs", "semi‑conducteurs"),
        (" un  fonds\n", "pour un\n\nfonds ;", "un\n\nfonds"),
        ("150 membres", "En 2023\n150 membres", "150 membres"),
        ("150 membres", "- 150 membres", "150 membres"),
        ("20 mesures", "1. 20 mesures", "20 mesures"),
        ("150 membres", "Ils étaient 20. 150 membres", "150 membres"),
        ("une taxe", "une taxes, une taxe", "une taxe"),
    ],
)
def test_variants_are_found_and_the_passages_own_characters_highlighted(
    quote: str, text: str, highlighted: str
):
    assert found(quote, text) == highlighted


def test_of_several_places_the_first_that_is_bounded_is_taken():
    assert span_of("une taxe", "une taxes, une taxe, une taxe") == (11, 19)


@st.composite
def varied(draw: st.DrawFn, text: str) -> str:
    """The text with any of its typographic variants in its place."""
    text = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text)
    letters = []
    for letter in text:
        others = next((characters for characters in VARIANTS if letter in characters), letter)
        letters.append(draw(st.sampled_from(others)) * (2 if letter == " " else 1))
    made = "".join(letters).replace("…", draw(st.sampled_from(["…", "..."])))
    return made if draw(st.booleans()) else re.sub(r"«\s*|\s*»", '"', made)


@settings(deadline=None)
@given(st.data())
def test_a_bounded_stretch_is_found_however_its_typography_varies(data: st.DataObject):
    around = st.text(ALPHABET, max_size=12)
    edge = st.sampled_from("aéÉœ19«»…'\"")
    stretch = data.draw(edge) + data.draw(around) + data.draw(edge)
    text = data.draw(around) + data.draw(st.sampled_from(BOUNDS))
    text += stretch + data.draw(st.sampled_from(BOUNDS)) + data.draw(around)
    quote = data.draw(varied(stretch))
    span = span_of(quote, text)
    assert span is not None
    assert plain(text[slice(*span)]) == plain(quote)
    assert is_bounded(text, *span)


@settings(deadline=None)
@given(st.text(ALPHABET, max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_whatever_is_found_is_bounded_and_says_the_quote(text: str, start: int, end: int):
    span = span_of(quote := text[start:end], text)
    if span:
        assert plain(text[slice(*span)]) == plain(quote)
        assert is_bounded(text, *span)
        assert text[slice(*span)] == text[slice(*span)].strip()
        assert is_proved(cited(1, passage(text), quote))


def questions() -> list[str]:
    lines = (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


class VaryingWriter:
    """A chat model that quotes sentences with other typography: whole, in part, and badly cut."""

    seconds, verifies, federation = 30.0, False, ()

    def __init__(self) -> None:
        self.sentences: set[tuple[str, int, int]] = set()

    def reword(self, doubts: Sequence[Doubt], language: str, seconds: float) -> list[str]:
        return [""] * len(doubts)

    def write(
        self, question: str, language: str, hits: Sequence[Hit]
    ) -> tuple[list[WrittenClaim], list[Rejected]]:
        claims = []
        for hit in hits[:2]:
            for start, end in hit.passage.sentences():
                sentence = hit.passage.text[start:end]
                typed = re.sub(r"\s", "\u00a0", re.sub(r"«\s*", "“", sentence))
                typed = unicodedata.normalize("NFD", typed.replace("’", "'").replace("–", "-"))
                self.sentences.add((hit.passage.id, start, end))
                part = typed[len(typed) // 3 : -(len(typed) // 3)]
                figures = [typed[figure.end() - 1 :] for figure in re.finditer(r"\d+", typed)]
                for quote in (typed, part, part[1:], part[:-1], *figures):
                    claims.append(WrittenClaim(f"« {quote} »", ((hit.passage, quote),)))
        return claims, []

    def restate(self, question: str, history: Sequence[str]) -> str:
        return question


def assert_proved(answers: Sequence[Answer]) -> None:
    for citation in (citation for answer in answers for citation in answer.citations):
        text = citation.passage.text
        assert citation.quote == text[citation.start : citation.end]
        assert is_bounded(text, citation.start, citation.end), citation.quote
        assert is_proved(citation)


def test_every_highlighted_span_of_an_answer_is_bounded_and_is_the_one_that_was_checked(
    samples: Path, e5
):
    bot = Bot(Shelf(samples), e5)
    answers = [bot.ask(question) for question in questions()[::6]]
    assert sum(len(answer.citations) for answer in answers) > 150
    assert_proved(answers)
    reasons = {rejected.reason for answer in answers for rejected in answer.rejected}
    assert reasons <= {"its texts are of a later time than the one asked about"}


def test_what_a_chat_model_quotes_with_other_typography_is_highlighted_at_the_same_bounds(
    samples: Path, e5
):
    writer = VaryingWriter()
    bot = Bot(Shelf(samples), e5, writer=writer)
    answers = [bot.ask(question) for question in questions()[::12]]
    assert_proved(answers)
    accepted = {
        (citation.passage.id, citation.start, citation.end)
        for answer in answers
        for citation in answer.citations
    }
    assert len({passage for passage, _, _ in writer.sentences}) >= 36
    assert writer.sentences - accepted == set()
