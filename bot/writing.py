"""An answer in a chat model's words: written, checked, asked for once more, looked over.

Promise: every claim that comes out was accepted by the guard or is its own quotes; what the model
lost is listed with the reason. All requests end within the model's one deadline.
"""

import contextlib
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.chat.model import ChatModelFailed, Doubt, Writer
from bot.guard import check as guard
from bot.records import Citation, Claim, Hit, Question, Rejected, WrittenClaim

LEAST = 1.0  # seconds that must be left for another request
NOT_FOUND_AGAIN = "the model, asked again, did not find in the quotes: {}"


@dataclass(frozen=True)
class Written:
    """The claims to show, in order, still without their final numbers, and what was rejected."""

    claims: tuple[Claim, ...]
    rejected: tuple[Rejected, ...]


def written(writer: Writer, asked: Question, hits: Sequence[Hit]) -> Written:
    """What the model answers to the question. Raises `ChatModelFailed` where it answers nothing.

    A claim that the guard rejects is asked for once more, and replaced by its quotes if it fails
    again; so is one in its own words that the model, asked again, does not find in its quotes.
    """
    until = time.monotonic() + writer.seconds
    made, refused = writer.write(asked.search, asked.language, hits)
    judged = [_judged(claim, writer.federation) for claim in made]
    claims, rejected = _once_more(writer, judged, asked.language, until)
    claims, unsaid = _looked_over(writer, claims, until)
    return Written(tuple(dict.fromkeys(claims)), (*refused, *rejected, *unsaid))


def _judged(claim: WrittenClaim, federation: Collection[str]) -> Claim | Rejected:
    cited, unproved = guard.cite([claim])
    accepted, rejected = guard.check(cited, federation)
    return accepted[0] if accepted else [*unproved, *rejected][0]


def _once_more(
    writer: Writer,
    judged: Sequence[Claim | Rejected],
    language: str,
    until: float,
) -> tuple[list[Claim], list[Rejected]]:
    """The accepted claims, each rejected one that has a quote in new words or as its quotes."""
    failed = [one for one in judged if isinstance(one, Rejected) and one.claim.citations]
    doubts = [_doubt(one.claim, one.reason) for one in failed]
    left = until - time.monotonic()
    texts = [""] * len(failed)
    if failed and left > LEAST:
        # Where this fails, what it wrote first is still there to be replaced.
        with contextlib.suppress(ChatModelFailed):
            texts = writer.reword(doubts, language, left)
    again = dict(zip(map(id, failed), texts, strict=True))
    claims: list[Claim] = []
    rejected: list[Rejected] = []
    for one in judged:
        if isinstance(one, Claim):
            claims.append(one)
        elif not one.claim.citations:
            rejected.append(one)
        else:
            reworded = replace(one.claim, text=again[id(one)])
            accepted = guard.check([reworded], writer.federation)[0] if reworded.text else ()
            claims += accepted or [as_quotes(one.claim)]
            rejected.append(replace(one, replaced=not accepted))
    return claims, rejected


def _looked_over(
    writer: Writer, claims: Sequence[Claim], until: float
) -> tuple[list[Claim], list[Rejected]]:
    """The claims, those in the model's words marked as looked over or replaced by their quotes."""
    worded = [claim for claim in claims if claim.grade == "worded"]
    left = until - time.monotonic()
    if not (writer.verifies and worded and left > LEAST):
        return list(claims), []
    try:
        unsaid = writer.look_over([_doubt(claim, "") for claim in worded], left)
    except ChatModelFailed:
        return list(claims), []
    found = dict(zip(map(id, worded), unsaid, strict=True))
    looked: list[Claim] = []
    rejected: list[Rejected] = []
    for claim in claims:
        lacks = found.get(id(claim))
        if lacks:
            rejected.append(Rejected(claim, NOT_FOUND_AGAIN.format(lacks), replaced=True))
        looked.append(as_quotes(claim) if lacks else replace(claim, looked_over=lacks is not None))
    return looked, rejected


def _doubt(claim: Claim, reason: str) -> Doubt:
    return Doubt(claim.text, reason, tuple(citation.quote for citation in claim.citations))


def as_quotes(claim: Claim) -> Claim:
    """The claim as nothing but the whole sentences that it quotes, each once."""
    citations = tuple(dict.fromkeys(_whole(citation) for citation in claim.citations))
    text = " ".join(f"« {citation.quote} »" for citation in citations)
    return Claim(text, citations, "quote")


def _whole(citation: Citation) -> Citation:
    """The citation from the start of its first sentence to the end of its last."""
    touched = [
        (start, end)
        for start, end in citation.passage.sentences()
        if start < citation.end and citation.start < end
    ]
    start = min([citation.start, *(start for start, _ in touched)])
    end = max([citation.end, *(end for _, end in touched)])
    return Citation(citation.number, citation.passage, citation.passage.text[start:end], start, end)
