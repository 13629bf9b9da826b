"""What the readers of the formats return: blocks of text, and the content of a file. Frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from index.passage import Section


class Block(NamedTuple):
    """A heading (`level` 1 to 6), a paragraph or list item (0) or a row of data (-1).

    `page` counts from 1; 0: the format has no pages.
    """

    level: int
    text: str
    page: int = 0


@dataclass(frozen=True)
class Content:
    """What a reader found in a file.

    `stated`: what the author says of it (front matter, meta tags); `own`: what its properties say
    (PDF and office properties, mail headers); `warnings`: what was not read.
    """

    sections: Sequence[Section]
    stated: Mapping = field(default_factory=dict)
    own: Mapping = field(default_factory=dict)
    warnings: Sequence[str] = ()
