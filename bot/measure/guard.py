"""`python -m bot.measure.guard`: how many falsified and how many true claims are rejected.

Reads the claims of a folder (tests/bot/guard): `claims.jsonl`; `claims_by_rules.jsonl`, written by
the rules of the chat model's prompt; `claims_blind.jsonl`, whose single claims nobody looks at, so
that nothing is tuned on them. Nothing may be fitted on these files: bot/measure/fit_agreement.py.
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.guard.agreement import CachedEncoder, Encode
from bot.guard.check import check
from bot.measure.falsify import Falsified, claim_on, falsifications
from index.embed import load_embedder
from index.settings import BUNDLED, IndexSettings, quiet_libraries

CLAIMS = Path("tests/bot/guard")
SCORED = (  # files and the writers of their claims, each pair scored apart
    ("claims_by_rules.jsonl", "1"),
    ("claims_by_rules.jsonl", "2"),
    ("claims_by_rules.jsonl", "3"),
    ("claims.jsonl", ""),
    ("claims_blind.jsonl", "h"),
    ("claims_blind.jsonl", "i"),
    ("claims_blind.jsonl", "5y"),
    ("claims_blind.jsonl", "5z"),
    ("claims_blind.jsonl", "6j"),
)
TIMED = 60  # claims whose check is timed


def read_claims(file: Path) -> list[dict]:
    """The true claims of a file, as rows (bot/measure/falsify.py)."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def wrongly_accepted(
    rows: Sequence[dict], encode: Encode
) -> tuple[list[Falsified], list[Falsified]]:
    """All falsified claims made of the rows, and those of them that the guard accepts."""
    made = [falsified for index in range(len(rows)) for falsified in falsifications(rows, index)]
    return made, [falsified for falsified in made if check([falsified.claim], encode)[0]]


def wrongly_rejected(rows: Sequence[dict], encode: Encode) -> list[tuple[str, str]]:
    """The true claims that the guard rejects, each with its reason."""
    rejected = [check([claim_on(row["claim"], row["quotes"])], encode)[1] for row in rows]
    return [(one[0].claim.text, one[0].reason) for one in rejected if one]


def report(name: str, writer: str, rows: Sequence[dict], encode: Encode) -> str:
    """The figures of a writer's claims, overall and for each operator."""
    made, accepted = wrongly_accepted(rows, encode)
    rejected = wrongly_rejected(rows, encode)
    of_all, of_accepted = (Counter(one.operator for one in some) for some in (made, accepted))
    lines = [
        f"{name} {writer}: {len(made) - len(accepted)} of {len(made)} altered claims rejected, "
        f"{len(rejected)} of {len(rows)} true claims rejected",
        *(f"  {operator}: {n - of_accepted[operator]} of {n}" for operator, n in of_all.items()),
    ]
    return "\n".join(lines)


def timing(rows: Sequence[dict], encode: Encode) -> str:
    """How long the check of a claim takes where none of its texts was encoded before."""
    times = []
    for row in rows[:TIMED]:
        started = time.perf_counter()
        check([claim_on(row["claim"], row["quotes"])], encode)
        times.append(1000 * (time.perf_counter() - started))
    return (
        f"milliseconds to check a claim in other words: {statistics.median(times):.0f}, "
        f"95 of 100 under {sorted(times)[int(len(times) * 0.95) - 1]:.0f}"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print. Returns 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.guard", description="Score the guard on falsified claims."
    )
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=CLAIMS,
        help="where the claims are (default: %(default)s)",
    )
    folder = parser.parse_args(argv).folder
    quiet_libraries()
    embedder = load_embedder(BUNDLED, IndexSettings.from_environment().store / "models")
    encode = CachedEncoder(embedder.encode_questions)
    for name, writer in SCORED:
        rows = [row for row in read_claims(folder / name) if row.get("writer", "") == writer]
        print(report(name, writer, rows, encode), flush=True)
    print(timing(read_claims(folder / "claims.jsonl"), embedder.encode_questions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
