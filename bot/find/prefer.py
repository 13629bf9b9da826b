"""What a question prefers besides relevance: its time and kinds of document; else new and in force.

Everything counts in standard deviations of the candidates' scores, so that relevance still decides.
Pure. Promise: where the corpus has nothing of the time or kind asked for, the order is unchanged.
"""

import re
from collections.abc import Sequence

import numpy as np

from bot.records import Scope
from index.language.dates import resolve_dates
from index.passage import Passage
from index.shelf.generation import Generation

OF_THE_TIME = 2.0  # a passage of a document of the time asked for
NAMES_THE_TIME = 1.5  # else one whose text names a date of that time
OF_THE_KIND = 2.0
OF_THE_DOCUMENTS = 1.5  # a passage of the documents that a follow-up is about
NEWEST = 0.5  # the newest of the candidates over the oldest, where no time is asked for
OUT_OF_FORCE = {"draft": 0.3, "superseded": 0.5, "withdrawn": 0.5}  # likewise: what these lose


def wanted(
    generation: Generation, visible: np.ndarray, since: str, until: str, kinds: Sequence[str]
) -> np.ndarray | None:
    """The visible rows of the time and the kinds asked for; None where neither is asked for.

    Where no row is of both, the rows of either. `visible` and what is returned: bool [n].
    """
    masks: list[np.ndarray] = []
    if since or until:
        masks.append(generation.within(since, until))
    if kinds:
        masks.append(generation.of_kinds(kinds))
    if not masks:
        return None
    both = np.asarray(np.logical_and.reduce([visible, *masks]))
    return both if both.any() else np.asarray(visible & np.logical_or.reduce(masks))


def of_documents(generation: Generation, paths: Sequence[str]) -> np.ndarray:
    """Which rows are of one of the documents: bool [n]."""
    rows, wanted = np.zeros(len(generation.passages), bool), set(paths)
    if wanted:
        rows[:] = [passage.path in wanted for passage in generation.passages]
    return rows


def within(generation: Generation, scope: Scope) -> np.ndarray:
    """Which rows are of documents within the scope: bool [n]."""
    known: dict[str, bool] = {}
    return np.fromiter(
        (
            known[passage.path]
            if passage.path in known
            else known.setdefault(passage.path, scope.holds(passage))
            for passage in generation.passages
        ),
        bool,
        len(generation.passages),
    )


def boosts(
    generation: Generation, rows: Sequence[int], since: str, until: str, kinds: Sequence[str]
) -> np.ndarray:
    """What each of the candidates gains or loses: float [len(rows)], in standard deviations."""
    passages = [generation.passages[row] for row in rows]
    gained = OF_THE_KIND * np.array([passage.kind in kinds for passage in passages], float)
    if since or until:
        dated = generation.within(since, until)[list(rows)]
        return np.asarray(
            gained
            + [
                OF_THE_TIME if there else NAMES_THE_TIME * _names_a_date(passage, since, until)
                for there, passage in zip(dated, passages, strict=True)
            ]
        )
    dates = sorted({passage.date for passage in passages if passage.date})
    for place, passage in enumerate(passages):
        if passage.date and len(dates) > 1:
            gained[place] += NEWEST * dates.index(passage.date) / (len(dates) - 1)
        gained[place] -= OUT_OF_FORCE.get(passage.status, 0.0)
    return gained


def are_all_later(passages: Sequence[Passage], since: str, until: str) -> bool:
    """Are all passages of documents dated after the time asked about, and name no date of it?

    What they say was not said then. False where the time asked about has no end.
    """
    return bool(until) and all(
        passage.date > until and not _speaks_of(passage, since, until) for passage in passages
    )


def are_all_of_another_time(passages: Sequence[Passage], since: str, until: str) -> bool:
    """Are all passages of documents of another time, or of none, and name no date of that asked?

    False where no time is asked about.
    """
    return bool(since or until) and all(
        not (
            passage.date
            and since <= f"{passage.date}-99-99"[:10]
            and passage.date <= (until or "9")
        )
        and not _speaks_of(passage, since, until)
        for passage in passages
    )


def _speaks_of(passage: Passage, since: str, until: str) -> bool:
    """Does the text name a year or a date of the time? An open end is the one that is stated."""
    first, last = (since or until)[:4], (until or since)[:4]
    years = "|".join(map(str, range(int(first), int(last) + 1)))
    named = re.search(rf"\b(?:{years})\b", passage.text) is not None
    return named or _names_a_date(passage, since, until)


def _names_a_date(passage: Passage, since: str, until: str) -> bool:
    """Does the text name a date within the time? "mai 2023" is none within a single day."""
    dates = (date for *_, date in resolve_dates(passage.text, passage.date))
    if since == until:
        return since in dates
    return any(since[: len(date)] <= date <= (until or "9") for date in dates)
