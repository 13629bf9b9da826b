"""What is done to accounts: at the desk, by who is invited, and by `python -m bot user`.

Promise: each change at the desk is noted in the audit before it is made, and a member of staff who
works there cannot shut out the last of the staff.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.archive import Archive
from bot.audit import Audit
from bot.complaints import complain
from bot.invitations import Invitation, Invitations
from bot.settings import BotSettings
from bot.users import (
    SEES,
    SHORTEST,
    LastOfStaff,
    User,
    Users,
    UsersInvalid,
    UserUnknown,
    allowed_name,
    folded,
    usable,
)
from index.errors import PlaidoyerError

COMMAND_LINE = "python -m bot user"  # who changes accounts there, for the audit
ACTIONS = ("add", "remove", "list", "invite")


class Accounts:
    """The users, who is invited, the audit of what is done to them, and their conversations.

    Every method that changes something raises `AuditFailed`, and then changes nothing.
    """

    def __init__(self, users: Users, audit: Audit, archive: Archive | None = None):
        self.users, self.invitations = users, Invitations(users.path)
        self._audit, self._archive = audit, archive

    def invite(self, who: str, name: str, audience: str) -> str:
        """Invite someone; returns the token of the link, which works for a week, once.

        A user of that name keeps their audience, and chooses another password by the link.
        Raises `NameRefused`.
        """
        name, known = allowed_name(name), self.users.find(name)
        audience = known.audience if known else audience
        self._audit.note(who, "invite", name=name, audience=audience)
        return self.invitations.add(name, audience)

    def withdraw(self, who: str, name: str) -> None:
        """Withdraw an invitation. Raises `InvitationUnknown`."""
        if folded(name) in self.invitations.pending():
            self._audit.note(who, "withdraw invitation", name=name)
        self.invitations.withdraw(name)

    def set_audience(self, who: str, name: str, audience: str) -> None:
        """Let a user see what is for the audience. Raises `UserUnknown`, `LastOfStaff`."""
        self._check_staff(name, stays=audience == "staff")
        self._audit.note(who, "change audience", name=name, audience=audience)
        self.users.set_audience(name, audience)

    def remove(self, who: str, name: str) -> None:
        """Take a user out, with their conversations and whatever link they were given.

        Raises as `set_audience`. Conversations that cannot be deleted are complained of.
        """
        self._check_staff(name, stays=False)
        self._audit.note(who, "remove user", name=name)
        self._drop_invitation(name)
        self.users.remove(name, sparing_staff=True)
        try:
            if self._archive:
                self._archive.forget(folded(name))
        except PlaidoyerError as error:
            complain(error)

    def accept(self, token: str, password: str) -> User | None:
        """The user whom the invitation makes, or gives another password; None for no such one.

        Raises `PasswordRefused`, and the invitation can be used as before.
        """
        found = self.invitations.find(token)
        if found is None:
            return None
        self.users.check_password(found.name, password)
        self._audit.note(found.name, "accept invitation", audience=found.audience)
        # Used up before the password is set: of two who come at once, one is given nothing.
        taken = self.invitations.take(token)
        if taken is None:
            return None
        if self.users.find(taken.name):
            return self.users.set_password(taken.name, password)
        self.users.add(taken.name, taken.audience, password)
        return self.users.find(taken.name)

    def change_password(self, name: str, old: str, new: str) -> User | None:
        """The user with another password; None where the old one is wrong.

        A link to set a password ends with the old one. Raises `PasswordRefused`.
        """
        user = self.users.verify(name, old)
        if user is None:
            return None
        self.users.check_password(name, new)
        self._audit.note(user.name, "change password")
        self._drop_invitation(name)
        return self.users.set_password(name, new)

    def _check_staff(self, name: str, *, stays: bool) -> None:
        """Raise what the change would, so that nothing is noted that is not done."""
        users = self.users.all()
        user = users.get(folded(name))
        if user is None:
            raise UserUnknown(f"There is no user {name!r}. Load the list again.")
        staff = [one for one in users.values() if one.audience == "staff"]
        if not stays and staff == [user]:
            raise LastOfStaff(
                "Nobody of the staff would be left to work at the desk. "
                "Make another user staff first."
            )

    def _drop_invitation(self, name: str) -> None:
        if folded(name) in self.invitations.pending():
            self.invitations.withdraw(name)


def add_parser(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    """Add `user add|remove|list|invite` to the command line."""
    command = commands.add_parser("user", help="say who may log in")
    command.add_argument("action", choices=ACTIONS)
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
    invitations = Invitations(options.users)
    if options.action == "list":
        print(_listed(users, invitations.pending()), end="")
        return 0
    if not options.name or (options.action in ("add", "invite") and not options.audience):
        raise UsersInvalid(
            "Say who: python -m bot user add|invite NAME --audience members|staff, "
            "or python -m bot user remove NAME"
        )
    if options.action == "remove":
        print(_removed(options, settings, users, invitations))
    elif options.action == "invite":
        print(_invited(options, settings, users))
    else:
        new = users.add(options.name, options.audience, (ask or _password)())
        if folded(options.name) in invitations.pending():
            invitations.withdraw(options.name)
        print(f"{options.name} is {'added' if new else 'changed'} ({options.audience}).")
    return 0


def _listed(users: Users, pending: dict[str, Invitation]) -> str:
    lines = [f"{user.audience:8} {user.name}\n" for user in users.all().values()]
    for one in pending.values():
        until = datetime.fromtimestamp(one.until, UTC).date().isoformat()
        lines.append(f"{one.audience:8} {one.name} (invited, until {until})\n")
    return "".join(lines)


def _invited(options: argparse.Namespace, settings: BotSettings, users: Users) -> str:
    """The path of the link; before there is a store, there is no audit to note it in."""
    if settings.store.is_dir():
        accounts = Accounts(users, Audit(settings.store))
        token = accounts.invite(COMMAND_LINE, options.name, options.audience)
    else:
        token = Invitations(options.users).add(options.name, options.audience)
    return f"/invitation#{token}"


def _removed(
    options: argparse.Namespace, settings: BotSettings, users: Users, invitations: Invitations
) -> str:
    """Remove the user and withdraw the invitation of that name, whichever there is."""
    was_invited = folded(options.name) in invitations.pending()
    if was_invited:
        invitations.withdraw(options.name)
    if not was_invited or users.find(options.name):
        users.remove(options.name)
    archive = Archive(settings.conversations_folder)
    # Those of another users file are not the page's, whatever their names.
    if options.users == settings.users and archive.exists:
        archive.forget(folded(options.name))
    return f"{options.name} is removed."


def _password() -> str:
    """From the keyboard, twice; or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"Password (at least {SHORTEST} characters): ")
    if getpass.getpass("Once more: ") != password:
        raise UsersInvalid("The two passwords differ. Run the command again.")
    return password
