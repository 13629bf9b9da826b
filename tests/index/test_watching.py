"""`python -m index --watch`: a run after each change, whatever became of the one before."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from conftest import ROOT, Federation
from waiting import until

from index.build import build
from index.embed import recorded_name
from index.errors import CorpusMissing
from index.settings import BUNDLED
from index.shelf.store import Shelf, serving
from index.watching import watch

PATIENCE = 120  # seconds, on a busy machine


class Watch:
    """A watch in a thread, whose runs note the texts of the corpus and return `codes` in turn."""

    def __init__(self, corpus: Path, codes: Iterator[int], again: float = 300.0):
        self.corpus, self.codes = corpus, codes
        self.seen: list[dict[str, str]] = []
        self.on_run: Callable[[int], object] = lambda _: None
        self.ran = threading.Condition()
        self.failed: list[CorpusMissing] = []
        self.thread = threading.Thread(target=self._watch, args=(again,), daemon=True)
        self.thread.start()

    def _watch(self, again: float) -> None:
        try:
            watch(self.corpus, self._run, quiet=0.2, again=again)
        except CorpusMissing as error:
            self.failed.append(error)

    def _run(self) -> int:
        self.on_run(len(self.seen))
        with self.ran:
            self.seen.append({file.name: file.read_text() for file in self.corpus.rglob("*.txt")})
            self.ran.notify_all()
        return next(self.codes)

    def until(self, runs: int) -> dict[str, str]:
        """What the run of this number, from 1, saw."""
        with self.ran:
            assert self.ran.wait_for(lambda: len(self.seen) >= runs, PATIENCE)
        return self.seen[runs - 1]

    def end(self) -> None:
        """End it as `watch` ends by itself: its folder is gone."""
        self.corpus.rename(self.corpus.with_name("gone"))
        self.thread.join(PATIENCE)
        assert [str(error).split(" is not")[0] for error in self.failed] == [
            f"The folder {self.corpus}"
        ]


def zeros() -> Iterator[int]:
    while True:
        yield 0


def test_each_change_is_followed_by_a_run_and_many_at_once_by_one(federation: Federation):
    federation.write("a.txt", "1")
    watching = Watch(federation.corpus, zeros())
    assert watching.until(1) == {"a.txt": "1"}
    federation.write("new/b.txt", "2")
    assert watching.until(2) == {"a.txt": "1", "b.txt": "2"}
    for number in range(20):
        federation.write("a.txt", f"{number}")
    (federation.corpus / "new" / "b.txt").unlink()
    assert watching.until(3) == {"a.txt": "19"}
    watching.end()
    assert len(watching.seen) == 3


def test_a_change_during_a_run_is_followed_by_another(federation: Federation):
    federation.write("a.txt", "1")
    watching = Watch(federation.corpus, zeros())
    watching.until(1)

    def change(run: int) -> None:
        if run == 1:
            watching.on_run = lambda _: None
            threading.Thread(target=federation.write, args=("c.txt", "3")).start()

    watching.on_run = change
    federation.write("b.txt", "2")
    seen = watching.until(2)
    if "c.txt" not in seen:  # it came after the run had looked
        assert watching.until(3) == {"a.txt": "1", "b.txt": "2", "c.txt": "3"}
    watching.end()


def test_hidden_and_temporary_files_are_no_change(federation: Federation):
    watching = Watch(federation.corpus, zeros())
    watching.until(1)
    federation.write(".git/index", "1")
    federation.write("~$letter.docx", "1")
    federation.write("b.txt", "2")
    assert watching.until(2) == {"b.txt": "2"}
    watching.end()
    assert len(watching.seen) == 2


def test_after_a_failed_run_the_next_change_is_tried(federation: Federation):
    watching = Watch(federation.corpus, iter([2, -9, 0, 0]))
    watching.until(1)
    federation.write("a.txt", "1")
    watching.until(2)
    federation.write("b.txt", "2")
    assert watching.until(3) == {"a.txt": "1", "b.txt": "2"}
    watching.end()


def test_a_failed_run_is_tried_again_without_a_change(federation: Federation):
    watching = Watch(federation.corpus, iter([2, 2, 0, 0]), again=0.2)
    watching.until(3)
    watching.end()


def test_a_folder_that_is_not_there_cannot_be_watched(federation: Federation):
    federation.corpus.rmdir()
    with pytest.raises(CorpusMissing):
        watch(federation.corpus, lambda: pytest.fail("there is nothing to index"))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_command_indexes_after_a_change_and_ends_cleanly(
    federation: Federation, end: signal.Signals
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.write("2023-b.txt", "Nous demandons un label.")
    build(federation.corpus, federation.store, recorded_name(BUNDLED), lambda: federation.embedder)
    command = [sys.executable, "-m", "index", "--watch", "--language", "en"]
    where = ["--corpus", str(federation.corpus), "--store", str(federation.store)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLAIDOYER_")}
    watching = subprocess.Popen(
        [*command, *where],
        cwd=ROOT,
        env=clean | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background may have SIGINT ignored, which is inherited.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 (POSIX)
    )
    assert watching.stdout.readline().startswith("Index: 2 documents, 2 passages")
    before = serving(federation.store)
    (federation.corpus / "2023-b.txt").unlink()
    until(lambda: serving(federation.store) != before, watching)
    watching.send_signal(end)
    _, errors = watching.communicate(timeout=PATIENCE)
    assert watching.returncode == 0
    assert [one for one in errors.splitlines() if not one.startswith("Interrupted")] == []
    current = Shelf(federation.store).current()
    current.verify()
    assert [passage.path for passage in current.passages] == ["2023-a.txt"]
