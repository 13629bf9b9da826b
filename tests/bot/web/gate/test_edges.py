"""What is half sent, oversized, misdirected or gone, over real HTTP: nobody else notices."""

import base64
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from conftest import Federation
from members import PASSWORD, four_documents, logged_in, settings_of, two_users
from serving import client, served
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from app import serving
from bot.answer import Bot
from bot.users import LONGEST_NAME, Users
from bot.web.gate.access import Authenticator
from bot.web.gate.deadline import ARRIVAL, WAIT, Deadline
from bot.web.gate.limits import Attempts
from index.shelf.store import Shelf


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
    authenticator = Authenticator(
        two_users(tmp_path_factory.mktemp("users")), (), False, attempts=Attempts(1000, 1000)
    )
    with served(bot, settings_of(federation), authenticator) as (address, _):
        yield address


def connect(address: str) -> socket.socket:
    host, _, port = address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def cookie(member: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in member.cookies.items())


class Quick(Deadline):
    arrival = 0.4  # seconds


async def count_body(scope: dict, receive, send) -> None:
    size = len(await Request(scope, receive).body())
    await PlainTextResponse(f"{size} bytes")(scope, receive, send)


async def count_patiently(scope: dict, receive, send) -> None:
    scope[WAIT](30)
    await count_body(scope, receive, send)


@contextmanager
def quick(app=count_body) -> Iterator[str]:
    """A server that counts what it is sent, and waits 0.4 seconds for it."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=Quick, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",  # after one that was answered
    ],
)
def test_a_request_that_does_not_arrive_whole_loses_its_connection(half: bytes):
    with quick() as address, connect(address) as connection:
        connection.sendall(half)
        received = b""
        while chunk := connection.recv(1000):  # until it is closed
            received += chunk
        assert received.count(b"HTTP/1.1 200") == half.count(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_request_that_drips_loses_its_connection_all_the_same():
    with quick() as address, connect(address) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        connection.settimeout(0.05)
        dripped = 0
        with pytest.raises(ConnectionError):
            while dripped < 1000:
                connection.sendall(b"x")
                dripped += 1
                try:
                    if not connection.recv(1):
                        raise ConnectionResetError
                except TimeoutError:
                    continue
        assert 0 < dripped < 1000


def test_who_reads_a_request_may_give_it_more_time():
    with quick(count_patiently) as address, connect(address) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc")
        connection.settimeout(2 * Quick.arrival)
        with pytest.raises(TimeoutError):  # it is not closed
            connection.recv(1)
        connection.sendall(b"def")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_while_200_requests_are_half_sent_everybody_else_is_served(federation: Federation):
    with quick() as address, ExitStack() as opened:
        for number in range(200):
            half = opened.enter_context(connect(address))
            half.sendall(b"GET / HTTP/1.1\r\nHost" if number % 2 else b"POST / HTTP/1.1\r\n")
        with client(address) as other:
            assert [other.post("/", content=b"x" * 1000).text for _ in range(20)] == [
                "1000 bytes"
            ] * 20
    config = serving(lambda: None, settings_of(federation))
    assert (config.http, Deadline.arrival) == (Deadline, ARRIVAL)


class Counting(PasswordHasher):
    checked = 0

    def verify(self, hash: str, password: str) -> bool:
        Counting.checked += 1
        return super().verify(hash, password)


def test_no_name_longer_than_a_name_can_be_is_hashed_or_remembered(
    federation: Federation, bot: Bot, tmp_path: Path
):
    users = Users(tmp_path / "users.jsonl", Counting(time_cost=1, memory_cost=8, parallelism=1))
    users.add("anne", "members", PASSWORD)
    authenticator = Authenticator(users, (), False, attempts=Attempts(1, 1))
    long = "é" * (LONGEST_NAME + 1)
    with served(bot, settings_of(federation), authenticator) as (address, _), client(address) as it:
        for _ in range(3):
            for name in (long, long * 1_000, "anne\x00"):
                form = it.post("/login", data={"name": name, "password": PASSWORD})
                assert (form.status_code, long in form.text) == (401, False)
            basic = base64.b64encode(f"{long}:{PASSWORD}".encode()).decode()
            headers = {"Authorization": f"Basic {basic}"}
            assert it.get("/api/search?question=x", headers=headers).status_code == 401
        assert Counting.checked == 0
        right = it.post("/login", data={"name": "anne", "password": PASSWORD})
        assert (right.status_code, Counting.checked) == (303, 1)


def test_a_form_in_a_charset_of_half_characters_is_a_wrong_password(guarded: str):
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("name", "anne"), ("password", r"\ud800"), ("next", r"/\ud800"))
    )
    with client(guarded) as stranger:
        answer = stranger.post(
            "/login",
            content=f"{parts}--b--\r\n".encode(),
            headers={"Content-Type": "multipart/form-data; boundary=b; charset=unicode_escape"},
        )
        assert (answer.status_code, 'value="/"' in answer.text) == (401, True)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "//evil.example/",
        "/login",
        "/login/",
        "/logout",
        "/logout/",
        "/document/x/",
        "/document/positions/2023-public.md/",
        "/gradio_api/mcp",
        "/gradio_api/info/",
        "/theme.css/",
        "/assets",
        "/api/search/?question=fonds",
    ],
)
def test_a_redirection_never_repeats_the_host_that_was_sent(guarded: str, method: str, path: str):
    with logged_in(guarded, "anne") as member:
        for kept, host in ((cookie(member), "evil.example"), (cookie(member), "["), ("", "[")):
            with connect(guarded) as connection:
                connection.sendall(
                    f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {kept}\r\n"
                    "X-Forwarded-Host: evil.example\r\nAccept: text/html\r\n"
                    "Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
                )
                received = b""
                while chunk := connection.recv(65536):
                    received += chunk
            head = received.partition(b"\r\n\r\n")[0].decode().lower()
            locations = [line for line in head.split("\r\n") if line.startswith("location: ")]
            assert " 500 " not in head and all(line.startswith("location: /") for line in locations)
            assert not any(line.startswith(("location: //", "location: /\\")) for line in locations)
            assert "evil.example" not in head.replace("/login?next=//evil.example/", "")


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.json/", "/gradio_api/openapi.json"])
def test_no_list_of_endpoints_names_what_does_not_exist(guarded: str, path: str):
    with logged_in(guarded, "anne") as member:
        assert member.get(path).status_code == 404


def test_streams_that_are_not_there_or_are_left_leave_no_traceback(
    guarded: str, caplog: pytest.LogCaptureFixture
):
    logging.getLogger("uvicorn.error").addHandler(caplog.handler)  # it propagates nothing
    with logged_in(guarded, "anne") as member:
        missing = member.get("/gradio_api/queue/data?session_hash=nobody")
        assert "404: Not Found" in missing.text
        assert "404: Not Found" in member.get("/gradio_api/call/ask/nobody").text
        with connect(guarded) as gone:
            gone.sendall(
                f"GET /gradio_api/heartbeat/x HTTP/1.1\r\nHost: x\r\nCookie: {cookie(member)}"
                "\r\n\r\n".encode()
            )
            assert gone.recv(10)
        with connect(guarded) as gone:
            gone.sendall(
                b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
            )
        assert member.get("/config").status_code == 200
    logging.getLogger("uvicorn.error").removeHandler(caplog.handler)
    assert caplog.records == []


def test_half_a_character_from_the_page_is_shown_as_one_that_cannot_be_read(guarded: str):
    with logged_in(guarded, "anne") as member:
        (event,) = (
            event
            for event in member.get("/config").json()["dependencies"]
            if event["api_name"] == "page_timeline"
        )
        sent = {"data": [], "fn_index": event["id"], "session_hash": "half"}
        sent["event_data"] = {"theme": "fonds \ud83d", "language": "fr"}
        joined = member.post(
            "/gradio_api/queue/join",
            content=json.dumps(sent | {"trigger_id": event["targets"][0][0]}),
            headers={"Content-Type": "application/json"},
        )
        assert joined.status_code == 200
        shown = member.get("/gradio_api/queue/data?session_hash=half").text
        assert "Ce que nos textes ont dit : fonds \ufffd" in shown and '"success":true' in shown
