"""A small OpenID Connect provider in a thread, for tests: real HTTP, real keys, no page.

Whoever comes to /authorize is logged in as the person in `claims`. What a hostile or broken
provider does is set by a test: `change` the claims of the ID tokens, `sign` them otherwise.
"""

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "plaidoyer", "a secret that both of them know"


class IdentityProvider:
    """`issuer`: its address. It gives each code once, to whom has the secret and the verifier."""

    def __init__(self, issuer: str):
        self.issuer, self.key = issuer, RSAKey.generate_key(2048, {"kid": "one"})
        self.claims: dict[str, object] = {}
        self.asked: dict[str, dict[str, str]] = {}
        self.reset()

    def reset(self) -> None:
        """As a good provider does."""
        self.sign: Callable[[dict], str] = self.signed
        self.change: Callable[[dict], dict] = lambda claims: claims
        self.breaks = False

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
            ]
        )

    def _discovery(self, request: Request) -> Response:
        if self.breaks:
            return Response("<h1>Bad gateway</h1>", 502)
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.asked[code] = asked
        query = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", 302)

    async def _token(self, request: Request) -> Response:
        sent = {name: value[0] for name, value in parse_qs((await request.body()).decode()).items()}
        asked = self.asked.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != sent.get("redirect_uri")
            or request.headers.get("authorization") != basic
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        token = self.sign(self.change(claims))
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def signed(self, claims: dict) -> str:
        """The claims as an ID token."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def _jwks(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


@contextmanager
def provided() -> Iterator[IdentityProvider]:
    """A provider on a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    provider = IdentityProvider(f"http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(provider.app(), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
