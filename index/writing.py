"""Files of the corpus changed for staff: one change at a time, each whole or not at all.

Owns the lock of these changes, and the folder `replaced` of the store:

    replaced/PATH/TIME-ID   the last versions of the file PATH that was replaced or removed

Promise: a crash at any instant leaves the old file or the new one, and never a part of one that a
run would index; the version before is kept before anything is changed; no symbolic link is written
through, and nothing outside the corpus is written.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from filelock import FileLock

from index.errors import CollectionUnwritable
from index.shelf.rows import sha256_of
from index.shelf.store import sync

LOCK = "collection.lock"
PATIENCE = 10  # seconds that a change waits for the one before it
REPLACED = "replaced"
VERSIONS = 2  # of a file that are kept: the last stays until the next but one
MAKING = ".plaidoyer-"  # begins the name of a file in the making; a run passes over hidden files
STALE = 24 * 3600  # seconds after which what a killed change left behind is removed


@contextmanager
def changing(corpus: Path, store: Path) -> Iterator[None]:
    """Hold the lock of the changes. The system's errors become `CollectionUnwritable`."""
    try:
        store.mkdir(parents=True, exist_ok=True)
        with FileLock(store / LOCK, timeout=PATIENCE):
            yield
    except OSError as error:  # filelock's Timeout is one
        raise CollectionUnwritable(
            f"The collection was left as it was, for something could not be written "
            f"({error.strerror or error}). Make room, or give the right to write in {corpus} and "
            f"{store}, then try again."
        ) from error


def replace(corpus: Path, path: str, source: IO[bytes]) -> None:
    """Make what is left of `source` the file of the corpus, by one rename. Raises OSError.

    Only within `changing`.
    """
    file = inside(corpus, path)
    _sweep(file.parent)
    making = file.with_name(f"{MAKING}{secrets.token_hex(8)}")
    try:
        with making.open("xb") as stream:
            shutil.copyfileobj(source, stream)
        # As open as what it replaces, or as its folder: whoever reads that can read it.
        like = file if file.exists() else file.parent
        making.chmod(like.stat().st_mode & 0o666)
        sync(making)
        os.replace(making, file)
    finally:
        making.unlink(missing_ok=True)
    sync(file.parent)


def remove(corpus: Path, path: str) -> None:
    """Take the file out of the corpus. Raises OSError. Only within `changing`."""
    file = inside(corpus, path)
    file.unlink()
    sync(file.parent)


def keep_version(corpus: Path, store: Path, path: str) -> None:
    """Keep the file as it is now; of its versions the last two stay. Raises OSError.

    Only within `changing`.
    """
    folder = store / REPLACED / path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Read once: a second that ends between two readings would put this version before older ones.
    seconds, rest = divmod(time.time_ns(), 10**9)
    stamp = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}-{rest:09}"
    making, kept = folder / f"{MAKING}{secrets.token_hex(8)}", folder / stamp
    try:
        shutil.copyfile(inside(corpus, path), making)
        sync(making)
        os.replace(making, kept)
    finally:
        making.unlink(missing_ok=True)
    sync(folder)
    for older in sorted(one for one in folder.iterdir() if one.is_file())[:-VERSIONS]:
        older.unlink()


def inside(corpus: Path, path: str) -> Path:
    """The file at the path. Raises OSError for one outside the corpus, and for a symbolic link."""
    file = corpus / path
    if file.is_symlink() or not file.parent.resolve().is_relative_to(corpus.resolve()):
        raise OSError(f"{path} is a link, or lies outside the collection")
    return file


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, "" where there is none: what tells its versions apart."""
    try:
        return sha256_of(file)
    except FileNotFoundError:
        return ""


def _sweep(folder: Path) -> None:
    """Remove what changes that were killed left in the folder."""
    for left in folder.glob(f"{MAKING}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE:
                left.unlink()
