"""The folder of documents: its files, their digests, and what staff say of them in catalogue.toml.

Promise: every file is either a document with its digest or named with the reason why it is none;
the files of a folder that cannot be listed never count as removed; a file that is too large is not
hashed.
"""

import hashlib
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import CatalogueInvalid, CorpusMissing
from index.progress import bar
from index.readers.read import FORMATS, NOT_READ, largest

CATALOGUE = "catalogue.toml"
NO_DOCUMENTS = ("README.md", CATALOGUE)  # at the top of the corpus
# What an HTML export brings along.
ASSETS = (".css", ".gif", ".ico", ".jpeg", ".jpg", ".js", ".png", ".svg", ".webp")


def files_of(corpus: Path, before: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(path, SHA-256, "") of every document of the corpus in order, or (path, "", reason).

    The documents `before` of a folder that cannot be listed are given with the reason: nobody has
    removed them. Raises `CorpusMissing` where that folder is the corpus itself.
    """
    errors: list[OSError] = []
    for path in bar("Comparing", "documents", list(_paths(corpus, errors.append))):
        digest, reason = _digest(corpus, path)
        yield path, digest, reason
    for error in errors:
        folder = Path(error.filename).relative_to(corpus).as_posix()
        if folder == ".":
            raise CorpusMissing(
                f"{corpus} cannot be looked into ({error.strerror}). "
                "Give the right to read it and run: python -m index"
            )
        reason = f"its folder cannot be looked into ({error.strerror})"
        inside = (path for path in before if path.startswith(f"{folder}/"))
        for path in (f"{folder}/", *inside):
            yield path, "", reason


def paths_of(corpus: Path) -> list[str]:
    """The paths of what may be a document, in order; what cannot be listed is passed over."""
    return [path for path in _paths(corpus, lambda _: None) if path.lower().endswith(FORMATS)]


def _paths(corpus: Path, failed: Callable[[OSError], object]) -> Iterator[str]:
    """The paths of what may be a document, in order; `failed` is called for an unlisted folder."""
    for folder, folders, names in os.walk(corpus, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = (name for name in folders if (Path(folder) / name).is_symlink())
        for name in sorted([*names, *links]):
            path = (Path(folder) / name).relative_to(corpus).as_posix()
            hidden = name.startswith((".", "~$"))
            if not hidden and path not in NO_DOCUMENTS and not name.lower().endswith(ASSETS):
                yield path


def _digest(corpus: Path, path: str) -> tuple[str, str]:
    """(SHA-256, "") of a document, or ("", the reason why it is none)."""
    file = corpus / path
    try:
        if reason := _refused(corpus, path):
            return "", reason
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest(), ""
    except OSError as error:
        return "", error.strerror or str(error)


def _refused(corpus: Path, path: str) -> str:
    """Why a file is no document by its name, kind or size, or ""."""
    file = corpus / path
    reason = ""
    if path != shown(path) and "\\ud" in shown(path):
        reason = "its name is not valid UTF-8; rename it"
    elif not file.name.lower().endswith(FORMATS):
        reason = NOT_READ
    elif file.is_symlink() and not file.resolve().is_relative_to(corpus.resolve()):
        reason = "it is a link to a place outside the corpus"
    elif not file.is_file():
        reason = "it is not a regular file"
    elif file.stat().st_size > largest(path):
        reason = f"it is larger than {largest(path) // 1_000_000} MB"
    return reason


def beginning_of(corpus: Path, path: str) -> bytes:
    """The first 20 kB of a file of the corpus; nothing where it cannot be opened."""
    file = corpus / path
    try:
        if file.is_file() and file.resolve().is_relative_to(corpus.resolve()):
            with file.open("rb") as stream:
                return stream.read(20_000)
    except OSError:
        pass
    return b""


def shown(path: str) -> str:
    """A path that can be printed: line ends, control characters and undecodable bytes escaped."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()


def catalogue_of(corpus: Path) -> tuple[dict, str]:
    """The entries of catalogue.toml by path, and its SHA-256; ({}, "") where there is none.

    Raises `CatalogueInvalid` for what is no TOML, or no table of a document.
    """
    file = corpus / CATALOGUE
    if not file.is_file():
        return {}, ""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise _no_toml(file, error) from error
    return entries_of(file, data), hashlib.sha256(data).hexdigest()


def entries_of(file: Path, data: bytes) -> dict:
    """The entries that the catalogue `file` has by path, if its bytes are `data`.

    Raises as `catalogue_of`.
    """
    try:
        entries = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _no_toml(file, error) from error
    if loose := [key for key, entry in entries.items() if not isinstance(entry, dict)]:
        # Its author meant it for a document, or for all of them: an audience, perhaps.
        raise CatalogueInvalid(
            f"{file} has {loose[0]!r} outside of any document's table. Put it under the "
            '["path"] of its document and run: python -m index'
        )
    return entries


def _no_toml(file: Path, error: Exception) -> CatalogueInvalid:
    return CatalogueInvalid(
        f"{file} is not valid TOML ({error}). Correct it and run: python -m index"
    )
