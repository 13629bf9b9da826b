"""Answers without a chat model: from the best hits, the sentences that answer, verbatim. Pure.

Promise: every claim's text is its quotes and nothing else. A list item is quoted with the lead-in
that says what the list is (alone it can turn "not agreed yet:" into a position), a sentence that
refers back with the one before it. A question found in a document is never given as an answer, a
heading never as a statement.
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
    depends_on_previous,
    holds_amount_asked,
    introduction,
    is_aside,
    is_said,
    line_kind,
    names_again,
)
from index.language.numbers import figure_terms
from index.language.words import terms, words
from index.passage import Passage

MOST = 6  # sentences of an answer
WORDS = 120  # that an answer has at the most; its first statement may have more
LISTED = 180  # words of a list that was asked for
READ = 8  # passages that sentences are taken from
CLOSE = 0.03  # a further sentence must score within this of the best one
FAR = 0.08  # likewise in the passage of the best one: what is next to the answer belongs to it
PASSAGE_SHARE = 0.4  # of a sentence's score is its passage's: a sentence alone may lack its subject
SOUGHT = 0.03  # what a sentence gains that holds the person, date or figure that is asked for
NAMED = 0.03  # likewise one that has a day, an amount or a share that the question names
# Likewise one that demands something, where it is asked what the federation demands.
DEMANDED = 0.02
LOOK_BACK = 3  # sentences above in which "this fund" may have been named
ABOUT = 0.015  # passages of a document whose scores differ by less answer alike
# What a sentence loses that is about the document or its readers, where no person, date or figure
# is sought.
ASIDE = 0.1
ENDED = ("superseded", "withdrawn")
# What a sentence of a text that has ended loses, unless a time is asked about: what replaced it may
# say less of what is asked.
OUT_OF_FORCE = 0.03
# What a standard deviation of the preference for the time, kind and force of a text is worth.
PREFERRED = 0.01
CHECKABLE = ("person", "date", "figure")  # what a sentence can be seen to hold
ALIKE = 0.75  # share of common terms from which two sentences say the same


@dataclass(frozen=True)
class _Pick:
    hit: Hit
    index: int  # of the sentence in the hit
    score: float

    @property
    def passage(self) -> Passage:
        return self.hit.passage

    @property
    def text(self) -> str:
        return _text(self.hit, self.index)


def _none_before(passage: Passage) -> None:
    """A `Before` for passages that have none before them."""


def compose(
    hits: Sequence[Hit],
    search: str = "",
    seeks: str = "",
    timed: bool = False,
    before: Before = _none_before,
) -> tuple[Claim, ...]:
    """Claims for the sentences of the hits (best hit first) that answer.

    The best document comes first, its sentences in reading order; where a person, a date or a
    figure is sought, the best sentence. Unless a time is asked about (`timed`), what is in force
    and ours comes before what is not. `search` is what is searched, `seeks` what must stand in the
    answer (person, date, figure, list, or "" for anything); `before` gives the passage before one
    in its document, where a list begins that runs over both.
    """
    claims: list[Claim] = []
    picks = _picked(hits, search, seeks, timed)
    ordered = _ordered(_with_its_list(picks, hits) if seeks == "list" else picks, timed)
    if seeks in CHECKABLE and picks:
        # A text out of force leads only where none is in force.
        in_force = timed or ordered[0].passage.is_in_force
        leading = (pick for pick in picks if (timed or pick.passage.is_in_force) == in_force)
        best = max(leading, key=lambda pick: pick.score)
        ordered = [best, *(pick for pick in ordered if pick is not best)]
    for spans in _once(_statements(ordered, before)):
        first = sum(len(claim.citations) for claim in claims) + 1
        citations = tuple(
            Citation(first + place, passage, passage.text[start:end], start, end)
            for place, (passage, start, end) in enumerate(spans)
        )
        claims.append(Claim(" ".join(f"« {citation.quote} »" for citation in citations), citations))
    return tuple(claims)


def unless_amount_missing(claims: Sequence[Claim], question: str) -> tuple[Claim, ...]:
    """The claims; none where the question asks for an amount or a name that no quote holds."""
    quoted = "\n".join(citation.quote for claim in claims for citation in claim.citations)
    return tuple(claims) if holds_amount_asked(question, quoted) else ()


def _picked(hits: Sequence[Hit], search: str, seeks: str, timed: bool) -> list[_Pick]:
    """The sentences to quote, without near-duplicates.

    The best one, what answers beside it, then what answers elsewhere; where a whole document is
    about what is asked, the best of each of its passages first.
    """
    ranked = sorted(_scored(hits[:READ], search, seeks, timed), key=lambda pick: -pick.score)
    picks: list[_Pick] = []
    taken = 0
    overview = not seeks and bool(ranked) and _is_about(ranked[0].hit, hits[:READ])
    if overview:
        best = {pick.passage.id: pick for pick in reversed(ranked)}
        ranked.sort(key=lambda pick: best[pick.passage.id] is not pick)
    for beside in (False,) if overview else (True, False):
        for pick in ranked:
            if beside and pick.hit is not ranked[0].hit:
                continue
            gap, length = ranked[0].score - pick.score, len(pick.text.split())
            if gap > (FAR if beside else CLOSE) or any(_alike(pick, other) for other in picks):
                continue
            if not picks or (len(picks) < MOST and taken + length <= WORDS):
                picks.append(pick)
                taken += length
    return picks


def _is_about(best: Hit, hits: Sequence[Hit]) -> bool:
    """Is the whole document about what is asked: do three of its passages answer nearly as well?"""
    alike = (
        hit.passage.path == best.passage.path and best.score - hit.score <= ABOUT for hit in hits
    )
    return sum(alike) >= 3


def _scored(hits: Sequence[Hit], search: str, seeks: str, timed: bool) -> Iterator[_Pick]:
    """The statements of the hits, each with what it is worth as an answer."""
    asks_demand, named = demands(search), set(figure_terms(search))
    top = max((hit.rank for hit in hits), default=0.0)
    for hit in hits:
        passage = hit.passage
        for index, sentence in enumerate(hit.sentences):
            if not is_said(passage, sentence.start, sentence.end):
                continue
            text = passage.text[sentence.start : sentence.end]
            score = (1 - PASSAGE_SHARE) * sentence.score + PASSAGE_SHARE * hit.score
            score += PREFERRED * max(-3.0, hit.rank - top)
            if answers_with(text, seeks):
                score += SOUGHT
            if named and not named.isdisjoint(figure_terms(text, passage.date)):
                score += NAMED
            if asks_demand and demands_ours(passage, sentence.start, sentence.end):
                score += DEMANDED
            if seeks not in CHECKABLE and is_aside(text):
                score -= ASIDE
            if not timed and passage.status in ENDED:
                score -= OUT_OF_FORCE
            yield _Pick(hit, index, score)


def _with_its_list(picks: Sequence[_Pick], hits: Sequence[Hit]) -> list[_Pick]:
    """The picks; where the best one is a list item, with the rest of its list up to LISTED words.

    A list may run over several passages.
    """
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
        has_best = any(pick.hit is best.hit and pick.index >= best.index for pick in listed)
        if has_best and sum(len(pick.text.split()) for pick in listed) > LISTED:
            break
    known = {(pick.passage.id, pick.index) for pick in listed}
    rest = [pick for pick in picks if (pick.passage.id, pick.index) not in known]
    return [*listed, *sorted(rest, key=lambda pick: pick.hit is not best.hit)]


def _is_item(hit: Hit, index: int) -> bool:
    return line_kind(hit.passage, hit.sentences[index].start, hit.sentences[index].end) == "item"


def _beside(hit: Hit, index: int, step: int, hits: Sequence[Hit]) -> tuple[Hit, int] | None:
    """The sentence before (-1) or after (1) one, in the same passage or in the adjoining one.

    None if the adjoining passage is of another section or not among the hits.
    """
    if 0 <= index + step < len(hit.sentences):
        return hit, index + step
    passage = hit.passage
    for other in (other for other in hits if other.sentences):
        near = other.passage
        adjoins = near.start == passage.end if step > 0 else near.end == passage.start
        if adjoins and (near.path, near.headings) == (passage.path, passage.headings):
            return other, 0 if step > 0 else len(other.sentences) - 1
    return None


def _ordered(picks: Sequence[_Pick], timed: bool) -> list[_Pick]:
    """In force first; then by document, that of the best sentence first; then in reading order."""
    documents = list(dict.fromkeys(pick.passage.path for pick in picks))
    return sorted(
        picks,
        key=lambda pick: (
            not (timed or pick.passage.is_in_force),
            documents.index(pick.passage.path),
            pick.passage.start,
            pick.index,
        ),
    )


def _alike(one: _Pick, other: _Pick) -> bool:
    first, second = (set(terms(pick.text, pick.passage.language)) for pick in (one, other))
    return len(first & second) > ALIKE * max(1, min(len(first), len(second)))


def _text(hit: Hit, index: int) -> str:
    sentence = hit.sentences[index]
    return hit.passage.text[sentence.start : sentence.end]


def _statements(picks: Sequence[_Pick], before: Before) -> list[list[Span]]:
    """The spans to quote, in reading order, for each statement, in the order of the picks.

    Picks that adjoin in one line are one statement, quoted in one piece; so are items or rows with
    what introduces them, and a sentence that refers back with the one before.
    """
    done: set[tuple[str, int]] = set()
    introduced: dict[tuple[str, int], list[Span]] = {}  # the spans under a lead-in or header row
    statements: list[list[Span]] = []
    for pick in picks:
        hit, passage = pick.hit, pick.passage
        if (passage.id, pick.index) in done:
            continue
        first, last = _stretch(pick, {other.index for other in picks if other.hit is hit})
        done |= {(passage.id, index) for index in range(first, last + 1)}
        start, end = hit.sentences[first].start, hit.sentences[last].end
        opening, own = introduction(passage, first, before), (passage, start, end)
        key = (opening[0].id, opening[1]) if opening else (passage.id, start)
        if key in introduced:
            introduced[key].append(own)
            continue
        spans = [own]
        if opening and key != (passage.id, start):  # a table's header row introduces itself
            above = hit.sentences[first - 1].start if first > 0 else -1
            in_one_piece = opening[0] is passage and opening[1] == above
            spans = [(passage, opening[1], end)] if in_one_piece else [opening, own]
            introduced[key] = spans
        statements.append(spans)
    return statements


def _once(statements: Sequence[list[Span]]) -> list[list[Span]]:
    """The statements, each once.

    Where a later one of the same document says an earlier one and more (that was a summary), it
    takes its place.
    """
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
    """The folded words of the spans, with a blank before and behind each."""
    text = " ".join(passage.text[start:end] for passage, start, end in spans)
    return f" {' '.join(words(text))} "


def _stretch(pick: _Pick, wanted: set[int]) -> tuple[int, int]:
    """The first and last sentence of the statement that the pick belongs to."""
    hit = pick.hit
    first = last = pick.index
    while last + 1 in wanted and _in_one_line(hit, last):
        last += 1
    while first > 0:
        text = _text(hit, first)
        depends = first - 1 in wanted or depends_on_previous(text)
        if depends and _in_one_line(hit, first - 1):
            first -= 1
            continue
        above = range(first - 1, max(-1, first - 1 - LOOK_BACK), -1)
        named = next((index for index in above if names_again(text, _text(hit, index))), None)
        if named is None:
            break
        first = named
    return first, last


def _in_one_line(hit: Hit, index: int) -> bool:
    """Are the sentence and the next one in the same line?"""
    return "\n" not in hit.passage.text[hit.sentences[index].end : hit.sentences[index + 1].start]
