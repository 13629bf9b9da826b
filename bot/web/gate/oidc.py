"""Log-in by the federation's identity provider: OpenID Connect, authorization code with PKCE.

Owns authlib and joserfc, which check state, nonce and the ID token: its signature, issuer, audience
and expiry. Promise: who is a member and who is staff is asked at every log-in, of a token of that
log-in; nothing is kept at the provider or here but the session that it opens.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import Response

from bot.complaints import complain
from bot.settings import BotSettings
from bot.users import LONGEST_NAME, NameRefused, User, allowed_name
from bot.web.gate.access import Authenticator
from bot.web.gate.door import Door, language_of, let_in
from bot.web.gate.limits import Limiter, TooMany
from bot.web.gate.login import LOCAL, local
from bot.web.gate.sessions import BY_PROVIDER
from bot.web.gate.visitor import Visitor, address_of
from bot.web.labels import LABELS
from index.errors import PlaidoyerError

if TYPE_CHECKING:
    from authlib.integrations.starlette_client import StarletteOAuth2App

BEGIN, BACK = "/oidc", "/oidc/back"
PATHS = (BEGIN, BACK)
# Lax: the provider's page leads back here, and no cookie that is Strict comes along.
COOKIES = {"https": "__Host-plaidoyer-oidc", "http": "plaidoyer-oidc"}
MINUTES = 10  # from the button to the return
A_MINUTE = 120  # requests of an address, which may be a whole office's: a log-in has two
TIMEOUT, LEEWAY = 10, 60  # seconds: for an answer of the provider; between its clock and ours
# Of a key that the provider publishes; "none" and those of a shared secret are no signature.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SUFFIX = 12  # hexadecimal digits after a name that the provider has not verified


class ProviderUnusable(PlaidoyerError):
    """The identity provider does not answer, or not as the settings say."""


class LogInRefused(PlaidoyerError):
    """What came back from the provider is no log-in that was begun here."""


class NotBegun(LogInRefused):
    """This browser has begun no log-in, or another one, or too long ago."""


class NoMember(PlaidoyerError):
    """The provider knows them, and they are no member here."""


@dataclass(frozen=True)
class Rule:
    """A claim, and the value that it has or has among others."""

    claim: str
    value: str

    @classmethod
    def of(cls, text: str) -> "Rule":
        """The rule in `claim=value`."""
        claim, _, value = text.partition("=")
        return cls(claim.strip(), value.strip())

    def holds(self, claims: dict[str, Any]) -> bool:
        """Do the claims have it?"""
        found = claims.get(self.claim)
        return self.value in (found if isinstance(found, list) else [found])


class Provider:
    """The provider of the settings. Raises `ProviderUnusable` where authlib is not installed."""

    def __init__(self, settings: BotSettings):
        try:
            import authlib.integrations.starlette_client  # noqa: F401
        except ImportError as error:
            raise ProviderUnusable(
                "PLAIDOYER_OIDC_ISSUER is set, and authlib is not installed. Run: "
                '.venv/bin/pip install --constraint constraints.txt --editable ".[oidc]"'
            ) from error
        self._issuer, self._id = settings.oidc_issuer, settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._staff = Rule.of(settings.oidc_staff)
        self._members = Rule.of(settings.oidc_members) if settings.oidc_members else None

    async def begin(self, request: Request, back: str, next: str) -> tuple[str, str]:
        """Where the browser goes, and what its cookie keeps until it returns to `back`.

        Raises `ProviderUnusable`.
        """
        with _explained():
            client = await self._client()
            made = await client.create_authorization_url(back)
            url = str(made.pop("url"))
            if not url.startswith(("https://", "http://")):
                raise ValueError("authorization_endpoint")
            request.scope["session"] = {}
            await client.save_authorize_data(request, redirect_uri=back, **made)
        return url, self._sealed({"session": request.scope["session"], "next": next})

    async def finish(self, request: Request, kept: str) -> tuple[User, str]:
        """Who has logged in, and where they wanted to go.

        Raises `ProviderUnusable`, `LogInRefused`, `NoMember`.
        """
        state = self._opened(kept)
        request.scope["session"] = state["session"]
        with _explained():
            client = await self._client()
            token = await client.authorize_access_token(
                request,
                leeway=LEEWAY,
                claims_options={
                    "iss": {"essential": True, "values": [self._issuer]},
                    "aud": {"essential": True, "values": [self._id]},
                },
            )
        claims = token.get("userinfo")
        if not claims:
            raise LogInRefused("The identity provider gave no ID token. Check its client's scopes.")
        return self._user(dict(claims)), str(state["next"])

    def _user(self, claims: dict[str, Any]) -> User:
        is_staff = self._staff.holds(claims)
        if not is_staff and self._members and not self._members.holds(claims):
            raise NoMember("The account is no member's. Give it what PLAIDOYER_OIDC_MEMBERS asks.")
        return User(name_of(claims), "staff" if is_staff else "members", BY_PROVIDER)

    async def _client(self) -> "StarletteOAuth2App":
        """authlib's client, with what the provider says of itself now: its keys may change."""
        from authlib.integrations.starlette_client import OAuth

        client = OAuth().register(
            "provider",
            client_id=self._id,
            client_secret=self._secret,
            server_metadata_url=f"{self._issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": TIMEOUT,
            },
        )
        said = await client.load_server_metadata()
        if said["issuer"] != self._issuer:
            raise ValueError(f"it calls itself {said['issuer']}")
        offered = said.get("id_token_signing_alg_values_supported", ["RS256"])
        said["id_token_signing_alg_values_supported"] = [
            name for name in offered if name in ALGORITHMS
        ] or ["RS256"]
        return client

    def _key(self) -> Any:
        from joserfc.jwk import OctKey

        secret = f"plaidoyer log-in {self._id} {self._secret}"
        return OctKey.import_key(hashlib.sha256(secret.encode()).digest())

    def _sealed(self, state: dict[str, Any]) -> str:
        """The state as a token that only we can make."""
        from joserfc import jwt

        return jwt.encode(
            {"alg": "HS256"}, state | {"exp": int(time.time()) + MINUTES * 60}, self._key()
        )

    def _opened(self, kept: str) -> dict[str, Any]:
        """The state of such a token. Raises `NotBegun` for another, and one that is too old."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            state = jwt.decode(kept, self._key(), algorithms=["HS256"]).claims
            if state["exp"] > time.time():
                return state
        except (JoseError, ValueError, KeyError) as error:
            raise NotBegun("This browser has begun no log-in. Begin it again.") from error
        raise NotBegun(f"The log-in took more than {MINUTES} minutes. Begin it again.")


def name_of(claims: dict[str, Any]) -> str:
    """The user's name: the e-mail address, where the provider has verified it; else one that
    nobody else can have, for `sub` never changes hands and what is shown may."""
    mail = _fitting(claims.get("email"))
    if mail and claims.get("email_verified") is True:
        return mail
    digest = hashlib.sha256(str(claims["sub"]).encode()).hexdigest()[:SUFFIX]
    shown = _fitting(claims.get("preferred_username")) or mail or "oidc"
    return f"{shown[: LONGEST_NAME - SUFFIX - 1]}~{digest}"


def _fitting(name: object) -> str:
    try:
        return allowed_name(name) if isinstance(name, str) else ""
    except NameRefused:
        return ""


@contextmanager
def _explained() -> Iterator[None]:
    """What authlib, joserfc and httpx raise, as errors of ours."""
    import httpx2
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.base_client.errors import MismatchingStateError
    from joserfc.errors import JoseError

    try:
        yield
    except MismatchingStateError as error:
        raise NotBegun("This browser has begun another log-in. Begin it again.") from error
    except (AuthlibBaseError, JoseError) as error:
        raise LogInRefused(
            f"A log-in by the identity provider was refused ({error}). Begin it again; check the "
            "PLAIDOYER_OIDC_ settings if all are."
        ) from error
    # RuntimeError, KeyError, TypeError, ValueError: of an answer that is not what it should be
    except (
        httpx2.HTTPError,
        httpx2.InvalidURL,
        RuntimeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise ProviderUnusable(
            f"The identity provider cannot be used ({type(error).__name__}: {error}). "
            "Check PLAIDOYER_OIDC_ISSUER, and that this machine reaches it."
        ) from error


class ByProvider:
    """The routes /oidc, which leads to the provider, and /oidc/back, to which it leads back.

    Neither is a redirection: those stay on this site (headers.py), and after one that began at the
    provider no browser sends the session's cookie, which is SameSite=Strict.
    """

    def __init__(self, authenticator: Authenticator, provider: Provider, door: Door):
        self._authenticator, self._provider, self._door = authenticator, provider, door
        self._limiter = Limiter(A_MINUTE)

    async def begin(self, request: Request, next: str = "/") -> Response:
        """GET /oidc: to the provider."""
        back = str(request.url.replace(path=BACK, query="", fragment=""))
        try:
            self._limiter.take(Visitor("", (), address_of(request)))
            url, kept = await self._provider.begin(request, back, local(next))
        except PlaidoyerError as error:
            return self._failed(request, error)
        response = self._passing(request, url, "on_the_way")
        response.set_cookie(
            COOKIES[request.url.scheme],
            kept,
            MINUTES * 60,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    async def back(self, request: Request) -> Response:
        """GET /oidc/back: a session, and on to the page that was asked for."""
        try:
            self._limiter.take(Visitor("", (), address_of(request)))
            kept = request.cookies.get(COOKIES[request.url.scheme], "")
            user, next = await self._provider.finish(request, kept)
        except PlaidoyerError as error:
            return self._ended(request, self._failed(request, error))
        response = self._passing(request, quote(local(next), safe=LOCAL), "let_in")
        return self._ended(request, let_in(self._authenticator, request, response, user))

    def _failed(self, request: Request, error: PlaidoyerError) -> Response:
        """The log-in page with what is wrong; staff are told what they can mend."""
        labels = LABELS[language_of(request)]
        if isinstance(error, TooMany):
            return self._log_in(request, 429, labels["again"].format(seconds=error.wait))
        if isinstance(error, NoMember):
            return self._log_in(request, 403, labels["provider_no_member"])
        if not isinstance(error, NotBegun):  # which anybody can bring about
            complain(error)
        if isinstance(error, LogInRefused):
            return self._log_in(request, 401, labels["provider_refused"])
        return self._log_in(request, 503, labels["provider_lost"])

    def _log_in(self, request: Request, status: int, alert: str) -> Response:
        return self._door.page(
            request, "login.html", status, alert=alert, name="", next="/", by_provider=BEGIN
        )

    def _passing(self, request: Request, url: str, said: str) -> Response:
        response = self._door.page(request, "passing.html", url=url, said=said)
        # The address of /oidc/back has the provider's code in it.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _ended(self, request: Request, response: Response) -> Response:
        """The response, which takes back the cookie of a log-in that was begun."""
        response.delete_cookie(
            COOKIES[request.url.scheme],
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response


def serve_by_provider(
    app: FastAPI, authenticator: Authenticator, provider: Provider, door: Door
) -> None:
    """Add /oidc and /oidc/back to the app."""
    routes = ByProvider(authenticator, provider, door)
    app.get(BEGIN)(routes.begin)
    app.get(BACK)(routes.back)
