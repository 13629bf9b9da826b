"""The benchmark of indexing counts what it says; only a terminal sees a run's progress."""

import os
import pty
import re
import subprocess
import sys
import termios
from pathlib import Path

from conftest import ROOT, Federation, WordEmbedder

from bot.measure.indexing import measure


def test_the_benchmark_encodes_everything_once_and_then_only_the_changed_document(tmp_path: Path):
    embedder = WordEmbedder()
    measured = measure(tmp_path, 12, embedder)
    assert (
        len(measured.first.added),
        len(measured.nothing.unchanged),
        len(measured.changed.changed),
    ) == (12, 12, 1)
    assert 0 < measured.encoded_anew < measured.first.passages // 6
    assert (
        embedder.passages == 2 * measured.first.passages + measured.encoded_anew
    )  # the build, the floor, the change
    assert measured.encoder < measured.first.seconds
    assert measured.table().count("\n") == 4
    assert measured.rewritten > 0


CHILD = """
import sys, time
from pathlib import Path
from conftest import WordEmbedder
from index.build import build
class Slow(WordEmbedder):
    def encode_passages(self, passages):
        for encoded in super().encode_passages(passages):
            time.sleep(0.02)
            yield encoded
build(Path(sys.argv[1]), Path(sys.argv[2]), "words", Slow)
"""


def said(federation: Federation, ours: int, theirs: int) -> str:
    """What a run says on its standard error, which is `theirs`."""
    run = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(federation.corpus), str(federation.store)],
        cwd=ROOT,
        stderr=theirs,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))), "COLUMNS": "100"},
    )
    os.close(theirs)
    heard = b""
    try:
        while piece := os.read(ours, 10_000):
            heard += piece
    except OSError:  # how a terminal ends
        pass
    os.close(ours)
    assert run.wait() == 0
    return heard.decode()


def test_a_terminal_sees_the_phase_and_the_time_left_and_a_pipe_sees_nothing(
    federation: Federation,
):
    for number in range(60):
        federation.write(f"positions/2023-{number}.txt", f"Nous demandons le point {number}.")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    shown = said(federation, ours, theirs)
    assert re.search(r"Encoding: +\d+ % \|.*\| \d+ of 60 passages, 00:0\d left", shown)
    federation.write("positions/2023-0.txt", "Nous demandons autre chose.")
    assert said(federation, *os.pipe()) == ""
