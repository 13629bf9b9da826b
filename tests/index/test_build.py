"""Corpus -> serving generation: members always have an index, and never a deleted document."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from conftest import NEWSLETTER, ROOT, Federation
from filelock import FileLock

from index.build import build, plan
from index.embed import Encoded
from index.errors import (
    CatalogueInvalid,
    CorpusMissing,
    IndexBusy,
    StoreDamaged,
    StoreMissing,
    StoreUnwritable,
)
from index.passage import Passage
from index.shelf import vectors
from index.shelf.holds import retire
from index.shelf.store import Generation, Shelf, serving, write


def generations(federation: Federation) -> set[str]:
    return {folder.name for folder in (federation.store / "generations").iterdir()}


def texts(federation: Federation) -> str:
    return "".join(passage.text for passage in Shelf(federation.store).current().passages)


def test_documents_added_changed_and_deleted_are_so_in_the_index(federation: Federation):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.write("2023-b.txt", "Nous demandons un guichet.")
    assert (federation.index().added, texts(federation)) == (
        ["2023-a.txt", "2023-b.txt"],
        "Nous demandons un fonds.\n\nNous demandons un guichet.\n\n",
    )
    federation.write("2023-a.txt", "Nous demandons un label.")
    (federation.corpus / "2023-b.txt").unlink()
    federation.write("2023-c.txt", "Nous demandons un délai.")
    report = federation.index()
    assert (report.added, report.changed, report.removed, report.unchanged) == (
        ["2023-c.txt"],
        ["2023-a.txt"],
        ["2023-b.txt"],
        [],
    )
    assert texts(federation) == "Nous demandons un label.\n\nNous demandons un délai.\n\n"


def test_with_nothing_changed_nothing_is_written_or_encoded(federation: Federation):
    federation.write("2023-a.txt", NEWSLETTER)
    first = federation.index()
    federation.embedder.passages = 0
    second = build(
        federation.corpus, federation.store, "words", lambda: pytest.fail("the model was loaded")
    )
    assert (second.generation, second.unchanged) == (first.generation, ["2023-a.txt"])
    assert [folder.name for folder in (federation.store / "generations").iterdir()] == [
        first.generation
    ]


def test_only_the_passages_of_a_changed_document_are_encoded(federation: Federation):
    for number in range(20):
        federation.write(f"2023-{number}.txt", f"Nous demandons le point {number}.")
    federation.index()
    federation.embedder.passages = 0
    federation.write("2023-7.txt", "Nous demandons autre chose.")
    assert federation.index().changed == ["2023-7.txt"]
    assert federation.embedder.passages == 1


def test_deleting_a_document_loads_no_model(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.write("2023-b.txt", "Un guichet.")
    federation.index()
    (federation.corpus / "2023-b.txt").unlink()
    build(federation.corpus, federation.store, "words", lambda: pytest.fail("the model was loaded"))
    assert texts(federation) == "Un fonds.\n\n"


def test_reused_vectors_are_those_that_were_encoded(federation: Federation):
    federation.write("2023-a.txt", NEWSLETTER)
    federation.index()
    before = Shelf(federation.store).current().encoded(0)
    federation.write("2022-z.txt", "Un autre texte.")
    federation.index()
    generation = Shelf(federation.store).current()
    row = next(
        row for row, passage in enumerate(generation.passages) if passage.path == "2023-a.txt"
    )
    after = generation.encoded(row)
    assert (after.pooled.tolist(), after.tokens.tolist(), after.spans.tolist()) == (
        before.pooled.tolist(),
        before.tokens.tolist(),
        before.spans.tolist(),
    )


def test_another_embedder_encodes_everything_anew(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    federation.embedder.passages = 0
    federation.embedder.name = "other words"
    federation.index()
    assert federation.embedder.passages == 1
    assert Shelf(federation.store).current().manifest["embedder"] == "other words"


def test_an_unreadable_file_is_named_and_its_last_readable_version_kept_and_flagged(
    federation: Federation,
):
    federation.write("2023-a.md", "Nous demandons un fonds.")
    federation.write("2023-b.md", "Nous demandons un guichet.")
    federation.index()
    federation.write("2023-a.md", "---\ntitle: a: b\n---\nNous demandons un label.")
    report = federation.index()
    assert report.unreadable == [("2023-a.md", "its front matter is not valid YAML (line 2)")]
    assert "2023-a.md: unreadable now; its last readable version still answers" in report.warnings
    assert "Nous demandons un fonds." in texts(federation)
    again = federation.index()
    assert (again.unreadable, again.warnings, again.generation) == (
        report.unreadable,
        report.warnings,
        report.generation,
    )
    federation.write("2023-a.md", "Nous demandons un label.")
    mended = federation.index()
    assert (mended.changed, mended.unreadable) == (["2023-a.md"], [])
    assert not any("unreadable" in warning for warning in mended.warnings)


def test_a_file_that_is_put_back_as_it_was_is_flagged_no_longer(federation: Federation):
    federation.write("positions/2023-a.md", "Nous demandons un fonds.")
    federation.index()
    federation.write("positions/2023-a.md", "---\ntitle: a: b\n---\n")
    assert len(federation.index().warnings) == 1
    federation.write("positions/2023-a.md", "Nous demandons un fonds.")
    assert (federation.index().unreadable, federation.index().warnings) == ([], [])


def test_a_file_of_another_format_or_outside_the_corpus_is_named(
    federation: Federation, tmp_path: Path
):
    (tmp_path / "secret.txt").write_text("secret")
    federation.write("2023-a.txt", "Un fonds.")
    federation.write("budget.xlsx", b"PK")
    federation.write("logo.png", b"x")
    (federation.corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    report = federation.index()
    assert [path for path, _ in report.unreadable] == ["budget.xlsx", "link.txt"]
    assert texts(federation) == "Un fonds.\n\n"


def test_a_name_with_a_line_end_is_printed_on_one_line(federation: Federation):
    federation.write("2023-a\nb.md", "---\ntitle: a: b\n---\n")
    federation.write("2023-c.md", "Un fonds.")
    assert [path for path, _ in federation.index().unreadable] == ["2023-a\\nb.md"]


def test_the_catalogue_overrides_what_the_name_says(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    federation.write(
        "catalogue.toml",
        '["2023-a.txt"]\ntitle = "Le fonds"\nstatus = "draft"\n["absent.txt"]\ntitle = "x"\n',
    )
    assert federation.index().warnings == [
        "catalogue.toml speaks of absent.txt, which is not in the corpus",
        "2023-a.txt: kind unknown, indexed as other",
    ]
    (passage,) = Shelf(federation.store).current().passages
    assert (passage.title, passage.status) == ("Le fonds", "draft")
    federation.write("catalogue.toml", "title = [")
    with pytest.raises(CatalogueInvalid, match="not valid TOML"):
        federation.index()


def test_an_empty_or_missing_folder_leaves_the_index_in_service(federation: Federation):
    file = federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    file.unlink()
    with pytest.raises(CorpusMissing, match="The index in service was left as it is"):
        federation.index()
    assert texts(federation) == "Un fonds.\n\n"
    federation.corpus.rmdir()
    with pytest.raises(CorpusMissing, match="There is no folder"):
        federation.index()
    assert texts(federation) == "Un fonds.\n\n"


def test_a_rebuild_of_an_empty_folder_empties_the_index(federation: Federation):
    file = federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    file.unlink()
    federation.index(rebuild=True)
    assert texts(federation) == ""


def test_a_check_says_what_would_change_and_writes_nothing(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    report = plan(federation.corpus, federation.store, federation.embedder.name)
    assert (report.added, report.documents, federation.store.exists()) == (["2023-a.txt"], 1, False)


def test_a_check_works_beside_a_run(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    federation.write("2023-b.txt", "Un guichet.")
    with FileLock(federation.store / "lock"):
        assert plan(federation.corpus, federation.store, federation.embedder.name).added == [
            "2023-b.txt"
        ]


@pytest.mark.parametrize(
    "make",
    [
        lambda store: store.write_text("x"),
        lambda store: (store.mkdir(), (store / "generations").write_text("x")),
    ],
)
def test_a_store_that_cannot_be_written_is_a_named_error_with_its_remedy(
    federation: Federation, make
):
    federation.write("2023-a.txt", "Un fonds.")
    make(federation.store)
    with pytest.raises(
        StoreUnwritable,
        match=(
            r"cannot be written in .* \((File exists|Not a directory)\); .* then run: python -m "
            r"index$"
        ),
    ):
        federation.index()


def test_a_folder_that_cannot_be_looked_into_is_named_and_its_documents_stay(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
):
    federation.write("2023-a.txt", "Un fonds.")
    federation.write("positions/2023-b.txt", "Un guichet.")
    federation.index()
    real = os.scandir

    def refusing(folder):
        if str(folder).endswith("positions"):
            raise PermissionError(13, "Permission denied", str(folder))
        return real(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    report = federation.index()
    reason = "its folder cannot be looked into (Permission denied)"
    assert (report.unreadable, report.removed) == (
        [("positions/", reason), ("positions/2023-b.txt", reason)],
        [],
    )
    assert "Un guichet." in texts(federation)
    monkeypatch.setattr(
        os,
        "scandir",
        lambda folder: (_ for _ in ()).throw(PermissionError(13, "Permission denied", str(folder))),
    )
    with pytest.raises(CorpusMissing, match="cannot be looked into"):
        federation.index(rebuild=True)


def test_a_second_run_at_once_says_so_and_does_nothing(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.store.mkdir()
    with FileLock(federation.store / "lock"), pytest.raises(IndexBusy, match="Another run"):
        federation.index()
    assert serving(federation.store) is None


def test_a_run_that_dies_while_encoding_leaves_the_old_index_and_no_debris(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    name = federation.index().generation
    federation.write("2023-b.txt", "Un guichet.")

    class Dying(type(federation.embedder)):
        def encode_passages(self, passages):
            raise MemoryError

    with pytest.raises(MemoryError):
        build(federation.corpus, federation.store, "words", Dying)
    assert (serving(federation.store), texts(federation), generations(federation)) == (
        name,
        "Un fonds.\n\n",
        {name},
    )
    assert federation.index().added == ["2023-b.txt"]


def test_a_half_built_generation_of_a_run_that_was_killed_is_swept(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    name = federation.index().generation
    (federation.store / "generations" / "half").mkdir()
    (federation.store / "generations" / "half" / "pooled.npy").write_bytes(b"x")
    federation.index()
    assert generations(federation) == {name}


def test_the_generation_before_is_removed_at_once_where_nobody_reads_it(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    federation.write("2023-a.txt", "Un guichet.")
    new = federation.index().generation
    assert generations(federation) == {new}


def test_a_generation_stays_until_the_last_question_that_uses_it_has_ended(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    old = federation.index().generation
    shelf = Shelf(federation.store)
    asking = [shelf.current()]
    for text in ("Un guichet.", "Un label.", "Un délai."):
        federation.write("2023-a.txt", text)
        new = federation.index().generation
        shelf.current()
    federation.index()
    vector = federation.embedder.encode_question("un fonds").pooled
    assert generations(federation) == {old, new}  # those between were let go of
    assert [
        asking[0].passages[found.row].text for found in asking[0].dense(vector, 1, ["members"])
    ] == ["Un fonds.\n\n"]
    asking.clear()
    federation.index()
    assert generations(federation) == {new}


READER = """
import sys
from pathlib import Path
from index.shelf.store import Shelf
opened = Shelf(Path(sys.argv[1])).current()
print(opened.name, flush=True)
sys.stdin.readline()
nearest = opened.dense(opened.pooled[0], 1, ["members"])[0]
print(opened.lexical_for(["members"]).frequency("fond"), nearest.row, flush=True)
sys.stdin.readline()
"""


def test_a_reader_in_another_process_keeps_its_generation_and_a_killed_one_does_not(
    federation: Federation,
):
    federation.write("2023-a.txt", "Un fonds.")
    old = federation.index().generation
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(federation.store)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert reader.stdout.readline() == f"{old}\n"
        federation.write("2023-a.txt", "Un guichet.")
        new = federation.index().generation
        assert generations(federation) == {old, new}
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "1 0\n"
    finally:
        reader.kill()
        reader.communicate()
    federation.index()
    assert generations(federation) == {new}


def test_a_generation_that_goes_between_the_pointer_and_the_opening_costs_no_question(
    federation: Federation,
):
    federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    failed: list[Exception] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                assert (
                    Shelf(federation.store).current().passages
                )  # opened anew each time, so that it meets every flip
        except Exception as error:
            failed.append(error)

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(10):
        federation.write("2023-a.txt", f"Un guichet numéro {number}.")
        federation.index()
    done.set()
    for reader in readers:
        reader.join()
    assert failed == []


def test_a_generation_that_is_being_removed_cannot_be_opened(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    folder = federation.store / "generations" / federation.index().generation
    opened = Generation(folder)
    assert (retire(folder, idle=True), opened.name) == (False, folder.name)
    del opened
    assert retire(folder, idle=False)
    with pytest.raises(StoreDamaged):
        Generation(folder)


def test_a_reader_that_is_open_sees_the_new_generation_at_its_next_question(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    shelf = Shelf(federation.store)
    opened = shelf.current()
    assert shelf.current() is opened
    federation.write("2023-a.txt", "Un guichet.")
    federation.index()
    assert [passage.text for passage in shelf.current().passages] == ["Un guichet.\n\n"]


def test_a_store_without_an_index_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(StoreMissing, match="Run: python -m index"):
        Shelf(tmp_path).current()


@pytest.mark.parametrize("damage", ["truncated", "missing", "altered", "vectors"])
def test_damage_to_any_part_is_noticed_and_the_next_run_builds_anew(
    federation: Federation, damage: str
):
    federation.write("2023-a.txt", NEWSLETTER)
    folder = federation.store / "generations" / federation.index().generation
    if damage == "vectors":
        (folder / "chroma" / "chroma.sqlite3").write_bytes(b"")
    elif damage == "missing":
        next((folder / "rows").iterdir()).unlink()
    else:
        data = (folder / "passages.jsonl").read_bytes()
        (folder / "passages.jsonl").write_bytes(
            data[:-9] if damage == "truncated" else data.replace(b"200", b"900")
        )
    with pytest.raises(StoreDamaged, match="Run: python -m index --rebuild"):
        Generation(folder).verify()
    federation.index(rebuild=True)
    Shelf(federation.store).current().verify()
    assert "fonds de 200 millions" in texts(federation)


def test_vectors_of_other_passages_are_noticed_though_their_number_is_right(federation: Federation):
    federation.write("2023-a.md", "Un fonds public.")
    federation.write("2023-b.md", "Un fonds secret.")
    folder = federation.store / "generations" / federation.index().generation
    generation = Shelf(federation.store).current()
    shutil.rmtree(folder / "chroma")
    audiences = [passage.audience for passage in generation.passages]
    vectors.write(folder / "chroma", audiences, generation.pooled[::-1], lambda _: None)
    sign_anew(folder)
    with pytest.raises(StoreDamaged, match="2 passages are not found by their own vectors"):
        Generation(folder).verify()


def sign_anew(folder: Path) -> None:
    """Give a generation the manifest of its files as they are now."""
    manifest = json.loads((folder / "manifest.json").read_text())
    files = [file for file in folder.rglob("*") if file.is_file() and "manifest" not in file.name]
    data = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    manifest["sizes"] = {name: len(content) for name, content in data.items()}
    manifest["sha256"] = {name: hashlib.sha256(data[name]).hexdigest() for name in data}
    signed = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(signed)
    (folder / "manifest.sha256").write_text(hashlib.sha256(signed).hexdigest())


def test_every_one_of_thousands_of_near_duplicates_is_found_by_its_own_vector(tmp_path: Path):
    chance = np.random.default_rng(0)
    pooled = np.repeat(chance.normal(size=(20, 24)), 300, axis=0) + 0.01 * chance.normal(
        size=(6_000, 24)
    )
    pooled = (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)
    passages = [
        Passage(
            id=str(row), path=f"{row}.md", title="", headings=(), page=0, start=0, end=2, text="ab"
        )
        for row in range(len(pooled))
    ]
    encoded = (
        Encoded(row, np.ones((1, 24), np.int8), np.zeros((1, 2), np.int32)) for row in pooled
    )
    write(tmp_path, passages, encoded, 24, {"documents": {}})
    generation = Generation(next((tmp_path / "generations").iterdir()))
    assert all(
        row in [found.row for found in generation.dense(pooled[row], 10, ["members"])]
        for row in range(len(pooled))
    )


def test_staff_passages_are_in_a_collection_of_their_own(federation: Federation):
    federation.write("2023-a.md", "---\naudience: staff\n---\nUn fonds secret.")
    federation.write("2023-b.md", "---\naudience: public\n---\nUn fonds public.")
    federation.index()
    generation = Shelf(federation.store).current()
    vector = federation.embedder.encode_question("un fonds secret").pooled
    assert [
        generation.passages[found.row].path
        for found in generation.dense(vector, 10, ["public", "members"])
    ] == ["2023-b.md"]
    assert [
        generation.passages[found.row].path for found in generation.dense(vector, 10, ["staff"])
    ] == ["2023-a.md"]
