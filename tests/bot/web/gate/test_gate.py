"""What the gate refuses to everyone, and what it lets through without a log-in, over real HTTP."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Federation
from members import (
    PASSWORD,
    SECRET,
    four_documents,
    logged_in,
    settings_of,
    two_users,
)
from serving import client, served

from app import LogInMissing, authenticator_of, listen
from bot.answer import Bot
from bot.settings import BotSettings
from bot.users import Users, UsersInvalid
from bot.web.gate.access import LARGEST, Authenticator, is_loopback
from bot.web.gate.limits import Attempts
from bot.web.gate.sessions import COOKIES
from index.errors import SettingsInvalid
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


@pytest.fixture(scope="module")
def private(federation: Federation, bot: Bot) -> Iterator[str]:
    """The app without a log-in, on this machine."""
    with served(bot, settings_of(federation)) as (address, _):
        yield address


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_another_sites_page_can_neither_log_in_nor_ask(guarded: str, headers: dict[str, str]):
    with logged_in(guarded, "anne") as member:
        assert (
            member.post("/api/ask", json={"question": "fonds"}, headers=headers).json()["error"]
            == "ForeignPage"
        )
        assert (
            member.post(
                "/login", data={"name": "anne", "password": PASSWORD}, headers=headers
            ).status_code
            == 403
        )
        assert member.post("/logout", headers=headers).status_code == 403
        link = member.get("/config", headers=headers)
        assert link.status_code == (200 if headers.get("Sec-Fetch-Mode") == "navigate" else 403)
        own = {"Origin": guarded, "Sec-Fetch-Site": "same-origin"}
        assert member.post("/api/ask", json={"question": "fonds"}, headers=own).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "["},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 x"},
    ],
)
def test_without_a_log_in_only_this_machines_browser_is_answered(
    private: str, headers: dict[str, str]
):
    with client(private) as browser:
        assert (
            browser.get("/api/search?question=fonds", headers=headers).json()["error"]
            == "NotFromHere"
        )
        assert (
            browser.get(
                "/api/search?question=fonds", headers={"Host": "localhost:7860"}
            ).status_code
            == 200
        )


def test_without_a_log_in_this_machine_sees_the_members_documents(private: str):
    with client(private) as browser:
        found = browser.get("/api/search", params={"question": f"fonds {SECRET}", "k": 50}).json()[
            "hits"
        ]
        assert {hit["document"] for hit in found} == {
            f"positions/2023-{name}.md" for name in ("public", "membres", "projet")
        }
        assert browser.get("/login").headers["location"] == "/"


def test_anybody_who_is_let_in_on_purpose_sees_the_public_documents_only(
    federation: Federation, bot: Bot
):
    with (
        served(bot, settings_of(federation, allow_anonymous=True)) as (address, _),
        client(address) as stranger,
    ):
        found = stranger.get(
            "/api/search",
            params={"question": "fonds", "k": 50},
            headers={"Host": "plaidoyer.example", "Via": "1.1 proxy"},
        ).json()["hits"]
        assert {hit["document"] for hit in found} == {"positions/2023-public.md"}
        assert stranger.get("/document/positions/2023-membres.md").status_code == 404


def test_other_machines_are_not_served_without_a_log_in(
    federation: Federation, users: Users, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(LogInMissing, match="set PLAIDOYER_USERS"):
        listen(settings_of(federation, host="0.0.0.0", port=0))
    for allowed in (
        {"users": tmp_path / "users.jsonl"},
        {"allow_anonymous": True},
        {"host": "localhost"},
        {"host": "127.0.0.2"},
    ):
        listen(settings_of(federation, **{"host": "0.0.0.0", "port": 0} | allowed)).close()
    with pytest.raises(UsersInvalid, match="has no user"):
        authenticator_of(settings_of(federation, users=tmp_path / "none.jsonl"))
    with pytest.raises(UsersInvalid, match="is in the corpus"):
        authenticator_of(settings_of(federation, users=federation.corpus / "users.jsonl"))
    monkeypatch.setenv("PLAIDOYER_USERS", "users.jsonl")
    monkeypatch.setenv("PLAIDOYER_ALLOW_ANONYMOUS", "yes")
    with pytest.raises(SettingsInvalid, match="Unset one of them"):
        BotSettings.from_environment()
    assert [
        is_loopback(host)
        for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "10.0.0.1", "")
    ] == [True] * 3 + [False] * 4


def test_a_proxy_is_believed_only_where_it_is_named(federation: Federation, bot: Bot, users: Users):
    through = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    for proxies, cookie, hsts in (
        ("", COOKIES["http"], False),
        ("127.0.0.1", COOKIES["https"], True),
    ):
        with (
            served(
                bot, settings_of(federation, trusted_proxy=proxies), Authenticator(users, (), False)
            ) as (
                address,
                _,
            ),
            client(address) as browser,
        ):
            answer = browser.post(
                "/login", data={"name": "anne", "password": PASSWORD}, headers=through
            )
            assert answer.headers["set-cookie"].startswith(f"{cookie}=")
            assert (
                "Secure" in answer.headers["set-cookie"],
                "strict-transport-security" in answer.headers,
            ) == (hsts, hsts)


def test_what_is_too_large_or_does_not_tell_its_size_is_refused(private: str):
    with client(private) as browser:
        large = browser.post(
            "/api/ask", content=b"x" * (LARGEST + 1), headers={"Content-Type": "application/json"}
        )
        assert (large.status_code, large.json()["error"]) == (413, "TooLarge")
        chunked = browser.post(
            "/api/ask", content=iter([b"{}"]), headers={"Content-Type": "application/json"}
        )
        assert (chunked.status_code, chunked.json()["error"]) == (411, "LengthRequired")


@pytest.mark.parametrize(
    "route",
    [
        "upload",
        "upload/",
        "proxy=http://example.com/",
        "component_server",
        "vibe-edit",
        "process_recording",
        "call/respond",
        "run/respond",
        "api/0",
        "call/v2/respond",
        "stream/x",
        "dev/reload",
        "deep_link",
        "upload_progress",
        "../monitoring",
        "/upload",
    ],
)
def test_gradios_other_routes_do_not_exist(private: str, route: str):
    with client(private) as browser:
        for answer in (
            browser.get(f"/gradio_api/{route}"),
            browser.post(f"/gradio_api/{route}", json={}),
        ):
            assert answer.status_code == 404


def test_every_answer_carries_the_headers_and_texts_are_kept_by_no_cache(private: str):
    with client(private) as browser:
        for route in (
            "/",
            "/api/search?question=fonds",
            "/document/positions/2023-public.md",
            "/read/positions/2023-public.md",
            "/nowhere",
            "/gradio_api/upload",
            "/login",
        ):
            headers = browser.get(route).headers
            assert (
                headers["x-content-type-options"],
                headers["cache-control"],
                headers["x-frame-options"],
            ) == ("nosniff", "no-store", "DENY")
            assert (
                "camera=()" in headers["permissions-policy"]
                and headers["referrer-policy"] == "same-origin"
            )
            assert not any(
                foreign in headers["content-security-policy"]
                for foreign in ("http:", "https:", "*")
            )


def test_a_websocket_is_refused(private: str):
    with socket.create_connection(("127.0.0.1", int(private.rpartition(":")[2]))) as connection:
        connection.sendall(
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert connection.recv(100).split()[1] == b"403"


@pytest.mark.parametrize("path", ["/lo%09gin", "/log%0Ain", "/heal%0Dth", "/desk%09/use"])
def test_a_path_with_control_characters_is_no_path_that_is_public(guarded: str, path: str):
    with client(guarded) as browser:
        assert browser.get(path).json()["error"] == "NotFound"
