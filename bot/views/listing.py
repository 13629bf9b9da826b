"""A timeline and a list of meetings as text, JSON or CSV.

What `python -m bot timeline|meetings` prints and the page offers to download.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence

from bot import wording
from bot.records import Citation, Meeting

COLUMNS = ("date", "institution", "interlocutor", "subject", "document", "title", "quote")
# A cell that begins so is run by a spreadsheet (OWASP, "CSV Injection"), which may part cells at
# other marks than ours: a French Excel does at semicolons.
FORMULA = re.compile(r"(^|[;,\t\r\n])(\s*)(?=[=+\-@\t\r])")


def timeline_text(citations: Sequence[Citation], language: str = "fr") -> str:
    """Each quote under its date, kind, title and status."""
    return "\n\n".join(
        f"{wording.source_line(citation.passage, language)} · "
        f"{wording.KINDS[language][citation.passage.kind]} · {citation.passage.path}\n"
        f"« {citation.quote} »"
        for citation in citations
    )


def timeline_json(theme: str, citations: Sequence[Citation]) -> str:
    """One object: the theme and its citations as an answer gives them."""
    return json.dumps(
        {"theme": theme, "citations": [citation.as_json() for citation in citations]},
        ensure_ascii=False,
    )


def between(meetings: Sequence[Meeting], since: str = "", until: str = "") -> list[Meeting]:
    """The meetings of a time, both ISO dates included, compared as exactly as they are given.

    With either of them, meetings without a date are left out.
    """
    if not since and not until:
        return list(meetings)
    return [
        meeting
        for meeting in meetings
        if (day := meeting.date)
        and day >= since[: len(day)]
        and day[: len(until)] <= (until or day)
    ]


def meeting_as_json(meeting: Meeting) -> dict[str, str]:
    """A meeting as one flat object, its columns in order."""
    passage = meeting.citation.passage
    facts = meeting.date, meeting.institution, meeting.interlocutor, meeting.subject
    source = passage.path, passage.title, meeting.citation.quote
    return dict(zip(COLUMNS, (*facts, *source), strict=True))


def meetings_text(meetings: Sequence[Meeting]) -> str:
    """Each meeting on a line, its quote and its document under it; "?" for what is unsaid."""
    rows = map(meeting_as_json, meetings)
    return "\n\n".join(
        " · ".join(row[column] or "?" for column in COLUMNS[:4])
        + f"\n« {row['quote']} »\n{row['document']}"
        for row in rows
    )


def meetings_csv(meetings: Sequence[Meeting]) -> str:
    """A header and a row each."""
    return table_csv(COLUMNS, (meeting_as_json(meeting).values() for meeting in meetings))


def table_csv(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A header and the rows; a cell that a spreadsheet would run is preceded by an apostrophe."""
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(columns)
    table.writerows([FORMULA.sub(r"\1\2'", cell) for cell in row] for row in rows)
    return stream.getvalue()
