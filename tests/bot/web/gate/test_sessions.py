"""Log-ins of several processes of the app: one file of a key and of log-outs, signed cookies."""

import base64
import json
import multiprocessing
import re
import sqlite3
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from conftest import Federation
from members import OTHER, PASSWORD, four_documents, logged_in, settings_of, two_users
from serving import client, served

from app import authenticator_of
from bot.answer import Bot
from bot.settings import BotSettings
from bot.users import User, Users
from bot.web.gate.sessions import (
    BY_PROVIDER,
    COOKIES,
    IDLE,
    LIFETIME,
    RENEWED,
    Sessions,
    SessionsUnusable,
)
from index.shelf.store import Shelf

ANNE = User("Anne", "members", "$argon2id$v=19$of a password")
COOKIE = COOKIES["http"]


class Clock:
    """A clock that a test moves, in seconds since 1970."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock) -> Sessions:
    return Sessions(tmp_path / "sessions.sqlite3", clock)


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return four_documents(tmp_path_factory.mktemp("federation"))


@pytest.fixture
def settings(federation: Federation, tmp_path: Path) -> BotSettings:
    two_users(tmp_path)
    return settings_of(federation, users=tmp_path / "users.jsonl")


@pytest.fixture
def replicas(federation: Federation, settings: BotSettings) -> Iterator[list[str]]:
    """Two of the app, with nothing in common but the store and the users file."""
    bot = Bot(Shelf(federation.store), federation.embedder)
    with ExitStack() as stack:
        yield [stack.enter_context(served(bot, settings))[0] for _ in range(2)]


def test_a_session_ends_after_idleness_and_after_its_day(sessions: Sessions, clock: Clock):
    token = sessions.open(ANNE)
    clock.now += IDLE - 1
    assert sessions.find(token) is not None
    clock.now += 1
    assert sessions.find(token) is None
    token, since = sessions.open(ANNE), clock.now
    while clock.now < since + LIFETIME - IDLE:
        clock.now += IDLE / 2
        token = sessions.renewed(token)
        assert sessions.find(token) is not None
    assert sessions.left(sessions.find(token)) == since + LIFETIME - clock.now
    clock.now = since + LIFETIME
    assert [sessions.find(one) for one in (token, "", "guessed")] == [None, None, None]


def test_a_session_is_renewed_once_a_minute_and_keeps_its_beginning(
    sessions: Sessions, clock: Clock
):
    token = sessions.open(ANNE)
    clock.now += RENEWED - 1
    assert sessions.renewed(token) is None
    clock.now += 1
    before, after = sessions.find(token), sessions.find(sessions.renewed(token))
    assert (after.id, after.since, after.used) == (before.id, before.since, clock.now)


def test_another_process_accepts_the_cookie_and_a_log_out_ends_it_there_too(
    sessions: Sessions, tmp_path: Path, clock: Clock
):
    token, other = sessions.open(ANNE), Sessions(tmp_path / "sessions.sqlite3", clock)
    assert other.is_of(other.find(token), ANNE)
    clock.now += RENEWED
    renewed = other.renewed(token)
    sessions.close(token)
    restarted = Sessions(tmp_path / "sessions.sqlite3", clock)
    assert [one.find(each) for one in (other, restarted) for each in (token, renewed)] == [None] * 4
    assert other.renewed(token) is None


def test_a_log_out_is_forgotten_once_its_session_would_have_ended(
    sessions: Sessions, clock: Clock, tmp_path: Path
):
    first = sessions.open(ANNE)
    sessions.close(first)
    clock.now += LIFETIME + 1
    sessions.close(sessions.open(ANNE))
    with closing(sqlite3.connect(tmp_path / "sessions.sqlite3")) as db:
        assert db.execute("SELECT COUNT(*) FROM ended").fetchone() == (1,)
    assert sessions.find(first) is None


def test_a_session_is_of_the_password_that_it_was_opened_with(sessions: Sessions):
    session = sessions.find(sessions.open(ANNE))
    assert sessions.is_of(session, User("anne", "staff", ANNE.hash))
    assert not sessions.is_of(session, User("anne", "members", f"{ANNE.hash}!"))
    assert not sessions.is_of(session, User("zoe", "members", ANNE.hash))


def test_the_audience_is_kept_only_of_who_is_in_no_users_file(sessions: Sessions):
    assert sessions.find(sessions.open(ANNE)).audience == ""
    outsider = User("Anne", "staff", BY_PROVIDER)
    session = sessions.find(sessions.open(outsider))
    assert (session.name, session.audience) == ("anne", "staff")
    assert sessions.is_of(session, outsider) and not sessions.is_of(session, ANNE)


def test_a_cookie_says_nothing_of_the_password_and_cannot_be_altered(sessions: Sessions):
    token = sessions.open(ANNE)
    said, _, signature = token.rpartition(".")
    packed = said.startswith(".")
    data = base64.urlsafe_b64decode(said.lstrip(".") + "==")
    fields = json.loads(zlib.decompress(data) if packed else data)
    assert fields["name"] == "anne" and "argon2" not in json.dumps(fields)
    forged = base64.urlsafe_b64encode(json.dumps(fields | {"name": "zoe"}).encode()).decode()
    assert sessions.find(f"{forged.rstrip('=')}.{signature}") is None
    assert sessions.find(f"{said}.{signature[:-2]}AA") is None
    assert Sessions().find(token) is None  # signed with another key


def token_of(file: Path) -> str:
    return Sessions(file).open(ANNE)


def test_two_processes_that_start_at_once_share_one_key_that_only_the_owner_reads(tmp_path: Path):
    file = tmp_path / "store" / "sessions.sqlite3"
    with multiprocessing.get_context("fork").Pool(2) as starting:
        tokens = starting.map(token_of, [file] * 4, chunksize=1)
    sessions = Sessions(file)
    assert all(sessions.find(token) for token in tokens)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_none_of_ours_is_explained(tmp_path: Path):
    (tmp_path / "sessions.sqlite3").write_text("no database" * 100)
    with pytest.raises(SessionsUnusable, match="move that file away and start the app again"):
        Sessions(tmp_path / "sessions.sqlite3")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SessionsUnusable):
        Sessions(tmp_path / "link")


def test_a_log_in_counts_on_every_replica_and_a_log_out_on_one_ends_it_on_all(replicas: list[str]):
    first, second = replicas
    with logged_in(first, "anne") as member, client(second) as elsewhere:
        elsewhere.cookies.set(COOKIE, member.cookies[COOKIE])
        assert elsewhere.get("/config").status_code == 200
        member.post("/logout")
        assert elsewhere.get("/config").status_code == 401


def test_another_password_ends_the_sessions_on_every_replica(
    replicas: list[str], settings: BotSettings
):
    first, second = replicas
    with logged_in(first, "anne") as member, client(second) as elsewhere:
        elsewhere.cookies.set(COOKIE, member.cookies[COOKIE])
        assert settings.users
        Users(settings.users).add("anne", "members", OTHER)
        assert elsewhere.get("/config").status_code == member.get("/config").status_code == 401


def test_the_browser_gets_a_new_cookie_once_a_minute_and_none_after_the_log_out(
    federation: Federation, settings: BotSettings, clock: Clock
):
    authenticator = authenticator_of(settings)
    authenticator.sessions = Sessions(clock=clock)
    bot = Bot(Shelf(federation.store), federation.embedder)
    with served(bot, settings, authenticator) as (address, _), client(address) as member:
        member.post("/login", data={"name": "anne", "password": PASSWORD})
        given = member.cookies[COOKIE]
        assert "set-cookie" not in member.get("/config").headers
        clock.now += RENEWED
        asset = re.search(r'src="\.?(/assets/[^"]+)"', member.get("/").text)
        clock.now += RENEWED
        assert asset and "set-cookie" not in member.get(asset[1]).headers  # a cache may keep it
        given = member.cookies[COOKIE]
        renewed = member.get("/config").headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(renewed.split("; "))
        assert member.cookies[COOKIE] != given
        clock.now += IDLE - RENEWED + 1  # the first cookie's time is over, the second one's is not
        assert member.get("/config").status_code == 200
        clock.now += IDLE
        assert member.get("/config").status_code == 401
