"""Questions whose right answers are known, and what a bot does with them.

Only `run` asks the bot. Texts are compared folded, without Markdown marks, by whole words and
numbers: "10 %" is not in "110 %".
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.answer import Bot
from bot.question.understand import QuestionRefused
from bot.records import Answer, Citation, Hit, Turn, turns_of
from index.language.fold import fold
from index.passage import Passage

DEPTH = 10  # passages ranked for a question
READ = 5  # passages that a reader would look at
WORDS = 150  # words of an answer within which its facts must stand
BLIND = "report"  # the half whose single questions nobody looks at, so that none is tuned on


@dataclass(frozen=True)
class Expected:
    """A question and its right answer: any of the `documents`, all of the `facts`.

    Of `alternatives` any one is right. Without either, `quotes` are the deciding words, verbatim.
    `items`: what a full list, summary or comparison holds; `older`: what must not come before the
    value in force. `half` is tune, report or "", `route` what is asked for.
    """

    id: object
    question: str
    language: str = ""
    kind: str = ""
    half: str = ""
    history: tuple[Turn, ...] = ()
    documents: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    answerable: bool = True
    alternatives: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    route: str = ""

    @property
    def decides(self) -> bool:
        """Are there facts by which an answer is judged?"""
        return bool(self.facts or self.alternatives)

    def unsaid(self, text: str) -> tuple[str, ...]:
        """The facts that the text does not hold; of alternatives the first, if it holds none."""
        lacking = [fact for fact in self.facts if not holds(text, fact)]
        if not any(holds(text, fact) for fact in self.alternatives):
            lacking += self.alternatives[:1]
        return tuple(lacking)

    def is_right(self, passage: Passage) -> bool:
        """Whether the passage is of a right document or, if none is named, holds a quote."""
        return (
            passage.path in self.documents
            if self.documents
            else any(holds(passage.text, quote) for quote in self.quotes)
        )


@dataclass(frozen=True)
class Outcome:
    """What the bot did with a question.

    `answer` is None if the question was refused, `refused` says why; `seconds` is what `ask` took.
    """

    expected: Expected
    hits: tuple[Hit, ...] = ()
    answer: Answer | None = None
    seconds: float = 0.0
    refused: str = ""

    @property
    def answered(self) -> bool:
        return self.answer is not None and not self.answer.abstained

    @property
    def text(self) -> str:
        """The answer's text, "" where the bot abstained or the question was refused."""
        return self.answer.text if self.answer and self.answered else ""

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        return self.answer.citations if self.answer and self.answered else ()

    @cached_property
    def right_citations(self) -> tuple[Citation, ...]:
        return tuple(
            citation for citation in self.citations if self.expected.is_right(citation.passage)
        )

    @cached_property
    def rank(self) -> int:
        """The rank of the first passage of a right document, from 1; 0 if there is none."""
        return next(
            (
                rank
                for rank, hit in enumerate(self.hits[:DEPTH], 1)
                if self.expected.is_right(hit.passage)
            ),
            0,
        )

    @cached_property
    def found(self) -> bool:
        """Whether the first passages, if of right documents, hold all the deciding words."""
        read = "\n".join(
            hit.passage.text for hit in self.hits[:READ] if self.expected.is_right(hit.passage)
        )
        quotes = () if self.expected.decides else self.expected.quotes
        return not self.expected.unsaid(read) and all(holds(read, quote) for quote in quotes)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts that the answer's first words lack; without facts, the quotes not cited."""
        if not self.expected.decides:
            return tuple(
                quote
                for quote in self.expected.quotes
                if not any(
                    holds(quote, citation.quote) or holds(citation.quote, quote)
                    for citation in self.right_citations
                )
            )
        said = " ".join(self.text.split()[:WORDS])
        return self.expected.unsaid(said)

    @cached_property
    def rightly_cited(self) -> bool:
        """Whether nothing is missing, and quotes from right documents hold all the facts."""
        quoted = "\n".join(citation.quote for citation in self.right_citations)
        return not self.missing and not self.expected.unsaid(quoted)

    @cached_property
    def has_direct_answer(self) -> bool:
        """Whether the brief alone holds the facts."""
        return self.answered and not self.expected.unsaid(self.answer.brief if self.answer else "")

    @cached_property
    def items_held(self) -> int:
        """How many of the items the answer's text holds."""
        return sum(holds(self.text, item) for item in self.expected.items)

    @cached_property
    def is_newest_first(self) -> bool:
        """Whether the value in force stands in the text, and no older one before it."""
        first = min(self._places(self.expected.facts + self.expected.alternatives), default=-1)
        return first >= 0 and all(place > first for place in self._places(self.expected.older))

    def _places(self, texts: Sequence[str]) -> list[int]:
        return [found.start() for text in texts if (found := _search(self.text, text))]


def expected(line: dict) -> Expected:
    """The question of a line of JSON. Unknown keys are ignored.

    Raises KeyError or TypeError, naming what is wrong.
    """
    documents, facts = _texts(line, "documents"), _texts(line, "facts")
    quotes = _texts(line, "quotes") or _texts(line, "quote") or _texts(line, "passage")
    answerable = line.get("answerable", bool(documents or quotes))
    if not isinstance(line["question"], str) or not isinstance(answerable, bool):
        raise TypeError("question is a text, answerable true or false")
    if answerable and not documents and not quotes:
        raise TypeError("an answerable question names the documents or the quotes that answer it")
    language, kind, half = (str(line.get(key) or "") for key in ("language", "kind", "half"))
    return Expected(
        line.get("id"),
        line["question"],
        language,
        kind,
        half,
        _history(line),
        documents,
        facts,
        quotes,
        answerable,
        _texts(line, "alternatives"),
        _texts(line, "items"),
        _texts(line, "older"),
        str(line.get("route") or ""),
    )


def run(bot: Bot, questions: Sequence[Expected]) -> list[Outcome]:
    """Search and ask each question, in order. The first is asked once more before, to warm up."""
    return [_outcome(bot, question) for question in (*questions[:1], *questions)][1:]


def _outcome(bot: Bot, question: Expected) -> Outcome:
    try:
        hits = bot.search(question.question, DEPTH, history=question.history)
        started = time.perf_counter()
        answer = bot.ask(question.question, question.history)
        return Outcome(question, tuple(hits), answer, time.perf_counter() - started)
    except QuestionRefused as error:
        return Outcome(question, refused=str(error))


def holds(text: str, words: str) -> bool:
    """Whether the text holds the words, not cut out of a longer word or a longer number."""
    return _search(text, words) is not None


def _search(text: str, words: str) -> re.Match[str] | None:
    pattern = rf"(?<!\w)(?<!\d[.,]){re.escape(_folded(words))}(?!\w|[.,]\d)"
    return re.search(pattern, _folded(text))


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[*_`\\]", "", fold(text)).split())


def _texts(line: dict, key: str) -> tuple[str, ...]:
    texts = (line[key],) if isinstance(line.get(key), str) else tuple(line.get(key) or ())
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{key} is a list of texts")
    return texts


def _history(line: dict) -> tuple[Turn, ...]:
    """The earlier turns; `history_documents` are what the last of their answers cited."""
    return turns_of(_texts(line, "history"), _texts(line, "history_documents"))


def failures(outcomes: Sequence[Outcome]) -> list[dict]:
    """The questions that went wrong as {"id", "question", "wrong"}, never any of the blind half."""
    return [
        {"id": outcome.expected.id, "question": outcome.expected.question, "wrong": wrong}
        for outcome in outcomes
        if outcome.expected.half != BLIND and (wrong := _wrong(outcome))
    ]


def _wrong(outcome: Outcome) -> list[str]:
    if outcome.refused:
        return [f"refused: {outcome.refused}"]
    if not outcome.expected.answerable:
        return ["answered, though no document answers it"] if outcome.answered else []
    wrong = []
    if not 0 < outcome.rank <= READ:
        wrong.append(
            f"right document at rank {outcome.rank}"
            if outcome.rank
            else f"no right document in the first {DEPTH} passages"
        )
    if not outcome.answered:
        return [*wrong, "not answered, though the documents answer it"]
    if outcome.missing:
        wrong.append(f"missing: {'; '.join(outcome.missing)}")
    elif not outcome.rightly_cited:
        wrong.append("said, but not in a quote from a right document")
    if outcome.citations and not outcome.expected.is_right(outcome.citations[0].passage):
        wrong.append(f"cites first: {outcome.citations[0].passage.path}")
    return wrong
