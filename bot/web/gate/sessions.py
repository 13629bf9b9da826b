"""Who is logged in. In memory only: a restart ends every session."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.users import User, folded

IDLE, LIFETIME = 2 * 3600, 12 * 3600  # seconds that a session lasts without a request; in all
SESSIONS = 20  # of one user; the oldest ends
BY_PROVIDER = "oidc"  # in place of a password's hash: no such hash looks like it
COOKIES = {"https": "__Host-plaidoyer", "http": "plaidoyer"}


@dataclass
class Session:
    """One log-in: whose, with which password's hash, since when, and when it was last used.

    `audience`: "" for a user of the file, which says it; of one whom the identity provider lets in
    (the hash is then BY_PROVIDER), what they see.
    """

    name: str
    hash: str
    audience: str
    since: float
    used: float


class Sessions:
    """Sessions by a random token of which only the digest is kept. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._open: dict[bytes, Session] = {}

    def open(self, user: User) -> str:
        """Begin a session of the user; returns its token."""
        now, name = self._clock(), folded(user.name)
        self._open = {key: session for key, session in self._open.items() if _lasts(session, now)}
        same_user = [key for key, session in self._open.items() if session.name == name]
        for key in same_user[: 1 - SESSIONS]:
            del self._open[key]
        token = secrets.token_urlsafe(32)
        audience = user.audience if user.hash == BY_PROVIDER else ""
        self._open[_digest(token)] = Session(name, user.hash, audience, now, now)
        return token

    def find(self, token: str) -> Session | None:
        """The token's session, which this use prolongs; None if it has ended or never was."""
        session, now = self._open.get(_digest(token)), self._clock()
        if session is None or not _lasts(session, now):
            return None
        session.used = now
        return session

    def left(self, session: Session) -> float:
        """Seconds until the session ends, however much it is used."""
        return session.since + LIFETIME - self._clock()

    def close(self, token: str) -> None:
        """End the token's session."""
        self._open.pop(_digest(token), None)


def _lasts(session: Session, now: float) -> bool:
    return now - session.used < IDLE and now - session.since < LIFETIME


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
