"""Who says what of a document, before it is decided which of them is right. Imports no decision."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.passage import Section

CATALOGUE = "(catalogue.toml can say otherwise)"
FIRST_PAGE = 3_000  # characters, where there are no pages


@dataclass(frozen=True)
class Sources:
    """Who says what of the document at `path`, the most trusted first, and what is not used.

    `stated` is what the file says of itself on purpose, `overrides` its entry in catalogue.toml,
    `shown` what its reader sees of it beside its text, `own` what its properties say.
    """

    path: str
    stated: Mapping
    overrides: Mapping
    shown: Mapping
    own: Mapping
    warnings: list[str] = field(default_factory=list)

    def warn(self, message: str) -> None:
        self.warnings.append(f"{self.path}: {message}")

    def on_purpose(self, name: str) -> list:
        """The values that people gave to the field."""
        return [
            value
            for of in (self.stated, self.overrides)
            if (value := of.get(name)) not in (None, "")
        ]

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """The first value that is allowed, in small letters, else ""."""
        for value in (*self.on_purpose(name), self.own.get(name)):
            if value not in (None, ""):
                if (word := str(value).strip().lower()) in allowed:
                    return word
                allowed_ones = ", ".join(allowed)
                self.warn(f"{name} {str(value)[:40]!r} is none of {allowed_ones}; left out")
        return ""

    def line(self, name: str) -> str:
        """The first value as one line of text, else ""."""
        values = (v for v in self.on_purpose(name) if isinstance(v, str | int | float))
        return next((one_line(value) for value in values if str(value).strip()), "")


def one_line(value: object) -> str:
    """A value as one line of text of at most 300 characters."""
    return " ".join(str(value).split())[:300]


def first_page(sections: Sequence[Section]) -> Sequence[Section]:
    """The sections of page 1; where there are no pages, those of about as much text."""
    if sections[0].page:
        return [section for section in sections if section.page <= sections[0].page]
    lengths = itertools.accumulate(len(section.text) for section in sections)
    return sections[: 1 + sum(1 for length in lengths if length < FIRST_PAGE)]


def short_lines(sections: Sequence[Section]) -> list[str]:
    """Those among the first five lines that have at most 12 words."""
    return top_lines(sections, 12)


def top_lines(sections: Sequence[Section], longest: int) -> list[str]:
    """Those among the first five lines that have at most `longest` words."""
    lines = [line for section in sections[:5] for line in section.text.split("\n") if line.strip()]
    return [line.strip() for line in lines[:5] if len(line.split()) <= longest]
