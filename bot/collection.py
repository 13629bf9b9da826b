"""The collection as staff see it: every document, in the index or not, and how it is used. Pure.

Promise: a file of the corpus that no run has seen, or that none could read, is listed too, and so
is a document whose file is gone and that still answers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.citations import Cited
from index.language.fold import fold
from index.passage import Described

STATES = ("indexed", "attached", "new", "gone")
NEVER = Cited()
ORDERS = ("date", "cited", "uncited", "title")


@dataclass(frozen=True)
class Row:
    """A document. `state`: one of STATES: in the index; in it as what is attached to a file; a file
    that is not in it; in it, its file gone. What is known by the index alone is "" of a new one.
    """

    path: str
    state: str
    title: str = ""
    date: str = ""
    kind: str = ""
    status: str = ""
    audience: str = ""
    warnings: tuple[str, ...] = ()
    cited: Cited = NEVER


@dataclass(frozen=True)
class Filter:
    """What of the collection is shown, each field "" for all of it; `order`: one of ORDERS."""

    words: str = ""
    kind: str = ""
    status: str = ""
    audience: str = ""
    state: str = ""
    order: str = "date"

    def of(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that it leaves, in its order."""
        words = fold(self.words).split()
        asked = {
            name: getattr(self, name)
            for name in ("kind", "status", "audience", "state")
            if getattr(self, name)
        }
        found = [
            row
            for row in rows
            if all(getattr(row, name) == value for name, value in asked.items())
            and all(word in fold(f"{row.title} {row.path}") for word in words)
        ]
        found.sort(key=lambda row: (fold(row.title or row.path), row.path))
        if self.order == "cited":
            found.sort(key=lambda row: (row.cited.times, row.cited.last), reverse=True)
        elif self.order == "uncited":
            found.sort(key=lambda row: (row.cited.times, row.cited.last))
        elif self.order != "title":  # newest first, those that are not in the index before them
            found.sort(key=lambda row: (row.state == "new", row.date), reverse=True)
        return found


def rows(
    documents: Mapping[str, Described],
    warnings: Mapping[str, Sequence[str]],
    files: Collection[str],
    cited: Mapping[str, Cited],
) -> list[Row]:
    """The collection: the index's `documents`, with its `warnings`, and the corpus's `files`."""
    there = set(files)
    found = [
        Row(
            path,
            _state(path, there),
            document.title,
            document.date,
            document.kind,
            document.status,
            document.audience,
            tuple(warnings.get(path, ())),
            cited.get(path, NEVER),
        )
        for path, document in documents.items()
    ]
    return found + [Row(path, "new", cited=cited.get(path, NEVER)) for path in there - {*documents}]


def _state(path: str, files: Collection[str]) -> str:
    if path in files:
        return "indexed"
    above = map(str, PurePosixPath(path).parents)
    return "attached" if any(folder in files for folder in above) else "gone"
