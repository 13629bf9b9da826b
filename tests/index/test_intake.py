"""Files that staff bring: what waits, what is put into the corpus, and what is kept of the last."""

import io
import unicodedata
from pathlib import Path

import pytest

from index.errors import CollectionRefused
from index.intake import Intake, Waiting
from index.readers.read import PARSERS

NOTE = b"---\naudience: staff\n---\n# Un fonds\n\nNous demandons un fonds.\n"


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    (tmp_path / "corpus/positions").mkdir(parents=True)
    return Intake(tmp_path / "corpus", tmp_path / "store", PARSERS)


def received(intake: Intake, name: str, data: bytes = NOTE) -> Waiting:
    return intake.receive(intake.path_of("positions", name), io.BytesIO(data), "zoé")


def test_a_file_waits_as_it_was_read_and_lies_in_the_store_alone(intake: Intake, tmp_path: Path):
    waiting = received(intake, "2023-05-04-fonds.md")
    assert intake.waiting() == [waiting]
    assert waiting.reading == {
        "title": "Un fonds",
        "date": "2023-05-04",
        "kind": "position",
        "status": "adopted",
        "audience": "staff",
        "language": "fr",
        "words": 6,
        "beginning": "Un fonds\n\nNous demandons un fonds.\n\n",
        "warnings": [],
        "attached": [],
    }
    assert [*(tmp_path / "corpus/positions").iterdir()] == []


def test_what_a_crash_left_half_put_is_put_once(intake: Intake, tmp_path: Path):
    waiting = received(intake, "2023-fonds.md")
    (tmp_path / "corpus" / waiting.path).write_bytes(NOTE)  # the rename came before the crash
    intake.put(waiting.id, "")
    assert intake.waiting() == []
    assert not (tmp_path / "store/replaced").exists()
    with pytest.raises(CollectionRefused, match="This file waits no longer"):
        intake.put(waiting.id, "")


def test_what_cannot_be_read_is_not_put(intake: Intake, tmp_path: Path):
    waiting = received(intake, "2023-fonds.pdf", b"rien")
    assert waiting.reason == "it is no PDF"
    with pytest.raises(CollectionRefused, match=r"It cannot be read: it is no PDF\."):
        intake.put(waiting.id, "")
    intake.discard(waiting.id)
    assert intake.waiting() == []
    assert [*(tmp_path / "corpus/positions").iterdir()] == []


def test_a_name_that_is_spelled_in_another_way_is_the_same_files(intake: Intake, tmp_path: Path):
    apart = unicodedata.normalize("NFD", "2023-été.md")
    (tmp_path / "corpus/positions" / apart).write_bytes(NOTE)
    assert intake.path_of("positions", "2023-été.md") == f"positions/{apart}"
    assert intake.path_of("positions", "2024-été.md") == "positions/2024-été.md"


def test_a_file_is_as_open_as_its_folder_or_as_what_it_replaces(intake: Intake, tmp_path: Path):
    folder = tmp_path / "corpus/positions"
    folder.chmod(0o750)
    waiting = received(intake, "2023-fonds.md")
    intake.put(waiting.id, "")
    file = folder / "2023-fonds.md"
    assert file.stat().st_mode & 0o777 == 0o640
    file.chmod(0o604)
    waiting = received(intake, "2023-fonds.md", NOTE + b"Encore.\n")
    intake.put(waiting.id, intake.digest(waiting.path))
    assert (file.stat().st_mode & 0o777, file.read_bytes()[-8:]) == (0o604, b"Encore.\n")
