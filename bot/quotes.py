"""Answers without a chat model: from the best hits, the sentences that answer, verbatim. Pure.

Promise: every claim's text is its quotes and nothing else; a list item is quoted with the lead-in that says what the list is
(an item alone can turn "not agreed yet:" into a position), a sentence that refers back with the one before it; a question
found in a document is never given as an answer, a heading never as a statement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records import Citation, Claim, Hit
from bot.statements import answers_with, demands, demands_ours, is_said, lead_in, line_kind, refers_back
from index.lexical import terms
from index.passage import Passage

MOST = 6  # sentences of an answer
WORDS = 120  # that an answer has at the most; its first statement may have more
LISTED = 180  # words of a list that was asked for
READ = 8  # passages that sentences are taken from
CLOSE = 0.03  # a further sentence must score within this of the best one
FAR = 0.08  # likewise in the passage of the best one: what stands beside the answer belongs to it
PASSAGE_SHARE = 0.4  # of a sentence's score is its passage's: a sentence alone may lack its subject
SOUGHT = 0.03  # what a sentence gains that holds the person, date or figure that is asked for
DEMANDED = 0.02  # likewise one that demands something, where it is asked what the federation demands
PREFERRED = 0.01  # a standard deviation of what the time, the kind and the force of a text are worth
HELD = ("person", "date", "figure")  # what a sentence can be seen to hold
ALIKE = 0.75  # share of common terms from which two sentences say the same


@dataclass(frozen=True)
class _Pick:
    hit: Hit
    index: int  # of the sentence in the hit
    score: float


def compose(hits: Sequence[Hit], search: str = "", seeks: str = "", timed: bool = False) -> tuple[Claim, ...]:
    """Claims for the sentences of the hits (best hit first) that answer: the best document first, its own in reading order.

    Where a person, a date or a figure is sought the best sentence leads. Unless a time is asked about (`timed`), what is in force and ours comes before what is not.

    `search` is what is looked for, `seeks` what must stand in the answer (person, date, figure, list, or "" for anything).
    """
    claims: list[Claim] = []
    picks = _picked(hits, demands(search), seeks)
    ordered = _ordered(_with_its_list(picks) if seeks == "list" else picks, timed)
    if seeks in HELD and picks:
        force = timed or _in_force(ordered[0].hit.passage)  # a text out of force leads only where none is in force
        best = max((pick for pick in picks if (timed or _in_force(pick.hit.passage)) == force), key=lambda pick: pick.score)
        ordered = [best, *(pick for pick in ordered if pick is not best)]
    for passage, spans in _stretches(ordered):
        first = sum(len(claim.citations) for claim in claims) + 1
        citations = tuple(Citation(first + place, passage, passage.text[start:end], start, end) for place, (start, end) in enumerate(spans))
        claims.append(Claim(" ".join(f"« {citation.quote} »" for citation in citations), citations))
    return tuple(claims)


def _picked(hits: Sequence[Hit], wants: bool, seeks: str) -> list[_Pick]:
    """The sentences to quote, without near-duplicates: the best one, what answers beside it, then what answers elsewhere."""
    ranked = sorted(_scored(hits[:READ], wants, seeks), key=lambda pick: -pick.score)
    picks: list[_Pick] = []
    words = 0
    for beside in (True, False):
        for pick in ranked:
            gap, length = ranked[0].score - pick.score, len(_text(pick).split())
            if (pick.hit is ranked[0].hit) is not beside or gap > (FAR if beside else CLOSE) or any(_alike(pick, other) for other in picks):
                continue
            if not picks or len(picks) < MOST and words + length <= WORDS:
                picks.append(pick)
                words += length
    return picks


def _scored(hits: Sequence[Hit], wants: bool, seeks: str) -> Iterator[_Pick]:
    top = max((hit.rank for hit in hits), default=0.0)
    for hit in hits:
        for index, sentence in enumerate(hit.sentences):
            text = hit.passage.text[sentence.start:sentence.end]
            if not is_said(hit.passage, sentence.start, sentence.end):
                continue
            score = (1 - PASSAGE_SHARE) * sentence.score + PASSAGE_SHARE * hit.score + PREFERRED * max(-3.0, hit.rank - top)
            score += SOUGHT * answers_with(text, seeks)
            score += DEMANDED * (wants and demands_ours(hit.passage, sentence.start, sentence.end))
            yield _Pick(hit, index, score)


def _with_its_list(picks: Sequence[_Pick]) -> list[_Pick]:
    """The picks, and where the best one is an item of a list, the rest of that list as far as LISTED words."""
    if not picks or line_kind(picks[0].hit.passage, *_span(picks[0])) != "item":
        return list(picks)
    best = picks[0]
    runs = [line_kind(best.hit.passage, sentence.start, sentence.end) for sentence in best.hit.sentences]
    first = last = best.index
    while first > 0 and runs[first - 1] == "item":
        first -= 1
    while last + 1 < len(runs) and runs[last + 1] == "item":
        last += 1
    listed: list[_Pick] = []
    for index in range(first, last + 1):
        listed.append(_Pick(best.hit, index, best.score))
        if sum(len(_text(pick).split()) for pick in listed) > LISTED and index >= best.index:
            break
    return [*listed, *(pick for pick in picks if pick.hit is best.hit and not first <= pick.index <= last),
            *(pick for pick in picks if pick.hit is not best.hit)]


def _ordered(picks: Sequence[_Pick], timed: bool) -> list[_Pick]:
    """Document by document, that of the best sentence first, and in reading order within a document."""
    documents = list(dict.fromkeys(pick.hit.passage.path for pick in picks))
    return sorted(picks, key=lambda pick: (not (timed or _in_force(pick.hit.passage)), documents.index(pick.hit.passage.path), pick.hit.passage.start, pick.index))


def _in_force(passage: Passage) -> bool:
    return passage.status == "adopted" and not passage.is_forwarded


def _alike(one: _Pick, other: _Pick) -> bool:
    first, second = (set(terms(_text(pick), pick.hit.passage.language)) for pick in (one, other))
    return len(first & second) > ALIKE * max(1, min(len(first), len(second)))


def _span(pick: _Pick) -> tuple[int, int]:
    sentence = pick.hit.sentences[pick.index]
    return sentence.start, sentence.end


def _text(pick: _Pick) -> str:
    return pick.hit.passage.text[slice(*_span(pick))]


def _stretches(picks: Sequence[_Pick]) -> list[tuple[Passage, list[tuple[int, int]]]]:
    """(passage, spans to quote in reading order) for each statement, in the order of the picks.

    Picks that adjoin in one line are one statement, quoted in one piece; so are items or rows with what introduces them, and
    a sentence that refers back with the one before.
    """
    done: set[tuple[str, int]] = set()
    opened: dict[tuple[str, int], list[tuple[int, int]]] = {}  # the spans under a lead-in or header row
    statements: list[tuple[Passage, list[tuple[int, int]]]] = []
    for pick in picks:
        hit = pick.hit
        if (hit.passage.id, pick.index) in done:
            continue
        first, last = _stretch(pick, {other.index for other in picks if other.hit is hit})
        done |= {(hit.passage.id, index) for index in range(first, last + 1)}
        span = (hit.sentences[first].start, hit.sentences[last].end)
        opener = lead_in(hit, first)
        if opener is None or opener == first:
            statements.append((hit.passage, [span]))
        elif (hit.passage.id, opener) in opened:
            opened[hit.passage.id, opener].append(span)
        else:
            opening = hit.sentences[opener]
            spans = [(opening.start, span[1])] if opener == first - 1 else [(opening.start, opening.end), span]
            opened[hit.passage.id, opener] = spans
            statements.append((hit.passage, spans))
    return statements


def _stretch(pick: _Pick, wanted: set[int]) -> tuple[int, int]:
    """The first and last sentence of the statement that the pick belongs to."""
    first = last = pick.index
    while last + 1 in wanted and _adjoin(pick.hit, last):
        last += 1
    while first > 0 and _adjoin(pick.hit, first - 1) and (first - 1 in wanted or refers_back(_text(_Pick(pick.hit, first, 0.0)))):
        first -= 1
    return first, last


def _adjoin(hit: Hit, index: int) -> bool:
    """Do the sentence and the next one stand in the same line?"""
    return "\n" not in hit.passage.text[hit.sentences[index].end:hit.sentences[index + 1].start]
