"""The date of a document: of all that states one, the most trustworthy.

Front matter, catalogue.toml, a whole date in the file name, then what can be seen: a mail's header,
a line of page 1 that says nothing but a date, one on top that has a date, if the name does not say
otherwise; then the rest of the file name and the day of creation in the properties, which a
template or an export may have written and which a year in the name bounds; then the folder.
The date of a law that a name or a line speaks of is no document's.
"""

import calendar
import datetime
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from index.language import lists
from index.language.dates import MONTHS, as_date, resolve_dates
from index.language.fold import fold
from index.passage import Section
from index.sources import CATALOGUE, FIRST_PAGE, Sources, first_page, short_lines, top_lines

EXPORTED = 31  # days within which a file is exported after the date in its name
BELIEVED = f"the name is believed {CATALOGUE}"
# Before a date that a line is about: "Publié le", on folded text; "Fait à Paris, le", as written.
DATED = re.compile(rf"\W*(?:{lists.forms('documents.dated_line')}\W*)?")
FROM_PLACE = re.compile(
    rf"\W*(?:{lists.forms('documents.done_at')} )?[A-ZÀ-Þ][\w'’]*"
    rf"(?:[ -](?:[A-ZÀ-Þ][\w'’]*|{lists.forms('documents.in_places')})){{0,5}}"
    rf"\s*,\s*(?:{lists.forms('documents.on_day')}\s+)?"
)
MONTH_WORDS = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
LONGEST_DATE_LINE = 80  # characters
OF_A_LAW = re.compile(rf"\b{lists.forms('documents.dated_laws')}s?\b")
# On the folded words of a name: "loi du 21 juin 2004", "loi n 2004 575 du 21 juin 2004",
# "directive 2016 680", "regulation eu 910 2014".
LAW_NUMBER = r"(?:19|20)\d\d (?!(?:19|20)\d\d\b)\d{3,4}|(?!(?:19|20)\d\d\b)\d{3,4} (?:19|20)\d\d"
LAW_DAY = rf"{lists.forms('documents.dated')} \d{{1,2}}(?:er)? (?:{MONTH_WORDS}) (?:19|20)\d\d"
LAW_IN_NAME = re.compile(
    rf"\b{lists.forms('documents.dated_laws')}s?\b(?: [^\W\d]+){{0,5}}?"
    rf" (?:{LAW_DAY}|(?:{LAW_NUMBER})(?: {LAW_DAY})?)\b"
)
# What a date is of, where a line has several: "Réunion du bureau du 3 mai".
OF_IT = re.compile(rf"\b{lists.forms('documents.dated_of')}s?\b[^.;|]{{0,60}}$")
LONGEST_OF_IT = 30  # words of a line that says so
YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_–/ ]{1,3}((?:19|20)\d\d)(?!\d)")
# "240321_position": year, month, day, as files are named to be sorted.
SHORT_DAY = re.compile(r"(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![0-9A-Za-z])")
YEAR_AND_MONTH = re.compile(r"(?:19[5-9]\d|20\d\d)(?:0[1-9]|1[0-2])(?!\d)")
DAY_FIRST = re.compile(r"(?<!\d)([0-3]\d)[-_.]([01]\d)[-_.]((?:19|20)\d\d)(?!\d)")
DIGITS_OF_A_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ]?([01]\d)[-_. ]?([0-3]\d)(?!\d)")


def date_of(sources: Sources, sections: Sequence[Section]) -> str:
    """The document's date, "" if unknown.

    Reported is where the name disagrees with what can be seen or with the properties, and nobody
    has said which is right.
    """
    said = map(as_date, (sources.stated.get("date"), sources.overrides.get("date")))
    if date := next(filter(None, said), ""):
        return date
    named = _date_in_name(PurePosixPath(sources.path).stem)
    today = datetime.date.today().isoformat()
    shown = as_date(sources.shown.get("date"))
    seen = shown if shown and shown <= today else _date_line(sections)
    if len(named) == len("2024-03-21"):
        if seen and not named.startswith(seen):
            sources.warn(f"its text says {seen}, its name {named}; {BELIEVED}")
        else:
            _made(sources, named)
        return named
    if seen and not _agree(seen, named):
        sources.warn(f"its text says {seen}, its name {named}; the text is believed {CATALOGUE}")
    if not seen and _agree(on_top := _date_on_top(sections), named):
        seen = on_top
    if seen or not (made := _made(sources, named)):
        return seen or named or _year_of_folder(sources.path)
    if not named:
        sources.warn(
            f"dated {made} by its properties alone, which an export may have written {CATALOGUE}"
        )
    return made


def _made(sources: Sources, named: str) -> str:
    """The day of creation in its properties, unless it is still to come or contradicts the name."""
    made = as_date(sources.own.get("date"))
    if made > datetime.date.today().isoformat():
        sources.warn(f"its properties say {made}, which is still to come; they are not believed")
        return ""
    if made and not _agree(made, named):
        if not 0 < _days(named, made) <= EXPORTED:
            sources.warn(f"its properties say {made}, its name {named}; {BELIEVED}")
        return ""
    return made


def _agree(date: str, other: str) -> bool:
    """May both dates, as exact as they are, be of one day?"""
    return date.startswith(other) or other.startswith(date)


def _days(date: str, later: str) -> int:
    """How many days after the first date, or the end of its month or year, is the other?"""
    last, other = (datetime.date.fromisoformat(_whole(one)) for one in (date, later))
    return (other - last).days


def _whole(date: str) -> str:
    """The last day of a date, of which the month or the day may be unknown."""
    if len(date) == len("2024-03-21"):
        return date
    year, month = int(date[:4]), int(date[5:7] or 12)
    return f"{date[:4]}-{month:02}-{calendar.monthrange(year, month)[1]}"


def _date_in_name(stem: str) -> str:
    """A date in a file name: "2023-05-04-lettre", "20230504_lettre", "lettre mai 2023", "2023"."""
    words = " ".join(re.findall(r"[^\W_]+", fold(stem)))
    if LAW_IN_NAME.search(words):
        stem = LAW_IN_NAME.sub(" ", words)
    if match := DAY_FIRST.search(stem):
        stem = f"{match[3]}-{match[2]}-{match[1]}"
    spelled = DIGITS_OF_A_DAY.sub(r"\1-\2-\3", stem)
    found = as_date(re.sub(r"(?<=\d{4})[_.](?=\d\d)", "-", spelled).replace("_", " ")) or as_date(
        re.sub(r"[-_]+", " ", stem)
    )
    return found or _short_day(stem) or _year_in(stem)


def _short_day(stem: str) -> str:
    """The day that a name begins with in six figures, unless they are a year and a month."""
    match = SHORT_DAY.match(stem)
    if match is None or YEAR_AND_MONTH.match(stem):
        return ""
    date = as_date(f"20{match[1]}-{match[2]}-{match[3]}")
    return date if date <= datetime.date.today().isoformat() else ""


def _year_in(stem: str) -> str:
    """A year in a name; of a span of years the last, unless that is still to come."""
    this_year = str(datetime.date.today().year)
    if span := YEARS.search(stem):
        return span[2] if span[1] < span[2] <= this_year else span[1]
    lone = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", stem)
    return lone[0] if lone else ""


def _year_of_folder(path: str) -> str:
    """The nearest folder's name that is a year, or ""."""
    folders = PurePosixPath(path).parts[:-1]
    years = [part for part in folders if re.fullmatch(r"(19|20)\d\d", part)]
    return years[-1] if years else ""


def _date_line(sections: Sequence[Section]) -> str:
    """The date of the first line of page 1 that says nothing else ("Paris, le 4 mai 2023")."""
    page = "\n".join(section.text for section in first_page(sections))
    today = datetime.date.today().isoformat()
    for line in page[:FIRST_PAGE].split("\n"):
        if len(line) > LONGEST_DATE_LINE or not (found := resolve_dates(line, "")):
            continue
        start, end, date = found[0]
        before = line[:start]
        alone = DATED.fullmatch(fold(before)) or FROM_PLACE.fullmatch(before)
        if alone and not re.search(r"\w", line[end:]) and date <= today:
            return date
    return ""


def _date_on_top(sections: Sequence[Section]) -> str:
    """The date of a line on top of the first section, "" if there is none.

    The first that says what it is of ("Réunion du 1er juillet 2024 / Diffusé le 8 juillet 2024"),
    else that of a short line. That of a law ("Loi du 21 juin 2004") is not the document's, nor is
    one of a row of data, or one still to come.
    """
    today = datetime.date.today().isoformat()
    for line in top_lines(sections[:1], LONGEST_OF_IT):
        before = 0
        for start, end, date in resolve_dates(line, ""):
            said, before = fold(line[before:start]), end
            if date <= today and OF_IT.search(said) and not OF_A_LAW.search(said):
                return date
    lines = (line for line in short_lines(sections[:1]) if not OF_A_LAW.search(fold(line)))
    return next((date for date in map(as_date, lines) if date and date <= today), "")
