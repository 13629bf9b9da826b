"""Two processes' worth of the app on one store and one Chroma server: what each knows of the
other, and what a member sees while the server is away."""

import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from chroma_server import Server
from conftest import Federation
from members import OPEN, SECRET, four_documents, logged_in, settings_of, two_users
from serving import client, join, result, served

from bot.answer import Bot
from index.shelf.store import Shelf

STAFF = "Zoé@federation.example"
QUOTE = f"fonds interne {SECRET} reste secret"
INTERNAL = {"question": f"le fonds {SECRET} secret"}
PUBLIC = {"question": f"le fonds {OPEN} pour tous"}
EVENTS = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("chroma"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Federation:
    made = four_documents(tmp_path_factory.mktemp("federation"))
    made.index(chroma=server.url)
    return made


@pytest.fixture(scope="module")
def replicas(
    federation: Federation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The addresses of two."""
    folder = tmp_path_factory.mktemp("users")
    two_users(folder)
    settings = settings_of(federation, users=folder / "users.jsonl", rate=0)
    with ExitStack() as stack:
        addresses = [
            stack.enter_context(served(Bot(Shelf(federation.store), federation.embedder), settings))
            for _ in range(2)
        ]
        yield addresses[0][0], addresses[1][0]


@pytest.fixture
def reader(replicas: tuple[str, str]) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """One of the staff, logged in at one replica, as both see them."""
    with logged_in(replicas[0], STAFF) as first, client(replicas[1]) as second:
        second.cookies.update(first.cookies)
        yield first, second


def event(at: httpx.Client, name: str, key: str, **sent: str) -> str:
    """All that an event of the page gives."""
    session = f"session{next(EVENTS)}"
    assert join(at, name, session, key=key, **sent).status_code == 200
    given = [json.loads(line[6:]) for line in result(at, session).splitlines() if line]
    return json.dumps(given, ensure_ascii=False)


def test_a_conversation_goes_on_at_another_replica_and_back(
    reader: tuple[httpx.Client, httpx.Client],
):
    (first, second), key = reader, "a-key-of-sixteen-characters"
    event(first, "page_ask", key, **PUBLIC)
    shown = event(second, "page_ask", key, **INTERNAL)
    assert OPEN in shown and QUOTE in shown and 'data-turn=\\"2' in shown
    back = event(first, "page_ask", key, question="et pour tous ?")
    assert QUOTE in back and 'data-turn=\\"3' in back
    assert "3 questions" in event(second, "page_kept", key, do="list")


def test_a_conversation_that_is_deleted_at_one_replica_is_gone_at_the_other(
    reader: tuple[httpx.Client, httpx.Client],
):
    (first, second), key = reader, "another-key-of-some-characters"
    event(first, "page_ask", key, **INTERNAL)
    assert QUOTE in event(second, "page_start", key)
    event(first, "page_kept", key, do="delete-all")
    assert QUOTE not in event(second, "page_start", key)
    event(second, "page_ask", key, **PUBLIC)
    assert "1 question" in event(first, "page_kept", key, do="list")


def test_while_the_server_of_the_vectors_is_away_questions_are_not_available_and_then_are(
    reader: tuple[httpx.Client, httpx.Client], server: Server, capfd: pytest.CaptureFixture
):
    for at in reader:
        assert at.post("/api/ask", json=PUBLIC).status_code == 200
    server.end()
    try:
        for at in reader:
            refused = at.post("/api/ask", json=PUBLIC)
            assert (refused.status_code, refused.json()["error"]) == (503, "VectorsUnreachable")
            assert server.url not in refused.text
            shown = event(at, "page_ask", "a-third-key-of-some-characters", **PUBLIC)
            assert "The index is not available at the moment" in shown
        assert f"The Chroma server at {server.url} does not answer" in capfd.readouterr().err
    finally:
        server.start()
    for at in reader:
        assert OPEN in at.post("/api/ask", json=PUBLIC).json()["text"]


def test_no_audience_sees_more_through_the_server(replicas: tuple[str, str]):
    for address in replicas:
        with logged_in(address, "anne") as member:
            answered = json.dumps(member.post("/api/ask", json=INTERNAL).json() | {"question": ""})
            assert SECRET not in answered


def test_the_pointer_alone_tells_each_replica_of_a_new_index(
    reader: tuple[httpx.Client, httpx.Client], federation: Federation, server: Server
):
    file: Path = federation.write(
        "positions/2024-loi.md", "# Loi\n\nNous demandons une loi sur les pangolins."
    )
    asked = {"question": "une loi sur les pangolins"}
    federation.index(chroma=server.url)
    for at in reader:
        assert "pangolins" in json.dumps(at.post("/api/ask", json=asked).json()["citations"])
    file.unlink()
    federation.index(chroma=server.url)
    for at in reader:
        assert "pangolins" not in json.dumps(at.post("/api/ask", json=asked).json()["citations"])
