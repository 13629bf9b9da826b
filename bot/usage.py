"""How much is asked, week by week, in counters alone: use.sqlite3 of the store.

Owns that file. Promise: no question, no answer and no name is in it; counting fails no answer and
makes none wait: what cannot be written is told on standard error once, kept in memory and tried
again; several processes add to one file; what is older than WEEKS is dropped.
"""

import math
import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.complaints import complain
from bot.records import Answer
from index.errors import PlaidoyerError

WEEKS = 104  # that are kept
PAUSE = 30  # seconds between two writings
WAIT = 5  # seconds for another process that writes
FINE = 1.1  # seconds are counted in steps of 10 %, which is how exact median and p95 are
NO_QUESTION = ("talk", "about")  # replies to greetings, and about the program itself
OUTCOMES = ("answered", "uncertain", "nothing")
TABLE = """
CREATE TABLE IF NOT EXISTS used (
    week TEXT NOT NULL, what TEXT NOT NULL, which TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (week, what, which)
)
"""
Key = tuple[str, str, str]  # week, what is counted, which of it


class UseUnreadable(PlaidoyerError):
    """The counters cannot be read."""


@dataclass(frozen=True)
class Week:
    """What was asked in the week from the Monday `first` (ISO 8601) on.

    `outcomes`: how many questions had each of OUTCOMES; `themes`: how many answers cite a document
    of each, most often first; `median` and `p95`: seconds, to within 10 %; 0 without a question.
    """

    first: str
    outcomes: dict[str, int]
    themes: dict[str, int]
    median: float = 0.0
    p95: float = 0.0

    @property
    def questions(self) -> int:
        """How many were asked."""
        return sum(self.outcomes.values())

    def share(self, outcome: str) -> float:
        """The share of the questions that had this outcome, 0 to 1."""
        return self.outcomes[outcome] / self.questions if self.questions else 0.0


class Use:
    """Counts answers. Safe to use from several threads and processes."""

    def __init__(self, store: Path, clock: Callable[[], float] = time.time):
        self._file, self._clock = store / "use.sqlite3", clock
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._counted: Counter[Key] = Counter()
        self._written = -math.inf
        self._told = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="counting")

    def counted(self, steps: Iterator[str | Answer]) -> Iterator[str | Answer]:
        """The steps of an answer as they come; the answer is counted."""
        for step in steps:
            if isinstance(step, Answer):
                self.count(step)
            yield step

    def count(self, answer: Answer) -> None:
        """Count an answer, unless it is to no question. It is written later, in another thread."""
        if answer.reply in NO_QUESTION:
            return
        now = self._clock()
        week = _monday(now)
        outcome = "nothing" if answer.abstained else "uncertain" if answer.unsure else "answered"
        themes = {theme for one in answer.citations for theme in one.passage.topics}
        with self._lock:
            self._counted[week, "outcome", outcome] += 1
            self._counted[week, "seconds", str(_step(answer.seconds))] += 1
            self._counted.update((week, "theme", theme) for theme in themes)
            is_due = now - self._written >= PAUSE
            if is_due:
                self._written = now
        if is_due:
            with suppress(RuntimeError):  # the program ends: nobody reads the counters any more
                self._thread.submit(self.write)

    def write(self) -> None:
        """Add what was counted to the file. What cannot be written is tried again later."""
        with self._writing:
            with self._lock:
                counted, self._counted = self._counted, Counter()
            if not counted:
                return
            try:
                self._add(counted)
                self._told = False
            except (sqlite3.Error, OSError) as error:
                with self._lock:
                    self._counted.update(counted)
                if not self._told:
                    complain(f"{self._file} was not written ({error}); the counters wait.")
                self._told = True

    def _add(self, counted: Counter[Key]) -> None:
        oldest = _monday(self._clock() - WEEKS * 7 * 86_400)
        with _opened(self._file) as db, db:
            db.executemany(
                "INSERT INTO used VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET count = count + excluded.count",
                [(*key, count) for key, count in counted.items()],
            )
            db.execute("DELETE FROM used WHERE week < ?", (oldest,))

    def weeks(self, most: int) -> list[Week]:
        """The last weeks up to this one, oldest first, from the first that anything was asked in.

        Raises `UseUnreadable`.
        """
        self.write()
        counts = Counter(self._rows())
        with self._lock:
            counts.update(self._counted)  # what could not be written
        if not counts:
            return []
        this = datetime.fromisoformat(_monday(self._clock()))
        all_of_them = [(this - timedelta(weeks=ago)).date().isoformat() for ago in range(most)]
        first = min(week for week, _, _ in counts)
        return [_week(week, counts) for week in reversed(all_of_them) if week >= first]

    def _rows(self) -> dict[Key, int]:
        if not self._file.exists():
            return {}
        try:
            with _opened(self._file) as db:
                rows = db.execute("SELECT week, what, which, count FROM used").fetchall()
        except (sqlite3.Error, OSError) as error:
            raise UseUnreadable(
                f"{self._file} cannot be read ({error}). Move that file away to count anew."
            ) from error
        return {(week, what, which): count for week, what, which, count in rows}


def _week(first: str, counts: Counter[Key]) -> Week:
    of_it = {(what, which): n for (week, what, which), n in counts.items() if week == first}
    themes = Counter({which: n for (what, which), n in of_it.items() if what == "theme"})
    steps = sorted((int(which), n) for (what, which), n in of_it.items() if what == "seconds")
    return Week(
        first,
        {outcome: of_it.get(("outcome", outcome), 0) for outcome in OUTCOMES},
        dict(sorted(themes.items(), key=lambda pair: (-pair[1], pair[0]))),
        _quantile(steps, 0.5),
        _quantile(steps, 0.95),
    )


def _quantile(steps: Sequence[tuple[int, int]], part: float) -> float:
    """The seconds within which this part of the answers came, of (step, count) in order."""
    wanted, passed = part * sum(count for _, count in steps), 0
    for step, count in steps:
        passed += count
        if passed >= wanted:
            return round(FINE**step, 3)
    return 0.0


def _step(seconds: float) -> int:
    """The number of the step, in steps of 10 %, that so many seconds are within."""
    return math.ceil(math.log(max(seconds, 0.001), FINE))


def _monday(moment: float) -> str:
    """The Monday of the week of a moment in seconds since 1970, UTC."""
    day = datetime.fromtimestamp(moment, UTC).date()
    return (day - timedelta(days=day.weekday())).isoformat()


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The database; through no symbolic link. Raises sqlite3.Error and OSError."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    with closing(sqlite3.connect(file, timeout=WAIT)) as db:
        db.execute(TABLE)
        yield db
