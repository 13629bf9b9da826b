"""Glyphs of PDFs -> words and lists: ligatures, letters that are no bullets, invisible text."""

import pytest
from pdf_pages import DATA, FUNDING, flow, made, put, raw_pdf, wrapped
from reportlab.pdfgen.canvas import Canvas

from index.readers.pdf import read_pdf


def paragraphs_of(data: bytes) -> list[str]:
    return "".join(section.text for section in read_pdf(data).sections).strip("\n").split("\n\n")


def with_ligatures(text: str, matrix: str) -> bytes:
    """A PDF of a text, whose ligatures are drawn as Chrome draws them."""
    drawn = f"BT /F 10 Tf {matrix} Tm ({text}) Tj ET"
    for ligature, code in (("ffi", r"\257"), ("fi", r"\256")):
        named = f"/Span <</ActualText ({ligature})>> BDC ({code}) Tj EMC"
        drawn = drawn.replace(f"<{ligature}>", f") Tj {named} (")
    return raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/StandardEncoding>>",
    )


@pytest.mark.parametrize("matrix", ["1 0 0 1 50 700", "0 1 -1 0 300 300"])
def test_no_blank_follows_a_ligature(matrix: str):
    data = with_ligatures("Simpli<fi>er un o<ffi>ce en<fi>n", matrix)
    assert paragraphs_of(data) == ["Simplifier un office enfin"]


# Letters that open lines


@pytest.mark.parametrize("word", ["à", "y", "A", "ô"])
def test_a_word_of_one_letter_that_opens_lines_is_a_word(word: str):
    lines = [f"{word} la fin des travaux de la commission mixte {number}" for number in range(3)]

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            put(canvas, (60, 700 - 14 * number), word)
            put(canvas, (75, 700 - 14 * number), line.removeprefix(f"{word} "))

    assert " ".join(paragraphs_of(made(draw))).replace(" |", "").split() == " ".join(lines).split()


@pytest.mark.parametrize(("font", "is_bullet"), [("Courier", True), ("Helvetica-Bold", False)])
def test_a_letter_is_a_bullet_in_the_font_of_another_family(font: str, is_bullet: bool):
    def draw(canvas: Canvas) -> None:
        for number in range(3):
            put(canvas, (60, 700 - 14 * number), "o", 10, font)
            put(canvas, (75, 700 - 14 * number), "Ouvrir un guichet")

    assert ("• Ouvrir un guichet" in "".join(paragraphs_of(made(draw)))) == is_bullet


@pytest.mark.parametrize("square", [False, True])
def test_small_discs_and_squares_drawn_before_lines_are_bullets(square: bool):
    def draw(canvas: Canvas) -> None:
        for number, item in enumerate(("un guichet unique", "un délai", "un seuil")):
            if square:
                canvas.rect(60, 701 - 12 * number, 3, 3, stroke=0, fill=1)
            else:
                canvas.circle(61, 702.5 - 12 * number, 1.2, stroke=0, fill=1)
            put(canvas, (75, 700 - 12 * number), item)

    assert paragraphs_of(made(draw)) == ["• un guichet unique\n• un délai\n• un seuil"]


def test_dots_of_a_leader_and_boxes_to_tick_are_no_bullets():
    def draw(canvas: Canvas) -> None:
        put(canvas, (60, 700), "Adhésion")
        for x in range(110, 200, 5):
            canvas.circle(x, 702, 0.8, stroke=0, fill=1)
        put(canvas, (205, 700), "900 €")
        canvas.rect(60, 659, 8, 8, stroke=1, fill=0)
        put(canvas, (75, 660), "Oui")

    assert "•" not in "".join(paragraphs_of(made(draw)))


# Text that leaves no ink


def hidden(canvas: Canvas, text: str, at: tuple[float, float], font: str) -> None:
    """Lines of a width as they are drawn by `flow`, in render mode 3, in another font."""
    for number, words in enumerate(wrapped(text, 460, 11)):
        drawn = canvas.beginText(at[0], at[1] - 13.2 * number)
        drawn.setTextRenderMode(3)
        drawn.setFont(font, 11)
        drawn.textOut(" ".join(words))
        drawn.setTextRenderMode(0)
        canvas.drawText(drawn)


@pytest.mark.parametrize("font", ["Times-Roman", "Helvetica", "Helvetica-Bold", "Courier"])
def test_a_text_recognised_a_little_off_its_print_is_read_once(font: str):
    def draw(canvas: Canvas) -> None:
        flow(canvas, FUNDING, (60, 760), 460, 11)
        hidden(canvas, FUNDING, (60.6, 759.4), font)

    assert paragraphs_of(made(draw)) == [FUNDING]


def test_a_text_recognised_over_a_picture_is_read():
    def draw(canvas: Canvas) -> None:
        flow(canvas, FUNDING, (60, 760), 460, 11)
        hidden(canvas, DATA, (60, 500), "Times-Roman")

    assert paragraphs_of(made(draw)) == [FUNDING, DATA]
