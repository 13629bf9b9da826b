"""Generations written beside the serving one, verified, flipped to, and removed when unread.

Owns the layout of the store, which `generation.py` opens:

    current              the name of the serving generation; replaced by one atomic rename
    generations/<name>/  passages.jsonl, pooled.npy, tokens.int8, spans.int32, bounds.npy,
                         headings.npy, headed.npy, unreached.npy, bm25/AUDIENCE/, chroma/,
                         manifest.json: the embedder, the documents, every file's size and SHA-256
    models/              the bundled embedding model

Promise: a generation serves only after it was verified against its manifest; the serving one is
never written to; a reader sees the flip at its next question; a crash at any instant leaves the
generation that served before.
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
from index.errors import StoreUnwritable
from index.passage import AUDIENCES, Passage
from index.progress import bar
from index.shelf import lexical, vectors
from index.shelf.generation import FORMAT, Generation, Shelf, folder_of, serving
from index.shelf.holds import MANIFEST, retire

__all__ = ["Generation", "Shelf", "flip", "serving", "sweep", "write", "writing"]

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
    # Chroma's own files are not listed: `Generation.verify` checks its rows instead.
    files = {
        file.relative_to(folder).as_posix(): file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "chroma" not in file.relative_to(folder).parts
    }
    manifest = {
        **facts,
        "format": FORMAT,
        "generation": folder.name,
        "passages": len(passages),
        "dimensions": dimensions,
        "audiences": _sizes(passages),
        "sizes": {name: file.stat().st_size for name, file in files.items()},
        "sha256": {name: _sha256(file) for name, file in files.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
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
    os.replace(pointer, store / "current")
    _sync(store)


def sweep(store: Path) -> None:
    """Remove half-built generations, and old ones that are open in no process.

    Only for the run that holds the store's lock, so that nothing is being built.
    """
    name = serving(store)
    flipped = (store / "current").stat().st_mtime if name else 0
    for folder in (store / "generations").glob("*"):
        if folder.name != name and retire(folder, idle=time.time() - flipped > GRACE):
            shutil.rmtree(folder, ignore_errors=True)
    for making in (store / "models").glob(".making-*"):
        if time.time() - making.stat().st_mtime > 3600:
            shutil.rmtree(making, ignore_errors=True)


def _write_arrays(
    folder: Path, passages: Sequence[Passage], encoded: Iterable[Encoded], dimensions: int
) -> np.ndarray:
    """Write the vectors, streamed: the tokens of a large corpus do not fit memory.

    headings.npy holds a unit vector for each different heading, the mean over its passages for one
    audience; headed.npy, which of them each passage has. Returns the pooled vectors [n, d].
    """
    pooled, lengths, headed = [], [0], []
    headings: dict[tuple[str, str], np.ndarray] = {}
    places: dict[tuple[str, str], int] = {}
    with (
        (folder / "tokens.int8").open("wb") as tokens,
        (folder / "spans.int32").open("wb") as spans,
    ):
        for passage, row in zip(passages, encoded, strict=True):
            pooled.append(row.pooled)
            lengths.append(len(row.tokens))
            heading = passage.audience, heading_of(passage)
            headed.append(places.setdefault(heading, len(places)))
            headings[heading] = headings.get(heading, 0) + row.heading()
            tokens.write(np.ascontiguousarray(row.tokens, np.int8).data)
            spans.write(np.ascontiguousarray(row.spans, np.int32).data)
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


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Flush to the disk, so that the pointer never names what a power cut took."""
    if os.name == "nt" and path.is_dir():
        return  # Windows syncs no folders
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
