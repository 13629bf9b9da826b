"""Meetings that are asked for: "qui avons-nous vu en 2023 ?", "avec qui a-t-on parlé de l'IA ?".

Pure. Promise: a row of the meetings view each, newest first, its quote as the citation; what is
asked for (a time, an office, a person, a theme) is what every row has; what is left out is counted;
where there is no such meeting, that is said, with the nearest ones' texts, and nothing is quoted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot import wording
from bot.find.search import Found
from bot.records import Claim, Composed, Meeting, Question
from bot.views.listing import between
from index.language import lists
from index.language.dates import MONTH_NAMES
from index.language.fold import fold
from index.language.lists import LANGUAGES
from index.language.subject import subject_words
from index.language.words import stem, terms, words
from index.passage import Passage
from index.shelf.lexical import Lexical

MOST = 12  # rows
NEAREST = 3  # named where there is none
READ = 5  # first passages that a theme is looked for in where no row has its words
OFFICES = {
    name: re.compile(rf"\b(?:{'|'.join(forms)})")
    for name, forms in lists.table("encounters.offices").items()
}
WITHIN = re.compile(lists.forms("encounters.within"))
MEETING = lists.words("encounters.meeting")
MONTHS = {fold(name) for names in MONTH_NAMES.values() for name in names}
LAST = re.compile(rf"\b{lists.forms('encounters.last')}\b")
FIRST = re.compile(rf"\b{lists.forms('encounters.first')}\b")
LEAD = {
    "fr": ("D'après nos textes, une rencontre :", "D'après nos textes, {} rencontres :"),
    "en": ("According to our texts, one meeting:", "According to our texts, {} meetings:"),
}
MORE = {
    "fr": "Et {} autres, plus anciennes. La liste complète se trouve sous « Rencontres ».",
    "en": "And {} more, earlier ones. The whole list is under “Meetings”.",
}
NONE = {
    "fr": "Je n'ai trouvé aucune rencontre de ce genre dans nos textes.",
    "en": "I found no such meeting in our texts.",
}
NEAR = {"fr": "Rencontres les plus proches :", "en": "Nearest meetings:"}


def encounters(
    question: Question, meetings: Sequence[Meeting], found: Found, lexical: Lexical
) -> Composed | None:
    """The meetings that are asked for; None where what is asked for is no meeting of the view.

    `meetings`: all that may be read, newest first.
    """
    asked = fold(question.search)
    timed = between(meetings, question.since, question.until)
    offices = {name: form for name, form in OFFICES.items() if form.search(asked)}
    rows = [row for row in timed if all(_is_with(row, form) for form in offices.values())]
    theme = _theme(question.search, offices.values())
    if theme:
        rows = _on(theme, rows, lexical) or _found(rows, found)
    rows = _end_asked_for(rows, asked)
    language = question.language
    if rows:
        return _composed(rows, language)
    if theme or not (offices or question.since or question.until):
        return None
    return Composed("nothing", lead=_none(timed or meetings, language))


def _is_with(row: Meeting, office: re.Pattern[str]) -> bool:
    """Is the meeting with somebody of that office, and not with somebody who works there?"""
    named = fold(f"{row.interlocutor} ; {row.institution}")
    return any(
        not WITHIN.search(named[: match.start()].rpartition(";")[2])
        for match in office.finditer(named)
    )


def _theme(search: str, offices) -> list[tuple[str, ...]]:
    """The stems of each word that says with whom, or on what; none for offices, times, meeting."""
    folded = fold(search)
    for office in offices:
        folded = fold(re.sub(rf"{office.pattern}\w*", " ", folded))
    left = [
        word
        for word in subject_words(folded)
        if word not in MEETING and word not in MONTHS and not word.isdecimal()
    ]
    return [(word, *dict.fromkeys(stem(word, language) for language in LANGUAGES)) for word in left]


def _on(theme: Sequence[tuple[str, ...]], rows: Sequence[Meeting], lexical: Lexical):
    """The rows that have all words of the theme; in themselves, or else in their passage."""
    meant = [{*forms[1:], *lexical.forms(forms[0]), *lexical.meant(forms[0])} for forms in theme]
    for said in (_said, _said_around):
        kept = [row for row in rows if all(not one.isdisjoint(said(row)) for one in meant)]
        if kept:
            return kept
    return []


def _said(row: Meeting) -> set[str]:
    facts = row.institution, row.interlocutor, row.subject, row.citation.quote
    text = " ".join(facts)
    return {*terms(text, row.citation.passage.language), *words(text)}


def _said_around(row: Meeting) -> set[str]:
    passage = row.citation.passage
    text = " ".join((passage.title, *passage.headings, passage.text, *passage.topics))
    return _said(row) | {*terms(text, passage.language), *words(text)}


def _found(rows: Sequence[Meeting], found: Found) -> list[Meeting]:
    """The rows of the passages that are found first, where the texts answer at all."""
    first = {hit.passage.id for hit in found.hits[:READ]} if found.answers else set()
    return [row for row in rows if row.citation.passage.id in first]


def _end_asked_for(rows: Sequence[Meeting], asked: str) -> list[Meeting]:
    """The last or the first of the rows where that is asked for, else all."""
    dated = [row for row in rows if row.date]
    if dated and LAST.search(asked):
        return dated[:1]
    if dated and FIRST.search(asked):
        return dated[-1:]
    return list(rows)


def _composed(rows: Sequence[Meeting], language: str) -> Composed:
    shown, rest = rows[:MOST], len(rows) - MOST
    one, many = LEAD[language]
    lead = one if len(rows) == 1 else many.format(len(rows))
    claims = tuple(_claims(shown, language))
    brief = f"{lead} {' ; '.join(claim.label.rstrip(' :') for claim in claims)}"
    return Composed("meetings", claims, brief, lead, MORE[language].format(rest) if rest > 0 else "")


def _claims(rows: Sequence[Meeting], language: str) -> Iterator[Claim]:
    for number, row in enumerate(rows, 1):
        citation = replace(row.citation, number=number)
        yield Claim(f"« {citation.quote} »", (citation,), label=f"{_line(row, language)} :")


def _line(row: Meeting, language: str) -> str:
    """A meeting in a line, in its document's own words: date, who, on what."""
    whom = ", ".join(one for one in (row.interlocutor, row.institution) if one)
    date = wording.spoken_date(row.date, language)
    return " · ".join(one for one in (date, whom, row.subject) if one)


def _none(nearest: Sequence[Meeting], language: str) -> str:
    """That there is no such meeting, as Markdown, with the sources of the nearest ones."""
    passages: dict[str, Passage] = {}
    for row in nearest:
        passages.setdefault(row.citation.passage.path, row.citation.passage)
    sources = [
        f"- {wording.source_line(passage, language)}" for passage in list(passages.values())[:NEAREST]
    ]
    lines = (NONE[language], "", NEAR[language], "", *sources)
    return "\n".join(lines) if sources else NONE[language]
