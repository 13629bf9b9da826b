"""The view "Meetings": whom the federation met, as its texts say, with filters.

page.js filters the rows and makes the CSV of those that are shown.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup

from bot.records import Meeting
from bot.web.labels import LABELS
from bot.web.positions import options
from bot.web.templating import render

ITEM = re.compile(r"^\s*(?:[-*•–]\s+)?")  # what stands before the words of a line of a list


def meetings(found: Sequence[Meeting], language: str) -> Markup:
    """The table, newest first, with its filters; what a text does not say is left empty."""
    labels = LABELS[language]
    listed = sorted(found, key=lambda meeting: meeting.date, reverse=True)
    years = sorted({meeting.date[:4] for meeting in listed if meeting.date}, reverse=True)
    institutions = sorted(
        {meeting.institution for meeting in listed if meeting.institution}, key=str.casefold
    )
    filters = [
        ("year", labels["year"], options(years)),
        ("institution", labels["institution"], options(institutions)),
    ]
    return render(
        "meetings.html",
        language,
        meetings=[(meeting, _lines(meeting.citation.quote)) for meeting in listed],
        filters=filters,
    )


def _lines(quote: str) -> str:
    """The quote without the marks of a list: a cell of a table is none."""
    lines = (ITEM.sub("", line) for line in quote.splitlines())
    return "\n".join(line for line in lines if line)
