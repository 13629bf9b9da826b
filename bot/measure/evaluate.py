"""Scores a bot on questions whose right answers are known.

Retrieval, answers, citations, abstention and latency. Only `run` asks the bot; the figures are pure
functions of its outcomes. Each figure is a quotient of two sums over questions, so its 95 %
interval comes from resampling the questions (Efron 1979, "Bootstrap Methods: Another Look at the
Jackknife"). Texts are compared folded, without Markdown marks, by whole words and numbers: "10 %"
is not in "110 %".
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from statistics import median

import numpy as np

from bot.answer import Bot
from bot.question.understand import QuestionRefused
from bot.records import Answer, Citation, Hit, Turn
from index.language.fold import fold
from index.passage import Passage

DEPTH = 10  # passages ranked for a question
READ = 5  # passages that a reader would look at
WORDS = 150  # words of an answer within which its facts must stand
RESAMPLES, SEED = 1_000, 20_210_420
BLIND = "report"  # the half whose single questions nobody looks at, so that none is tuned on
# What a question adds to the numerator of a figure and to its denominator.
Pair = Callable[["Outcome"], tuple[float, float]]


@dataclass(frozen=True)
class Expected:
    """A question and its right answer: any of the `documents`, all of the `facts`.

    Without facts, `quotes` are the deciding words, verbatim. `half` is tune, report or "".
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
        return all(holds(read, words) for words in self.expected.facts or self.expected.quotes)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts that the answer's first words lack; without facts, the quotes not cited."""
        if not self.expected.facts:
            return tuple(
                quote
                for quote in self.expected.quotes
                if not any(
                    holds(quote, citation.quote) or holds(citation.quote, quote)
                    for citation in self.right_citations
                )
            )
        said = " ".join(self.text.split()[:WORDS])
        return tuple(fact for fact in self.expected.facts if not holds(said, fact))

    @cached_property
    def rightly_cited(self) -> bool:
        """Whether nothing is missing, and quotes from right documents hold all the facts."""
        quoted = "\n".join(citation.quote for citation in self.right_citations)
        return not self.missing and all(holds(quoted, fact) for fact in self.expected.facts)


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
    return (
        re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(_folded(words))}(?!\w|[.,]\d)", _folded(text))
        is not None
    )


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[*_`\\]", "", fold(text)).split())


def _texts(line: dict, key: str) -> tuple[str, ...]:
    texts = (line[key],) if isinstance(line.get(key), str) else tuple(line.get(key) or ())
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{key} is a list of texts")
    return texts


def _history(line: dict) -> tuple[Turn, ...]:
    """The earlier turns; `history_documents` are what the last of their answers cited."""
    *earlier, last = (Turn(text) for text in ("", *_texts(line, "history")))
    last = Turn(last.question, _texts(line, "history_documents"))
    return (*earlier[1:], last) if last.question else ()


def _share(counted: Callable[[Outcome], bool], score: Callable[[Outcome], float]) -> Pair:
    return lambda outcome: (float(score(outcome)), 1.0) if counted(outcome) else (0.0, 0.0)


def _decided(outcome: Outcome) -> bool:
    return outcome.expected.answerable and bool(outcome.expected.facts or outcome.expected.quotes)


def _found_within(k: int) -> Callable[[Outcome], bool]:
    return lambda outcome: 0 < outcome.rank <= k


_answerable = attrgetter("expected.answerable")
# Ranks are of passages; the first passage of a right document counts.
# MRR: Voorhees 1999, "The TREC-8 Question Answering Track Report".
FIGURES: dict[str, dict[str, Pair]] = {
    "retrieval": {
        **{f"recall@{k}": _share(_answerable, _found_within(k)) for k in (1, 3, 5)},
        "mrr@10": _share(_answerable, lambda o: 1 / o.rank if o.rank else 0),
        "deciding_text@5": _share(_decided, lambda o: o.found),
    },
    "answers": {
        "right": _share(_decided, lambda o: not o.missing),
        "right_and_rightly_cited": _share(_decided, lambda o: o.rightly_cited),
    },
    "citations": {
        "precision": lambda o: (
            (len(o.right_citations), len(o.citations)) if _answerable(o) else (0.0, 0.0)
        ),
        "recall": _share(_answerable, lambda o: bool(o.right_citations)),
        "first_right": _share(
            lambda o: _answerable(o) and bool(o.citations),
            lambda o: o.expected.is_right(o.citations[0].passage),
        ),
        "verbatim": lambda o: (
            sum(citation.quote in citation.passage.text for citation in o.citations),
            len(o.citations),
        ),
    },
    "abstention": {
        "precision": _share(lambda o: not o.answered, lambda o: not _answerable(o)),
        "recall": _share(lambda o: not _answerable(o), lambda o: not o.answered),
        "false_abstention": _share(_answerable, lambda o: not o.answered),
        "false_answers": _share(lambda o: not _answerable(o), lambda o: o.answered),
    },
}


def figure(pairs: Sequence[tuple[float, float]]) -> dict:
    """The quotient of the sums of pairs [n, 2] as {"value", "low", "high", "n"}.

    n is the denominator, low to high the 95 % bootstrap interval.
    """
    counted = np.array([pair for pair in pairs if pair[1]], dtype=float).reshape(-1, 2)
    if not len(counted):
        return {"value": None, "low": None, "high": None, "n": 0}
    drawn = np.random.default_rng(SEED).integers(0, len(counted), (RESAMPLES, len(counted)))
    above, below = counted[:, 0][drawn].sum(axis=1), counted[:, 1][drawn].sum(axis=1)
    low, high = np.percentile(above / below, [2.5, 97.5])
    above, below = counted.sum(axis=0)
    return {
        "value": round(above / below, 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "n": int(below),
    }


def scores(outcomes: Sequence[Outcome]) -> dict:
    """All figures, the median number of words of an answer, and the p50 and p95 of `ask` in ms."""
    result = {
        group: {
            name: figure([pair(outcome) for outcome in outcomes]) for name, pair in figures.items()
        }
        for group, figures in FIGURES.items()
    }
    lengths = [len(outcome.text.split()) for outcome in outcomes if outcome.answered]
    times = [outcome.seconds * 1000 for outcome in outcomes if outcome.answer]
    middle, late = np.percentile(times, [50, 95]).round(1).tolist() if times else (None, None)
    return {
        "questions": len(outcomes),
        **result,
        "median_words": median(lengths) if lengths else None,
        "milliseconds": {"p50": middle, "p95": late},
    }


def evaluation(outcomes: Sequence[Outcome]) -> dict:
    """The scores overall, by language and by kind, and the questions that were refused."""

    def by(key: str) -> dict:
        names = dict.fromkeys(getattr(outcome.expected, key) for outcome in outcomes)
        return {
            name: scores(
                [outcome for outcome in outcomes if getattr(outcome.expected, key) == name]
            )
            for name in names
            if name
        }

    return {
        "overall": scores(outcomes),
        "languages": by("language"),
        "kinds": by("kind"),
        "refused": [
            {"id": outcome.expected.id, "error": outcome.refused}
            for outcome in outcomes
            if outcome.refused
        ],
    }


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


def table(result: dict) -> str:
    """An `evaluation` as text: a table for each group of figures, each figure with its (n)."""
    overall, rest = result["overall"], [*result["languages"].items(), *result["kinds"].items()]
    blocks = "\n\n".join(_block(group, [("all", overall), *rest]) for group in FIGURES)
    words, times = overall["median_words"], overall["milliseconds"]
    return (
        f"{blocks}\n\nmedian words of an answer: {words}\n"
        f"milliseconds to answer: p50 {times['p50']}, p95 {times['p95']}"
    )


def _block(group: str, rows: Sequence[tuple[str, dict]]) -> str:
    def line(name: str, cells: Iterable[str]) -> str:
        return name.ljust(24) + "".join(
            cell.rjust(max(len(label), 12) + 2)
            for label, cell in zip(FIGURES[group], cells, strict=True)
        )

    lines = [
        line(
            name,
            (
                f"{cell['value']:.3f} ({cell['n']})" if cell["n"] else "-"
                for cell in row[group].values()
            ),
        )
        for name, row in rows
        if any(cell["n"] for cell in row[group].values())
    ]
    interval = line(
        "  95 % interval",
        (
            f"{cell['low']:.2f} to {cell['high']:.2f}" if cell["n"] else "-"
            for cell in rows[0][1][group].values()
        ),
    )
    return "\n".join([line(group, FIGURES[group]), *lines[:1], interval, *lines[1:]])
