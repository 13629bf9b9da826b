"""One's own password, and the accounts at the desk, over real HTTP."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import Federation
from members import FAST, OTHER, PASSWORD, four_documents, logged_in, settings_of, two_users
from serving import client, served

from bot.accounts import Accounts
from bot.answer import Bot
from bot.audit import Audit
from bot.invitations import DAYS, Invitations
from bot.lines import entries
from bot.users import Users, UsersInvalid
from bot.web.gate.access import Authenticator
from bot.web.gate.limits import Attempts
from index.shelf.store import Shelf

STAFF = "Zoé@federation.example"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return four_documents(tmp_path_factory.mktemp("federation"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("users")


@pytest.fixture(scope="module")
def users(folder: Path) -> Users:
    return two_users(folder)


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture(scope="module")
def address(federation: Federation, bot: Bot, users: Users) -> Iterator[str]:
    authenticator = Authenticator(users, (), False, attempts=Attempts(1000, 1000))
    with served(bot, settings_of(federation), authenticator) as (where, _):
        yield where


@pytest.fixture
def strict(federation: Federation, bot: Bot, users: Users) -> Iterator[str]:
    """The app where four tries are too many."""
    authenticator = Authenticator(users, (), False, attempts=Attempts(4, 1000))
    with served(bot, settings_of(federation), authenticator) as (where, _):
        yield where


@pytest.fixture(autouse=True)
def as_they_were(users: Users, federation: Federation) -> Iterator[None]:
    """Each test finds anne and Zoé, with their passwords, and an empty audit."""
    yield
    for name in [user.name for user in users.all().values() if user.name not in ("anne", STAFF)]:
        users.remove(name)
    users.add("anne", "members", PASSWORD)
    users.add(STAFF, "staff", PASSWORD)
    (federation.store / "audit.jsonl").unlink(missing_ok=True)


def at_desk(browser: httpx.Client, do: str, name: str, audience: str = "members") -> httpx.Response:
    sent = {"do": do, "name": name, "audience": audience}
    return browser.post("/desk/accounts", data=sent, headers=ENGLISH)


def invited(address: str, name: str, audience: str = "members") -> str:
    """The token of an invitation that staff made at the desk."""
    with logged_in(address, STAFF) as zoe:
        page = at_desk(zoe, "invite", name, audience)
        found = re.search(rf'value="{address}/invitation#([\w-]{{43}})"', page.text)
        assert page.status_code == 200 and found
        return found[1]


def accept(browser: httpx.Client, token: str, password: str = "") -> httpx.Response:
    sent = {"token": token, "password": password, "again": password}
    return browser.post("/invitation", data=sent, headers=ENGLISH)


def noted(federation: Federation) -> list[tuple[str, str]]:
    return [(one["who"], one["what"]) for one in entries(federation.store / "audit.jsonl")]


def test_who_changes_their_password_goes_on_and_their_other_sessions_end(
    address: str, federation: Federation
):
    with logged_in(address, "anne") as here, logged_in(address, "anne") as there:
        before = here.cookies["plaidoyer"]
        assert re.search(r"\b11 h 59 min|\b12 h 00 min", here.get("/account").text)
        sent = {"old": PASSWORD, "password": OTHER, "again": OTHER}
        changed = here.post("/account", data=sent)
        assert (changed.status_code, changed.headers["location"]) == (303, "/account?said=changed")
        assert here.cookies["plaidoyer"] != before
        page = here.get("/account?said=changed", headers=ENGLISH)
        assert "The password is changed." in page.text and PASSWORD not in page.text
        assert there.get("/account").status_code == 401
    with logged_in(address, "anne", OTHER):
        assert noted(federation) == [("anne", "change password")]


def test_a_wrong_or_an_unfit_password_changes_nothing_and_tries_are_counted_as_at_the_log_in(
    strict: str, users: Users, federation: Federation
):
    before = users.all()["anne"]
    with logged_in(strict, "anne") as anne:

        def change(old: str, new: str, again: str = "") -> tuple[int, bool]:
            sent = {"old": old, "password": new, "again": again or new}
            answer = anne.post("/account", data=sent, headers=ENGLISH)
            return answer.status_code, 'role="alert"' in answer.text

        assert change(PASSWORD, OTHER, "quatre mots de travers") == (422, True)
        assert change(PASSWORD, "court") == (422, True)
        assert change(PASSWORD, "\ud800".encode("utf-8", "replace").decode() * 3) == (422, True)
        for _ in range(4):
            assert change("un mot de passe faux", OTHER) == (403, True)
        assert change(PASSWORD, OTHER) == (429, True)
        with client(strict) as other:
            again = other.post("/login", data={"name": "anne", "password": PASSWORD})
            assert again.status_code == 429
    assert users.all()["anne"] == before and noted(federation) == []


def test_an_invited_person_chooses_a_password_once_and_is_in(
    address: str, users: Users, federation: Federation, folder: Path
):
    token = invited(address, "benoît@federation.example")
    kept = (folder / "users.jsonl.invitations").read_text()
    assert token not in kept and (folder / "users.jsonl.invitations").stat().st_mode & 0o77 == 0
    with client(address) as browser:
        form = browser.get("/invitation")
        assert (form.status_code, form.headers["cache-control"]) == (200, "no-store")
        chosen = accept(browser, token)
        assert "benoît@federation.example" in chosen.text and chosen.status_code == 200
        assert accept(browser, token, "court").status_code == 422
        entered = accept(browser, token, OTHER)
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert browser.get("/account").status_code == 200
        assert browser.get("/desk/accounts").status_code == 403
    with client(address) as late:
        again = accept(late, token, PASSWORD)
        assert again.status_code == 404 and "no longer valid" in again.text and not late.cookies
    assert users.find("benoît@federation.example").audience == "members"
    assert noted(federation) == [
        (STAFF, "invite"),
        ("benoît@federation.example", "accept invitation"),
    ]


def test_of_two_clicks_at_once_one_is_let_in(address: str):
    token, statuses = invited(address, "denis"), []

    def click() -> None:
        with client(address) as browser:
            statuses.append(accept(browser, token, OTHER).status_code)

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(statuses) == [303, 404, 404, 404]


def test_one_token_is_taken_by_one_process_and_ends_after_a_week(tmp_path: Path):
    now = 1_000_000.0
    one, other = (Invitations(tmp_path / "u.jsonl", lambda: now) for _ in range(2))
    token = one.add("carla", "staff")
    now += DAYS * 24 * 3600 - 1
    assert other.find(token).name == "carla" and other.find("x" * 43) is None
    assert (one.take(token).audience, other.take(token)) == ("staff", None)
    token = one.add("carla", "members")
    assert one.find(one.add("Carla", "members")) and one.find(token) is None
    now += DAYS * 24 * 3600
    assert one.pending() == {}
    (tmp_path / "u.jsonl.invitations").write_text('{"name": "x"}\n')
    with pytest.raises(UsersInvalid, match="invite anew"):
        one.find(token)


def test_a_withdrawn_or_a_guessed_invitation_opens_nothing_and_guesses_are_limited(
    strict: str, federation: Federation
):
    token = invited(strict, "denise")
    with logged_in(strict, STAFF) as zoe:
        assert at_desk(zoe, "withdraw", "denise").headers["location"].endswith("said=withdrawn")
        assert at_desk(zoe, "withdraw", "denise").status_code == 422
    with client(strict) as stranger:
        assert accept(stranger, token, OTHER).status_code == 404
        for _ in range(3):
            assert accept(stranger, "x" * 43).status_code == 404
        assert accept(stranger, "x" * 43).status_code == 429
        assert not stranger.cookies
    assert noted(federation)[-1] == (STAFF, "withdraw invitation")


def test_staff_give_a_user_a_new_password_link_which_a_removal_makes_useless(tmp_path: Path):
    users = two_users(tmp_path)
    accounts = Accounts(users, Audit(tmp_path))
    before = users.all()["anne"].hash
    renewed = accounts.accept(accounts.invite(STAFF, "anne", "staff"), OTHER)
    assert (renewed.audience, renewed.hash != before) == ("members", True)
    token = accounts.invite(STAFF, "anne", "members")
    accounts.remove(STAFF, "anne")
    assert accounts.accept(token, OTHER) is None and users.find("anne") is None


def test_a_password_link_ends_with_the_password_that_the_user_changes_themselves(tmp_path: Path):
    users = two_users(tmp_path)
    accounts = Accounts(users, Audit(tmp_path))
    token = accounts.invite(STAFF, "anne", "members")
    assert accounts.change_password("anne", PASSWORD, OTHER)
    assert accounts.accept(token, "encore un autre mot") is None
    assert users.verify("anne", OTHER)


def test_staff_change_an_audience_and_remove_a_user_but_not_the_last_of_the_staff(
    address: str, users: Users, federation: Federation
):
    with logged_in(address, "anne") as anne, logged_in(address, STAFF) as zoe:
        for refused in (at_desk(zoe, "remove", STAFF), at_desk(zoe, "audience", STAFF)):
            assert (
                refused.status_code == 422 and "Nobody of the staff would be left" in refused.text
            )
        assert at_desk(zoe, "audience", "anne", "staff").status_code == 303
        assert anne.get("/desk/accounts").status_code == 200
        assert at_desk(anne, "audience", STAFF).status_code == 303
        assert zoe.get("/desk/accounts").status_code == 403
        assert at_desk(anne, "remove", STAFF).status_code == 303
        assert zoe.get("/account").status_code == 401
        assert at_desk(anne, "remove", STAFF).status_code == 422
    assert noted(federation) == [
        (STAFF, "change audience"),
        ("anne", "change audience"),
        ("anne", "remove user"),
    ]


def test_what_cannot_be_noted_is_not_done(address: str, users: Users, federation: Federation):
    (federation.store / "audit.jsonl").mkdir()
    try:
        with logged_in(address, STAFF) as zoe:
            for do in ("invite", "audience", "remove"):
                assert at_desk(zoe, do, "anne", "staff").status_code == 503
    finally:
        (federation.store / "audit.jsonl").rmdir()
    assert users.find("anne").audience == "members"


def test_a_member_sees_no_account_but_their_own_and_no_name_is_shown_as_markup(address: str):
    hostile = '"><script>alert(1)</script>'
    with logged_in(address, "anne") as anne, logged_in(address, STAFF) as zoe:
        assert anne.get("/desk/accounts").json()["error"] == "ForStaff"
        assert at_desk(anne, "audience", "anne", "staff").status_code == 403
        assert STAFF not in anne.get("/account").text
        assert at_desk(zoe, "invite", "deux mots").status_code == 422
        shown = at_desk(zoe, "invite", hostile)
        assert shown.status_code == 200 and hostile not in shown.text
        at_desk(zoe, "withdraw", hostile)
    with client(address) as stranger:
        assert stranger.get("/account").status_code == 401
        foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        assert stranger.post("/invitation", data={}, headers=foreign).status_code == 403


def test_without_a_log_in_a_draft_is_checked_and_there_is_no_account(
    federation: Federation, bot: Bot
):
    with served(bot, settings_of(federation)) as (where, _), client(where, headers=ENGLISH) as own:
        checked = own.post("/draft", data={"text": "Nous demandons un fonds pour les membres."})
        assert "Word for word" in checked.text
        assert "no account" in own.get("/account").text
        assert own.get("/desk/accounts").status_code == 403
        assert own.get("/invitation").headers["location"] == "/"
        assert own.post("/invitation", data={"token": "x"}).headers["location"] == "/"


def test_the_command_line_invites_and_lists_who_is_invited(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    from bot.__main__ import main

    (tmp_path / "store").mkdir()
    monkeypatch.setenv("PLAIDOYER_USERS", str(tmp_path / "users.jsonl"))
    monkeypatch.setenv("PLAIDOYER_STORE", str(tmp_path / "store"))
    assert main(["user", "invite", "eva", "--audience", "members"]) == 0
    path = capsys.readouterr().out.strip()
    assert re.fullmatch(r"/invitation#[\w-]{43}", path)
    accounts = Accounts(Users(tmp_path / "users.jsonl", FAST), Audit(tmp_path / "store"))
    assert main(["user", "list"]) == 0
    assert re.fullmatch(
        r"members  eva \(invited, until \d{4}-\d\d-\d\d\)\n", capsys.readouterr().out
    )
    assert accounts.accept(path.partition("#")[2], OTHER).name == "eva"
    assert main(["user", "invite", "fred", "--audience", "staff"]) == 0
    assert main(["user", "remove", "fred"]) == 0
    assert set(accounts.invitations.pending()) == set()
    lines = (tmp_path / "store" / "audit.jsonl").read_text().splitlines()
    assert [json.loads(line)["what"] for line in lines] == [
        "invite",
        "accept invitation",
        "invite",
    ]
