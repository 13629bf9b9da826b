"""Documents by the words that they hold: all of them, in any form, the reader's own alone."""

from pathlib import Path

import pytest
from conftest import Federation

from bot.find.fulltext import holding
from bot.records import Glimpse
from index.shelf.generation import Generation
from index.shelf.store import Shelf

READERS = ("public", "members")


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    made = Federation(tmp_path_factory.mktemp("fulltext"))
    made.write(
        "positions/fonds.md",
        "---\ntitle: Financer la croissance\n---\n# Le fonds\n\nUn premier paragraphe.\n\n"
        "Nous demandons un fonds national de 10\u202f000 euros pour les startups <b>.",
    )
    made.write("positions/fonds2.md", "# Autre fonds\n\nUn fonds, dit-on. Et encore un fonds.")
    made.write(
        "positions/interne.md",
        "---\naudience: staff\n---\n# Note\n\nLe fonds national des startups, Zibeline.",
    )
    made.index()
    return Shelf(made.store).current()


def paths(found: list[Glimpse]) -> list[str]:
    return [glimpse.passage.path for glimpse in found]


def test_a_document_is_found_only_if_it_holds_every_word_in_any_form(generation: Generation):
    assert set(paths(holding("fonds", generation, READERS))) == {
        "positions/fonds.md",
        "positions/fonds2.md",
    }
    (found,) = holding("le startup aux fonds nationaux", generation, READERS)
    assert "".join(text for text, _ in found.pieces).startswith("Nous demandons un fonds national")
    assert [text for text, hit in found.pieces if hit] == ["fonds", "national", "startups"]
    assert holding("fonds éléphant", generation, READERS) == []


def test_a_number_is_found_however_it_is_grouped_and_a_title_by_a_beginning(generation: Generation):
    for words in ("10000", "10 000", "10\u00a0000 euros", "financer", "croiss", "croiss startups"):
        assert paths(holding(words, generation, READERS)) == ["positions/fonds.md"]


def test_nothing_of_another_audience_is_found_or_counted(generation: Generation):
    assert holding("zibeline", generation, READERS) == []
    assert holding("fonds", generation, ("public",)) == []
    assert paths(holding("zibeline", generation, (*READERS, "staff"))) == ["positions/interne.md"]


@pytest.mark.parametrize("words", ["", "  ", "?!", "le"])
def test_words_that_say_nothing_find_nothing_or_what_holds_them(generation: Generation, words: str):
    assert set(paths(holding(words, generation, READERS))) <= {
        "positions/fonds.md",
        "positions/fonds2.md",
    }


def test_a_long_sentence_is_cut_around_its_word(tmp_path: Path):
    made = Federation(tmp_path)
    made.write("a.md", f"# A\n\n{'avant ' * 90}girafe {'ensuite ' * 90}.")
    made.index()
    (found,) = holding("girafe", Shelf(made.store).current(), READERS)
    text = "".join(piece for piece, _ in found.pieces)
    assert text.startswith("…avant") and text.endswith("…") and "girafe" in text
    assert len(text) <= 250
