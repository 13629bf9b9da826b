"""Who comes in and what they see, over real HTTP: log-in, sessions, throttling, audiences, and what is refused to everyone."""

import base64
import http.client
import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from conftest import ROOT, Federation
from serving import client, everything, served

from app import LogInMissing, front_door, listen
from bot.__main__ import main
from bot.answer import Bot
from bot.settings import BotSettings
from bot.users import User, Users, UsersInvalid, folded
from bot.web.gate.access import COOKIES, IDLE, LARGEST, LONGEST, Door, Sessions, is_loopback
from bot.web.gate.limits import Attempts, Limiter, TooMany
from bot.web.gate.visitor import Visitor
from index.errors import SettingsInvalid
from index.shelf.store import Shelf

FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # argon2 all the same
SECRET, DRAFT, OPEN = "Zibeline", "Tamanoir", "Ornithorynque"  # canary words
PASSWORD, OTHER = "quatre mots bien choisis", "quatre mots tout autres"


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    """A public, a members', a staff and a draft document, and users of both audiences."""
    made = Federation(tmp_path_factory.mktemp("federation"))
    made.write(
        "positions/2023-public.md",
        f"---\naudience: public\n---\n# Fonds {OPEN}\n\nNous demandons un fonds {OPEN} pour tous.",
    )
    made.write(
        "positions/2023-membres.md",
        "---\naudience: members\n---\n# Fonds des membres\n\nNous demandons un fonds pour les membres.",
    )
    made.write(
        "positions/2023-interne.md",
        f"---\naudience: staff\ntitle: Note {SECRET}\n---\n# Fonds {SECRET}\n\nNotre fonds interne {SECRET} reste secret.",
    )
    made.write(
        "positions/2023-projet.md",
        f"---\nstatus: draft\n---\n# Projet\n\nLe fonds {DRAFT} n'est qu'un projet.",
    )
    made.index()
    return made


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


def two_users(folder: Path) -> Users:
    kept = Users(folder / "users.jsonl", FAST)
    kept.add("anne", "members", PASSWORD)
    kept.add("Zoé@federation.example", "staff", PASSWORD)
    return kept


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return two_users(tmp_path)


@pytest.fixture(scope="module")
def guarded(
    federation: Federation, bot: Bot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The app with a log-in."""
    door = Door(
        two_users(tmp_path_factory.mktemp("users")), (), False, attempts=Attempts(1000, 1000)
    )
    with served(bot, settings_of(federation), door) as (address, _):
        yield address


@pytest.fixture
def changing(federation: Federation, bot: Bot, users: Users) -> Iterator[str]:
    """The app with a log-in, and users that the test changes."""
    with served(bot, settings_of(federation), Door(users, (), False)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def private(federation: Federation, bot: Bot) -> Iterator[str]:
    """The app without a log-in, on this machine."""
    with served(bot, settings_of(federation)) as (address, _):
        yield address


def settings_of(federation: Federation, **others: object) -> BotSettings:
    settings = BotSettings(corpus=federation.corpus, store=federation.store)
    return settings.model_copy(update=others)


@contextmanager
def logged_in(address: str, name: str, password: str = PASSWORD) -> Iterator[httpx.Client]:
    with client(address) as opened:
        answer = opened.post("/login", data={"name": name, "password": password})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        yield opened


def raw(address: str, path: str) -> int:
    """The status of a path sent as it is: httpx would tidy it up."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


ROUTES = (
    "/",
    "/config",
    "/theme.css",
    "/assets/index.js",
    "/gradio_api/info",
    "/gradio_api/queue/data?session_hash=x",
    "/gradio_api/mcp/",
    "/gradio_api/heartbeat/x",
    "/gradio_api/file=/etc/passwd",
    "/document/positions/2023-public.md",
    "/api/search?question=fonds",
    "/nowhere",
)


@pytest.mark.parametrize("route", ROUTES)
def test_no_route_answers_without_a_log_in(guarded: str, route: str):
    with client(guarded) as stranger:
        refused = stranger.get(route)
        assert (refused.status_code, refused.json()["error"]) == (401, "LogInNeeded")
        assert ("www-authenticate" in refused.headers) == route.startswith("/api/")
        assert stranger.post(route.partition("?")[0]).status_code == 401
        browser = stranger.get(route, headers={"Accept": "text/html"})
        assert browser.status_code == (401 if route.startswith(("/api/", "/gradio_api/")) else 303)
        assert SECRET not in everything(browser) and OPEN not in everything(browser)


def test_a_member_logs_in_by_the_page_and_out_again(guarded: str):
    with client(guarded) as browser:
        page = browser.get("/login", headers={"Accept-Language": "fr"})
        assert (page.status_code, 'lang="fr"' in page.text, "Mot de passe" in page.text) == (
            200,
            True,
            True,
        )
        assert "script" not in page.text and page.headers["content-security-policy"].startswith(
            "default-src 'none'; style-src 'sha256-"
        )
        wrong = browser.post(
            "/login",
            data={"name": 'anne"><script>', "password": "mauvais"},
            headers={"Accept-Language": "en"},
        )
        assert (
            wrong.status_code,
            'role="alert"' in wrong.text,
            "<script>" in wrong.text,
            wrong.cookies,
        ) == (401, True, False, httpx.Cookies())
        right = browser.post(
            "/login",
            data={
                "name": "ANNE",
                "password": PASSWORD,
                "next": "/document/positions/2023-public.md",
            },
        )
        assert (right.status_code, right.headers["location"]) == (
            303,
            "/document/positions/2023-public.md",
        )
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(
            right.headers["set-cookie"].split("; ")
        )
        assert browser.get("/").status_code == 200
        kept = browser.cookies[COOKIES["http"]]
        assert browser.get("/logout").status_code == 303  # a link logs nobody out
        assert browser.get("/config").status_code == 200
        assert browser.post("/logout").headers["location"] == "/login"
        browser.cookies.set(COOKIES["http"], kept)
        assert (
            browser.get("/config").status_code == 401
        )  # a copied cookie is worth nothing afterwards


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\r\nSet-Cookie: a=b",
    ],
)
def test_logging_in_leads_to_no_other_site(guarded: str, elsewhere: str):
    with client(guarded) as browser:
        answer = browser.post(
            "/login", data={"name": "anne", "password": PASSWORD, "next": elsewhere}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_staff_texts_reach_staff_and_never_a_member(guarded: str):
    asked = {"question": f"le fonds {SECRET} secret", "history": [f"{SECRET} ?"]}
    with (
        logged_in(guarded, "Zoé@federation.example") as staff,
        logged_in(guarded, "anne") as member,
    ):
        assert f"fonds interne {SECRET} reste secret" in everything(
            staff.post("/api/ask", json=asked)
        )
        assert staff.get("/document/positions/2023-interne.md").status_code == 200
        answered = member.post("/api/ask", json=asked).json()
        assert "2023-interne.md" not in json.dumps(answered)
        assert SECRET not in json.dumps(answered | {"question": ""})
        found = member.get("/api/search", params={"question": f"fonds {SECRET}", "k": 50}).json()[
            "hits"
        ]
        assert {hit["document"] for hit in found} == {
            f"positions/2023-{name}.md" for name in ("public", "membres", "projet")
        }
        assert member.get("/document/positions/2023-interne.md").status_code == 404
        for route in ("/", "/config", "/gradio_api/info"):
            assert SECRET not in everything(member.get(route))


def test_a_draft_is_never_given_without_its_status(guarded: str):
    with logged_in(guarded, "anne") as member:
        answer = member.post("/api/ask", json={"question": f"le fonds {DRAFT} un projet"}).json()
        cited = [citation for citation in answer["citations"] if DRAFT in citation["quote"]]
        assert [citation["status"] for citation in cited] == ["draft"]
        assert "projet, non adopté" in answer["text"]


@pytest.mark.parametrize(
    "path",
    [
        "../users.jsonl",
        "..%2fusers.jsonl",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "positions/../../store/current",
        "catalogue.toml",
        "positions%00.md",
        "positions/2023-interne.md",
        "positions/./2023-public.md",
        "positions\\2023-public.md",
        "C:/windows/win.ini",
    ],
)
def test_no_path_leads_out_of_the_indexed_documents(private: str, path: str):
    assert raw(private, f"/document/{path}") == 404
    assert raw(private, f"/gradio_api/file={path}") in (403, 404)


def test_gradio_serves_no_file_of_the_corpus_or_the_store(private: str, federation: Federation):
    with client(private) as member:
        for file in (
            federation.corpus / "positions" / "2023-interne.md",
            federation.store / "current",
            ROOT / "app.py",
        ):
            assert member.get(f"/gradio_api/file={file}").status_code in (403, 404)


def test_who_is_removed_or_gets_another_password_is_out_at_once(changing: str, users: Users):
    with (
        logged_in(changing, "anne") as first,
        logged_in(changing, "Zoé@federation.example") as second,
    ):
        assert first.get("/config").status_code == second.get("/config").status_code == 200
        users.add("anne", "members", OTHER)
        users.remove("zoé@FEDERATION.example")
        assert first.get("/config").status_code == second.get("/config").status_code == 401
        assert first.post("/login", data={"name": "anne", "password": PASSWORD}).status_code == 401
    with logged_in(changing, "anne", OTHER) as again:
        assert again.get("/config").status_code == 200


def test_a_member_made_staff_sees_more_at_the_next_request(changing: str, users: Users):
    with client(changing, auth=("anne", PASSWORD)) as program:
        assert program.get("/document/positions/2023-interne.md").status_code == 404
        users.add("anne", "staff", PASSWORD)
        assert program.get("/document/positions/2023-interne.md").status_code == 200


def test_a_broken_users_file_lets_nobody_in(
    changing: str, users: Users, tmp_path: Path, capfd: pytest.CaptureFixture
):
    with logged_in(changing, "anne") as member:
        (tmp_path / "users.jsonl").write_text('{"name": "anne", "audience": "boss"}\n')
        refused = member.get("/config")
        assert (refused.status_code, refused.json()["error"]) == (503, "Unavailable")
        assert str(tmp_path) not in everything(refused) and str(tmp_path) in capfd.readouterr().err
        (tmp_path / "users.jsonl").unlink()
        assert member.get("/config").status_code == 401


def test_failed_log_ins_are_throttled_for_the_name_and_for_the_address(
    federation: Federation, bot: Bot, users: Users
):
    door = Door(users, (), False, attempts=Attempts(per_name=2, per_address=4))
    with served(bot, settings_of(federation), door) as (address, _), client(address) as browser:

        def attempt(name: str, password: str) -> int:
            return browser.post("/login", data={"name": name, "password": password}).status_code

        assert [attempt("anne", "faux"), attempt("ANNE", "faux"), attempt("anne", PASSWORD)] == [
            401,
            401,
            429,
        ]
        assert browser.get("/api/search?question=a", auth=("anne", PASSWORD)).status_code == 429
        assert attempt("zoé@federation.example", PASSWORD) == 303  # another name is not concerned
        assert [attempt("nobody", "faux"), attempt("none", "faux")] == [401, 401]
        refused = browser.post(
            "/login", data={"name": "zoé@federation.example", "password": PASSWORD}
        )
        assert (
            refused.status_code,
            int(refused.headers["retry-after"]) > 800,
            "15 minutes" in refused.text,
        ) == (429, True, True)


def test_an_unknown_name_costs_a_hash_as_a_wrong_password_does(tmp_path: Path):
    class Counting(PasswordHasher):
        checked = 0

        def verify(self, hash: str, password: str) -> bool:
            Counting.checked += 1
            return super().verify(hash, password)

    users = Users(tmp_path / "users.jsonl", Counting(time_cost=1, memory_cost=8, parallelism=1))
    users.add("anne", "members", PASSWORD)
    assert [users.verify("anne", "faux"), users.verify("nobody", "faux"), Counting.checked] == [
        None,
        None,
        2,
    ]


def test_a_session_ends_after_idleness_and_after_its_day():
    now = [0.0]
    sessions, user = Sessions(lambda: now[0]), User("anne", "members", "hash")
    token = sessions.open(user)
    now[0] = IDLE - 1
    assert sessions.find(token) is not None
    now[0] += IDLE
    assert sessions.find(token) is None
    token, since = sessions.open(user), now[0]
    while now[0] < since + LONGEST - IDLE:
        now[0] += IDLE / 2
        assert sessions.find(token) is not None
    now[0] = since + LONGEST
    assert (sessions.find(token), sessions.find(""), sessions.find("guessed")) == (None, None, None)


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
        front_door(settings_of(federation, users=tmp_path / "none.jsonl"))
    with pytest.raises(UsersInvalid, match="is in the corpus"):
        front_door(settings_of(federation, users=federation.corpus / "users.jsonl"))
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
            served(bot, settings_of(federation, trusted_proxy=proxies), Door(users, (), False)) as (
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
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert connection.recv(100).split()[1] == b"403"


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
            Door(users, (), False),
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


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Bearer x",
        f"Basic {base64.b64encode(b'anne').decode()}",
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
    ],
)
def test_a_malformed_authorization_is_no_log_in(guarded: str, header: str):
    with client(guarded) as program:
        assert (
            program.get("/api/search?question=a", headers={"Authorization": header}).status_code
            == 401
        )


def test_the_user_command_keeps_hashes_only_for_the_owners_eyes(
    tmp_path: Path, federation: Federation
):
    file = tmp_path / "kept.jsonl"
    environment = {
        "PLAIDOYER_USERS": str(file),
        "PLAIDOYER_CORPUS": str(federation.corpus),
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
    }

    def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "bot", "user", *arguments],
            env=environment,
            cwd=ROOT,
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
        )

    added = run("add", "anne", "--audience", "members", said=PASSWORD + "\n")
    assert (added.returncode, added.stdout) == (0, "anne is added (members).\n"), added.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text() and "$argon2id$" in file.read_text()
    short = run("add", "zoe", "--audience", "staff", said="court\n")
    assert (short.returncode, short.stdout) == (2, "") and "12 to 200 characters" in short.stderr
    assert Users(file).verify("anne", PASSWORD) == Users(file).find("anne")


def test_the_user_command_lists_changes_and_removes(
    users: Users, tmp_path: Path, capsys: pytest.CaptureFixture
):
    where = ["--users", str(tmp_path / "users.jsonl")]
    assert main(["user", "list", *where]) == 0
    assert capsys.readouterr().out == "members  anne\nstaff    Zoé@federation.example\n"
    assert main(["user", "remove", "Anne", *where]) == 0
    assert main(["user", "remove", "anne", *where]) == 2
    assert "There is no user 'anne'" in capsys.readouterr().err
    assert list(users.all()) == [folded("Zoé@federation.example")]
    assert main(["user", "add", *where]) == 2
    with pytest.raises(UsersInvalid, match="without blanks and colons"):
        users.add("a:b", "staff", PASSWORD)
    with pytest.raises(UsersInvalid, match="is not the name"):
        users.add("quatre-mots-choisis", "staff", "Quatre-Mots-Choisis")
    assert users.add("zoé@federation.example", "members", OTHER) is False
    assert users.find("ZOÉ@federation.example").audience == "members"
