"""Where questions wait, with the app served over real HTTP: lanes, the full queue, the stop."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest
from conftest import Federation
from serving import client, served

from bot.answer import Bot
from bot.records import Answer
from bot.settings import BotSettings
from bot.web.gate.limits import MOST_HELD, QUICK, Busy, Lane, Lanes, Refusals, TooMany
from index.shelf.store import Shelf


class Writing:
    """The real bot, but answers to "lentement" wait for a chat model until `let` is set."""

    def __init__(self, bot: Bot):
        self._bot = bot
        self.let, self.at_work = threading.Event(), threading.Semaphore(0)

    def __getattr__(self, name: str) -> object:
        return getattr(self._bot, name)

    def steps(
        self,
        question: str,
        history: Sequence[str] = (),
        audiences: Sequence[str] = ("public",),
        *others: object,
    ) -> Iterator[str | Answer]:
        if "lentement" in question:
            yield "writing"
            self.at_work.release()
            self.let.wait()
        yield from self._bot.steps(question.replace("lentement", ""), history, audiences, *others)


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    made = Federation(tmp_path_factory.mktemp("federation"))
    made.write(
        "positions/2023-05-04-fonds.md",
        "# Un fonds\n\nNous demandons un fonds national pour les startups.",
    )
    made.index()
    return made


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture(scope="module")
def settings(federation: Federation) -> BotSettings:
    return BotSettings(corpus=federation.corpus, store=federation.store)


@pytest.fixture
def slow(bot: Bot, settings: BotSettings) -> Iterator[tuple[Writing, str]]:
    """The app with a chat model that answers when it is let."""
    writing = Writing(bot)
    with served(writing, settings) as (where, _):
        try:
            yield writing, where
        finally:
            writing.let.set()


def test_answers_that_wait_for_a_chat_model_hold_up_no_quotes(slow: tuple[Writing, str]):
    writing, address = slow
    with client(address) as program, ThreadPoolExecutor(QUICK + 2) as members:
        waiting = [
            members.submit(program.post, "/api/ask", json={"question": "un fonds lentement"})
            for _ in range(QUICK + 2)
        ]
        for _ in waiting:
            assert writing.at_work.acquire(timeout=30)
        assert (
            program.post("/api/ask", json={"question": "un fonds national"}).json()["abstained"]
            is False
        )
        assert program.get("/api/search?question=fonds").json()["hits"]
        assert not any(answer.done() for answer in waiting)
        writing.let.set()
        assert [answer.result().status_code for answer in waiting] == [200] * len(waiting)


def test_a_full_line_answers_busy_at_once_and_says_when_to_come_back(
    bot: Bot, settings: BotSettings
):
    let, begun = threading.Event(), threading.Semaphore(0)

    class Stuck(Writing):
        def search(self, *arguments: object) -> list:
            begun.release()
            let.wait()
            return []

    with (
        served(Stuck(bot), settings, lanes=Lanes(waiting=0, alone=True)) as (address, _),
        client(address) as program,
        ThreadPoolExecutor(QUICK) as members,
    ):
        try:
            inside = [members.submit(program.get, "/api/search?question=a") for _ in range(QUICK)]
            for _ in inside:
                assert begun.acquire(timeout=30)
            busy = program.post("/api/ask", json={"question": "un fonds"})
            assert (busy.status_code, busy.json()["error"], busy.headers["retry-after"]) == (
                503,
                "Busy",
                "5",
            )
        finally:
            let.set()
        assert [answer.result().status_code for answer in inside] == [200] * QUICK


def test_visitors_take_turns_whoever_has_asked_more():
    lane, done = Lane("quick", 1, 64, each=64, at_once=1), []
    begun, let = threading.Event(), threading.Event()
    waiting = [lane.submit("greedy", lambda: (begun.set(), let.wait()))]
    assert begun.wait(30)
    for visitor in ["greedy"] * 50 + ["anne"] * 2 + ["zoé"]:
        waiting.append(lane.submit(visitor, partial(done.append, visitor)))
    let.set()
    for work in waiting:
        work.result()
    assert done[:4] == ["anne", "zoé", "greedy", "anne"]
    assert done[4:] == ["greedy"] * 49


def test_whoever_asks_again_at_once_is_refused_a_second_later():
    now, slept = [0.0], []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    refusals = Refusals(lambda: now[0], sleep)

    def refused(visitor: str, at: float) -> list[float]:
        now[0] = at
        slept.clear()
        asyncio.run(refusals.hold(visitor))
        return list(slept)

    assert refused("greedy", 100) == []
    assert refused("anne", 100) == []
    assert refused("greedy", 101) == [1.0]
    assert refused("greedy", 105.9) == [1.0]
    assert refused("greedy", 111) == []
    assert refused("anne", 111) == []


def test_no_more_than_some_refusals_are_held():
    async def flood() -> tuple[int, int]:
        let = asyncio.Event()
        refusals = Refusals(lambda: 0.0, lambda _: let.wait())
        await refusals.hold("greedy")
        held = [asyncio.create_task(refusals.hold("greedy")) for _ in range(MOST_HELD + 9)]
        await asyncio.sleep(0)
        at_once = sum(task.done() for task in held)
        let.set()
        await asyncio.gather(*held)
        await refusals.hold("greedy")  # none of the places is lost
        return at_once, len(held)

    assert asyncio.run(flood()) == (9, MOST_HELD + 9)


def test_one_visitor_leaves_a_thread_free():
    lane, let = Lane("quick", 2, 64, each=64, at_once=1), threading.Event()
    greedy = [lane.submit("greedy", let.wait) for _ in range(10)]
    assert lane.submit("anne", let.is_set).result(30) is False
    let.set()
    assert [work.result(30) for work in greedy] == [True] * 10


async def _gives_way() -> list[str]:
    lanes, done = Lanes(), []
    begun, let = threading.Event(), threading.Event()
    searching = asyncio.create_task(
        lanes.run("anne", lambda: (begun.set(), let.wait(), done.append("anne")))
    )
    await asyncio.to_thread(begun.wait, 30)
    own = asyncio.create_task(lanes.in_between(lambda: done.append("own")))
    waiting = asyncio.create_task(lanes.run("zoé", lambda: done.append("zoé")))
    await asyncio.sleep(0)
    let.set()
    await asyncio.gather(searching, own, waiting)
    return done


def test_what_gives_way_is_begun_after_all_who_search():
    assert asyncio.run(_gives_way()) == ["anne", "zoé", "own"]


def test_every_work_of_many_visitors_is_done_once():
    lane, done = Lane("quick", 4, 900, each=100, at_once=3), []
    visitors = [f"visitor {number % 9}" for number in range(900)]
    with ThreadPoolExecutor(4) as asking:
        waiting = list(
            asking.map(lambda name: lane.submit(name, partial(done.append, name)), visitors)
        )
    for work in waiting:
        work.result(30)
    assert Counter(done) == Counter(visitors)


def test_one_visitor_leaves_room_for_the_others_and_gets_theirs_back():
    lane, let = Lane("quick", 1, 4, each=2, at_once=1), threading.Event()
    waiting = [lane.submit(visitor, let.wait) for visitor in ("greedy", "greedy", "anne", "zoé")]
    with pytest.raises(TooMany):
        lane.submit("greedy", let.wait)
    waiting.append(lane.submit("zoé", let.wait))
    with pytest.raises(Busy):
        lane.submit("boris", let.wait)
    assert waiting[1].cancel()
    waiting.append(lane.submit("greedy", let.wait))
    let.set()
    assert [work.result() for work in waiting if not work.cancelled()] == [True] * 5
    assert lane.submit("greedy", let.is_set).result()


def test_nobody_has_two_questions_answered_at_once(bot: Bot):
    async def two() -> tuple[list, int]:
        lanes, writing = Lanes(), Writing(bot)
        first = lanes.steps("", writing.steps("un fonds lentement"), "anne")
        assert await anext(first) == "writing"
        with pytest.raises(TooMany):
            await lanes.answer("", writing.steps("un fonds"), "anne")
        assert (await lanes.answer("", writing.steps("un fonds"), "zoé")).text
        await first.aclose()  # stopped
        steps = [step async for step in lanes.steps("", writing.steps("un fonds"), "anne")]
        writing.let.set()
        return steps[:-1], type(steps[-1])

    assert asyncio.run(two()) == (["searching", "reading", "checking"], Answer)


def test_a_question_that_fails_leaves_its_place(bot: Bot):
    async def fail() -> None:
        lanes = Lanes(waiting=0)
        for _ in range(QUICK + 1):
            with pytest.raises(ZeroDivisionError):
                await lanes.answer("", (1 / 0 for _ in "now"), "anne")
        with pytest.raises(Busy):
            await asyncio.gather(
                *(lanes.run("", partial(threading.Event().wait, 0.2)) for _ in range(QUICK + 1))
            )

    asyncio.run(fail())


def test_a_stop_lets_running_answers_finish_takes_no_new_one_and_waits_for_no_open_page(
    bot: Bot, settings: BotSettings
):
    writing = Writing(bot)
    with (
        served(writing, settings) as (address, server),
        client(address) as program,
        client(address) as page,
        ThreadPoolExecutor(1) as member,
        page.stream("GET", "/gradio_api/heartbeat/open") as open_page,
    ):
        beats = open_page.iter_text()
        assert next(beats) == "data: ALIVE\n\n"
        running = member.submit(program.post, "/api/ask", json={"question": "un fonds lentement"})
        assert writing.at_work.acquire(timeout=30)
        server.should_exit = True
        list(beats)  # ends with the server
        with client(address) as late, pytest.raises(httpx.HTTPError):
            late.get("/api/search?question=fonds")
        writing.let.set()
        assert running.result().json()["abstained"] is False
