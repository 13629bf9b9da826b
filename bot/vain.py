"""What members ask in vain: questions without an answer, with an uncertain or a wrong one, grouped.

Reads feedback.jsonl of the store; owns dealt.jsonl there, which says what staff dealt with.
Promise: nobody's name is read or kept of those who asked; a question that is asked again after its
group was dealt with opens the group again.
"""

import hashlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bot.lines import append, entries
from index.embed import Encoded
from index.errors import PlaidoyerError
from index.language.figures import figures
from index.language.fold import fold, fold_with_offsets
from index.language.subject import subject_words

FEEDBACK = "feedback.jsonl"  # in the store; written by bot/web/feedback.py
DEALT = "dealt.jsonl"
KINDS = ("unanswered", "uncertain", "wrong")
MOST = 5_000  # of the newest entries that are looked at
BATCH = 8  # questions encoded at once, while members wait
COMPARED = 300  # characters of a question that are compared
CANDIDATES = 20  # groups, the nearest first, that a question is compared with word by word
# Two questions are one where each word of either's subject has one in the other this near (the
# cosine of their contextual vectors), and both have the same figures. Measured: docs/desk.md.
NEAR = 0.84
# What is not this near as a whole is not compared word by word: the farthest same pair has 0.89.
POSSIBLE = 0.88
WORD = re.compile(r"\w+")
DAY = re.compile(r"\d{4}-\d\d-\d\dT")

Encode = Callable[[Sequence[str]], Sequence[Encoded]]


class FeedbackUnusable(PlaidoyerError):
    """What is kept in the store of questions asked in vain cannot be read or written."""


@dataclass(frozen=True)
class Asked:
    """A question asked in vain. `kind`: one of KINDS; `reason` and `comment`: of a wrong answer;
    `documents`: paths of what was nearest, or cited; `time`: ISO 8601, UTC."""

    time: str
    kind: str
    question: str
    reason: str = ""
    comment: str = ""
    documents: tuple[str, ...] = ()

    @property
    def month(self) -> str:
        """As 2026-11."""
        return self.time[:7]


@dataclass(frozen=True)
class Dealt:
    """Who said that a group is dealt with, and when; `until`: the time of its last question."""

    who: str
    time: str
    until: str


@dataclass(frozen=True)
class Group:
    """Questions that ask the same, oldest first; `dealt`: None while it is open."""

    entries: tuple[Asked, ...]
    dealt: Dealt | None = None

    @cached_property
    def question(self) -> str:
        """The wording that was used most often; of those, the latest."""
        often = Counter(one.question for one in self.entries)
        return max(reversed(self.entries), key=lambda one: often[one.question]).question

    @property
    def wordings(self) -> tuple[str, ...]:
        """Its other wordings, each once, the latest first."""
        latest = dict.fromkeys(one.question for one in reversed(self.entries))
        return tuple(one for one in latest if one != self.question)

    @property
    def count(self) -> int:
        """How often it was asked, as far as is noted."""
        return _times(self.entries)

    @property
    def last(self) -> str:
        """When it was asked last."""
        return self.entries[-1].time

    @property
    def kinds(self) -> dict[str, int]:
        """How often it was of each of KINDS; those that it was not are left out."""
        counted = Counter(one.kind for one in self.entries)
        return {kind: counted[kind] for kind in KINDS if counted[kind]}

    @property
    def reasons(self) -> dict[str, int]:
        """How often each reason was given for a wrong answer."""
        return dict(Counter(one.reason for one in self.entries if one.reason).most_common())

    @property
    def comments(self) -> tuple[str, ...]:
        """What members wrote about wrong answers, the latest first."""
        return tuple(one.comment for one in reversed(self.entries) if one.comment.strip())

    @property
    def months(self) -> dict[str, int]:
        """How often it was asked in each month, the latest first."""
        of_month: dict[str, list[Asked]] = {one.month: [] for one in self.entries}
        for one in self.entries:
            of_month[one.month].append(one)
        return {month: _times(some) for month, some in sorted(of_month.items(), reverse=True)}

    @property
    def documents(self) -> tuple[str, ...]:
        """Paths of the three documents that were near most often."""
        counted = Counter(path for one in self.entries for path in one.documents)
        return tuple(path for path, _ in counted.most_common(3))

    @cached_property
    def key(self) -> str:
        """Tells the group, with just these questions up to its last one, from any other."""
        told = "\n".join([*sorted({digest(one.question) for one in self.entries}), self.last])
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def _times(asked: Iterable[Asked]) -> int:
    """How often it was asked: what nothing answered and was then found wrong is noted twice, and
    was asked once."""
    noted: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for one in asked:
        noted[one.kind == "wrong"][one.question] += 1
    return (noted[True] | noted[False]).total()


def digest(question: str) -> str:
    """What is kept of a question that was dealt with: the SHA-256 of its folded words."""
    return hashlib.sha256(" ".join(str(fold(question)).split()).encode()).hexdigest()


def asked_in_vain(store: Path, month: str = "") -> tuple[list[Asked], int]:
    """The newest MOST questions asked in vain, oldest first, and how many more there are.

    `month`: only those of it, as 2026-11. Raises `FeedbackUnusable`.
    """
    found = [
        one for entry in _read(store / FEEDBACK) if (one := _asked(entry)) and _is_of(one, month)
    ]
    return found[-MOST:], max(0, len(found) - MOST)


def _read(file: Path) -> list[dict]:
    try:
        return entries(file)
    except OSError as error:
        raise FeedbackUnusable(
            f"{file} cannot be read ({error}). Give the right to read it, then try again."
        ) from error


def _is_of(asked: Asked, month: str) -> bool:
    return not month or asked.month == month


def _asked(entry: Mapping[str, Any]) -> Asked | None:
    """The entry of the journal, if it is of a question asked in vain."""
    kind, question, time = (str(entry.get(key, "")) for key in ("verdict", "question", "time"))
    if kind not in KINDS or not question.strip() or not _is_a_time(time):
        return None
    cited = [one.get("document", "") for one in entry.get("citations") or () if type(one) is dict]
    near = [str(path) for path in entry.get("nearest") or ()]
    return Asked(
        time=time,
        kind=kind,
        question=question,
        reason=str(entry.get("reason", "")),
        comment=str(entry.get("comment", "")),
        documents=tuple(dict.fromkeys([*cited, *near])),
    )


def _is_a_time(written: str) -> bool:
    if not DAY.match(written):
        return False
    try:
        return datetime.fromisoformat(written).tzinfo is not None
    except ValueError:
        return False


class Questions:
    """Knows questions by their vectors. Each is encoded once. Safe to use from several threads."""

    def __init__(self, encode: Encode):
        self._encode = encode
        self._known: dict[str, _Known] = {}
        self._grouping = threading.Lock()
        self._last: tuple[tuple[str, ...], dict[str, int]] = ((), {})

    def learn(self, asked: Sequence[Asked]) -> Iterator[int]:
        """Encode those that are not known yet, some at each step; yields how many."""
        questions = dict.fromkeys(one.question for one in asked)
        if len(self._known) > 2 * MOST:
            self._known = {one: known for one, known in self._known.items() if one in questions}
        fresh = [question for question in questions if question not in self._known]
        for first in range(0, len(fresh), BATCH):
            some = fresh[first : first + BATCH]
            compared = [question[:COMPARED] for question in some]
            self._known |= {
                question: _Known.of(text, encoded)
                for question, text, encoded in zip(
                    some, compared, self._encode(compared), strict=True
                )
            }
            yield len(some)

    def grouped(
        self, asked: Sequence[Asked], dealt: Mapping[str, Dealt] | None = None
    ) -> list[Group]:
        """The questions, all learnt, in groups: the one asked most often first, then the latest.

        Greedy: the wordings used most often come first, and each joins the group whose first
        wording asks the same and is nearest. `dealt`: as `dealt_with` gives it.
        """
        often = Counter(one.question for one in asked)
        questions = tuple(question for question, _ in often.most_common())
        with self._grouping:  # it may take seconds, and several pages may ask for the same
            if self._last[0] != questions:
                self._last = questions, self._groups(questions)
            group_of = self._last[1]
        members: list[list[Asked]] = [[] for _ in set(group_of.values())]
        for one in asked:
            members[group_of[one.question]].append(one)
        groups = [_group(some, dealt or {}) for some in members]
        groups.sort(key=lambda group: group.last, reverse=True)
        return sorted(groups, key=lambda group: -group.count)

    def _groups(self, questions: Sequence[str]) -> dict[str, int]:
        """The number of each question's group, counted from 0."""
        firsts: list[str] = []
        group_of: dict[str, int] = {}
        matrix = np.empty((len(questions), self._dimensions), np.float32)
        for question in questions:
            known = self._known[question]
            place = self._nearest(known, firsts, matrix[: len(firsts)])
            if place is None:
                place = len(firsts)
                firsts.append(question)
                matrix[place] = known.encoded.pooled
            group_of[question] = place
        return group_of

    @property
    def _dimensions(self) -> int:
        return next((len(known.encoded.pooled) for known in self._known.values()), 0)

    def _nearest(self, known: "_Known", firsts: Sequence[str], matrix: np.ndarray) -> int | None:
        """The place of the nearest of the groups' first questions that asks the same."""
        cosines = matrix @ known.encoded.pooled
        for place in np.argsort(-cosines)[:CANDIDATES]:
            if cosines[place] < POSSIBLE:
                return None
            if known.asks_as(self._known[firsts[place]]):
                return int(place)
        return None


@dataclass(frozen=True)
class _Known:
    """A question's vectors, which of its tokens are of each word of its subject, its figures."""

    encoded: Encoded
    subject: tuple[np.ndarray, ...]
    figures: frozenset[str]

    @classmethod
    def of(cls, question: str, encoded: Encoded) -> "_Known":
        wanted, (said, places) = set(subject_words(question)), fold_with_offsets(question)
        masks = [
            encoded.within(places[word.start()], places[word.end()])
            for word in WORD.finditer(said)
            if word[0] in wanted
        ]
        return cls(
            encoded,
            tuple(mask for mask in masks if mask.any()),
            frozenset(map(str, figures(question))),
        )

    def asks_as(self, other: "_Known") -> bool:
        """Has each word of either subject one in the other that is near? And the same figures?"""
        if self.figures != other.figures:
            return False
        cosines = self.encoded.cosines(other.encoded)
        here, there = cosines.max(axis=1, initial=-1), cosines.max(axis=0, initial=-1)
        if not (self.subject and other.subject):  # "Et alors ?": as a whole
            return min(here.min(initial=1), there.min(initial=1)) >= NEAR
        return (
            min(
                *(float(here[mask].mean()) for mask in self.subject),
                *(float(there[mask].mean()) for mask in other.subject),
            )
            >= NEAR
        )


def _group(members: Sequence[Asked], dealt: Mapping[str, Dealt]) -> Group:
    """The group of these questions, dealt with if each of them was, up to its last time."""
    found = [dealt.get(digest(one.question)) for one in members]
    is_dealt = all(
        one and asked.time <= one.until for one, asked in zip(found, members, strict=True)
    )
    latest = max((one for one in found if one), key=lambda one: one.time, default=None)
    return Group(tuple(members), latest if is_dealt else None)


def dealt_with(store: Path) -> dict[str, Dealt]:
    """What was dealt with, by the digest of the question. Raises `FeedbackUnusable`."""
    found: dict[str, Dealt] = {}
    for entry in _read(store / DEALT):
        who, time, until = (str(entry.get(key, "")) for key in ("who", "time", "until"))
        for one in entry.get("questions") or ():
            if entry.get("dealt"):
                found[one] = Dealt(who, time, until)
            else:
                found.pop(one, None)
    return found


def deal_with(store: Path, group: Group, who: str, dealt: bool = True) -> None:
    """Keep that the group is dealt with, or is not any more. Raises `FeedbackUnusable`."""
    digests = sorted({digest(one.question) for one in group.entries})
    entry = {"who": who, "dealt": dealt, "until": group.last, "questions": digests}
    try:
        append(store / DEALT, entry)
    except (OSError, UnicodeError) as error:
        raise FeedbackUnusable(
            f"{store / DEALT} was not written ({error}). Make room or give the right to write "
            "there, then try again."
        ) from error
