"""The last answer once more: cut, in the other language, its sources, the reason beside it. Pure.

Promise: the reply names the question that it repeats; it quotes what the last answer quoted, and
for a reason what stands next to it in the same document, never anything from elsewhere.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from bot.records import Answer, Citation, Claim, Composed
from bot.statements import is_said
from bot.wording import WITHOUT_CLAIMS, source_line
from index.language import lists
from index.language.fold import fold
from index.passage import Passage

Around = Callable[[Passage], tuple[Passage | None, Passage | None]]
"""Gives the passages before and after one in its document."""

REASON = re.compile(rf"\b{lists.forms('repeat.reasons')}")
REASONS = 2  # that are quoted
FAR = 600  # characters between a quote and a reason for it

LEADS = {
    "fr": {
        "again": "Je répète, sur « {question} » :",
        "shorter": "En bref, sur « {question} » :",
        "language": "En français, sur « {question} » (citations dans leur langue) :",
        "source": "Sources de la réponse à « {question} » :",
        "why": "Ce que nos textes donnent comme raison, sur « {question} » :",
        "none": "Nos textes ne donnent pas de raison à côté de ce passage (« {question} ») :",
    },
    "en": {
        "again": "Once more, on “{question}”:",
        "shorter": "In short, on “{question}”:",
        "language": "In English, on “{question}” (quotes in their own language):",
        "source": "Sources of the answer to “{question}”:",
        "why": "The reason that our texts give, on “{question}”:",
        "none": "Our texts give no reason next to this passage (“{question}”):",
    },
}


def repeated(detail: str, previous: Answer, language: str, around: Around) -> Composed | None:
    """The last answer as `detail` asks for it: again, shorter, language, source or why.

    None where it was no answer.
    """
    if not previous.claims:
        says = previous.reply in WITHOUT_CLAIMS and detail in ("again", "language")
        if not says:
            return None
        return Composed(previous.reply, lead=previous.text, rests_on=previous.rests_on)
    if detail == "why":
        return _reason(previous, language, around)
    claims, brief = previous.claims, previous.brief
    if detail == "shorter":
        claims = _briefest(previous)
    elif detail == "source":
        claims = tuple(_one_for_each_document(previous.claims))
        cited = (claim.citations[0].passage for claim in claims)
        brief = " ; ".join(source_line(passage, language) for passage in cited)
    return Composed(
        previous.reply,
        claims,
        brief,
        LEADS[language][detail].format(question=previous.question),
        previous.note if detail in ("again", "language") else "",
    )


def _briefest(previous: Answer) -> tuple[Claim, ...]:
    """The claim that the brief is of, of a list all that it has; the first where it is of none."""
    own = [claim for claim in previous.claims if claim.text in previous.brief]
    most = len(own) if previous.reply == "list" else 1
    return tuple(own[:most]) or previous.claims[:1]


def _one_for_each_document(claims: Sequence[Claim]) -> Iterator[Claim]:
    """The first claim of each document, its first quote alone."""
    seen: set[str] = set()
    for claim in claims:
        for citation in claim.citations:
            if citation.passage.path not in seen:
                seen.add(citation.passage.path)
                yield _quoting(citation)


def _quoting(citation: Citation) -> Claim:
    return Claim.quoting([(citation.passage, citation.start, citation.end)])


def _reason(previous: Answer, language: str, around: Around) -> Composed:
    """The reasons nearest to the quotes of the last answer, or that there is none."""
    found: dict[tuple[str, int], tuple[int, Citation]] = {}
    for place, claim in enumerate(previous.claims):
        for citation in claim.citations:
            for far, reason in _reasons(citation, around):
                key = (reason.passage.id, reason.start)
                # What is beside the first claim comes before what is within a later one.
                near = (far + place * FAR, reason)
                found[key] = min(found.get(key, near), near, key=_far)
    nearest = islice(sorted(found.values(), key=_far), REASONS)
    claims = tuple(_quoting(reason) for _, reason in nearest)
    kind = "why" if claims else "none"
    lead = LEADS[language][kind].format(question=previous.question)
    return Composed("answer", claims or previous.claims[:1], lead=lead)


def _far(found: tuple[int, Citation]) -> int:
    return found[0]


def _reasons(citation: Citation, around: Around) -> Iterator[tuple[int, Citation]]:
    """The sentences near a quote that give a reason, and how far from it they are."""
    quoted = citation.passage
    before, after = around(quoted)
    beside = [one for one in (before, after) if one and one.headings == quoted.headings]
    first, last = quoted.start + citation.start, quoted.start + citation.end
    for passage in (quoted, *beside):
        for start, end in passage.sentences():
            begins, ends = passage.start + start, passage.start + end
            far = max(0, begins - last, first - ends)
            text = passage.text[start:end]
            if far <= FAR and is_said(passage, start, end) and REASON.search(fold(text)):
                yield far, Citation(1, passage, text, start, end)
