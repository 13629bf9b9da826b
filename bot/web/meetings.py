"""The view "Meetings": whom the federation met, as its texts say, with filters. The CSV is made of what is shown (page.js)."""

from collections.abc import Sequence
from html import escape

from bot import wording
from bot.records import Meeting
from bot.web.labels import LABELS
from bot.web.positions import counter, select
from bot.web.render import badges, document_link

COLUMNS = ("date", "institution", "interlocutor", "subject", "source")


def meetings(found: Sequence[Meeting], language: str) -> str:
    """The table, newest first, with its filters; what a text does not say is left empty."""
    labels = LABELS[language]
    title = f"<h2>{escape(labels['view_meetings'])}</h2>"
    if not found:
        return f'{title}<p class="hint">{escape(labels["no_meetings"])}</p>'
    listed = sorted(found, key=lambda meeting: meeting.date, reverse=True)
    years = sorted({meeting.date[:4] for meeting in listed if meeting.date}, reverse=True)
    institutions = sorted(
        {meeting.institution for meeting in listed if meeting.institution}, key=str.casefold
    )
    controls = (
        select("year", labels["year"], [(year, year) for year in years], language)
        + select(
            "institution",
            labels["institution"],
            [(name.casefold(), name) for name in institutions],
            language,
        )
        + f'<label>{escape(labels["words"])}<input type="search" name="words" maxlength="100"></label>'
    )
    heads = "".join(
        f'<th scope="col" role="columnheader">{escape(labels[column])}</th>' for column in COLUMNS
    )
    rows = "".join(_row(meeting, language) for meeting in listed)
    return (
        f'{title}<p class="hint">{escape(labels["meetings_hint"])}</p>'
        f'<form class="filters" data-filter="meetings">{controls}{counter(len(listed), language)}'
        f'<button type="button" class="solid" data-do="csv" data-name="{escape(labels["csv_name"])}">{escape(labels["csv"])}</button></form>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(labels["view_meetings"])}">'
        f'<table role="table"><thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup" id="meetings">{rows}</tbody></table></div>'
    )


def _row(meeting: Meeting, language: str) -> str:
    passage = meeting.citation.passage
    source = (
        f'<q class="quote" lang="{passage.language}">{escape(meeting.citation.quote)}</q>'
        f'<span class="origin">{document_link(passage, passage.title)}{badges(passage, language)}</span>'
    )
    said = wording.spoken_date(meeting.date, language)
    cells = (
        f'<time datetime="{escape(meeting.date)}">{escape(said)}</time>'
        if meeting.date
        else escape(said),
        *(escape(text) for text in (meeting.institution, meeting.interlocutor, meeting.subject)),
        source,
    )
    exported = (
        (meeting.date),
        meeting.institution,
        meeting.interlocutor,
        meeting.subject,
        f"{passage.title} ({passage.path}) : « {meeting.citation.quote} »",
    )
    row = "".join(
        f'<td role="cell" data-label="{escape(LABELS[language][column])}" data-csv="{escape(value)}">{cell}</td>'
        for column, cell, value in zip(COLUMNS, cells, exported, strict=True)
    )
    return (
        f'<tr class="item" role="row" data-year="{escape(meeting.date[:4])}" '
        f'data-institution="{escape(meeting.institution.casefold())}">{row}</tr>'
    )
