"""Pages of PDFs -> text in reading order: every word once, columns, tables, lists, odd glyphs."""

import io
import re
from collections import Counter

import pytest
from pdf_pages import (
    BOLD,
    CARDS,
    CLIMATE,
    DATA,
    FUNDING,
    ITEMS,
    MEMBERS,
    NOTE,
    PAGES,
    SKILLS,
    TEXTS,
    Draw,
    flow,
    made,
    put,
    raw_pdf,
    wrapped,
)
from reportlab.pdfgen.canvas import Canvas

from index.errors import Unreadable
from index.readers.pdf import read_pdf
from index.readers.read import Reading, read_all

MEASURES = (
    "Mesure | Budget annuel | Date d'entrée en vigueur\n"
    "Crédit d'impôt pour les jeunes pousses | 120 M€ | 1er janvier\n"
    "Fonds | 80 M€ | 1er juillet\n"
    "Guichet unique | à définir avec la Caisse des dépôts | 2026"
)
YEARS = "Année | Aides | Dossiers\n2021 | 12 M€ | 310\n2022 | 18 M€ | 425"
LIST = (
    "Nos demandes pour la prochaine loi :",
    "\n".join(f"• {item}" for item in ITEMS),
)


def text_of(*draws: Draw) -> str:
    return "".join(section.text for section in read_pdf(made(*draws)).sections)


def reading_of(path: str, data: bytes) -> Reading:
    return read_all(path, data, {})[0]


def paragraphs_of(*draws: Draw) -> list[str]:
    return text_of(*draws).strip("\n").split("\n\n")


class Drawn(Canvas):
    """A canvas that remembers what was drawn on it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.texts: list[str] = []

    def drawString(self, x: float, y: float, text: str, **more: object) -> None:
        self.texts.append(text)
        super().drawString(x, y, text, **more)

    def drawRightString(self, x: float, y: float, text: str, **more: object) -> None:
        self.texts.append(text)
        super().drawRightString(x, y, text, **more)


# Drawn letter by letter, twice, or through a symbol font: other tests say what is read of these.
WORD_BY_WORD = [
    name for name in PAGES if not re.search(r"twice|shadow|loose|spaced|list of|marks|lists", name)
]


@pytest.mark.parametrize("name", WORD_BY_WORD)
def test_every_word_that_is_drawn_is_read_once(name: str):
    drawn = Drawn()
    PAGES[name](drawn)
    words = Counter(word for text in drawn.texts for word in text.split())
    read = Counter(word for word in text_of(PAGES[name]).split() if word != "|")
    assert read == words


@pytest.mark.parametrize(
    ("name", "paragraphs"),
    [
        ("four columns", [*TEXTS]),
        ("four justified columns on baselines of their own", [*TEXTS]),
        ("columns of unequal width", [f"{FUNDING} {DATA}", SKILLS]),
        ("narrow justified columns", [FUNDING, DATA]),
        (
            "titles across the columns",
            [
                "Une ambition partagée pour toute la filière",
                FUNDING,
                DATA,
                "Second volet : les moyens humains et financiers",
                SKILLS,
                CLIMATE,
            ],
        ),
        (
            "two short columns below a title across them",
            ["Une ambition partagée pour toute la filière du numérique", FUNDING, DATA],
        ),
        (
            "a title whose blank stands above the gutter",
            ["Proposal Proposition", f"{FUNDING} {SKILLS}", f"{DATA} {SKILLS}"],
        ),
        (
            "columns with a narrow gutter, a heading and a note across them",
            [
                f"{FUNDING} {DATA}",
                "Le calendrier",
                CLIMATE,
                f"{SKILLS} {DATA} {FUNDING}",
                NOTE,
            ],
        ),
        ("cards", [part for at in range(3) for card in CARDS[at::3] for part in card]),
        ("a table in one of two columns", [FUNDING, YEARS, SKILLS, f"{DATA} {CLIMATE}"]),
        ("a table below two columns, across them", [FUNDING, DATA, YEARS, SKILLS]),
        (
            "two lists side by side",
            [
                "• Ouvrir plus\n• Former plus\n• Publier plus\n"
                "• Réduire plus\n• Évaluer plus\n• Payer plus"
            ],
        ),
        (
            "a narrow table of right-aligned numbers",
            [
                "Région | Sites | Emplois\nBretagne | 12 | 3 400\nNormandie | 7 | 980\n"
                "Occitanie | 121 | 15 200"
            ],
        ),
        ("cells that wrap, set on top", [MEASURES]),
        ("cells that wrap, set in the middle", [MEASURES]),
        (
            "cells that wrap, with rules, set at the bottom",
            ["\n".join(" | ".join(row).replace("/", " ") for row in MEMBERS)],
        ),
        (
            "a ruled grid with a cell over three rows, all set close",
            [
                "Mois | Réunion | Sujet\n"
                "Juin | Bureau | Seuil de mille euros, et réponse de la Commission\n"
                " | Comité | Cloud\n | Bureau | Budget\nJuillet | Assemblée des adhérents | Vote"
            ],
        ),
        ("cells that wrap in rows set close", [MEASURES]),
        ("cells that wrap in rows set close, with rules, set at the bottom", [MEASURES]),
        (
            "short keys beside long cells",
            [f"Financer | {FUNDING}\nRaccorder | {DATA}\nFormer | {SKILLS}"],
        ),
        (
            "empty cells and a label that runs on",
            [
                "Région | Oui | Non | Total\nBretagne | 12 |  | 12\nCorse |  | 3 | 3\n"
                "Ensemble des régions de la métropole |  | 81 | 17\n"
                "Normandie | 7 | 9 | 4\nOccitanie | 8 | 7 | 5"
            ],
        ),
        ("a list of ticks", [*LIST]),
        ("a list of squares of a symbol font", [*LIST]),
        ("a list of cents", [*LIST]),
        ("a list of letters under a symbol", [*LIST]),
        ("a list of typewriter letters", [*LIST]),
        ("a list whose marks stand close", [*LIST]),
        (
            "a list of numbers in circles",
            ["\n".join(f"{mark} {item}" for mark, item in zip("①②③", ITEMS, strict=True))],
        ),
        (
            "a list of letters",
            [LIST[0], *(f"{letter}) {item}" for letter, item in zip("abc", ITEMS, strict=True))],
        ),
        (
            "a price list with dotted leaders",
            [f"Petite {'.' * 84} 900 €", f"Grande entreprise {'.' * 73} 9 000 €"],
        ),
        ("2 degrees askew", [f"{FUNDING} {DATA}"]),
        ("-2 degrees askew", [f"{FUNDING} {DATA}"]),
        ("4.5 degrees askew", [f"{FUNDING} {DATA}"]),
        ("columns 1.4 degrees askew", [FUNDING, DATA]),
        ("level words on lines that climb", [f"{FUNDING} {DATA}"]),
        ("every word struck twice", [f"{FUNDING} {DATA}"]),
        ("every letter struck twice", [f"{FUNDING} {DATA}"]),
        ("the page drawn twice", [f"{FUNDING} {DATA}"]),
        ("a title with a shadow", ["Notre programme pour la filière", FUNDING]),
        ("last letters loose", [f"{FUNDING} {DATA}"]),
        ("first letters loose", [f"{FUNDING} {DATA}"]),
        ("letters loose in the middle", [f"{FUNDING} {DATA}"]),
        ("a letter-spaced heading", ["PROPOSITIONS NOUVELLES", FUNDING]),
        ("a heading spaced with blanks", ["NOS OBJECTIFS", FUNDING]),
    ],
)
def test_a_page_is_read_in_its_order(name: str, paragraphs: list[str]):
    assert paragraphs_of(PAGES[name]) == paragraphs


def test_a_text_recognised_over_its_print_is_read_once():
    def draw(canvas: Canvas) -> None:
        flow(canvas, FUNDING, (60, 760), 460, 11)
        text = canvas.beginText(60.5, 759.3)
        text.setTextRenderMode(3)
        text.setFont("Helvetica", 11)
        text.setLeading(13.2)
        for words in wrapped(FUNDING, 460, 11):
            text.textLine(" ".join(words))
        canvas.drawText(text)

    assert paragraphs_of(draw) == [FUNDING]


def test_a_box_that_is_ticked_stays_ticked_and_begins_a_line():
    assert paragraphs_of(filled_form)[2:4] == ["☒ Oui", "☐ Non"]


def filled_form(canvas: Canvas) -> None:
    """A reply to a consultation: a line, two boxes, a choice, lines, and what is not to be read."""
    form = canvas.acroForm
    put(canvas, (50, 760), "Organisme :")
    form.textfield(name="who", x=140, y=754, width=250, height=16, value="Syndicat du livre")
    put(canvas, (50, 720), "Soutenez-vous la mesure 4 ?")
    for number, (label, checked) in enumerate((("Oui", True), ("Non", False))):
        form.checkbox(name=label, x=60, y=690 - 20 * number, size=12, checked=checked)
        put(canvas, (80, 692 - 20 * number), label)
    put(canvas, (50, 640), "Votre région :")
    options = [("Bretagne", "br"), ("Normandie", "no")]
    form.choice(name="place", x=140, y=634, width=150, height=16, options=options, value="no")
    put(canvas, (50, 600), "Quel seuil proposez-vous ?")
    form.textfield(
        name="more", x=50, y=540, width=400, height=50, value=ANSWER, fieldFlags="multiline"
    )
    for name, flags in (
        ("code", {"fieldFlags": "password"}),
        ("no", {"annotationFlags": "hidden"}),
    ):
        form.textfield(name=name, x=50, y=500, width=90, height=16, value="secret", **flags)
    form.textfield(name="empty", x=50, y=470, width=90, height=16, value="")


ANSWER = "Le seuil est trop bas.\nIl faut le relever à 50 salariés."


def test_what_was_filled_into_a_form_stands_beside_its_question():
    assert paragraphs_of(filled_form) == [
        "Organisme : Syndicat du livre",
        "Soutenez-vous la mesure 4 ?",
        "☒ Oui",
        "☐ Non",
        "Votre région : Normandie",
        "Quel seuil proposez-vous ?",
        "Le seuil est trop bas.",
        "Il faut le relever à 50 salariés.",
    ]


def test_a_value_below_a_label_without_a_stop_is_a_paragraph_of_its_own():
    answer = "nous proposons un plafond de 400 000 euros"

    def draw(canvas: Canvas) -> None:
        for number, label in enumerate(("Plafond que vous proposez pour les aides", "Votre nom")):
            put(canvas, (50, 760 - 28 * number), label)
            canvas.acroForm.textfield(
                name=label, x=50, y=742 - 28 * number, width=400, height=16, value=answer
            )

    assert paragraphs_of(draw) == [
        "Plafond que vous proposez pour les aides", answer, "Votre nom", answer,
    ]  # fmt: skip


# What a PDF repeats around its pages


def body(number: int) -> str:
    """A text that no other page has."""
    words = f"{TEXTS[number % 4]} {TEXTS[(number + 1) % 4]}".split()
    return " ".join(words[number:] + words[:number])


def numbered(*labels: str, below: str = "") -> str:
    """The text of pages that bear these page numbers, with a line below them."""

    def draw(number: int, label: str) -> Draw:
        def on(canvas: Canvas) -> None:
            flow(canvas, body(number), (50, 790), 480)
            put(canvas, (290, 40), label, 8)
            put(canvas, (50, 25), below, 7)

        return on

    return text_of(*(draw(number, label) for number, label in enumerate(labels)))


@pytest.mark.parametrize(
    "labels",
    [
        ("4", "5", "6", "7", "8", "2", "3", "4"),
        ("1", "2", "3", "1", "2", "3", "4", "1", "2"),
        ("i", "ii", "iii", "iv", "1", "2", "3", "4"),
        ("1/3", "2/3", "3/3", "1/2", "2/2", "1/2", "2/2"),
        ("– 1 –", "– 2 –", "– 3 –", "– 1 –", "– 2 –"),
        ("1", "2", "3", "A-1", "A-2", "B-1", "B-2"),
    ],
)
@pytest.mark.parametrize("below", ["", "Fédération, Paris"])
def test_page_numbers_that_begin_again_are_left_out(labels: tuple[str, ...], below: str):
    words = Counter(word for number in range(len(labels)) for word in body(number).split())
    assert Counter(numbered(*labels, below=below).split()) == words


def test_small_numbers_that_do_not_count_the_pages_stay():
    assert [
        paragraph
        for paragraph in paragraphs_of(
            *(
                lambda canvas, number=number: (
                    put(canvas, (50, 790), f"Article {3 * number + 1}", 10, BOLD),
                    flow(canvas, body(number), (50, 750), 480),
                )
                for number in range(4)
            )
        )
        if paragraph.startswith("Article")
    ] == ["Article 1", "Article 4", "Article 7", "Article 10"]


@pytest.mark.parametrize(
    ("heading", "look"),
    [
        ("Ce que nous demandons", (766, 12, BOLD)),
        ("Ce que nous demandons", (766, 10, BOLD)),
        ("Nous demandons à l'État, avant la fin de la prochaine", (750, 10, "Helvetica")),
    ],
)
@pytest.mark.parametrize(
    ("above", "is_head"), [("Proposition n°", False), ("Livre blanc de la filière", True)]
)
def test_a_heading_or_a_line_that_returns_on_each_page_of_a_template_stays(
    heading: str, look: tuple[int, int, str], above: str, is_head: bool
):
    y, size, font = look

    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            if is_head:
                put(canvas, (50, 812), above, 8, BOLD)
            else:
                put(canvas, (50, 790), f"{above} {number + 1}", 16, BOLD)
            put(canvas, (50, y), heading, size, font)
            flow(canvas, body(number), (50, 738), 480)

        return on

    text = text_of(*map(draw, range(6)))
    assert (text.count(heading), text.count(above)) == (6, 0 if is_head else 6)


def test_the_first_item_of_a_list_on_top_of_a_page_keeps_its_number():
    def draw(canvas: Canvas) -> None:
        for number in range(1, 4):
            put(canvas, (50, 804 - 14 * number), f"{number}.")
            put(canvas, (80, 804 - 14 * number), "Un guichet unique ;")

    item = "Un guichet unique ;"
    assert text_of(draw).strip() == f"1. {item}\n2. {item}\n3. {item}"


@pytest.mark.parametrize("head", ["", "Livre blanc"])
def test_the_first_lines_of_a_paragraph_that_pages_share_stay(head: str):
    lines = ["Nous demandons à l'État, avant la fin de la prochaine", "session, de nous dire"]

    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            put(canvas, (50, 812), head, 8)
            for below, line in enumerate(
                [*lines, f"ce qu'il fera de la mesure {'abcdef'[number]}."]
            ):
                put(canvas, (50, 770 - 12 * below), line)
            flow(canvas, body(number), (50, 710), 480)

        return on

    text = text_of(*map(draw, range(6)))
    assert (text.count(" ".join(lines)), text.count("Livre blanc")) == (6, 0)


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("Total des aides", ("120 M€", "85 M€", "1 200 M€", "64 M€")),
        ("Dossiers", ("412", "57", "318", "96")),
        ("Rapporteur :", ("Mme Martin", "M. Durand", "Mme Petit", "M. Roux")),
    ],
)
def test_the_label_of_a_value_at_the_foot_of_every_page_stays(label: str, values: tuple[str, ...]):
    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            flow(canvas, body(number), (50, 790), 480)
            put(canvas, (50, 60), label, 10)
            put(canvas, (300, 60), values[number], 10)
            put(canvas, (290, 30), str(number + 1), 8)

        return on

    text = text_of(*map(draw, range(4)))
    assert text.count(label) == 4
    assert all(value in text for value in values)


# What is left out, and what is warned of


def test_what_is_left_out_of_a_pdf_is_counted_in_words():
    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            put(canvas, (50, 812), "Livre blanc", 8)
            put(canvas, (50, 300), f"Contexte {number} .............. {number + 3}", 10)
            flow(canvas, body(number), (50, 700), 480)
            put(canvas, (700, 500), "Hors de la page", 10)
            put(canvas, (290, 30), str(number + 1), 8)
            canvas.rotate(30)
            put(canvas, (300, 100), "PROJET CONFIDENTIEL", 40)

        return on

    reading = reading_of("2024-a.pdf", made(*map(draw, range(4))))
    assert reading.left_out == {
        "page headers and footers": 12,
        "table of contents": 16,
        "text across the page": 8,
        "text outside the page": 16,
    }
    assert not [one for one in reading.warnings if "letter" in one]


def without_letters(said: str, hexadecimal: str) -> bytes:
    """A PDF that says something and draws glyphs of a font that does not name its letters."""
    drawn = f"BT /F 10 Tf 50 700 Td ({said}) Tj ET BT /G 10 Tf 50 680 Td <{hexadecimal}> Tj ET"
    system = "<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    return raw_pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R/G 6 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/Font/Subtype/Type0/BaseFont/Odd/Encoding/Identity-H/DescendantFonts[7 0 R]>>",
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/Odd/DW 600/CIDSystemInfo{system}>>",
    )


def test_glyphs_that_stand_for_no_letter_are_warned_of():
    reading = reading_of("2024-a.pdf", without_letters("Un fonds.", "000000010003"))
    assert reading.document.sections[0].text == "Un fonds.\n\n"
    said = "2024-a.pdf: 3 characters stand for no letter in its fonts; left out"
    assert said in reading.warnings
    with pytest.raises(Unreadable, match="its fonts do not say what its letters are"):
        reading_of("2024-a.pdf", without_letters("", "000000010003"))


# Titles


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Plan de la randonnée régionale 2019", "Plan numérique des PME"),
        ("Rapport annuel du syndicat", "Plan numérique des PME"),
        ("Le plan numérique", "Le plan numérique"),
        ("Plans numériques pour les PME", "Plans numériques pour les PME"),
    ],
)
def test_a_title_property_of_another_document_gives_way_to_the_heading_of_page_1(
    stated: str, title: str
):
    def draw(canvas: Canvas) -> None:
        put(canvas, (50, 780), "Plan numérique des PME", 18, BOLD)
        flow(canvas, FUNDING, (50, 740), 480)

    reading = reading_of("2024-plan.pdf", made(draw, title=stated))
    assert reading.document.title == title
    said = [warning for warning in reading.warnings if "its first page does not" in warning]
    assert len(said) == (stated != title)


def test_a_title_that_a_program_wrote_gives_way_without_a_word():
    def draw(canvas: Canvas) -> None:
        put(canvas, (50, 780), "Plan numérique des PME", 18, BOLD)
        flow(canvas, FUNDING, (50, 740), 480)

    reading = reading_of("2024-plan.pdf", made(draw, title="Sans titre"))
    assert reading.document.title == "Plan numérique des PME"
    assert not [warning for warning in reading.warnings if "first page" in warning]


def test_a_title_property_stays_where_page_1_has_no_heading():
    draw = PAGES["the page drawn twice"]
    reading = reading_of("a.pdf", made(draw, title="Rapport annuel"))
    assert reading.document.title == "Rapport annuel"


def test_a_title_property_gives_way_to_the_largest_heading_not_to_a_small_one_above_it():
    def draw(canvas: Canvas) -> None:
        put(canvas, (50, 790), "Note de position", 10, BOLD)
        put(canvas, (50, 760), "Plan numérique des PME", 18, BOLD)
        flow(canvas, FUNDING, (50, 730), 480)

    for stated in ("Rapport annuel du syndicat", "Sans titre"):
        data = made(draw, title=stated)
        assert reading_of("2024-plan.pdf", data).document.title == "Plan numérique des PME"


def test_a_title_property_that_stands_in_the_running_head_is_believed():
    def draw(number: int) -> Draw:
        def on(canvas: Canvas) -> None:
            put(canvas, (50, 812), "Lettre de la filière", 8)
            put(canvas, (50, 770), "Édito" if not number else "Agenda", 16, BOLD)
            flow(canvas, body(number), (50, 738), 480)

        return on

    reading = reading_of("2024-a.pdf", made(*map(draw, range(3)), title="Lettre de la filière"))
    assert reading.document.title == "Lettre de la filière"
    assert reading.left_out == {"page headers and footers": 12}
