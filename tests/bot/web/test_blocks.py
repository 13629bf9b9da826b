"""A document's passages as blocks: its whole text in order, and each quote marked where it is."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from bot.web.blocks import Block, Mark, Piece, blocks
from index.passage import Document, Passage, Section
from index.readers.read import FORMATS, read
from index.split import split


def passages(*sections: Section) -> list[Passage]:
    return split(Document(path="a.md", title="", sections=sections))


def words(block: Block) -> list[list[str]]:
    """The words of each cell of each row."""
    return [["".join(piece.text for piece in cell) for cell in row] for row in block.rows]


NOTE = Section(
    ("Note", "Ce que nous demandons"),
    "Note\n\nCe que nous demandons\n\nNous demandons\ndeux mesures :\n\n"
    "- un guichet ;\n- un fonds.\n\nMesure | Montant\nGuichet | \nFonds | 12 M€\n\nFin.\n\n",
)


def test_headings_paragraphs_lists_and_tables_are_blocks_in_order():
    found = list(blocks(passages(NOTE)))
    assert [(block.kind, block.number) for block in found] == [
        ("heading", 1),
        ("heading", 2),
        ("text", 0),
        ("list", 0),
        ("table", 0),
        ("text", 0),
    ]
    assert words(found[2]) == [["Nous demandons\ndeux mesures :"]]
    assert words(found[3]) == [["- ", "un guichet ;"], ["- ", "un fonds."]]
    assert words(found[4]) == [["Mesure", "Montant"], ["Guichet", ""], ["Fonds", "12 M€"]]


def test_a_quote_is_marked_exactly_and_begins_once_though_it_runs_through_cells():
    text = NOTE.text
    start, end = text.index("Fonds |"), text.index(" M€")
    *_, table, _ = blocks(passages(NOTE), [Mark(7, start, end)])
    assert table.rows[2] == (
        (Piece("Fonds", (7,), (7,)),),
        (Piece("12", (7,), ()), Piece(" M€", (), ())),
    )
    held = [piece for row in table.rows for cell in row for piece in cell if piece.quotes]
    assert "".join(piece.text for piece in held) == "Fonds12"


def test_quotes_that_overlap_are_marked_both():
    text = passages(Section(("Note",), "abcdef\n\n"))
    (block,) = blocks(text, [Mark(1, 0, 4), Mark(2, 2, 6)])
    assert block.rows[0][0] == (
        Piece("ab", (1,), (1,)),
        Piece("cd", (1, 2), (2,)),
        Piece("ef", (2,), ()),
    )


def test_a_page_begins_with_a_block_of_its_own():
    found = blocks(passages(Section((), "Un.\n\n", 1), Section((), "Deux.\n\n", 2)))
    assert [(block.kind, block.number) for block in found] == [
        ("page", 1),
        ("text", 0),
        ("page", 2),
        ("text", 0),
    ]


def test_a_part_of_a_document_keeps_its_marks_in_place():
    everything = passages(NOTE, Section(("Suite",), "Suite\n\nLa fin de tout.\n\n"))
    last = everything[-1:]
    start = last[0].start + last[0].text.index("fin")
    *_, block = blocks(last, [Mark(1, 0, 4), Mark(2, start, start + 3)])
    assert block.rows[0][0] == (
        Piece("La ", (), ()),
        Piece("fin", (2,), (2,)),
        Piece(" de tout.", (), ()),
    )


@pytest.mark.parametrize("path", sorted((ROOT / "corpus").rglob("*.*")), ids=lambda path: path.name)
def test_every_word_of_a_sample_is_in_one_block_once_and_in_order(path: Path):
    if not path.name.endswith(FORMATS) or path.name == "README.md":
        pytest.skip("no document")
    document, _ = read(ROOT / "corpus", path.relative_to(ROOT / "corpus").as_posix(), {})
    shown = "".join(
        text for block in blocks(split(document)) for row in words(block) for text in row
    )
    assert re.sub(r"[\s|]", "", shown) == re.sub(r"[\s|]", "", document.text)
