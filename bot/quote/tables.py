"""The row of a table that a question asks for, and what follows from a column. Pure.

Promise: a row is quoted with the header that names its columns, and no other row with it. What is
worked out of a column (the highest, the sum, ...) is called so and stands with rows of that column;
shares are never added up, nor figures of different units.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot import wording
from bot.quote.picks import Asked, Pick
from bot.quote.spans import Beside
from bot.statements import Span
from index.language import lists
from index.language.fold import fold
from index.language.numbers import NUMBER, SCALED, number_value, scaled_value
from index.language.words import Term, stem, terms, weight, words
from index.passage import Passage

LINE = re.compile(r"[^\n]+")
CELLS = " | "
LEVEL = 0.015  # rows that score within this of the best one answer alike
FEW = 3  # such rows at the most
SHOWN = 12  # rows of a table at the most
FIRST = 3  # passages whose tables are looked at
IN_BRACKETS = re.compile(r"\(([^()\d]+)\)")
MINUS = ("-", "–", "−")
CELL_NUMBER = re.compile(NUMBER)
ASKED = {
    what: re.compile(rf"\b{lists.forms(f'tables.computed.{what}')}")
    for what in ("highest", "lowest", "total", "average", "count")
}
TOTAL_ROW = re.compile(rf"\W*{lists.forms('tables.total_row')}\b")
SAID = {
    "fr": {
        "highest": "Le plus élevé (calculé sur {rows} lignes) :",
        "lowest": "Le plus bas (calculé sur {rows} lignes) :",
        "total": "Total (calculé sur {rows} lignes) : {figure}.",
        "average": "Moyenne simple (calculée sur {rows} lignes) : {figure}.",
        "count": "Nombre de lignes (compté) : {rows}.",
    },
    "en": {
        "highest": "The highest (worked out of {rows} rows):",
        "lowest": "The lowest (worked out of {rows} rows):",
        "total": "Total (worked out of {rows} rows): {figure}.",
        "average": "Plain average (worked out of {rows} rows): {figure}.",
        "count": "Number of rows (counted): {rows}.",
    },
}


@dataclass(frozen=True)
class Row:
    """A line of a table: passage.text[start:end]."""

    passage: Passage
    start: int
    end: int

    @property
    def span(self) -> Span:
        """What is quoted of it: the whole line."""
        return self.passage, self.start, self.end

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """Its cells, without the blanks around them."""
        line = self.passage.text[self.start : self.end].strip().strip("|")
        return tuple(cell.strip() for cell in line.split("|"))

    def said(self, language: str) -> set[Term]:
        """The terms of all its cells, in the language of the question."""
        return {term for cell in self.cells for term in terms(cell, language)}


@dataclass(frozen=True)
class Table:
    """A header and the rows under it, in reading order."""

    header: Row
    rows: tuple[Row, ...]

    @property
    def lines(self) -> tuple[Row, ...]:
        """The header and the rows."""
        return (self.header, *self.rows)


@dataclass(frozen=True)
class TableAnswer:
    """The header and the rows that answer; `label` says what was worked out of them, or ""."""

    spans: list[Span]
    label: str = ""


def table_of(passage: Passage, start: int, beside: Beside) -> Table | None:
    """The table that the line at passage.text[start] stands in, through all its passages."""
    at = passage.text.rfind("\n", 0, start) + 1
    rows = next((block for block in _blocks(passage) if at in {row.start for row in block}), [])
    if not rows:
        return None
    while rows[0].start == 0 and (earlier := beside(rows[0].passage)[0]):
        if not _goes_on(earlier, rows[0].passage):
            break
        rows = [*_blocks(earlier)[-1], *rows]
    while later := beside(rows[-1].passage)[1]:
        if rows[-1] != _blocks(rows[-1].passage)[-1][-1] or not _goes_on(rows[-1].passage, later):
            break
        rows = [*rows, *_blocks(later)[0]]
    return Table(rows[0], tuple(rows[1:])) if len(rows) > 1 else None


def answering(picks: Sequence[Pick], asked: Asked, beside: Beside) -> TableAnswer | None:
    """What a table answers: a named row, a column's extreme or sum; else None.

    `picks`: the statements of the hits, the best answer first. The table is that of the best of
    them, or one of the first passages whose header speaks of what is asked.
    """
    for table, pick in _tables(picks, asked, beside):
        if rows := _named(table, asked):
            return _answer(table, rows)
        if found := _worked_out(table, asked):
            return found
        if pick is picks[0]:
            best = [
                row
                for row in table.rows
                if any(_holds(row, one) and pick.score - one.score <= LEVEL for one in picks)
            ]
            # None is near where the header itself is the best line: its rows are what it is about.
            return _answer(table, best[:FEW] if best and asked.seeks != "list" else table.rows)
    return None


def holds_all_of(found: TableAnswer, asked: Asked) -> bool:
    """Do the header and the rows quoted have every word of the question, but those that ask?

    Where a person is asked for, all but one of three words or more: "qui représente ...".
    """
    question = str(fold(asked.search))
    for form in ASKED.values():
        question = form.sub(" ", question)
    wanted = {stem(word, asked.language) for word in words(question) if weight(word) == 1}
    said = {
        term
        for passage, start, end in found.spans
        for term in Row(passage, start, end).said(asked.language)
    }
    least = len(wanted) - (asked.seeks == "person" and len(wanted) > 2)
    return bool(wanted) and len(wanted & said) >= least


def _answer(table: Table, rows: Sequence[Row], label: str = "") -> TableAnswer:
    return TableAnswer([row.span for row in (table.header, *rows[:SHOWN])], label)


def _tables(picks: Sequence[Pick], asked: Asked, beside: Beside) -> list[tuple[Table, Pick]]:
    """The tables among the first passages, each with its best line; the best one's first."""
    first = list(dict.fromkeys(pick.passage.id for pick in picks))[:FIRST]
    wanted = set(terms(asked.search, asked.language))
    found: list[tuple[Table, Pick]] = []
    for pick in picks:
        is_known = any(_holds(row, pick) for table, _ in found for row in table.lines)
        if pick.line != "row" or pick.passage.id not in first or is_known:
            continue
        table = table_of(pick.passage, pick.hit.sentences[pick.index].start, beside)
        if table and (pick is picks[0] or wanted & table.header.said(asked.language)):
            found.append((table, pick))
    return found


def _holds(row: Row, pick: Pick) -> bool:
    start = pick.hit.sentences[pick.index].start
    return row.passage.id == pick.passage.id and row.start <= start < row.end


def _blocks(passage: Passage) -> list[list[Row]]:
    """The passage's stretches of table lines, each without a blank line in it."""
    blocks: list[list[Row]] = []
    for line in LINE.finditer(passage.text):
        if CELLS not in line[0]:
            continue
        row = Row(passage, line.start(), line.end())
        if blocks and blocks[-1][-1].end + 1 == row.start:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _goes_on(earlier: Passage, later: Passage) -> bool:
    """Does a table go on from the end of one passage to the beginning of the next?"""
    above, below = _blocks(earlier), _blocks(later)
    return (
        bool(above and below)
        and (earlier.path, earlier.headings, earlier.end)
        == (later.path, later.headings, later.start)
        and earlier.text[above[-1][-1].end :] == "\n"
        and below[0][0].start == 0
    )


def _named(table: Table, asked: Asked) -> list[Row]:
    """The rows that the question names by their first cell, or by another one whole.

    A word counts by how few rows have it; one that most of them have, or the header, names none.
    """
    header = table.header.said(asked.language)
    wanted = set(terms(asked.search, asked.language)) - header
    rows_with = Counter(term for row in table.rows for term in row.said(asked.language))
    often = len(table.rows) / 2 if len(table.rows) > 2 else 2
    common = {term for term, count in rows_with.items() if count > often} | header
    scores = {}
    for row in table.rows:
        named: set[Term] = set()
        for place, cell in enumerate(row.cells):
            said = set(terms(cell, asked.language))
            is_figure = not any(character.isalpha() for character in cell)
            if place == 0 or (said and said <= wanted and not is_figure):
                named |= said & wanted
        key = set(terms(row.cells[0], asked.language)) - common
        if len(named) * 2 >= len(key):  # one word of a long key is met by chance
            scores[row] = sum(1 / rows_with[term] for term in named)
    best = max(scores.values(), default=0)
    rows = [row for row, score in scores.items() if score == best]
    # A word of every second row, alone, names none of them.
    return rows if best > 0 and len(rows) <= max(1, len(table.rows) // 3) else []


def _worked_out(table: Table, asked: Asked) -> TableAnswer | None:
    """What the question asks of a whole column, with the rows it rests on; None if nothing."""
    question = fold(asked.search)
    header = fold(" ".join(table.header.cells))
    what = next(
        (
            name
            for name, form in ASKED.items()
            if (found := form.search(question)) and found[0] not in header
        ),
        "",
    )
    rows = [row for row in table.rows if not TOTAL_ROW.match(fold(row.cells[0]))]
    if not what or len(rows) < 2:
        return None
    if what == "count":
        counted = set(terms(table.header.cells[0], asked.language))
        if not counted & set(terms(asked.search, asked.language)):
            return None
        return _answer(table, rows, _said(what, asked.language, len(rows)))
    if what == "total" and len(rows) < len(table.rows):
        return _answer(table, [row for row in table.rows if row not in rows])
    figures = _column(table.header, rows, asked)
    return _of_figures(table, figures, what, asked.language) if figures else None


def _of_figures(
    table: Table, figures: Sequence[tuple[Row, float, str]], what: str, language: str
) -> TableAnswer | None:
    rows, values = [row for row, *_ in figures], [value for _, value, _ in figures]
    if what in ("highest", "lowest"):
        extreme = max(values) if what == "highest" else min(values)
        tops = [row for row, value, _ in figures if value == extreme]
        return _answer(table, tops, _said(what, language, len(rows)))
    unit = figures[0][2]
    if "%" in unit:
        return None
    value = sum(values) if what == "total" else sum(values) / len(values)
    return _answer(
        table,
        rows,
        _said(what, language, len(rows), f"{wording.number(value, language)} {unit}".strip()),
    )


def _said(what: str, language: str, rows: int, figure: str = "") -> str:
    return SAID[language][what].format(rows=rows, figure=figure)


def _column(header: Row, rows: Sequence[Row], asked: Asked) -> list[tuple[Row, float, str]]:
    """The figures of the column that the question means, with their unit; [] where unsure."""
    wanted = set(terms(asked.search, asked.language))
    columns: list[tuple[int, list[tuple[Row, float, str]]]] = []
    for place, title in enumerate(header.cells):
        cells = [row.cells[place] if place < len(row.cells) else "" for row in rows]
        read = [cell_figure(cell, title) for cell in cells]
        if place and all(read) and len({unit for _, unit in filter(None, read)}) == 1:
            figures = [(row, *one) for row, one in zip(rows, read, strict=True) if one]
            columns.append((len(wanted & set(terms(title, asked.language))), figures))
    columns.sort(key=lambda column: -column[0])
    if not columns or (len(columns) > 1 and columns[0][0] == columns[1][0]):
        return []
    return columns[0][1]


def cell_figure(cell: str, title: str = "") -> tuple[float, str] | None:
    """The figure of a cell and its unit, as written or in the column's title; None for no figure.

    A scale word counts: "12,5 M€" is 12 500 000 and "€".
    """
    if scaled := SCALED.search(cell):
        value, span = scaled_value(scaled), scaled.span()
    elif plain := CELL_NUMBER.search(cell):
        value, span = number_value(plain[0]), plain.span()
    else:
        return None
    before = cell[: span[0]].strip()
    if before in MINUS:
        value, before = -value, ""
    rest = f"{before} {cell[span[1] :]}"
    if any(character.isdigit() for character in rest):
        return None
    in_title = IN_BRACKETS.search(title)
    return value, " ".join(rest.split()) or (in_title[1] if in_title else "")
