"""Backups: a store's generations and documents copied to a folder, and copied back from it.

    backup.json                the serving generation, the tags, every file's SHA-256
    backup.sha256              the digest of backup.json
    generations/, documents/   as in the store

Promise: a backup is consistent, whatever runs beside it: its generations are held while they are
copied; it appears whole or not at all, and only after every byte of it was compared with what was
indexed; what is copied back is compared again, and counts as a generation only when all of it is
there and the serving one was verified.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from index.errors import BackupFailed, StoreDamaged, StoreMissing, damaged
from index.progress import bar
from index.shelf import graphs
from index.shelf import store as generations
from index.shelf.generation import (
    MANIFEST_DIGEST,
    NAME,
    Generation,
    folder_of,
    kept,
    serving,
)
from index.shelf.graph import Graph
from index.shelf.holds import MANIFEST, hold
from index.shelf.rows import sha256_of
from index.shelf.vectors import Server

SEAL, SEAL_DIGEST = "backup.json", "backup.sha256"
MAKING = ".plaidoyer-backup-"  # a backup that is being written, beside where it will be
LEFT_BEHIND = 86_400  # seconds after which it is one that was killed


@dataclass(frozen=True)
class Backup:
    """What a backup holds. `sha256`: of each file by its path in the backup.

    `left_out`: what could not be copied, for it was damaged in the store.
    """

    serving: str
    tags: dict[str, str] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    @property
    def generations(self) -> list[str]:
        """The names of its generations."""
        paths = (PurePosixPath(path).parts for path in self.sha256)
        return list(dict.fromkeys(parts[1] for parts in paths if parts[0] == "generations"))

    @property
    def documents(self) -> list[str]:
        """The SHA-256 of its documents."""
        return [path.split("/")[1] for path in self.sha256 if path.startswith("documents/")]


def back_up(store: Path, target: Path, keep: int) -> Backup:
    """Copy what `keep` generations and the tags keep in the store to the new folder `target`.

    Takes no lock: members ask and an index run goes on meanwhile.
    Raises `BackupFailed`, `StoreMissing`, and `StoreDamaged` where the serving generation is.
    """
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise BackupFailed(f"{target} is there already. Name a new folder: python -m index backup")
    with _writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_behind(target.parent)
        making = Path(tempfile.mkdtemp(prefix=MAKING, dir=target.parent))
        try:
            with held(store, keep) as (name, names):
                made = _copied(store, making, name, names)
            _seal(making, made)
            os.replace(making, target)
            generations.sync(target.parent)
        except BaseException:  # an interrupt too
            shutil.rmtree(making, ignore_errors=True)
            raise
    return made


def is_backup(folder: Path) -> bool:
    """Does the folder say that it is one?"""
    return (folder / SEAL).exists()


def opened(folder: Path) -> Backup:
    """What the backup in `folder` says it holds. Raises `BackupFailed`."""
    try:
        data = (folder / SEAL).read_bytes()
        digest = (folder / SEAL_DIGEST).read_text().strip()
        backup = Backup(**json.loads(data))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise BackupFailed(
            f"{folder} is no backup ({error}). Name a folder that was made by: "
            "python -m index backup"
        ) from error
    if digest != hashlib.sha256(data).hexdigest():
        raise _altered(folder, SEAL)
    places = [PurePosixPath(path) for path in backup.sha256]
    if any(place.is_absolute() or ".." in place.parts for place in places) or not all(
        NAME.fullmatch(name) for name in (backup.serving, *backup.generations)
    ):
        raise _altered(folder, SEAL)
    return backup


def bring_back(folder: Path, backup: Backup, store: Path) -> dict[str, str]:
    """Copy a backup's documents and generations into the store; none of them serves yet.

    Only for who holds the store's lock. A generation that the store has already, byte for byte,
    stays as it is. Returns the name in the store of each. Raises `BackupFailed`, `StoreDamaged`,
    `VectorsUnreachable`.
    """
    for digest in bar("Restoring", "documents", backup.documents):
        data = _read(folder, f"documents/{digest}")
        if hashlib.sha256(data).hexdigest() != digest:
            raise _altered(folder, f"documents/{digest}")
        generations.keep(store, data)
    new: list[Path] = []
    names = {}
    try:
        for name in backup.generations:
            if _is_there(backup, store, name):
                names[name] = name
                continue
            place = folder_of(store, name)
            if place.exists():  # damaged, or it could not be swept yet
                place = folder_of(store, f"{name}-{os.urandom(3).hex()}")
            new.append(place)
            _copy_back(folder, backup, name, place)
            names[name] = place.name
        refill(store, new, is_ours=True)
        Generation(folder_of(store, names[backup.serving])).verify()
        for place in new:
            generations.vouch(place)
    except BaseException:  # an interrupt too
        for place in new:
            shutil.rmtree(place, ignore_errors=True)
        raise
    return names


def _is_there(backup: Backup, store: Path, name: str) -> bool:
    place = folder_of(store, name)
    with suppress(OSError):
        return name in generations.whole(store) and all(
            sha256_of(place / within) == digest for within, digest in _files(backup, name)
        )
    return False


def _files(backup: Backup, name: str) -> Iterator[tuple[str, str]]:
    """The files of a generation by their path in it, its manifest last, with their SHA-256."""
    start = f"generations/{name}/"
    for path, digest in backup.sha256.items():
        if path.startswith(start):
            yield path.removeprefix(start), digest


def refill(store: Path, places: Sequence[Path], *, is_ours: bool) -> None:
    """Make the vectors anew that a Chroma server had of these generations and has no more.

    `is_ours`, and what it raises: as of `graphs.refill`.
    """
    sharing: dict[Server, list[Graph]] = defaultdict(list)
    for place in places:
        graph = Generation(place).graph
        if server := graph.server:
            sharing[server].append(graph)
    for server, those in sharing.items():
        graphs.refill(store, server, those, is_ours=is_ours)


def _copy_back(folder: Path, backup: Backup, name: str, place: Path) -> None:
    place.mkdir(parents=True)
    (place / generations.UNVERIFIED).touch()
    for within, digest in bar("Restoring", "files", list(_files(backup, name))):
        try:
            _copy(folder / "generations" / name / within, place / within)
        except FileNotFoundError as error:
            raise _altered(folder, f"generations/{name}/{within}") from error
        if sha256_of(place / within) != digest:
            raise _altered(folder, f"generations/{name}/{within}")
    for path in (*place.rglob("*"), place, place.parent):
        generations.sync(path)


@contextmanager
def held(store: Path, keep: int) -> Iterator[tuple[str, list[str]]]:
    """The serving generation and all that stay, held: nothing sweeps them or their documents.

    Raises `StoreMissing`, `StoreDamaged`.
    """
    while True:
        with ExitStack() as stack:
            name = serving(store)
            if name is None:
                raise StoreMissing(f"There is no index in {store} yet. Run: python -m index")
            names = [one for one in generations.spared(store, keep) if _holds(stack, store, one)]
            if name in names:
                yield name, names
                return
        if serving(store) == name:  # else it was swept before it was held
            raise damaged(f"no readable manifest of {name}")


def _holds(stack: ExitStack, store: Path, name: str) -> bool:
    """Hold a generation until the stack is closed; False where it was swept."""
    folder = folder_of(store, name)
    try:
        stack.callback(os.close, hold(folder))
    except StoreDamaged:
        return False
    return (folder / MANIFEST).exists()  # not one that was being removed when it was opened


def _copied(store: Path, making: Path, name: str, names: Sequence[str]) -> Backup:
    """Copy the generations, and the documents that they name; compare all with what it should be.

    Only what the serving generation is made of must be whole.
    """
    made = Backup(serving=name)
    records: dict[str, str] = {}
    for one in names:
        to = making / "generations" / one
        try:
            records |= copy_generation(store, one, to)
        except StoreDamaged:
            if one == name:
                raise
            shutil.rmtree(to, ignore_errors=True)
            made.left_out.append(f"generations/{one}")
    (making / "documents").mkdir()
    for digest, path in bar("Copying", "documents", records.items()):
        copy = making / "documents" / digest
        with suppress(FileNotFoundError):
            _copy(kept(store, digest), copy)
        if not copy.exists() or sha256_of(copy) != digest:
            copy.unlink(missing_ok=True)
            made.left_out.append(path)
    files = [file for file in making.rglob("*") if file.is_file()]
    for file in sorted(files, key=lambda file: (file.name == MANIFEST, file)):
        made.sha256[file.relative_to(making).as_posix()] = sha256_of(file)
    there = {tag: one for tag, one in generations.tags(store).items() if one in made.generations}
    made.tags.update(there)
    return made


def copy_generation(store: Path, name: str, to: Path) -> dict[str, str]:
    """Copy a generation's files and check every byte of the copy.

    Returns its documents' paths by their SHA-256. Raises `StoreDamaged`.
    """
    files = generations.manifest_of(store, name).get("sizes", {})
    to.mkdir(parents=True, exist_ok=True)
    for within in bar("Copying", "files", [*files, MANIFEST_DIGEST, MANIFEST]):
        with suppress(FileNotFoundError):  # which its check will tell
            _copy(folder_of(store, name) / within, to / within)
    copy = Generation(to)
    copy.check()
    for row in range(len(copy.passages)):
        copy.encoded(row)
    return {record["sha256"]: path for path, record in copy.manifest["documents"].items()}


def _copy(file: Path, to: Path) -> None:
    """Copy a file with its times, and see it to the disk."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(file, to)
    generations.sync(to)


def _seal(making: Path, made: Backup) -> None:
    data = json.dumps(asdict(made), ensure_ascii=False, indent=1).encode()
    (making / SEAL).write_bytes(data)
    (making / SEAL_DIGEST).write_text(hashlib.sha256(data).hexdigest() + "\n")
    for path in (making / SEAL, making / SEAL_DIGEST, *making.rglob("*/"), making):
        generations.sync(path)


def _remove_left_behind(parent: Path) -> None:
    """Remove what killed backups left beside their target."""
    for making in parent.glob(f"{MAKING}*"):
        with suppress(FileNotFoundError):
            if time.time() - making.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(making, ignore_errors=True)


def _read(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except FileNotFoundError as error:
        raise _altered(folder, path) from error


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupFailed(
            f"The backup cannot be written to {target} ({error.strerror or error}); nothing is "
            "left of it. Make room or give the right to write there, then run it again"
        ) from error


def _altered(folder: Path, path: str) -> BackupFailed:
    return BackupFailed(
        f"The backup {folder} is damaged ({path} is missing or was altered); the index in service "
        "was left as it is. Take another backup"
    )
