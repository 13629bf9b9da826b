"""What the readers of the formats hand on: blocks of text on the way, and in the end the content of a file. Frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from index.passage import Section


class Block(NamedTuple):
    """A heading (`level` 1 to 6), a paragraph or list item (0) or a row of data (-1). `page` counts from 1, 0: unpaged."""

    level: int
    text: str
    page: int = 0


@dataclass(frozen=True)
class Content:
    """What a reader found in a file: its sections, what it states of itself on purpose (front matter, meta tags), what its
    properties say of it (PDF and office properties, mail headers), and what was not read."""

    sections: Sequence[Section]
    stated: Mapping = field(default_factory=dict)
    own: Mapping = field(default_factory=dict)
    warnings: Sequence[str] = ()
