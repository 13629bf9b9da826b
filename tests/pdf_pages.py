"""Pages of PDFs in every layout that the tests of PDFs read: columns, tables, lists, odd glyphs.

A page is a function that draws on a canvas; `PAGES` names them all, so that what must hold of every
page can be asked of every page.
"""

import io
import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

FUNDING = (
    "Les adhérents de la filière réclament depuis longtemps une visibilité pluriannuelle sur les "
    "aides à l'innovation. Sans elle, aucun dirigeant ne signe un bail de laboratoire. Nous "
    "proposons donc une loi de programmation, votée pour cinq ans et revue chaque automne."
)
DATA = (
    "La souveraineté des données suppose des centres de calcul proches des usagers. Or les délais "
    "de raccordement dépassent souvent six ans. Un guichet unique, rattaché au préfet, "
    "ramènerait ce délai à dix-huit mois, comme le montre l'exemple du Danemark."
)
SKILLS = (
    "Quant aux compétences, la moitié des postes ouverts restent vacants au bout d'un trimestre. "
    "Les écoles doivent pouvoir ouvrir des classes en cours d'année, et les salariés en "
    "reconversion toucher une allocation pendant toute la durée de leur formation."
)
CLIMATE = (
    "Enfin, la transition du secteur appelle des règles de mesure communes. Chaque fournisseur "
    "publierait l'empreinte de ses services selon une méthode unique, vérifiée par un tiers, et "
    "les acheteurs publics en tiendraient compte dans leurs marchés."
)
TEXTS = (FUNDING, DATA, SKILLS, CLIMATE)
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"

Place = tuple[float, float]
Draw = Callable[[Canvas], object]
PAGES: dict[str, Draw] = {}


def page(name: str) -> Callable[[Draw], Draw]:
    """Register a page under its name."""

    def register(draw: Draw) -> Draw:
        PAGES[name] = draw
        return draw

    return register


def made(*draws: Draw, title: str = "") -> bytes:
    """A PDF of A4 pages, one for each function."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    canvas.setTitle(title)
    for draw in draws:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def raw_pdf(*objects: str) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    listed = "\n".join(f"{number} 0 obj\n{one}\nendobj" for number, one in enumerate(objects, 1))
    return f"%PDF-1.4\n{listed}\ntrailer<</Size {len(objects) + 1}/Root 1 0 R>>\n%%EOF".encode()


def put(canvas: Canvas, at: Place, text: str, size: float = 10, font: str = PLAIN) -> None:
    canvas.setFont(font, size)
    canvas.drawString(*at, text)


def wrapped(text: str, width: float, size: float) -> list[list[str]]:
    """The words of the text, line by line."""
    lines: list[list[str]] = [[]]
    for word in text.split():
        if lines[-1] and stringWidth(" ".join([*lines[-1], word]), PLAIN, size) > width:
            lines.append([])
        lines[-1].append(word)
    return lines


def flow(canvas: Canvas, text: str, at: Place, width: float, size: float = 10) -> float:
    """Draw the text in lines of that width, downwards. Returns the height of the next line."""
    x, y = at
    for words in wrapped(text, width, size):
        put(canvas, (x, y), " ".join(words), size)
        y -= 1.2 * size
    return y


def justified(canvas: Canvas, text: str, at: Place, width: float, size: float = 10) -> None:
    """The same, each line but the last as wide as the column, its words drawn one by one."""
    x, y = at
    *lines, last = wrapped(text, width, size)
    for words in lines:
        room = width - sum(stringWidth(word, PLAIN, size) for word in words)
        gap, start = room / max(1, len(words) - 1), x
        for word in words:
            put(canvas, (start, y), word, size)
            start += stringWidth(word, PLAIN, size) + gap
        y -= 1.2 * size
    put(canvas, (x, y), " ".join(last), size)


def cells(
    canvas: Canvas,
    rows: Sequence[Sequence[str]],
    places: Sequence[float],
    y: float,
    right: Sequence[int] = (),
) -> float:
    """Draw rows of one line; `right` numbers the columns set flush right."""
    for row in rows:
        for number, text in enumerate(row):
            canvas.setFont(PLAIN, 10)
            draw = canvas.drawRightString if number in right else canvas.drawString
            draw(places[number], y, text)
        y -= 14
    return y


def wrapped_cells(canvas: Canvas, valign: float = 0.0, pad: float = 6, ruled: bool = False) -> None:
    """Draw MEASURES, cells broken at "/"; `valign` is 0 for the top, 0.5 for the middle."""
    y, places = 700.0, (50, 220, 350)
    for number, row in enumerate(MEASURES):
        broken = [text.split("/") for text in row]
        most = max(map(len, broken))
        for place, lines in zip(places, broken, strict=True):
            for at, line in enumerate(lines):
                lower = valign * (most - len(lines)) + at
                put(canvas, (place, y - 11 * lower), line, 9, PLAIN if number else BOLD)
        if ruled:
            canvas.line(places[0] - 4, y + 9, places[-1] + 130, y + 9)
        y -= 11 * most + pad


def bullets(glyph: str, font: str, apart: float = 22) -> Draw:
    """A list of three items, the first of two lines, each with the glyph in front."""

    def draw(canvas: Canvas) -> None:
        put(canvas, (50, 760), "Nos demandes pour la prochaine loi :")
        y = 740.0
        for item in ITEMS:
            put(canvas, (60, y), glyph, 10, font)
            y = flow(canvas, item, (60 + apart, y), 300)

    return draw


ITEMS = (
    "Publier chaque année le bilan complet des contrôles menés dans les territoires et celui des "
    "recours ;",
    "Maintenir le taux ;",
    "Relever le plafond.",
)


# Columns

NOTE = (
    "1. Voir la loi du 21 juin 2004 pour la confiance dans l'économie numérique, article 6, et le "
    "décret du 25 février 2011."
)
CARDS = tuple(
    zip(("Aides", "Données", "Métiers", "Climat", "Cloud", "Europe"), TEXTS * 2, strict=False)
)


@page("four columns")
def _(canvas: Canvas) -> None:
    for number, text in enumerate(TEXTS):
        flow(canvas, text, (40 + 132 * number, 760), 118, 9)


@page("four justified columns on baselines of their own")
def _(canvas: Canvas) -> None:
    for number, text in enumerate(TEXTS):
        justified(canvas, text, (40 + 132 * number, 760 - 3 * number), 118, 9)


@page("columns of unequal width")
def _(canvas: Canvas) -> None:
    flow(canvas, f"{FUNDING} {DATA}", (50, 760), 330)
    flow(canvas, SKILLS, (400, 758), 150)


@page("narrow justified columns")
def _(canvas: Canvas) -> None:
    justified(canvas, FUNDING, (60, 760), 110)
    justified(canvas, DATA, (185, 760), 110)


@page("titles across the columns")
def _(canvas: Canvas) -> None:
    for title, y, texts in (
        ("Une ambition partagée pour toute la filière", 790, (FUNDING, DATA)),
        ("Second volet : les moyens humains et financiers", 620, (SKILLS, CLIMATE)),
    ):
        put(canvas, (50, y), title, 15, BOLD)
        for number, text in enumerate(texts):
            flow(canvas, text, (50 + 256 * number, y - 30), 236)


@page("a table in one of two columns")
def _(canvas: Canvas) -> None:
    y = flow(canvas, FUNDING, (50, 760), 236) - 8
    y = cells(canvas, YEARS, (50, 130, 210), y)
    flow(canvas, SKILLS, (50, y - 8), 236)
    flow(canvas, f"{DATA} {CLIMATE}", (306, 760), 236)


@page("a table below two columns, across them")
def _(canvas: Canvas) -> None:
    flow(canvas, FUNDING, (50, 760), 236)
    flow(canvas, DATA, (306, 760), 236)
    y = cells(canvas, YEARS, (50, 250, 450), 600)
    flow(canvas, SKILLS, (50, y - 10), 490)


@page("two short columns below a title across them")
def _(canvas: Canvas) -> None:
    put(canvas, (50, 790), "Une ambition partagée pour toute la filière du numérique", 16, BOLD)
    for number, text in enumerate(TEXTS[:2]):
        flow(canvas, text, (50 + 256 * number, 760), 236)


@page("a title whose blank stands above the gutter")
def _(canvas: Canvas) -> None:
    put(canvas, (284 - stringWidth("Proposal ", BOLD, 20), 790), "Proposal", 20, BOLD)
    put(canvas, (284, 790), "Proposition", 20, BOLD)
    for number, text in enumerate(TEXTS[:2]):
        flow(canvas, f"{text} {SKILLS}", (45 + 247 * number, 760), 230)


@page("columns with a narrow gutter, a heading and a note across them")
def _(canvas: Canvas) -> None:
    justified(canvas, f"{FUNDING} {DATA}", (50, 760), 230)
    y = 760 - 12 * len(wrapped(f"{FUNDING} {DATA}", 230, 10))
    put(canvas, (50, y + 2), "Le calendrier", 12, BOLD)
    flow(canvas, CLIMATE, (50, y - 14), 230)
    flow(canvas, f"{SKILLS} {DATA} {FUNDING}", (285.2, 760), 230)
    put(canvas, (50, 400), NOTE, 7)


@page("cards")
def _(canvas: Canvas) -> None:
    for number, (title, text) in enumerate(CARDS):
        x, y = 50 + 165 * (number % 3), 760 - 130 * (number // 3)
        put(canvas, (x, y), title, 13, BOLD)
        flow(canvas, text, (x, y - 20), 140, 9)


@page("two lists side by side")
def _(canvas: Canvas) -> None:
    for x, items in ((50, ("Ouvrir", "Former", "Publier")), (300, ("Réduire", "Évaluer", "Payer"))):
        for number, item in enumerate(items):
            put(canvas, (x, 700 - 14 * number), f"• {item} plus")


# Tables

YEARS = (("Année", "Aides", "Dossiers"), ("2021", "12 M€", "310"), ("2022", "18 M€", "425"))
SITES = (
    ("Région", "Sites", "Emplois"),
    ("Bretagne", "12", "3 400"),
    ("Normandie", "7", "980"),
    ("Occitanie", "121", "15 200"),
)
MEMBERS = (
    ("Organisation", "Type", "Contact", "Fonction"),
    (
        "Union des éditeurs de/logiciels de Bretagne/(UELB)",
        "Association",
        "MARTIN Claire",
        "Conseillère auprès du/président de la région/Bretagne, chargée du/numérique",
    ),
    ("Syndicat du câble", "Syndicat", "ROUX Jeanne", "Présidente"),
    (
        "Chambre du code et des/métiers de la donnée",
        "Chambre consulaire",
        "NOIR Lucie",
        "Directrice des affaires/européennes et/internationales",
    ),
    ("Club 40", "Association", "BLANC Paul", "Trésorier"),
)
MEASURES = (
    ("Mesure", "Budget/annuel", "Date d'entrée/en vigueur"),
    ("Crédit d'impôt/pour les jeunes pousses", "120 M€", "1er janvier"),
    ("Fonds", "80 M€", "1er juillet"),
    ("Guichet unique", "à définir avec/la Caisse des dépôts", "2026"),
)


@page("a narrow table of right-aligned numbers")
def _(canvas: Canvas) -> None:
    cells(canvas, SITES, (50, 140, 190), 700, right=(1, 2))


@page("cells that wrap, set on top")
def _(canvas: Canvas) -> None:
    wrapped_cells(canvas)


@page("cells that wrap, set in the middle")
def _(canvas: Canvas) -> None:
    wrapped_cells(canvas, valign=0.5)


@page("cells that wrap, with rules, set at the bottom")
def _(canvas: Canvas) -> None:
    y, places = 700.0, (50, 190, 330, 430)
    for number, row in enumerate(MEMBERS):
        broken = [text.split("/") for text in row]
        most = max(map(len, broken))
        for place, lines in zip(places, broken, strict=True):
            for at, line in enumerate(lines):
                lower = most - len(lines) + at
                put(canvas, (place, y - 10.5 * lower), line, 9, PLAIN if number else BOLD)
        y -= 10.5 * most
        canvas.line(48, y + 6, 548, y + 6)
        y -= 3.5


@page("a ruled grid with a cell over three rows, all set close")
def _(canvas: Canvas) -> None:
    places, heights = (48, 78, 248, 548), (757, 745, 721, 709, 696, 673)
    for at, y in enumerate(heights):
        for left, right in pairwise(places[1 if at in (2, 3, 4) else 0 :]):
            canvas.line(left, y, right, y)
    for x, y, text in (
        (51, 748.4, "Mois"), (142, 748.4, "Réunion"), (385, 748.4, "Sujet"),
        (49.5, 724.4, "Juin"), (79, 730.4, "Bureau"), (249, 735.6, "Seuil de mille euros,"),
        (249, 724.4, "et réponse de la Commission"), (79, 712.4, "Comité"), (249, 712.4, "Cloud"),
        (79, 699.6, "Bureau"), (249, 699.6, "Budget"), (49.5, 688.4, "Juillet"),
        (79, 688.4, "Assemblée des"), (249, 681.6, "Vote"), (79, 676.4, "adhérents"),
    ):  # fmt: skip
        put(canvas, (x, y), text, 9)


@page("cells that wrap in rows set close")
def _(canvas: Canvas) -> None:
    wrapped_cells(canvas, pad=0)


@page("cells that wrap in rows set close, with rules, set at the bottom")
def _(canvas: Canvas) -> None:
    wrapped_cells(canvas, valign=1.0, pad=0, ruled=True)


@page("short keys beside long cells")
def _(canvas: Canvas) -> None:
    y = 740.0
    for key, text in (("Financer", FUNDING), ("Raccorder", DATA), ("Former", SKILLS)):
        put(canvas, (50, y), key)
        y = flow(canvas, text, (160, y), 300)


@page("empty cells and a label that runs on")
def _(canvas: Canvas) -> None:
    rows = (
        ("Région", "Oui", "Non", "Total"),
        ("Bretagne", "12", "", "12"),
        ("Corse", "", "3", "3"),
        ("Ensemble des régions de la métropole", "", "81", "17"),
        ("Normandie", "7", "9", "4"),
        ("Occitanie", "8", "7", "5"),
    )
    cells(canvas, rows, (50, 150, 250, 350), 700)


# Lists

for _name, _glyph, _font in (
    ("ticks", "4", "ZapfDingbats"),
    ("squares of a symbol font", "n", "ZapfDingbats"),
    ("cents", "¢", PLAIN),
    ("letters under a symbol", "ü", "Times-Roman"),
    ("typewriter letters", "o", "Courier"),
):
    PAGES[f"a list of {_name}"] = bullets(_glyph, _font)
PAGES["a list whose marks stand close"] = bullets("4", "ZapfDingbats", 13)


@page("a list of numbers in circles")
def _(canvas: Canvas) -> None:
    for number, item in enumerate(ITEMS):
        put(canvas, (60, 740 - 14 * number), "①②③"[number], 10, "ZapfDingbats")
        put(canvas, (82, 740 - 14 * number), item)


@page("a list of letters")
def _(canvas: Canvas) -> None:
    put(canvas, (50, 760), "Nos demandes pour la prochaine loi :")
    for number, item in enumerate(ITEMS):
        put(canvas, (60, 740 - 14 * number), f"{'abc'[number]}) {item}")


@page("a price list with dotted leaders")
def _(canvas: Canvas) -> None:
    for number, (label, price) in enumerate(
        (("Petite", "900 €"), ("Grande entreprise", "9 000 €"))
    ):
        dots = "." * (90 - len(label))
        put(canvas, (50, 740 - 14 * number), f"{label} {dots} {price}")


# Odd glyphs


def askew(degrees: float, columns: bool = False) -> Draw:
    """Text at an angle, as a scan's."""

    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 420)
        canvas.rotate(degrees)
        canvas.translate(-300, -420)
        if columns:
            justified(canvas, FUNDING, (50, 760), 236)
            justified(canvas, DATA, (306, 760), 236)
        else:
            flow(canvas, f"{FUNDING} {DATA}", (60, 760), 460, 11)

    return draw


for _degrees in (2, -2, 4.5):
    PAGES[f"{_degrees} degrees askew"] = askew(_degrees)
PAGES["columns 1.4 degrees askew"] = askew(1.4, columns=True)


def by_word(place: Callable[[Canvas, float, float, str], None]) -> Draw:
    """A text whose words are drawn one by one."""

    def draw(canvas: Canvas) -> None:
        y = 760.0
        for words in wrapped(f"{FUNDING} {DATA}", 460, 11):
            x = 60.0
            for word in words:
                place(canvas, x, y, word)
                x += stringWidth(f"{word} ", PLAIN, 11)
            y -= 14

    return draw


@page("level words on lines that climb")
@by_word
def _(canvas: Canvas, x: float, y: float, word: str) -> None:
    put(canvas, (x, y + (x - 60) * math.tan(math.radians(1.2))), word, 11)


@page("every word struck twice")
@by_word
def _(canvas: Canvas, x: float, y: float, word: str) -> None:
    put(canvas, (x, y), word, 11)
    put(canvas, (x + 0.3, y), word, 11)


@page("every letter struck twice")
@by_word
def _(canvas: Canvas, x: float, y: float, word: str) -> None:
    for letter in word:
        put(canvas, (x, y), letter, 11)
        put(canvas, (x + 0.4, y), letter, 11)
        x += stringWidth(letter, PLAIN, 11)


@page("the page drawn twice")
def _(canvas: Canvas) -> None:
    for _ in range(2):
        flow(canvas, f"{FUNDING} {DATA}", (60, 760), 460, 11)


@page("a title with a shadow")
def _(canvas: Canvas) -> None:
    put(canvas, (51.2, 758.8), "Notre programme pour la filière", 20, BOLD)
    put(canvas, (50, 760), "Notre programme pour la filière", 20, BOLD)
    flow(canvas, FUNDING, (50, 720), 480)


def loose(splits: Callable[[int, str], bool], extra: float, blank: float) -> Draw:
    """Words in which one letter stands apart, drawn letter by letter."""

    def draw(canvas: Canvas) -> None:
        y = 760.0
        for words in wrapped(f"{FUNDING} {DATA}", 420, 11):
            x = 60.0
            for word in words:
                for number, letter in enumerate(word):
                    x += extra if number and splits(number, word) else 0
                    put(canvas, (x, y), letter, 11)
                    x += stringWidth(letter, PLAIN, 11)
                x += blank
            y -= 14

    return draw


PAGES["last letters loose"] = loose(lambda at, word: at == len(word) - 1, 2.6, 4.5)
PAGES["first letters loose"] = loose(lambda at, _: at == 1, 2.4, 5)
PAGES["letters loose in the middle"] = loose(lambda at, word: at == len(word) // 2, 2.0, 4)


@page("a letter-spaced heading")
def _(canvas: Canvas) -> None:
    text = canvas.beginText(50, 760)
    text.setFont(BOLD, 14)
    text.setCharSpace(5)
    text.textOut("PROPOSITIONS NOUVELLES")
    text.setCharSpace(0)
    canvas.drawText(text)
    flow(canvas, FUNDING, (50, 720), 480)


@page("a heading spaced with blanks")
def _(canvas: Canvas) -> None:
    put(canvas, (50, 760), "N O S   O B J E C T I F S", 14, BOLD)
    flow(canvas, FUNDING, (50, 720), 480)
