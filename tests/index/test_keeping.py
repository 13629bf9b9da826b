"""Generations kept, tagged, brought back: what was removed comes back only where staff say so."""

import json
import shutil
import threading
from pathlib import Path

import pytest
from conftest import Federation

from index.__main__ import main
from index.errors import StoreDamaged
from index.shelf import copies
from index.shelf.generation import sha256_of
from index.shelf.store import Generation, Shelf, serving, tags, whole

STAFF = "---\naudience: staff\n---\n"


@pytest.fixture(autouse=True)
def language_and_embedder(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLAIDOYER_EMBEDDER", "words")
    monkeypatch.setenv("LC_ALL", "C")


def run(federation: Federation, command: str, *given: str) -> int:
    where = ["--store", str(federation.store)]
    if command in ("rollback", "restore"):
        where += ["--corpus", str(federation.corpus)]
    return main([command, *given, *where])


def texts(federation: Federation) -> list[str]:
    """What answers, after every byte of it was checked."""
    generation = Shelf(federation.store).current()
    generation.verify()
    return [passage.text.strip() for passage in generation.passages]


def federation_with_one(federation: Federation) -> str:
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    return federation.index().generation


def two_generations(federation: Federation) -> tuple[str, str]:
    first = federation_with_one(federation)
    federation.write("2023-a.txt", "Nous demandons un label.")
    return first, federation.index(keep=2).generation


def test_so_many_generations_stay_with_the_documents_that_they_were_made_of(
    federation: Federation,
):
    made = []
    for number in range(4):
        federation.write("2023-a.txt", f"Nous demandons le point {number}.")
        made.append(federation.index(keep=3).generation)
    assert whole(federation.store) == made[:0:-1]
    assert len(list((federation.store / "documents").iterdir())) == 3
    federation.index()
    assert whole(federation.store) == made[3:]
    assert len(list((federation.store / "documents").iterdir())) == 1


def test_a_tagged_generation_stays_until_its_tag_is_removed(
    federation: Federation, capsys: pytest.CaptureFixture
):
    first, second = two_generations(federation)
    assert run(federation, "tag", "avant-congrès", first) == 0
    federation.index()
    assert whole(federation.store) == [second, first]
    assert run(federation, "tag", "--remove", "avant-congrès") == 0
    federation.index()
    assert whole(federation.store) == [second]
    assert capsys.readouterr().out == (
        f"{first} is now called avant-congrès.\n"
        f"{first} is no longer called avant-congrès; it stays only as long as --keep keeps it.\n"
    )


def test_a_tag_is_never_moved_nor_given_a_name_that_cannot_be_told_from_a_generation(
    federation: Federation, capsys: pytest.CaptureFixture
):
    first, second = two_generations(federation)
    assert run(federation, "tag", "one", first) == 0
    assert run(federation, "tag", "one") == 2
    assert run(federation, "tag", "../one") == 2
    assert run(federation, "tag", second) == 2
    assert run(federation, "tag", "two", "nothing") == 2
    assert run(federation, "tag", "--remove", "nothing") == 2
    assert tags(federation.store) == {"one": first}
    assert capsys.readouterr().err == (
        f"GenerationUnknown: {first} is called one. Take the name from it first: "
        "python -m index tag --remove one\n"
        "GenerationUnknown: '../one' is no tag. Use up to 64 letters, digits, and . _ - between "
        "them\n"
        f"GenerationUnknown: '{second}' is no tag. Use up to 64 letters, digits, and . _ - between "
        "them\n" + 2 * "GenerationUnknown: No generation is called nothing. See which there are: "
        "python -m index list\n"
    )


def test_the_list_says_which_generations_there_are_newest_first(
    federation: Federation, capsys: pytest.CaptureFixture
):
    first, second = two_generations(federation)
    run(federation, "tag", "before", first)
    capsys.readouterr()
    assert run(federation, "list", "--language", "fr") == 0
    assert capsys.readouterr().out == (
        f"{second} : 1 documents, 1 passages, en service\n"
        f"{first} : 1 documents, 1 passages [before]\n"
    )
    assert run(federation, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"generation": second, "documents": 1, "passages": 1, "serving": True, "tags": []},
        {"generation": first, "documents": 1, "passages": 1, "serving": False, "tags": ["before"]},
    ]


def test_a_generation_whose_verification_was_killed_does_not_count(federation: Federation):
    first, second = two_generations(federation)
    (federation.store / "generations" / first / "unverified").touch()
    assert whole(federation.store) == [second]
    assert run(federation, "rollback", first) == 2
    federation.index(keep=5)
    assert [one.name for one in (federation.store / "generations").iterdir()] == [second]


def test_a_generation_counts_only_once_its_verification_has_ended(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
):
    first = federation_with_one(federation)
    verify, seen = Generation.verify, []

    def watched(generation: Generation, *before: Generation) -> None:
        seen.append(whole(federation.store))
        verify(generation, *before)

    monkeypatch.setattr(Generation, "verify", watched)
    federation.write("2023-a.txt", "Nous demandons un label.")
    second = federation.index(keep=2).generation
    assert (seen, whole(federation.store)) == ([[first]], [second, first])


def test_with_unreadable_tags_no_generation_is_removed(
    federation: Federation, capsys: pytest.CaptureFixture
):
    first, second = two_generations(federation)
    (federation.store / "tags.json").write_text("[")
    federation.index()
    assert whole(federation.store) == [second, first]
    assert run(federation, "list") == 2
    assert capsys.readouterr().err.endswith(
        "Delete that file, then run: python -m index tag NAME\n"
    )


def test_a_rollback_serves_at_the_next_question_within_a_second_of_the_verification(
    federation: Federation, capsys: pytest.CaptureFixture
):
    first, _ = two_generations(federation)
    shelf = Shelf(federation.store)
    assert shelf.current().passages[0].text == "Nous demandons un label.\n\n"
    assert run(federation, "rollback", first) == 0
    assert shelf.current().passages[0].text == "Nous demandons un fonds.\n\n"
    assert texts(federation) == ["Nous demandons un fonds."]
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "goes back to its text of then: 2023-a.txt"
    start, seconds = said[1].split(" s after it was verified")[0].rsplit("(", 1)
    assert (start, float(seconds) < 1) == (f"{first} is in service ", True)
    assert run(federation, "rollback", first) == 0
    assert capsys.readouterr().out == f"{first} is in service already.\n"


def test_the_run_after_a_rollback_indexes_the_corpus_as_it_is(federation: Federation):
    first, _ = two_generations(federation)
    assert run(federation, "rollback", first) == 0
    assert federation.index().changed == ["2023-a.txt"]
    assert texts(federation) == ["Nous demandons un label."]


def test_a_removed_document_comes_back_only_with_yes(
    federation: Federation, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.write("2023-b.txt", "Nous demandons un guichet.")
    federation.index(keep=2)
    run(federation, "tag", "before")
    (federation.corpus / "2023-b.txt").unlink()
    federation.write("2023-c.txt", "Nous demandons un label.")
    second = federation.index(keep=2).generation
    capsys.readouterr()
    assert run(federation, "rollback", "before") == 2
    said = capsys.readouterr()
    assert said.out == (
        "answers again: 2023-b.txt (not in the corpus now)\nanswers no longer: 2023-c.txt\n"
    )
    assert said.err == (
        "Nothing was changed. Documents that were removed, or are for fewer readers now, would "
        "answer again: add --yes if they shall.\n"
    )
    assert serving(federation.store) == second
    assert run(federation, "rollback", "before", "--yes", "--language", "fr") == 0
    assert capsys.readouterr().out.startswith(
        "répond de nouveau : 2023-b.txt (n'est plus dans le corpus)\n"
    )
    assert texts(federation) == ["Nous demandons un fonds.", "Nous demandons un guichet."]


def test_a_document_removed_or_narrowed_since_the_last_run_counts_too(
    federation: Federation, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.md", "Nous demandons un fonds.")
    federation.write("2023-b.md", "Nous demandons un guichet.")
    first = federation.index(keep=2).generation
    federation.write("2023-c.md", "Nous demandons un label.")
    second = federation.index(keep=2).generation
    federation.write("catalogue.toml", '["2023-a.md"]\naudience = "staff"\n')
    (federation.corpus / "2023-b.md").unlink()
    assert run(federation, "rollback", first) == 2
    assert capsys.readouterr().out == (
        "answers again: 2023-b.md (not in the corpus now)\n"
        "answers again for members: 2023-a.md (for staff now)\n"
        "answers no longer: 2023-c.md\n"
    )
    assert serving(federation.store) == second


def test_a_document_for_fewer_readers_since_comes_back_only_with_yes(
    federation: Federation, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.md", "Nous demandons un fonds.")
    first = federation.index(keep=2).generation
    federation.write("2023-a.md", f"{STAFF}Nous demandons un fonds.")
    second = federation.index(keep=2).generation
    assert run(federation, "rollback", first) == 2
    assert capsys.readouterr().out == (
        "answers again for members: 2023-a.md (for staff now)\n"
        "goes back to its text of then: 2023-a.md\n"
    )
    assert serving(federation.store) == second


def test_without_a_corpus_every_document_counts_as_removed(
    federation: Federation, capsys: pytest.CaptureFixture
):
    first, second = two_generations(federation)
    shutil.rmtree(federation.corpus)
    assert run(federation, "rollback", first) == 2
    assert capsys.readouterr().out == (
        f"{federation.corpus} holds no documents: all of the generation's count as removed.\n"
        "answers again: 2023-a.txt (not in the corpus now)\n"
    )
    assert serving(federation.store) == second


@pytest.mark.parametrize("file", ["rows/*", "chroma/chroma.sqlite3", "pooled.npy"])
def test_a_damaged_generation_never_serves_again(federation: Federation, file: str):
    first, second = two_generations(federation)
    damage(next((federation.store / "generations" / first).glob(file)))
    assert run(federation, "rollback", first, "--yes") == 2
    assert serving(federation.store) == second
    assert texts(federation) == ["Nous demandons un label."]


def test_the_index_of_another_embedder_never_serves_a_page_that_has_loaded_this_one(
    federation: Federation, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    first = federation.index(keep=2).generation
    federation.embedder.name = "other"
    second = federation.index(keep=2).generation
    assert run(federation, "rollback", first) == 2
    assert capsys.readouterr().err.startswith(
        f"EmbedderMismatch: {first} was made with words, the index in service with other: "
    )
    assert serving(federation.store) == second


def test_a_rollback_during_an_index_run_is_refused(
    federation: Federation, capsys: pytest.CaptureFixture
):
    from filelock import FileLock

    first, second = two_generations(federation)
    with FileLock(federation.store / "lock"):
        assert run(federation, "rollback", first) == 2
    assert capsys.readouterr().err.startswith("IndexBusy: Another run is writing ")
    assert serving(federation.store) == second


def test_questions_across_rollbacks_backups_and_restores_are_each_answered_from_one_generation(
    federation: Federation, tmp_path: Path
):
    wholes = []
    for version in ("fonds", "label"):
        for number in range(5):
            federation.write(f"2023-{number}.txt", f"Nous demandons un {version} {number}.")
        name = federation.index(keep=2).generation
        wholes.append([passage.text for passage in Shelf(federation.store).current().passages])
        run(federation, "tag", version, name)
    shelf, ended, seen = Shelf(federation.store), threading.Event(), []

    def ask() -> None:
        while not ended.is_set():
            generation = shelf.current()
            found = generation.dense(generation.encoded(0).pooled, 5, ["members"])
            seen.append(sorted(generation.passages[hit.row].text for hit in found))

    asking = threading.Thread(target=ask)
    asking.start()
    folder = str(tmp_path / "backup")
    for command in (
        ("rollback", "fonds"),
        ("backup", folder),
        ("rollback", "label"),
        ("restore", folder),
        ("rollback", "label"),
        ("rollback", "fonds"),
    ):
        asked = len(seen)
        assert run(federation, *command) == 0
        while len(seen) < asked + 2 and asking.is_alive():
            ended.wait(0.01)
    ended.set()
    asking.join()
    assert {tuple(texts) for texts in seen} == {tuple(sorted(texts)) for texts in wholes}


def damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def files(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): sha256_of(file)
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_a_backup_restored_elsewhere_answers_the_same_with_its_documents_and_tags(
    federation: Federation, tmp_path: Path, capsys: pytest.CaptureFixture
):
    first, second = two_generations(federation)
    run(federation, "tag", "before", first)
    capsys.readouterr()
    folder = tmp_path / "backups" / "monday"
    assert run(federation, "backup", str(folder)) == 0
    assert capsys.readouterr().out == (
        f"{folder}: 2 generations, 2 documents, every byte checked.\n"
    )
    assert [file.name for file in folder.parent.iterdir()] == ["monday"]
    before = texts(federation)
    federation.store = tmp_path / "elsewhere"
    assert run(federation, "restore", str(folder)) == 0
    assert (serving(federation.store), tags(federation.store)) == (second, {"before": first})
    assert texts(federation) == before
    current = Shelf(federation.store).current()
    assert current.original("2023-a.txt", ["members"]) == b"Nous demandons un label."
    assert federation.index(keep=2).unchanged == ["2023-a.txt"]
    assert run(federation, "rollback", "before") == 0
    assert texts(federation) == ["Nous demandons un fonds."]


def test_a_backup_holds_only_what_is_kept(federation: Federation, tmp_path: Path):
    _, second = two_generations(federation)
    copies.back_up(federation.store, tmp_path / "backup", 1)
    assert [folder.name for folder in (tmp_path / "backup" / "generations").iterdir()] == [second]
    assert len(list((tmp_path / "backup" / "documents").iterdir())) == 1


def test_a_backup_is_never_written_over_another(
    federation: Federation, tmp_path: Path, capsys: pytest.CaptureFixture
):
    two_generations(federation)
    folder = tmp_path / "backup"
    assert run(federation, "backup", str(folder)) == 0
    before = files(folder)
    assert run(federation, "backup", str(folder)) == 2
    assert capsys.readouterr().err == (
        f"BackupFailed: {folder} is there already. Name a new folder: python -m index backup\n"
    )
    assert files(folder) == before


def test_restoring_brings_a_removed_document_back_only_with_yes(
    federation: Federation, tmp_path: Path, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.write("2023-b.txt", "Nous demandons un guichet.")
    first = federation.index().generation
    run(federation, "backup", str(tmp_path / "backup"))
    (federation.corpus / "2023-b.txt").unlink()
    second = federation.index().generation
    capsys.readouterr()
    assert run(federation, "restore", str(tmp_path / "backup")) == 2
    assert capsys.readouterr().out == "answers again: 2023-b.txt (not in the corpus now)\n"
    assert whole(federation.store) == [second]
    assert run(federation, "restore", str(tmp_path / "backup"), "--yes") == 0
    assert serving(federation.store) == first
    assert texts(federation) == ["Nous demandons un fonds.", "Nous demandons un guichet."]


def test_restoring_mends_a_damaged_index_beside_it(federation: Federation, tmp_path: Path):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    first = federation.index().generation
    run(federation, "backup", str(tmp_path / "backup"))
    damage(federation.store / "generations" / first / "pooled.npy")
    with pytest.raises(StoreDamaged):
        Shelf(federation.store).current()
    assert run(federation, "restore", str(tmp_path / "backup")) == 0
    assert serving(federation.store).startswith(f"{first}-")
    assert texts(federation) == ["Nous demandons un fonds."]


def test_a_changed_byte_anywhere_in_a_backup_is_refused_and_nothing_is_left(
    federation: Federation, tmp_path: Path, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.index()
    folder = tmp_path / "backup"
    run(federation, "backup", str(folder))
    federation.write("2023-a.txt", "Nous demandons un label.")
    second = federation.index().generation
    there = files(folder)
    assert len(there) > 20
    for path in there:
        kept = (folder / path).read_bytes()
        if kept:
            damage(folder / path)
            assert run(federation, "restore", str(folder), "--yes") == 2, path
        (folder / path).unlink()
        assert run(federation, "restore", str(folder), "--yes") == 2, path
        (folder / path).write_bytes(kept)
        assert whole(federation.store) == [second]
        assert len(list((federation.store / "generations").iterdir())) == 1
    assert texts(federation) == ["Nous demandons un label."]
    assert run(federation, "restore", str(folder), "--yes") == 0


def test_what_is_damaged_beside_the_serving_generation_is_named_and_left_out(
    federation: Federation, tmp_path: Path, capsys: pytest.CaptureFixture
):
    first, second = two_generations(federation)
    run(federation, "tag", "before", first)
    damage(next((federation.store / "generations" / first / "rows").iterdir()))
    for document in (federation.store / "documents").iterdir():
        damage(document)
    capsys.readouterr()
    folder = tmp_path / "backup"
    assert run(federation, "backup", str(folder)) == 1
    assert capsys.readouterr().out == (
        f"{folder}: 1 generations, 0 documents, every byte checked.\n"
        f"LEFT OUT, for it is damaged in the store: generations/{first}\n"
        "LEFT OUT, for it is damaged in the store: 2023-a.txt\n"
    )
    federation.store = tmp_path / "elsewhere"
    assert run(federation, "restore", str(folder)) == 0
    assert capsys.readouterr().out.startswith(
        f"{folder}: 1 generations, 0 documents, every byte checked.\n"
        f"not in this backup: generations/{first}\n"
        "not in this backup: 2023-a.txt\n"
    )
    assert (serving(federation.store), tags(federation.store)) == (second, {})


def test_a_damaged_index_is_not_backed_up(federation: Federation, tmp_path: Path):
    _, second = two_generations(federation)
    damage(next((federation.store / "generations" / second / "rows").iterdir()))
    assert run(federation, "backup", str(tmp_path / "backups" / "one")) == 2
    assert list((tmp_path / "backups").iterdir()) == []


def test_backups_taken_while_index_runs_go_on_are_each_consistent(
    federation: Federation, tmp_path: Path
):
    def fill(version: int) -> None:
        for number in range(5):
            federation.write(f"2023-{number}.txt", f"Nous demandons {number} fois {version}.")

    fill(0)
    federation.index()
    ended, failed = threading.Event(), []

    def back_up() -> None:
        number = 0
        while not ended.is_set() or number < 2:
            try:
                copies.back_up(federation.store, tmp_path / "backups" / str(number), 1)
            except Exception as error:
                failed.append(error)
            number += 1

    copying = threading.Thread(target=back_up)
    copying.start()
    for version in range(1, 6):
        fill(version)
        federation.index()
    ended.set()
    copying.join()
    assert failed == []
    for folder in (tmp_path / "backups").iterdir():
        backup = copies.opened(folder)
        assert backup.left_out == []
        generation = Generation(folder / "generations" / backup.serving)
        assert len({passage.text.split()[-1] for passage in generation.passages}) == 1
        records = generation.manifest["documents"].values()
        assert sorted(backup.documents) == sorted(record["sha256"] for record in records)
