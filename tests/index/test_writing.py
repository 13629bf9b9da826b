"""kill -9 of what changes the corpus at the desk: each file is whole, the old or the new."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT

from index import catalogue
from index.corpus import catalogue_of, paths_of
from index.errors import CollectionRefused, CollectionUnwritable
from index.intake import Intake
from index.readers.read import PARSERS
from index.writing import changing, keep_version, replace

KILLS = 20
# Changes the catalogue and a file in turn until it is killed, in a process forked for each kill.
CHANGES = """
import io, itertools, json, os, sys
from pathlib import Path
from index import catalogue
from index.writing import changing, keep_version, replace
for line in sys.stdin:
    corpus, store = map(Path, json.loads(line))
    child = os.fork()
    if not child:
        for number in itertools.count(1):
            version = catalogue.stated(corpus, "a.txt")[1]
            catalogue.state(corpus, store, "a.txt", {"date": str(2000 + number % 20)}, version)
            with changing(corpus, store):
                keep_version(corpus, store, "a.txt")
                replace(corpus, "a.txt", io.BytesIO(b"%d" % (number % 10) * 300_000))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
OTHERS = '# ours\n["b.txt"]\naudience = "staff"  # never\n\n["a.txt"]\nstatus = "draft"\n'


def test_kill_9_at_twenty_moments_leaves_every_file_whole_and_the_next_change_is_made(
    tmp_path: Path,
):
    corpus, store, chance = tmp_path / "corpus", tmp_path / "store", random.Random(7)
    corpus.mkdir()
    (corpus / "a.txt").write_bytes(b"0" * 300_000)
    (corpus / "catalogue.toml").write_text(OTHERS)
    with subprocess.Popen(
        [sys.executable, "-c", CHANGES],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as forks:
        for _ in range(KILLS):
            forks.stdin.write(json.dumps([str(corpus), str(store)]) + "\n")
            forks.stdin.flush()
            child = int(forks.stdout.readline())
            time.sleep(chance.uniform(0.01, 0.1))
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            assert forks.stdout.readline() == "ended\n"
            data = (corpus / "a.txt").read_bytes()
            assert (len(data), len(set(data))) == (300_000, 1)
            entries, version = catalogue_of(corpus)
            assert entries["b.txt"] == {"audience": "staff"}
            assert entries["a.txt"]["status"] == "draft"
            assert paths_of(corpus) == ["a.txt"]
            kept = [one for one in (store / "replaced").rglob("2*") if one.is_file()]
            assert all(one.stat().st_size > 0 for one in kept)
        catalogue.state(corpus, store, "a.txt", {"date": "1999"}, version)
        forks.stdin.close()
    text = (corpus / "catalogue.toml").read_text()
    assert text == OTHERS + 'date = "1999"\n'


def test_no_link_is_written_through_and_nothing_outside_the_corpus(tmp_path: Path):
    corpus, store, outside = (tmp_path / name for name in ("corpus", "store", "outside"))
    corpus.mkdir()
    outside.mkdir()
    (outside / "a.txt").write_text("a")
    (corpus / "a.txt").symlink_to(outside / "a.txt")
    (corpus / "folder").symlink_to(outside)
    (corpus / "catalogue.toml").symlink_to(outside / "catalogue.toml")
    for path in ("a.txt", "folder/a.txt", "../outside/a.txt"):
        with pytest.raises(CollectionUnwritable), changing(corpus, store):
            replace(corpus, path, (outside / "a.txt").open("rb"))
        with pytest.raises(CollectionUnwritable), changing(corpus, store):
            keep_version(corpus, store, path)
    with pytest.raises(CollectionUnwritable):
        catalogue.state(corpus, store, "a.txt", {"date": "2024"}, "")
    with pytest.raises(CollectionRefused):
        Intake(corpus, store, PARSERS).path_of("folder/..", "b.txt")
    assert [one.name for one in outside.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        ("", {"status": "draft"}, '["a.txt"]\nstatus = "draft"\n'),
        (
            '["a.txt"]  # why\nstatus = "draft"  # ours\n\n# the next\n["b.txt"]\ndate = "2024"\n',
            {"date": "2023-05"},
            '["a.txt"]  # why\nstatus = "draft"  # ours\ndate = "2023-05"\n\n# the next\n'
            '["b.txt"]\ndate = "2024"\n',
        ),
        ('["a.txt"]\ndate = 2024-03-21 # day', {"date": "2024"}, '["a.txt"]\ndate = "2024" # day'),
        ('"a.txt" = {date = "2023"}\n', {"date": ""}, '"a.txt" = {}\n'),
        ('"a.txt".status = "draft"\n', {"status": "adopted"}, '"a.txt".status = "adopted"\n'),
        ('["a.txt"]\r\nstatus = "draft"\r\n', {"status": ""}, ""),
        (
            '["a.txt"] # staff said so\nstatus = "draft"\n',
            {"status": ""},
            '["a.txt"] # staff said so\n',
        ),
        (
            '["a.txt"]\naudience = "adhérents"\n',
            {"audience": "adhérents"},
            '["a.txt"]\naudience = "adhérents"\n',
        ),
        ("", {"title": 'L\'été "x" \\ é\n[z]'}, '["a.txt"]\ntitle = "L\'été \\"x\\" \\\\ é [z]"\n'),
    ],
)
def test_the_rest_of_the_catalogue_stays_as_it_is(
    tmp_path: Path, before: str, fields: dict[str, str], after: str
):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    if before:
        (corpus / "catalogue.toml").write_bytes(before.encode())
    version = catalogue.stated(corpus, "a.txt")[1]
    catalogue.state(corpus, tmp_path / "store", "a.txt", fields, version)
    assert (corpus / "catalogue.toml").read_bytes().decode() == after
