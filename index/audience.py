"""Who may see a document, by what it or the catalogue says. Pure.

Promise: the narrowest statement counts; what looks like a statement and is not understood counts as
staff; nothing but the key `audience` itself opens a document to the public. A text that speaks of
audiences states none: a statement is a key with its value, or a mark ("Confidentiel") that is all
that a part of a line says. What is left out of a text is asked as well.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from index.language import lists
from index.language.fold import fold
from index.passage import AUDIENCES

KEY = "audience"
ALIKE = 0.82  # of two words with a letter more, less or other: "audiance", "audeince", "audience5"
OTHER_KEYS = lists.words("documents.audience_keys")
MEANINGS = lists.key_of("documents.audiences")
LETTERS = re.compile(r"[^\W\d_]+")
# Where a key may begin: on a line, in a comment, or in what looks like a table of YAML or JSON.
PIECE = re.compile(r"[\n{,#]")
STATEMENT = re.compile(r"[\W\d_]*(?P<key>[^\W\d_][^:=]{0,39})[:=](?P<value>.*)")
BARE = re.compile(r"[\W\d_]*(?P<key>\w+)(?P<value>.*)")
PART = re.compile(r"\s[-–—]\s|[–—|:;,/()\[\]·\t]")  # what parts a line
SPACED = re.compile(r"(?<=\b\w) (?=\w\b)")  # between letters set apart
# On folded text: "this document is", before a mark.
IT = (
    rf"(?:{lists.forms('documents.this')} )?(?:{lists.forms('documents.this_text')} )?"
    rf"(?:{lists.forms('documents.is')} )?"
)
FOR_NO_MEMBERS = rf"(?!.*\b{lists.forms('documents.members')})"
STAFF = re.compile(
    rf"{IT}(?:{lists.forms('documents.secret_of')} )*{lists.forms('documents.secret')}"
    rf"|{FOR_NO_MEMBERS}{lists.forms('documents.restricted')}"
    rf"|{lists.forms('documents.not_passed_on')}"
)


class Statement(NamedTuple):
    """A line of a text that looks like the statement of an audience, and the value in it."""

    line: str
    value: str


def meaning(value: str) -> str:
    """The one of AUDIENCES that a value names, "" if it is not understood."""
    return MEANINGS.get(fold(value).strip(" .'\""), "")


def narrowest(values: Iterable[str]) -> str | None:
    """The value that counts: one not understood, else the narrowest; None where there is none."""
    width = {audience: number for number, audience in enumerate(AUDIENCES)}
    return max(values, key=lambda value: width.get(meaning(value), len(width)), default=None)


def stated(pairs: Iterable[tuple[object, object]]) -> list[str]:
    """The values of the keys that speak of the audience; any that is no text stays not understood.

    A key that only resembles `audience` can narrow, not open: with it, "public" counts for nothing.
    """
    return [
        text
        for key, value in pairs
        if _is_key(str(key))
        for text in [_text(value)]
        if fold(str(key)).strip() == KEY or meaning(text) != "public"
    ]


def nested(table: Mapping, above: str = "") -> Iterator[tuple[str, object]]:
    """The pairs of a table of TOML, and of those in it with the keys above them."""
    for key, value in table.items():
        yield f"{above}{key}", value
        if isinstance(value, Mapping):
            yield from nested(value, f"{above}{key} ")


def statements(text: str, *, fenced: bool = False) -> list[Statement]:
    """The lines of a text that begin with what resembles `audience` and an "=" or a colon.

    Where the text is `fenced`, no prose: without either of these too, and whatever ends in "staff".
    """
    found = []
    for line in map(str.strip, PIECE.split(text)):
        match = STATEMENT.match(line) or (BARE.match(line) if fenced else None)
        if match is None:
            continue
        key, end = match["key"].split(), re.split("[:=]", line)[-1]
        alike = resembles(key[0]) or (len(key) == 2 and _is_near(fold("".join(key))))
        if alike or (fenced and meaning(end) == "staff"):
            found.append(Statement(line, match["value"]))
    return found


def plain(text: str) -> str:
    """Folded text with single blanks; quotation marks, bullets and the like are blanks."""
    return " ".join(re.sub(r"[^\x00-\x7f\w]", " ", fold(text)).split())


def parts_of(line: str) -> list[str]:
    """The parts of a line between dashes, bars, commas and brackets, as plain text."""
    return [plain(part).strip(" .*!") for part in PART.split(line)]


def is_for_staff(line: str) -> bool:
    """Does a part of the line say that it is confidential, beside its page number at most?"""
    return any(
        STAFF.fullmatch(form)
        for part in parts_of(line)
        for form in (part, part.strip(" .*!0123456789"), SPACED.sub("", part))
    ) or any(meaning(one.value) == "staff" for one in statements(line))


def unread(found: Iterable[Statement]) -> list[str]:
    """What statements in a block that is not read count for: they can narrow, not open.

    One for members alone is taken at its word; any other is not understood and names its line.
    """
    meant = [(meaning(one.value), one.line) for one in found]
    return [who if who == "members" else line for who, line in meant if who != "public"]


def resembles(key: str) -> bool:
    """Is the word `audience`, with one slip at most, or does it hold it ("dcterms.audience")?"""
    words = LETTERS.findall(fold(key))
    return any(KEY in word or _is_near(word) for word in (*words, "".join(words)))


def _is_near(word: str) -> bool:
    return len(KEY) - 1 <= len(word) <= len(KEY) + 2 and any(
        SequenceMatcher(None, word, other).ratio() >= ALIKE for other in (KEY, f"{KEY}s")
    )


def _is_key(key: str) -> bool:
    return resembles(key) or "".join(LETTERS.findall(fold(key))) in OTHER_KEYS


def _text(value: object) -> str:
    """A value as text; not what is in a list or table: YAML aliases can nest to gigabytes."""
    if isinstance(value, Mapping | list | tuple | set):
        return f"a {type(value).__name__}"
    return "" if value is None else str(value)
