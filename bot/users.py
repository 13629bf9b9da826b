"""Who may log in: the users file, and `python -m bot user`. Owns argon2.

The file has one JSON object a line, {"name", "audience", "hash"}; it is written to a second file
and renamed, readable by its owner only. It is read again as soon as it has changed: whoever is
removed from it is logged out at the next request.
Promise: no password is kept or printed, and an unknown name takes as long to refuse as a wrong
password.
"""

import argparse
import getpass
import json
import os
import sys
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock

from bot.archive import Archive
from bot.settings import BotSettings
from index.errors import PlaidoyerError

SHORTEST, LONGEST = 12, 200  # characters of a password
LONGEST_NAME = 100  # characters
# The audiences whose documents a user sees.
SEES = {"members": ("public", "members"), "staff": ("public", "members", "staff")}


class UsersInvalid(PlaidoyerError):
    """The users file cannot be used as it is, or the command cannot do what it is asked."""


@dataclass(frozen=True)
class User:
    """`audience`: members or staff; `hash`: argon2id's, parameters and salt included."""

    name: str
    audience: str
    hash: str


class Users:
    """The users of a file, nobody for a missing one. Safe to use from several threads."""

    def __init__(self, path: Path, hasher: PasswordHasher | None = None):
        self._path = path
        # The defaults are RFC 9106's, section 4, second recommendation.
        self._hasher = hasher or PasswordHasher()
        self._unknown_hash = self._hasher.hash(os.urandom(16).hex())
        self._lock = threading.Lock()
        self._version: tuple | None = None
        self._users: dict[str, User] = {}

    def all(self) -> dict[str, User]:
        """The users by their folded name. Raises `UsersInvalid`."""
        with self._lock:
            version = _version(self._path)
            if version != self._version:
                self._users, self._version = _read(self._path) if version else {}, version
            return self._users

    def find(self, name: str) -> User | None:
        """The user of that name, in any case, as the file is now. Raises `UsersInvalid`."""
        return self.all().get(folded(name))

    def verify(self, name: str, password: str) -> User | None:
        """The user, if the password is theirs. Takes some 50 ms, whatever is wrong."""
        user = self.find(name)
        try:
            expected = user.hash if user else self._unknown_hash
            self._hasher.verify(expected, _normal(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return None
        return user

    def add(self, name: str, audience: str, password: str) -> bool:
        """Add a user, or give one a new audience and password. Returns whether the name was new.

        Raises `UsersInvalid` for a name or password that is not allowed.
        """
        name = unicodedata.normalize("NFKC", name).strip()
        if not name or not may_be_name(name) or ":" in name or " " in name:
            raise UsersInvalid(
                f"A name has 1 to {LONGEST_NAME} characters, without blanks and colons. "
                "Choose another, an e-mail address for example."
            )
        if not SHORTEST <= len(password) <= LONGEST or folded(password) == folded(name):
            raise UsersInvalid(
                f"A password has {SHORTEST} to {LONGEST} characters and is not the name. "
                "Choose another: four words do well."
            )
        with FileLock(f"{self._path}.lock"):
            users = dict(self.all())
            new = folded(name) not in users
            users[folded(name)] = User(name, audience, self._hasher.hash(_normal(password)))
            self._write(users)
        return new

    def remove(self, name: str) -> None:
        """Take a user out. Raises `UsersInvalid` if there is none of that name."""
        with FileLock(f"{self._path}.lock"):
            users = dict(self.all())
            if users.pop(folded(name), None) is None:
                raise UsersInvalid(
                    f"There is no user {name!r} in {self._path}. "
                    "See who is there: python -m bot user list"
                )
            self._write(users)

    def _write(self, users: dict[str, User]) -> None:
        if self._path.is_symlink():
            raise UsersInvalid(
                f"{self._path} is a symbolic link and is not written through. "
                "Name the file itself: PLAIDOYER_USERS, or --users"
            )
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        descriptor = os.open(temporary, flags, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.writelines(
                json.dumps(asdict(user), ensure_ascii=False) + "\n" for user in users.values()
            )
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, self._path)


def may_be_name(name: str) -> bool:
    """Could there be a user of that name? Looked at before anything is made of what was sent."""
    return len(name) <= LONGEST_NAME and name.isprintable()


def folded(name: str) -> str:
    """The name in the form in which names are compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def add_parser(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    """Add `user add|remove|list` to the command line."""
    command = commands.add_parser("user", help="say who may log in")
    command.add_argument("action", choices=("add", "remove", "list"))
    command.add_argument("name", nargs="?", metavar="NAME")
    command.add_argument(
        "--audience",
        choices=tuple(SEES),
        help="what an added user sees: members' documents, or staff's as well",
    )
    command.add_argument(
        "--users",
        type=Path,
        default=settings.users,
        help="the users file (default: PLAIDOYER_USERS)",
    )


def run(
    options: argparse.Namespace, settings: BotSettings, ask: Callable[[], str] | None = None
) -> int:
    """`python -m bot user`; `ask` gives the password. Returns 0. Raises `UsersInvalid`."""
    if options.users is None:
        raise UsersInvalid(
            "No users file is named. "
            "Set PLAIDOYER_USERS to a file outside the corpus, such as users.jsonl."
        )
    users = Users(usable(options.users, settings.corpus))
    if options.action == "list":
        print("".join(f"{user.audience:8} {user.name}\n" for user in users.all().values()), end="")
        return 0
    if not options.name or (options.action == "add" and not options.audience):
        raise UsersInvalid(
            "Say who: python -m bot user add NAME --audience members|staff, "
            "or python -m bot user remove NAME"
        )
    if options.action == "remove":
        users.remove(options.name)
        archive = Archive(settings.conversations_folder)
        # Those of another users file are not the page's, whatever their names.
        if options.users == settings.users and archive.exists:
            archive.forget(folded(options.name))
        print(f"{options.name} is removed.")
    else:
        new = users.add(options.name, options.audience, (ask or _password)())
        print(f"{options.name} is {'added' if new else 'changed'} ({options.audience}).")
    return 0


def usable(path: Path, corpus: Path) -> Path:
    """The path, unless it is among the documents. Raises `UsersInvalid`.

    Warns on standard error if others on this machine may read or change the file.
    """
    if path.resolve().is_relative_to(corpus.resolve()):
        raise UsersInvalid(
            f"{path} is in the corpus. Keep the users file elsewhere: PLAIDOYER_USERS=users.jsonl"
        )
    if path.exists() and path.stat().st_mode & 0o077:
        print(f"Warning: others can open {path}. Run: chmod 600 {path}", file=sys.stderr)
    return path


def _password() -> str:
    """From the keyboard, twice; or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"Password (at least {SHORTEST} characters): ")
    if getpass.getpass("Once more: ") != password:
        raise UsersInvalid("The two passwords differ. Run the command again.")
    return password


def _normal(password: str) -> str:
    """Keyboards compose accents differently: NIST SP 800-63B, 5.1.1.2."""
    return unicodedata.normalize("NFKC", password)


def _version(path: Path) -> tuple | None:
    """What changes whenever the file does; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> dict[str, User]:
    try:
        # Editors on Windows put a byte order mark before the text.
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    users = [_user(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    return {folded(user.name): user for user in users}


def _user(path: Path, number: int, line: str) -> User:
    try:
        fields = json.loads(line)
        user = User(str(fields["name"]), fields["audience"], str(fields["hash"]))
        SEES[user.audience]  # a KeyError for an audience that is none
        if not may_be_name(user.name):
            raise ValueError(user.name)
    # RecursionError: of JSON that is nested too deeply
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable(f"{path}, line {number},", error) from error
    return user


def _unreadable(what: Path | str, error: Exception) -> UsersInvalid:
    return UsersInvalid(
        f"The users file {what} cannot be read ({type(error).__name__}). Nobody can log in. "
        "Mend it, or make it anew: python -m bot user add NAME --audience members|staff"
    )
