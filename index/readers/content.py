"""What the readers of the formats return: blocks of text, and the content of a file. Frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from index.passage import Section

# In what is said of a PDF, or of its pages, that are pictures of text.
ONLY_IMAGES = "only images"
TICKED, UNTICKED = "☒", "☐"  # a box of a form


class Block(NamedTuple):
    """A heading (`level` 1 to 6), a paragraph or list item (0) or a row of data (-1).

    `page` counts from 1; 0: the format has no pages.
    """

    level: int
    text: str
    page: int = 0


class Attached(NamedTuple):
    """A file that came with another one, by the name that it was sent under."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Content:
    """What a reader found in a file.

    `stated`: what the author says of it on purpose (front matter, meta tags); `shown`: what its
    reader sees of it beside its text (a mail's subject and date, a page's title); `own`: what its
    properties say, which a template or a program may have written; `warnings`: what was not read;
    `left_out`: how many words were left out on purpose, by what they are ("signature"); `aside`:
    those lines of them that may say who may see it (running heads, watermarks).
    """

    sections: Sequence[Section]
    stated: Mapping = field(default_factory=dict)
    own: Mapping = field(default_factory=dict)
    warnings: Sequence[str] = ()
    shown: Mapping = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    attached: Sequence[Attached] = ()
    aside: Sequence[str] = ()
