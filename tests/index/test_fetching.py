"""Another machine's index, copied into a store of one's own and served from there."""

import shutil
from pathlib import Path

import pytest
from conftest import Federation

from index.__main__ import main
from index.shelf.store import Shelf, serving, whole


@pytest.fixture(autouse=True)
def language(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def replica(federation: Federation, tmp_path: Path) -> Path:
    """A store that nothing was ever indexed in, and a federation with two documents elsewhere."""
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.write("2023-b.txt", "Nous demandons un label.")
    federation.index()
    return tmp_path / "replica"


def fetch(source: Path, store: Path, *given: str) -> int:
    return main(["fetch", str(source), "--store", str(store), *given])


def texts(store: Path) -> list[str]:
    """What answers, after every byte of it was checked."""
    generation = Shelf(store).current()
    generation.verify()
    return sorted(passage.text.strip() for passage in generation.passages)


def test_the_serving_generation_and_its_documents_are_copied_and_serve(
    federation: Federation, replica: Path, capsys: pytest.CaptureFixture
):
    assert fetch(federation.store, replica) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{federation.store}: 2 documents, 2 passages, every byte checked."
    assert texts(replica) == ["Nous demandons un fonds.", "Nous demandons un label."]
    original = Shelf(replica).current().original("2023-a.txt", ["members"])
    assert original == b"Nous demandons un fonds."
    assert fetch(federation.store, replica, "--language", "fr") == 0
    assert capsys.readouterr().out == f"{serving(replica)} est déjà en service.\n"


def test_only_what_is_missing_is_copied_and_what_was_removed_goes(
    federation: Federation, replica: Path
):
    fetch(federation.store, replica)
    (first,) = whole(replica)
    there = {file.name: file.stat().st_ino for file in (replica / "documents").iterdir()}
    (federation.corpus / "2023-a.txt").unlink()
    federation.write("2023-c.txt", "Nous demandons une loi.")
    federation.index()
    assert fetch(federation.store, replica) == 0
    now = {file.name: file.stat().st_ino for file in (replica / "documents").iterdir()}
    assert len(now) == 2 and len(dict(now.items() & there.items())) == 1
    assert texts(replica) == ["Nous demandons un label.", "Nous demandons une loi."]
    assert first not in whole(replica)


def test_a_question_under_way_ends_on_the_generation_that_it_began_with(
    federation: Federation, replica: Path
):
    fetch(federation.store, replica)
    shelf = Shelf(replica)
    before = shelf.current()
    federation.write("2023-a.txt", "Nous demandons une loi.")
    federation.index()
    fetch(federation.store, replica)
    before.verify()
    assert "Nous demandons une loi." in [one.text.strip() for one in shelf.current().passages]


def test_a_backup_is_fetched_as_a_store_is(federation: Federation, replica: Path, tmp_path: Path):
    assert main(["backup", str(tmp_path / "backup"), "--store", str(federation.store)]) == 0
    assert fetch(tmp_path / "backup", replica) == 0
    assert texts(replica) == ["Nous demandons un fonds.", "Nous demandons un label."]


@pytest.mark.parametrize("part", ["pooled.npy", "passages.jsonl", "manifest.json", "chroma"])
def test_a_store_that_is_only_half_copied_leaves_the_one_that_serves(
    federation: Federation, replica: Path, part: str, capsys: pytest.CaptureFixture
):
    fetch(federation.store, replica)
    before = serving(replica)
    federation.write("2023-a.txt", "Nous demandons une loi.")
    federation.index()
    missing = federation.store / "generations" / str(serving(federation.store)) / part
    shutil.rmtree(missing) if missing.is_dir() else missing.unlink()
    assert fetch(federation.store, replica) == 2
    assert f"FetchFailed: {federation.store} holds no whole index" in capsys.readouterr().err
    assert (serving(replica), whole(replica)) == (before, [before])
    assert "Nous demandons un fonds." in texts(replica)


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(b"altered")])
def test_a_document_that_is_missing_or_altered_leaves_the_index_that_serves(
    federation: Federation, replica: Path, damage, capsys: pytest.CaptureFixture
):
    fetch(federation.store, replica)
    before = serving(replica)
    federation.write("2023-c.txt", "Nous demandons une loi.")
    federation.index()
    known = {file.name for file in (replica / "documents").iterdir()}
    documents = (federation.store / "documents").iterdir()
    (new,) = (file for file in documents if file.name not in known)
    damage(new)
    assert fetch(federation.store, replica) == 2
    assert "holds no whole index" in capsys.readouterr().err
    assert (serving(replica), whole(replica)) == (before, [before])


def test_what_is_no_store_and_no_backup_is_named(replica: Path, capsys: pytest.CaptureFixture):
    assert fetch(replica / "nowhere", replica) == 2
    assert f"FetchFailed: {replica / 'nowhere'} holds no whole index" in capsys.readouterr().err
