"""The conversations that are going on, in this process's memory only: a reload of the page finds its own again.

Promise: a conversation is found by the user who had it alone, with the key that only their browser's tab has; nothing of it
is on disk or stays in a shared browser; what that user may no longer see, or what has left the index, is not shown again.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from bot.records import Answer
from index.passage import Passage

KEPT = 500  # conversations
LONGEST = 30  # turns of one; the oldest is dropped
HOURS = 8  # a working day
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
Neighbours = tuple[Passage | None, Passage | None]


@dataclass(frozen=True)
class Turn:
    """A question and its answer. `number` counts from 1 for good; `around`: for each citation the passages before and after its own."""

    number: int
    answer: Answer
    around: tuple[Neighbours, ...] = ()
    verdict: str = ""  # "", "useful" or "wrong"


@dataclass
class Conversation:
    """Its turns, oldest first, and the question that is being answered."""

    turns: tuple[Turn, ...] = ()
    pending: str = ""
    used: float = field(default_factory=time.monotonic)

    def add(self, answer: Answer, around: Iterable[Neighbours]) -> None:
        """The answer to the pending question has come."""
        number = self.turns[-1].number + 1 if self.turns else 1
        self.turns = (*self.turns, Turn(number, answer, tuple(around)))[-LONGEST:]
        self.pending = ""

    def turn(self, number: object) -> Turn | None:
        """The turn of that number."""
        return next((turn for turn in self.turns if turn.number == number), None)

    def judge(self, number: int, verdict: str) -> None:
        """Note what the member says of a turn."""
        self.turns = tuple(
            replace(turn, verdict=verdict) if turn.number == number else turn for turn in self.turns
        )

    def questions(self) -> list[str]:
        """What was asked, oldest first."""
        return [turn.answer.question for turn in self.turns]

    def keep(self, documents: Collection[str]) -> None:
        """Forget the turns that show anything of other documents than these."""
        self.turns = tuple(turn for turn in self.turns if _shown(turn.answer) <= set(documents))


class Conversations:
    """Conversations by user and key. Safe to use from several threads."""

    def __init__(self, kept: int = KEPT):
        self._all: OrderedDict[tuple[str, str], Conversation] = OrderedDict()
        self._kept, self._lock = kept, threading.Lock()

    def of(self, user: str, key: str) -> Conversation:
        """The user's conversation of that key, new where there is none; one that nobody finds again where the key is none."""
        if not KEY.fullmatch(key):
            return Conversation()
        with self._lock:
            found = self._all.pop((user, key), None)
            if found is None or time.monotonic() - found.used > HOURS * 3600:
                found = Conversation()
            found.used = time.monotonic()
            self._all[user, key] = found
            while len(self._all) > self._kept:
                self._all.popitem(last=False)
            return found

    def forget(self, user: str, key: str) -> None:
        """The conversation is over."""
        with self._lock:
            self._all.pop((user, key), None)


def _shown(answer: Answer) -> set[str]:
    return {citation.passage.path for citation in answer.citations} | {
        passage.path for passage in answer.nearest
    }
