"""What staff say of a document, written into corpus/catalogue.toml. Owns tomlkit.

Promise: the rest of the file stays as it is, comments and order included; nothing is kept that a
run would refuse; who edits what another has changed meanwhile is told; the version before lies in
the store.
"""

import io
import re
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Comment, Table, Whitespace

from index.corpus import CATALOGUE, catalogue_of, entries_of
from index.errors import CatalogueInvalid, CollectionRefused
from index.language.dates import as_date
from index.passage import AUDIENCES, KINDS, STATUSES
from index.sources import one_line
from index.writing import changing, keep_version, replace

FIELDS = ("title", "date", "kind", "status", "audience")
ALLOWED = {"kind": KINDS, "status": STATUSES, "audience": AUDIENCES}
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def stated(corpus: Path, path: str) -> tuple[dict[str, str], str]:
    """What the catalogue says of the document, by FIELDS, and the version of the catalogue.

    Raises `CatalogueInvalid`.
    """
    entries, version = catalogue_of(corpus)
    return _fields(entries, path), version


def changes(corpus: Path, path: str, fields: Mapping[str, str], version: str) -> dict[str, str]:
    """Those of the fields that the catalogue does not say already, "" for one to be said no longer.

    `version`: that of the catalogue which was shown to who says so. Raises `CollectionRefused` for
    another version or a value that cannot be, `CatalogueInvalid`.
    """
    before, now = stated(corpus, path)
    if now != version:
        raise CollectionRefused(
            "Somebody has changed catalogue.toml meanwhile. See what it says now, then save again."
        )
    said = {name: one_line(fields[name]) for name in FIELDS if name in fields}
    changed = {name: text for name, text in said.items() if text != before[name]}
    date = changed.get("date")
    if date and not (DATE.fullmatch(date) and as_date(date) == date):
        raise CollectionRefused(f"{date[:40]!r} is no date. Write 2024-03-21, 2024-03 or 2024.")
    for name, allowed in ALLOWED.items():
        if changed.get(name) and changed[name] not in allowed:
            among = ", ".join(allowed)
            raise CollectionRefused(f"{changed[name][:40]!r} is none of {among}. Choose one.")
    return changed


def state(corpus: Path, store: Path, path: str, fields: Mapping[str, str], version: str) -> None:
    """Write what shall be said of the document at `path`; an empty field is said no longer.

    Raises as `changes`, and `CollectionUnwritable`.
    """
    with changing(corpus, store):
        changed = changes(corpus, path, fields, version)
        if not changed:
            return
        entries, now = catalogue_of(corpus)
        file = corpus / CATALOGUE
        data = _edited(file, file.read_bytes() if now else b"", path, changed)
        after = entries_of(file, data)
        wanted = _fields(entries, path) | changed
        if _fields(after, path) != wanted or _without(after, path) != _without(entries, path):
            raise CatalogueInvalid(
                f"{file} is written in a way that is not changed here. Change it in an editor."
            )
        if now:
            keep_version(corpus, store, CATALOGUE)
        replace(corpus, CATALOGUE, io.BytesIO(data))


def _fields(entries: Mapping, path: str) -> dict[str, str]:
    entry = entries.get(path, {})
    return {name: one_line(entry.get(name, "")) for name in FIELDS}


def _without(entries: Mapping, path: str) -> dict:
    return {other: entry for other, entry in entries.items() if other != path}


def _trailing(entry: Any) -> list:
    """The blank lines and comments at the end of a table."""
    if not isinstance(entry, Table):
        return []
    backwards = (item for _, item in reversed(entry.value.body))
    return [*takewhile(lambda item: isinstance(item, Whitespace | Comment), backwards)][::-1]


def _edited(file: Path, data: bytes, path: str, changed: Mapping[str, str]) -> bytes:
    """The catalogue with the changes in the document's entry. Raises `CatalogueInvalid`."""
    try:
        document = tomlkit.parse(data)
        if path not in document:
            if document:
                document.add(tomlkit.nl())
            document.add(path, tomlkit.table())
        entry: Any = document[path]
        after = _trailing(entry)
        for name, text in changed.items():
            if text:
                entry[name] = text
            else:
                del entry[name]
        if after:
            # tomlkit adds a key behind all else: the comment over the next table would be in this.
            body = entry.value.body
            body[:] = [pair for pair in body if not any(pair[1] is one for one in after)] + [
                (None, one) for one in after
            ]
        if isinstance(entry, Table) and not (entry.as_string().strip() or entry.trivia.comment):
            document.remove(path)
        return tomlkit.dumps(document).encode()
    except (TOMLKitError, TypeError, ValueError, LookupError) as error:
        raise CatalogueInvalid(
            f"{file} is written in a way that is not changed here ({error}). "
            "Change it in an editor."
        ) from error
