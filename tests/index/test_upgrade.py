"""A store of the version before, format-4.tar.xz, with the program of now: deploy/UPGRADE.md.

That store was made by the version 0.1.0 with a `WordEmbedder`: 23 documents, 24 passages.
"""

import json
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest
from conftest import Federation, WordEmbedder

from bot.answer import Bot
from index.__main__ import main
from index.passage import AUDIENCES
from index.shelf.generation import FORMAT
from index.shelf.store import Shelf, manifest_of, serving

STORE = Path(__file__).parent / "shelf" / "format-4.tar.xz"
QUESTION = "Quel fonds demandons-nous pour les startups ?"


@pytest.fixture
def old(tmp_path: Path) -> Federation:
    """A federation with a store of the version before, nothing changed since."""
    folder = tmp_path / "old"
    folder.mkdir()
    federation = Federation(folder)
    with tarfile.open(STORE) as archive:
        archive.extractall(folder, filter="data")
    assert manifest_of(federation.store, str(serving(federation.store)))["format"] == FORMAT - 1
    return federation


def built_anew(old: Federation, folder: Path) -> Federation:
    (folder / "anew").mkdir()
    anew = Federation(folder / "anew")
    for file in old.corpus.rglob("*.md"):
        anew.write(file.relative_to(old.corpus).as_posix(), file.read_bytes())
    anew.index()
    return anew


def said(federation: Federation) -> list:
    """What is answered and found, from an index of which every byte was verified."""
    shelf = Shelf(federation.store)
    shelf.current().verify()
    bot = Bot(shelf, WordEmbedder())
    answers = [bot.ask(QUESTION, (), AUDIENCES[:wide]).as_json() for wide in (1, 2, 3)]
    for answer in answers:
        answer.pop("milliseconds")
    return [answers, [hit.passage for hit in bot.search("trois places", 50, AUDIENCES)]]


def run(federation: Federation, *command: str) -> int:
    where = ["--store", str(federation.store)]
    return main([*command, *where, "--corpus", str(federation.corpus)])


def test_an_index_of_the_version_before_serves_as_it_is(old: Federation, tmp_path: Path):
    anew = built_anew(old, tmp_path)
    assert said(old) == said(anew)
    here, there = Shelf(old.store).current(), Shelf(anew.store).current()
    for row in range(len(here.passages)):
        ours, theirs = here.encoded(row), there.encoded(row)
        assert np.array_equal(ours.spans, theirs.spans)
        assert np.allclose(ours.tokens, theirs.tokens, atol=1)  # another processor rounds otherwise
        assert np.allclose(ours.pooled, theirs.pooled, atol=1e-6)


def test_a_run_with_nothing_changed_leaves_it_in_service(old: Federation):
    name = serving(old.store)
    assert (old.index().generation, old.embedder.passages) == (name, 0)


def test_the_first_change_makes_one_of_now_without_encoding_the_rest_while_members_ask(
    old: Federation, tmp_path: Path
):
    bot, done = Bot(Shelf(old.store), WordEmbedder()), threading.Event()
    failed: list[str] = []
    asked: list[str] = []

    def members() -> None:
        while not (done.is_set() and asked):
            try:
                asked.append(json.dumps(bot.ask(QUESTION).as_json()))
                assert "200 millions" in asked[-1]
            except Exception as error:
                failed.append(repr(error))
                return

    asking = threading.Thread(target=members)
    asking.start()
    try:
        old.write("positions/2022-03.md", "# Le point 3\n\nNous demandons treize places.")
        report = old.index()
    finally:
        done.set()
        asking.join()
    assert (failed, report.warnings, report.changed) == ([], [], ["positions/2022-03.md"])
    assert old.embedder.passages == 1
    assert manifest_of(old.store, report.generation)["format"] == FORMAT
    assert said(old) == said(built_anew(old, tmp_path))


def test_the_tagged_index_of_the_version_before_comes_back(
    old: Federation, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PLAIDOYER_EMBEDDER", "words")
    before, first = said(old), str(serving(old.store))
    file = old.corpus / "positions/2022-03.md"
    text = file.read_text()
    assert main(["tag", "before-upgrade", "--store", str(old.store)]) == 0
    file.write_text("# Le point 3\n\nNous demandons treize places.")
    old.index()
    file.write_text(text)
    assert run(old, "rollback", "before-upgrade") == 0
    assert (serving(old.store), said(old)) == (first, before)
