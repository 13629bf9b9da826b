"""The folder of documents: which files lie there, what each one's bytes hash to, and what staff say of them in catalogue.toml.

Promise: every file is either a document with its digest or named with the reason why it is none; what cannot be looked
into is never taken for removed; no file that is too large to be read is read to its end.
"""

import hashlib
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import CatalogueInvalid, CorpusMissing
from index.progress import bar
from index.readers.read import FORMATS, largest

CATALOGUE = "catalogue.toml"
NO_DOCUMENTS = ("README.md", CATALOGUE)  # at the top of the corpus
ASSETS = (
    ".css",
    ".gif",
    ".ico",
    ".jpeg",
    ".jpg",
    ".js",
    ".png",
    ".svg",
    ".webp",
)  # what an HTML export brings along


def files_of(corpus: Path, before: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(path, SHA-256, "") of every document of the corpus in order, or (path, "", reason) where it can't be one.

    The documents `before` of a folder that cannot be looked into are given with the reason: nobody has removed them.
    Raises `CorpusMissing` where that folder is the corpus itself.
    """
    closed: list[OSError] = []
    yield from (
        (path, *_digest(corpus, path))
        for path in bar("Comparing", "documents", list(_paths(corpus, closed.append)))
    )
    for error in closed:
        folder = Path(error.filename).relative_to(corpus).as_posix()
        if folder == ".":
            raise CorpusMissing(
                f"{corpus} cannot be looked into ({error.strerror}). Give the right to read it and run: python -m index"
            )
        reason = f"its folder cannot be looked into ({error.strerror})"
        yield from (
            (path, "", reason)
            for path in (f"{folder}/", *(path for path in before if path.startswith(f"{folder}/")))
        )


def _paths(corpus: Path, closed: Callable[[OSError], object]) -> Iterator[str]:
    """The paths of what may be a document, in order; `closed` is told of each folder that cannot be looked into."""
    for folder, folders, names in os.walk(corpus, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        at = Path(folder).relative_to(corpus)
        for name in sorted(
            [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]
        ):
            path = (at / name).as_posix()
            if (
                name.startswith((".", "~$"))
                or path in NO_DOCUMENTS
                or name.lower().endswith(ASSETS)
            ):
                continue
            yield path


def _digest(corpus: Path, path: str) -> tuple[str, str]:
    file = corpus / path
    if path != shown(path) and "\\ud" in shown(path):
        return "", "its name is not valid UTF-8; rename it"
    if not file.name.lower().endswith(FORMATS):
        return "", f"this format is not read (only {', '.join(FORMATS)})"
    if file.is_symlink() and not file.resolve().is_relative_to(corpus.resolve()):
        return "", "it is a link to a place outside the corpus"
    if not file.is_file():
        return "", "it is not a regular file"
    try:
        if file.stat().st_size > largest(path):
            return "", f"it is larger than {largest(path) // 1_000_000} MB"
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest(), ""
    except OSError as error:
        return "", error.strerror or str(error)


def shown(path: str) -> str:
    """A path as it can be printed and stored: line ends, control characters and undecodable bytes escaped."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()


def catalogue_of(corpus: Path) -> tuple[dict, str]:
    """What staff say of their documents in catalogue.toml, by path, and its SHA-256; ({}, "") where there is none."""
    file = corpus / CATALOGUE
    if not file.is_file():
        return {}, ""
    try:
        data = file.read_bytes()
        entries = tomllib.loads(data.decode())
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueInvalid(
            f"{file} is not valid TOML ({error}). Correct it and run: python -m index"
        ) from error
    return {
        path: entry for path, entry in entries.items() if isinstance(entry, dict)
    }, hashlib.sha256(data).hexdigest()
