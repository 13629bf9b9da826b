"""What flows through the bot, frozen: hits, citations, claims and the answer.

Imports nothing but the passage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from index.passage import Passage


@dataclass(frozen=True)
class Sentence:
    """The characters [start, end) of a passage's text, and how well they answer.

    `score`: the weighted mean of the question's tokens' best cosines with theirs, 0 to 1, and what
    the reader adds. `answers`: the reader's probability that they answer; None where none read.
    """

    start: int
    end: int
    score: float
    answers: float | None = None


@dataclass(frozen=True)
class Hit:
    """A passage that was found, and its sentences in reading order.

    `matches`: for each token of the question, its best cosine with a token of the passage.
    `score`: their weighted mean, 0 to 1 (late interaction). `rank`: what the hits are ordered by,
    in standard deviations over the candidates: the score, adjusted for time, kind and status.
    `answers`: the reader's probability that the passage answers; None where it was not read.
    """

    passage: Passage
    score: float
    sentences: tuple[Sentence, ...] = ()
    matches: tuple[float, ...] = ()
    rank: float = 0.0
    answers: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The hit as the command line and the endpoints give it."""
        passage = self.passage
        return {
            "document": passage.path,
            "title": passage.title,
            "date": passage.date,
            "headings": list(passage.headings),
            "page": passage.page,
            "score": round(self.score, 4),
            "text": passage.text,
        }


@dataclass(frozen=True)
class Citation:
    """A quote is its span: `quote == passage.text[start:end]`. Numbered from 1 in an answer."""

    number: int
    passage: Passage
    quote: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        """The citation as the command line and the endpoints give it."""
        passage = self.passage
        return {
            "number": self.number,
            "document": passage.path,
            "title": passage.title,
            "date": passage.date,
            "kind": passage.kind,
            "status": passage.status,
            "audience": passage.audience,
            "page": passage.page,
            "quote": self.quote,
        }


@dataclass(frozen=True)
class Claim:
    """One statement of an answer and the citations that prove it."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class WrittenClaim:
    """A claim as a chat model wrote it, with the (passage, quoted text) it names: all unchecked."""

    text: str
    quotes: tuple[tuple[Passage, str], ...]


@dataclass(frozen=True)
class Meeting:
    """Whom the federation met, according to a text; "" for what it does not say.

    `date` is ISO 8601, as exact as it is known; names stand as they are written.
    """

    date: str
    institution: str
    interlocutor: str
    subject: str
    citation: Citation


@dataclass(frozen=True)
class Rejected:
    """A claim that was not accepted, and why."""

    claim: Claim
    reason: str


@dataclass(frozen=True)
class Answer:
    """What a member gets. `text` is Markdown with [n].

    An abstention has no claims, but may name the `nearest` passages. `unsure`: the probability
    that the passages answer is only just over the threshold. `note`: what a member should know
    of how the answer was made, or "". `seconds`: how long it took.
    """

    question: str
    language: str
    claims: tuple[Claim, ...]
    text: str
    abstained: bool
    rejected: tuple[Rejected, ...] = ()
    nearest: tuple[Passage, ...] = ()
    unsure: bool = False
    note: str = ""
    seconds: float = 0.0

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations in the order of their numbers."""
        return tuple(citation for claim in self.claims for citation in claim.citations)

    def as_json(self, identity: object = None) -> dict[str, Any]:
        """The object that `python -m bot ask --json` prints."""
        return {
            "id": identity,
            "question": self.question,
            "language": self.language,
            "text": self.text,
            "abstained": self.abstained,
            "claims": [
                {"text": claim.text, "citations": [citation.number for citation in claim.citations]}
                for claim in self.claims
            ],
            "citations": [citation.as_json() for citation in self.citations],
            "unsure": self.unsure,
            "note": self.note,
            "see_also": [
                {"document": passage.path, "title": passage.title, "date": passage.date}
                for passage in self.nearest
            ],
            "rejected": [
                {"text": rejected.claim.text, "reason": rejected.reason}
                for rejected in self.rejected
            ],
            "milliseconds": round(self.seconds * 1000, 1),
        }


def search_as_json(
    identity: object, question: str, hits: Sequence[Hit], seconds: float
) -> dict[str, Any]:
    """The object that `python -m bot search --json` prints."""
    return {
        "id": identity,
        "question": question,
        "hits": [hit.as_json() for hit in hits],
        "milliseconds": round(seconds * 1000, 1),
    }
