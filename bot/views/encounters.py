"""Meetings that are asked for: "qui avons-nous vu en 2023 ?", "avec qui a-t-on parlé de l'IA ?".

Pure. Promise: a row of the meetings view each, newest first, its quote as the citation; what is
asked for (a time, an office, a person, a theme) is what every row has; what is left out is counted;
where there is no such meeting, that is said, with the nearest ones' texts, and nothing is quoted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot import wording
from bot.records import Claim, Composed, Hit, Meeting, Question
from bot.views.listing import between
from index.language import lists
from index.language.dates import MONTH_NAMES
from index.language.fold import Folded, fold
from index.language.lists import LANGUAGES
from index.language.period import period
from index.language.subject import FAR_OFF, subject_words
from index.language.words import counterpart, stem, terms, words
from index.passage import Passage
from index.shelf.acronyms import defined
from index.shelf.lexical import Lexical

MOST = 12  # rows
NEAREST = 3  # named where there is none
READ = 5  # first passages that a theme is looked for in where no row has its words
OFFICES = {
    name: re.compile(rf"\b(?:{'|'.join(forms)})")
    for name, forms in lists.table("encounters.offices").items()
}
MINISTER = "minister"
WITHIN = re.compile(lists.forms("encounters.within"))
MEETING = lists.words("encounters.meeting")
MONTHS = {fold(name) for names in MONTH_NAMES.values() for name in names}
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
CAPITALISED = re.compile(r"\b[A-ZÀ-Þ][\w]+")
SAME = lists.entries("encounters.same")
Word = tuple[str, set[str]]
"""A word of a question, and the terms that it may stand for."""
LAST = re.compile(rf"\b{lists.forms('encounters.last')}\b")
# "There": where the meeting was of which the last answer told.
THERE = re.compile(rf"\b{lists.forms('encounters.there')}\b")
# "Of education", behind a ministry.
OF = re.compile(rf"(?: {lists.forms('encounters.of')})+(?: |(?<='))(\w+)")
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
    question: Question,
    meetings: Sequence[Meeting],
    passages: Sequence[Passage],
    hits: Sequence[Hit],
    lexical: Lexical,
) -> Composed | None:
    """The meetings that are asked for; None where what is asked for is no meeting of the view.

    `meetings`: all of the `passages`, which may be read, newest first. `hits`:
    what is found for the question, best first; none where it does not answer.
    """
    asked = fold(question.search)
    since, until = _time(question)
    timed = between(_of_the_answer(question, meetings), since, until)
    offices = _offices(asked)
    rows = [row for row in timed if all(_is_with(row, form) for form in offices)]
    theme = _theme(question.search, offices, lexical)
    belonging = _belonging(asked, offices)
    rows = [row for row in rows if all(_names(row, _meant(word, lexical)) for word in belonging)]
    if theme:
        with_them = [row for row in rows if all(_names(row, word) for word in theme)]
        on_it = _on(theme, rows, _notes(rows, passages)) or _found(rows, hits)
        rows = with_them if with_them and _is_name(question.search, theme) else on_it
    rows = _end_asked_for(rows, asked)
    language = question.language
    if rows:
        return _composed(rows, language)
    if not belonging and (theme or not (offices or since or until)):
        return None
    told = timed or meetings
    rests_on = tuple(row.citation.passage for row in told)
    return Composed("nothing", lead=_none(told, language), rests_on=rests_on)


def _of_the_answer(question: Question, meetings: Sequence[Meeting]) -> Sequence[Meeting]:
    """The meetings of the texts that were cited, where a follow-up says no more of which it means.

    "Who did we meet there?"
    """
    own = fold(question.said)
    cited = [row for row in meetings if row.citation.passage.path in question.documents]
    names = period(own, FAR_OFF) or _offices(own) or not set(subject_words(own)) <= MEETING
    refers = question.is_follow_up or THERE.search(own)
    return cited if cited and refers and not names else meetings


def _offices(asked: Folded) -> list[re.Pattern[str]]:
    """The offices that are named; in "the minister's office" the minister is not."""
    named = {office: list(form.finditer(asked)) for office, form in OFFICES.items()}
    others = [match for office, found in named.items() if office != MINISTER for match in found]
    named[MINISTER] = [
        match
        for match in named[MINISTER]
        if not any(
            one.start() <= match.start() and match.end() <= one.end() and one[0] != match[0]
            for one in others
        )
    ]
    return [OFFICES[office] for office, found in named.items() if found]


def _belonging(asked: Folded, offices: Sequence[re.Pattern[str]]) -> set[str]:
    """What an office is of, as it is named: "education" of "ministry of education"."""
    ends = {match.end() for form in offices for match in form.finditer(asked)}
    after = (OF.match(asked, end) for end in ends)
    return {match[1] for match in after if match and subject_words(match[1])}


def _is_with(row: Meeting, office: re.Pattern[str]) -> bool:
    """Is the meeting with somebody of that office, and not with somebody who works there?"""
    named = fold(f"{row.interlocutor} ; {row.institution}")
    return any(
        not WITHIN.search(named[: match.start()].rpartition(";")[2])
        for match in office.finditer(named)
    )


def _time(question: Question) -> tuple[str, str]:
    """The first and the last day asked about, "" for an open end; a bare year counts as one."""
    years = sorted(YEAR.findall(question.search))
    if question.since or question.until or not years:
        return question.since, question.until
    return years[0], years[-1]


def _theme(search: str, offices: Iterable[re.Pattern[str]], lexical: Lexical) -> list[Word]:
    """The words that say with whom or on what; none for offices, times and meeting itself."""
    folded = fold(search)
    for office in offices:
        folded = fold(office.sub(" ", folded))
    return [
        _meant(word, lexical)
        for word in subject_words(folded)
        if word not in MEETING and word not in MONTHS and not word.isdecimal()
    ]


def _meant(word: str, lexical: Lexical) -> Word:
    """A word with all the terms that it may stand for, in both languages."""
    same = (one for pair in SAME for one in pair.split() if word in pair.split())
    other = counterpart(word)
    stems = (stem(one, language) for one in (word, *same) for language in LANGUAGES)
    return word, {*stems, *lexical.forms(word), *lexical.meant(word), *([other] if other else [])}


def _on(
    theme: Sequence[Word], rows: Sequence[Meeting], notes: Mapping[str, set[str]]
) -> list[Meeting]:
    """The rows with all words of the theme in whom one met or what is said of the meeting."""
    return [
        row for row in rows if all(_names(row, word) or _speaks(row, word, notes) for word in theme)
    ]


def _is_name(search: str, theme: Sequence[Word]) -> bool:
    """Is the theme written as a name is, with capitals?"""
    capitals = {fold(word) for word in CAPITALISED.findall(search)}
    return all(word in capitals for word, _ in theme)


def _names(row: Meeting, word: Word) -> bool:
    """Does the row say whom one met by that word, or by what it is the acronym of?"""
    whom = f"{row.interlocutor} {row.institution}"
    acronym = word[0].upper()
    return not word[1].isdisjoint(_terms(whom, row.citation.passage)) or any(
        short == acronym for short, _ in defined(f"{row.institution} ({acronym})")
    )


def _speaks(row: Meeting, word: Word, notes: Mapping[str, set[str]]) -> bool:
    """Does the row, its passage or the note that it heads have the word?"""
    passage = row.citation.passage
    said = _terms(" ".join((row.subject, *passage.headings, passage.text)), passage)
    return not word[1].isdisjoint(said | notes.get(passage.path, set()))


def _notes(rows: Sequence[Meeting], passages: Sequence[Passage]) -> dict[str, set[str]]:
    """What each note says that is of one meeting alone, by its path."""
    paths = [row.citation.passage.path for row in rows if row.citation.passage.kind == "audition"]
    notes: dict[str, set[str]] = {path: set() for path in paths if paths.count(path) == 1}
    for passage in passages:
        if passage.path in notes:
            notes[passage.path] |= _terms(f"{passage.title} {passage.text}", passage)
    return notes


def _terms(text: str, passage: Passage) -> set[str]:
    return {*terms(text, passage.language), *words(text)}


def _found(rows: Sequence[Meeting], hits: Sequence[Hit]) -> list[Meeting]:
    """The rows of the passages that are found first."""
    first = {hit.passage.id for hit in hits[:READ]}
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
    return Composed(
        "meetings", claims, brief, lead, MORE[language].format(rest) if rest > 0 else ""
    )


def _claims(rows: Sequence[Meeting], language: str) -> Iterator[Claim]:
    for number, row in enumerate(rows, 1):
        citation = replace(row.citation, number=number)
        yield Claim(
            f"« {citation.quote} »",
            (citation,),
            label=f"{_line(row, language)}{wording.colon(language)}",
        )


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
        f"- {wording.source_line(passage, language)}"
        for passage in list(passages.values())[:NEAREST]
    ]
    lines = (NONE[language], "", NEAR[language], "", *sources)
    return "\n".join(lines) if sources else NONE[language]
