"""`python -m bot stale`: texts that contradict each other or are nearly the same.

Owns what staff decided on them, stale.jsonl of the store. Promise: no document's status is changed
but by `state_status`, which somebody asks for; what was decided on a pair holds as long as both
quotes stand in its texts.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import wording
from bot.contradictions import Pair, stale_pairs
from bot.lines import append, entries
from bot.settings import BotSettings
from index import catalogue
from index.errors import PlaidoyerError
from index.report import language_of_locale
from index.shelf.store import Shelf

DECIDED = "stale.jsonl"  # in the store
# On a pair: it is no contradiction; its older text is marked in the catalogue; neither any more.
DISMISSED, SUPERSEDED, OPEN = "dismissed", "superseded", "open"
SAID = {
    "fr": {
        "none": "Aucune contradiction trouvée entre nos textes.",
        "differs": "{then} → {now}",
        "copy": "{share} % des phrases sont les mêmes",
        "dismissed": "écarté par {who} le {day}",
        "superseded": "marqué comme remplacé par {who} le {day}, à la prochaine indexation",
    },
    "en": {
        "none": "No contradiction was found between our texts.",
        "differs": "{then} → {now}",
        "copy": "{share} % of the sentences are the same",
        "dismissed": "dismissed by {who} on {day}",
        "superseded": "marked as superseded by {who} on {day}, from the next indexing on",
    },
}


class DecisionsUnusable(PlaidoyerError):
    """What was decided on pairs of texts cannot be read or written."""


@dataclass(frozen=True)
class Decision:
    """What was decided on a pair, by whom, and when (ISO 8601, UTC)."""

    state: str
    who: str
    time: str


def decisions(store: Path) -> dict[str, Decision]:
    """The last decision on each pair, by its key, but those taken back.

    Raises `DecisionsUnusable`.
    """
    file = store / DECIDED
    try:
        found = entries(file)
    except OSError as error:
        raise DecisionsUnusable(
            f"{file} cannot be read ({error}). Give the right to read it, then try again."
        ) from error
    last = {
        str(entry.get("pair", "")): Decision(
            *(str(entry.get(key, "")) for key in ("state", "who", "time"))
        )
        for entry in found
    }
    return {key: one for key, one in last.items() if one.state in (DISMISSED, SUPERSEDED)}


def decide(store: Path, pair: Pair, state: str, who: str) -> None:
    """Keep what was decided on a pair. Raises `DecisionsUnusable`."""
    file = store / DECIDED
    try:
        append(file, {"who": who, "pair": pair.key, "state": state})
    except (OSError, UnicodeError) as error:
        raise DecisionsUnusable(
            f"{file} was not written ({error}). Make room or give the right to write there, "
            "then try again."
        ) from error


def state_status(corpus: Path, store: Path, path: str, status: str) -> None:
    """Write into catalogue.toml of the corpus that the document has this status.

    It holds once the corpus is indexed again. Raises as `index.catalogue.state`.
    """
    _, version = catalogue.stated(corpus, path)
    catalogue.state(corpus, store, path, {"status": status}, version)


def add_parser(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    """Add `stale` to the command line."""
    command = commands.add_parser(
        "stale", help="texts in which a newer one gives another figure, deadline or name"
    )
    command.add_argument("--store", type=Path, default=settings.store)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--all", action="store_true", help="also what staff decided on")


def run(options: argparse.Namespace, settings: BotSettings) -> int:
    """`python -m bot stale`. Returns 0. Raises `StoreMissing`, `StoreDamaged`, and as above."""
    decided = decisions(options.store)
    found = [pair for some in stale_pairs(Shelf(options.store).current()) for pair in some]
    shown = [pair for pair in found if options.all or pair.key not in decided]
    if options.json:
        print(json.dumps({"pairs": [as_json(one, decided) for one in shown]}, ensure_ascii=False))
    else:
        print(as_text(shown, decided, language_of_locale()))
    return 0


def as_json(pair: Pair, decided: Mapping[str, Decision]) -> dict[str, Any]:
    """A pair as `--json` prints it."""
    decision = decided.get(pair.key)
    return {
        "kind": "copy" if pair.is_copy else "contradiction",
        "differences": [{"then": then, "now": now} for then, now in pair.differences],
        "share": round(pair.share, 3),
        "older": pair.older.as_json(),
        "newer": pair.newer.as_json(),
        "decided": decision
        and {"state": decision.state, "who": decision.who, "time": decision.time},
    }


def as_text(pairs: Sequence[Pair], decided: Mapping[str, Decision], language: str) -> str:
    """The pairs for a terminal, both quotes under what differs."""
    said = SAID[language]
    return (
        "\n\n".join("\n".join(_lines(pair, decided, said, language)) for pair in pairs)
        or said["none"]
    )


def _lines(
    pair: Pair, decided: Mapping[str, Decision], said: Mapping[str, str], language: str
) -> list[str]:
    if pair.is_copy:
        lines = [said["copy"].format(share=round(100 * pair.share))]
    else:
        lines = [said["differs"].format(then=then, now=now) for then, now in pair.differences]
    for cited in (pair.older, pair.newer):
        source = wording.source_line(cited.passage, language)
        lines += [f"  {source} · {cited.passage.path}", f"    « {' '.join(cited.quote.split())} »"]
    if decision := decided.get(pair.key):
        day, who = decision.time[:10], decision.who or "?"
        lines.append("  " + said[decision.state].format(who=who, day=day))
    return lines
