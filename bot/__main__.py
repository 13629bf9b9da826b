"""`python -m bot ask|search|evaluate|...`: the bot on the command line, thin over the rooms."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from bot import accounts, doctor, report, stale, verify, wording
from bot.answer import Bot, open_bot
from bot.measure import evaluate, load, scores
from bot.question.understand import QuestionRefused, understand
from bot.records import Answer, Hit, search_as_json, turns_of
from bot.settings import BotSettings
from bot.views import listing
from index.errors import PlaidoyerError
from index.language.dates import as_date

# Commands that need no bot.
TOOLS = {"user": accounts, "load": load, "doctor": doctor, "stale": stale}
Line = TypeVar("Line")


class BatchInvalid(PlaidoyerError):
    """A batch file that is missing, or has a line that is no question."""


def main(
    argv: Sequence[str] | None = None, open_bot: Callable[[BotSettings], Bot] = open_bot
) -> int:
    """Run a command.

    Returns 0; 1 where a question of a batch was refused; 2 for wrong use or a missing index.
    """
    try:
        code = _run(sys.argv[1:] if argv is None else argv, open_bot)
        sys.stdout.flush()
        return code
    except PlaidoyerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `| head` has read enough; Python would complain again at its exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(argv: Sequence[str], open_bot: Callable[[BotSettings], Bot]) -> int:
    if argv[:1] == ["benchmark"]:
        from bot.measure import benchmark  # imports what only a comparison needs

        return benchmark.main(argv[1:])
    settings = BotSettings.from_environment()
    parser = _parser(settings)
    options = parser.parse_args(argv)
    if options.command in TOOLS:
        return TOOLS[options.command].run(options, settings)

    def opened() -> Bot:
        return open_bot(settings.model_copy(update={"store": options.store}))

    if options.command in WHOLE:
        return WHOLE[options.command](options, settings, opened)
    if options.command in ("timeline", "meetings"):
        show = _timeline if options.command == "timeline" else _meetings
        print(show(opened(), options))
        return 0
    if (options.question is None) == (options.batch is None):
        parser.error("name a QUESTION, or a --batch FILE.jsonl of questions")
    respond = _ask if options.command == "ask" else _search
    if options.batch:
        lines = list(_batch(options.batch, _question))
        return _respond_all(opened(), lines, options, respond)
    history = turns_of(getattr(options, "history", []), ())
    line = {"id": None, "question": options.question, "history": history}
    print(respond(opened(), line, options))
    return 0


def _parser(settings: BotSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Ask the federation's documents."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_questions(commands, settings)
    _add_evaluate(commands, settings)
    commands.add_parser(
        "benchmark",
        help="compare this pipeline with the tutorial's and with BM25 alone",
        add_help=False,
    )
    _add_lists(commands, settings)
    verify.add_parser(commands, settings)
    report.add_parser(commands, settings)
    for tool in TOOLS.values():
        tool.add_parser(commands, settings)
    return parser


def _add_store(command: argparse.ArgumentParser, settings: BotSettings) -> None:
    command.add_argument(
        "--store",
        type=Path,
        default=settings.store,
        help="where the index is kept (default: %(default)s)",
    )


def _add_json(command: argparse._ActionsContainer) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _add_questions(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    ask = commands.add_parser("ask", help="answer a question with citations")
    search = commands.add_parser("search", help="list the passages that answer best")
    for command in (ask, search):
        command.add_argument("question", nargs="?", metavar="QUESTION")
        _add_store(command, settings)
        _add_json(command)
        command.add_argument(
            "--batch",
            type=Path,
            metavar="FILE.jsonl",
            help="lines with id, question and an optional history and history_documents; prints "
            "a JSON object for each",
        )
    ask.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="Q",
        help="an earlier question of the conversation; repeatable",
    )
    search.add_argument(
        "--k", type=int, default=10, help="how many passages (default: %(default)s)"
    )


def _add_evaluate(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    command = commands.add_parser(
        "evaluate",
        help="score retrieval, answers, citations and abstention on questions with known answers",
    )
    command.add_argument(
        "questions",
        type=Path,
        metavar="QUESTIONS.jsonl",
        help="lines with id, question, documents (or quotes), facts, answerable; "
        "optional history, language, kind and half",
    )
    _add_store(command, settings)
    command.add_argument(
        "--half", choices=("tune", "report"), help="only the questions of this half"
    )
    _add_json(command)
    command.add_argument(
        "--failures",
        action="store_true",
        help="list the questions that went wrong, except those of the half that is reported",
    )


def _add_lists(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    timeline = commands.add_parser(
        "timeline", help="dated quotes that show how the position on a theme evolved, newest first"
    )
    timeline.add_argument("theme", metavar="THEME")
    meetings = commands.add_parser(
        "meetings", help="whom the federation met, when and on what, as the documents say"
    )
    for option, when in (("--since", "from this day, month or year on"), ("--until", "up to it")):
        meetings.add_argument(option, type=_day, metavar="DATE", help=f"only {when}")
    for command in (timeline, meetings):
        _add_store(command, settings)
    _add_json(timeline)
    formats = meetings.add_mutually_exclusive_group()
    _add_json(formats)
    formats.add_argument("--csv", action="store_true", help="print a table for a spreadsheet")


def _day(text: str) -> str:
    """An ISO date, as exact as it is given. Raises ValueError, which argparse reports."""
    if not (day := as_date(text)):
        raise ValueError(text)
    return day


def _timeline(bot: Bot, options: argparse.Namespace) -> str:
    quotes = bot.timeline(options.theme)
    if options.json:
        return listing.timeline_json(options.theme, quotes)
    language = understand(options.theme).language
    return listing.timeline_text(quotes) or wording.NO_SUCH_THEME[language]


def _meetings(bot: Bot, options: argparse.Namespace) -> str:
    found = listing.between(bot.meetings(), options.since or "", options.until or "")
    if options.json:
        return json.dumps(
            {"meetings": [listing.meeting_as_json(meeting) for meeting in found]},
            ensure_ascii=False,
        )
    if options.csv:
        return listing.meetings_csv(found).rstrip()
    return listing.meetings_text(found) or "No meeting found."


def _evaluate(options: argparse.Namespace, settings: BotSettings, opened: Callable[[], Bot]) -> int:
    """Print the scores. Failures of the half "report" are never listed: nobody tunes on them."""
    questions = [
        question
        for question in _batch(options.questions, evaluate.expected)
        if options.half in (None, question.half)
    ]
    if not questions:
        half = f' with "half": "{options.half}"' if options.half else ""
        raise BatchInvalid(f"{options.questions} has no question{half}. Add some.")
    outcomes = evaluate.run(opened(), questions)
    result = scores.evaluation(outcomes)
    if options.failures:
        result["failures"] = evaluate.failures(outcomes)
    print(json.dumps(result, ensure_ascii=False) if options.json else scores.table(result))
    if options.failures and not options.json:
        for failure in result["failures"]:
            wrong = "; ".join(failure["wrong"])
            print(f"\n{failure['id']}  {failure['question']}\n    {wrong}", end="")
        print()
    if options.failures and any(question.half == evaluate.BLIND for question in questions):
        print(
            f'Failures of the half "{evaluate.BLIND}" are not listed: '
            "it stays a fair measure as long as nobody tunes on its questions.",
            file=sys.stderr,
        )
    return int(bool(result["refused"]))


def _verify(options: argparse.Namespace, settings: BotSettings, opened: Callable[[], Bot]) -> int:
    return verify.run(options, settings, opened, _batch)


# Commands that make their own use of the bot.
WHOLE = {"evaluate": _evaluate, "verify": _verify, "report": report.run}
Respond = Callable[[Bot, dict, argparse.Namespace], str]


def _respond_all(
    bot: Bot, lines: Sequence[dict], options: argparse.Namespace, respond: Respond
) -> int:
    """Print the response to each line; a refused question gets an object with `error` instead."""
    refused = False
    for line in lines:
        try:
            print(respond(bot, line, options), flush=True)
        except QuestionRefused as error:
            refused = True
            said = {"id": line["id"], "question": line["question"][:200], "error": str(error)}
            print(json.dumps(said, ensure_ascii=False), flush=True)
    return int(refused)


def _ask(bot: Bot, line: dict, options: argparse.Namespace) -> str:
    answer = bot.ask(line["question"], line["history"])
    if options.json or options.batch:
        return json.dumps(answer.as_json(line["id"]), ensure_ascii=False)
    return _shown(answer)


def _search(bot: Bot, line: dict, options: argparse.Namespace) -> str:
    started = time.perf_counter()
    hits = bot.search(line["question"], max(1, options.k), history=line["history"])
    seconds = time.perf_counter() - started
    if options.json or options.batch:
        found = search_as_json(line["id"], line["question"], hits, seconds)
        return json.dumps(found, ensure_ascii=False)
    texts = (f"{hit.score:.3f}  {_source(hit)}\n{hit.passage.text.strip()}" for hit in hits)
    return "\n\n".join(texts) or "No passage found."


def _source(hit: Hit) -> str:
    passage = hit.passage
    return " · ".join(part for part in (passage.path, passage.date, *passage.headings) if part)


def _shown(answer: Answer) -> str:
    """The answer for a terminal: its text, then the document of each citation."""
    sources = (f"\n[{citation.number}] {citation.passage.path}" for citation in answer.citations)
    return "\n".join([answer.text, *(["".join(sources)] if answer.citations else [])])


def _batch(file: Path, read: Callable[[dict], Line]) -> Iterator[Line]:
    """Each line of a file of JSON lines through `read`. Raises `BatchInvalid`, naming the line."""
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
            fields = json.loads(raw)
            json.dumps(fields, ensure_ascii=False).encode()  # no half of a surrogate pair
            line = read(fields)
        # RecursionError: of JSON that is nested too deeply
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BatchInvalid(
                f"{file}, line {number} is no question ({error}). "
                'Write {"id": ..., "question": "..."} on each line'
            ) from error
        yield line


def _question(line: dict) -> dict:
    """A line to ask or search as {"id", "question", "history"}.

    `history_documents` of a line: what the answer to the last question of `history` cited.
    """
    questions, documents = line.get("history") or [], line.get("history_documents") or []
    if not all(isinstance(text, str) for text in (line["question"], *questions, *documents)):
        raise TypeError("question, history and history_documents are texts")
    history = turns_of(questions, documents)
    return {"id": line.get("id"), "question": line["question"], "history": history}


if __name__ == "__main__":
    sys.exit(main())
