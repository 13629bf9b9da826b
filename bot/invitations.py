"""Who is invited to choose a password: a file beside the users file.

It has one JSON object a line, {"name", "audience", "digest", "until"}, and is written as that one
is. Promise: a link works once and for DAYS days, whoever uses it at the same time; only a digest of
its token is kept.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from bot.users import SEES, UsersInvalid, allowed_name, folded, write_private

DAYS = 7


class InvitationUnknown(UsersInvalid):
    """There is no invitation for that name."""


@dataclass(frozen=True)
class Invitation:
    """`audience`: members or staff; `digest`: of the token; `until`: in seconds since 1970."""

    name: str
    audience: str
    digest: str
    until: float


class Invitations:
    """Those beside a users file. Safe to use from several threads and processes.

    `clock` counts seconds since 1970. Every method raises `UsersInvalid` for a file that cannot be
    read.
    """

    def __init__(self, users: Path, clock: Callable[[], float] = time.time):
        self._path, self._clock = users.with_name(f"{users.name}.invitations"), clock

    def pending(self) -> dict[str, Invitation]:
        """Those that can still be used, by their folded name."""
        now = self._clock()
        return {folded(one.name): one for one in _read(self._path) if one.until > now}

    def add(self, name: str, audience: str) -> str:
        """Invite someone, in place of an earlier invitation; returns the token of the link.

        Raises `NameRefused`.
        """
        name, token = allowed_name(name), secrets.token_urlsafe(32)
        until = self._clock() + DAYS * 24 * 3600
        with self._changing() as pending:
            pending[folded(name)] = Invitation(name, audience, _digest(token), until)
        return token

    def withdraw(self, name: str) -> None:
        """Make an invitation's link useless. Raises `InvitationUnknown`."""
        with self._changing() as pending:
            if pending.pop(folded(name), None) is None:
                raise InvitationUnknown(
                    f"There is no invitation for {name!r}. "
                    "See who is invited: python -m bot user list"
                )

    def find(self, token: str) -> Invitation | None:
        """The invitation whose link has this token, if it can still be used."""
        return _with(token, self.pending())

    def take(self, token: str) -> Invitation | None:
        """The same, used up from now on: given to one caller and to no other."""
        with self._changing() as pending:
            found = _with(token, pending)
            if found:
                del pending[folded(found.name)]
        return found

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Invitation]]:
        """Those that can be used, written as they are left, by one process at a time."""
        with FileLock(f"{self._path}.lock"):
            pending = self.pending()
            yield pending
            write_private(self._path, (asdict(one) for one in pending.values()))


def _with(token: str, pending: dict[str, Invitation]) -> Invitation | None:
    digest = _digest(token)
    return next((one for one in pending.values() if one.digest == digest), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _read(path: Path) -> list[Invitation]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [_invitation(json.loads(line)) for line in lines if line.strip()]
    except FileNotFoundError:
        return []
    # RecursionError: of JSON that is nested too deeply
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsersInvalid(
            f"The invitations {path} cannot be read ({type(error).__name__}). Nobody can use one. "
            "Move the file away, and invite anew: python -m bot user invite NAME --audience members"
        ) from error


def _invitation(fields: dict) -> Invitation:
    SEES[fields["audience"]]  # a KeyError for an audience that is none
    return Invitation(
        allowed_name(fields["name"]),
        fields["audience"],
        str(fields["digest"]),
        float(fields["until"]),
    )
