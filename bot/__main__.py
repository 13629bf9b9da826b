"""`python -m bot ask|search|evaluate|...`: the bot on the command line; every command is thin over its room."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot import users, wording
from bot.answer import Bot, open_bot
from bot.measure import evaluate, load
from bot.question.understand import QuestionRefused, understand
from bot.records import Answer, Hit, search_as_json
from bot.settings import BotSettings
from bot.views import listing
from index.errors import PlaidoyerError
from index.language.dates import as_date

TOOLS = {"user": users, "load": load}  # commands that need no bot
Line = TypeVar("Line")


class BatchInvalid(PlaidoyerError):
    """A batch file that is missing, or has a line that is no question."""


def main(
    argv: Sequence[str] | None = None, open_bot: Callable[[BotSettings], Bot] = open_bot
) -> int:
    """Run a command. Returns 0; 1 where a question of a batch was refused; 2 for wrong use or a missing index."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["benchmark"]:
        from bot.measure import benchmark  # draws in what only a comparison needs

        return benchmark.main(argv[1:])
    try:
        settings = BotSettings.from_environment()
        parser = _parser(settings)
        options = parser.parse_args(argv)
        if options.command in TOOLS:
            return TOOLS[options.command].run(options, settings)
        if options.command == "evaluate":
            return _evaluate(options, lambda: open_bot(replace(settings, store=options.store)))
        if options.command in ("timeline", "meetings"):
            print(
                {"timeline": _timeline, "meetings": _meetings}[options.command](
                    open_bot(replace(settings, store=options.store)), options
                )
            )
            return 0
        if (options.question is None) == (options.batch is None):
            parser.error("name a QUESTION, or a --batch FILE.jsonl of questions")
        lines = list(_batch(options.batch, _question)) if options.batch else []
        bot = open_bot(replace(settings, store=options.store))
        respond = _ask if options.command == "ask" else _search
        if options.batch is None:
            print(
                respond(
                    bot,
                    {
                        "id": None,
                        "question": options.question,
                        "history": getattr(options, "history", []),
                    },
                    options,
                    options.json,
                )
            )
            return 0
        return _respond_all(lambda line: respond(bot, line, options, True), lines)
    except (PlaidoyerError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2


def _parser(settings: BotSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Ask the federation's documents."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in (
        ("ask", "answer a question with citations"),
        ("search", "list the passages that answer best"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("question", nargs="?", metavar="QUESTION")
        command.add_argument(
            "--store",
            type=Path,
            default=settings.store,
            help="where the index is kept (default: %(default)s)",
        )
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.add_argument(
            "--batch",
            type=Path,
            metavar="FILE.jsonl",
            help="lines with id, question and an optional history; prints one JSON object a line, in order",
        )
        if name == "ask":
            command.add_argument(
                "--history",
                action="append",
                default=[],
                metavar="Q",
                help="an earlier question of the conversation; repeatable",
            )
        else:
            command.add_argument(
                "--k", type=int, default=10, help="how many passages (default: %(default)s)"
            )
    scored = commands.add_parser(
        "evaluate",
        help="score retrieval, answers, citations and abstention on questions whose answers are known",
    )
    scored.add_argument(
        "questions",
        type=Path,
        metavar="QUESTIONS.jsonl",
        help="lines with id, question, documents (or quotes), facts, answerable; optional history, language, kind and half",
    )
    scored.add_argument(
        "--store",
        type=Path,
        default=settings.store,
        help="where the index is kept (default: %(default)s)",
    )
    scored.add_argument(
        "--half", choices=("tune", "report"), help="only the questions of this half"
    )
    scored.add_argument("--json", action="store_true", help="print one JSON object")
    scored.add_argument(
        "--failures",
        action="store_true",
        help="list the questions that went wrong, except those of the half that is reported",
    )
    commands.add_parser(
        "benchmark",
        help="compare this pipeline with the tutorial's and with BM25 alone",
        add_help=False,
    )
    _add_lists(commands, settings)
    for tool in TOOLS.values():
        tool.add_parser(commands, settings)
    return parser


def _add_lists(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    dated = commands.add_parser(
        "timeline", help="dated quotes that show how the position on a theme evolved, newest first"
    )
    dated.add_argument("theme", metavar="THEME")
    met = commands.add_parser(
        "meetings", help="whom the federation met, when and on what, as the documents say"
    )
    met.add_argument(
        "--since", type=_day, metavar="DATE", help="only from this day, month or year on"
    )
    met.add_argument(
        "--until", type=_day, metavar="DATE", help="only up to this day, month or year"
    )
    for command in (dated, met):
        command.add_argument(
            "--store",
            type=Path,
            default=settings.store,
            help="where the index is kept (default: %(default)s)",
        )
    dated.add_argument("--json", action="store_true", help="print one JSON object")
    forms = met.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON object")
    forms.add_argument("--csv", action="store_true", help="print a table for a spreadsheet")


def _day(text: str) -> str:
    """An ISO date, as exact as it is given. Raises ValueError, which argparse reports."""
    if not (day := as_date(text)):
        raise ValueError(text)
    return day


def _timeline(bot: Bot, options: argparse.Namespace) -> str:
    quotes = bot.timeline(options.theme)
    if options.json:
        return listing.timeline_json(options.theme, quotes)
    return (
        listing.timeline_text(quotes) or wording.NO_SUCH_THEME[understand(options.theme).language]
    )


def _meetings(bot: Bot, options: argparse.Namespace) -> str:
    found = listing.between(bot.meetings(), options.since or "", options.until or "")
    if options.json:
        return json.dumps(
            {"meetings": [listing.meeting_as_json(meeting) for meeting in found]},
            ensure_ascii=False,
        )
    return (
        listing.meetings_csv(found).rstrip()
        if options.csv
        else listing.meetings_text(found) or "No meeting found."
    )


def _evaluate(options: argparse.Namespace, opened: Callable[[], Bot]) -> int:
    """Print the scores. Failures of the half "report" are never listed: what nobody sees, nobody tunes on."""
    questions = [
        question
        for question in _batch(options.questions, evaluate.expected)
        if options.half in (None, question.half)
    ]
    if not questions:
        raise BatchInvalid(
            f"{options.questions} has no question"
            + (f' with "half": "{options.half}"' if options.half else "")
            + ". Add some."
        )
    outcomes = evaluate.run(opened(), questions)
    result = evaluate.evaluation(outcomes) | (
        {"failures": evaluate.failures(outcomes)} if options.failures else {}
    )
    print(json.dumps(result, ensure_ascii=False) if options.json else evaluate.table(result))
    if options.failures and not options.json:
        print(
            "".join(
                f"\n{failure['id']}  {failure['question']}\n    {'; '.join(failure['wrong'])}"
                for failure in result["failures"]
            )
        )
    if options.failures and any(question.half == evaluate.BLIND for question in questions):
        print(
            f'Failures of the half "{evaluate.BLIND}" are not listed: it stays a fair measure as long as nobody tunes on its questions.',
            file=sys.stderr,
        )
    return int(bool(result["refused"]))


def _respond_all(respond: Callable[[dict], str], lines: Sequence[dict]) -> int:
    """Print the response to each line; a refused question gets an object with `error` in its place."""
    refused = False
    for line in lines:
        try:
            print(respond(line), flush=True)
        except QuestionRefused as error:
            refused = True
            print(
                json.dumps(
                    {"id": line["id"], "question": line["question"][:200], "error": str(error)},
                    ensure_ascii=False,
                ),
                flush=True,
            )
    return int(refused)


def _ask(bot: Bot, line: dict, options: argparse.Namespace, as_json: bool) -> str:
    answer = bot.ask(line["question"], line["history"])
    return json.dumps(answer.as_json(line["id"]), ensure_ascii=False) if as_json else _shown(answer)


def _search(bot: Bot, line: dict, options: argparse.Namespace, as_json: bool) -> str:
    started = time.perf_counter()
    hits = bot.search(line["question"], max(1, options.k), history=line["history"])
    seconds = time.perf_counter() - started
    if not as_json:
        return (
            "\n\n".join(
                f"{hit.score:.3f}  {_source(hit)}\n{hit.passage.text.strip()}" for hit in hits
            )
            or "No passage found."
        )
    return json.dumps(
        search_as_json(line["id"], line["question"], hits, seconds), ensure_ascii=False
    )


def _source(hit: Hit) -> str:
    return " · ".join(
        part for part in (hit.passage.path, hit.passage.date, *hit.passage.headings) if part
    )


def _shown(answer: Answer) -> str:
    """The answer for a terminal: its text, then where each citation stands."""
    sources = "".join(
        f"\n[{citation.number}] {citation.passage.path}" for citation in answer.citations
    )
    return answer.text + (f"\n{sources}" if sources else "")


def _batch(file: Path, read: Callable[[dict], Line]) -> Iterator[Line]:
    """What `read` makes of each line of a file of JSON lines. Raises `BatchInvalid`, naming the line."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BatchInvalid(
            f"{file} cannot be read ({error}). Name a file of JSON lines with a question on each"
        ) from error
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        try:
            line = read(json.loads(raw))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BatchInvalid(
                f'{file}, line {number} is no question ({error}). Write {{"id": ..., "question": "..."}} on each line'
            ) from error
        yield line


def _question(line: dict) -> dict:
    """A line to ask or search as {"id", "question", "history"}."""
    history = line.get("history") or []
    if not isinstance(line["question"], str) or not all(
        isinstance(question, str) for question in history
    ):
        raise TypeError("question and history are texts")
    return {"id": line.get("id"), "question": line["question"], "history": history}


if __name__ == "__main__":
    sys.exit(main())
