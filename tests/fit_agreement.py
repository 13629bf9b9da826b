"""Fits bot/guard/agreement.json, and prints the weights of bot/guard/concern.py: `python -m tests.fit_agreement FILES...`, of tests/bot/guard, half an hour on two cores.

On true claims and on what code falsifies from them by turning their side. Prints for each writer what a model that was fitted on the
claims of the others alone does with theirs.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.guard.agreement import FEATURES, WEIGHTS, CachedEncoder, Encode, compared_in, features
from bot.guard.concern import CLAUSE, clauses
from bot.guard.negation import read
from bot.guard.shortened import shortened
from index.embed import load_embedder
from index.language.sentences import spans_between
from index.settings import BUNDLED
from tests.bot.guard.test_guard_mutations import alterations

TURNED = ("negation removed", "negation added", "opposite swapped")
SHRINKAGE = 0.1  # C of the logistic regression, on standardised features
BY_RULES = 10.0  # what a claim weighs that was written by the rules of the chat model's prompt, as those are that the guard meets


def pairs(file: str) -> Iterator[tuple[str, float, bool, str, str]]:
    """(writer, weight, falsified, claim, quote) for each true claim of a file and each falsified one whose side was turned."""
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    for index, row in enumerate(rows):
        quotes = " \n".join(quote for _, quote, *_ in row["quotes"])
        known = row.get("writer", ""), BY_RULES if row.get("rules") else 1.0
        yield *known, False, row["claim"], quotes
        for altered in alterations(rows, index):
            if altered.operator in TURNED:
                yield *known, True, altered.claim.text, quotes


def fitted(values: np.ndarray, falsified: np.ndarray, weights: np.ndarray) -> dict:
    mean, deviation = values.mean(axis=0), values.std(axis=0).clip(1e-9)
    model = LogisticRegression(C=SHRINKAGE, max_iter=10_000).fit(
        (values - mean) / deviation, falsified, sample_weight=weights
    )
    return {
        "bias": float(model.intercept_[0]),
        "mean": mean,
        "deviation": deviation,
        "weight": model.coef_[0],
    }


def probabilities(model: dict, values: np.ndarray) -> np.ndarray:
    return 1 / (
        1
        + np.exp(-((values - model["mean"]) / model["deviation"]) @ model["weight"] - model["bias"])
    )


def of_concern(
    rows: list[tuple[str, float, bool, str, str]], encode: Encode
) -> tuple[list[float], float]:
    """The weights of bot/concern.py and their bias: on true claims by the rules whose quote has one clause that denies, which is a matter of theirs if they deny likewise."""
    evidence, concerned = [], []
    for _, weight, falsified, claim, whole in rows:
        quote = shortened(whole, claim)
        spans = spans_between(CLAUSE, quote, 0, len(quote))
        denying = [
            place for place, (start, end) in enumerate(spans) if read(quote[start:end]).denials
        ]
        if weight != BY_RULES or falsified or len(denying) != 1 or len(spans) < 2:
            continue
        start, end = spans[denying[0]]
        odd, met = read(quote).denials % 2, clauses(claim, quote, spans, encode)
        if met is not None and read(quote[:start] + quote[end:]).denials % 2 != odd:
            evidence.append(met[denying[0]])
            concerned.append(read(claim).denials % 2 == odd)
    values = np.array(evidence)
    model = LogisticRegression(max_iter=5_000).fit(
        (values - values.mean(axis=0)) / values.std(axis=0), np.array(concerned)
    )
    weights = model.coef_[0] / values.std(axis=0)
    return weights.round(3).tolist(), round(
        float(model.intercept_[0] - weights @ values.mean(axis=0)), 2
    )


def main(files: list[str]) -> None:
    embedder = load_embedder(BUNDLED, Path(tempfile.gettempdir()) / "plaidoyer-models")
    encode = CachedEncoder(embedder.encode_questions)
    rows = [pair for file in files for pair in pairs(file)]
    print("bot/concern.py:", of_concern(rows, encode))
    values = np.array(
        [features(claim, *compared_in(quote, claim, encode), encode) for *_, claim, quote in rows]
    )
    writers, weights, falsified = (np.array([row[place] for row in rows]) for place in range(3))
    left_out = np.zeros(len(rows))
    for writer in sorted(set(writers)):
        own = writers == writer
        left_out[own] = probabilities(
            fitted(values[~own], falsified[~own], weights[~own]), values[own]
        )
        print(
            f"writer {writer or 'of claims.jsonl'}: {falsified[own].sum()} falsified, {(~falsified[own]).sum()} true"
        )
        for at in (0.15, 0.2, 0.25, 0.3, 0.4):
            print(
                f"  {at}: {100 * (left_out[own & falsified] < at).mean():.1f} % of falsified stand, {100 * (left_out[own & ~falsified] >= at).mean():.1f} % of true fall"
            )
    model = fitted(values, falsified, weights)
    table = {
        name: {key: round(float(model[key][index]), 5) for key in ("mean", "deviation", "weight")}
        for index, name in enumerate(FEATURES)
    }
    WEIGHTS.write_text(
        json.dumps({"bias": round(model["bias"], 5), "features": table}, indent=1) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
