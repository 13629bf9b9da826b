"""Who was there: the lines of a note that name them ("Présents :", "Pour nous :"). Pure.

In: a passage, or a question with what is found for it. Out: the lines, each with whose side it
names, or the answer that quotes them. Promise: names are quoted where the note itself says that
these people were there; of another meeting than the one that is asked about, nothing is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.records import Claim, Composed, Question
from bot.statements import ITEM, Span
from index.language import lists
from index.language.dates import resolve_dates
from index.language.fold import fold, fold_with_offsets
from index.language.words import words
from index.passage import Passage

_PARTS = {
    "hosts": lists.forms("attendance.hosts"),
    "no_names": lists.forms("attendance.no_names"),
}
_KEYS = {
    side: lists.forms(f"attendance.keys.{side}", **_PARTS)
    for side in ("ours", "theirs", "present", "other")
}
_HEAD = lists.table("meetings.keys")
_KEYS["other"] += "".join(
    f"|{form}" for key in ("date", "place", "subject", "institution") for form in _HEAD[key]
)
KEY = re.compile(
    rf"(?:^|(?<=[\s*]))(?:{'|'.join(f'(?P<{side}>{forms})' for side, forms in _KEYS.items())})"
    r"(?: \([^)\n]*\))?[ *]*(?P<colon>:)?"
)
NAME = re.compile(r"(?<=[a-zà-ÿ] |\w[’'])[A-ZÀ-Þ][\w-]+")  # but for a sentence's first word
OURS = re.compile(rf"\b{lists.forms('attendance.asks_ours')}")
NOTED = "audition"  # the kind of document that is a note of one meeting


@dataclass(frozen=True)
class Present:
    """A line, or a part of one, that names people who were there: from `names` on, in its passage.

    `ours`: those of the federation. `opens`: it is the line above them ("Étaient là :").
    """

    span: Span
    names: int
    ours: bool = False
    opens: bool = False

    @property
    def who(self) -> str:
        """Those named, as written."""
        passage, _, end = self.span
        return passage.text[self.names : end].strip(" *:\n")


def present(passage: Passage) -> list[Present]:
    """The lines of a note's head that say who was there, in reading order; none for none."""
    found: list[Present] = []
    listed = False  # under a line that announces them
    for line in re.finditer(r"[^\n]+", passage.text):
        parts = list(_parts(passage, *line.span()))
        is_item = ITEM.match(passage.text, *line.span()) is not None
        if parts:
            found += parts
            listed = parts[-1].opens
        elif listed and is_item:
            start, end = _bare(passage, *line.span())
            found.append(Present((passage, start, end), start))
        else:
            listed = listed and is_item
    named = any(not one.opens for one in found)
    return found if named else []


def _parts(passage: Passage, start: int, end: int) -> Iterator[Present]:
    """What a line says under each key that tells who was there."""
    start, end = _bare(passage, start, end)
    folded, offsets = fold_with_offsets(passage.text[start:end])
    keys = [
        key
        for key in KEY.finditer(folded)
        if (key["colon"] or key["present"])
        and (key.start() == 0 or passage.text[start + offsets[key.start()]].isupper())
    ]
    for place, key in enumerate(keys):
        following = keys[place + 1] if place + 1 < len(keys) else None
        last = start + offsets[following.start()] if following else end
        first = start + offsets[key.start()]
        last = first + len(passage.text[first:last].rstrip())
        behind = folded[key.end() : following.start() if following else None].strip(" *:")
        if key["other"] or (behind and not key["colon"]):
            continue
        opens = key["present"] is not None and not behind
        names = min(last, start + offsets[key.end()])
        yield Present((passage, first, last), names, key["ours"] is not None, opens)


def _bare(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """A line without its list marker and blanks."""
    marker = ITEM.match(passage.text, start, end)
    start = marker.end() if marker else start
    text = passage.text[start:end]
    return start + len(text) - len(text.lstrip()), start + len(text.rstrip())


def attendance(
    asked: Question, passages: Sequence[Passage], found: Sequence[str]
) -> Composed | None:
    """Who was at the meeting that is asked about; None where no note says it.

    `passages`: all that may be read; `found`: paths of the texts that are found, best first. The
    meeting of a follow-up is that of the last answer's first text; of a time with one, that one.
    """
    noted: dict[str, list[Present]] = {}
    for passage in passages:
        if passage.kind == NOTED and passage.path not in noted and (lines := present(passage)):
            noted[passage.path] = lines
    timed = {path for path, lines in noted.items() if _in_time(asked, lines[0].span[0])}
    if asked.since and not asked.documents:
        found = [path for path in found if path in timed] or (
            list(timed) if len(timed) == 1 else []
        )
    path = next(iter(asked.documents or found), "")
    if path not in noted or not (asked.documents or _is_meant(asked, path, passages)):
        return None
    lines = noted[path]
    ours = [one for one in lines if one.ours]
    shown = ours if ours and OURS.search(fold(asked.text)) else lines
    return Composed("meetings", (Claim.quoting([one.span for one in shown]),))


def _is_meant(asked: Question, path: str, passages: Sequence[Passage]) -> bool:
    """Does the note hold a name of the question's, if that has any? In the same language alone."""
    names = {fold(name) for name in NAME.findall(asked.text)}
    note = [passage for passage in passages if passage.path == path]
    if not names or note[0].language != asked.language:
        return True
    said = set(words(" ".join((note[0].title, path, *(one.text for one in note)))))
    return not names.isdisjoint(said)


def _in_time(asked: Question, head: Passage) -> bool:
    """Was the meeting in the time that is asked about, if any is?"""
    days = [day for _, _, day in resolve_dates(head.text, head.date)][:1] or [head.date]
    return any(asked.since <= day <= (asked.until or "9") for day in (*days, head.date))
