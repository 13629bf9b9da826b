"""Side parts and parts put into the text: what is sound is read, what is not is named."""

import zipfile
from io import BytesIO

import pytest
from making import PARTS, RELATIONS, TYPES, docx, odt, p, run

from index.errors import Unreadable
from index.readers.read import Reading, read_all

OPENOFFICE = (
    '<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">'
)
DEFINES = '<!DOCTYPE a [<!ENTITY b "secret">]>'
BODY = "<text:p>Nous voulons un guichet.</text:p>"


def reading(path: str, data: bytes) -> Reading:
    return read_all(path, data, {})[0]


@pytest.mark.parametrize(
    "part",
    ["Basic__Standard__Module1_xml", "Object 1__settings_xml", "META-INF__manifest_xml"],
)
def test_a_document_type_that_openoffice_writes_is_nothing_to_refuse(part: str):
    found = reading("2023-a.odt", odt(BODY, **{part: OPENOFFICE + "<a/>"}))
    assert found.document.text == "Nous voulons un guichet.\n\n"
    assert not any("entities" in warning for warning in found.warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_that_defines_entities_and_that_nobody_parses_is_named(encoding: str):
    data = odt(BODY, **{"Basic__Standard__Module1_xml": (DEFINES + "<a>&b;</a>").encode(encoding)})
    found = reading("2023-a.odt", data)
    assert found.document.text == "Nous voulons un guichet.\n\n"
    assert found.warnings[0] == (
        "2023-a.odt: a part that defines XML entities is not read: Basic/Standard/Module1.xml"
    )
    custom = docx(p("Un fonds."), **{"customXml__item1_xml": DEFINES + "<a>&b;</a>"})
    assert reading("2023-a.docx", custom).document.text == "Un fonds.\n\n"


def test_a_document_type_without_definitions_in_the_text_itself_is_cut_out():
    with zipfile.ZipFile(BytesIO(odt(BODY))) as archive:
        content = archive.read("content.xml").decode()
    doctype = '<!DOCTYPE office:document-content PUBLIC "-//OpenOffice.org//DTD" "office.dtd">'
    assert reading("a.odt", odt("", content_xml=doctype + content)).document.text == (
        "Nous voulons un guichet.\n\n"
    )


@pytest.mark.parametrize("trick", ['<!DOCTYPE a SYSTEM "x>" [<!ENTITY b "secret">]>', DEFINES])
def test_definitions_in_the_text_are_refused_however_they_are_written(trick: str):
    with zipfile.ZipFile(BytesIO(odt("<text:p>&b;</text:p>"))) as archive:
        content = archive.read("content.xml").decode()
    with pytest.raises(Unreadable):
        reading("a.odt", odt("", content_xml=trick + content))


def test_a_broken_side_part_does_not_condemn_the_text():
    found = reading("2023-a.odt", odt(BODY, styles_xml="<a", meta_xml="<a"))
    assert found.document.text == "Nous voulons un guichet.\n\n"
    assert found.warnings[:2] == [
        "2023-a.odt: a damaged part is not read: styles.xml",
        "2023-a.odt: a damaged part is not read: meta.xml",
    ]
    found = reading("2023-a.docx", docx(p("Un fonds."), word__styles_xml="<a"))
    assert found.document.text == "Un fonds.\n\n"
    assert found.warnings[0] == "2023-a.docx: a damaged part is not read: word/styles.xml"


def test_an_embedded_object_is_named():
    found = reading("2023-a.odt", odt(BODY, **{"Object 1__content_xml": "<math/>"}))
    assert "2023-a.odt: an embedded object is not read: Object 1" in found.warnings
    found = reading("2023-a.docx", docx(p("Un fonds."), word__embeddings__budget_xml="<a/>"))
    assert "2023-a.docx: an embedded file is not read: word/embeddings/budget.xml" in found.warnings


# Files put into a Word text as they are (altChunk)


def with_chunk(name: str, chunk: bytes) -> bytes:
    """A Word file with another file between two paragraphs."""
    relation = f'<Relationship Id="rIdC" Type="{RELATIONS}/aFChunk" Target="{name}"/>'
    kind = (
        f'<Default Extension="{name.rpartition(".")[2]}" ContentType="application/octet-stream"/>'
    )
    made = docx(
        f'{p("Avant.")}<w:altChunk r:id="rIdC"/>{p("Après.")}',
        word___rels__document_xml=b"",
    )
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.namelist():
            if entry not in ("word/_rels/document.xml.rels", "[Content_Types].xml"):
                new.writestr(entry, old.read(entry))
        new.writestr(
            "word/_rels/document.xml.rels",
            PARTS.replace("</Relationships>", relation + "</Relationships>"),
        )
        new.writestr("[Content_Types].xml", TYPES.replace("</Types>", kind + "</Types>"))
        new.writestr(name[1:] if name.startswith("/") else f"word/{name}", chunk)
    return stream.getvalue()


SAVED = (
    b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=X\n\n--X\nContent-Type: "
    b"text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<html><body>"
    b"<h2>March=C3=A9s</h2><p>Le plafond.</p></body></html>\n--X--\n"
)


@pytest.mark.parametrize(
    ("name", "chunk", "text"),
    [
        ("a.html", "<h2>Marchés</h2><p>Le plafond.</p>".encode(), "Marchés\n\nLe plafond."),
        ("/word/a.htm", b"<body><ul><li>Le plafond</li></ul>", "- Le plafond"),
        ("a.mht", SAVED, "Marchés\n\nLe plafond."),
        ("a.docx", docx(p("Le plafond.")), "Le plafond."),
        ("a.rtf", b"{\\rtf1\\ansi\\ansicpg1252 L\\'92aide & le plafond.\\par}", None),
        ("a.txt", "L’aide & le plafond.".encode("cp1252"), None),
    ],
)
def test_a_file_put_into_a_word_text_is_read_in_its_place(name: str, chunk: bytes, text: str):
    found = reading("2023-a.docx", with_chunk(name, chunk))
    assert found.document.text == (f"Avant.\n\n{text or 'L’aide & le plafond.'}\n\nAprès.\n\n")
    assert not any("not read" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("name", "chunk"),
    [("a.pdf", b"%PDF-1.7"), ("a.docx", b"rien"), ("a.html", (DEFINES + "<p>&b;</p>").encode())],
)
def test_a_file_put_into_a_word_text_that_is_not_read_is_named(name: str, chunk: bytes):
    found = reading("2023-a.docx", with_chunk(name, chunk))
    assert found.document.text == "Avant.\n\nAprès.\n\n"
    assert f"2023-a.docx: a file put into the text is not read: word/{name}" in found.warnings


def test_word_files_put_into_word_files_without_end_are_named():
    data = docx(p("Le dernier."))
    for _ in range(6):
        data = with_chunk("a.docx", data)
    found = reading("2023-a.docx", data)
    assert found.document.text.count("Avant.") == 4
    assert found.warnings[0] == "2023-a.docx: a file put into the text is not read: word/a.docx"


# What is left out on purpose is counted


def test_what_is_left_out_of_a_word_file_is_counted_in_words():
    deleted = '<w:del w:id="1"><w:r><w:delText>trois mots ôtés</w:delText></w:r></w:del>'
    found = reading(
        "2023-a.docx",
        docx(
            p(
                run("Un fonds.")
                + run("caché ici", "<w:vanish/>")
                + run(" Montré.", '<w:vanish w:val="0"/>')
                + deleted
            )
        ),
    )
    assert found.document.text == "Un fonds. Montré.\n\n"
    assert found.left_out == {
        "deleted text": 3,
        "hidden text": 2,
        "page headers and footers": 2,
    }


def test_what_is_left_out_of_an_opendocument_text_is_counted_in_words():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>deux mots</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Un fonds.<office:annotation><text:p>à revoir vite</text:p></office:annotation>"
        "</text:p>"
    )
    found = reading("2023-a.odt", odt(body))
    assert found.document.text == "Un fonds.\n\n"
    assert found.left_out == {"deleted text": 2, "comments": 3}


def test_what_is_left_out_of_a_page_is_counted_in_words():
    html = "<nav>Accueil Contact</nav><p>Un fonds.</p><p hidden>x y z</p><footer>Mentions</footer>"
    found = reading("2023-a.html", html.encode())
    assert found.document.text == "Un fonds.\n\n"
    assert found.left_out == {"menus, footers and hidden text": 6}


def test_ticked_boxes_of_a_word_form_are_read():
    box = (
        '<w:sdt xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:sdtPr>'
        '<w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r>'
        "<w:t>\u2612</w:t></w:r></w:sdtContent></w:sdt>"
    )
    found = reading("a.docx", docx(p(box.format(1) + run("Oui")) + p(box.format(0) + run("Non"))))
    assert [line.split() for line in found.document.text.split("\n\n")[:2]] == [
        ["\u2612", "Oui"],
        ["\u2610", "Non"],
    ]
