"""Spreadsheets, rich text and saved web pages."""

import datetime
import io

import pytest
from making import zipped

from index.errors import Unreadable
from index.readers.read import Reading, read_all
from index.readers.sheets import COLUMNS, ROWS


def reading(path: str, data: bytes) -> Reading:
    return read_all(path, data, {})[0]


def xlsx(fill, title: str = "") -> bytes:
    from openpyxl import Workbook

    book, stream = Workbook(), io.BytesIO()
    book.properties.title = title
    fill(book)
    book.save(stream)
    return stream.getvalue()


def ods(tables: str, styles: str = "", **parts: str) -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"content.xml": content} | parts)


def row(*cells: str, more: str = "") -> str:
    inside = "".join(
        f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells
    )
    return f"<table:table-row>{inside}{more}</table:table-row>"


def test_each_sheet_of_a_workbook_is_a_table_under_its_name():
    def fill(book):
        sheet = book.active
        sheet.title = "Adhérents"
        sheet.append(["Territoire", "Membres", None, "Part"])
        sheet.append([])
        sheet.append(["Nord", 1250, None, 0.125])
        sheet.append(["Sud", 0.1 + 0.2, None, 1])
        sheet["D3"].number_format = "0.0 %"
        second = book.create_sheet("Cotisations")
        second.append(["Année", "Montant", "Payé le"])
        second.append([2024, 1500.5, datetime.date(2024, 6, 3)])
        second["B2"].number_format = '#,##0.00\\ "€"'
        book.create_sheet("Vide")

    found = reading("2024-a.xlsx", xlsx(fill, "Adhérents du Nord"))
    assert [(one.headings, one.text) for one in found.document.sections] == [
        (
            ("Adhérents",),
            "Adhérents\n\nTerritoire | Membres | Part\nNord | 1250 | 12.5 %\nSud | 0.3 | 1\n\n",
        ),
        (
            ("Cotisations",),
            "Cotisations\n\nAnnée | Montant | Payé le\n2024 | 1500.5 € | 2024-06-03\n\n",
        ),
    ]
    assert found.document.title == "Adhérents du Nord"


def test_what_is_not_read_of_a_workbook_is_said():
    def fill(book):
        book.active.append(["Total", "=1+1"])
        book.create_sheet("Brouillon").sheet_state = "hidden"

    found = reading("positions/2024-a.xlsx", xlsx(fill))
    assert found.warnings[:2] == [
        "positions/2024-a.xlsx: 1 formulas have no stored value; open and save it in Excel",
        "positions/2024-a.xlsx: sheet 'Brouillon' is hidden; left out",
    ]


def test_a_workbook_is_read_up_to_a_number_of_rows():
    def fill(book):
        for number in range(ROWS + 5):
            book.active.append([f"n{number}"])

    found = reading("2024-a.xlsx", xlsx(fill))
    assert found.document.text.count("\n") == ROWS + 3
    assert f"only the first {ROWS} rows of sheet 'Sheet' are read" in found.warnings[0]


def test_a_workbook_is_read_up_to_a_number_of_columns():
    wide = ["Année", *[""] * (COLUMNS - 2), "2024", "secret"]
    found = reading("2024-a.xlsx", xlsx(lambda book: book.active.append(wide)))
    assert "2024" in found.document.text
    assert "secret" not in found.document.text
    assert f"only the first {COLUMNS} columns of sheet 'Sheet' are read" in found.warnings[0]
    whole = reading("2024-a.xlsx", xlsx(lambda book: book.active.append(wide[:-1])))
    assert not any("columns" in warning for warning in whole.warnings)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.xlsx", b"rien"),
        ("a.xlsx", zipped({"photo.jpg": b"x"})),
        ("a.xlsx", zipped({"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
        ("a.ods", b"rien"),
        ("a.ods", zipped({"content.xml": "<a/>"})),
        ("a.ods", ods("", **{"META-INF/manifest.xml": "<a><encryption-data/></a>"})),
        ("a.rtf", b"rien"),
        ("a.rtf", b"{\\rtf1 }"),
        ("a.mht", b"rien"),
        ("a.mhtml", b"Subject: a\n\nrien"),
    ],
)
def test_broken_and_hostile_files_are_named_in_words(path: str, data: bytes):
    with pytest.raises(Unreadable, match=r"^it "):
        reading(path, data)


def test_an_opendocument_spreadsheet_is_read_as_it_is_shown():
    hidden = (
        '<style:style style:name="h" style:family="table"><style:table-properties '
        'table:display="false"/></style:style>'
    )
    repeated = '<table:table-cell table:number-columns-repeated="16000"/>'
    tables = (
        '<table:table table:name="Adhérents">'
        + row("Territoire", "Part")
        + row("Nord", "12,5 %", more=repeated)
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row></table:table>"
        + f'<table:table table:name="Caché" table:style-name="h">{row("x")}</table:table>'
    )
    found = reading("2024-a.ods", ods(tables, hidden))
    assert found.document.text == "Adhérents\n\nTerritoire | Part\nNord | 12,5 %\n\n"
    assert found.warnings[0] == "2024-a.ods: sheet 'Caché' is hidden; left out"


def test_repeated_cells_cost_nothing():
    cell = (
        '<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p>'
        "</table:table-cell>"
    )
    table = f'<table:table table:name="T"><table:table-row>{cell}</table:table-row></table:table>'
    assert reading("2024-a.ods", ods(table)).document.text.count("x") == 200


RICH = rb"""{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\info{\title Note sur l'\'e9nergie}
{\creatim\yr2024\mo3\dy5}}{\header En-t\'eate}
{\b Nos demandes}\par
Nous demandons l\'92aide de 30 \'80 \u8211? tout de suite{\footnote\pard  Voir la note.}.\par
\trowd\cellx1\cellx2\intbl Territoire\cell Part\cell\row
\trowd\cellx1\cellx2\intbl Nord\cell 12 %\cell\row
\pard Fin.\par}"""


def test_rich_text_keeps_its_letters_its_rows_and_its_notes():
    found = reading("a.rtf", RICH)
    assert found.document.text == (
        "Nos demandes\n\nNous demandons l’aide de 30 € – tout de suite[1].\n\n"
        "Territoire | Part\nNord | 12 %\n\nFin.\n\nNotes\n\n[1] Voir la note.\n\n"
    )
    assert (found.document.title, found.document.date) == ("Note sur l'énergie", "2024-03-05")


def test_rich_text_that_is_cut_short_is_read_as_far_as_it_goes():
    text = reading("a.rtf", RICH[: RICH.index(b" Voir la note")]).document.text
    assert text.startswith("Nos demandes\n\nNous demandons l’aide")


def saved(html: str, kind: str = "related") -> bytes:
    return (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org/plafond\n"
        "Subject: Le plafond\nDate: Tue, 4 Jun 2024 10:00:00 -0000\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/{kind}; type="text/html"; boundary="X"\n\n--X\n'
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{html}\n--X\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--X--\n"
    ).encode()


@pytest.mark.parametrize("path", ["a.mht", "a.mhtml"])
def test_a_saved_page_is_read_as_a_page(path: str):
    html = (
        "<html><head><title>Le plafond</title><meta name='date' content='2023-05-04'></head><body>"
        "<nav>Accueil</nav><h1>Plafond</h1><p>Nous demandons 900 000 €.</p></body></html>"
    )
    document = reading(path, saved(html)).document
    assert (document.title, document.date, document.url, document.text) == (
        "Le plafond",
        "2023-05-04",
        "https://example.org/plafond",
        "Plafond\n\nNous demandons 900 000 €.\n\n",
    )


def test_the_day_that_a_page_was_saved_is_the_last_to_be_believed():
    assert reading("a.mht", saved("<p>Un fonds.</p>")).document.date == "2024-06-04"
    page = "<p>Un fonds.</p><time datetime='2023-05-04T10:00'>4 mai</time>"
    assert reading("a.mht", saved(page)).document.date == "2023-05-04"
    published = (
        "<meta property='article:published_time' content='2023-05-04T10:00'><p>Un fonds.</p>"
    )
    assert reading("a.mht", saved(published)).document.date == "2023-05-04"


def test_a_page_that_is_read_alone_is_read_too():
    head = "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    assert reading("2024-a.mht", (head + "<p>Un fonds.</p>").encode()).document.text == (
        "Un fonds.\n\n"
    )


def test_a_saved_page_without_its_closing_boundary_is_read_with_a_warning():
    whole = saved("<p>Un fonds.</p>")
    cut = reading("2024-a.mht", whole[: whole.index(b"--X--")])
    assert cut.document.text == "Un fonds.\n\n"
    said = "2024-a.mht: it is cut short or its parts are not marked; what is there is read"
    assert said in cut.warnings
    assert said not in reading("2024-a.mht", whole).warnings
