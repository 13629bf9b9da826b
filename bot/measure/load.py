"""`python -m bot load`: the running app under load.

Many members at once beside one alone, several replicas beside one of them, one member beside a
greedy visitor, or its memory over many questions. Asks POST /api/ask of loopback addresses and of
no others. A member asks again as soon as the last answer is there; a greedy visitor has many
searches under way and waits for nothing.
"""

import argparse
import asyncio
import ipaddress
import itertools
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.settings import BotSettings
from index.errors import PlaidoyerError

if TYPE_CHECKING:
    import httpx  # not at import: the other commands need none

PASSWORD = "PLAIDOYER_PASSWORD"  # of all the users that --user names
ELSEWHERE = "127.0.0.2"  # where a greedy visitor without a log-in comes from (Linux)
MEMORY_EVERY = 200  # questions between two readings of the memory
TIMEOUT = 120  # seconds that an answer may take
IMPATIENCE = 0.05  # seconds after which a greedy visitor who was refused asks again
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

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answers) / max(self.seconds, 1e-9)

    def milliseconds(self, share: float) -> float:
        """Within how many that share of the answers came."""
        ordered = sorted(self.answers) or [0.0]
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    def shown(self) -> str:
        """A line of the table."""
        return (
            f"{self.members:7} {len(self.answers):8} {self.busy:6} {sum(self.errors.values()):7} "
            f"{self.rate:10.1f} "
            f"{self.milliseconds(0.5):8.0f} {self.milliseconds(0.95):8.0f}"
        )


@dataclass(frozen=True)
class _Load:
    """Who asks what of which app: `urls`, one of each replica, to which the members go in turn.

    `users`: (name, password) of each; none without a log-in.
    """

    urls: Sequence[str]
    questions: Sequence[str]
    users: Sequence[tuple[str, str]]
    greedy: int
    pid: int | None

    @asynccontextmanager
    async def clients(self) -> AsyncIterator["list[httpx.AsyncClient]"]:
        """One for each user, or one without a log-in, at each address.

        With a greedy visitor theirs is the last.
        """
        import httpx

        options: list[dict] = [{"auth": user} for user in self.users] or [{}]
        if self.greedy and not self.users:
            options.append({"transport": httpx.AsyncHTTPTransport(local_address=ELSEWHERE)})
        limits = httpx.Limits(max_connections=None)
        async with AsyncExitStack() as stack:
            yield [
                await stack.enter_async_context(
                    httpx.AsyncClient(
                        base_url=url, timeout=TIMEOUT, trust_env=False, limits=limits, **each
                    )
                )
                for each in options
                for url in self.urls
            ]


def add_parser(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    """Add `load` to the command line."""
    command = commands.add_parser("load", help="measure the running app under load")
    command.add_argument(
        "--url",
        action="append",
        default=[],
        help="the app, on this machine (default: "
        f"http://{settings.host}:{settings.port}); more than one are replicas, which are compared "
        "with the first of them",
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
    command.add_argument(
        "--greedy",
        type=int,
        default=0,
        metavar="N",
        help="instead, one asks beside a visitor with N searches under way",
    )
    command.add_argument(
        "--user",
        action="append",
        default=[],
        metavar="NAME",
        help="log in; more than one take turns, and the last is the greedy one. Their passwords "
        f"come from standard input, one a line, or from {PASSWORD}",
    )
    command.add_argument(
        "--pid", type=int, help="a process whose memory and processor time are shown (Linux)"
    )
    command.add_argument(
        "--batch", type=Path, metavar="FILE.jsonl", help='lines with a "question", asked in turn'
    )


def run(options: argparse.Namespace, settings: BotSettings) -> int:
    """`python -m bot load`. Returns 0, or 1 if anything but an answer or "busy" came back.

    Raises `LoadRefused`.
    """
    given = options.url or [f"http://{settings.host}:{settings.port}"]
    urls = [url.rstrip("/") for url in given]
    for url in urls:
        if not _on_this_machine(url):
            raise LoadRefused(
                f"{url} is not an address of this machine. "
                "Name a loopback address: --url http://127.0.0.1:7860"
            )
    if len(urls) > 1 and options.greedy:
        raise LoadRefused("A greedy visitor is measured at one address. Name one: --url URL")
    load = _Load(urls, _questions(options.batch), _users(options), options.greedy, options.pid)
    if options.questions:
        tallies = asyncio.run(_memory_over(load, options.questions))
    elif options.greedy:
        tallies = asyncio.run(_beside_greedy(load, options.seconds))
    else:
        tallies = asyncio.run(_compare(load, options.members, options.seconds))
    for reason, count in sorted(
        {reason: count for tally in tallies for reason, count in tally.errors.items()}.items()
    ):
        print(f"error: {reason} ({count} times)")
    return int(any(tally.errors for tally in tallies))


def _questions(batch: Path | None) -> Sequence[str]:
    if not batch:
        return QUESTIONS
    try:
        return [json.loads(line)["question"] for line in batch.read_text().splitlines()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LoadRefused(
            f"{batch} has no questions ({error}). Name a file of JSON lines with a question each."
        ) from error


def _users(options: argparse.Namespace) -> list[tuple[str, str]]:
    names: list[str] = options.user
    if options.greedy and len(names) == 1:
        raise LoadRefused("A greedy visitor is somebody else. Name two: --user NAME --user GREEDY")
    password = os.environ.get(PASSWORD)
    if password is not None or not names:
        return [(name, password or "") for name in names]
    passwords = [sys.stdin.readline().rstrip("\n") for _ in names]
    if not all(passwords):
        raise LoadRefused(
            f"{len(names)} passwords are needed. Send one a line to standard input, "
            f"or set {PASSWORD}."
        )
    return list(zip(names, passwords, strict=True))


async def _compare(load: _Load, members: int, seconds: float) -> list[Tally]:
    await _ask_for(load, 1, 1.0)  # warms the app up
    before, begun = _memory(load.pid), _processor(load.pid)
    print("members  answers   busy  errors  a second   p50 ms   p95 ms", flush=True)
    tallies = []
    one = replace(load, urls=load.urls[:1])
    for asking, lasting in ((1, seconds / 6), (members, seconds)):
        tallies.append(await _ask_for(one, asking, lasting))
        print(tallies[-1].shown(), flush=True)
    if len(load.urls) > 1:
        tallies.append(await _ask_for(load, members, seconds))
        ratio = tallies[-1].rate / max(tallies[-2].rate, 1e-9)
        print(f"{tallies[-1].shown()}   {len(load.urls)} replicas: {ratio:.2f} times as many")
    if load.pid:
        print(f"memory: {before:.0f} MB before, {_memory(load.pid):.0f} MB after")
        spent, answers = _processor(load.pid) - begun, sum(len(one.answers) for one in tallies)
        print(f"processor: {1000 * spent:.0f} ms for {answers} answers of all")
    return tallies


async def _beside_greedy(load: _Load, seconds: float) -> list[Tally]:
    """One member alone, then beside the greedy visitor, each for half the time."""
    await _ask_for(load, 1, 1.0)  # warms the app up
    print("members  answers   busy  errors  a second   p50 ms   p95 ms", flush=True)
    alone = await _ask_for(load, 1, seconds / 2)
    print(alone.shown(), flush=True)
    # A process of its own, or what this one does for the greedy visitor would delay the other's.
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        elsewhere.submit(_take, load, 0.1).result()  # starts it, and opens its way
        taking = elsewhere.submit(_take, load, seconds / 2 + 0.5)
        await asyncio.sleep(0.5)
        beside = await _ask_for(load, 1, seconds / 2)
        taken = await asyncio.wrap_future(taking)
    print(f"{beside.shown()}   beside the greedy visitor", flush=True)
    ratio = beside.milliseconds(0.95) / max(alone.milliseconds(0.95), 1e-9)
    print(
        f"p95 beside a visitor with {load.greedy} searches under way ({len(taken.answers)} "
        f"answered, {taken.busy} refused): {ratio:.2f} times as long"
    )
    return [alone, beside, taken]


def _take(load: _Load, seconds: float) -> Tally:
    """What the greedy visitor got who searched for so long."""

    async def taking() -> Tally:
        taken = Tally(load.greedy)
        async with load.clients() as clients:
            searches = [
                asyncio.create_task(_search_on(clients[-1], load.questions, taken))
                for _ in range(load.greedy)
            ]
            await asyncio.wait(searches, timeout=seconds)
            for search in searches:
                search.cancel()
            await asyncio.wait(searches)
        return taken

    return asyncio.run(taking())


async def _search_on(client: "httpx.AsyncClient", questions: Sequence[str], tally: Tally) -> None:
    """Search again and again, and whatever the app says, wait no longer than a moment."""
    import httpx

    for question in itertools.cycle(questions):
        started = time.perf_counter()
        try:
            found = await client.get("/api/search", params={"question": question})
        except httpx.HTTPError as error:
            return _count(tally.errors, type(error).__name__)
        if found.status_code == 200:
            tally.answers.append(time.perf_counter() - started)
        elif found.status_code in BUSY:
            tally.busy += 1
            await asyncio.sleep(IMPATIENCE)
        else:
            return _count(tally.errors, f"HTTP {found.status_code}: {found.text[:200]}")


async def _memory_over(load: _Load, count: int) -> list[Tally]:
    """Four members ask, no question twice in the same words: a cache of questions must show."""
    tally, turn, questions = Tally(4), itertools.count(), load.questions
    print("questions   memory MB", flush=True)
    for asked in (*range(0, count, MEMORY_EVERY), count):
        some = itertools.islice(turn, max(0, asked - len(tally.answers) - tally.busy))
        worded = (f"{questions[number % len(questions)]} ({number})" for number in some)
        await _members(load, worded, tally, float("inf"))
        memory = f"{_memory(load.pid):11.0f}" if load.pid else "          -"
        print(f"{asked:9} {memory}", flush=True)
    return [tally]


async def _ask_for(load: _Load, members: int, seconds: float) -> Tally:
    tally, started = Tally(members), time.perf_counter()
    await _members(load, itertools.cycle(load.questions), tally, started + seconds)
    tally.seconds = time.perf_counter() - started
    return tally


async def _members(load: _Load, questions: Iterator[str], tally: Tally, until: float) -> None:
    """The tally's members ask, as the users in turn."""
    async with load.clients() as clients:
        asking = clients[:-1] if load.greedy else clients
        await asyncio.gather(
            *(
                _ask_on(asking[number % len(asking)], questions, tally, until)
                for number in range(tally.members)
            )
        )


async def _ask_on(
    client: "httpx.AsyncClient", questions: Iterator[str], tally: Tally, until: float
) -> None:
    """A member asks one question after the other, and waits as long as the app says."""
    import httpx

    for question in questions:
        started = time.perf_counter()
        try:
            answer = await client.post("/api/ask", json={"question": question})
        except httpx.HTTPError as error:
            return _count(tally.errors, type(error).__name__)
        if answer.status_code == 200 and answer.json()["text"]:
            tally.answers.append(time.perf_counter() - started)
        elif answer.status_code in BUSY:
            tally.busy += 1
            left = max(0.0, until - time.perf_counter())
            await asyncio.sleep(min(float(answer.headers.get("retry-after", 1)), left))
        else:
            _count(tally.errors, f"HTTP {answer.status_code}: {answer.text[:200]}")
        if time.perf_counter() >= until:
            return


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
    lines = _proc(pid, "status").splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def _processor(pid: int | None) -> float:
    """The seconds of processor time that a process has had, 0 without one."""
    fields = _proc(pid, "stat").rpartition(")")[2].split()  # its name may hold anything
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _proc(pid: int | None, name: str) -> str:
    """What Linux tells of a process; "" without one."""
    if not pid:
        return ""
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError as error:
        raise LoadRefused(
            f"There is no process {pid} whose memory can be read. "
            "Name the app's: --pid $(pgrep -f app.py)"
        ) from error
