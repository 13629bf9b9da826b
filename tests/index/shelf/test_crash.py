"""kill -9 or a full disk in a re-index: the old index answers, and the next run completes.

Real processes, forked from a server that has the libraries loaded, so that each costs a fraction
of a second.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from conftest import ROOT, Federation

from index.__main__ import main
from index.errors import StoreMissing
from index.shelf.store import Shelf, serving

KILLS = 20
FIRST_KILLS = 5
SHARING_KILLS = 8
DOCUMENTS = 100
SERVER = """
import json, os, resource, signal, sys, traceback
from pathlib import Path
import chromadb, chromadb.api.rust, chromadb.errors
from conftest import WordEmbedder
from index.build import build
from index.language.detect import language_of
from index.errors import StoreUnwritable
from index.shelf.lexical import Lexical

Lexical.build([("un fonds", language_of("un fonds"), "")], {})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for line in sys.stdin:
    corpus, store, most = json.loads(line)
    said, says = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        if most:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        try:
            build(Path(corpus), Path(store), "words", WordEmbedder)
            os._exit(0)
        except StoreUnwritable as error:
            os.write(says, str(error).encode())
            os._exit(2)
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    os.close(says)
    print(child, flush=True)
    status = os.waitpid(child, 0)[1]
    code, report = os.waitstatus_to_exitcode(status), os.read(said, 10_000).decode()
    print(json.dumps([code, report]), flush=True)
    os.close(said)
"""


class Forks:
    """Runs of the index in processes forked from one that has the libraries loaded."""

    def __init__(self) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
        )

    def run(
        self, federation: Federation, killed_after: float | None = None, most: int = 0
    ) -> tuple[int, str]:
        """The exit code (-9 if it was killed before its end) and what it said.

        `most`: bytes that a file may have.
        """
        self.server.stdin.write(
            json.dumps([str(federation.corpus), str(federation.store), most]) + "\n"
        )
        self.server.stdin.flush()
        child = int(self.server.stdout.readline())
        if killed_after is not None:
            time.sleep(killed_after)
            with suppress(ProcessLookupError):  # it has ended
                os.kill(child, signal.SIGKILL)
        code, said = json.loads(self.server.stdout.readline())
        return code, said

    def seconds(self, federation: Federation) -> float:
        """How long an undisturbed run takes."""
        started = time.perf_counter()
        assert self.run(federation) == (0, "")
        return time.perf_counter() - started


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    forks = Forks()
    yield forks
    forks.server.communicate()


def fill(federation: Federation, version: int) -> None:
    """Ten changed documents, one new and one gone; at first, all of them."""
    for number in range(DOCUMENTS) if not version else range(version % 10, DOCUMENTS, 10):
        federation.write(
            f"positions/2023-{number}.txt",
            f"Nous demandons le point {number} dans sa version {version}, pour tous nos membres.",
        )
    federation.write(
        f"positions/2024-nouveau-{version}.txt", f"Nous demandons aussi le nouveau fonds {version}."
    )
    (federation.corpus / f"positions/2024-nouveau-{version - 1}.txt").unlink(missing_ok=True)


def expected(federation: Federation) -> list[tuple[str, str]]:
    return sorted(
        (file.relative_to(federation.corpus).as_posix(), f"{file.read_text()}\n\n")
        for file in federation.corpus.rglob("*.txt")
    )


def served(federation: Federation) -> list[tuple[str, str]]:
    """The documents that the index answers from, found by their words, every byte checked."""
    generation = Shelf(federation.store).current()
    generation.verify()
    for row in range(0, len(generation.passages), 9):
        assert generation.dense(generation.encoded(row).pooled, 1, ["members"])[0].row == row
    return sorted((passage.path, passage.text) for passage in generation.passages)


def test_kill_9_at_twenty_moments_leaves_the_old_index_answering_and_the_next_run_completes(
    forks: Forks, federation: Federation
):
    chance = random.Random(9)
    fill(federation, 0)
    federation.index()
    fill(federation, 1)
    whole = forks.seconds(federation)
    for kill in range(KILLS):
        before, serves = served(federation), serving(federation.store)
        fill(federation, kill + 2)
        share = (kill + chance.random()) / KILLS
        while (ended := forks.run(federation, whole * share)[0]) != -9:
            assert ended == 0
            whole *= share  # it was quicker than the undisturbed run, and so will the next ones be
            before, serves = served(federation), serving(federation.store)
            fill(federation, kill + 2 + KILLS)
        flipped = serving(federation.store) != serves  # killed after the flip, while sweeping
        assert served(federation) == (expected(federation) if flipped else before)
        federation.index()
        assert served(federation) == expected(federation)
        assert len(list((federation.store / "generations").iterdir())) == 1


def test_kill_9_in_a_run_that_shares_files_leaves_the_old_index_or_the_new_one(
    forks: Forks, federation: Federation
):
    fill(federation, 0)
    federation.index()
    federation.write("positions/2023-50.txt", "Nous demandons le point 50, autrement.")
    whole = forks.seconds(federation)
    for kill in range(SHARING_KILLS):
        before = served(federation)
        federation.write("positions/2023-50.txt", f"Nous demandons {kill} fois le point 50.")
        forks.run(federation, whole * (kill + 0.5) / SHARING_KILLS)
        assert served(federation) in (before, expected(federation))
        federation.index()
        assert served(federation) == expected(federation)
        assert len(list((federation.store / "generations").iterdir())) == 1


def test_kill_9_during_the_first_build_leaves_no_index_and_the_next_run_makes_it(
    forks: Forks, federation: Federation
):
    fill(federation, 0)
    whole = forks.seconds(federation)
    for kill in range(FIRST_KILLS):
        federation.store = federation.store.with_name(f"store-{kill}")
        forks.run(federation, whole * (kill + 0.5) / FIRST_KILLS)
        if serving(federation.store) is None:
            with pytest.raises(StoreMissing):
                Shelf(federation.store).current()
        federation.index()
        assert served(federation) == expected(federation)


@pytest.mark.parametrize("most", [1_000, 100_000, 200_000])
def test_a_disk_that_is_full_is_named_with_its_remedy_and_the_old_index_answers(
    forks: Forks, federation: Federation, most: int
):
    fill(federation, 0)
    name = federation.index().generation
    before = served(federation)
    fill(federation, 1)
    code, said = forks.run(federation, most=most)
    assert (code, said.startswith(f"The index cannot be written in {federation.store} (")) == (
        2,
        True,
    )
    assert said.endswith("Make room or give the right to write there, then run: python -m index")
    assert [folder.name for folder in (federation.store / "generations").iterdir()] == [name]
    assert served(federation) == before


def test_a_store_that_cannot_be_written_ends_with_exit_code_2(
    federation: Federation, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.txt", "Un fonds.")
    federation.store.write_text("no folder")
    assert (
        main(["--corpus", str(federation.corpus), "--store", str(federation.store), "--json"]) == 2
    )
    said = capsys.readouterr()
    assert (said.out, said.err.split(":")[0]) == ("", "StoreUnwritable")
