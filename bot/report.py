"""`python -m bot report`: what members ask in vain, as a table, JSON or CSV."""

import argparse
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import wording
from bot.answer import Bot
from bot.settings import BotSettings
from bot.vain import Group, Questions, asked_in_vain, dealt_with
from bot.views.listing import table_csv
from index.passage import AUDIENCES, Passage
from index.report import language_of_locale

COLUMNS = (
    "question",
    "count",
    "unanswered",
    "uncertain",
    "wrong",
    "reasons",
    "last",
    "months",
    "nearest",
    "wordings",
    "comments",
    "dealt_by",
    "dealt_on",
)
SAID = {
    "fr": {
        "none": "Aucune question sans réponse.",
        "once": "une fois",
        "times": "{count} fois",
        "last": "la dernière le {day}",
        "near": "au plus près",
        "dealt": "traité par {who} le {day}",
        "left_out": "{count} questions plus anciennes ne sont pas comptées.",
        "unanswered": "sans réponse",
        "uncertain": "réponse incertaine",
        "wrong": "jugée erronée",
        "quote": "les citations ne répondent pas",
        "outdated": "plus à jour",
        "missing": "un texte manque",
        "other": "autre chose",
    },
    "en": {
        "none": "No question was asked in vain.",
        "once": "once",
        "times": "{count} times",
        "last": "last on {day}",
        "near": "nearest",
        "dealt": "dealt with by {who} on {day}",
        "left_out": "{count} older questions are not counted.",
        "unanswered": "no answer",
        "uncertain": "uncertain answer",
        "wrong": "found wrong",
        "quote": "the quotes do not answer",
        "outdated": "out of date",
        "missing": "a text is missing",
        "other": "something else",
    },
}


@dataclass(frozen=True)
class Vain:
    """The groups that are shown, how many questions were too old to be looked at, and the first
    passage of each document, by path."""

    groups: Sequence[Group]
    left_out: int
    documents: Mapping[str, Passage]

    def titled(self, group: Group) -> list[tuple[str, str, str]]:
        """(path, title, date) of what was nearest to the group; a document that is no longer
        indexed has no title."""
        known = ((path, self.documents.get(path)) for path in group.documents)
        return [(path, one.title, one.date) if one else (path, "", "") for path, one in known]


def shown(groups: Sequence[Group], *, all_of_them: bool) -> list[Group]:
    """The groups, those that were dealt with only with `all_of_them`."""
    return [group for group in groups if all_of_them or not group.dealt]


def add_parser(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    """Add `report` to the command line."""
    command = commands.add_parser("report", help="what members ask in vain, most asked first")
    command.add_argument("--store", type=Path, default=settings.store)
    command.add_argument("--month", type=month, metavar="YYYY-MM")
    command.add_argument("--all", action="store_true", help="also what was dealt with")
    forms = command.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON object")
    forms.add_argument("--csv", action="store_true", help="print a table for a spreadsheet")


def month(text: str) -> str:
    """A month as it is written in ISO 8601. Raises ValueError, which argparse reports."""
    year, _, number = text.partition("-")
    if not (len(text) == 7 and text.isascii() and year.isdigit() and number.isdigit()):
        raise ValueError(text)
    if not 1 <= int(number) <= 12:
        raise ValueError(text)
    return text


def run(options: argparse.Namespace, settings: BotSettings, opened: Callable[[], Bot]) -> int:
    """`python -m bot report`. Returns 0. Raises as `bot.vain` and as `opened`."""
    asked, left_out = asked_in_vain(options.store, options.month or "")
    bot = opened()
    questions = Questions(bot.encoded)
    deque(questions.learn(asked), maxlen=0)
    groups = questions.grouped(asked, dealt_with(options.store))
    documents = bot.documents(AUDIENCES)
    found = Vain(shown(groups, all_of_them=options.all), left_out, documents)
    if options.json:
        print(json.dumps(as_json(found), ensure_ascii=False))
    elif options.csv:
        print(as_csv(found).rstrip())
    else:
        print(as_text(found, language_of_locale()))
    return 0


def as_json(found: Vain) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "groups": [
            {
                "question": group.question,
                "wordings": list(group.wordings),
                "count": group.count,
                "kinds": group.kinds,
                "reasons": group.reasons,
                "comments": list(group.comments),
                "months": group.months,
                "last": group.last,
                "nearest": [
                    {"document": path, "title": title, "date": date}
                    for path, title, date in found.titled(group)
                ],
                "dealt": group.dealt and {"who": group.dealt.who, "time": group.dealt.time},
            }
            for group in found.groups
        ],
        "left_out": found.left_out,
    }


def as_csv(found: Vain) -> str:
    """A header and a row for each group, safe to open in a spreadsheet."""
    return table_csv(COLUMNS, (_row(found, group) for group in found.groups))


def _row(found: Vain, group: Group) -> list[str]:
    counts = (str(group.kinds.get(kind, 0)) for kind in ("unanswered", "uncertain", "wrong"))
    months = ", ".join(f"{month}: {count}" for month, count in group.months.items())
    return [
        group.question,
        str(group.count),
        *counts,
        ", ".join(f"{reason}: {count}" for reason, count in group.reasons.items()),
        group.last,
        months,
        " / ".join(path for path, _, _ in found.titled(group)),
        " / ".join(group.wordings),
        " / ".join(group.comments),
        group.dealt.who if group.dealt else "",
        group.dealt.time if group.dealt else "",
    ]


def as_text(found: Vain, language: str) -> str:
    """The groups for a terminal."""
    said = SAID[language]
    lines = ["\n".join(_lines(found, group, language)) for group in found.groups] or [said["none"]]
    if found.left_out:
        lines.append(said["left_out"].format(count=found.left_out))
    return "\n\n".join(lines)


def _lines(found: Vain, group: Group, language: str) -> list[str]:
    said, colon = SAID[language], wording.colon(language)
    counts = [*group.kinds.items(), *group.reasons.items()]
    facts = [
        said["once"] if group.count == 1 else said["times"].format(count=group.count),
        *(f"{said.get(name, name)}{colon} {count}" for name, count in counts),
        said["last"].format(day=group.last[:10]),
    ]
    months = ", ".join(f"{month}{colon} {count}" for month, count in group.months.items())
    lines = [group.question, f"  {' · '.join(facts)}", f"  {months}"]
    lines += [
        f"  {said['near']}{colon} " + " · ".join(part for part in (title, date, path) if part)
        for path, title, date in found.titled(group)
    ]
    if group.dealt:
        who, day = group.dealt.who, group.dealt.time[:10]
        lines.append("  " + said["dealt"].format(who=who or "?", day=day))
    return lines
