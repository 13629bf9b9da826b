"""A generation on disk, opened read-only and searched; `Shelf` opens the one that serves.

Owns the layout of a generation, with `store.py`, which writes it.
Promise: what is used is what was written, or `StoreDamaged`: the manifest is checked by its digest,
every file by the manifest's before it is used, the vectors of tokens row by row; a reader sees the
flip at its next question; a generation that is open in any process stays on the disk until the
last question that uses it has ended.
"""

import hashlib
import json
import mmap
import os
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from index.embed import Encoded
from index.errors import (
    REBUILD,
    StoreDamaged,
    StoreMissing,
    StoreUnwritable,
    VectorsUnreachable,
    damaged,
)
from index.passage import AUDIENCES, Passage
from index.progress import bar
from index.shelf.holds import MANIFEST, hold
from index.shelf.lexical import Lexical
from index.shelf.vectors import Candidate, Vectors

FORMAT = 4  # raise it when the layout changes: older stores are then built anew
MANIFEST_DIGEST = "manifest.sha256"
ROW_DIGESTS = "rows.sha256"  # the digests of the rows' tokens and spans, one after the other
# Half a gigabyte for 10,000 passages: not read at opening, but checked row by row.
BY_ROW = ("tokens.int8", "spans.int32")
DIGEST = 32  # bytes of a SHA-256
NAME = re.compile(r"[0-9A-Za-z-]+")  # of a generation


class Generation:
    """An opened generation, read-only. Rows count from 0 in the order of `passages`."""

    def __init__(self, folder: Path):
        self.name, self.folder = folder.name, folder
        self._opened: Vectors | None = None
        weakref.finalize(self, os.close, hold(folder))
        self._opening = threading.Lock()
        with _loading():
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
        self._tokens = _rows_of(folder / "tokens.int8", np.int8, self.manifest["dimensions"])
        self._spans = _rows_of(folder / "spans.int32", np.int32, 2)
        self._bounds = np.load(folder / "bounds.npy")
        self._row_digests = (folder / ROW_DIGESTS).read_bytes()
        self._unreached = np.load(folder / "unreached.npy")
        self._headings = np.load(folder / "headings.npy", mmap_mode="r")
        self._headed = np.load(folder / "headed.npy")
        self._rows = {passage.id: row for row, passage in enumerate(self.passages)}
        self._lexical: dict[str, Lexical] = {}
        self._checked = bytearray(len(self.passages))  # rows whose token vectors were compared

    @property
    def _files(self) -> dict[str, str]:
        """The SHA-256 of every file, but those of BY_ROW, by its path in the generation."""
        return self.manifest["sha256"]

    def _check(self, names: Iterable[str], folder: Path | None = None) -> None:
        """Compare files, in the generation or in a copy in `folder`, with their digests."""
        for name in names:
            if sha256_of((folder or self.folder) / name) != self._files[name]:
                raise damaged(f"{name} was altered")

    def check(self) -> None:
        """Compare every file with its digest, but those of BY_ROW. Raises `StoreDamaged`."""
        with _loading():
            self._check(self._files)

    def reach(self) -> None:
        """Open and close its vectors where they are in a server. Raises as `Vectors`."""
        if self.manifest.get("chroma"):
            Vectors(self.folder / "chroma", self.manifest["audiences"]).close()

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
        with _loading():
            self._check(name for name in self._files if name.startswith(f"{folder}/"))
            return self._lexical.setdefault(audience, Lexical.load(self.folder / folder))

    @property
    def _vectors(self) -> Vectors:
        """Opened at first use: an unchanged re-index does without Chroma's import."""
        with self._opening:
            if self._opened is None:
                copy = self._copy_of_vectors()
                drop = partial(shutil.rmtree, copy, ignore_errors=True)
                try:
                    self._opened = Vectors(copy / "chroma", self.manifest["audiences"], drop)
                except VectorsUnreachable:  # it is opened anew at the next question
                    drop()
                    raise
            return self._opened

    def _copy_of_vectors(self) -> Path:
        """A checked copy of Chroma's database, for this process alone.

        Chroma writes to its files when it opens them: what it had opened could not be checked.
        """
        try:
            copy = Path(tempfile.mkdtemp(prefix="opened-", dir=self.folder))
            shutil.copytree(self.folder / "chroma", copy / "chroma")
        except OSError as error:
            raise StoreUnwritable(
                f"The index's vectors cannot be copied in {self.folder} ({error}). "
                "Make room or give the right to write there"
            ) from error
        try:
            with _loading():
                self._check((name for name in self._files if name.startswith("chroma/")), copy)
        except StoreDamaged:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        return copy

    def dense(self, vector: np.ndarray, k: int, audiences: Sequence[str]) -> list[Candidate]:
        """The k passages for `audiences` nearest to a unit vector [d], nearest first."""
        found = {
            candidate.row: candidate
            for audience in audiences
            for candidate in self._vectors.nearest(vector, k, audience)
        }
        # What the graph does not lead to is compared one by one.
        missed = self._unreached[np.isin(self._audiences[self._unreached], _numbers(audiences))]
        cosines = self.pooled[missed] @ vector
        for row, cosine in zip(missed.tolist(), cosines.tolist(), strict=True):
            found[row] = Candidate(row, cosine)
        return sorted(found.values(), key=lambda candidate: (-candidate.cosine, candidate.row))[:k]

    def headed(self, vector: np.ndarray, k: int, visible: np.ndarray) -> list[int]:
        """The k rows of `visible` (bool [n]) with the headings nearest to a unit vector [d]."""
        return best((self._headings @ vector)[self._headed], k, visible)

    def nearest_among(self, vector: np.ndarray, k: int, rows: np.ndarray) -> list[int]:
        """The k of `rows` (int [m]) nearest to a unit vector [d], nearest first; exact."""
        return rows[best(self.pooled[rows] @ vector, k, np.ones(len(rows), bool))].tolist()

    def encoded(self, row: int) -> Encoded:
        """The vectors of one passage, as they were encoded. Raises `StoreDamaged`."""
        first, last = self._bounds[row], self._bounds[row + 1]
        encoded = Encoded(self.pooled[row], self._tokens[first:last], self._spans[first:last])
        if not self._checked[row]:
            place = DIGEST * row
            if digest_of_row(encoded) != self._row_digests[place : place + DIGEST]:
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

    def release_pages(self) -> None:
        """Unload the mapped token vectors, so that a process stays small however much it reads."""
        mapped = getattr(self._tokens.base, "_mmap", None)  # an index of no passage maps nothing
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            mapped.madvise(mmap.MADV_DONTNEED)

    def verify(self) -> None:
        """Check every byte and row against the manifest, and that Chroma finds the passages.

        Raises `StoreDamaged`.
        """
        rows = len(self.passages)
        counts = {self.manifest["passages"], len(self.pooled), len(self._bounds) - 1}
        if counts != {rows} or self._bounds[-1] != len(self._tokens):
            raise damaged("its parts do not count the same passages")
        with _loading():
            self._check(self._files)
            for row in range(rows):
                self.encoded(row)
        self.release_pages()
        for audience in AUDIENCES:
            expected = np.flatnonzero(self.visible([audience])).tolist()
            if self._vectors.rows(audience) != set(expected):
                raise damaged("its vectors are of other passages")
        with bar("Verifying", "passages", total=rows) as progress:
            missed = set(self._vectors.unreached(self.pooled, progress.update))
        if lost := missed - set(self._unreached.tolist()):
            raise damaged(f"{len(lost)} passages are not found by their own vectors")


def best(scores: np.ndarray, k: int, allowed: np.ndarray) -> list[int]:
    """The k places of `allowed` (bool [n]) with the highest scores [n].

    Highest first, equal ones in order; not all are sorted.
    """
    places = np.flatnonzero(allowed)
    if len(places) > k:
        places = places[np.argpartition(-scores[places], k)[:k]]
    return places[np.lexsort((places, -scores[places]))].tolist()


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


def sha256_of(file: Path) -> str:
    """A file's SHA-256. Raises `OSError`."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of_row(encoded: Encoded) -> bytes:
    """The SHA-256 of one passage's token vectors and their spans."""
    tokens, spans = np.asarray(encoded.tokens, np.int8), np.asarray(encoded.spans, np.int32)
    return hashlib.sha256(tokens.tobytes() + spans.tobytes()).digest()


@contextmanager
def _loading() -> Iterator[None]:
    """Whatever cannot be read of an index is a `StoreDamaged`."""
    try:
        yield
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        EOFError,
        RecursionError,
    ) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error


def _numbers(audiences: Sequence[str]) -> list[int]:
    return [AUDIENCES.index(audience) for audience in audiences]


def _manifest(folder: Path) -> dict:
    data = (folder / MANIFEST).read_bytes()
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise damaged(f"no readable manifest in {folder}") from error
    if manifest.get("format") != FORMAT:
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


def _rows_of(file: Path, dtype: type, width: int) -> np.ndarray:
    """A raw file of rows [n, width], memory-mapped; a plain array, whose slices cost less."""
    if not file.stat().st_size:  # which cannot be mapped
        return np.empty((0, width), dtype)
    return np.memmap(file, dtype, mode="r").reshape(-1, width).view(np.ndarray)
