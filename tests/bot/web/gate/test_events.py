"""gradio's events over real HTTP: whose they are, and how many one visitor may have under way."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from conftest import Federation
from members import PASSWORD, SECRET, four_documents, logged_in, settings_of, two_users
from serving import client, everything, join, result, served

from bot.answer import Bot
from bot.records import Citation
from bot.web.gate.access import Authenticator
from bot.web.gate.events import COOKIE, LIFETIME, NAMES, OWNERS, PENDING, Owners
from bot.web.gate.limits import EACH
from index.shelf.store import Shelf

STAFF = "Zoé@federation.example"


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return four_documents(tmp_path_factory.mktemp("federation"))


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture(scope="module")
def guarded(
    federation: Federation, bot: Bot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The app with a log-in."""
    authenticator = Authenticator(two_users(tmp_path_factory.mktemp("users")), (), False)
    settings = settings_of(federation, users=Path("users.jsonl"), rate=0)
    with served(bot, settings, authenticator) as (address, _):
        yield address


class Waiting:
    """The real bot, but suggestions and timelines wait until they are let."""

    def __init__(self, bot: Bot):
        self._bot, self.let = bot, threading.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._bot, name)

    def examples(self, language: str, audiences: Sequence[str]) -> tuple[str, ...]:
        self.let.wait()
        return ()

    def timeline(self, theme: str, audiences: Sequence[str] = ()) -> tuple[Citation, ...]:
        self.let.wait()
        return ()


@pytest.fixture
def crowded(federation: Federation, bot: Bot) -> Iterator[tuple[str, Waiting]]:
    """The app for anybody, whose suggestions and timelines wait."""
    waiting = Waiting(bot)
    with served(waiting, settings_of(federation, allow_anonymous=True, rate=0)) as (address, _):
        try:
            yield address, waiting
        finally:
            waiting.let.set()


def test_what_a_page_waits_for_is_given_to_its_own_user_alone(guarded: str):
    with logged_in(guarded, STAFF) as staff, logged_in(guarded, "anne") as member:
        event = join(staff, "page_ask", "staffpage", question=f"le fonds {SECRET} secret")
        named = {"session_hash": "staffpage", "fn_index": 0} | event.json()
        for refused in (
            member.get("/gradio_api/queue/data?session_hash=staffpage"),
            member.get("/gradio_api/queue/data?session_hash=x&session_hash=staffpage"),
            member.get("/gradio_api/heartbeat/staffpage"),
            member.post("/gradio_api/cancel", json=named),
            member.post("/gradio_api/cancel", json=named | {"session_hash": "anothers"}),
            member.post("/gradio_api/reset", json=event.json()),
            join(member, "page_start", "staffpage"),
            member.post("/gradio_api/api/ask", json={"data": ["?"], "session_hash": "staffpage"}),
        ):
            assert (refused.status_code, refused.json()["error"]) == (404, "NotFound")
            assert SECRET not in everything(refused)
        assert f"fonds interne {SECRET} reste secret" in result(staff, "staffpage")
        assert join(staff, "page_start", "staffpage").status_code == 200


@pytest.mark.parametrize("call", ["call", "call/v2"])
def test_the_answer_to_a_call_is_given_to_its_own_user_alone(guarded: str, call: str):
    asked = {"call": {"data": [f"le fonds {SECRET} secret", []]}}
    asked["call/v2"] = {"question": f"le fonds {SECRET} secret"}
    with client(guarded, auth=(STAFF, PASSWORD)) as staff, logged_in(guarded, "anne") as member:
        event = staff.post(f"/gradio_api/{call}/ask", json=asked[call]).json()["event_id"]
        for path in (f"{call}/ask/{event}", f"{call}/search/{event}", f"call/ask/{event}/"):
            assert member.get(f"/gradio_api/{path}").status_code == 404
        assert member.get(f"/gradio_api/queue/data?session_hash={event}").status_code == 404
        assert member.get(f"/gradio_api/{call}/ask/never-begun").status_code == 404
        assert f"fonds interne {SECRET} reste secret" in everything(
            staff.get(f"/gradio_api/{call}/ask/{event}")
        )


def test_a_user_cancels_their_own_event(crowded: tuple[str, Waiting]):
    address, _ = crowded
    with client(address) as browser:
        event = join(browser, "page_timeline", "page", theme="fonds")
        number = {"fn_index": 0, "session_hash": "page"}
        cancelled = browser.post("/gradio_api/cancel", json=number | event.json())
        assert (event.status_code, cancelled.json()) == (200, {"success": True})


def test_one_visitors_eighty_events_leave_room_for_the_next_visitor(
    crowded: tuple[str, Waiting],
):
    address, waiting = crowded
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with client(address) as greedy, client(address, transport=elsewhere) as other:
        joined = [join(greedy, "page_suggest", f"page{number}") for number in range(80)]
        assert [one.status_code for one in joined] == [200] * PENDING + [429] * (80 - PENDING)
        assert joined[-1].headers["retry-after"] == "5"
        assert joined[-1].json()["detail"] == (
            "Many questions at this moment. Try again in 5 seconds."
        )
        assert join(other, "page_positions", "others").status_code == 200
        assert "positions/2023-public.md" in result(other, "others")  # while the greedy one waits
        waiting.let.set()


def test_a_visitor_with_many_timelines_under_way_is_told_to_come_back_and_others_are_served(
    crowded: tuple[str, Waiting],
):
    address, waiting = crowded
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with client(address) as greedy, client(address, transport=elsewhere) as other:
        for _ in range(EACH):
            assert join(greedy, "page_timeline", "page", theme="fonds").status_code == 200
        assert join(greedy, "page_timeline", "next", theme="fonds").status_code == 200
        assert "Many questions at this moment. Try again in 5 seconds." in result(greedy, "next")
        assert join(other, "page_positions", "others").status_code == 200
        assert "positions/2023-public.md" in result(other, "others")  # while the greedy one waits
        waiting.let.set()


def test_a_browser_without_a_log_in_keeps_its_events_where_its_address_changes(
    federation: Federation, bot: Bot
):
    with served(bot, settings_of(federation, allow_anonymous=True)) as (address, _):
        moved = httpx.HTTPTransport(local_address="127.0.0.2")
        with client(address) as browser, client(address, transport=moved) as later:
            browser.get("/")
            assert join(browser, "page_start", "mine").status_code == 200
            assert later.get("/gradio_api/queue/data?session_hash=mine").status_code == 404
            later.cookies = browser.cookies
            assert "Plaidoyer" in result(later, "mine")
        with client(address) as stranger:
            assert stranger.get("/gradio_api/queue/data?session_hash=mine").status_code == 404


def test_who_logs_in_gets_no_second_cookie(guarded: str):
    with logged_in(guarded, "anne") as member:
        member.get("/")
        assert COOKIE not in member.cookies


@pytest.mark.parametrize("body", ["", "[]", "Zibeline", "[" * 100_000, '"x"'])
def test_a_body_that_is_no_object_is_refused(guarded: str, body: str):
    with logged_in(guarded, "anne") as member:
        refused = member.post("/gradio_api/queue/join", content=body)
        assert (refused.status_code, refused.json()["error"]) == (422, "RequestInvalid")


def test_nobody_has_anothers_name_forgotten_by_using_many():
    owners = Owners()
    assert owners.claim("page", "staff")
    assert all(owners.claim(str(number), "member") for number in range(2 * NAMES))
    assert (owners.claim("page", "member"), owners.claim("page", "staff")) == (False, True)
    assert (owners.owns("0", "member"), owners.owns(str(NAMES), "member")) == (False, True)


def test_owners_are_bounded_and_a_name_that_nobody_uses_any_more_is_anybodys():
    now = [0.0]
    owners = Owners(lambda: now[0])
    assert owners.claim("page", "first")
    now[0] = LIFETIME - 1
    assert not owners.claim("page", "second")
    now[0] += 1
    assert owners.claim("page", "second")
    assert not owners.claim("page", "first")
    for number in range(OWNERS):
        owners.claim(f"name {number}", f"owner {number}")
    assert owners.claim("page", "third")
