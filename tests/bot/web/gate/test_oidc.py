"""Log-in by an identity provider: a real one, good, wrong and absent."""

import base64
import hmac
import html
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from conftest import Federation
from identity_provider import CLIENT, SECRET, IdentityProvider, provided
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from members import OTHER, PASSWORD, four_documents, logged_in, settings_of, two_users
from serving import client, served

from bot.answer import Bot
from bot.settings import BotSettings
from bot.users import LONGEST_NAME, may_be_name
from bot.web.brand import Brand
from bot.web.gate.oidc import Provider, ProviderUnusable, Rule, name_of
from bot.web.shell import masthead
from index.errors import SettingsInvalid
from index.shelf.store import Shelf

ENGLISH = {"Accept-Language": "en", "Accept": "text/html"}
NINA = {"sub": "n1", "email": "Nina@federation.example", "email_verified": True}


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return four_documents(tmp_path_factory.mktemp("federation"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("users")
    two_users(made)
    return made


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with provided() as provider:
        yield provider


@pytest.fixture
def provider(running: IdentityProvider) -> IdentityProvider:
    running.reset()
    running.claims = {**NINA, "groups": ["members", "everyone"]}
    return running


@pytest.fixture(scope="module")
def address(federation: Federation, running: IdentityProvider, folder: Path) -> Iterator[str]:
    settings = settings_of(
        federation,
        users=folder / "users.jsonl",
        oidc_issuer=running.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_staff="groups=staff",
        oidc_members="groups=members",
    )
    with served(Bot(Shelf(federation.store), federation.embedder), settings) as (where, _):
        yield where


def led_to(page: httpx.Response) -> str:
    """Where a page leads at once."""
    found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]+)">', page.text)
    assert found, page.text
    return html.unescape(found[1])


def at_provider(browser: httpx.Client, next: str = "/") -> str:
    """Begin a log-in; the address at which the provider sends the browser back."""
    page = browser.get("/oidc", params={"next": next})
    assert page.status_code == 200 and page.headers["referrer-policy"] == "no-referrer"
    return httpx.get(led_to(page), trust_env=False).headers["location"]


def come_back(browser: httpx.Client, next: str = "/") -> httpx.Response:
    arriving = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", **ENGLISH}
    return browser.get(at_provider(browser, next), headers=arriving)


def is_out(browser: httpx.Client) -> bool:
    return browser.get("/account").status_code == 401


def test_a_member_of_the_provider_is_let_in_as_a_member_and_sees_no_desk(
    address: str, provider: IdentityProvider
):
    with client(address) as browser:
        form = browser.get("/login?next=/draft", headers=ENGLISH).text
        assert 'href="/oidc?next=/draft"' in form
        back = come_back(browser, "/draft?language=en")
        assert (back.status_code, led_to(back)) == (200, "/draft?language=en")
        cookies = back.headers.get_list("set-cookie")
        assert [one.split("=")[0] for one in cookies] == ["plaidoyer", "plaidoyer-oidc"]
        assert "HttpOnly" in cookies[0] and "SameSite=strict" in cookies[0]
        account = browser.get("/account", headers=ENGLISH).text
        assert "nina@federation.example" in account and 'name="old"' not in account
        assert "public texts and those for members" in account
        assert browser.get("/desk/accounts").status_code == 403
        sent = {"old": PASSWORD, "password": OTHER, "again": OTHER}
        assert browser.post("/account", data=sent).status_code == 403
        assert browser.post("/logout").status_code == 303
        assert is_out(browser)


def test_the_group_of_staff_opens_the_desk_and_is_asked_at_each_log_in(
    address: str, provider: IdentityProvider
):
    provider.claims["groups"] = ["staff"]
    with client(address) as browser:
        assert come_back(browser).status_code == 200
        assert browser.get("/desk/accounts").status_code == 200
        provider.claims["groups"] = "members"
        assert come_back(browser).status_code == 200
        assert browser.get("/desk/accounts").status_code == 403
        provider.claims["groups"] = ["somebody"]
    with client(address) as browser:
        refused = come_back(browser)
        assert refused.status_code == 403 and "does not open Plaidoyer" in refused.text
        assert is_out(browser)


def test_users_of_the_file_log_in_as_before_and_no_basic_password_is_the_providers(
    address: str, provider: IdentityProvider
):
    with logged_in(address, "anne") as anne:
        assert 'name="old"' in anne.get("/account").text
    with client(address) as program:
        question = {"question": "fonds"}
        assert program.get("/api/search", params=question, auth=("anne", PASSWORD)).is_success
        nina = ("nina@federation.example", "oidc")
        assert program.get("/api/search", params=question, auth=nina).status_code == 401


def without(name: str) -> Callable[[dict], dict]:
    return lambda claims: {key: one for key, one in claims.items() if key != name}


# What is wrong with an ID token, and what staff are told of it.
WRONG: dict[str, tuple[Callable[[dict], dict], str]] = {
    "nonce": (lambda claims: claims | {"nonce": "another"}, "Invalid claim: 'nonce'"),
    "no nonce": (without("nonce"), "Missing claim: 'nonce'"),
    "issuer": (lambda claims: claims | {"iss": "https://evil.example"}, "Invalid claim: 'iss'"),
    "audience": (lambda claims: claims | {"aud": "x", "azp": CLIENT}, "Invalid claim: 'aud'"),
    "expired": (lambda claims: claims | {"exp": int(time.time()) - 90}, "The token is expired"),
    "no expiry": (without("exp"), "Missing claim: 'exp'"),
    "no subject": (without("sub"), "Missing claim: 'sub'"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_id_token_that_is_not_for_this_log_in_opens_nothing(
    address: str, provider: IdentityProvider, wrong: str, capfd: pytest.CaptureFixture
):
    provider.change, said = WRONG[wrong]
    with client(address) as browser:
        refused = come_back(browser)
        assert refused.status_code == 401 and "The log-in failed" in refused.text
        assert is_out(browser)
    assert said in capfd.readouterr().err


def by_another_key(provider: IdentityProvider, claims: dict) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned(algorithm: str, claims: dict) -> list[str]:
    header = {"alg": algorithm, "kid": "one"}
    return [encoded(json.dumps(part).encode()) for part in (header, claims)]


def by_nobody(provider: IdentityProvider, claims: dict) -> str:
    return ".".join((*unsigned("none", claims), ""))


def by_the_public_key_as_a_secret(provider: IdentityProvider, claims: dict) -> str:
    said = ".".join(unsigned("HS256", claims))
    public = provider.key.as_pem(private=False)
    return f"{said}.{encoded(hmac.digest(public, said.encode(), 'sha256'))}"


def by_the_clients_secret(provider: IdentityProvider, claims: dict) -> str:
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(SECRET))


@pytest.mark.parametrize(
    "sign", [by_another_key, by_nobody, by_the_public_key_as_a_secret, by_the_clients_secret]
)
def test_a_token_that_the_providers_key_has_not_signed_opens_nothing(
    address: str, provider: IdentityProvider, sign: Callable[[IdentityProvider, dict], str]
):
    provider.sign = partial(sign, provider)
    with client(address) as browser:
        assert come_back(browser).status_code == 401 and is_out(browser)


def test_only_the_browser_that_began_a_log_in_ends_it_once(
    address: str, provider: IdentityProvider
):
    def back(url: str, cookie: str) -> int:
        with client(address, headers={"Cookie": f"plaidoyer-oidc={cookie}"}) as browser:
            status = browser.get(url).status_code
            assert "plaidoyer" not in browser.cookies or status == 200
            return status

    with client(address) as victim, client(address) as attacker:
        stolen, own = at_provider(attacker), at_provider(victim)
        cookie = victim.cookies["plaidoyer-oidc"]
        assert back(own, "") == back(stolen, cookie) == 401
        assert back(re.sub(r"state=[^&]*", "state=forged", own), cookie) == 401
        assert back(own, f"{cookie[:-4]}AAAA") == 401
        assert back(own, cookie) == 200
        assert back(own, cookie) == 401  # the provider gives what is behind a code once


def test_a_refusal_at_the_provider_is_told(address: str, provider: IdentityProvider):
    with client(address) as browser:
        state = re.search(r"state=([^&]+)", at_provider(browser))
        assert state
        back = f"/oidc/back?error=access_denied&state={state[1]}"
        assert browser.get(back, headers=ENGLISH).status_code == 401 and is_out(browser)


@pytest.mark.parametrize("next", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_way_back_leads_to_no_other_site(address: str, provider: IdentityProvider, next: str):
    with client(address) as browser:
        assert led_to(come_back(browser, next)) == "/"


def test_a_provider_that_does_not_answer_is_named_to_the_member_and_to_staff(
    address: str, provider: IdentityProvider, capfd: pytest.CaptureFixture
):
    provider.breaks = True
    with client(address) as browser:
        lost = browser.get("/oidc", headers=ENGLISH)
        assert lost.status_code == 503 and "does not answer as it should" in lost.text
        assert 'name="password"' in lost.text
    assert "Check PLAIDOYER_OIDC_ISSUER" in capfd.readouterr().err


def test_a_name_that_the_provider_has_not_verified_is_nobody_elses():
    assert name_of(NINA) == "Nina@federation.example"
    one = name_of({"sub": "1", "preferred_username": "anne", "email": "a@b.example"})
    other = name_of({"sub": "2", "preferred_username": "anne", "email_verified": "true"})
    assert re.fullmatch(r"anne~[0-9a-f]{12}", one) and one != other
    odd = {"sub": "3", "email": "a b", "preferred_username": "x" * LONGEST_NAME}
    assert len(name_of(odd)) == LONGEST_NAME and may_be_name(name_of({"sub": "4", "email": 7}))
    assert Rule.of("a = b c").holds({"a": "b c"}) and not Rule.of("a=b").holds({"a": {"b": 1}})


def test_an_ended_session_is_renewed_at_the_provider_in_a_tab_of_its_own():
    shown = masthead(Brand(), "en", "nina", by_provider="/oidc")
    assert '<a href="/oidc" target="_blank" rel="noopener">Log in with the' in shown
    assert "/oidc" not in masthead(Brand(), "en", "nina")


def test_a_provider_without_its_library_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "authlib.integrations.starlette_client", None)
    with pytest.raises(ProviderUnusable, match=re.escape('".[oidc]"')):
        Provider(BotSettings(oidc_issuer="", oidc_staff="groups=staff"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PLAIDOYER_OIDC_ISSUER": "http://provider.example"}, "begins with https://"),
        ({"PLAIDOYER_OIDC_CLIENT_SECRET": ""}, "Set all of them"),
        ({"PLAIDOYER_USERS": ""}, "PLAIDOYER_USERS, a file that may have no user"),
        ({"PLAIDOYER_OIDC_STAFF": "staff"}, "such as groups=staff"),
        ({"PLAIDOYER_OIDC_MEMBERS": "=x"}, "PLAIDOYER_OIDC_MEMBERS is '=x'"),
    ],
)
def test_half_of_the_providers_settings_are_refused(
    wrong: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
):
    whole = {
        "PLAIDOYER_OIDC_ISSUER": "https://provider.example",
        "PLAIDOYER_OIDC_CLIENT_ID": CLIENT,
        "PLAIDOYER_OIDC_CLIENT_SECRET": SECRET,
        "PLAIDOYER_OIDC_STAFF": "groups=staff",
        "PLAIDOYER_USERS": "users.jsonl",
    }
    for name, value in (whole | wrong).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=re.escape(said)):
        BotSettings.from_environment()
