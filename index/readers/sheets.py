"""Spreadsheets (.xlsx, .ods) -> Content. Owns openpyxl; .ods is read straight from its XML.

Each sheet is a table under its name: its rows, the header first, as they are shown; values, not
formulas. Hidden sheets are left out, as hidden slides are, and named in a warning, as are rows past
the bound and formulas whose value was never stored. Promise: repeated rows and cells, of which a
file can declare billions, are read once.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice

from lxml import etree

from index.errors import Unreadable
from index.readers.content import Block, Content
from index.readers.odt import LEFT_OUT, OFFICE, STYLE, TABLE, TEXT, frames_of, opened, properties
from index.readers.office import core_properties, guarded, lines_in, side, xml, zipped
from index.readers.sections import sections_of

ROWS = 20_000  # of a sheet
MOST_ROWS = 1_048_576  # of a sheet in Excel, blank ones too
COLUMNS = 200
PARSED_XLSX = re.compile(
    r"\[Content_Types\]\.xml|(?:.*/)?_rels/.*|docProps/core\.xml|xl/(?!embeddings/).*"
)
# A cell with a formula and no stored value.
NEVER_COUNTED = re.compile(
    rb"<f\b[^<>]*+(?:(?<=/)>|>[^<]*+</f>)\s*+(?:<v\s*+/>|<v>\s*+</v>)?+\s*+</c>"
)
# A header or footer of a printed sheet, and what parts it: its place, type or colour.
FRAME = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
PLACE = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-Fa-f]{6}|.)')
CURRENCY = re.compile(r"[€$£]|\[\$([^\]-]+)")


def read_xlsx(data: bytes) -> Content:
    """The content of an Excel workbook."""
    from openpyxl import load_workbook

    parts = guarded(data, "xl/workbook.xml", "Excel workbook (.xlsx)", PARSED_XLSX)
    own, warnings = core_properties(parts), parts.warnings
    uncounted = sum(
        len(NEVER_COUNTED.findall(content))
        for name, content in parts.items()
        if name.startswith("xl/worksheets/")
    )
    if uncounted:
        warnings.append(f"{uncounted} formulas have no stored value; open and save it in Excel")
    book = load_workbook(zipped(parts), read_only=True, data_only=True, keep_links=False)
    blocks: list[Block] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            warnings.append(f"sheet {sheet.title!r} is hidden; left out")
            continue
        sheet.reset_dimensions()  # which some programs declare wrong
        rows = ([_shown(cell) for cell in islice(row, COLUMNS + 1)] for row in sheet.iter_rows())
        blocks += _table(sheet.title, rows, warnings)
    aside = [
        line
        for name, content in parts.items()
        if name.startswith("xl/worksheets/")
        for written in FRAME.findall(content)
        for line in PLACE.split(unescape(written.decode("utf-8", "replace")))
    ]
    return Content(list(sections_of(blocks)), own=own, warnings=warnings, aside=aside)


def read_ods(data: bytes) -> Content:
    """The content of an OpenDocument spreadsheet."""
    parts = opened(data, "OpenDocument spreadsheet (.ods)")
    root = xml(parts["content.xml"])
    body = root.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    if body is None:
        raise Unreadable("it is an OpenDocument file, but no spreadsheet (.ods)")
    hidden = {
        style.get(f"{STYLE}name")
        for style in root.iter(f"{STYLE}style")
        if any(one.get(f"{TABLE}display") == "false" for one in style)
    }
    blocks: list[Block] = []
    for table in body.findall(f"{TABLE}table"):
        name = table.get(f"{TABLE}name", "")
        if table.get(f"{TABLE}style-name") in hidden:
            parts.warnings.append(f"sheet {name!r} is hidden; left out")
            continue
        blocks += _table(name, _rows(table), parts.warnings)
    return Content(
        list(sections_of(blocks)),
        own=properties(parts),
        warnings=parts.warnings,
        aside=list(lines_in(frames_of(side(parts, "styles.xml")), f"{TEXT}p")),
    )


def _table(name: str, rows: Iterable[list[str]], warnings: list[str]) -> Iterator[Block]:
    """A sheet as a heading and rows of data; columns that hold nothing are left out."""
    written = list(islice(filter(any, islice(rows, MOST_ROWS)), ROWS + 1))
    if len(written) > ROWS:
        warnings.append(f"only the first {ROWS} rows of sheet {name!r} are read")
        written.pop()
    if any(any(row[COLUMNS:]) for row in written):
        warnings.append(f"only the first {COLUMNS} columns of sheet {name!r} are read")
    width = min(COLUMNS, max(map(len, written), default=0))
    used = [at for at in range(width) if any(at < len(row) and row[at] for row in written)]
    if written:
        yield Block(1, name)
    for row in written:
        yield Block(-1, " | ".join(row[at] if at < len(row) else "" for at in used))


def _shown(cell) -> str:
    """What a cell shows, nearly: percentages, currencies and days as such, other figures bare."""
    value, form = cell.value, str(getattr(cell, "number_format", ""))
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return " ".join(str(value).split())
    if isinstance(value, datetime.datetime):
        whole = value.time() == datetime.time()
        return value.date().isoformat() if whole else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value)
    if form.rstrip().endswith("%"):
        return f"{_figure(value * 100)} %"
    currency = CURRENCY.search(form)
    return _figure(value) + (f" {currency[1] or currency[0]}" if currency else "")


def _figure(value: float) -> str:
    """A number as short as it is: 3, 12.5; without what binary fractions add (0.1 + 0.2)."""
    return f"{value:.12g}" if abs(value) < 1e12 else str(value)


def _rows(table: etree._Element) -> Iterator[list[str]]:
    """The rows of an OpenDocument table; what is repeated stands there once."""
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            text = " ".join(
                " ".join("".join(_strings(paragraph)).split())
                for paragraph in cell.iterchildren(f"{TEXT}p")
            )
            repeated = cell.get(f"{TABLE}number-columns-repeated", "1")
            times = int(repeated) if repeated.isdigit() else 1
            cells += [text] * min(times, COLUMNS + 1 - len(cells))
        yield cells


def _strings(element: etree._Element) -> Iterator[str]:
    """The text of a cell's paragraph, without comments."""
    yield element.text or ""
    for child in element:
        if child.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"):
            yield " "
        elif isinstance(child.tag, str) and child.tag not in LEFT_OUT:
            yield from _strings(child)
        yield child.tail or ""
