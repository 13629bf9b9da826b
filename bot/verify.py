"""`python -m bot verify`: a draft against our texts, or claims against the texts they rest on."""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.answer import Bot
from bot.guard import check as guard
from bot.settings import BotSettings
from bot.views import draft
from index.errors import PlaidoyerError
from index.readers.read import read_all
from index.readers.worker import Limits, Worker
from index.show import show

Report = Callable[[Sequence[draft.Finding], Sequence[str]], bytes]
REPORTS: dict[str, Report] = {
    ".md": lambda found, left_out: draft.as_markdown(found, left_out).encode(),
    ".docx": draft.as_docx,
}
READ = (".txt", ".md", ".docx")
# Reads what members send, in a process that is neither the index's nor busy for long.
PARSERS = Worker("index.readers.read", "parsed", Limits(seconds=5, wall=15, memory=1_500_000_000))


class DraftInvalid(PlaidoyerError):
    """A draft that cannot be read, or a report that cannot be written."""


def add_parser(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    """Add `verify` to the command line."""
    command = commands.add_parser("verify", help="check a draft, or claims, against the documents")
    command.add_argument("file", nargs="?", type=Path, metavar="FILE", help="txt, md or docx")
    command.add_argument("--store", type=Path, default=settings.store)
    command.add_argument("--json", action="store_true", help="print a JSON object for a sentence")
    command.add_argument(
        "--batch",
        type=Path,
        metavar="FILE.jsonl",
        help='lines {"id", "sentence"}, or {"id", "claim", "evidence": [texts]}: the guard alone',
    )
    command.add_argument(
        "--report", type=Path, metavar="REPORT.md|.docx", help="write a report with footnotes"
    )


def run(
    options: argparse.Namespace,
    settings: BotSettings,
    opened: Callable[[], Bot],
    batch: Callable[[Path, Callable[[dict[str, Any]], dict[str, Any]]], Iterator[dict[str, Any]]],
) -> int:
    """`python -m bot verify`; `batch` reads a file of JSON lines. Returns 0.

    Raises `DraftInvalid`, and as `Bot.verify`.
    """
    if (options.file is None) == (options.batch is None):
        raise DraftInvalid("Name a FILE, or a --batch FILE.jsonl of sentences or claims.")
    if options.report and options.report.suffix not in REPORTS:
        raise DraftInvalid(f"A report is .md or .docx, not {options.report.name}.")
    if options.batch:
        _print_batch(list(batch(options.batch, _line)), settings, opened)
        return 0
    found = opened().verify(list(enumerate(_sentences(options.file, settings.corpus), 1)))
    if options.report:
        options.report.write_bytes(REPORTS[options.report.suffix](found, ()))
    if options.json:
        for finding in found:
            print(json.dumps(finding.as_json(), ensure_ascii=False))
    elif not options.report:
        print(draft.as_text(found) or "No sentence of it asserts anything.")
    return 0


def text_of(name: str, data: bytes) -> str:
    """The text of a draft that was sent as a file. Nothing is written.

    Raises `DraftInvalid` for another format than READ, `Unreadable` with the reason.
    """
    if Path(name).suffix.lower() not in READ:
        raise DraftInvalid(f"A draft is {', '.join(READ)}, not {name}.")
    sections = read_all(name, data, {}, PARSERS)[0].document.sections
    return "".join(section.text for section in sections).strip()


def _sentences(file: Path, corpus: Path) -> list[str]:
    """The sentences of a draft that assert something."""
    if file.suffix.lower() not in READ:
        raise DraftInvalid(f"A draft is {', '.join(READ)}, not {file.name}.")
    sections = show(str(file), corpus).reading.document.sections
    return [one for section in sections for one in draft.assertions(section.text)]


def _line(line: dict[str, Any]) -> dict[str, Any]:
    """A line with a sentence, or with a claim and its evidence. Raises TypeError, KeyError."""
    texts = [line["claim"], *line["evidence"]] if "claim" in line else [line["sentence"]]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("sentence, claim and each evidence are texts")
    return line


def _print_batch(
    lines: list[dict[str, Any]], settings: BotSettings, opened: Callable[[], Bot]
) -> None:
    names = tuple(filter(None, [settings.federation]))
    bot = opened() if any("claim" not in line for line in lines) else None
    for line in lines:
        if bot and "claim" not in line:
            (finding,) = bot.verify([(line.get("id"), line["sentence"])])
            said = finding.as_json()
        else:
            verdict, reason = guard.verdict(line["claim"], line["evidence"], names)
            said = {"id": line.get("id"), "verdict": verdict, "reason": reason}
        print(json.dumps(said, ensure_ascii=False), flush=True)
