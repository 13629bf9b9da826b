"""The figures of an evaluation, and their tables. Pure.

Retrieval, answers, citations, abstention and latency. Each figure is a quotient of two sums over
questions, so its 95 % interval comes from resampling the questions (Efron 1979, "Bootstrap Methods:
Another Look at the Jackknife").
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from statistics import median

import numpy as np

from bot.measure.evaluate import Outcome
from bot.records import Claim

RESAMPLES, SEED = 1_000, 20_210_420
WITHOUT_QUOTES = ("talk", "about")  # routes whose replies are neither answers nor abstentions
# What a question adds to the numerator of a figure and to its denominator.
Pair = Callable[[Outcome], tuple[float, float]]


def _share(counted: Callable[[Outcome], bool], score: Callable[[Outcome], float]) -> Pair:
    return lambda outcome: (float(score(outcome)), 1.0) if counted(outcome) else (0.0, 0.0)


def _decided(outcome: Outcome) -> bool:
    expected = outcome.expected
    return expected.answerable and (expected.decides or bool(expected.quotes))


def _silent(outcome: Outcome) -> bool:
    """Must the bot say that the texts say nothing?"""
    return not outcome.expected.answerable and outcome.expected.route not in WITHOUT_QUOTES


def _plain(outcome: Outcome) -> bool:
    """Was it answered without a doubt?"""
    return outcome.answered and outcome.answer is not None and not outcome.answer.unsure


def _replied(outcome: Outcome) -> bool:
    return outcome.answer is not None and outcome.answer.reply == outcome.expected.route


def _found_within(k: int) -> Callable[[Outcome], bool]:
    return lambda outcome: 0 < outcome.rank <= k


def _of_claims(outcome: Outcome, counted: Callable[[Claim], bool]) -> tuple[float, float]:
    claims = outcome.answer.claims if outcome.answer and outcome.answered else ()
    return float(sum(map(counted, claims))), float(len(claims))


def _replaced(outcome: Outcome) -> tuple[float, float]:
    answer = outcome.answer if outcome.answered else None
    return (
        float(sum(one.replaced for one in answer.rejected)) if answer else 0.0,
        float(len(answer.claims)) if answer else 0.0,
    )


def _graded(grade: str) -> Pair:
    return lambda outcome: _of_claims(outcome, lambda claim: claim.grade == grade)


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
        "in_the_brief": _share(lambda o: o.expected.decides, lambda o: o.has_direct_answer),
        "items": lambda o: (float(o.items_held), float(len(o.expected.items))),
        "newest_first": _share(lambda o: bool(o.expected.older), lambda o: o.is_newest_first),
        "talk_and_about": _share(lambda o: o.expected.route in WITHOUT_QUOTES, _replied),
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
    # Of what an answer shows: by grade (docs/guard.md), looked over, and replaced by its quotes.
    "claims": {
        **{grade: _graded(grade) for grade in ("quote", "proved", "worded")},
        "looked_over": lambda o: _of_claims(o, lambda claim: claim.looked_over),
        "replaced": _replaced,
    },
    "abstention": {
        "precision": _share(
            lambda o: not o.answered and o.expected.route not in WITHOUT_QUOTES, _silent
        ),
        "recall": _share(_silent, lambda o: not o.answered),
        "false_abstention": _share(_answerable, lambda o: not o.answered),
        "false_answers": _share(_silent, lambda o: o.answered),
        "plain_false_answers": _share(_silent, _plain),
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
        "routes": by("route"),
        "kinds": by("kind"),
        "refused": [
            {"id": outcome.expected.id, "error": outcome.refused}
            for outcome in outcomes
            if outcome.refused
        ],
    }


def table(result: dict) -> str:
    """An `evaluation` as text: a table for each group of figures, each figure with its (n)."""
    overall, rest = (
        result["overall"],
        [
            *result["languages"].items(),
            *result["routes"].items(),
            *result["kinds"].items(),
        ],
    )
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
