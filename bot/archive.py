"""The conversations of those who log in, on disk, as texts that bot/web writes and reads.

Owns sqlite3: one file in conversations/ of the store, which only its owner can open.
Promise: a conversation is found by its own user alone, a turn by its link alone; what is deleted is
overwritten, not only unlinked (SQLite's secure_delete); a crash leaves a change whole or undone;
whoever is no user any more loses theirs at the next use of the file. Nobody has more than MOST
conversations of MOST_TURNS turns, and none outlasts DAYS without use.
"""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import PlaidoyerError

MOST = 100  # conversations of a user; the one used longest ago is dropped
MOST_TURNS = 30  # of a conversation; the oldest is dropped
DAYS = 180  # without use
LONGEST_TITLE = 80  # characters
WAIT = 5  # seconds for another process that writes
TABLES = """
CREATE TABLE IF NOT EXISTS conversation (
    user TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, scope TEXT NOT NULL,
    used REAL NOT NULL, PRIMARY KEY (user, key)
);
CREATE TABLE IF NOT EXISTS turn (
    link TEXT NOT NULL PRIMARY KEY, user TEXT NOT NULL, key TEXT NOT NULL,
    number INTEGER NOT NULL, content TEXT NOT NULL, UNIQUE (user, key, number),
    FOREIGN KEY (user, key) REFERENCES conversation ON DELETE CASCADE
);
"""


class ConversationsUnusable(PlaidoyerError):
    """The file of the kept conversations cannot be read or written."""


@dataclass(frozen=True)
class Kept:
    """A conversation of the list: its key, title and scope (a link's query), how many turns it
    has, and when it was used last, in seconds since 1970."""

    key: str
    title: str
    scope: str
    turns: int
    used: float


@dataclass(frozen=True)
class KeptTurn:
    """A turn: its number in the conversation, what is kept of it, and the link that opens it."""

    number: int
    content: str
    link: str = ""


class Archive:
    """The conversations in a folder of their own. Safe to use from several threads and processes.

    `members` gives the names of all users as they are kept here; while it is None or names nobody,
    no conversation is dropped for want of its user. Every method raises `ConversationsUnusable`,
    and what `members` raises.
    """

    def __init__(
        self,
        folder: Path,
        members: Callable[[], Collection[str]] | None = None,
        clock: Callable[[], float] = time.time,
    ):
        self._file, self._members, self._clock = folder / "conversations.sqlite3", members, clock

    @property
    def exists(self) -> bool:
        """Was anything ever kept?"""
        return self._file.exists()

    def sweep(self) -> None:
        """Drop what is too old, and what is of those who are no users any more."""
        with self._opened():
            pass

    def save(self, user: str, key: str, turn: KeptTurn, title: str, scope: str = "") -> str:
        """Keep a turn, in place of the one of its number; returns the link that opens it.

        `title`: of the conversation where it is a new one; `scope`: what it is about from now on.
        """
        with self._opened() as db:
            db.execute(
                "INSERT INTO conversation VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET used = excluded.used, scope = excluded.scope",
                (user, key, _short(title), scope, self._clock()),
            )
            db.execute(
                "INSERT INTO turn VALUES (?, ?, ?, ?, ?) ON CONFLICT (user, key, number) "
                "DO UPDATE SET content = excluded.content",
                (secrets.token_urlsafe(16), user, key, turn.number, turn.content),
            )
            db.execute(
                "DELETE FROM turn WHERE user = ? AND key = ? AND number <= ?",
                (user, key, turn.number - MOST_TURNS),
            )
            db.execute(
                "DELETE FROM conversation WHERE user = ? AND key NOT IN "
                "(SELECT key FROM conversation WHERE user = ? ORDER BY used DESC LIMIT ?)",
                (user, user, MOST),
            )
            (link,) = db.execute(
                "SELECT link FROM turn WHERE user = ? AND key = ? AND number = ?",
                (user, key, turn.number),
            ).fetchone()
        return link

    def listed(self, user: str) -> list[Kept]:
        """The user's conversations, the one used last first."""
        with self._opened() as db:
            return [
                Kept(*row)
                for row in db.execute(
                    "SELECT key, title, scope, (SELECT COUNT(*) FROM turn WHERE "
                    "turn.user = conversation.user AND turn.key = conversation.key), used "
                    "FROM conversation WHERE user = ? ORDER BY used DESC",
                    (user,),
                )
            ]

    def turns(self, user: str, key: str) -> list[KeptTurn]:
        """The turns of the user's conversation, oldest first; none where there is no such one."""
        with self._opened() as db:
            return [
                KeptTurn(*row)
                for row in db.execute(
                    "SELECT number, content, link FROM turn WHERE user = ? AND key = ? "
                    "ORDER BY number",
                    (user, key),
                )
            ]

    def last(self, user: str, key: str) -> int:
        """The number of the last turn of the user's conversation; 0 where there is no such one."""
        with self._opened() as db:
            (number,) = db.execute(
                "SELECT MAX(number) FROM turn WHERE user = ? AND key = ?", (user, key)
            ).fetchone()
        return number or 0

    def turn(self, link: str) -> KeptTurn | None:
        """Anybody's turn that the link opens, as long as it is kept."""
        with self._opened() as db:
            row = db.execute(
                "SELECT number, content, link FROM turn WHERE link = ?", (link,)
            ).fetchone()
        return KeptTurn(*row) if row else None

    def rename(self, user: str, key: str, title: str) -> None:
        """Give the user's conversation another title, unless it is blank."""
        if title.strip():
            self._change(
                "UPDATE conversation SET title = ? WHERE user = ? AND key = ?",
                (_short(title), user, key),
            )

    def delete(self, user: str, key: str) -> None:
        """Delete the user's conversation."""
        self._change("DELETE FROM conversation WHERE user = ? AND key = ?", (user, key))

    def forget(self, user: str) -> None:
        """Delete all that is kept of the user."""
        self._change("DELETE FROM conversation WHERE user = ?", (user,))

    def _change(self, statement: str, values: tuple[str, ...]) -> None:
        with self._opened() as db:
            db.execute(statement, values)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The database in one transaction, without what is too old and who is no user any more."""
        members = self._members() if self._members else ()
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
            os.close(os.open(self._file, flags, 0o600))
            with closing(sqlite3.connect(self._file, timeout=WAIT)) as db:
                db.execute("PRAGMA secure_delete = ON")
                db.execute("PRAGMA foreign_keys = ON")
                db.executescript(TABLES)
                with db:
                    self._sweep(db, members)
                    yield db
        except (sqlite3.Error, OSError) as error:
            raise ConversationsUnusable(
                f"The kept conversations cannot be used ({self._file}: {error}). Move that file "
                "away to begin anew, or set PLAIDOYER_CONVERSATIONS=no."
            ) from error

    def _sweep(self, db: sqlite3.Connection, members: Collection[str]) -> None:
        oldest = self._clock() - DAYS * 24 * 3600
        db.execute("DELETE FROM conversation WHERE used < ?", (oldest,))
        if members:
            for (user,) in db.execute("SELECT DISTINCT user FROM conversation").fetchall():
                if user not in members:
                    db.execute("DELETE FROM conversation WHERE user = ?", (user,))


def _short(title: str) -> str:
    """The title in one line, cut at a word."""
    line = " ".join(title.split())
    if len(line) <= LONGEST_TITLE:
        return line
    return f"{line[: LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"
