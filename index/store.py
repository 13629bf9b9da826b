"""Generations on disk: writing one beside the one that serves, verifying it, flipping to it, opening and searching it.

Owns chromadb and the layout of the store:

    current                     the name of the serving generation; replaced by one atomic rename
    generations/<name>/         passages.jsonl, pooled.npy, tokens.int8, spans.int32, bounds.npy, bm25/, chroma/,
                                manifest.json: the embedder, the documents, every file's size and SHA-256
    models/                     the bundled embedding model

Promise: a generation serves only after it was verified against its manifest; what serves is never written to; a reader
sees the flip at its next question; a crash at any instant leaves the generation that served before.
"""

import hashlib
import json
import os
import shutil
import threading
import time
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from index.embed import Encoded
from index.errors import StoreDamaged, StoreMissing
from index.lexical import Lexical
from index.passage import AUDIENCES, Passage

FORMAT = 1  # raise it when the layout changes: older stores are then built anew
BATCH = 5_000  # rows of one Chroma insert; it takes 5,461 at most
PROBED = 300  # passages whose own vector must find them again before a generation may serve
GRACE = 120  # seconds that an old generation is kept for readers that are still in it


@dataclass(frozen=True)
class Candidate:
    """A passage's row in its generation and its cosine with the question, -1 to 1."""

    row: int
    cosine: float


class Generation:
    """An opened generation, read-only. Rows count from 0 in the order of `passages`."""

    def __init__(self, folder: Path):
        self.name, self.folder = folder.name, folder
        self._opened: dict | None = None
        self.manifest = _manifest(folder)
        for name, size in self.manifest["sizes"].items():
            if not (folder / name).is_file() or (folder / name).stat().st_size != size:
                raise StoreDamaged(f"The index is damaged ({name} is missing or has the wrong size). Run: python -m index --rebuild")
        self.passages = tuple(_passages(folder))
        self.pooled = np.load(folder / "pooled.npy", mmap_mode="r")
        self._tokens = _rows_of(folder / "tokens.int8", np.int8, self.manifest["dimensions"])
        self._spans = _rows_of(folder / "spans.int32", np.int32, 2)
        self._bounds = np.load(folder / "bounds.npy")
        self._rows = {passage.id: row for row, passage in enumerate(self.passages)}
        self._opening = threading.Lock()

    @cached_property
    def _audiences(self) -> np.ndarray:
        return np.array([AUDIENCES.index(passage.audience) for passage in self.passages], np.int8)

    def visible(self, audiences: Sequence[str]) -> np.ndarray:
        """Which rows are for one of `audiences`: bool [n]."""
        return np.isin(self._audiences, [AUDIENCES.index(audience) for audience in audiences])

    @cached_property
    def lexical(self) -> Lexical:
        """The lexical side of the generation."""
        return Lexical.load(self.folder / "bm25")

    @property
    def _collections(self) -> dict:
        """Chroma's collection of each audience, opened at first use: an unchanged re-index does without its import."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open_collections()
            return self._opened

    def _open_collections(self) -> dict:
        from chromadb.errors import ChromaError

        client = _chroma(self.folder)
        weakref.finalize(self, client.close)  # once the last question that uses this generation has ended
        try:
            collections = {audience: client.get_collection(audience, embedding_function=None) for audience in AUDIENCES}
            counts = {audience: collection.count() for audience, collection in collections.items()}
        except ChromaError as error:
            raise StoreDamaged(f"The index is damaged (its vectors: {error}). Run: python -m index --rebuild") from error
        if counts != self.manifest["audiences"]:  # an emptied database opens without complaint
            raise StoreDamaged(f"The index is damaged (its vectors count {counts}). Run: python -m index --rebuild")
        return collections

    def dense(self, vector: np.ndarray, k: int, audiences: Sequence[str]) -> list[Candidate]:
        """The k passages nearest to a unit vector [d] among those for `audiences`, nearest first."""
        found = []
        for audience in audiences:
            if size := self.manifest["audiences"][audience]:
                answer = self._collections[audience].query(query_embeddings=[vector], n_results=min(k, size), include=["distances"])
                found += [Candidate(self._rows[identity], 1 - distance)
                          for identity, distance in zip(answer["ids"][0], answer["distances"][0], strict=True)]
        return sorted(found, key=lambda candidate: -candidate.cosine)[:k]

    def encoded(self, row: int) -> Encoded:
        """The vectors of one passage, as they were encoded."""
        first, last = self._bounds[row], self._bounds[row + 1]
        return Encoded(self.pooled[row], self._tokens[first:last], self._spans[first:last])

    def verify(self) -> None:
        """Check every byte against the manifest and that Chroma finds the passages. Raises `StoreDamaged`."""
        for name, digest in self.manifest["sha256"].items():
            with (self.folder / name).open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                    raise StoreDamaged(f"The index is damaged ({name} was altered). Run: python -m index --rebuild")
        for row in np.unique(np.linspace(0, len(self.passages) - 1, PROBED).astype(int)) if self.passages else ():
            nearest = self.dense(self.pooled[row], 1, [self.passages[row].audience])
            if not nearest or nearest[0].cosine < 0.999:
                raise StoreDamaged("The index is damaged (a passage's own vector does not find it). Run: python -m index --rebuild")


class Shelf:
    """The way to the serving generation: `current()` opens it, and opens the next one once the pointer has moved."""

    def __init__(self, store: Path):
        self.store = store
        self._open: Generation | None = None

    def current(self) -> Generation:
        """The generation that serves now. Raises `StoreMissing` or `StoreDamaged`. Safe to call from several threads."""
        name = serving(self.store)
        if name is None:
            raise StoreMissing(f"There is no index in {self.store} yet. Run: python -m index")
        opened = self._open
        if opened is None or opened.name != name:
            opened = self._open = Generation(_folder(self.store, name))
        return opened


def serving(store: Path) -> str | None:
    """The name of the generation that serves, or None."""
    try:
        name = (store / "current").read_text().strip()
    except FileNotFoundError:
        return None
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise StoreDamaged(f"The index's pointer {store / 'current'} is damaged. Run: python -m index --rebuild")
    return name


def write(store: Path, passages: Sequence[Passage], encoded: Iterable[Encoded], dimensions: int, facts: dict) -> str:
    """Write a whole generation beside the serving one, verify it from disk, and return its name. It does not serve yet.

    `encoded` are the passages' vectors in the same order; `facts` joins the manifest (the embedder, the documents).
    """
    name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}-{os.urandom(3).hex()}"
    folder = _folder(store, name)
    folder.mkdir(parents=True)
    pooled = _write_arrays(folder, encoded, dimensions)
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(passage), ensure_ascii=False) + "\n" for passage in passages)
    if passages:
        Lexical.build([(f"{' '.join(passage.headings)}\n{passage.text}", passage.language) for passage in passages]).save(folder / "bm25")
    _write_chroma(folder, passages, pooled)
    ours = [file for file in sorted(folder.rglob("*")) if file.is_file() and "chroma" not in file.relative_to(folder).parts]
    manifest = {
        **facts, "format": FORMAT, "generation": name, "passages": len(passages), "dimensions": dimensions,
        "audiences": {audience: sum(passage.audience == audience for passage in passages) for audience in AUDIENCES},
        "sizes": {file.relative_to(folder).as_posix(): file.stat().st_size for file in ours},
        "sha256": {file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in ours},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    for path in (*folder.rglob("*"), folder, folder.parent):
        _sync(path)
    Generation(folder).verify()
    return name


def flip(store: Path, name: str) -> None:
    """Make the generation serve, by one atomic rename."""
    pointer = store / f"current.{os.getpid()}"
    pointer.write_text(name + "\n")
    _sync(pointer)
    os.replace(pointer, store / "current")
    _sync(store)


def sweep(store: Path) -> None:
    """Remove what no reader needs: half-built generations, and old ones once GRACE has passed since the flip.

    To be called by the run that holds the store's lock, so that nothing is being built.
    """
    name = serving(store)
    flipped = (store / "current").stat().st_mtime if name else 0
    for folder in (store / "generations").glob("*"):
        whole = (folder / "manifest.json").is_file()
        if folder.name != name and (not whole or time.time() - flipped > GRACE):
            shutil.rmtree(folder, ignore_errors=True)
    for making in (store / "models").glob(".making-*"):
        if time.time() - making.stat().st_mtime > 3600:
            shutil.rmtree(making, ignore_errors=True)


def _folder(store: Path, name: str) -> Path:
    return store / "generations" / name


def _manifest(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreDamaged(f"The index is damaged (no readable manifest in {folder}). Run: python -m index --rebuild") from error
    if manifest.get("format") != FORMAT:
        raise StoreDamaged("The index was made by another version of Plaidoyer. Run: python -m index")
    return manifest


def _passages(folder: Path) -> Iterable[Passage]:
    with (folder / "passages.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            fields = json.loads(line)
            yield Passage(**fields | {"topics": tuple(fields["topics"]), "headings": tuple(fields["headings"])})


def _write_arrays(folder: Path, encoded: Iterable[Encoded], dimensions: int) -> np.ndarray:
    """The vectors as files, streamed as they come: the tokens of a large corpus do not fit memory. Returns the pooled [n, d]."""
    pooled, lengths = [], [0]
    with (folder / "tokens.int8").open("wb") as tokens, (folder / "spans.int32").open("wb") as spans:
        for row in encoded:
            pooled.append(row.pooled)
            lengths.append(len(row.tokens))
            tokens.write(np.ascontiguousarray(row.tokens, np.int8))
            spans.write(np.ascontiguousarray(row.spans, np.int32))
    np.save(folder / "bounds.npy", np.cumsum(lengths))
    vectors = np.array(pooled, np.float32).reshape(len(pooled), dimensions)
    np.save(folder / "pooled.npy", vectors)
    return vectors


def _rows_of(file: Path, dtype: type, width: int) -> np.ndarray:
    """A raw file of rows, memory-mapped; an empty file cannot be mapped."""
    return np.memmap(file, dtype, mode="r").reshape(-1, width) if file.stat().st_size else np.empty((0, width), dtype)


def _write_chroma(folder: Path, passages: Sequence[Passage], pooled: np.ndarray) -> None:
    """One collection for each audience, so that a reader's vectors are separate from what it may not see, at no cost."""
    client = _chroma(folder)
    try:
        for audience in AUDIENCES:
            collection = client.create_collection(audience, embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
            rows = [row for row, passage in enumerate(passages) if passage.audience == audience]
            for first in range(0, len(rows), BATCH):
                some = rows[first:first + BATCH]
                collection.add(ids=[passages[row].id for row in some], embeddings=pooled[some],
                               metadatas=[{"path": passages[row].path, "kind": passages[row].kind} for row in some])
    finally:
        client.close()


def _chroma(folder: Path):
    import chromadb

    return chromadb.PersistentClient(path=str(folder / "chroma"), settings=chromadb.Settings(anonymized_telemetry=False))


def _sync(path: Path) -> None:
    """Have the disk hold what was written, so that the pointer never names what a power cut took."""
    if os.name == "nt" and path.is_dir():
        return  # Windows syncs no folders
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
