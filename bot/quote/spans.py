"""From picked sentences to what is quoted: spans that can be understood alone. Pure.

Promise: a list item is quoted with the lead-in that says what the list is (alone it can turn "not
agreed yet:" into a position), a table's row with its header, a sentence that refers back with the
one before it.
"""

from collections.abc import Callable, Collection, Sequence

from bot.quote.picks import Pick, text_of
from bot.records import Hit
from bot.statements import (
    Before,
    Span,
    depends_on_previous,
    introduction,
    line_kind,
    names_again,
)
from index.language.words import words
from index.passage import Passage

Beside = Callable[[Passage], tuple[Passage | None, Passage | None]]
"""Gives the passages before and after one in its document; None where there is none."""

LOOK_BACK = 3  # sentences above in which "this fund" may have been named


def none_beside(passage: Passage) -> tuple[None, None]:
    """A `Beside` for passages that have none before or after them."""
    return None, None


def statements(
    picks: Sequence[Pick], before: Before, wanted: Collection[tuple[str, int]]
) -> list[list[Span]]:
    """The spans to quote for each statement, in the order of the picks.

    `wanted`: the places of sentences that join a statement that they adjoin in one line. Items or
    rows are one statement with what introduces them.
    """
    done: set[tuple[str, int]] = set()
    introduced: dict[tuple[str, int], list[Span]] = {}  # the spans under a lead-in or header row
    made: list[list[Span]] = []
    for pick in picks:
        hit, passage = pick.hit, pick.passage
        if pick.place in done:
            continue
        first, last = _stretch(pick, {index for one, index in wanted if one == passage.id})
        done |= {(passage.id, index) for index in range(first, last + 1)}
        own = (passage, hit.sentences[first].start, hit.sentences[last].end)
        opening = introduction(passage, first, before)
        key = (opening[0].id, opening[1]) if opening else (passage.id, own[1])
        if key in introduced:
            introduced[key].append(own)
            continue
        spans = _introduced(hit, first, own, opening)
        if opening:
            introduced[key] = spans
        made.append(spans)
    return made


def _introduced(hit: Hit, first: int, own: Span, opening: Span | None) -> list[Span]:
    """The spans with what introduces them; in one piece where a lead-in stands just above."""
    passage, _, end = own
    if opening is None or opening == own or opening[:2] == own[:2]:
        return [own]
    above = hit.sentences[first - 1].start if first > 0 else -1
    is_row = line_kind(*own) == "row"
    in_one_piece = opening[0] is passage and opening[1] == above and not is_row
    return [(passage, opening[1], end)] if in_one_piece else [opening, own]


def once(found: Sequence[list[Span]]) -> list[list[Span]]:
    """The statements, each once.

    Where a later one of the same document says an earlier one and more (that was a summary), it
    takes its place.
    """
    kept: list[list[Span]] = []
    for spans in found:
        said = _said(spans)
        beside = [one for one in kept if one[0][0].path == spans[0][0].path]
        shorter = [one for one in beside if _said(one) in said]
        if shorter:
            kept[kept.index(shorter[0])] = spans
            kept = [one for one in kept if one not in shorter[1:]]
        elif not any(said in _said(one) for one in beside):
            kept.append(spans)
    return kept


def _said(spans: Sequence[Span]) -> str:
    """The folded words of the spans, with a blank before and behind each."""
    text = " ".join(passage.text[start:end] for passage, start, end in spans)
    return f" {' '.join(words(text))} "


def _stretch(pick: Pick, wanted: Collection[int]) -> tuple[int, int]:
    """The first and last sentence of the statement that the pick belongs to."""
    hit = pick.hit
    first = last = pick.index
    while last + 1 in wanted and _in_one_line(hit, last):
        last += 1
    while first > 0:
        text = text_of(hit, first)
        depends = first - 1 in wanted or depends_on_previous(text)
        if depends and _in_one_line(hit, first - 1):
            first -= 1
            continue
        above = range(first - 1, max(-1, first - 1 - LOOK_BACK), -1)
        named = next((index for index in above if names_again(text, text_of(hit, index))), None)
        if named is None:
            break
        first = named
    return first, last


def _in_one_line(hit: Hit, index: int) -> bool:
    """Are the sentence and the next one in the same line?"""
    return "\n" not in hit.passage.text[hit.sentences[index].end : hit.sentences[index + 1].start]
