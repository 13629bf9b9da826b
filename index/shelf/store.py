"""Generations written beside the serving one, verified, flipped to, and removed when unread.

Owns the layout of the store:

    current              the name of the serving generation; replaced by one atomic rename
    generations/<name>/  passages.jsonl, pooled.npy, rows/<SHA-256>, bounds.npy, rows.sha256,
                         headings.npy, headed.npy, places.npy, unreached.npy, bm25/counted.jsonl,
                         bm25/AUDIENCE/, chroma/, manifest.json: the embedder, the documents, every
                         file's size and SHA-256; manifest.sha256; opened-*/: a reader's copy of
                         chroma/; rows/ and chroma/ share their files with other generations (hard
                         links)
    graphs/              which databases in a Chroma server are this store's (graphs.py); chroma/ of
                         a generation then only says which one is its own
    tags.json            the names that staff gave to generations
    documents/<SHA-256>  the bytes of the documents that the generations were made of
    models/              the bundled embedding model

Promise: a generation serves only after it was verified against its manifest; none of its files is
written to afterwards; a reader sees the flip at its next question; a crash at any instant leaves
the generation that served before; one that has a tag is kept; the documents of every generation
that is kept are kept.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from index.embed import Encoded
from index.errors import StoreDamaged, StoreUnwritable
from index.passage import Passage
from index.shelf import graphs
from index.shelf.generation import MANIFEST_DIGEST, Generation, Shelf, folder_of, kept, serving
from index.shelf.holds import MANIFEST, retire
from index.shelf.making import Taken, make, manifest_for
from index.shelf.rows import sha256_of

__all__ = [
    "Generation",
    "Shelf",
    "Taken",
    "flip",
    "is_kept",
    "keep",
    "manifest_of",
    "serving",
    "spared",
    "sweep",
    "sync",
    "tag_all",
    "tags",
    "whole",
    "write",
    "writing",
]

# Seconds that an old generation is kept where no lock tells whether it is still read.
GRACE = 120
TAGS = "tags.json"
# In a generation from before its manifest is there until it was verified: a run that is killed in
# between leaves nothing that counts as a generation.
UNVERIFIED = "unverified"


def write(  # noqa: PLR0913 (what, of which vectors, and beside which facts)
    store: Path,
    passages: Sequence[Passage],
    fresh: Iterator[Encoded],
    dimensions: int,
    facts: dict,
    *,
    taken: Taken | None = None,
) -> str:
    """Write a generation beside the serving one and verify it; it does not serve yet.

    `taken`: what it takes over; `fresh`: the vectors of the other passages in order; `facts` joins
    the manifest (the embedder, the documents, `chroma`: the server that gets the pooled vectors).
    Returns its name. Where that fails, nothing is left of it.
    """
    name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.getpid()}-{os.urandom(3).hex()}"
    folder = folder_of(store, name)
    folder.mkdir(parents=True)
    try:
        parts = make(folder, passages, fresh, dimensions, taken, chroma=facts.get("chroma", ""))
        data = manifest_for(folder, {**facts, **parts})
        (folder / UNVERIFIED).touch()
        (folder / MANIFEST_DIGEST).write_text(hashlib.sha256(data).hexdigest() + "\n")
        (folder / MANIFEST).write_bytes(data)
        for path in (*folder.rglob("*"), folder, folder.parent):
            if path.is_dir() or path.stat().st_nlink < 2:  # what is shared is on the disk
                sync(path)
        Generation(folder).verify(taken.before if taken else None)
        vouch(folder)
    except BaseException:  # an interrupt too
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return name


def vouch(folder: Path) -> None:
    """Say of a generation that it was verified: from now on it counts as one."""
    (folder / UNVERIFIED).unlink()
    sync(folder)


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
    if (store / "documents").exists():
        sync(store / "documents")
    _replace(store / "current", name + "\n")


def _replace(file: Path, text: str) -> None:
    """Write a file of the store anew, by one atomic rename."""
    making = file.with_name(f"{file.name}.{os.getpid()}")
    making.write_text(text, encoding="utf-8")
    sync(making)
    os.replace(making, file)
    sync(file.parent)


def tags(store: Path) -> dict[str, str]:
    """The generations that staff named, by their tag. Raises `StoreDamaged`."""
    file = store / TAGS
    try:
        named = json.loads(file.read_bytes())
        if not isinstance(named, dict) or not all(isinstance(one, str) for one in named.values()):
            raise ValueError("it is no table of names")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise StoreDamaged(
            f"The names of the generations in {file} cannot be read ({error}); until they can, no "
            "generation is removed. Delete that file, then run: python -m index tag NAME"
        ) from error
    return named


def tag_all(store: Path, named: Mapping[str, str]) -> None:
    """Replace all tags. Only for who holds the store's lock."""
    _replace(store / TAGS, json.dumps(dict(named), ensure_ascii=False, indent=1) + "\n")


def whole(store: Path) -> list[str]:
    """The names of the verified generations, newest first."""
    found = {}
    for manifest in (store / "generations").glob(f"*/{MANIFEST}"):
        if not (manifest.parent / UNVERIFIED).exists():
            with suppress(FileNotFoundError):  # swept in between
                made = manifest.parent.name.split("-")[0], manifest.stat().st_mtime_ns
                found[manifest.parent.name] = made
    return sorted(found, key=lambda name: found[name], reverse=True)


def manifest_of(store: Path, name: str) -> dict:
    """What a generation's manifest says, unchecked; nothing where it cannot be read."""
    try:
        manifest = json.loads((folder_of(store, name) / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def spared(store: Path, keep: int) -> list[str]:
    """The generations that a sweep keeps: the serving one, so many in all, and those with a tag.

    Newest first. Raises `StoreDamaged` where it cannot be told which these are.
    """
    name, named, newest = serving(store), set(tags(store).values()), whole(store)
    others = [one for one in newest if one != name][: keep - 1]
    return [one for one in newest if one == name or one in named or one in others]


def keep(store: Path, data: bytes) -> str:
    """Keep a document's bytes and return their SHA-256, under which they are found."""
    digest = hashlib.sha256(data).hexdigest()
    if not is_kept(store, digest):
        file = kept(store, digest)
        file.parent.mkdir(exist_ok=True)
        making = file.with_suffix(".making")
        making.write_bytes(data)
        sync(making)
        os.replace(making, file)
    return digest


def is_kept(store: Path, digest: str) -> bool:
    """Are the bytes of the document with this SHA-256 there, every one?"""
    try:
        return sha256_of(kept(store, digest)) == digest
    except OSError:
        return False


def sweep(store: Path, keep: int = 1) -> None:
    """Remove half-built generations, old ones that are open in no process, and their documents.

    `keep`: how many generations stay, the serving one among them; those with a tag stay beside.
    Only for the run that holds the store's lock, so that nothing is being built.
    """
    try:
        name, staying = serving(store), spared(store, keep)
    except StoreDamaged:  # which of them serves, or has a tag? What is there stays
        return
    for making in (*store.glob("current.*"), *store.glob(f"{TAGS}.*")):
        making.unlink(missing_ok=True)
    flipped = (store / "current").stat().st_mtime if name else 0
    for folder in (store / "generations").glob("*"):
        if folder.name in (name, *staying):
            continue
        if retire(folder, idle=time.time() - flipped > GRACE):
            shutil.rmtree(folder, ignore_errors=True)
    for making in (store / "models").glob(".making-*"):
        if time.time() - making.stat().st_mtime > 3600:
            shutil.rmtree(making, ignore_errors=True)
    graphs.sweep(store)
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


def sync(path: Path) -> None:
    """Flush to the disk, so that the pointer never names what a power cut took."""
    if os.name == "nt" and path.is_dir():
        return  # Windows syncs no folders
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
