"""The serving generation of another machine's store, copied into this one: what is missing of it.

Promise: the source may be in service, written to, or only half copied itself: what is brought here
counts as a generation only after every byte and every document of it was compared with what was
indexed; else nothing is left of it but documents that the next run removes or uses.
"""

import os
import shutil
from pathlib import Path

from index.errors import FetchFailed, PlaidoyerError, StoreDamaged, StoreMissing
from index.progress import bar
from index.shelf import copies
from index.shelf import store as generations
from index.shelf.generation import Generation, folder_of, kept


def fetch(source: Path, store: Path) -> str:
    """Copy the serving generation of `source`, a store or a backup, into the store.

    It does not serve yet, unless it is the one that does. Only for who holds the store's lock.
    Returns its name in the store. Raises `FetchFailed`, `BackupFailed`, `VectorsUnreachable`.
    """
    if copies.is_backup(source):
        backup = copies.opened(source)
        if is_serving(store, backup.serving):
            return backup.serving
        return copies.bring_back(source, backup, store)[backup.serving]
    try:
        with copies.held(source, keep=1) as (name, _):
            return name if is_serving(store, name) else _brought(source, store, name)
    except (StoreMissing, StoreDamaged) as error:
        raise _not_whole(source, error) from error
    except OSError as error:
        if error.filename and Path(error.filename).is_relative_to(source):
            raise _not_whole(source, error) from error
        raise


def is_serving(store: Path, name: str) -> bool:
    """Does the store serve this generation?"""
    try:
        return generations.serving(store) == name
    except StoreDamaged:  # its pointer, which the flip writes anew
        return False


def _brought(source: Path, store: Path, name: str) -> str:
    """Copy the generation and its documents, and verify them; returns its name here."""
    place = folder_of(store, name)
    if place.exists():  # it served once and is kept, is damaged, or could not be swept yet
        place = folder_of(store, f"{name}-{os.urandom(3).hex()}")
    place.mkdir(parents=True)
    try:
        (place / generations.UNVERIFIED).touch()
        records = copies.copy_generation(source, name, place)
        for digest, path in bar("Fetching", "documents", records.items()):
            _bring_document(source, store, digest, path)
        copies.refill(store, [place], is_ours=False)
        Generation(place).verify()
        for path in (*place.rglob("*"), place, place.parent):
            generations.sync(path)
        generations.vouch(place)
    except BaseException:  # an interrupt too
        shutil.rmtree(place, ignore_errors=True)
        raise
    return place.name


def _bring_document(source: Path, store: Path, digest: str, path: str) -> None:
    if generations.is_kept(store, digest):
        return
    if generations.keep(store, kept(source, digest).read_bytes()) != digest:
        raise StoreDamaged(f"{path} was altered")


def _not_whole(source: Path, error: Exception) -> PlaidoyerError:
    what = str(error).split(". Run:")[0]
    return FetchFailed(
        f"{source} holds no whole index ({what}); the index in service was left as it is. Name "
        "another machine's store or a backup; if it is being copied there, run this again once "
        "that has ended: python -m index fetch"
    )
