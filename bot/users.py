"""Who may log in: the users file. Owns argon2.

The file has one JSON object a line, {"name", "audience", "hash"}; it is written to a second file
and renamed, readable by its owner only. It is read again as soon as it has changed: whoever is
removed from it is logged out at the next request.
Promise: no password is kept or printed, and an unknown name takes as long to refuse as a wrong
password.
"""

import json
import os
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock

from bot.complaints import complain
from index.errors import PlaidoyerError

SHORTEST, LONGEST = 12, 200  # characters of a password
LONGEST_NAME = 100  # characters
# The audiences whose documents a user sees.
SEES = {"members": ("public", "members"), "staff": ("public", "members", "staff")}


class UsersInvalid(PlaidoyerError):
    """The users file cannot be used as it is, or the command cannot do what it is asked."""


class NameRefused(UsersInvalid):
    """Nobody can have this name."""


class PasswordRefused(UsersInvalid):
    """Nobody can have this password."""


class UserUnknown(UsersInvalid):
    """There is no user of that name."""


class LastOfStaff(UsersInvalid):
    """There would be no member of staff left."""


@dataclass(frozen=True)
class User:
    """`audience`: members or staff; `hash`: argon2id's, parameters and salt included."""

    name: str
    audience: str
    hash: str


class Users:
    """The users of a file, nobody for a missing one. Safe to use from several threads."""

    def __init__(self, path: Path, hasher: PasswordHasher | None = None):
        self.path = path
        # The defaults are RFC 9106's, section 4, second recommendation.
        self._hasher = hasher or PasswordHasher()
        self._unknown_hash = self._hasher.hash(os.urandom(16).hex())
        self._lock = threading.Lock()
        self._version: tuple | None = None
        self._users: dict[str, User] = {}

    def all(self) -> dict[str, User]:
        """The users by their folded name. Raises `UsersInvalid`."""
        with self._lock:
            version = _version(self.path)
            if version != self._version:
                self._users, self._version = _read(self.path) if version else {}, version
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

        Raises `NameRefused`, `PasswordRefused`.
        """
        name = allowed_name(name)
        hashed = self._hashed(name, password)
        with self._changing() as users:
            new = folded(name) not in users
            users[folded(name)] = User(name, audience, hashed)
        return new

    def set_password(self, name: str, password: str) -> User:
        """Give a user another password. Raises `UserUnknown`, `PasswordRefused`."""
        hashed = self._hashed(name, password)
        with self._changing() as users:
            changed = replace(self._known(users, name), hash=hashed)
            users[folded(name)] = changed
        return changed

    def set_audience(self, name: str, audience: str) -> None:
        """Let a user see what is for the audience. Raises `UserUnknown`, `LastOfStaff`."""
        with self._changing() as users:
            changed = replace(self._known(users, name), audience=audience)
            users[folded(name)] = changed
            self._spare_staff(users)

    def remove(self, name: str, *, sparing_staff: bool = False) -> None:
        """Take a user out. Raises `UserUnknown`; where staff are spared, `LastOfStaff`."""
        with self._changing() as users:
            self._known(users, name)
            del users[folded(name)]
            if sparing_staff:
                self._spare_staff(users)

    def _known(self, users: dict[str, User], name: str) -> User:
        if found := users.get(folded(name)):
            return found
        raise UserUnknown(
            f"There is no user {name!r} in {self.path}. See who is there: python -m bot user list"
        )

    def _spare_staff(self, left: dict[str, User]) -> None:
        """Raise `LastOfStaff` where there was staff and none is left."""
        if _has_staff(self.all()) and not _has_staff(left):
            raise LastOfStaff(
                "Nobody of the staff would be left to work at the desk. "
                "Make another user staff first."
            )

    def check_password(self, name: str, password: str) -> None:
        """Raise `PasswordRefused` for what cannot be the password of that user."""
        if not SHORTEST <= len(password) <= LONGEST or folded(password) == folded(name):
            raise PasswordRefused(
                f"A password has {SHORTEST} to {LONGEST} characters and is not the name. "
                "Choose another: four words do well."
            )
        try:
            password.encode()
        except UnicodeEncodeError as error:
            raise PasswordRefused("The password has half a character. Type it again.") from error

    def _hashed(self, name: str, password: str) -> str:
        """The password's hash. Raises `PasswordRefused`."""
        self.check_password(name, password)
        return self._hasher.hash(_normal(password))

    @contextmanager
    def _changing(self) -> Iterator[dict[str, User]]:
        """The users by their folded name, written as they are left, by one process at a time."""
        with FileLock(f"{self.path}.lock"):
            users = dict(self.all())
            yield users
            write_private(self.path, (asdict(user) for user in users.values()))


def write_private(path: Path, objects: Iterable[dict]) -> None:
    """Replace a file by JSON lines that its owner alone can read, whole or not at all.

    Raises `UsersInvalid` for a symbolic link.
    """
    if path.is_symlink():
        raise UsersInvalid(
            f"{path} is a symbolic link and is not written through. "
            "Name the file itself: PLAIDOYER_USERS, or --users"
        )
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(temporary, flags, 0o600), "w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)


def allowed_name(name: str) -> str:
    """The name as it is kept. Raises `NameRefused` for one that nobody can have."""
    name = unicodedata.normalize("NFKC", name).strip()
    if not name or not may_be_name(name) or ":" in name or " " in name:
        raise NameRefused(
            f"A name has 1 to {LONGEST_NAME} characters, without blanks and colons. "
            "Choose another, an e-mail address for example."
        )
    return name


def _has_staff(users: dict[str, User]) -> bool:
    return any(user.audience == "staff" for user in users.values())


def may_be_name(name: str) -> bool:
    """Could there be a user of that name? Looked at before anything is made of what was sent."""
    return len(name) <= LONGEST_NAME and name.isprintable()


def folded(name: str) -> str:
    """The name in the form in which names are compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def usable(path: Path, corpus: Path) -> Path:
    """The path, unless it is among the documents. Raises `UsersInvalid`.

    Warns on standard error if others on this machine may read or change the file.
    """
    if path.resolve().is_relative_to(corpus.resolve()):
        raise UsersInvalid(
            f"{path} is in the corpus. Keep the users file elsewhere: PLAIDOYER_USERS=users.jsonl"
        )
    if path.exists() and path.stat().st_mode & 0o077:
        complain(f"Warning: others can open {path}. Run: chmod 600 {path}")
    return path


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
