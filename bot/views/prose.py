"""The meeting that a sentence reports: "Le 30 mars nous avons rencontré le député Paul Midy." Pure.

Promise: a meeting needs a word of meeting, us as one party and an office or a title as the other;
what is refused, wished for, still to come or within the house is no meeting; every word of a
meeting is the document's own, and what is unsaid is "".
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, NewType

from bot.records import Citation, Meeting
from bot.statements import FULL_NAME
from index.language import lists
from index.language.dates import resolve_dates
from index.language.fold import fold, fold_with_offsets
from index.language.period import COUNTS
from index.passage import Passage

Marked = NewType("Marked", str)
"""Folded text with its dates blanked out and the acronyms of offices in capitals."""

CIVIL = lists.forms("offices.civil")
LEADERS = lists.forms("offices.leaders")
STAFF = rf"(?:{lists.forms('offices.staff')}|{lists.forms('meetings.staff')})"
INSTITUTION = lists.forms("meetings.institutions")
HEAD = re.compile(
    rf"\b(?:(?P<title>{CIVIL} |(?:vice-)?(?:{LEADERS}|{STAFF})\b)"
    rf"|(?P<place>{INSTITUTION})|(?P<acronym>[A-Z]{{3,8}})\b)"
)
"""The head of a phrase that says whom one meets: a title, an office, or an office's acronym."""
PLACE = re.compile(rf"\b{INSTITUTION}")
INTERNAL = re.compile(lists.forms("meetings.internal"))
US = re.compile(rf"\b{lists.forms('pronouns.we')}\b")
# Who is named without an office counts if they lead one.
WEAK, STRONG = re.compile(rf"{CIVIL} |{STAFF}"), re.compile(rf"\b{LEADERS}")
ACRONYM = re.compile(rf"\b(?i:{lists.forms('meetings.articles')})(?P<short>[A-Z]{{3,8}})\b")
NO_OFFICES = lists.words("meetings.no_offices")
BRACKETED = re.compile(r" ?\([A-ZÀ-Þ]{2,10}\)")

BETWEEN = re.compile(
    rf"(?:[\s,]|\b(?:{lists.forms('meetings.between')}|{'|'.join(COUNTS)})\b"
    rf"|{lists.forms('meetings.between_elided')})*"
)
PRESENTED = lists.forms("meetings.presented")
PARTS = {
    "have": lists.forms("meetings.have", adverb=lists.forms("meetings.adverbs")),
    "met_verb": lists.forms("meetings.met_verb"),
    "received": lists.forms("meetings.received"),
    "presented": PRESENTED,
    "civil": CIVIL,
    "appointment": lists.forms("meetings.appointments"),
}
MET = re.compile(rf"\b{lists.forms('meetings.met', **PARTS)}\b")
HEARD = re.compile(rf"\b{lists.forms('meetings.heard', **PARTS)}")
HEARD_US = re.compile(rf"\b{lists.forms('meetings.heard_us', **PARTS)}")
NOUN = re.compile(rf"\b{PARTS['appointment']}\b[^.;:!?]{{0,80}}?\b{lists.forms('meetings.with')}\b")
OVER_REPORTS = re.compile(lists.forms("meetings.over_reports"))
DENIED = re.compile(rf"\b{lists.forms('statements.denials')}|{lists.forms('meetings.undone')}")
TO_COME = re.compile(rf"\b{lists.forms('meetings.to_come', **PARTS)}")
ABOUT = re.compile(rf"\b{lists.forms('meetings.about')}(?:(?<=')|\b)\s?(?=[\w«\"])")
SUBJECT_END = re.compile(
    rf"[.;:!?()|]| [–—] |\b{lists.forms('meetings.subject_ends')}\b"
    rf"|,(?= {lists.forms('meetings.subject_ends_after_comma')}\b)"
)
# Three blanks are a date that was blanked out.
NAME_END = re.compile(rf"[,.;:!?()|»\"]| [–—] | {{3,}}|\b{lists.forms('meetings.name_ends')}\b")
NAME_TAIL = re.compile(rf" {lists.forms('meetings.name_tails')}$")
# "Claire Petit, " before "députée du Rhône".
NAMED_BEFORE = re.compile(
    rf"(?<![.!?] )(?<![\w'’-])(?P<name>[A-ZÀ-Þ][\w'’-]+ "
    rf"(?:{lists.forms('statements.name_particles')} ?)*"
    r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,2}), $"
)
FOLLOWING = 2  # sentences below, in which "we" tells that who was named is one of us
ANY_YEAR = "2000"  # a leap year, to see days that have none


@dataclass(frozen=True)
class Line:
    """A sentence as written, and `marked` for the patterns.

    `offsets`: where each character of `marked` begins in `text`; `days`: its days with their years,
    ISO; `dated`: whether it names a day at all, as one of an undated document may; `ours`: whether
    it speaks of us.
    """

    text: str
    marked: Marked
    offsets: Sequence[int]
    days: tuple[str, ...] = ()
    dated: bool = False
    ours: bool = False

    def written(self, start: int, end: int) -> str:
        """What stands at marked[start:end], as written."""
        return spaced(self.text[self.offsets[start] : self.offsets[end]])


class _Report(NamedTuple):
    """Where a sentence reports that we met, and the head of the phrase that says whom."""

    start: int
    end: int
    whom: re.Match[str]


def meeting_of_sentence(passage: Passage, start: int, end: int) -> Meeting | None:
    """The meeting that passage.text[start:end] reports, or None."""
    line = _line(passage, start, end)
    line = replace(line, ours=US.search(line.marked) is not None or _is_of_ours(passage, line, end))
    if TO_COME.search(line.marked) or " | " in line.text:
        return None
    report = _report(line) or _headed(line, passage)
    if report is None or DENIED.search(line.marked, max(0, report.start - 30), report.end):
        return None
    return _meeting(line, report.whom, Citation(1, passage, line.text, start, end))


def name_of(line: Line, head: re.Match[str]) -> str:
    """The name that begins with its head, as written."""
    end = _end(NAME_END, line, head.end())
    if WEAK.match(head[0]):  # "Mme Petit, députée du Rhône"
        office = HEAD.match(line.marked, end + 2)
        if office and office["title"]:
            end = _end(NAME_END, line, office.end())
    last = line.offsets[end]
    acronym = BRACKETED.match(line.text, last) or BRACKETED.match(line.text, max(0, last - 1))
    name = line.text[line.offsets[head.start()] : acronym.end() if acronym else last]
    return NAME_TAIL.sub("", spaced(name))


def spaced(text: str) -> str:
    """The text with single blanks, without punctuation and marks around it."""
    return " ".join(text.split()).strip(" ,;*_-")


def _line(passage: Passage, start: int, end: int) -> Line:
    text = passage.text[start:end]
    folded, offsets = fold_with_offsets(text)
    marked = list(folded)
    named = resolve_dates(text, passage.date or ANY_YEAR)
    for first, last, _ in named:
        stretch = slice(bisect_left(offsets, first), bisect_left(offsets, last))
        marked[stretch] = " " * len(marked[stretch])
    for acronym in ACRONYM.finditer(text):
        if acronym["short"] not in NO_OFFICES:
            first = bisect_left(offsets, acronym.start("short"))
            marked[first : first + len(acronym["short"])] = acronym["short"]
    return Line(
        text,
        Marked("".join(marked)),
        offsets,
        tuple(day for *_, day in resolve_dates(text, passage.date) if len(day) == 10),
        any(len(day) == 10 for *_, day in named),
    )


def _is_of_ours(passage: Passage, line: Line, end: int) -> bool:
    """Is somebody of ours named for us: who met a name on a day, and what follows says "we"?"""
    if not line.dated or not FULL_NAME.search(line.text):
        return False
    below = [span for span in passage.sentences() if span[0] >= end][:FOLLOWING]
    return any(US.search(fold(passage.text[slice(*span)])) for span in below)


def _report(line: Line) -> _Report | None:
    return _met(line) or _heard(line) or _heard_us(line) or _noun(line)


def _met(line: Line) -> _Report | None:
    """Reads "Nous avons rencontré la ministre"."""
    said = MET.search(line.marked)
    whom = HEAD.search(line.marked, said.end()) if said else None
    if said and whom and line.ours and _follows(line, said.end(), whom.start()):
        return _Report(*said.span(), whom)
    return None


def _heard(line: Line) -> _Report | None:
    """Reads "Nous avons été reçus par le cabinet"."""
    said = HEARD.search(line.marked)
    whom = HEAD.search(line.marked, said.end()) if said else None
    if not said or not whom or not line.ours:
        return None
    near = not whom["acronym"] or _follows(line, said.end(), whom.start())
    if near and (line.dated or not re.search(PRESENTED, said[0])):
        return _Report(*said.span(), whom)
    return None


def _heard_us(line: Line) -> _Report | None:
    """Reads "Le rapporteur nous a entendus"."""
    said = HEARD_US.search(line.marked)
    whom = HEAD.search(line.marked, 0, said.start()) if said else None
    if not said or not whom:
        return None
    if whom["acronym"] and not _follows(line, whom.end(), said.start()):
        return None
    return _Report(*said.span(), whom)


def _noun(line: Line) -> _Report | None:
    """Reads "Entretien avec la direction générale, le 3 juin"."""
    said = NOUN.search(line.marked)
    whom = HEAD.search(line.marked, said.end()) if said else None
    if not said or not whom or not line.dated or not _follows(line, said.end(), whom.start()):
        return None
    # Without us it is ours at the start of the sentence, unless it is "the minister's hearing by".
    near_start = len(line.marked[: said.start()].split()) <= 3
    if US.search(line.marked) or (near_start and not HEAD.search(line.marked, *said.span())):
        return _Report(*said.span(), whom)
    return None


def _headed(line: Line, passage: Passage) -> _Report | None:
    """Reads "Le 22 janvier, M. Roy : ouvert aux délais" under a heading that says whom we met."""
    heading = fold(passage.headings[-1]) if passage.headings else ""
    if not line.days or not OVER_REPORTS.search(heading):
        return None
    whom = HEAD.search(line.marked)
    if whom and line.marked[: whom.start()].strip(" ,") in ("", "le", "on"):
        return _Report(0, whom.start(), whom)
    return None


def _follows(line: Line, start: int, end: int) -> bool:
    """Is there nothing of weight between the verb and whom one met, who may be named before?"""
    named = NAMED_BEFORE.search(line.text, 0, line.offsets[end])
    if named and named.start() >= line.offsets[start]:
        end = bisect_left(line.offsets, named.start())
    return BETWEEN.fullmatch(line.marked, start, end) is not None


def _meeting(line: Line, whom: re.Match[str], citation: Citation) -> Meeting | None:
    """The meeting with what the sentence says of it; None within the house or without an office."""
    titles = (match for match in HEAD.finditer(line.marked, whom.end()) if match["title"])
    title = whom if whom["title"] else next(titles, None)
    place = whom if not whom["title"] else _place(line, whom.start())
    interlocutor = name_of(line, title) if title else ""
    institution = name_of(line, place) if place else ""
    if not institution and (office := BRACKETED.search(interlocutor)):
        institution = office[0].strip(" ()")
    person = fold(interlocutor)
    if title and (named := NAMED_BEFORE.search(line.text[: line.offsets[title.start()]])):
        interlocutor = f"{named['name']}, {interlocutor}"
    if not institution and WEAK.match(person) and not STRONG.search(person):
        return None
    if INTERNAL.search(fold(f"{institution} {interlocutor}")):
        return None
    if title and place and place.start() < title.start() < place.start() + len(institution):
        interlocutor = ""  # "the cabinet of the minister" is an office
    day = line.days[0] if line.days else ""
    return Meeting(day, institution, interlocutor, _subject(line, whom.end()), citation)


def _place(line: Line, near: int) -> re.Match[str] | None:
    """The office that the sentence names besides a person: one behind them, else one before."""
    places = list(PLACE.finditer(line.marked))
    return next((match for match in places if match.start() > near), places[0] if places else None)


def _subject(line: Line, place: int) -> str:
    said = ABOUT.search(line.marked, place) or ABOUT.search(line.marked)
    return line.written(said.end(), _end(SUBJECT_END, line, said.end())) if said else ""


def _end(form: re.Pattern[str], line: Line, place: int) -> int:
    """Where the form is found first from a place on, else the end of the line."""
    match = form.search(line.marked, place)
    return match.start() if match else len(line.marked)
