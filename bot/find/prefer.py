"""What a question prefers besides what it is about: the time and the kinds of document it names; else what is newest and in force.

Everything counts in standard deviations of the candidates' scores, so that relevance still decides. Pure.
Promise: where the corpus has nothing of the time or the kind asked for, the order is left as it was.
"""

import re
from collections.abc import Sequence

import numpy as np

from index.language.dates import resolve_dates
from index.passage import Passage
from index.shelf.generation import Generation

OF_THE_TIME = 2.0  # a passage of a document of the time asked for
TELLS_OF_IT = 1.5  # else one whose text names a date of that time
OF_THE_KIND = 2.0
NEWEST = 0.5  # the newest of the candidates over the oldest, where no time is asked for
OUT_OF_FORCE = {"draft": 0.3, "superseded": 0.5, "withdrawn": 0.5}  # likewise: what these lose


def wanted(
    generation: Generation, since: str, until: str, kinds: Sequence[str]
) -> np.ndarray | None:
    """The rows of the time and the kinds asked for: bool [n]; of either where there is none of both; None where neither is asked."""
    masks = [generation.within(since, until)] * bool(since or until) + [
        generation.of_kinds(kinds)
    ] * bool(kinds)
    if not masks:
        return None
    both = np.logical_and.reduce(masks)
    return both if both.any() else np.logical_or.reduce(masks)


def boosts(
    generation: Generation, rows: Sequence[int], since: str, until: str, kinds: Sequence[str]
) -> np.ndarray:
    """What each of the candidates gains or loses: float [len(rows)], in standard deviations."""
    passages = [generation.passages[row] for row in rows]
    gained = OF_THE_KIND * np.array([passage.kind in kinds for passage in passages], float)
    if since or until:
        dated = generation.within(since, until)[list(rows)]
        return gained + np.array(
            [
                OF_THE_TIME if there else TELLS_OF_IT * _names_a_day(passage, since, until)
                for there, passage in zip(dated, passages, strict=True)
            ]
        )
    dates = sorted({passage.date for passage in passages if passage.date})
    for place, passage in enumerate(passages):
        if passage.date and len(dates) > 1:
            gained[place] += NEWEST * dates.index(passage.date) / (len(dates) - 1)
        gained[place] -= OUT_OF_FORCE.get(passage.status, 0.0)
    return gained


def come_later(passages: Sequence[Passage], since: str, until: str) -> bool:
    """Are all passages of documents dated after the time asked about, without a day or a year of it in their texts? What they say was not said then."""
    if not until:
        return False
    years = re.compile(
        rf"\b(?:{'|'.join(map(str, range(int((since or until)[:4]), int(until[:4]) + 1)))})\b"
    )
    return all(
        passage.date > until
        and not years.search(passage.text)
        and not _names_a_day(passage, since, until)
        for passage in passages
    )


def _names_a_day(passage: Passage, since: str, until: str) -> bool:
    """Does the text name a date within the time? Of a single day, "mai 2023" is none."""
    days = (day for *_, day in resolve_dates(passage.text, passage.date))
    return any(
        day == since if since == until else since[: len(day)] <= day <= (until or "9")
        for day in days
    )
