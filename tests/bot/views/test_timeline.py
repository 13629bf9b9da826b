"""How a position evolved: dated verbatim quotes of the documents on the theme, newest first."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.answer import Bot
from bot.records import Citation, Hit
from bot.views.timeline import timeline
from bot.wording import NO_SUCH_THEME
from index.embed import SentenceEmbedder
from index.passage import Passage
from index.shelf.acronyms import definitions
from index.shelf.lexical import Lexical
from index.shelf.store import Shelf


def passage(
    text: str, date: str = "2024", path: str = "a.md", headings: tuple[str, ...] = ()
) -> Passage:
    return Passage(
        path=path,
        title="A",
        date=date,
        id=path + text,
        headings=headings,
        page=0,
        start=0,
        end=len(text),
        text=text,
    )


def previous(passage: Passage, passages: Sequence[Passage]) -> Passage | None:
    """The passage that ends where this one begins in its document."""
    return next(
        (other for other in passages if other.path == passage.path and other.end == passage.start),
        None,
    )


def quotes(theme: str, *passages: Passage, answered: bool = False) -> list[tuple[str, str]]:
    lexical = Lexical.build(
        [(one.text, one.language, one.date) for one in passages],
        definitions(one.text for one in passages),
    )
    found = timeline(
        theme,
        [Hit(one, 0.9) for one in passages],
        lexical,
        answered,
        before=lambda one: previous(one, passages),
    )
    assert all(
        citation.quote == citation.passage.text[citation.start : citation.end] for citation in found
    )
    assert [citation.number for citation in found] == list(range(1, len(found) + 1))
    return [(citation.passage.date, citation.quote) for citation in found]


def test_the_newest_comes_first_and_what_has_no_date_last():
    said = "Nous demandons une taxe carbone aux frontières."
    assert quotes(
        "taxe carbone",
        passage(said, "", "c.md"),
        passage(said, "2021-05-04", "a.md"),
        passage(said, "2023", "b.md"),
    ) == [("2023", said), ("2021-05-04", said), ("", said)]


def test_a_document_that_has_only_one_of_the_words_does_not_speak_of_the_theme():
    other = passage("La taxe foncière pèse sur nos entreprises.", path="b.md")
    assert quotes("taxe carbone", passage("Nous refusons la taxe carbone."), other) == [
        ("2024", "Nous refusons la taxe carbone.")
    ]


def test_a_document_speaks_of_a_theme_by_its_acronym():
    long, short = (
        "Le crédit d'impôt recherche (CIR) fonctionne bien.",
        "Nous voulons garder le CIR tel quel.",
    )
    assert quotes(
        "crédit d'impôt recherche", passage(long, "2021"), passage(short, "2023", "b.md")
    ) == [("2023", short), ("2021", long)]
    assert quotes("CIR", passage(long, "2021"), passage(short, "2023", "b.md")) == [
        ("2023", short),
        ("2021", long),
    ]


def test_headings_questions_and_lead_ins_are_no_quotes_and_an_item_has_its_lead_in():
    text = (
        "Taxe carbone\n\nFaut-il une taxe carbone ?\n\nCes pistes ne nous engagent pas :\n\n"
        "- une taxe carbone de 50 euros ;\n- rien d'autre."
    )
    assert quotes("taxe carbone", passage(text, headings=("Taxe carbone",))) == [
        ("2024", "Ces pistes ne nous engagent pas :\n\n- une taxe carbone de 50 euros ;")
    ]


def test_a_row_of_a_table_that_began_a_passage_earlier_has_its_header():
    head = passage("Mesure | Demande\nTaxe foncière | 3 %\n")
    rest = replace(passage("Taxe carbone | 50 euros la tonne\n"), start=head.end, end=head.end + 33)
    assert quotes("taxe carbone", head, rest) == [
        ("2024", "Mesure | Demande"),
        ("2024", "Taxe carbone | 50 euros la tonne"),
    ]


def test_what_a_document_says_of_itself_is_no_quote():
    text = "Objet : la taxe carbone aux frontières de l'Union.\n\nNous refusons la taxe carbone."
    assert quotes("taxe carbone", passage(text)) == [("2024", "Nous refusons la taxe carbone.")]


def test_a_document_gives_two_quotes_at_most_in_reading_order():
    text = "La taxe carbone est utile. La taxe carbone est juste. La taxe carbone est simple."
    assert len(quotes("taxe carbone", passage(text))) == 2


def test_where_the_theme_never_occurs_nothing_is_quoted():
    assert (
        quotes("transport aérien", passage("Nous demandons une taxe carbone aux frontières.")) == []
    )


def test_the_samples_show_how_the_cyber_cheque_grew(samples: Path, e5: SentenceEmbedder):
    found = Bot(Shelf(samples), e5).timeline("chèque cyber")
    assert [
        (citation.passage.date, citation.passage.status) for citation in first_of_each(found)
    ] == [
        ("2024-10-17", "adopted"),
        ("2024-09-19", "draft"),
        ("2023-10-19", "adopted"),
        ("2021-11-09", "adopted"),
        ("2021-10-14", "adopted"),
    ]
    for amount, date in (
        ("10 000 €", "2024-10-17"),
        ("7 500 €", "2023-10-19"),
        ("5 000 €", "2021-11-09"),
        ("5 000 €", "2021-10-14"),
    ):
        assert any(
            amount in " ".join(citation.quote.split())
            for citation in found
            if citation.passage.date == date
        )


def test_no_theme_shows_a_document_that_the_reader_may_not_see(samples: Path, e5: SentenceEmbedder):
    bot = Bot(Shelf(samples), e5)
    assert "auditions/2024-11-ministere-education.md" not in {
        citation.passage.path for citation in bot.timeline("spécialité NSI")
    }
    assert {citation.passage.path for citation in bot.timeline("spécialité NSI", ("staff",))} == {
        "auditions/2024-11-ministere-education.md"
    }


def command(samples: Path, e5: SentenceEmbedder, *arguments: str) -> int:
    """`python -m bot timeline` on the samples, with the embedder that is loaded."""
    return main(["timeline", *arguments], lambda settings: Bot(Shelf(samples), e5))


def test_the_command_prints_status_and_json(
    samples: Path, e5: SentenceEmbedder, capsys: pytest.CaptureFixture
):
    assert command(samples, e5, "crédit d'impôt recherche") == 0
    assert "17 juin 2021 (position remplacée depuis)" in capsys.readouterr().out
    assert command(samples, e5, "crédit d'impôt recherche", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (
        printed["theme"] == "crédit d'impôt recherche"
        and printed["citations"][0]["date"] == "2023-09-14"
    )


def test_the_command_says_in_the_theme_s_language_that_nothing_was_found(
    samples: Path, e5: SentenceEmbedder, capsys: pytest.CaptureFixture
):
    for theme, language in (
        ("what we said of submarine cables", "en"),
        ("ce que nous avons dit des câbles sous-marins", "fr"),
    ):
        assert command(samples, e5, theme) == 0
        assert capsys.readouterr().out.strip() == NO_SUCH_THEME[language]


def first_of_each(citations: tuple[Citation, ...]) -> list[Citation]:
    return list({citation.passage.path: citation for citation in reversed(citations)}.values())[
        ::-1
    ]
