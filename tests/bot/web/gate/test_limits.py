"""How often a user and an address may ask."""

from pathlib import Path

import pytest
from conftest import Federation
from members import (
    PASSWORD,
    four_documents,
    settings_of,
    two_users,
)
from serving import client, served

from bot.answer import Bot
from bot.users import Users
from bot.web.gate.access import Authenticator
from bot.web.gate.limits import Limiter, TooMany
from bot.web.gate.visitor import Visitor
from index.shelf.store import Shelf


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return four_documents(tmp_path_factory.mktemp("federation"))


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return two_users(tmp_path)


def test_questions_are_limited_for_each_user_and_for_their_address(
    federation: Federation, bot: Bot, users: Users
):
    limiter = Limiter(2)
    anne, zoe = (Visitor(name, ("public",), "192.0.2.1") for name in ("anne", "zoé"))
    limiter.take(anne)
    limiter.take(anne)
    with pytest.raises(TooMany) as refused:
        limiter.take(anne)
    assert 0 < refused.value.wait <= 60
    limiter.take(zoe)
    crowd = Limiter(1)
    for name in "abcd":
        crowd.take(Visitor(name, (), "192.0.2.1"))
    with pytest.raises(TooMany):
        crowd.take(Visitor("e", (), "192.0.2.1"))
    crowd.take(Visitor("e", (), "192.0.2.2"))
    for _ in range(1000):
        Limiter(0).take(anne)


def test_a_user_who_asks_too_often_is_told_when_to_come_back(
    federation: Federation, bot: Bot, users: Users, tmp_path: Path
):
    with (
        served(
            bot,
            settings_of(federation, users=tmp_path / "users.jsonl", rate=1),
            Authenticator(users, (), False),
        ) as (address, _),
        client(address, auth=("anne", PASSWORD)) as program,
    ):
        assert program.get("/api/search?question=fonds").status_code == 200
        refused = program.post("/api/ask", json={"question": "fonds"})
        assert (
            refused.status_code,
            refused.json()["error"],
            0 < int(refused.headers["retry-after"]) <= 60,
        ) == (429, "TooMany", True)
        assert program.get("/config").status_code == 200
