"""The one fold of text that words and patterns are compared by: case and typography made equal.

Folded text has a type of its own, for it is never to be shown or quoted.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import filterfalse
from typing import NewType

Folded = NewType("Folded", str)
"""Small letters without accents or ligatures, straight apostrophes, every blank a plain one."""

LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "‘": "'"})
BLANKS = str.maketrans(dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029", " "))


def fold(text: str) -> Folded:
    """The folded text; it may be longer than `text` ("œ" is two letters) or shorter."""
    if text.isascii():
        return Folded(text.lower().translate(BLANKS))
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    kept = "".join(filterfalse(unicodedata.combining, decomposed))
    return Folded(kept.translate(LETTERS).translate(BLANKS))


_letter = lru_cache(maxsize=4096)(fold)


def fold_with_offsets(text: str) -> tuple[Folded, Sequence[int]]:
    """The folded text, and for each of its characters, and its end, where that begins in `text`.

    `offsets[i]` belongs to character i, so folded[i:j] stands for text[offsets[i]:offsets[j]].
    """
    if text.isascii():
        return fold(text), range(len(text) + 1)
    pieces = [_letter(letter) for letter in text]
    offsets = [place for place, piece in enumerate(pieces) for _ in piece]
    return Folded("".join(pieces)), [*offsets, len(text)]
