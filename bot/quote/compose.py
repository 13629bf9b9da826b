"""Answers without a chat model: from the best hits, the sentences that answer, verbatim. Pure.

Promise: every claim's text is its quotes and nothing else; a list item is quoted with the lead-in that says what the list is
(an item alone can turn "not agreed yet:" into a position), a sentence that refers back with the one before it; a question
found in a document is never given as an answer, a heading never as a statement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records import Citation, Claim, Hit
from bot.statements import (
    Before,
    Span,
    answers_with,
    demands,
    demands_ours,
    holds_what_is_asked,
    introduction,
    is_aside,
    is_said,
    line_kind,
    names_again,
    refers_back,
)
from index.language.numbers import figure_terms
from index.language.words import terms, words
from index.passage import Passage

MOST = 6  # sentences of an answer
WORDS = 120  # that an answer has at the most; its first statement may have more
LISTED = 180  # words of a list that was asked for
READ = 8  # passages that sentences are taken from
CLOSE = 0.03  # a further sentence must score within this of the best one
FAR = 0.08  # likewise in the passage of the best one: what stands beside the answer belongs to it
PASSAGE_SHARE = 0.4  # of a sentence's score is its passage's: a sentence alone may lack its subject
SOUGHT = 0.03  # what a sentence gains that holds the person, date or figure that is asked for
NAMED = 0.03  # likewise one that has a day, an amount or a share that the question names
DEMANDED = (
    0.02  # likewise one that demands something, where it is asked what the federation demands
)
BACK = 3  # sentences above in which "this fund" may have been said which
ABOUT = 0.015  # passages of a document whose scores differ by less answer alike
ASIDE = 0.1  # what a sentence loses that is about the document or its readers, where no person, date or figure is sought
ENDED = ("superseded", "withdrawn")
OUT_OF_FORCE = 0.03  # what a sentence of a text that has ended loses, unless a time is asked about: what replaced it may say less of what is asked
PREFERRED = (
    0.01  # a standard deviation of what the time, the kind and the force of a text are worth
)
HELD = ("person", "date", "figure")  # what a sentence can be seen to hold
ALIKE = 0.75  # share of common terms from which two sentences say the same


@dataclass(frozen=True)
class _Pick:
    hit: Hit
    index: int  # of the sentence in the hit
    score: float


def _alone(passage: Passage) -> None:
    """A `Before` for passages that have none before them."""


def compose(
    hits: Sequence[Hit],
    search: str = "",
    seeks: str = "",
    timed: bool = False,
    before: Before = _alone,
) -> tuple[Claim, ...]:
    """Claims for the sentences of the hits (best hit first) that answer: the best document first, its own in reading order.

    Where a person, a date or a figure is sought the best sentence leads. Unless a time is asked about (`timed`), what is in force
    and ours comes before what is not. `search` is what is looked for, `seeks` what must stand in the answer (person, date, figure, list,
    or "" for anything); `before` gives the passage before one in its document, where a list begins that runs over both.
    """
    claims: list[Claim] = []
    picks = _picked(hits, search, seeks, timed)
    ordered = _ordered(_with_its_list(picks, hits) if seeks == "list" else picks, timed)
    if seeks in HELD and picks:
        force = (
            timed or ordered[0].hit.passage.is_in_force
        )  # a text out of force leads only where none is in force
        best = max(
            (pick for pick in picks if (timed or pick.hit.passage.is_in_force) == force),
            key=lambda pick: pick.score,
        )
        ordered = [best, *(pick for pick in ordered if pick is not best)]
    for spans in _once(_stretches(ordered, before)):
        first = sum(len(claim.citations) for claim in claims) + 1
        citations = tuple(
            Citation(first + place, passage, passage.text[start:end], start, end)
            for place, (passage, start, end) in enumerate(spans)
        )
        claims.append(Claim(" ".join(f"« {citation.quote} »" for citation in citations), citations))
    return tuple(claims)


def that_hold(claims: Sequence[Claim], question: str) -> tuple[Claim, ...]:
    """The claims, or none of them where the question asks for a sum, a share, a length of time or a name and no quote holds one."""
    quoted = "\n".join(citation.quote for claim in claims for citation in claim.citations)
    return tuple(claims) if holds_what_is_asked(question, quoted) else ()


def _picked(hits: Sequence[Hit], search: str, seeks: str, timed: bool) -> list[_Pick]:
    """The sentences to quote, without near-duplicates: the best one, what answers beside it, then what answers elsewhere; where a whole
    document is about what is asked, the best of each of its passages first."""
    ranked = sorted(_scored(hits[:READ], search, seeks, timed), key=lambda pick: -pick.score)
    picks: list[_Pick] = []
    taken = 0
    overview = not seeks and bool(ranked) and _is_about(ranked[0].hit, hits[:READ])
    if overview:
        best = {pick.hit.passage.id: pick for pick in reversed(ranked)}
        ranked.sort(key=lambda pick: best[pick.hit.passage.id] is not pick)
    for beside in (False,) if overview else (True, False):
        for pick in ranked:
            gap, length = ranked[0].score - pick.score, len(_text(pick).split())
            if (
                (beside and pick.hit is not ranked[0].hit)
                or gap > (FAR if beside else CLOSE)
                or any(_alike(pick, other) for other in picks)
            ):
                continue
            if not picks or (len(picks) < MOST and taken + length <= WORDS):
                picks.append(pick)
                taken += length
    return picks


def _is_about(best: Hit, hits: Sequence[Hit]) -> bool:
    """Is the whole document of the best hit about what is asked: do several of its passages answer nearly as well?"""
    return (
        sum(
            hit.passage.path == best.passage.path and best.score - hit.score <= ABOUT
            for hit in hits
        )
        >= 3
    )


def _scored(hits: Sequence[Hit], search: str, seeks: str, timed: bool) -> Iterator[_Pick]:
    wants, named = demands(search), set(figure_terms(search))
    top = max((hit.rank for hit in hits), default=0.0)
    for hit in hits:
        for index, sentence in enumerate(hit.sentences):
            text = hit.passage.text[sentence.start : sentence.end]
            if not is_said(hit.passage, sentence.start, sentence.end):
                continue
            score = (
                (1 - PASSAGE_SHARE) * sentence.score
                + PASSAGE_SHARE * hit.score
                + PREFERRED * max(-3.0, hit.rank - top)
            )
            score += SOUGHT * answers_with(text, seeks) + NAMED * (
                bool(named) and not named.isdisjoint(figure_terms(text, hit.passage.date))
            )
            score -= ASIDE * (seeks not in HELD and is_aside(text)) + OUT_OF_FORCE * (
                not timed and hit.passage.status in ENDED
            )
            score += DEMANDED * (wants and demands_ours(hit.passage, sentence.start, sentence.end))
            yield _Pick(hit, index, score)


def _with_its_list(picks: Sequence[_Pick], hits: Sequence[Hit]) -> list[_Pick]:
    """The picks, and where the best one is an item of a list, the rest of that list as far as LISTED words, over several passages too."""
    if not picks or not _is_item(picks[0].hit, picks[0].index):
        return list(picks)
    best = picks[0]
    places = [(best.hit, best.index)]
    while (earlier := _beside(*places[0], -1, hits)) and _is_item(*earlier):
        places.insert(0, earlier)
    while (later := _beside(*places[-1], 1, hits)) and _is_item(*later):
        places.append(later)
    listed: list[_Pick] = []
    for hit, index in places:
        listed.append(_Pick(hit, index, best.score))
        if sum(len(_text(pick).split()) for pick in listed) > LISTED and any(
            pick.hit is best.hit and pick.index >= best.index for pick in listed
        ):
            break
    known = {(pick.hit.passage.id, pick.index) for pick in listed}
    rest = [pick for pick in picks if (pick.hit.passage.id, pick.index) not in known]
    return [
        *listed,
        *(pick for pick in rest if pick.hit is best.hit),
        *(pick for pick in rest if pick.hit is not best.hit),
    ]


def _is_item(hit: Hit, index: int) -> bool:
    return line_kind(hit.passage, hit.sentences[index].start, hit.sentences[index].end) == "item"


def _beside(hit: Hit, index: int, step: int, hits: Sequence[Hit]) -> tuple[Hit, int] | None:
    """The sentence before (-1) or after (1) one, in the same passage or in the adjoining one of its section, if that is among the hits."""
    if 0 <= index + step < len(hit.sentences):
        return hit, index + step
    for other in hits:
        adjoins = (
            other.passage.start == hit.passage.end
            if step > 0
            else other.passage.end == hit.passage.start
        )
        if (
            adjoins
            and other.sentences
            and (other.passage.path, other.passage.headings)
            == (hit.passage.path, hit.passage.headings)
        ):
            return other, 0 if step > 0 else len(other.sentences) - 1
    return None


def _ordered(picks: Sequence[_Pick], timed: bool) -> list[_Pick]:
    """Document by document, that of the best sentence first, and in reading order within a document."""
    documents = list(dict.fromkeys(pick.hit.passage.path for pick in picks))
    return sorted(
        picks,
        key=lambda pick: (
            not (timed or pick.hit.passage.is_in_force),
            documents.index(pick.hit.passage.path),
            pick.hit.passage.start,
            pick.index,
        ),
    )


def _alike(one: _Pick, other: _Pick) -> bool:
    first, second = (set(terms(_text(pick), pick.hit.passage.language)) for pick in (one, other))
    return len(first & second) > ALIKE * max(1, min(len(first), len(second)))


def _span(pick: _Pick) -> tuple[int, int]:
    sentence = pick.hit.sentences[pick.index]
    return sentence.start, sentence.end


def _text(pick: _Pick) -> str:
    return pick.hit.passage.text[slice(*_span(pick))]


def _stretches(picks: Sequence[_Pick], before: Before) -> list[list[Span]]:
    """The spans to quote, in reading order, for each statement, in the order of the picks.

    Picks that adjoin in one line are one statement, quoted in one piece; so are items or rows with what introduces them, and
    a sentence that refers back with the one before.
    """
    done: set[tuple[str, int]] = set()
    opened: dict[tuple[str, int], list[Span]] = {}  # the spans under a lead-in or header row
    statements: list[list[Span]] = []
    for pick in picks:
        hit = pick.hit
        if (hit.passage.id, pick.index) in done:
            continue
        first, last = _stretch(pick, {other.index for other in picks if other.hit is hit})
        done |= {(hit.passage.id, index) for index in range(first, last + 1)}
        start, end = hit.sentences[first].start, hit.sentences[last].end
        opening = introduction(hit.passage, first, before)
        key = (opening[0].id, opening[1]) if opening else (hit.passage.id, start)
        if key in opened:
            opened[key].append((hit.passage, start, end))
            continue
        if (
            opening
            and opening[0] is hit.passage
            and first > 0
            and opening[1] == hit.sentences[first - 1].start
        ):
            spans = [(hit.passage, opening[1], end)]
        else:
            spans = [
                *([opening] if opening and key != (hit.passage.id, start) else ()),
                (hit.passage, start, end),
            ]
        if opening and key != (hit.passage.id, start):
            opened[key] = spans
        statements.append(spans)
    return statements


def _once(statements: Sequence[list[Span]]) -> list[list[Span]]:
    """The statements, each once: where a later one of the same document says it and more (it was a summary), that one in its place."""
    kept: list[list[Span]] = []
    for spans in statements:
        beside = [place for place, other in enumerate(kept) if other[0][0].path == spans[0][0].path]
        shorter = next((place for place in beside if _said(kept[place]) in _said(spans)), None)
        if shorter is not None:
            kept[shorter] = spans
        elif not any(_said(spans) in _said(kept[place]) for place in beside):
            kept.append(spans)
    return kept


def _said(spans: Sequence[Span]) -> str:
    """Its plain words, a blank before and behind."""
    return (
        f" {' '.join(words(' '.join(passage.text[start:end] for passage, start, end in spans)))} "
    )


def _stretch(pick: _Pick, wanted: set[int]) -> tuple[int, int]:
    """The first and last sentence of the statement that the pick belongs to."""
    first = last = pick.index
    while last + 1 in wanted and _adjoin(pick.hit, last):
        last += 1
    while first > 0:
        text, *above = (
            _text(_Pick(pick.hit, index, 0.0))
            for index in range(first, max(-1, first - 1 - BACK), -1)
        )
        if _adjoin(pick.hit, first - 1) and (first - 1 in wanted or refers_back(text)):
            first -= 1
        elif said := next(
            (steps for steps, other in enumerate(above, 1) if names_again(text, other)), 0
        ):
            first -= said
        else:
            break
    return first, last


def _adjoin(hit: Hit, index: int) -> bool:
    """Do the sentence and the next one stand in the same line?"""
    return "\n" not in hit.passage.text[hit.sentences[index].end : hit.sentences[index + 1].start]
