"""What flows through the bot, frozen: hits, citations, claims and the answer.

Imports nothing but the passage.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from index.passage import Described, Passage

REPLIES = (
    "answer",
    "list",
    "comparison",
    "summary",
    "meetings",
    "texts",
    "standing",
    "talk",
    "about",
    "nothing",
)


@dataclass(frozen=True)
class Turn:
    """An earlier turn of a conversation: what was asked, and the documents that its answer cited.

    `documents`: paths in the order of the citations; empty where they are not known.
    """

    question: str
    documents: tuple[str, ...] = ()


History = Sequence[Turn | str]
"""A conversation's earlier turns, oldest first; a question alone where its answer is not known."""


def turns(history: History) -> tuple[Turn, ...]:
    """The history as turns."""
    return tuple(Turn(turn) if isinstance(turn, str) else turn for turn in history)


def turns_of(questions: Sequence[str], documents: Sequence[str]) -> tuple[Turn, ...]:
    """Earlier questions as turns; `documents`: what the answer to the last of them cited."""
    if not questions:
        return ()
    *before, last = questions
    return (*map(Turn, before), Turn(last, tuple(documents)))


@dataclass(frozen=True)
class Scope:
    """The documents that a conversation is about: each field empty for any.

    `documents`: paths; `years`: of their dates, "2023"; `kinds`: as in index/passage.py; `themes`:
    topics, in any case. A document is within if it has one of the values of every field.
    """

    documents: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Does it leave anything out?"""
        return bool(self.documents or self.years or self.kinds or self.themes)

    def holds(self, document: Described) -> bool:
        """Is the document, or the passage's document, within?"""
        topics = {topic.casefold() for topic in document.topics}
        return (
            (not self.documents or document.path in self.documents)
            and (not self.years or document.date[:4] in self.years)
            and (not self.kinds or document.kind in self.kinds)
            and (not self.themes or any(theme.casefold() in topics for theme in self.themes))
        )


EVERYTHING = Scope()


@dataclass(frozen=True)
class Question:
    """A question as understood.

    - `text`: as asked, its slips of spelling corrected; `written`: with them, "" where it has none
    - `said`: the text without the courtesies before it
    - `search`: what is searched, with what a follow-up leaves unsaid
    - `language`: fr or en
    - `since`, `until`: the first and last ISO day of the time asked about, "" for an open end
    - `kinds`: the kinds of document it names
    - `seeks`: what must stand in the answer: person, date, figure, list, or "" for anything
    - `follow_up`: of a follow-up that names a subject, its own words within `search`; else ""
    - `alternative`: what is searched if that subject replaces the one before; else ""
    - `documents`: paths that a follow-up is about, of the answer before; empty for any
    - `scope`: the documents that it is asked of: nothing else is found, whatever it says
    """

    text: str
    search: str
    language: str
    since: str = ""
    until: str = ""
    kinds: tuple[str, ...] = ()
    seeks: str = ""
    follow_up: str = ""
    alternative: str = ""
    documents: tuple[str, ...] = ()
    written: str = ""
    said: str = ""
    scope: Scope = EVERYTHING

    @property
    def is_follow_up(self) -> bool:
        """Is it searched together with what it leaves unsaid?"""
        return self.search != self.text

    @property
    def follow_up_span(self) -> tuple[int, int]:
        """Where in `search` the follow-up's own words stand; (0, 0) where it has none."""
        start = self.search.rfind(self.follow_up)
        return (start, start + len(self.follow_up)) if self.follow_up else (0, 0)

    @property
    def own_span(self) -> tuple[int, int]:
        """Where in `search` the question's own words stand; (0, 0) if it names no subject."""
        return self.follow_up_span if self.is_follow_up else (0, len(self.search))


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
class Glimpse:
    """A passage that has the words of a search, and its best sentence in pieces: text, and whether
    it is one of the words. No pieces where only the document's title has them."""

    passage: Passage
    pieces: tuple[tuple[str, bool], ...]


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
    """One statement of an answer and the citations that prove it.

    `grade`: "quote", the text is its quotes; "proved", it is its quotes made shorter, by rule;
    "worded", it is a chat model's words. `label`: what is said of it in the reader's language,
    before it ("En 2021 :"), or "". `looked_over`: the chat model, asked again with nothing but the
    quotes, found all of it there, which proves nothing.
    """

    text: str
    citations: tuple[Citation, ...]
    grade: str = "quote"
    label: str = ""
    looked_over: bool = False

    @classmethod
    def quoting(
        cls, spans: Iterable[tuple[Passage, int, int]], first: int = 1, label: str = ""
    ) -> "Claim":
        """The claim that is the quotes passage.text[start:end], numbered from `first`."""
        citations = tuple(
            Citation(number, passage, passage.text[start:end], start, end)
            for number, (passage, start, end) in enumerate(spans, first)
        )
        return cls(_in_quotes(citations), citations, label=label)

    @property
    def own_words(self) -> str:
        """Its text, where that is not its quotes and nothing else; "" where it is."""
        plain = " ".join(citation.quote for citation in self.citations)
        return "" if self.text in (_in_quotes(self.citations), plain) else self.text


def _in_quotes(citations: Iterable[Citation]) -> str:
    return " ".join(f"« {citation.quote} »" for citation in citations)


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
    """A claim that was not accepted, and why. `replaced`: its quotes are shown in its place."""

    claim: Claim
    reason: str
    replaced: bool = False


@dataclass(frozen=True)
class Composed:
    """What a route makes of the texts, its claims still unchecked and numbered from 1.

    `reply`: one of REPLIES. `brief`: the direct answer as plain text, "" for the first claim's.
    `lead`: what stands before the claims in the reader's language, "" for the usual words; it is
    the whole text of a reply without claims. `note`: what stands after them, or "". `rests_on`: a
    passage of each text that a reply without claims counts or names.
    """

    reply: str
    claims: tuple[Claim, ...] = ()
    brief: str = ""
    lead: str = ""
    note: str = ""
    rests_on: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a member gets. `text` is Markdown with [n].

    `reply`: one of REPLIES. `brief`: the direct answer as plain text, with its date. An abstention
    has no claims, but may name the `nearest` passages. `unsure`: the probability that the passages
    answer is only just over the threshold. `note`: what a member should know of how the answer was
    made, or "". `lead`: what is said before the claims, or "". `seconds`: how long it took.
    `corrected`: the question as it was read where a slip of spelling was corrected, else "".
    `lead` of an abstention: what exactly was not found, or "". `seeks`: as in `Question`.
    `rests_on`: passages that it tells something of without citing them.
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
    reply: str = "answer"
    brief: str = ""
    seeks: str = ""
    corrected: str = ""
    lead: str = ""
    rests_on: tuple[Passage, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages of which it tells something."""
        cited = (citation.passage for citation in self.citations)
        return (*cited, *self.nearest, *self.rests_on)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations in the order of their numbers."""
        return tuple(citation for claim in self.claims for citation in claim.citations)

    def as_json(self, identity: object = None) -> dict[str, Any]:
        """The object that `python -m bot ask --json` prints."""
        return {
            "id": identity,
            "question": self.question,
            "corrected": self.corrected,
            "language": self.language,
            "reply": self.reply,
            "brief": self.brief,
            "text": self.text,
            "abstained": self.abstained,
            "claims": [
                {
                    "text": claim.text,
                    "citations": [citation.number for citation in claim.citations],
                    "grade": claim.grade,
                    "looked_over": claim.looked_over,
                }
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
                {
                    "text": rejected.claim.text,
                    "reason": rejected.reason,
                    "replaced": rejected.replaced,
                }
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
