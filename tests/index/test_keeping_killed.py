"""kill -9 in the middle of a backup, a restore or a rollback: nothing half done ever serves.

Real processes, forked from a server that has the libraries loaded.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT, Federation

from index.shelf import copies
from index.shelf.store import Generation, Shelf, serving, tags, whole

KILLS = 10
DOCUMENTS = 40
SERVER = """
import json, os, sys, traceback
import chromadb, chromadb.api.rust, chromadb.errors
import index.shelf.lexical
from index.__main__ import main

for line in sys.stdin:
    child = os.fork()
    if not child:
        os.setsid()
        sys.stdout = open(os.devnull, "w")
        try:
            os._exit(main(json.loads(line)))
        except BaseException:
            traceback.print_exc()
        os._exit(3)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Forks:
    """Commands of `python -m index` in processes forked from one that has the libraries loaded."""

    def __init__(self) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PLAIDOYER_EMBEDDER": "words"},
        )

    def run(self, *command: object, killed_after: float | None = None) -> int:
        """The exit code, -9 if it was killed before its end."""
        self.server.stdin.write(json.dumps([str(part) for part in command]) + "\n")
        self.server.stdin.flush()
        child = int(self.server.stdout.readline())
        if killed_after is not None:
            time.sleep(killed_after)
            with suppress(ProcessLookupError):  # it has ended
                os.kill(child, signal.SIGKILL)
        return int(self.server.stdout.readline())

    def seconds(self, *command: object) -> float:
        """How long it takes undisturbed."""
        started = time.perf_counter()
        assert self.run(*command) == 0
        return time.perf_counter() - started


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    forks = Forks()
    yield forks
    forks.server.communicate()


def fill(federation: Federation, version: int) -> str:
    """Index a version of every document; return its generation."""
    for number in range(DOCUMENTS):
        federation.write(f"2023-{number}.txt", f"Nous demandons le point {number} {version}.")
    return federation.index(keep=2).generation


def served(federation: Federation) -> str:
    """The generation that answers, every byte of it and its documents checked."""
    generation = Shelf(federation.store).current()
    generation.verify()
    for number in range(DOCUMENTS):
        assert generation.original(f"2023-{number}.txt", ["members"]) is not None
    return generation.name


def moments(whole: float) -> Iterator[float]:
    """Moments for the kills, over the whole of a run; the last ones where most is done."""
    for kill in range(KILLS):
        yield whole * (kill + 0.5) / KILLS


def test_kill_9_during_a_rollback_leaves_one_generation_or_the_other(
    forks: Forks, federation: Federation
):
    names = [fill(federation, 1), fill(federation, 2)]
    where = ("--store", federation.store, "--corpus", federation.corpus)
    outcomes = set()
    for moment in moments(forks.seconds("rollback", names[0], *where)):
        before = serving(federation.store)
        [target] = set(names) - {before}
        outcomes.add(forks.run("rollback", target, *where, killed_after=moment))
        assert served(federation) in names
        assert whole(federation.store) == names[::-1]
    assert -9 in outcomes
    assert forks.run("rollback", names[0], *where) == 0
    assert served(federation) == names[0]


def test_kill_9_during_a_backup_leaves_a_whole_one_or_none(
    forks: Forks, federation: Federation, tmp_path: Path
):
    fill(federation, 1)
    name = fill(federation, 2)
    folder = tmp_path / "backups" / "monday"
    command = ("backup", folder, "--keep", 2, "--store", federation.store)
    outcomes = set()
    for moment in moments(forks.seconds(*command)):
        shutil.rmtree(folder, ignore_errors=True)
        outcomes.add(forks.run(*command, killed_after=moment))
        if folder.exists():
            backup = copies.opened(folder)
            assert (backup.serving, len(backup.documents)) == (name, 2 * DOCUMENTS)
        assert served(federation) == name
    assert -9 in outcomes
    shutil.rmtree(folder, ignore_errors=True)
    for left in folder.parent.iterdir():
        os.utime(left, (0, 0))  # as after a day
    assert forks.run(*command) == 0
    assert [one.name for one in folder.parent.iterdir()] == ["monday"]


def test_kill_9_during_a_restore_leaves_the_old_index_or_the_restored_one(
    forks: Forks, federation: Federation, tmp_path: Path
):
    first, second = fill(federation, 1), fill(federation, 2)
    where = ("--store", federation.store)
    assert forks.run("tag", "before", first, *where) == 0
    assert forks.run("backup", tmp_path / "backup", *where) == 0
    assert forks.run("tag", "--remove", "before", *where) == 0
    command = ("restore", tmp_path / "backup", *where, "--corpus", federation.corpus)
    third = fill(federation, 3)
    federation.index()
    assert whole(federation.store) == [third]
    outcomes = set()
    for moment in moments(forks.seconds(*command)):
        federation.index(rebuild=True)
        (federation.store / "tags.json").unlink(missing_ok=True)
        federation.index()
        [before] = whole(federation.store)
        outcomes.add(forks.run(*command, killed_after=moment))
        assert served(federation) in (before, second)
        for name in whole(federation.store):
            assert name in (before, first, second)
            Generation(federation.store / "generations" / name).verify()
        federation.index(keep=3)
        assert served(federation) not in (first, second)
    assert -9 in outcomes
    assert forks.run(*command) == 0
    assert (served(federation), tags(federation.store)) == (second, {"before": first})


def test_kill_9_during_the_restore_to_a_new_machine_leaves_no_index_or_the_restored_one(
    forks: Forks, federation: Federation, tmp_path: Path
):
    name = fill(federation, 1)
    assert forks.run("backup", tmp_path / "backup", "--store", federation.store) == 0

    def command(store: Path) -> tuple[object, ...]:
        return ("restore", tmp_path / "backup", "--store", store, "--corpus", federation.corpus)

    outcomes = set()
    for kill, moment in enumerate(moments(forks.seconds(*command(tmp_path / "first")))):
        federation.store = tmp_path / f"store-{kill}"
        outcomes.add(forks.run(*command(federation.store), killed_after=moment))
        if serving(federation.store) is not None:
            assert served(federation) == name
        assert forks.run(*command(federation.store)) == 0
        assert served(federation) == name
        assert [one.name for one in (federation.store / "generations").iterdir()] == [name]
    assert -9 in outcomes
