"""Who changed what at the desk, and when: audit.jsonl in the store, one object a line.

Promise: what could not be noted is not done: the line is written before the deed.
"""

from pathlib import Path

from bot.lines import append
from index.errors import PlaidoyerError


class AuditFailed(PlaidoyerError):
    """A change at the desk could not be noted, and so was not made."""


class Audit:
    """Appends to the store's audit.jsonl."""

    def __init__(self, store: Path):
        self._file = store / "audit.jsonl"

    def note(self, who: str, what: str, **facts: object) -> None:
        """Note that `who` is about to do `what`, a word such as `upload`; `facts` say to what.

        Raises `AuditFailed`.
        """
        try:
            append(self._file, {"who": who, "what": what, **facts})
        except (OSError, UnicodeError) as error:
            raise AuditFailed(
                f"Nothing was changed, for {self._file} could not be written ({error}). Make room "
                "or give the right to write there, then try again."
            ) from error
