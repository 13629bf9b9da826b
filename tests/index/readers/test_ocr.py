"""Pages of pictures -> text by tesseract: here a program of its name that prints what is known.

The real tesseract is not needed; what it recognises is its own matter.
"""

import os
from pathlib import Path

import pytest
from conftest import Federation
from making import pdf

from index.build import build
from index.errors import Unreadable
from index.readers.read import PICTURES, Reading, read_all
from index.settings import IndexSettings
from index.shelf.store import Shelf

pytest.importorskip("pytesseract", reason="the extra `ocr` is not installed")

TESSERACT = """#!/bin/sh
# tesseract PICTURE OUTPUT -l LANGUAGES ...
if [ "$1" = --version ]; then echo "tesseract 5.3.0"; exit 0; fi
echo "$@" >> "$(dirname "$0")/asked"
{body}
"""
KNOWN = 'printf "Nous demandons un guichet unique.\\n\\nEt un plafond de 3 %%.\\n" > "$2.txt"'
SCAN = pdf([], images=1)


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a program of that name on the path, whose last lines are given; its folder."""
    if os.name == "nt":
        pytest.skip("the program is a shell script")
    folder = tmp_path / "bin"
    folder.mkdir()

    def put(body: str = KNOWN) -> Path:
        (folder / "tesseract").write_text(TESSERACT.format(body=body))
        (folder / "tesseract").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        PICTURES.close()  # so that the next one inherits the path
        return folder

    yield put
    PICTURES.close()


def reading(data: bytes) -> Reading:
    return read_all("positions/2023-05-04-a.pdf", data, {}, PICTURES)[0]


def test_a_page_of_a_picture_is_read_under_a_heading_that_says_so(tesseract):
    folder = tesseract()
    found = reading(SCAN)
    assert [(one.headings, one.page, one.text) for one in found.document.sections] == [
        (
            ("Texte reconnu",),
            1,
            "Texte reconnu\n\nNous demandons un guichet unique.\n\nEt un plafond de 3 %.\n\n",
        )
    ]
    assert found.warnings == [
        "positions/2023-05-04-a.pdf: page 1: its text was recognised on a picture"
    ]
    assert "-l fra+eng" in (folder / "asked").read_text()
    assert found.document.title == "2023 05 04 a"


def test_a_text_layer_is_never_replaced(tesseract):
    folder = tesseract()
    found = reading(pdf([(50, 700, "Un fonds.")], images=1))
    assert found.document.text == "Un fonds.\n\n"
    assert not (folder / "asked").exists()


def test_a_line_outside_of_the_page_keeps_no_picture_from_being_recognised(tesseract):
    tesseract()
    found = reading(pdf([(700, 700, "Imprimerie")], images=1))
    assert "Nous demandons un guichet unique." in found.document.text
    assert "Imprimerie" not in found.document.text


def test_pages_of_pictures_stand_among_those_of_text_in_their_order(tesseract):
    import io

    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    tesseract()
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    for words in ("Avant.", "", "Après."):
        canvas.drawString(50, 700, words)
        if not words:
            canvas.drawImage(ImageReader(Image.new("RGB", (200, 100), "grey")), 50, 300, 400, 200)
        canvas.showPage()
    canvas.save()
    found = reading(stream.getvalue())
    assert [(one.page, one.headings[:1]) for one in found.document.sections] == [
        (1, ()),
        (2, ("Texte reconnu",)),
        (3, ()),
    ]


@pytest.mark.parametrize("body", ["exit 1", ': > "$2.txt"'])
def test_a_picture_that_is_not_recognised_is_named(tesseract, body: str):
    tesseract(body)
    with pytest.raises(Unreadable):
        reading(SCAN)


def test_without_the_program_the_report_says_what_is_missing(
    tesseract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    PICTURES.close()
    with pytest.raises(Unreadable, match="tesseract is not installed"):
        reading(SCAN)


def test_switching_it_on_reads_what_could_not_be_read_and_members_see_that_it_was_recognised(
    tesseract, federation: Federation
):
    federation.write("2023-a.pdf", SCAN)
    federation.write("2023-b.txt", "Un fonds.")
    assert federation.index().unreadable[0][0] == "2023-a.pdf"
    tesseract()
    embedder = federation.embedder
    report = build(
        federation.corpus, federation.store, embedder.name, lambda: embedder, parsers=PICTURES
    )
    assert (report.unreadable, report.documents) == ([], 2)
    passage = Shelf(federation.store).current().passages[0]
    assert (passage.headings, passage.page) == (("Texte reconnu",), 1)


def test_the_setting_names_what_recognises(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLAIDOYER_OCR", "tesseract")
    assert IndexSettings.from_environment().ocr == "tesseract"
    monkeypatch.setenv("PLAIDOYER_OCR", "")
    assert IndexSettings.from_environment().ocr == ""
