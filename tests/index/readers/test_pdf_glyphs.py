"""Glyphs of PDFs -> words and lists: ligatures, letters that are no bullets, invisible text."""

import pytest
from pdf_pages import FUNDING, PAGES, PLAIN, Draw, flow, made, put, wrapped
from reportlab.pdfgen.canvas import Canvas

from index.readers.pdf import read_pdf


def paragraphs_of(data: bytes) -> list[str]:
    return "".join(section.text for section in read_pdf(data).sections).strip("\n").split("\n\n")


def with_ligatures(text: str, matrix: str) -> bytes:
    """A PDF of a text, whose ligatures are drawn as glyphs that a program names, as Chrome's are."""
    drawn = f"BT /F 10 Tf {matrix} Tm ({text}) Tj ET"
    for ligature, code in (("ffi", r"\257"), ("fi", r"\256")):
        named = f"/Span <</ActualText ({ligature})>> BDC ({code}) Tj EMC"
        drawn = drawn.replace(f"<{ligature}>", f") Tj {named} (")
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/StandardEncoding>>",
    ]
    listed = "\n".join(f"{number} 0 obj\n{one}\nendobj" for number, one in enumerate(objects, 1))
    return f"%PDF-1.4\n{listed}\ntrailer<</Size 6/Root 1 0 R>>\n%%EOF".encode()


@pytest.mark.parametrize("matrix", ["1 0 0 1 50 700", "0 1 -1 0 300 300"])
def test_no_blank_follows_a_ligature(matrix: str):
    data = with_ligatures("Simpli<fi>er un o<ffi>ce en<fi>n", matrix)
    assert paragraphs_of(data) == ["Simplifier un office enfin"]
