"""A generation on disk, opened read-only and searched; `Shelf` opens the one that serves.

Owns the layout of a generation, with `making.py`, which writes it. One of FORMAT 4 serves too.
Promise: what is used is what was written, or `StoreDamaged`: the manifest is checked by its digest,
every file by the manifest's before it is used, the vectors of tokens row by row; a reader sees the
flip at its next question; a generation that is open in any process stays on the disk until the
last question that uses it has ended.
"""

import hashlib
import json
import os
import re
import threading
import weakref
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from index.embed import Encoded
from index.errors import REBUILD, StoreDamaged, StoreMissing, damaged
from index.passage import AUDIENCES, Passage
from index.shelf.graph import Graph, best, loading
from index.shelf.holds import MANIFEST, hold
from index.shelf.lexical import Lexical
from index.shelf.rows import Rows, parts_of, sha256_of, starts_of
from index.shelf.vectors import Candidate

# Raise it when the layout changes: stores of formats that are not READ are then built anew.
FORMAT = 5
READ = (4, FORMAT)
MANIFEST_DIGEST = "manifest.sha256"
ROW_DIGESTS = "rows.sha256"  # the digests of the rows' tokens and spans, one after the other
DIGEST = 32  # bytes of a SHA-256
NAME = re.compile(r"[0-9A-Za-z-]+")  # of a generation


class Generation:
    """An opened generation, read-only. Rows count from 0 in the order of `passages`."""

    def __init__(self, folder: Path):
        self.name, self.folder = folder.name, folder
        weakref.finalize(self, os.close, hold(folder))
        with loading():
            self.manifest = _manifest(folder)
            self._load()

    @property
    def made(self) -> datetime:
        """When it was made, by its name, which `store.write` gives it."""
        return datetime.strptime(self.name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)

    def _load(self) -> None:
        folder = self.folder
        for name, size in self.manifest["sizes"].items():
            if not (folder / name).is_file() or (folder / name).stat().st_size != size:
                raise damaged(f"{name} is missing or has the wrong size")
        self._check(name for name in self._files if "/" not in name)
        self.passages = tuple(_passages(folder))
        self.pooled = np.load(folder / "pooled.npy", mmap_mode="r")
        self.bounds = np.load(folder / "bounds.npy")
        self.rows = Rows(folder, self.manifest, starts_of(self.passages), self.bounds)
        self.row_digests = np.fromfile(folder / ROW_DIGESTS, f"V{DIGEST}")
        self.graph = Graph(folder, self.manifest, self.pooled, self._audiences)
        self.headings = np.load(folder / "headings.npy", mmap_mode="r")
        self.heading_of = np.load(folder / "headed.npy")
        self._rows = {passage.id: row for row, passage in enumerate(self.passages)}
        self._lexical: dict[str, Lexical] = {}
        self._checked = bytearray(len(self.passages))  # rows whose token vectors were compared

    @property
    def _files(self) -> dict[str, str]:
        """The SHA-256 of every file, but those of the rows, by its path in the generation."""
        return self.manifest["sha256"]

    def _check(self, names: Iterable[str]) -> None:
        """Compare files with their digests."""
        for name in names:
            if sha256_of(self.folder / name) != self._files[name]:
                raise damaged(f"{name} was altered")

    def check(self) -> None:
        """Compare every file with its digest, but those of the rows. Raises `StoreDamaged`."""
        with loading():
            self._check(self._files)

    def reach(self) -> None:
        """Open and close its vectors where they are in a server. Raises as `Graph.reach`."""
        self.graph.reach()

    @cached_property
    def _audiences(self) -> np.ndarray:
        return np.array([AUDIENCES.index(passage.audience) for passage in self.passages], np.int8)

    def visible(self, audiences: Sequence[str]) -> np.ndarray:
        """Which rows are for one of `audiences`: bool [n]."""
        return np.isin(self._audiences, _numbers(audiences))

    @cached_property
    def _days(self) -> tuple[np.ndarray, np.ndarray]:
        """The first and the last day, ISO, of each passage's document; "" if undated."""
        dates = [passage.date for passage in self.passages]
        last = [date and f"{date}-99-99"[:10] for date in dates]
        return np.array(dates, "U10"), np.array(last, "U10")

    def within(self, since: str, until: str) -> np.ndarray:
        """Which rows are of documents dated between two ISO days ("": no bound): bool [n]."""
        first, last = self._days
        return (last != "") & (last >= since) & (first <= (until or "9"))

    def of_kinds(self, kinds: Sequence[str]) -> np.ndarray:
        """Which rows are of documents of one of the kinds: bool [n]."""
        return np.isin(self._kinds, kinds)

    def in_language(self, language: str) -> np.ndarray:
        """Which rows are of documents in the language: bool [n]."""
        return self._languages == language

    @cached_property
    def _languages(self) -> np.ndarray:
        return np.array([passage.language for passage in self.passages], "U2")

    @cached_property
    def _kinds(self) -> np.ndarray:
        return np.array([passage.kind for passage in self.passages], "U12")

    def lexical_for(self, audiences: Sequence[str]) -> Lexical:
        """The lexical side for readers who see `audiences`, learnt from their documents alone.

        A reader of one audience also sees those before it in AUDIENCES. Raises `StoreDamaged`, and
        `ValueError` where there is no passage for `audiences`.
        """
        there = [name for name in audiences if self.manifest["audiences"][name]]
        narrowest = max(there, key=AUDIENCES.index)
        return self._lexical.get(narrowest) or self._open_lexical(narrowest)

    def _open_lexical(self, audience: str) -> Lexical:
        folder = f"bm25/{audience}"
        with loading():
            self._check(name for name in self._files if name.startswith(f"{folder}/"))
            return self._lexical.setdefault(audience, Lexical.load(self.folder / folder))

    def dense(self, vector: np.ndarray, k: int, audiences: Sequence[str]) -> list[Candidate]:
        """The k passages for `audiences` nearest to a unit vector [d], nearest first."""
        return self.graph.nearest(vector, k, _numbers(audiences))

    def headed(self, vector: np.ndarray, k: int, visible: np.ndarray) -> list[int]:
        """The k rows of `visible` (bool [n]) with the headings nearest to a unit vector [d]."""
        return best((self.headings @ vector)[self.heading_of], k, visible)

    def nearest_among(self, vector: np.ndarray, k: int, rows: np.ndarray) -> list[int]:
        """The k of `rows` (int [m]) nearest to a unit vector [d], nearest first; exact."""
        return rows[best(self.pooled[rows] @ vector, k, np.ones(len(rows), bool))].tolist()

    def encoded(self, row: int) -> Encoded:
        """The vectors of one passage, as they were encoded. Raises `StoreDamaged`."""
        with loading():
            encoded = Encoded(self.pooled[row], *self.rows.read(row))
        if not self._checked[row]:
            if digest_of_row(encoded) != self.row_digests[row].tobytes():
                raise damaged("the token vectors of a passage were altered")
            self._checked[row] = 1
        return encoded

    def original(self, path: str, audiences: Sequence[str]) -> bytes | None:
        """The file that was indexed as `path`, byte for byte, if it is for one of `audiences`.

        None for another document, and where the kept bytes are missing or were altered. A mail's
        bytes hold its attachments: they are for no one who may not see each of those, and for staff
        where one of them was not read.
        """
        record = self.manifest["documents"].get(path)
        held = [one for one in self._attached if one.startswith(f"{path}/")]
        if record is None or not all(
            self._audience_of.get(one, "staff") in audiences for one in (path, *held)
        ):
            return None
        try:
            data = kept(self.folder.parent.parent, record["sha256"]).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == record["sha256"] else None

    @cached_property
    def _attached(self) -> list[str]:
        """The paths of the attachments, those that no document was made of among them."""
        documents = self.manifest["documents"]
        unread = [one for record in documents.values() for one in record.get("unread", ())]
        return [*(path for path, record in documents.items() if "attached_to" in record), *unread]

    @cached_property
    def _audience_of(self) -> dict[str, str]:
        return {passage.path: passage.audience for passage in self.passages}

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in its document; None where there is none.

        Both are None for a passage that is no longer in the index.
        """
        row = self._rows.get(passage.id)
        if row is None:
            return None, None
        before = self.passages[row - 1] if row else None
        after = self.passages[row + 1] if row + 1 < len(self.passages) else None
        return (
            before if before and before.path == passage.path else None,
            after if after and after.path == passage.path else None,
        )

    def before(self, passage: Passage) -> Passage | None:
        """The passage before it in its document, or None."""
        return self.neighbours(passage)[0]

    def verify(self, before: "Generation | None" = None) -> None:
        """Check every byte and row against the manifest, and that each passage can be found.

        What it shares with `before`, a generation that was checked, counts as checked.
        Raises `StoreDamaged`.
        """
        rows = len(self.passages)
        counts = {self.manifest["passages"], len(self.pooled), len(self.bounds) - 1}
        if counts != {rows}:
            raise damaged("its parts do not count the same passages")
        shared = self._shared_with(before) if before else frozenset()
        with loading():
            self._check(name for name in self._files if name not in shared)
            for row in range(rows):
                if self.rows.file(row) not in shared:
                    self.encoded(row)
        if before and self.graph.files.keys() <= shared:
            self.graph.verify_places(before.graph)
        else:
            self.graph.verify()

    def _shared_with(self, other: "Generation") -> frozenset[str]:
        """The files that are the same on the disk in both, by their path in either."""
        common = self.manifest["sizes"].keys() & other.manifest["sizes"].keys()
        return frozenset(
            name for name in common if os.path.samefile(self.folder / name, other.folder / name)
        )


class Shelf:
    """Opens the serving generation, and the next one once the pointer has moved."""

    def __init__(self, store: Path):
        self.store = store
        self._open: Generation | None = None
        self._opening = threading.Lock()

    def current(self) -> Generation:
        """The generation that serves now. Safe to call from several threads.

        Raises `StoreMissing` or `StoreDamaged`.
        """
        while True:
            name = serving(self.store)
            if name is None:
                raise StoreMissing(f"There is no index in {self.store} yet. Run: python -m index")
            opened = self._open
            if opened is not None and opened.name == name:
                return opened
            try:
                return self._opened(name)
            except StoreDamaged:
                if serving(self.store) == name:  # else it was swept before it was opened
                    raise

    def _opened(self, name: str) -> Generation:
        with self._opening:  # other threads wait, rather than open it once more
            if self._open is None or self._open.name != name:
                self._open = Generation(folder_of(self.store, name))
            return self._open


def serving(store: Path) -> str | None:
    """The name of the generation that serves, or None."""
    try:
        name = (store / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreDamaged(
            f"The index's pointer {store / 'current'} cannot be read ({error}). {REBUILD}"
        ) from error
    if not NAME.fullmatch(name):
        raise StoreDamaged(f"The index's pointer {store / 'current'} is damaged. {REBUILD}")
    return name


def folder_of(store: Path, name: str) -> Path:
    """Where a store keeps the generation called `name`."""
    return store / "generations" / name


def kept(store: Path, digest: str) -> Path:
    """Where a store keeps the bytes of the document with this SHA-256."""
    return store / "documents" / digest


def digest_of_row(encoded: Encoded) -> bytes:
    """The SHA-256 of one passage's token vectors and their spans."""
    spans, tokens = parts_of(encoded)
    digest = hashlib.sha256(tokens)
    digest.update(spans)
    return digest.digest()


def _numbers(audiences: Sequence[str]) -> list[int]:
    return [AUDIENCES.index(audience) for audience in audiences]


def _manifest(folder: Path) -> dict:
    data = (folder / MANIFEST).read_bytes()
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise damaged(f"no readable manifest in {folder}") from error
    if manifest.get("format") not in READ:
        raise StoreDamaged(
            "The index was made by another version of Plaidoyer. Run: python -m index"
        )
    if (folder / MANIFEST_DIGEST).read_text().strip() != hashlib.sha256(data).hexdigest():
        raise damaged(f"{MANIFEST} was altered")
    return manifest


def _passages(folder: Path) -> Iterable[Passage]:
    with (folder / "passages.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            fields = json.loads(line)
            for name in ("topics", "headings"):
                fields[name] = tuple(fields[name])
            yield Passage(**fields)
