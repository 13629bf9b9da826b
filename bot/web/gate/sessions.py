"""Who is logged in, by signed cookies that end. Owns itsdangerous.

The key that signs them, and the log-outs until their sessions would have ended anyway, are in one
small file of the store, which only its owner can open: whatever process of the app opens it, now or
after a restart, on this machine or on another one, accepts the same cookies and refuses the same.
Promise: no cookie holds a password or its hash; a session ends IDLE seconds after its last use (a
cookie is renewed after a minute at the earliest: up to RENEWED sooner), LIFETIME after the log-in,
at the log-out, and with the password it was opened with.
"""

import hashlib
import hmac
import os
import secrets
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.users import User, folded
from index.errors import PlaidoyerError

IDLE, LIFETIME = 2 * 3600, 12 * 3600  # seconds that a session lasts without a request; in all
RENEWED = 60  # seconds after which a use of the cookie is noted in a new one
COOKIES = {"https": "__Host-plaidoyer", "http": "plaidoyer"}
BY_PROVIDER = "oidc"  # in place of the hash of a user who is in no users file
WAIT = 5  # seconds for another process that writes
TABLES = """
CREATE TABLE IF NOT EXISTS key (one INTEGER PRIMARY KEY CHECK (one = 1), secret BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS ended (id TEXT PRIMARY KEY, until REAL NOT NULL);
"""


class SessionsUnusable(PlaidoyerError):
    """The file of the key and the log-outs cannot be read or written."""


@dataclass(frozen=True)
class Session:
    """One log-in: whose, since when, and when it was last used, in seconds since 1970.

    `hash`: a keyed digest of the password's hash. `audience`: members or staff for a user whom an
    identity provider let in; "" for one of the users file, which says it.
    """

    id: str
    name: str
    hash: str
    audience: str
    since: float
    used: float


class Sessions:
    """Opens, finds and ends sessions. Safe to use from several threads.

    `file`: where key and log-outs are; without one they are this process's alone. `clock` counts
    seconds since 1970. Every method raises `SessionsUnusable`.
    """

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.time):
        self._file, self._clock, self._lock = file, clock, threading.Lock()
        with self._explained():
            self._db = _opened(file)
            weakref.finalize(self, self._db.close)
            with self._db:
                new = secrets.token_bytes(32)
                self._db.execute("INSERT OR IGNORE INTO key VALUES (1, ?)", (new,))
            (self._key,) = self._db.execute("SELECT secret FROM key").fetchone()
        self._signer = URLSafeSerializer(
            self._key,
            salt="plaidoyer.session",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def open(self, user: User) -> str:
        """Begin a session of the user; returns its token."""
        now = self._clock()
        return self._token(
            Session(
                secrets.token_urlsafe(16),
                folded(user.name),
                self._digest(user.hash),
                user.audience if user.hash == BY_PROVIDER else "",
                now,
                now,
            )
        )

    def find(self, token: str) -> Session | None:
        """The token's session; None if it has ended, never was, or was altered."""
        session = self._signed(token)
        return None if session is None or self._has_ended(session) else session

    def is_of(self, session: Session, user: User) -> bool:
        """Was the session opened with the password that the user has now?"""
        return session.name == folded(user.name) and hmac.compare_digest(
            session.hash, self._digest(user.hash)
        )

    def left(self, session: Session) -> float:
        """Seconds until the session ends, however much it is used."""
        return session.since + LIFETIME - self._clock()

    def renewed(self, token: str) -> str | None:
        """The token that notes this use of its session.

        None where there is none any more, or where less than RENEWED seconds have passed.
        """
        session, now = self._signed(token), self._clock()
        if session is None or now - session.used < RENEWED or self._has_ended(session):
            return None
        return self._token(replace(session, used=now))

    def close(self, token: str) -> None:
        """End the token's session, for every process."""
        if (session := self.find(token)) is None:
            return
        with self._explained(), self._lock, self._db:
            self._db.execute("DELETE FROM ended WHERE until < ?", (self._clock(),))
            until = session.since + LIFETIME
            self._db.execute("INSERT OR IGNORE INTO ended VALUES (?, ?)", (session.id, until))

    def _signed(self, token: str) -> Session | None:
        """What the token says, if we signed it and its time is not over."""
        try:
            session = Session(**self._signer.loads(token))
        except (BadData, TypeError):  # a TypeError: another version's
            return None
        now = self._clock()
        lasts = now - session.used < IDLE and now - session.since < LIFETIME
        return session if lasts else None

    def _has_ended(self, session: Session) -> bool:
        with self._explained(), self._lock:
            found = self._db.execute("SELECT 1 FROM ended WHERE id = ?", (session.id,)).fetchone()
        return found is not None

    def _token(self, session: Session) -> str:
        return str(self._signer.dumps(asdict(session)))

    def _digest(self, of: str) -> str:
        """A digest that says nothing of what it is of to whoever has not the key."""
        return hmac.digest(self._key, f"password {of}".encode(), "sha256").hex()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SessionsUnusable(
                f"Nobody can log in, for {self._file} cannot be used ({error}). Make room or give "
                "the right to write there; or move that file away and start the app again, and "
                "everybody logs in anew."
            ) from error


def token_of(request: Request) -> str:
    """The token that the browser's cookie has, or ""."""
    return request.cookies.get(COOKIES[request.url.scheme], "")


def set_cookie(response: Response, scheme: str, token: str) -> None:
    """Give the token to the browser, for as long as it may last."""
    secure = scheme == "https"
    response.set_cookie(
        COOKIES[scheme], token, LIFETIME, httponly=True, samesite="strict", secure=secure
    )


def _opened(file: Path | None) -> sqlite3.Connection:
    """The database with its tables. Whichever of two processes is first makes them."""
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    db = sqlite3.connect(file or ":memory:", timeout=WAIT, check_same_thread=False)
    try:
        db.executescript(f"BEGIN IMMEDIATE; {TABLES} COMMIT;")
    except BaseException:
        db.close()
        raise
    return db
