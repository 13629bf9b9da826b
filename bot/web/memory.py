"""The conversations in progress, in this process's memory: a reloaded page finds its own.

Promise: a conversation is found only by the user who had it, with the key that only their
browser's tab has; nothing of it stays in a shared browser. What is on disk is in kept.py.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from bot.archive import MOST_TURNS
from bot.records import EVERYTHING, Answer, Scope
from bot.records import Turn as Asked
from index.passage import Passage

MOST_CONVERSATIONS = 500
LIFETIME = 8 * 3600  # seconds without use: a working day
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
Neighbours = tuple[Passage | None, Passage | None]


@dataclass(frozen=True)
class Turn:
    """A question and its answer. `number` counts from 1 and never changes.

    `around`: for each citation the passages before and after its own; empty where unknown.
    `day`: the ISO day of the answer; `link`: what opens it, "" where it is not kept; `borrowed`:
    another one's turn, or of another conversation, that its link brought here; `within`: what it
    was asked of.
    """

    number: int
    answer: Answer
    around: tuple[Neighbours, ...] = ()
    verdict: str = ""  # "", "useful" or "wrong"
    day: str = ""
    link: str = ""
    borrowed: bool = False
    within: Scope = EVERYTHING

    def passages(self) -> Iterator[Passage]:
        """The passages of which it shows something."""
        yield from self.answer.passages
        yield from (passage for pair in self.around for passage in pair if passage)


@dataclass
class Conversation:
    """Its turns, oldest first, the question being answered, and how many were answered so far.

    `user` and `key` are those it is found by, "" where it is not kept anywhere; `hidden`: how many
    of its turns the reader may not see now; `ended`: it was deleted and is kept no more.
    """

    turns: tuple[Turn, ...] = ()
    pending: str = ""
    asked: int = 0
    user: str = ""
    key: str = ""
    hidden: int = 0
    ended: bool = False
    last_used: float = field(default_factory=time.monotonic)

    def add(
        self, answer: Answer, around: Iterable[Neighbours], within: Scope | None = None
    ) -> None:
        """Add the answer to the pending question, asked of the documents `within`."""
        self.asked += 1
        today = date.today().isoformat()
        turn = Turn(self.asked, answer, tuple(around), day=today, within=within or EVERYTHING)
        self.turns = (*self.turns, turn)[-MOST_TURNS:]
        self.pending = ""

    def answers(self, question: str) -> bool:
        """Does its last turn answer the question, so that nothing is left to do?"""
        last = self.turns[-1].answer.question if self.turns else ""
        return last == question and not self.pending

    def borrow(self, turn: Turn) -> None:
        """Add a turn that its link opened, unless it is there."""
        if turn.link not in {own.link for own in self.turns}:
            self.asked += 1
            self.turns = (*self.turns, replace(turn, number=self.asked, borrowed=True))[
                -MOST_TURNS:
            ]

    def turn(self, number: int) -> Turn | None:
        """The turn of that number."""
        return next((turn for turn in self.turns if turn.number == number), None)

    def set_verdict(self, number: int, verdict: str) -> None:
        """Note what the member thinks of a turn's answer."""
        self.turns = tuple(
            replace(turn, verdict=verdict) if turn.number == number else turn for turn in self.turns
        )

    def history(self) -> list[Asked]:
        """What was asked and cited, oldest first."""
        return [
            Asked(
                turn.answer.question,
                tuple(dict.fromkeys(cited.passage.path for cited in turn.answer.citations)),
            )
            for turn in self.turns
        ]

    def documents(self) -> set[str]:
        """The documents of which it shows something."""
        return {passage.path for turn in self.turns for passage in turn.passages()}

    def keep_only(self, visible: Iterable[Passage]) -> None:
        """Drop the turns that show anything but what these passages say, word for word.

        Another text may have taken a document's path: the path alone allows nothing.
        """
        said, before = {_shown(passage) for passage in visible}, len(self.turns)
        self.turns = tuple(
            turn
            for turn in self.turns
            if all(_shown(passage) in said for passage in turn.passages())
        )
        self.hidden += before - len(self.turns)


class Conversations:
    """Conversations by user and key, at most `most` of them. Safe to use from several threads."""

    def __init__(self, most: int = MOST_CONVERSATIONS):
        self._all: OrderedDict[tuple[str, str], Conversation] = OrderedDict()
        self._most, self._lock = most, threading.Lock()

    def get(self, user: str, key: str) -> Conversation:
        """The user's conversation of that key, new where there is none.

        With a malformed key it is new each time and not kept.
        """
        if not KEY.fullmatch(key):
            return Conversation()
        with self._lock:
            found = self._all.pop((user, key), None)
            if found is None or time.monotonic() - found.last_used > LIFETIME:
                found = Conversation(user=user, key=key)
            found.last_used = time.monotonic()
            self._all[user, key] = found
            while len(self._all) > self._most:
                self._all.popitem(last=False)
            return found

    def forget(self, user: str, key: str) -> None:
        """End the conversation."""
        self._end(lambda one: one == (user, key))

    def forget_all(self, user: str) -> None:
        """End all conversations of the user."""
        self._end(lambda one: one[0] == user)

    def _end(self, ends: Callable[[tuple[str, str]], bool]) -> None:
        with self._lock:
            for one in [one for one in self._all if ends(one)]:
                self._all.pop(one).ended = True


def _shown(passage: Passage) -> tuple[str, str, str]:
    return passage.path, passage.title, passage.text
