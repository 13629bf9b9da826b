"""The reader's training data: passages of invented federations and the questions put to them.

In: a file as data/README.md describes it. Out: `Federation`. Promise: a line that cannot be read
is an error that names the file and the line; nothing is skipped.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import PlaidoyerError
from index.language.lists import LANGUAGES
from index.passage import KINDS, Passage

DATA = Path(__file__).with_name("data")
REWORDED = DATA / "reworded"  # likewise; for tuning alone
MISSING = (
    "who",
    "when",
    "figure",
    "place",
    "reason",
    "body",
    "year",
    "premise",
    "later",
    "opinion",
    "other",
)
NUMBERED = re.compile(r"(\d+)\. (\S.*)")
ANSWERED = re.compile(r"\? (\w+) (\d+(?:,\d+)*) \| (\S.*)")
UNANSWERED = re.compile(r"! (\w+) (\w+) \| (\S.*)")


class ExamplesInvalid(PlaidoyerError):
    """A file of training data cannot be read."""


@dataclass(frozen=True)
class Asked:
    """A question on the passage in place `passage`, answered by its `lines` (places from 0).

    No lines: neither the passage nor its document answers it; `missing` is what they do not say.
    """

    question: str
    language: str
    passage: int
    lines: tuple[int, ...] = ()
    missing: str = ""


@dataclass
class Federation:
    """One file: its passages, the spans of their lines, and what is asked of them, in order."""

    name: str
    passages: list[Passage] = field(default_factory=list)
    lines: list[list[tuple[int, int]]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


def federations(names: Sequence[str] = (), folder: Path = DATA) -> list[Federation]:
    """The federations of `folder`, by name; all where none is named. Raises `ExamplesInvalid`."""
    files = {file.stem: file for file in sorted(folder.glob("*.txt"))}
    unknown = sorted(set(names) - set(files))
    if unknown or not files:
        raise ExamplesInvalid(
            f"{folder} has no {', '.join(unknown) or 'data'}. Name some of: {', '.join(files)}"
        )
    return [read(files[name]) for name in names or files]


def digest(*folders: Path) -> str:
    """The SHA-256 of the files of the folders, DATA where none is named, one after the other."""
    return hashlib.sha256(
        b"".join(
            file.read_bytes()
            for folder in folders or (DATA,)
            for file in sorted(folder.glob("*.txt"))
        )
    ).hexdigest()


def read(file: Path) -> Federation:
    """Read one file of training data. Raises `ExamplesInvalid`."""
    reader = _Reader(file.stem)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            reader.take(line)
        except (ValueError, LookupError, TypeError) as error:
            raise ExamplesInvalid(
                f"{file}, line {number}: {error}. Correct it as data/README.md says"
            ) from error
    reader.finish()
    return reader.federation


class _Reader:
    """Takes a file's lines one after the other. Raises ValueError for one that is wrong."""

    def __init__(self, name: str) -> None:
        self.federation = Federation(name)
        self._document: dict[str, str] = {}
        self._headings: tuple[str, ...] = ()
        self._text: list[str] = []
        self._questions: list[str] = []

    def take(self, line: str) -> None:
        """Take one line; a passage is complete when the next one begins."""
        mark, _, rest = line.partition(" ")
        if mark in ("##", "###"):
            self.finish()
        if mark == "##":
            title, date, kind, language = (part.strip() for part in rest.split(" | "))
            if kind not in KINDS or language not in LANGUAGES:
                raise ValueError(f"no kind or language: {kind}, {language}")
            self._document = {"title": title, "date": date, "kind": kind, "language": language}
        elif mark == "###":
            parts = (part.strip() for part in rest.split(">"))
            self._headings = tuple(part for part in parts if part != "-")
        elif mark in ("?", "!"):
            self._questions.append(self._checked(line))
        elif numbered := NUMBERED.fullmatch(line):
            if int(numbered[1]) != len(self._text) + 1 or not self._document:
                raise ValueError("lines of a passage are numbered from 1, under a document")
            self._text.append(numbered[2])
        elif mark != "#" and line.strip():
            raise ValueError("begins with none of #, ##, ###, a number, ? and !")

    def _checked(self, line: str) -> str:
        """The line of a question, if it can be understood."""
        if answered := ANSWERED.fullmatch(line):
            if max(map(int, answered[2].split(","))) > len(self._text):
                raise ValueError("the passage has no such line")
        elif not (unanswered := UNANSWERED.fullmatch(line)) or unanswered[2] not in MISSING:
            raise ValueError("neither '? LANGUAGE LINES | question' nor '! LANGUAGE WHAT | ...'")
        return line

    def finish(self) -> None:
        """Keep the passage that was begun, if any."""
        federation, place, text = self.federation, len(self.federation.passages), ""
        if not self._text:
            return
        spans = []
        for line in self._text:
            marker = 2 if line.startswith("- ") else 0  # outside the span: index/language/sentences
            spans.append((len(text) + marker, len(text) + len(line)))
            text += line + "\n"
        document = self._document
        federation.passages.append(
            Passage(
                path=f"{document['date']} {document['title']}",
                title=document["title"],
                date=document["date"],
                kind=document["kind"],
                language=document["language"],
                id=f"{federation.name}-{place}",
                headings=self._headings,
                page=0,
                start=0,
                end=len(text),
                text=text,
            )
        )
        federation.lines.append(spans)
        federation.asked += [_asked(line, place) for line in self._questions]
        self._text, self._questions = [], []


def _asked(line: str, passage: int) -> Asked:
    if answered := ANSWERED.fullmatch(line):
        lines = tuple(int(number) - 1 for number in answered[2].split(","))
        return Asked(answered[3], answered[1], passage, lines)
    _, language, missing, question = re.split(r" (?:\| )?", line, maxsplit=3)
    return Asked(question, language, passage, missing=missing)
