"""A timeline and a list of meetings as text, JSON or CSV: what `python -m bot timeline|meetings` prints and the page offers to download."""

import csv
import io
import json
from collections.abc import Sequence

from bot import wording
from bot.records import Citation, Meeting

COLUMNS = ("date", "institution", "interlocutor", "subject", "document", "title", "quote")
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # a cell that begins so is run by a spreadsheet: OWASP, "CSV Injection"


def timeline_text(citations: Sequence[Citation], language: str = "fr") -> str:
    """Each quote under its date, kind, title and status."""
    return "\n\n".join(
        f"{wording.source_line(citation.passage, language)} · "
        f"{wording.KINDS[language][citation.passage.kind]} · {citation.passage.path}\n« {citation.quote} »"
        for citation in citations
    )


def timeline_json(theme: str, citations: Sequence[Citation]) -> str:
    """One object: the theme and its citations as an answer gives them."""
    return json.dumps(
        {"theme": theme, "citations": [citation.as_json() for citation in citations]},
        ensure_ascii=False,
    )


def between(meetings: Sequence[Meeting], since: str = "", until: str = "") -> list[Meeting]:
    """The meetings of a time, both ISO dates included, as exact as they are given; with either, those without a date are out."""
    return [
        meeting
        for meeting in meetings
        if not (since or until)
        or (
            meeting.date
            and meeting.date >= since[: len(meeting.date)]
            and meeting.date[: len(until)] <= (until or meeting.date)
        )
    ]


def meeting_as_json(meeting: Meeting) -> dict:
    """A meeting as one flat object, its columns in order."""
    passage = meeting.citation.passage
    return dict(
        zip(
            COLUMNS,
            (
                meeting.date,
                meeting.institution,
                meeting.interlocutor,
                meeting.subject,
                passage.path,
                passage.title,
                meeting.citation.quote,
            ),
            strict=True,
        )
    )


def meetings_text(meetings: Sequence[Meeting]) -> str:
    """Each meeting on a line, its quote and its document under it."""
    rows = map(meeting_as_json, meetings)
    return "\n\n".join(
        " · ".join(
            part or "?"
            for part in (row["date"], row["institution"], row["interlocutor"], row["subject"])
        )
        + f"\n« {row['quote']} »\n{row['document']}"
        for row in rows
    )


def meetings_csv(meetings: Sequence[Meeting]) -> str:
    """A header and a row each; a cell that a spreadsheet would run is preceded by an apostrophe."""
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(COLUMNS)
    table.writerows(
        [
            f"'{cell}" if cell.startswith(FORMULA) else cell
            for cell in meeting_as_json(meeting).values()
        ]
        for meeting in meetings
    )
    return stream.getvalue()
