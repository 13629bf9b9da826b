"""Who comes in and what they see, over real HTTP: log-in, sessions, throttling, audiences."""

import base64
import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import ROOT, Federation
from members import (
    DRAFT,
    OPEN,
    OTHER,
    PASSWORD,
    SECRET,
    four_documents,
    logged_in,
    settings_of,
    two_users,
)
from serving import client, everything, served

from bot.answer import Bot
from bot.users import Users
from bot.web.gate.access import Authenticator
from bot.web.gate.limits import Attempts
from bot.web.gate.sessions import COOKIES
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


@pytest.fixture
def changing(federation: Federation, bot: Bot, users: Users) -> Iterator[str]:
    """The app with a log-in, and users that the test changes."""
    with served(bot, settings_of(federation), Authenticator(users, (), False)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def private(federation: Federation, bot: Bot) -> Iterator[str]:
    """The app without a log-in, on this machine."""
    with served(bot, settings_of(federation)) as (address, _):
        yield address


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
    "/read/positions/2023-public.md",
    "/picture/positions/2023-public.pdf?page=1&width=900",
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


def test_the_page_s_own_dialog_logs_in_by_json_in_its_language(guarded: str):
    with client(guarded, headers={"Accept": "application/json", "Accept-Language": "de"}) as page:
        said = {
            language: page.post(
                "/login", data={"name": "anne", "password": "mauvais", "language": language}
            )
            for language in ("en", "fr")
        }
        assert [(one.status_code, one.json()["error"]) for one in said.values()] == [
            (401, "LogInNeeded")
        ] * 2
        assert said["en"].json()["detail"].startswith("Unknown name or password.")
        assert said["fr"].json()["detail"].startswith("Nom ou mot de passe inconnu.")
        right = page.post("/login", data={"name": "ANNE", "password": PASSWORD})
        assert (right.status_code, right.json()) == (200, {"name": "anne"})
        assert page.get("/config").status_code == 200


def test_the_log_in_page_has_the_house_s_colour_and_logo(
    federation: Federation, bot: Bot, tmp_path: Path
):
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    users = Authenticator(two_users(tmp_path), (), False)
    look = {"colour": "#0a5c2e", "logo": tmp_path / "logo.svg", "federation": "L'<b>essai</b>"}
    with (
        served(bot, settings_of(federation).model_copy(update=look), users) as (address, _),
        client(address) as browser,
    ):
        shown = browser.get("/login")
    assert "--accent:#0a5c2e" in shown.text and 'src="data:image/svg+xml;base64,' in shown.text
    assert "L&#39;&lt;b&gt;essai&lt;/b&gt;" in shown.text
    assert "img-src data:;" in shown.headers["content-security-policy"]


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
    authenticator = Authenticator(users, (), False, attempts=Attempts(per_name=2, per_address=4))
    with (
        served(bot, settings_of(federation), authenticator) as (address, _),
        client(address) as browser,
    ):

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
