"""Files that staff bring: received, read once, looked at, then put into the corpus; and taken out.

Owns the folder `incoming` of the store:

    incoming/ID/file, about.json    a whole file that waits for its place in the corpus

Promise: what was not received whole is nowhere in the corpus, and nothing that waits is indexed; a
file has a safe name in a folder of the corpus that is there; what it replaces is what was shown to
who put it there, and its version before is kept, as that of a file that is removed.
"""

import json
import os
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from index.corpus import NO_DOCUMENTS, catalogue_of, paths_of
from index.errors import CatalogueInvalid, CollectionRefused, Unreadable
from index.readers.read import FORMATS, NOT_READ, Reading, largest, open_inside, read_all
from index.readers.worker import Worker
from index.shelf.store import sync
from index.writing import STALE, changing, digest_of, inside, keep_version, remove, replace

INCOMING, RECEIVING, MAKING = "incoming", ".receiving", ".making-"
FILE, ABOUT = "file", "about.json"
LONGEST_NAME = 200  # bytes of UTF-8; file systems take 255
BEGINNING = 1_500  # characters of a text that are shown
NAME = re.compile(r'[^/\\<>:"|?*]+')
ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Waiting:
    """A file that waits: the `path` that it would have, who brought it and when, its bytes' number
    and digest. `reading`: what `read_all` makes of it, as `_as_read`; `reason`: why it cannot be
    read, else "".
    """

    id: str
    path: str
    by: str
    at: str
    size: int
    digest: str
    reading: dict
    reason: str


class Intake:
    """The way into the corpus and out of it. `parsers`: the process that reads the files."""

    def __init__(self, corpus: Path, store: Path, parsers: Worker):
        self._corpus, self._store, self._parsers = corpus, store, parsers
        self._incoming = store / INCOMING

    def folders(self) -> list[str]:
        """The folders of the corpus by their paths, "" for itself."""
        found = [""]
        for folder, folders, _ in os.walk(self._corpus):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            found += [
                (Path(folder) / name).relative_to(self._corpus).as_posix() for name in folders
            ]
        return sorted(found)

    def path_of(self, folder: str, name: str) -> str:
        """The path that a file of this name has in a folder of the corpus.

        Raises `CollectionRefused` for a folder that is not there and for a name that is not safe.
        """
        if folder not in self.folders():
            raise CollectionRefused(
                f"There is no folder {folder[:80]!r}. Choose one that is there."
            )
        plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2].strip()
        path = f"{folder}/{plain}" if folder else plain
        if (
            not NAME.fullmatch(plain)
            or not plain.isprintable()
            or plain.startswith((".", "~$"))
            or len(plain.encode(errors="replace")) > LONGEST_NAME
            or path in NO_DOCUMENTS
        ):
            raise CollectionRefused(f"{plain[:80]!r} is no name for a document. Rename the file.")
        if not plain.lower().endswith(FORMATS):
            raise CollectionRefused(f"{plain[:80]}: {NOT_READ}. Save it as one of these.")
        spelled = {unicodedata.normalize("NFC", one): one for one in paths_of(self._corpus)}
        return spelled.get(path, path)

    def receive(self, path: str, source: IO[bytes], by: str) -> Waiting:
        """Keep a file that was received whole, read it once, and have it wait.

        Raises `CollectionRefused` for one that is too large, `CollectionUnwritable`.
        """
        with changing(self._corpus, self._store):
            making = self._incoming / f"{MAKING}{secrets.token_hex(8)}"
            making.mkdir(mode=0o700, parents=True)
            with (making / FILE).open("xb") as stream:
                shutil.copyfileobj(source, stream)
        try:
            waiting = self._read(making, path, by)
            with changing(self._corpus, self._store):
                (making / ABOUT).write_text(json.dumps(asdict(waiting)), encoding="utf-8")
                for one in (making / FILE, making / ABOUT, making):
                    sync(one)
                making.rename(self._incoming / waiting.id)
                sync(self._incoming)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        return waiting

    def waiting(self) -> list[Waiting]:
        """The files that wait, those received first before the others."""
        found = []
        for about in self._incoming.glob(f"*/{ABOUT}"):
            if ID.fullmatch(about.parent.name):
                with suppress(FileNotFoundError):  # it was put or discarded in between
                    found.append(Waiting(**json.loads(about.read_bytes())))
        return sorted(found, key=lambda one: (one.at, one.path))

    def one(self, id: str) -> Waiting:
        """The file that waits under this name. Raises `CollectionRefused` where there is none."""
        for waiting in self.waiting():
            if waiting.id == id:
                return waiting
        raise CollectionRefused("This file waits no longer. See the list of those that do.")

    def put(self, id: str, expects: str) -> None:
        """Make a waiting file a file of the corpus; the version that it replaces is kept.

        `expects`: the digest of the file that it would replace when who says so was shown it, ""
        for none. Raises `CollectionRefused` where that is no longer so, or for a file that cannot
        be read; `CollectionUnwritable`.
        """
        with changing(self._corpus, self._store):
            waiting = self.one(id)
            if waiting.reason:
                why = waiting.reason
                raise CollectionRefused(f"It cannot be read: {why}. Mend it and send it again.")
            there = digest_of(inside(self._corpus, waiting.path))
            if there != waiting.digest:  # else a crash came between the two steps of putting it
                _require(there == expects)
                if there:
                    keep_version(self._corpus, self._store, waiting.path)
                with (self._incoming / id / FILE).open("rb") as stream:
                    replace(self._corpus, waiting.path, stream)
            shutil.rmtree(self._incoming / id)

    def discard(self, id: str) -> None:
        """Delete a waiting file. Raises as `put`."""
        with changing(self._corpus, self._store):
            self.one(id)
            shutil.rmtree(self._incoming / id)

    def remove(self, path: str, expects: str) -> None:
        """Take a file out of the corpus; its version is kept. Raises as `put`."""
        with changing(self._corpus, self._store):
            self.require(path, expects)
            keep_version(self._corpus, self._store, path)
            remove(self._corpus, path)

    def digest(self, path: str) -> str:
        """The digest of a file of the corpus, "" where there is none: tells its versions apart."""
        try:
            return digest_of(inside(self._corpus, path))
        except OSError:
            return ""

    def require(self, path: str, expects: str | None = None) -> None:
        """Raises `CollectionRefused` unless the file is in the corpus, with this digest if any."""
        if path not in paths_of(self._corpus):
            raise CollectionRefused("This file is not in the collection. See the list.")
        _require(expects is None or self.digest(path) == expects)

    def receiving(self) -> Path:
        """The folder for what is being received; what was left there long ago is removed.

        Raises `CollectionUnwritable`.
        """
        folder = self._incoming / RECEIVING
        with changing(self._corpus, self._store):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in (*folder.iterdir(), *self._incoming.glob(f"{MAKING}*")):
                if time.time() - left.stat().st_mtime > STALE:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
        return folder

    def _read(self, making: Path, path: str, by: str) -> Waiting:
        size = (making / FILE).stat().st_size
        if size > largest(path):
            raise CollectionRefused(
                f"{path} is larger than {largest(path) // 1_000_000} MB. Make it smaller, or "
                "divide it."
            )
        reading, reason = {}, ""
        try:
            data = open_inside(making, FILE)
            catalogue = catalogue_of(self._corpus)[0]
            reading = _as_read(read_all(path, data, catalogue, self._parsers))
        except (Unreadable, CatalogueInvalid) as error:
            reason = str(error)
        return Waiting(
            secrets.token_hex(8),
            path,
            by,
            time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            size,
            digest_of(making / FILE),
            reading,
            reason,
        )


def _require(same: bool) -> None:
    if not same:
        raise CollectionRefused(
            "Somebody has changed this file meanwhile. See what is there now, then try again."
        )


def _as_read(readings: Sequence[Reading]) -> dict:
    """What is shown of a file that was read, and of those attached to it."""
    document = readings[0].document
    text = "\n".join(section.text for section in document.sections)
    facts = ("title", "date", "kind", "status", "audience", "language")
    return {fact: getattr(document, fact) for fact in facts} | {
        "words": len(text.split()),
        "beginning": text[:BEGINNING],
        "warnings": [warning for reading in readings for warning in reading.warnings],
        "attached": [reading.document.path for reading in readings[1:]],
    }
