"""Generations written beside the serving one, verified, flipped to, and removed when unread.

Owns the layout of the store, which `generation.py` opens:

    current              the name of the serving generation; replaced by one atomic rename
    generations/<name>/  passages.jsonl, pooled.npy, tokens.int8, spans.int32, bounds.npy,
                         rows.sha256, headings.npy, headed.npy, unreached.npy, bm25/AUDIENCE/,
                         chroma/, manifest.json: the embedder, the documents, every file's size and
                         SHA-256; manifest.sha256; opened-*/: a reader's copy of chroma/
    documents/<SHA-256>  the bytes of the documents that the generations were made of
    models/              the bundled embedding model

Promise: a generation serves only after it was verified against its manifest; none of its files is
written to afterwards; a reader sees the flip at its next question; a crash at any instant leaves
the generation that served before; the documents of every generation that is kept are kept.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.embed import Encoded, heading_of
from index.errors import StoreDamaged, StoreUnwritable
from index.passage import AUDIENCES, Passage
from index.progress import bar
from index.shelf import lexical, vectors
from index.shelf.generation import (
    BY_ROW,
    FORMAT,
    MANIFEST_DIGEST,
    ROW_DIGESTS,
    Generation,
    Shelf,
    digest_of_row,
    folder_of,
    kept,
    serving,
    sha256_of,
)
from index.shelf.holds import MANIFEST, retire

__all__ = [
    "Generation",
    "Shelf",
    "flip",
    "is_kept",
    "keep",
    "serving",
    "sweep",
    "write",
    "writing",
]

# Seconds that an old generation is kept where no lock tells whether it is still read.
GRACE = 120


def write(
    store: Path,
    passages: Sequence[Passage],
    encoded: Iterable[Encoded],
    dimensions: int,
    facts: dict,
) -> str:
    """Write a whole generation beside the serving one and verify it; it does not serve yet.

    `encoded` are the passages' vectors in the same order; `facts` joins the manifest (the embedder,
    the documents). Returns its name. Where that fails, nothing is left of it.
    """
    name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}-{os.urandom(3).hex()}"
    folder = folder_of(store, name)
    folder.mkdir(parents=True)
    try:
        _write_whole(folder, passages, encoded, dimensions, facts)
        Generation(folder).verify()
    except BaseException:  # an interrupt too
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return name


def _write_whole(
    folder: Path,
    passages: Sequence[Passage],
    encoded: Iterable[Encoded],
    dimensions: int,
    facts: dict,
) -> None:
    pooled = _write_arrays(folder, passages, encoded, dimensions)
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(
            json.dumps(vars(passage), ensure_ascii=False) + "\n" for passage in passages
        )
    lexical.write(folder / "bm25", passages)
    _write_vectors(folder, passages, pooled)
    files = {
        file.relative_to(folder).as_posix(): file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    manifest = {
        **facts,
        "format": FORMAT,
        "generation": folder.name,
        "passages": len(passages),
        "dimensions": dimensions,
        "audiences": _sizes(passages),
        "sizes": {name: file.stat().st_size for name, file in files.items()},
        "sha256": {name: sha256_of(file) for name, file in files.items() if name not in BY_ROW},
    }
    data = json.dumps(manifest, ensure_ascii=False).encode()
    (folder / MANIFEST_DIGEST).write_text(hashlib.sha256(data).hexdigest() + "\n")
    (folder / MANIFEST).write_bytes(data)
    for path in (*folder.rglob("*"), folder, folder.parent):
        _sync(path)


@contextmanager
def writing(store: Path) -> Iterator[None]:
    """Turns the system's errors while writing the store into `StoreUnwritable`, explained."""
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(
            f"The index cannot be written in {store} ({error.strerror or error}); "
            "the one in service, if any, was left as it is. "
            "Make room or give the right to write there, then run: python -m index"
        ) from error


def flip(store: Path, name: str) -> None:
    """Make the generation serve, by one atomic rename."""
    pointer = store / f"current.{os.getpid()}"
    pointer.write_text(name + "\n")
    _sync(pointer)
    if (store / "documents").exists():
        _sync(store / "documents")
    os.replace(pointer, store / "current")
    _sync(store)


def keep(store: Path, data: bytes) -> str:
    """Keep a document's bytes and return their SHA-256, under which they are found."""
    digest = hashlib.sha256(data).hexdigest()
    if not is_kept(store, digest):
        file = kept(store, digest)
        file.parent.mkdir(exist_ok=True)
        making = file.with_suffix(".making")
        making.write_bytes(data)
        _sync(making)
        os.replace(making, file)
    return digest


def is_kept(store: Path, digest: str) -> bool:
    """Are the bytes of the document with this SHA-256 there, every one?"""
    try:
        return sha256_of(kept(store, digest)) == digest
    except OSError:
        return False


def sweep(store: Path) -> None:
    """Remove half-built generations, old ones that are open in no process, and their documents.

    Only for the run that holds the store's lock, so that nothing is being built.
    """
    try:
        name = serving(store)
    except StoreDamaged:  # which of them serves? The run that builds anew will tell
        return
    flipped = (store / "current").stat().st_mtime if name else 0
    for folder in (store / "generations").glob("*"):
        if folder.name != name and retire(folder, idle=time.time() - flipped > GRACE):
            shutil.rmtree(folder, ignore_errors=True)
    for making in (store / "models").glob(".making-*"):
        if time.time() - making.stat().st_mtime > 3600:
            shutil.rmtree(making, ignore_errors=True)
    _sweep_documents(store)


def _sweep_documents(store: Path) -> None:
    """Remove the documents that no generation names; none where a manifest cannot be read."""
    named: set[str] = set()
    for manifest in (store / "generations").glob(f"*/{MANIFEST}"):
        try:
            records = json.loads(manifest.read_bytes())["documents"].values()
            named |= {record["sha256"] for record in records}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return
    for file in (store / "documents").glob("*"):
        if file.name not in named:
            file.unlink(missing_ok=True)


def _write_arrays(
    folder: Path, passages: Sequence[Passage], encoded: Iterable[Encoded], dimensions: int
) -> np.ndarray:
    """Write the vectors, streamed: the tokens of a large corpus do not fit memory.

    headings.npy holds a unit vector for each different heading, the mean over its passages for one
    audience; headed.npy, which of them each passage has; rows.sha256, the digest of each passage's
    tokens and spans. Returns the pooled vectors [n, d].
    """
    pooled, lengths, headed = [], [0], []
    headings: dict[tuple[str, str], np.ndarray] = {}
    places: dict[tuple[str, str], int] = {}
    with (
        (folder / "tokens.int8").open("wb") as tokens,
        (folder / "spans.int32").open("wb") as spans,
        (folder / ROW_DIGESTS).open("wb") as digests,
    ):
        for passage, row in zip(passages, encoded, strict=True):
            pooled.append(row.pooled)
            lengths.append(len(row.tokens))
            heading = passage.audience, heading_of(passage)
            headed.append(places.setdefault(heading, len(places)))
            headings[heading] = headings.get(heading, 0) + row.heading()
            tokens.write(np.ascontiguousarray(row.tokens, np.int8).data)
            spans.write(np.ascontiguousarray(row.spans, np.int32).data)
            digests.write(digest_of_row(row))
    np.save(folder / "bounds.npy", np.cumsum(lengths))
    means = np.array(list(headings.values()), np.float32).reshape(len(headings), dimensions)
    lengths_of_means = np.linalg.norm(means, axis=1, keepdims=True).clip(1e-9)
    np.save(folder / "headings.npy", means / lengths_of_means)
    np.save(folder / "headed.npy", np.array(headed, np.int32))
    vectors = np.array(pooled, np.float32).reshape(len(pooled), dimensions)
    np.save(folder / "pooled.npy", vectors)
    return vectors


def _write_vectors(folder: Path, passages: Sequence[Passage], pooled: np.ndarray) -> None:
    """Write Chroma's database, and unreached.npy: the rows that a search in its graph misses."""
    with bar("Writing", "passages", total=2 * len(passages)) as progress:
        vectors.write(folder / "chroma", passages, pooled, progress.update)
        written = vectors.Vectors(folder / "chroma", _sizes(passages))
        unreached = written.unreached(pooled, progress.update)
        np.save(folder / "unreached.npy", np.array(unreached, np.int64))
        written.close()


def _sizes(passages: Sequence[Passage]) -> dict[str, int]:
    return {
        audience: sum(passage.audience == audience for passage in passages)
        for audience in AUDIENCES
    }


def _sync(path: Path) -> None:
    """Flush to the disk, so that the pointer never names what a power cut took."""
    if os.name == "nt" and path.is_dir():
        return  # Windows syncs no folders
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
