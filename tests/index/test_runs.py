"""Runs begun at the desk: one of a kind at a time, seen by every desk, and outliving it."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from waiting import until

from index.errors import RunUnderWay, StoreUnwritable
from index.progress import bar, tell
from index.runs import Runs
from index.settings import IndexSettings

WAITS = """
import json, os, sys, time
print(json.dumps({"phase": "Reading", "done": 1, "total": 3, "pid": os.getpid()}), flush=True)
while os.path.exists(sys.argv[1]):
    time.sleep(0.01)
print(json.dumps({"generation": "g", "argv": sys.argv[2:], "ocr": os.environ["PLAIDOYER_OCR"]}))
"""


@pytest.fixture
def waiting(tmp_path: Path) -> Callable[[], Runs]:
    """Runs, as each desk has its own, of a command that waits while the file `hold` is there."""
    (tmp_path / "hold").touch()
    settings = IndexSettings(corpus=Path("corpus"), store=tmp_path / "store", ocr="tesseract")
    command = (sys.executable, "-c", WAITS, str(tmp_path / "hold"))
    return lambda: Runs(settings, command)


def test_another_desk_sees_the_run_and_begins_none(waiting: Callable[[], Runs], tmp_path: Path):
    one, other = waiting(), waiting()
    assert other.last("index") is None
    one.begin("index", "zoé")
    until(lambda: other.last("index").phase)
    run = other.last("index")
    assert (run.by, run.under_way, run.phase, run.done, run.total) == ("zoé", True, "Reading", 1, 3)
    with pytest.raises(RunUnderWay):
        other.begin("index", "luc")
    other.begin("check", "luc")  # which writes nothing
    (tmp_path / "hold").unlink()
    until(lambda: not (other.last("index").under_way or other.last("check").under_way))
    report = other.last("index").report
    assert (report["generation"], report["ocr"]) == ("g", "tesseract")
    corpus = str(Path("corpus").absolute())
    assert report["argv"][:4] == ["--corpus", corpus, "--store", str(tmp_path / "store")]
    assert "--check" in other.last("check").report["argv"]
    other.begin("index", "luc")
    until(lambda: not one.last("index").under_way)
    assert one.last("index").by == "luc"


def test_a_killed_run_is_over_and_has_no_report(waiting: Callable[[], Runs]):
    runs = waiting()
    runs.begin("index", "zoé")
    until(lambda: runs.last("index").phase)
    line = (runs._folder / "index.jsonl").read_text().splitlines()[-1]
    os.kill(int(line.partition('"pid": ')[2].strip("}")), signal.SIGKILL)
    until(lambda: not runs.last("index").under_way)
    assert (runs.last("index").report, runs.last("index").said) == (None, "")


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "store").write_text("no folder")
    with pytest.raises(StoreUnwritable, match="No run was begun"):
        Runs(IndexSettings(store=tmp_path / "store")).begin("index", "zoé")


def test_progress_is_told_in_lines_only_to_who_asked(capsys: pytest.CaptureFixture):
    assert [*bar("Reading", "documents", range(3))] == [0, 1, 2]
    assert capsys.readouterr() == ("", "")
    tell(sys.stderr)
    try:
        assert [*bar("Reading", "documents", range(3))] == [0, 1, 2]
    finally:
        tell(None)
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert told[0] == {"phase": "Reading", "done": 0, "total": 3}
    assert told[-1]["done"] == 3
