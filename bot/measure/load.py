"""`python -m bot load`: the running app under load.

Many members at once beside one alone, or its memory over many questions. Asks POST /api/ask of a
loopback address and of no other. A member asks again as soon as the last answer is there.
"""

import argparse
import asyncio
import ipaddress
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.settings import BotSettings
from index.errors import PlaidoyerError

MEMORY_EVERY = 200  # questions between two readings of the memory
TIMEOUT = 120  # seconds that an answer may take
BUSY = (429, 503)  # how the app answers whom it has no room for
QUESTIONS = (  # on what any federation may have written; --batch names better ones
    "Quelle est notre position sur l'intelligence artificielle ?",
    "Qu'avons-nous demandé sur la formation ?",
    "Qui avons-nous rencontré au Parlement européen ?",
    "Quel financement pour les petites entreprises ?",
    "Et pour les plus grandes ?",
    "Que proposons-nous pour simplifier la réglementation ?",
    "What do we say on data protection?",
    "What did we ask of the government?",
    "Quel calendrier pour la prochaine réforme ?",
    "Combien d'emplois le secteur compte-t-il ?",
    "Quelle est la recette de la tarte aux pommes ?",
    "How has our view on energy evolved?",
)


class LoadRefused(PlaidoyerError):
    """The load would go to another machine, or the app does not answer."""


@dataclass
class Tally:
    """What some members got: seconds of each answer, how often it was busy, errors by reason."""

    members: int
    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)
    busy: int = 0
    errors: dict[str, int] = field(default_factory=dict)

    def shown(self) -> str:
        """A line of the table."""
        ordered = sorted(self.answers) or [0.0]
        p50, p95 = (
            ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
            for share in (0.5, 0.95)
        )
        return (
            f"{self.members:7} {len(self.answers):8} {self.busy:6} {sum(self.errors.values()):7} "
            f"{len(self.answers) / max(self.seconds, 1e-9):10.1f} {p50:8.0f} {p95:8.0f}"
        )


def add_parser(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    """Add `load` to the command line."""
    command = commands.add_parser("load", help="measure the running app under load")
    command.add_argument(
        "--url",
        default=f"http://{settings.host}:{settings.port}",
        help="the app, on this machine (default: %(default)s)",
    )
    command.add_argument(
        "--members", type=int, default=50, help="how many ask at once (default: %(default)s)"
    )
    command.add_argument(
        "--seconds",
        type=float,
        default=60,
        help="for how long (default: %(default)s); one alone asks for a sixth of it before",
    )
    command.add_argument(
        "--questions",
        type=int,
        default=0,
        metavar="N",
        help="instead, have N questions answered and show the app's memory",
    )
    command.add_argument("--pid", type=int, help="the app's process, whose memory is shown (Linux)")
    command.add_argument(
        "--batch", type=Path, metavar="FILE.jsonl", help='lines with a "question", asked in turn'
    )


def run(options: argparse.Namespace, settings: BotSettings) -> int:
    """`python -m bot load`. Returns 0, or 1 if anything but an answer or "busy" came back.

    Raises `LoadRefused`.
    """
    url = options.url.rstrip("/")
    if not _on_this_machine(url):
        raise LoadRefused(
            f"{url} is not an address of this machine. "
            "Name a loopback address: --url http://127.0.0.1:7860"
        )
    try:
        questions = (
            [json.loads(line)["question"] for line in options.batch.read_text().splitlines()]
            if options.batch
            else QUESTIONS
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LoadRefused(
            f"{options.batch} has no questions ({error}). "
            "Name a file of JSON lines with a question each."
        ) from error
    if options.questions:
        tallies = asyncio.run(_memory_over(url, questions, options))
    else:
        tallies = asyncio.run(_compare(url, questions, options))
    for reason, count in sorted(
        {reason: count for tally in tallies for reason, count in tally.errors.items()}.items()
    ):
        print(f"error: {reason} ({count} times)")
    return int(any(tally.errors for tally in tallies))


async def _compare(url: str, questions: Sequence[str], options: argparse.Namespace) -> list[Tally]:
    await _ask_for(url, questions, 1, 1.0)  # warms the app up
    before = _memory(options.pid)
    print("members  answers   busy  errors  a second   p50 ms   p95 ms", flush=True)
    tallies = []
    for members, seconds in ((1, options.seconds / 6), (options.members, options.seconds)):
        tallies.append(await _ask_for(url, questions, members, seconds))
        print(tallies[-1].shown(), flush=True)
    if options.pid:
        print(f"memory: {before:.0f} MB before, {_memory(options.pid):.0f} MB after")
    return tallies


async def _memory_over(
    url: str, questions: Sequence[str], options: argparse.Namespace
) -> list[Tally]:
    """Four members ask, no question twice in the same words: a cache of questions must show."""
    tally, turn = Tally(4), itertools.count()
    print("questions   memory MB", flush=True)
    for asked in (*range(0, options.questions, MEMORY_EVERY), options.questions):
        some = itertools.islice(turn, max(0, asked - len(tally.answers) - tally.busy))
        await _members(
            url,
            (f"{questions[number % len(questions)]} ({number})" for number in some),
            tally,
            4,
            float("inf"),
        )
        print(
            f"{asked:9} {_memory(options.pid):11.0f}" if options.pid else f"{asked:9}           -",
            flush=True,
        )
    return [tally]


async def _ask_for(url: str, questions: Sequence[str], members: int, seconds: float) -> Tally:
    tally, started = Tally(members), time.perf_counter()
    await _members(url, itertools.cycle(questions), tally, members, started + seconds)
    tally.seconds = time.perf_counter() - started
    return tally


async def _members(
    url: str, questions: Iterator[str], tally: Tally, members: int, until: float
) -> None:
    import httpx  # not at import: the other commands need none

    async def member() -> None:
        for question in questions:
            started = time.perf_counter()
            try:
                answer = await client.post(f"{url}/api/ask", json={"question": question})
            except httpx.HTTPError as error:
                _count(tally.errors, type(error).__name__)
                return
            if answer.status_code == 200 and answer.json()["text"]:
                tally.answers.append(time.perf_counter() - started)
            elif answer.status_code in BUSY:
                tally.busy += 1
                await asyncio.sleep(
                    min(
                        float(answer.headers.get("retry-after", 1)),
                        max(0.0, until - time.perf_counter()),
                    )
                )
            else:
                _count(tally.errors, f"HTTP {answer.status_code}: {answer.text[:200]}")
            if time.perf_counter() >= until:
                return

    async with httpx.AsyncClient(
        timeout=TIMEOUT, trust_env=False, limits=httpx.Limits(max_connections=None)
    ) as client:
        await asyncio.gather(*(member() for _ in range(members)))


def _count(counts: dict[str, int], reason: str) -> None:
    counts[reason] = counts.get(reason, 0) + 1


def _on_this_machine(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return url.startswith("http") and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except ValueError:
        return False


def _memory(pid: int | None) -> float:
    """The resident memory of a process in MB, 0 without one."""
    if not pid:
        return 0.0
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError as error:
        raise LoadRefused(
            f"There is no process {pid} whose memory can be read. "
            "Name the app's: --pid $(pgrep -f app.py)"
        ) from error
    return next(
        int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")
    )
