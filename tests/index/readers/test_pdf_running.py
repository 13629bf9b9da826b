"""What a PDF repeats around its pages goes; rows of a table and dated closing lines stay."""

import pytest
from pdf_pages import TEXTS, Draw, flow, made, put
from reportlab.pdfgen.canvas import Canvas

from index.readers.pdf import read_pdf

HEAD = ("Territoire", "Crédit", "Report")
PLACES = (60, 250, 400)


def sections_of(*draws: Draw) -> list[str]:
    return [section.text.strip() for section in read_pdf(made(*draws)).sections]


def row(number: int) -> tuple[str, str, str]:
    return f"Commune {number}", str(7 * number), str(number % 9)


@pytest.mark.parametrize("running", [("", ""), ("Budget 2024", "Page {}"), ("", "{}/4")])
@pytest.mark.parametrize("leading", [12, 16, 20])
def test_a_table_over_several_pages_keeps_its_head_row_and_every_cell(
    running: tuple[str, str], leading: int
):
    pages = [[HEAD, *map(row, range(27 * page, 27 * page + 27))] for page in range(4)]

    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            put(canvas, (60, 825), running[0], 8)
            y = 800.0
            for one in pages[number]:
                for place, text in zip(PLACES, one, strict=True):
                    put(canvas, (place, y), text)
                y -= leading
            put(canvas, (290, 30), running[1].format(number + 1), 8)

        return on

    assert sections_of(*map(draw, range(4))) == [
        "\n".join(" | ".join(one) for one in page) for page in pages
    ]


def test_a_row_that_the_end_of_the_page_cuts_keeps_its_last_line():
    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            for at in range(30):
                y = 790 - 24.6 * at
                for x, upper, lower in (
                    (60, f"Commune {30 * number + at} et ses", "environs immédiats"),
                    (250, f"Dossier {30 * number + at} déposé par", "les commerçants"),
                ):
                    put(canvas, (x, y), upper)
                    put(canvas, (x, y - 10.5), lower)

        return on

    read = " ".join(sections_of(*map(draw, range(3))))
    assert (read.count("environs immédiats"), read.count("les commerçants")) == (90, 90)


@pytest.mark.parametrize("days", [(3, 4, 5, 6), (3, 3, 3, 3)])
def test_a_dated_closing_line_stays_on_every_page(days: tuple[int, ...]):
    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            put(canvas, (60, 812), "Statuts de la fédération", 8)
            flow(canvas, TEXTS[number], (60, 780), 450)
            put(canvas, (60, 80), f"Fait à Paris, le {days[number]} juin 2024.")
            put(canvas, (290, 30), str(number + 1), 8)

        return on

    assert sections_of(*map(draw, range(4))) == [
        f"{text}\n\nFait à Paris, le {day} juin 2024."
        for text, day in zip(TEXTS, days, strict=True)
    ]


def test_two_running_heads_above_two_columns_go():
    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            put(canvas, (50, 812), "Lettre de la filière", 8)
            put(canvas, (306, 812), "Été 2024", 8)
            flow(canvas, TEXTS[number], (50, 780), 236)
            flow(canvas, TEXTS[number - 1], (306, 780), 236)

        return on

    assert sections_of(*map(draw, range(4))) == [
        f"{TEXTS[number]}\n\n{TEXTS[number - 1]}" for number in range(4)
    ]


@pytest.mark.parametrize("size", [10, 14])
def test_a_running_head_with_a_hash_goes_whatever_its_size(size: int):
    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            put(canvas, (60, 815), "Rencontres #NumériqueUtile", size)
            flow(canvas, TEXTS[number], (60, 740), 480)

        return on

    pages = sections_of(*map(draw, range(4)))
    assert pages == list(TEXTS)


def test_a_day_of_a_month_in_english_counts_no_pages():
    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            flow(canvas, TEXTS[number], (60, 740), 480)
            put(canvas, (60, 60), f"Open until {number + 1}th June", 10)

        return on

    pages = sections_of(*map(draw, range(4)))
    assert [f"Open until {number + 1}th June" in page for number, page in enumerate(pages)] == (
        [True] * 4
    )


def test_lettered_items_stay_apart_across_pages():
    def draw(text: str) -> Draw:
        return lambda canvas: put(canvas, (60, 400), text)

    items = ["a) Publier le bilan complet", "b) Maintenir le taux"]
    assert sections_of(*map(draw, items)) == items


def test_two_boxes_to_tick_stay_apart_across_pages():
    def draw(label: str, checked: bool) -> Draw:
        def on(canvas: Canvas) -> None:
            canvas.acroForm.checkbox(name=label, x=60, y=690, size=12, checked=checked)
            put(canvas, (80, 692), label)

        return on

    pages = sections_of(draw("Publier le bilan complet", False), draw("Maintenir le taux", True))
    assert pages == ["☐ Publier le bilan complet", "☒ Maintenir le taux"]
