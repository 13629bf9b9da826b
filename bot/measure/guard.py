"""`python -m bot.measure.guard FILE...`: the guard's verdicts on claims known to be right or wrong.

A line is {"id", "claim", "evidence": [texts], "label": "right" or "wrong", "kind"}. Prints a table
by kind and verdict, the milliseconds of a claim, and what is exact by code: figures, dates and
names of right claims exchanged, quotes altered, stitched and shifted. Single claims of the file
`claims_report.jsonl` are for nobody to look at: nothing is tuned on them.
"""

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.guard import verbatim
from bot.guard.check import verdict
from index.language.dates import MONTH_NAMES
from index.language.names import named

VERDICTS = ("proved", "worded", "conflict")
NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[ ,]\d{3})*(?:[.,]\d+)?(?![\w/])")
ANOTHER = "Dubreuil"  # a name that no text of ours has


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print. Returns 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.guard", description="Score the guard on judged claims."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    for file in parser.parse_args(argv).files:
        lines = file.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        print(f"{file.name}\n{table(rows)}\n{exchanged(rows)}\n{altered(rows)}\n")
    return 0


def table(rows: Sequence[dict]) -> str:
    """How many claims of each label and kind get which verdict, and the time that took."""
    counts: Counter[tuple[str, str, str]] = Counter()
    times = []
    for row in rows:
        started = time.process_time()
        found, _ = verdict(row["claim"], row["evidence"])
        times.append(1000 * (time.process_time() - started))
        for kind in (row["kind"], "all"):
            counts[row["label"], kind, found] += 1
    kinds = sorted({(label, kind) for label, kind, _ in counts})
    lines = [f"{'':34}{''.join(found.rjust(10) for found in VERDICTS)}"]
    for label, kind in kinds:
        cells = "".join(str(counts[label, kind, found]).rjust(10) for found in VERDICTS)
        lines.append(f"{label:6}{kind:28}{cells}")
    late = sorted(times)[int(len(times) * 0.95)]
    return "\n".join(
        [*lines, f"milliseconds a claim: {statistics.median(times):.1f}, p95 {late:.1f}"]
    )


def exchanged(rows: Sequence[dict]) -> str:
    """How many of the right claims are in conflict once a figure, month or name is another."""
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for row in rows:
        if row["label"] != "right":
            continue
        for kind, text in _exchanges(row["claim"], row["evidence"]):
            made[kind] += 1
            found[kind] += verdict(text, row["evidence"])[0] == "conflict"
    return "\n".join(
        f"{kind} exchanged: {found[kind]} of {made[kind]} in conflict" for kind in made
    )


def _exchanges(claim: str, evidence: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(what was exchanged, the claim with another one) for what the evidence says too."""
    whole = " ".join(evidence)
    for number in NUMBER.finditer(claim):
        if number[0] in whole:
            value = str(int(number[0][-1]) + 3)[-1]
            other = f"{number[0][:-1]}{value}"
            yield "figure", f"{claim[: number.start()]}{other}{claim[number.end() :]}"
    for months in MONTH_NAMES.values():
        for place, month in enumerate(months):
            if re.search(rf"\d {month}\b", claim) and month in whole:
                yield "month", claim.replace(month, months[(place + 5) % 12])
    for name in named(claim):
        if name[0] in whole and name[0].isalpha() and len(name[0]) > 2:
            yield "name", f"{claim[: name.start()]}{ANOTHER}{claim[name.end() :]}"


def altered(rows: Sequence[dict]) -> str:
    """How many altered, stitched and shifted quotes their texts do not prove."""
    made = rejected = 0
    texts = [text for row in rows for text in row["evidence"]]
    for text, other in zip(texts, [*texts[7:], *texts[:7]], strict=True):
        words, others = text.split(), other.split()
        if text == other or len(words) < 6 or other in text or text in other:
            continue
        stitched = [*words[: len(words) // 2], *others[len(others) // 2 :]]
        replaced = [*words[:2], "autrement", *words[3:]]
        left_out = [*words[:2], *words[3:]]
        for source, quote in (
            (text, " ".join(stitched)),
            (text, " ".join(replaced)),
            (text, " ".join(left_out)),
            (other, text),
        ):
            made += 1
            rejected += verbatim.span_of(quote, source) is None
    return f"quotes altered, stitched or shifted: {rejected} of {made} rejected"


if __name__ == "__main__":
    sys.exit(main())
