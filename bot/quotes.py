"""Answers without a chat model: from the best hits, the sentences that answer, verbatim. Pure.

Promise: every claim's text is its quotes and nothing else; a list item is quoted with the lead-in that says what the list is
(an item alone can turn "not agreed yet:" into a position); a question found in a document is never given as an answer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records import Citation, Claim, Hit, Sentence
from index.lexical import terms
from index.passage import LIST_MARKER, Passage

MOST = 5  # sentences of an answer
LEAST = 3  # sentences, where the good passages hold so many
READ = 8  # passages that sentences are taken from
CLOSE = 0.045  # a sentence past LEAST must score within this of the best one
OUT_OF_FORCE = 0.02  # what a draft, superseded or withdrawn text loses: one in force comes first where both answer
RECENT = 0.005  # what the newest of the texts gains over the oldest: newer first where they answer alike
NEAR = 0.09  # and any sentence within this
PASSAGE_SHARE = 0.4  # of a sentence's rank is its passage's score: a sentence alone may lack its subject
ITEM = re.compile(LIST_MARKER)
SAME = 0.75  # share of common terms from which two sentences say the same


@dataclass(frozen=True)
class _Pick:
    hit: Hit
    index: int  # of the sentence in the hit
    rank: float


def compose(hits: Sequence[Hit]) -> tuple[Claim, ...]:
    """Claims for the best sentences of the hits (best hit first), best first; adjoining sentences make one quote."""
    claims: list[Claim] = []
    for passage, spans in _stretches(_picked(hits)):
        citation_numbers = range(sum(len(claim.citations) for claim in claims) + 1, 10**6)
        citations = tuple(Citation(number, passage, passage.text[start:end], start, end)
                          for number, (start, end) in zip(citation_numbers, spans, strict=False))
        claims.append(Claim(" ".join(f"« {citation.quote} »" for citation in citations), citations))
    return tuple(claims)


def _picked(hits: Sequence[Hit]) -> list[_Pick]:
    """The sentences to quote, best first, without near-duplicates."""
    ranked = sorted(_answering(hits[:READ]), key=lambda pick: -pick.rank)
    picks: list[_Pick] = []
    for pick in ranked:
        gap = ranked[0].rank - pick.rank
        if len(picks) >= MOST or gap > NEAR or (len(picks) >= LEAST and gap > CLOSE):
            break
        if not any(_alike(pick, other) for other in picks):
            picks.append(pick)
    return picks


def _answering(hits: Sequence[Hit]) -> Iterator[_Pick]:
    dates = sorted({hit.passage.date for hit in hits})
    for hit in hits:
        standing = RECENT * dates.index(hit.passage.date) / len(dates) - OUT_OF_FORCE * (hit.passage.status != "adopted")
        for index, sentence in enumerate(hit.sentences):
            text = hit.passage.text[sentence.start:sentence.end]
            if not text.rstrip(" »\"").endswith(("?", ":")) and len(text.split()) >= 4:
                yield _Pick(hit, index, (1 - PASSAGE_SHARE) * sentence.score + PASSAGE_SHARE * hit.score + standing)


def _alike(one: _Pick, other: _Pick) -> bool:
    first, second = (set(terms(_text(pick), pick.hit.passage.language)) for pick in (one, other))
    return len(first & second) > SAME * max(1, min(len(first), len(second)))


def _text(pick: _Pick) -> str:
    sentence = pick.hit.sentences[pick.index]
    return pick.hit.passage.text[sentence.start:sentence.end]


def _stretches(picks: Sequence[_Pick]) -> Iterator[tuple[Passage, list[tuple[int, int]]]]:
    """(passage, spans to quote in reading order) for each statement, best first.

    Picks that adjoin in one line are one statement, quoted in one piece; so is an item or a row with what introduces it.
    """
    done: set[tuple[str, int]] = set()
    for pick in picks:
        hit = pick.hit
        wanted = {other.index for other in picks if other.hit is hit}
        if (hit.passage.id, pick.index) in done:
            continue
        first = last = pick.index
        while first - 1 in wanted and _adjoin(hit, first - 1):
            first -= 1
        while last + 1 in wanted and _adjoin(hit, last):
            last += 1
        done |= {(hit.passage.id, index) for index in range(first, last + 1)}
        opener = _lead_in(hit, first)
        spans = [(hit.sentences[first].start, hit.sentences[last].end)]
        if opener == first - 1:
            spans = [(hit.sentences[opener].start, hit.sentences[last].end)]
        elif opener is not None and opener != first:
            opening = hit.sentences[opener]
            spans.insert(0, (opening.start, opening.end))
        yield hit.passage, spans


def _adjoin(hit: Hit, index: int) -> bool:
    """Do the sentence and the next one stand in the same line?"""
    return "\n" not in hit.passage.text[hit.sentences[index].end:hit.sentences[index + 1].start]


def _lead_in(hit: Hit, index: int) -> int | None:
    """The sentence without which this one could mislead: a list's lead-in that ends in a colon, a table's header row; or None."""
    runs = [_run(hit.passage, sentence) for sentence in hit.sentences]
    if not runs[index]:
        return None
    before = index
    while before > 0 and runs[before - 1] == runs[index]:
        before -= 1
    if runs[index] == "row":
        return before
    sentence = hit.sentences[before - 1] if before else None
    return before - 1 if sentence and hit.passage.text[sentence.start:sentence.end].endswith(":") else None


def _run(passage: Passage, sentence: Sentence) -> str:
    """What the sentence's line is: `item` of a list, `row` of a table, or neither."""
    start = passage.text.rfind("\n", 0, sentence.start) + 1
    end = passage.text.find("\n", sentence.end)
    if ITEM.match(passage.text, start):
        return "item"
    return "row" if " | " in passage.text[start:end if end >= 0 else None] else ""
