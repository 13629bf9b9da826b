"""A table that an answer quotes, as it is shown: the rows asked for among those next to them. Pure.

Promise: a row that is not quoted stands in the passage of one that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot import wording
from bot.quote.spans import none_beside
from bot.quote.tables import table_of
from bot.records import Citation, Claim

MOST = 8  # rows of a table that is shown whole


@dataclass(frozen=True)
class Line:
    """A row: its cells, and the citation that quotes it, if one does. `is_asked`: to be marked."""

    cells: list[str]
    citation: Citation | None = None
    is_asked: bool = False


def shown(claim: Claim) -> tuple[Line, list[Line]]:
    """The header of the table that a claim quotes, and its rows.

    The whole table where it is short and in one passage, else what is quoted of it.
    """
    header, *asked = claim.citations
    quoted = [Line(wording.cells(one.quote), one) for one in asked]
    rows = list(_around(header, asked))
    if not len(quoted) < len(rows) <= MOST:
        rows = quoted
    return Line(wording.cells(header.quote), header), rows


def _around(header: Citation, asked: list[Citation]) -> Iterator[Line]:
    """The rows of the passage that the asked ones stand in; none where these are in several."""
    passage = asked[0].passage
    table = table_of(passage, asked[0].start, none_beside)
    places = {(one.passage.id, one.start, one.end): one for one in asked}
    lines = table.lines if table else ()
    if not all(place in {(passage.id, line.start, line.end) for line in lines} for place in places):
        return
    for line in lines:
        if (passage.id, line.start, line.end) == (header.passage.id, header.start, header.end):
            continue
        citation = places.get((passage.id, line.start, line.end))
        yield Line(list(line.cells), citation, citation is not None)
