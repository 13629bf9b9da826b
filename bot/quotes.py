"""Answers without a chat model: from the best hits, the sentences that answer, verbatim. Pure.

Promise: every claim's text is its quotes and nothing else; a list item is quoted with the lead-in that says what the list is
(an item alone can turn "not agreed yet:" into a position), a sentence that refers back with the one before it; a question
found in a document is never given as an answer, a heading never as a statement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.question import Question
from bot.records import Citation, Claim, Hit
from bot.statements import answers_with, demands, is_said, lead_in, line_kind, refers_back
from index.lexical import terms
from index.passage import Passage

MOST = 5  # sentences of an answer
WORDS = 120  # that an answer has at the most; its first statement may have more
LISTED = 200  # words of a list that was asked for
READ = 8  # passages that sentences are taken from
CLOSE = 0.03  # a further sentence must score within this of the best one
FAR = 0.09  # likewise in the passage of the best one: what stands beside the answer belongs to it
PASSAGE_SHARE = 0.4  # of a sentence's score is its passage's: a sentence alone may lack its subject
SOUGHT = 0.03  # what a sentence gains that holds the person, date or figure that is asked for
DEMANDED = 0.02  # likewise one that demands something, where it is asked what the federation demands
PREFERRED = 0.01  # a standard deviation of what the time, the kind and the force of a text are worth
ALIKE = 0.75  # share of common terms from which two sentences say the same


@dataclass(frozen=True)
class _Pick:
    hit: Hit
    index: int  # of the sentence in the hit
    score: float


def compose(asked: Question, hits: Sequence[Hit]) -> tuple[Claim, ...]:
    """Claims for the sentences of the hits (best hit first) that answer: the best document first, its own in reading order."""
    statements = list(_stretches(_ordered(_picked(asked, hits))))
    claims: list[Claim] = []
    for passage, spans in statements:
        first = sum(len(claim.citations) for claim in claims) + 1
        citations = tuple(Citation(first + place, passage, passage.text[start:end], start, end) for place, (start, end) in enumerate(spans))
        claims.append(Claim(" ".join(f"« {citation.quote} »" for citation in citations), citations))
    return tuple(claims)


def _picked(asked: Question, hits: Sequence[Hit]) -> list[_Pick]:
    """The sentences to quote, without near-duplicates: the best one, what answers beside it, then what answers elsewhere."""
    ranked = sorted(_scored(asked, hits[:READ]), key=lambda pick: -pick.score)
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


def _scored(asked: Question, hits: Sequence[Hit]) -> Iterator[_Pick]:
    wants = demands(asked.search)
    top = max((hit.rank for hit in hits), default=0.0)
    for hit in hits:
        for index, sentence in enumerate(hit.sentences):
            text = hit.passage.text[sentence.start:sentence.end]
            if not is_said(hit.passage, sentence.start, sentence.end):
                continue
            score = (1 - PASSAGE_SHARE) * sentence.score + PASSAGE_SHARE * hit.score + PREFERRED * max(-3.0, hit.rank - top)
            score += SOUGHT * answers_with(text, asked.seeks)
            score += DEMANDED * (wants and (demands(text) or any(demands(heading) for heading in hit.passage.headings)))
            yield _Pick(hit, index, score)


def _ordered(picks: Sequence[_Pick]) -> list[_Pick]:
    """Document by document, that of the best sentence first, and in reading order within a document."""
    documents = list(dict.fromkeys(pick.hit.passage.path for pick in picks))
    return sorted(picks, key=lambda pick: (documents.index(pick.hit.passage.path), pick.hit.passage.start, pick.index))


def _alike(one: _Pick, other: _Pick) -> bool:
    first, second = (set(terms(_text(pick), pick.hit.passage.language)) for pick in (one, other))
    return len(first & second) > ALIKE * max(1, min(len(first), len(second)))


def _text(pick: _Pick) -> str:
    sentence = pick.hit.sentences[pick.index]
    return pick.hit.passage.text[sentence.start:sentence.end]


def _stretches(picks: Sequence[_Pick]) -> Iterator[tuple[Passage, list[tuple[int, int]]]]:
    """(passage, spans to quote in reading order) for each statement, in the order of the picks.

    Picks that adjoin in one line are one statement, quoted in one piece; so is an item or a row with what introduces it, and
    a sentence that refers back with the one before.
    """
    done: set[tuple[str, int]] = set()
    for pick in picks:
        hit = pick.hit
        if (hit.passage.id, pick.index) in done:
            continue
        wanted = {other.index for other in picks if other.hit is hit}
        first = last = pick.index
        while last + 1 in wanted and _adjoin(hit, last):
            last += 1
        while first > 0 and _adjoin(hit, first - 1) and (first - 1 in wanted or refers_back(_span_text(hit, first))):
            first -= 1
        done |= {(hit.passage.id, index) for index in range(first, last + 1)}
        opener = lead_in(hit.passage, [(sentence.start, sentence.end) for sentence in hit.sentences], first)
        spans = [(hit.sentences[first].start, hit.sentences[last].end)]
        if opener == first - 1:
            spans = [(hit.sentences[opener].start, hit.sentences[last].end)]
        elif opener is not None and opener != first:
            spans.insert(0, (hit.sentences[opener].start, hit.sentences[opener].end))
        yield hit.passage, spans


def _span_text(hit: Hit, index: int) -> str:
    return hit.passage.text[hit.sentences[index].start:hit.sentences[index].end]


def _adjoin(hit: Hit, index: int) -> bool:
    """Do the sentence and the next one stand in the same line?"""
    return "\n" not in hit.passage.text[hit.sentences[index].end:hit.sentences[index + 1].start]
