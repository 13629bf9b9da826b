"""`python -m bot.measure.fit_agreement FILES...`: fits bot/guard/agreement.json, in half an hour.

The guard is scored on claims that took no part in the fit: a file that bot/measure/guard.py scores
is refused. (The weights that ship date from before this rule; `claims.jsonl` and
`claims_by_rules.jsonl` took part in them, `claims_blind.jsonl` did not.) Fitted on true claims and
on what the operators that turn their side make of them. Prints, for each writer, how a model that
was fitted on the claims of the others does on theirs, and the weights for bot/guard/concern.py.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.guard.agreement import FEATURES, WEIGHTS, CachedEncoder, Encode, compared_in, features
from bot.guard.concern import CLAUSE, clauses
from bot.guard.negation import read
from bot.guard.shortened import shortened
from bot.measure.falsify import falsifications
from bot.measure.guard import SCORED, read_claims
from index.embed import load_embedder
from index.language.sentences import spans_between
from index.settings import BUNDLED, IndexSettings, quiet_libraries

TURNED = ("negation removed", "negation added", "opposite swapped")
SHRINKAGE = 0.1  # C of the logistic regression, on standardised features
BY_RULES = (
    10.0  # weight of a claim by the rules of the chat model's prompt, as the guard meets them
)
THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.4)


@dataclass(frozen=True)
class Pair:
    """A claim and its quotes, to fit on."""

    writer: str
    weight: float
    falsified: bool
    claim: str
    quotes: str


@dataclass(frozen=True)
class Model:
    """A logistic regression on standardised features; each array is [features]."""

    bias: float
    mean: np.ndarray
    deviation: np.ndarray
    weight: np.ndarray

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """The probability that each row of values [n, features] is of a falsified claim."""
        return 1 / (1 + np.exp(-((values - self.mean) / self.deviation) @ self.weight - self.bias))

    def as_json(self) -> str:
        table = {
            name: {
                key: round(float(getattr(self, key)[index]), 5)
                for key in ("mean", "deviation", "weight")
            }
            for index, name in enumerate(FEATURES)
        }
        return json.dumps({"bias": round(self.bias, 5), "features": table}, indent=1) + "\n"


def pairs(file: Path) -> Iterator[Pair]:
    """Each true claim of a file, and each falsified one whose side was turned."""
    rows = read_claims(file)
    for index, row in enumerate(rows):
        quotes = " \n".join(quote for _, quote, *_ in row["quotes"])
        writer, weight = row.get("writer", ""), BY_RULES if row.get("rules") else 1.0
        yield Pair(writer, weight, False, row["claim"], quotes)
        for falsified in falsifications(rows, index):
            if falsified.operator in TURNED:
                yield Pair(writer, weight, True, falsified.claim.text, quotes)


def fit(values: np.ndarray, falsified: np.ndarray, weights: np.ndarray) -> Model:
    """A model of values [n, features] and what they are of [n], each row weighed [n]."""
    mean, deviation = values.mean(axis=0), values.std(axis=0).clip(1e-9)
    model = LogisticRegression(C=SHRINKAGE, max_iter=10_000).fit(
        (values - mean) / deviation, falsified, sample_weight=weights
    )
    return Model(float(model.intercept_[0]), mean, deviation, model.coef_[0])


def report_left_out(fitted_on: Sequence[Pair], values: np.ndarray) -> None:
    """Print what a model without a writer's claims does with them, at several thresholds."""
    writers = np.array([pair.writer for pair in fitted_on])
    weights = np.array([pair.weight for pair in fitted_on])
    falsified = np.array([pair.falsified for pair in fitted_on])
    for writer in sorted(set(writers)):
        own = writers == writer
        wrong = falsified[own]
        found = fit(values[~own], falsified[~own], weights[~own]).probabilities(values[own])
        print(f"writer {writer or '-'}: {wrong.sum()} falsified, {(~wrong).sum()} true")
        for threshold in THRESHOLDS:
            accepted = 100 * (found[wrong] < threshold).mean()
            rejected = 100 * (found[~wrong] >= threshold).mean()
            print(
                f"  {threshold}: {accepted:.1f} % of the falsified accepted, "
                f"{rejected:.1f} % of the true rejected"
            )


def concern_weights(fitted_on: Sequence[Pair], encode: Encode) -> tuple[list[float], float]:
    """The weights of bot/guard/concern.py and their bias.

    Fitted on true claims by the rules whose quote has one clause that denies: that clause concerns
    the claim if both deny.
    """
    evidence, concerned = [], []
    for pair in fitted_on:
        if pair.weight != BY_RULES or pair.falsified:
            continue
        quote = shortened(pair.quotes, pair.claim)
        spans = spans_between(CLAUSE, quote, 0, len(quote))
        denying = [at for at, (start, end) in enumerate(spans) if read(quote[start:end]).denials]
        if len(denying) != 1 or len(spans) < 2:
            continue
        start, end = spans[denying[0]]
        odd, near = read(quote).denials % 2, clauses(pair.claim, quote, spans, encode)
        if near is not None and read(quote[:start] + quote[end:]).denials % 2 != odd:
            evidence.append(near[denying[0]])
            concerned.append(read(pair.claim).denials % 2 == odd)
    values = np.array(evidence)
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    model = LogisticRegression(max_iter=5_000).fit((values - mean) / deviation, concerned)
    weights = model.coef_[0] / deviation
    return weights.round(3).tolist(), round(float(model.intercept_[0] - weights @ mean), 2)


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, print the figures and write the weights. Returns 0; 2 for a file that scores."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.fit_agreement", description="Fit the guard's agreement model."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    files = parser.parse_args(argv).files
    if scored := sorted({file.name for file in files} & {name for name, _ in SCORED}):
        print(
            f"{', '.join(scored)}: the guard is scored on these claims, so nothing is fitted on "
            "them. Name others, such as tests/bot/guard/claims_tune.jsonl",
            file=sys.stderr,
        )
        return 2
    quiet_libraries()
    embedder = load_embedder(BUNDLED, IndexSettings.from_environment().store / "models")
    encode = CachedEncoder(embedder.encode_questions)
    fitted_on = [pair for file in files for pair in pairs(file)]
    print("bot/guard/concern.py:", concern_weights(fitted_on, encode))
    values = np.array(
        [
            features(pair.claim, *compared_in(pair.quotes, pair.claim, encode), encode)
            for pair in fitted_on
        ]
    )
    report_left_out(fitted_on, values)
    weights = np.array([pair.weight for pair in fitted_on])
    falsified = np.array([pair.falsified for pair in fitted_on])
    WEIGHTS.write_text(fit(values, falsified, weights).as_json(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
