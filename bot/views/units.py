"""What may be quoted of a text: its sentences, its items with their lead-ins, its rows. Pure.

Promise: no calls to the reader, agendas, thanks, headings, lead-ins or questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.statements import (
    DENIES,
    NO_DEMAND,
    OURS,
    REFUSES,
    Before,
    Span,
    answers_with,
    demands,
    denying_heading,
    depends_on_previous,
    introduction,
    is_aside,
    line_kind,
)
from index.language import lists
from index.language.fold import fold
from index.passage import Passage

ITEM = 45  # words from which an item is quoted by its first sentences alone
APART = re.compile(rf"\W*(?:\d+\W+)?{lists.forms('summary.apart')}")
SKIPPED = re.compile(rf"\W*{lists.forms('summary.skipped')}")
DECISIONS = re.compile(rf"\b{lists.forms('summary.decisions')}")


@dataclass(frozen=True)
class Unit:
    """What may be quoted: sentences of one line, and what introduces them, None for nothing.

    A lead-in does, a header, or the sentence that they refer back to.

    `title`: where the first sentence of an item ends that has more; else 0.
    """

    passage: Passage
    start: int
    end: int
    score: float
    opening: Span | None = None
    title: int = 0

    @property
    def length(self) -> int:
        return len(self.passage.text[self.start : self.end].split())


def units_of(passage: Passage, before: Before) -> Iterator[Unit]:
    """The sentences, items and rows of a passage that may be quoted, in reading order."""
    if passage.headings and APART.match(fold(passage.headings[-1])):
        return
    spans = passage.sentences()
    index = 0
    while index < len(spans):
        start, end = spans[index]
        kind, last = line_kind(passage, start, end), index
        if kind == "item":
            while last + 1 < len(spans) and "\n" not in passage.text[end : spans[last + 1][0]]:
                last, end = last + 1, spans[last + 1][1]
        title = spans[index][1] if last > index else 0
        if len(passage.text[start:end].split()) > ITEM and last > index:
            end = spans[index + 1][1]
        opening = introduction(passage, index, before) if kind else None
        is_header = opening is not None and opening[1:] == spans[index]
        text = passage.text[start:end]
        if not kind and index and depends_on_previous(text):
            opening = (passage, *spans[index - 1])
        if not is_header and _is_quotable(passage, text, kind):
            yield Unit(passage, start, end, _score(passage, start, end), opening, title)
        index = last + 1


def _is_quotable(passage: Passage, text: str, kind: str) -> bool:
    """Is it a statement on a subject: no question, lead-in, heading, header or call to readers?"""
    said = fold(text)
    if not kind and denying_heading(passage) and not REFUSES.search(said):
        return False  # why, or what is wanted instead, under "What we refuse"
    if is_aside(text) or SKIPPED.match(said) or text.rstrip(' »"*').endswith(("?", ":")):
        return False
    return kind != "" or (len(text.split()) >= 5 and text.rstrip(' »")').endswith((".", "!", "…")))


def _score(passage: Passage, start: int, end: int) -> float:
    """How much a summary needs it: a figure, a demand of ours, a decision; longer is worse."""
    text = passage.text[start:end]
    said = fold(text)
    return (
        1.0 * answers_with(text, "figure")
        + 2.0 * demands_of_ours(passage, text)
        + 0.5 * (OURS.search(said) is not None)
        + 2.0 * (DECISIONS.search(said) is not None)
        - 0.02 * len(text.split())
    )


def demands_of_ours(passage: Passage, text: str) -> bool:
    """Does the federation demand or defend something there, or the heading say that it does?"""
    # A "position" is the text itself in a position paper.
    said, *headings = (NO_DEMAND.sub(" ", fold(part)) for part in (text, *passage.headings[1:]))
    if denying_heading(passage):
        return REFUSES.search(said) is not None
    return (demands(said) and OURS.search(said) is not None) or any(
        demands(heading) and not DENIES.search(heading) for heading in headings
    )
