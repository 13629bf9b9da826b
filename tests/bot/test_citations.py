"""How often documents are cited: counted once for each answer, by several processes, kept."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from waiting import until

from bot.citations import Citations, Cited
from bot.records import Answer, Citation, Claim
from index.passage import Passage


def answer(*paths: str) -> Answer:
    """An answer that cites a passage of each path."""
    passages = [
        Passage(
            path=path, title=path, text="Un fonds.", headings=(), start=0, end=9, page=0, id=path
        )
        for path in paths
    ]
    cited = tuple(Citation(n, one, "Un fonds.", 0, 9) for n, one in enumerate(passages, 1))
    return Answer("Quoi ?", "fr", (Claim("Un fonds.", cited),), "Un fonds.", False)


def count(citations: Citations, *answers: Answer) -> None:
    for one in answers:
        assert [*citations.counted(iter(("searching", one)))] == ["searching", one]


@pytest.fixture
def today() -> Iterator[str]:
    yield datetime.now(UTC).date().isoformat()


def test_a_document_counts_once_for_each_answer_and_the_count_outlives_the_process(
    tmp_path: Path, today: str
):
    first = Citations(tmp_path)
    count(first, answer("a.md", "a.md", "b.md"), answer("a.md"), answer())
    first.write()
    assert Citations(tmp_path).known() == {"a.md": Cited(2, today), "b.md": Cited(1, today)}


def test_several_processes_count_into_one_file(tmp_path: Path, today: str):
    counting = [Citations(tmp_path) for _ in range(4)]

    def work(citations: Citations) -> None:
        for _ in range(10):
            count(citations, answer("a.md"))
            citations.write()

    threads = [threading.Thread(target=work, args=(one,)) for one in counting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Citations(tmp_path).known() == {"a.md": Cited(40, today)}


def test_it_writes_rarely_and_by_itself(tmp_path: Path):
    citations = Citations(tmp_path, every=0.2)
    count(citations, answer("a.md"), answer("a.md"))
    file = tmp_path / "citations.json"
    assert not file.exists()
    until(file.exists)
    assert json.loads(file.read_text())["a.md"][0] == 2


def test_counting_never_fails_an_answer_and_what_could_not_be_written_is_counted_later(
    tmp_path: Path, today: str, capsys: pytest.CaptureFixture
):
    store = tmp_path / "store"
    store.write_text("no folder")
    citations = Citations(store)
    count(citations, answer("a.md"))
    assert citations.known() == {}
    assert "citations are counted in memory" in capsys.readouterr().err
    store.unlink()
    store.mkdir()
    assert citations.known() == {"a.md": Cited(1, today)}


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"a": 1}', b"\xff", b'{"a": ["x", 1]}'])
def test_a_damaged_file_is_named_and_counted_anew(
    tmp_path: Path, damage: bytes, capsys: pytest.CaptureFixture, today: str
):
    (tmp_path / "citations.json").write_bytes(damage)
    citations = Citations(tmp_path)
    count(citations, answer("a.md"))
    assert citations.known() == {"a.md": Cited(1, today)}
    assert "Delete it: all is counted anew." in capsys.readouterr().err
