"""Pictures of a PDF's pages, and the boxes of quotes on them; bounded, whatever the file."""

import io
import json

import pypdfium2
import pytest
from pdf_pages import BOLD, CLIMATE, DATA, FUNDING, PAGES, flow, made, put, raw_pdf
from PIL import Image

from index.errors import Unreadable
from index.language.fold import fold
from index.passage import Document
from index.readers.pdf import read_pdf
from index.readers.pictures import (
    LARGEST,
    MOST_PAGES,
    Box,
    Wanted,
    drawn,
    outline,
    picture,
)
from index.readers.worker import Limits, Worker
from index.split import split

# Here lines climb, stand twice, or stand beside a cell over three rows: a box holds more or less.
OFF = ("askew", "climb", "twice", "cell over three rows")


def letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


def within(data: bytes, boxes: list[Box]) -> str:
    """What a PDF says along the middle of these boxes of its pages."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for page, left, top, wide, high in boxes:
        width, height = document[page - 1].get_size()
        found.append(
            document[page - 1]
            .get_textpage()
            .get_text_bounded(
                left=left * width,
                right=(left + wide) * width,
                top=height - (top + 0.4 * high) * height,
                bottom=height - (top + 0.6 * high) * height,
            )
        )
    return " ".join(found)


@pytest.mark.parametrize("name", [name for name in PAGES if "filled" not in name])
def test_every_sentence_of_every_layout_is_found_on_its_page(name: str):
    data = made(PAGES[name])
    content = read_pdf(data)
    for passage in split(Document(path="a.pdf", title="", sections=tuple(content.sections))):
        spans = passage.sentences()
        wanted = [Wanted(passage.page, passage.text, *span) for span in spans]
        boxes = drawn(json.dumps({"quotes": wanted}), data)["boxes"]
        for span, on_page in zip(spans, boxes, strict=True):
            quote = passage.text[slice(*span)]
            assert on_page or not letters(quote), quote
            if not any(word in name for word in OFF):
                assert letters(within(data, on_page)) == letters(quote)


def test_a_short_cell_is_marked_in_its_own_row():
    rows = [("Guichet", "12 M"), ("Fonds", "40 M"), ("Label", "12 M")]

    def table(canvas):
        for number, (name, sum_) in enumerate(rows):
            put(canvas, (50, 700 - 20 * number), name)
            put(canvas, (250, 700 - 20 * number), sum_)

    text = "\n".join(" | ".join(row) for row in rows)
    data = made(table)
    (first,), (last,) = outline(
        data,
        [Wanted(1, text, at, at + 4) for at in (text.index("12"), text.rindex("12"))],
    ).boxes
    assert (letters(within(data, [first])), letters(within(data, [last]))) == ("12m", "12m")
    assert last.top - first.top == pytest.approx(40 / 842, abs=0.001)


def test_a_quote_that_runs_over_the_end_of_a_page_is_marked_on_both():
    def first(canvas):
        flow(canvas, FUNDING, (50, 120), 300)
        put(canvas, (50, 30), "Pied de page 1", 8)

    def second(canvas):
        put(canvas, (50, 800), "Titre courant", 8)
        flow(canvas, DATA, (50, 760), 300)

    text = f"{FUNDING} {DATA}"
    start, end = text.index("Nous proposons"), text.index(" Or les")
    (boxes,) = outline(made(first, second), [Wanted(1, text, start, end)]).boxes
    assert {box.page for box in boxes} == {1, 2}
    assert letters(within(made(first, second), list(boxes))) == letters(text[start:end])


def test_what_is_not_on_the_page_has_no_box():
    data = made(lambda canvas: flow(canvas, FUNDING, (50, 700), 300))
    assert outline(data, [Wanted(1, CLIMATE, 0, 60), Wanted(9, FUNDING, 0, 60)]).boxes == ((), ())


def test_a_page_that_is_turned_and_cropped_is_drawn_and_marked_as_it_is_shown():
    document = pypdfium2.PdfDocument(made(lambda canvas: put(canvas, (300, 400), "Un fonds vert")))
    document[0].set_rotation(90)
    document[0].set_cropbox(200, 300, 560, 660)
    stream = io.BytesIO()
    document.save(stream)
    found = outline(stream.getvalue(), [Wanted(1, "Un fonds vert", 0, 13)])
    ((box,),) = found.boxes
    assert found.shapes == (1.0,)
    # Turned to the right: what was 100 of 360 points from the left is as far from the top.
    assert (box.top, box.left + box.width / 2) == pytest.approx((0.28, 0.28), abs=0.02)
    image = Image.open(io.BytesIO(picture(stream.getvalue(), 1, 900).data)).convert("L")
    dark = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    left, top, right, bottom = (side / 900 for side in dark)
    assert box.left <= left and right <= box.left + box.width + 0.01
    assert box.top - 0.01 <= top and bottom <= box.top + box.height + 0.01


def test_a_picture_is_as_wide_as_asked_and_a_photograph_is_no_huge_file():
    data = made(lambda canvas: flow(canvas, FUNDING, (50, 700), 300))
    drawn_page = picture(data, 1, 900)
    assert (drawn_page.kind, Image.open(io.BytesIO(drawn_page.data)).width) == ("image/png", 900)
    noise = Image.effect_noise((1200, 1200), 90).convert("RGB")
    stream = io.BytesIO()
    noise.save(stream, "PDF")
    scanned = picture(stream.getvalue(), 1, 1_800)
    assert scanned.kind == "image/jpeg" and len(scanned.data) < 3_000_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no PDF", "it is no PDF"),
        (b"%PDF-1.4\n", "it is cut short"),
        (b"%PDF-1.4\nnonsense\n%%EOF", "it is a damaged PDF"),
        (bytes(LARGEST + 1), "it is larger than 50 MB"),
    ],
)
def test_what_is_no_readable_pdf_says_why(data: bytes, reason: str):
    for ask in (lambda: outline(data, []), lambda: picture(data, 1, 900)):
        with pytest.raises(Unreadable, match=reason):
            ask()


def test_a_page_that_is_not_there_and_too_many_pages_are_refused():
    data = made(lambda canvas: put(canvas, (50, 700), "Un fonds"))
    for number in (0, 2):
        with pytest.raises(Unreadable, match=f"it has no page {number}"):
            picture(data, number, 900)
    kids = " ".join(["3 0 R"] * (MOST_PAGES + 1))
    many = raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {MOST_PAGES + 1}>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    )
    with pytest.raises(Unreadable, match="more than 1000 pages"):
        outline(many, [])


def test_a_page_of_an_absurd_size_makes_no_absurd_picture():
    for box in ("0 0 1 14400", "0 0 14400 1", "0 0 0 0"):
        data = raw_pdf(
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]>>",
        )
        (shape,) = outline(data, []).shapes
        assert 0.25 <= shape <= 4
        width, height = Image.open(io.BytesIO(picture(data, 1, 1_800).data)).size
        assert width <= 1_800 and height <= 5_000


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_is_drawn():
    process = Worker("index.readers.pictures", "drawn", Limits(seconds=1.0, wall=20.0))
    # A form that draws itself ten times, which draws itself ten times, and so on.
    forms = [
        f"<</Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</F {at + 1} 0 R>>>>"
        f"/Length 40>>stream\n{'/F Do ' * 10}\nendstream"
        for at in range(5, 14)
    ]
    slow = raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R"
        "/Resources<</XObject<</F 5 0 R>>>>>>",
        f"<</Length 60>>stream\n{'/F Do ' * 10}\nendstream",
        *forms,
        "<</Type/XObject/Subtype/Form/BBox[0 0 99 99]/Length 12>>stream\n0 0 9 9 re f\nendstream",
    )
    try:
        with pytest.raises(Unreadable):
            picture(slow, 1, 900, process)
        data = made(lambda canvas: put(canvas, (50, 700), "Un fonds", 12, BOLD))
        assert picture(data, 1, 900, process).kind == "image/png"
    finally:
        process.close()
