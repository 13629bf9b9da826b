"""Pages, office files and PDFs -> documents: what is text, in which order, and what is left out."""

import io
from pathlib import Path

import pytest
from making import column, docx, odt, p, pdf, run

from index.errors import Unreadable
from index.passage import Document
from index.readers.glyphs import Glyph, words_of
from index.readers.read import FORMATS, read

ROOT = Path(__file__).resolve().parents[3]


def document(
    corpus: Path, path: str, data: str | bytes, overrides: dict | None = None
) -> tuple[Document, list[str]]:
    (corpus / path).parent.mkdir(parents=True, exist_ok=True)
    (corpus / path).write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(corpus, path, overrides or {})


def text_of(corpus: Path, path: str, data: str | bytes) -> str:
    return document(corpus, path, data)[0].text


def headings_of(corpus: Path, path: str, data: str | bytes) -> list[tuple[str, ...]]:
    return [section.headings for section in document(corpus, path, data)[0].sections]


def test_the_formats_of_a_federations_archive_are_read():
    assert FORMATS == (
        ".md",
        ".txt",
        ".html",
        ".htm",
        ".eml",
        ".msg",
        ".mht",
        ".mhtml",
        ".docx",
        ".pptx",
        ".odt",
        ".rtf",
        ".xlsx",
        ".ods",
        ".pdf",
    )


# Newsletter exports

FOOT = """<p>Vous recevez ce message parce que votre entreprise est adhérente.<br>
<a href="x">Se désabonner</a> · <a href="x">Gérer mes préférences</a></p>
<p>La fédération – Service affaires publiques<br>1, rue de l’Exemple – 75000 Paris</p>"""


def test_the_sample_newsletter_begins_with_its_title_and_ends_with_its_last_row():
    read_, _ = read(ROOT / "corpus", "newsletters/2024-02-affaires-publiques.html", {})
    assert read_.text.startswith(
        "L’essentiel des affaires publiques – février\u00a02024\n\nUn gouvernement remanié"
    )
    assert read_.text.endswith(
        "23\u00a0mai | Remise de notre contribution sur la commande publique\n\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "Voir cette lettre dans le navigateur",
        "Version en ligne",
        "View this email in your browser",
        "Lire en ligne »",
        "Si ce message ne s'affiche pas correctement, cliquez ici",
        "Having trouble viewing this email? Click here",
    ],
)
def test_the_line_that_offers_the_page_in_a_browser_is_left_out(tmp_path: Path, line: str):
    assert (
        text_of(tmp_path, "a.html", f"<p>{line}</p><h1>Cloud</h1><p>Un fonds.</p>")
        == "Cloud\n\nUn fonds.\n\n"
    )


@pytest.mark.parametrize(
    "foot",
    [
        FOOT,
        "<p>© 2024 La fédération, 1 rue X, 75000 Paris</p><p>Se désinscrire</p>",
        "<p>You are receiving this email because you are a member.</p><p>Unsubscribe | Privacy "
        "policy</p><p>12 Example Street</p>",
        "<p>Pour vous désabonner, cliquez ici.</p>",
        "<p>If you no longer wish to receive our newsletter, click here.</p>",
        "<p>Cet e-mail a été envoyé à marie@example.org</p>",
    ],
)
def test_the_block_that_offers_to_unsubscribe_and_the_address_below_it_are_left_out(
    tmp_path: Path, foot: str
):
    assert (
        text_of(tmp_path, "a.html", f"<h1>Cloud</h1><p>Un fonds.</p>{foot}")
        == "Cloud\n\nUn fonds.\n\n"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Nous demandons que se désabonner d'un service soit aussi simple que s'y abonner.",
        "Le texte impose un lien pour se désabonner de toute lettre d'information.",
        "Notre préférence va à une solution européenne.",
        "The law lets users unsubscribe in one click.",
        "Le siège est au 1, rue de l'Exemple, 75000 Paris.",
    ],
)
def test_body_text_that_speaks_of_unsubscribing_or_of_a_place_is_kept(
    tmp_path: Path, sentence: str
):
    assert (
        text_of(tmp_path, "a.html", f"<h1>Cloud</h1><p>{sentence}</p>")
        == f"Cloud\n\n{sentence}\n\n"
    )


def test_body_text_below_an_early_footer_line_is_kept(tmp_path: Path):
    body = "Un fonds. " * 50
    assert (
        text_of(tmp_path, "a.html", f"<p>Se désabonner</p><h1>Cloud</h1><p>{body}</p>")
        == f"Cloud\n\n{body.strip()}\n\n"
    )


def test_words_in_bold_inside_headings_and_cells_get_no_blanks(tmp_path: Path):
    html = (
        "<h2>Le <b>CII</b>, prolong<i>é</i></h2><table><tr><th>A</th><th>B</th></tr><tr>"
        "<td>1<sup>er</sup></td><td>x<br>y</td></tr></table>"
    )
    assert text_of(tmp_path, "a.html", html) == "Le CII, prolongé\n\nA | B\n1er | x y\n\n"


def test_a_page_in_a_declared_legacy_encoding_keeps_its_accents(tmp_path: Path):
    html = '<html><head><meta charset="iso-8859-1"></head><body><p>L’été à 5 €.</p></body></html>'
    assert text_of(tmp_path, "a.html", html.encode("cp1252")) == "L’été à 5 €.\n\n"


# Word


def test_word_headings_are_known_in_french_styles_and_in_house_styles_based_on_them(tmp_path: Path):
    body = (
        p("Notre position", "Titre")
        + p("Contexte", "Titre1")
        + p("Une loi.")
        + p("Demandes", "Chapitre")
        + p("Un fonds.")
    )
    assert headings_of(tmp_path, "a.docx", docx(body)) == [
        ("Notre position", "Contexte"),
        ("Notre position", "Contexte", "Demandes"),
    ]


def test_word_lists_keep_the_numbers_that_word_shows_across_interruptions(tmp_path: Path):
    body = (
        p("Un fonds.", numbering=(1, 0))
        + p("doté ;", numbering=(1, 1))
        + p("public.", numbering=(1, 1))
        + p("Un guichet.", numbering=(1, 0))
        + p("Ensuite :")
        + p("Un délai.", numbering=(1, 0))
        + p("Puce.", numbering=(2, 0))
    )
    assert text_of(tmp_path, "a.docx", docx(body)) == (
        "1. Un fonds.\n\na) doté ;\n\nb) public.\n\n2. Un guichet.\n\nEnsuite :\n\n3. Un délai.\n"
        "- Puce.\n\n"
    )


def test_word_tables_stand_in_place_row_by_row(tmp_path: Path):
    cells = "".join(
        f"<w:tr>{''.join(f'<w:tc>{p(cell)}</w:tc>' for cell in row)}</w:tr>"
        for row in (("Mesure", "Montant"), ("CII", "800 000 €"))
    )
    assert text_of(
        tmp_path, "a.docx", docx(p("Avant.") + f"<w:tbl>{cells}</w:tbl>" + p("Après."))
    ) == ("Avant.\n\nMesure | Montant\nCII | 800 000 €\n\nAprès.\n\n")


def test_word_keeps_insertions_and_leaves_out_deletions_hidden_text_headers_and_contents(
    tmp_path: Path,
):
    body = (
        p("Contexte\t3", "TM1")
        + p(
            run("Garder ")
            + '<w:del w:id="1"><w:r><w:delText>supprimé </w:delText></w:r></w:del><w:ins w:id="2">'
            + run("inséré ")
            + "</w:ins>"
            + run("caché ", "<w:vanish/>")
            + run("fin.")
        )
        + p('<w:moveFrom w:id="3">' + run("ancienne place") + "</w:moveFrom>")
        + p('<w:moveTo w:id="4">' + run("nouvelle place") + "</w:moveTo>")
    )
    styles = docx_styles(
        '<w:style w:type="paragraph" w:styleId="TM1"><w:name w:val="toc 1"/></w:style>'
    )
    assert (
        text_of(tmp_path, "a.docx", docx(body, word__styles_xml=styles))
        == "Garder inséré fin.\n\nnouvelle place\n\n"
    )


def docx_styles(more: str) -> str:
    from making import STYLES

    return STYLES.replace("</w:styles>", f"{more}</w:styles>")


def test_word_footnotes_are_kept_at_the_end_with_their_numbers(tmp_path: Path):
    notes = '<w:footnote w:id="2">' + p("Source : INSEE.") + "</w:footnote>"
    body = p("Contexte", "Titre1") + p(
        run("Un million.") + '<w:r><w:footnoteReference w:id="2"/></w:r>'
    )
    assert (
        text_of(tmp_path, "a.docx", docx(body, footnotes=notes))
        == "Contexte\n\nUn million.[1]\n\nNotes\n\n[1] Source : INSEE.\n\n"
    )


def test_words_own_title_and_date_come_after_the_catalogue_and_its_date_after_the_file_name(
    tmp_path: Path,
):
    data = docx(p("Un texte."), title="Position sur le cloud", created="2023-05-04T22:00:00Z")
    read_, warnings = document(tmp_path, "2021-01-02-note.docx", data)
    assert (read_.title, read_.date) == ("Position sur le cloud", "2021-01-02")
    assert any(
        "its properties say 2023-05-04, its name 2021-01-02" in warning for warning in warnings
    )
    read_, _ = document(
        tmp_path, "2021-01-02-note.docx", data, {"title": "Du catalogue", "date": "2022"}
    )
    assert (read_.title, read_.date) == ("Du catalogue", "2022")


@pytest.mark.parametrize(
    "title",
    [
        "",
        "  ",
        "Untitled",
        "Sans titre",
        "Microsoft Word - x.docx",
        "note finale",
        "note finale.docx",
        "Document1",
    ],
)
def test_a_title_that_a_program_wrote_is_no_title(tmp_path: Path, title: str):
    assert (
        document(
            tmp_path, "note finale.docx", docx(p("Contexte", "Titre1") + p("Une loi."), title=title)
        )[0].title
        == "Contexte"
    )


# PowerPoint


def presentation(fill) -> bytes:
    from pptx import Presentation

    slides = Presentation()
    fill(slides)
    stream = io.BytesIO()
    slides.save(stream)
    return stream.getvalue()


def test_a_slide_is_a_section_under_its_title_with_its_number_as_page(tmp_path: Path):
    def fill(slides) -> None:
        for title, items in (("Contexte", ["Une loi."]), ("Demandes", ["Un fonds", "Un guichet"])):
            slide = slides.slides.add_slide(slides.slide_layouts[1])
            slide.shapes.title.text = title
            slide.placeholders[1].text_frame.text = items[0]
            for item in items[1:]:
                slide.placeholders[1].text_frame.add_paragraph().text = item
        slide.notes_slide.notes_text_frame.text = "à ne pas dire"

    read_, warnings = document(tmp_path, "positions/2024.pptx", presentation(fill))
    assert [(section.headings, section.page, section.text) for section in read_.sections] == [
        (("Contexte",), 1, "Contexte\n\n- Une loi.\n\n"),
        (("Demandes",), 2, "Demandes\n\n- Un fonds\n- Un guichet\n\n"),
    ]
    assert "positions/2024.pptx: slide 2 has speaker notes; left out" in warnings


def test_the_shapes_of_a_slide_are_read_by_rows_and_tables_by_rows(tmp_path: Path):
    from pptx.util import Inches

    def fill(slides) -> None:
        slide = slides.slides.add_slide(slides.slide_layouts[6])
        for x, y, text in ((1, 3, "troisième"), (5, 1, "deuxième"), (1, 1.1, "premier")):
            slide.shapes.add_textbox(
                Inches(x), Inches(y), Inches(2), Inches(1)
            ).text_frame.text = text
        table = slide.shapes.add_table(2, 2, Inches(1), Inches(5), Inches(4), Inches(1)).table
        for number, text in enumerate(("Mesure", "Montant", "CII", "800 000 €")):
            table.cell(number // 2, number % 2).text = text
        hidden = slides.slides.add_slide(slides.slide_layouts[1])
        hidden.shapes.title.text = "jamais montrée"
        hidden.element.set("show", "0")

    read_, warnings = document(tmp_path, "a.pptx", presentation(fill))
    assert read_.text == "premier\n\ndeuxième\n\ntroisième\n\nMesure | Montant\nCII | 800 000 €\n\n"
    assert "a.pptx: slide 2 is hidden; left out" in warnings


# OpenDocument


def test_an_opendocument_text_keeps_headings_lists_tables_and_notes_in_place(tmp_path: Path):
    styles = (
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" '
        'style:num-format="1" style:num-suffix="."/></text:list-style>'
        '<style:style style:name="P1" style:parent-style-name="Title"/><style:style '
        'style:name="T1"><style:text-properties text:display="none"/></style:style>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>supprimé</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>Contexte 3</text:p></text:index-body>"
        "</text:table-of-content>"
        '<text:p text:style-name="P1">Notre position</text:p><text:h '
        'text:outline-level="1">Contexte</text:h>'
        '<text:p>Un<text:s text:c="3"/>fonds<text:span text:style-name="T1"> '
        "caché</text:span>.<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>Source : INSEE.</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>remarque</text:p></office:annotation></text:p>"
        '<text:list text:style-name="L1"><text:list-item><text:p>Payer.</text:p></text:list-item>'
        "<text:list-item><text:p>Agir.</text:p></text:list-item></text:list>"
        "<text:list><text:list-item><text:p>Puce.</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>CII</text:p></table:table-cell>"
        "<table:table-cell><text:p>800 000 €</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    meta = (
        "<dc:title>Position cloud</dc:title>"
        "<meta:creation-date>2023-05-04T10:00:00</meta:creation-date>"
    )
    read_, _ = document(tmp_path, "a.odt", odt(body, styles, meta))
    assert [(section.headings, section.text) for section in read_.sections] == [
        (
            ("Notre position", "Contexte"),
            "Notre position\n\nContexte\n\nUn fonds.[1]\n\n1. Payer.\n2. Agir.\n- Puce.\n\nCII | "
            "800 000 €\n\n",
        ),
        (("Notes",), "Notes\n\n[1] Source : INSEE.\n\n"),
    ]
    assert (read_.title, read_.date) == ("Position cloud", "2023-05-04")


# PDF

LEFT = (
    "Nous demandons au gouvernement de créer un fonds",
    "doté de 200 millions d'euros pour les compé-",
    "tences du numérique, et de nommer un sous-",
    "secrétaire chargé de ce fonds dès l'année prochaine.",
    "Les entreprises peinent partout à recruter des",
)
RIGHT = (
    "techniciens qualifiés, dans toutes les régions.",
    "La réforme du lycée est une occasion à saisir car",
    "elle concerne chaque élève, dans chaque région,",
    "et les régions doivent être associées au pilotage",
    "de cette réforme, que nous appelons de nos vœux.",
)


def test_two_columns_are_read_one_after_the_other_and_paragraphs_go_on_across_them(tmp_path: Path):
    page = [
        (50, 770, "Développer les compétences", 18, True),
        *column(50, 720, *LEFT),
        *column(310, 720, *RIGHT),
    ]
    assert text_of(tmp_path, "a.pdf", pdf(page)) == (
        "Développer les compétences\n\nNous demandons au gouvernement de créer un fonds doté de "
        "200 millions d'euros pour les compétences du numérique, et de "
        "nommer un sous-secrétaire chargé de ce fonds dès l'année prochaine. Les entreprises "
        "peinent partout à recruter des techniciens qualifiés, dans toutes "
        "les régions. La réforme du lycée est une occasion à saisir car elle concerne chaque "
        "élève, dans chaque région, et les régions doivent être associées "
        "au pilotage de cette réforme, que nous appelons de nos vœux.\n\n"
    )


def test_a_hyphen_at_a_lines_end_follows_what_the_document_writes_elsewhere(tmp_path: Path):
    page = column(
        50,
        720,
        "Le secteur emploie un million de personnes, et le porte-parole du porte-",
        "parole parle de la contre-proposition et de la souverai-",
        "neté, car la souveraineté compte pour les habitants de l'Île-de-",
        "France, et pour eux seuls, depuis la crise de la COVID-",
        "19 en France.",
    )
    assert text_of(tmp_path, "a.pdf", pdf(page)) == (
        "Le secteur emploie un million de personnes, et le porte-parole du porte-parole parle de "
        "la contre-proposition et de la souveraineté, car la "
        "souveraineté compte pour les habitants de l'Île-de-France, et pour eux seuls, depuis la "
        "crise de la COVID-19 en France.\n\n"
    )


def framed(number: int, of: int, *lines: str) -> list[tuple]:
    return [
        (50, 810, "Fédération – Note de position", 8),
        (280, 30, f"Page {number} / {of}", 8),
        *column(50, 750, *lines),
    ]


def test_running_heads_feet_and_page_numbers_are_left_out_and_each_page_begins_a_section(
    tmp_path: Path,
):
    data = pdf(
        framed(1, 3, "Le numérique emploie un million de personnes."),
        framed(2, 3, "Nous demandons un fonds public."),
        framed(3, 3, "Merci de votre attention."),
    )
    assert [
        (section.page, section.text) for section in document(tmp_path, "a.pdf", data)[0].sections
    ] == [
        (1, "Le numérique emploie un million de personnes.\n\n"),
        (2, "Nous demandons un fonds public.\n\n"),
        (3, "Merci de votre attention.\n\n"),
    ]


def test_a_paragraph_that_a_page_break_cuts_is_whole_on_the_page_where_it_begins(tmp_path: Path):
    data = pdf(
        framed(1, 2, "Le gouvernement prépare une loi que nous attendons"),
        framed(2, 2, "depuis trois ans avec impatience.", "", "Nous demandons un fonds public."),
    )
    assert [
        (section.page, section.text) for section in document(tmp_path, "a.pdf", data)[0].sections
    ] == [
        (
            1,
            "Le gouvernement prépare une loi que nous attendons depuis trois ans avec "
            "impatience.\n\n",
        ),
        (2, "Nous demandons un fonds public.\n\n"),
    ]


def test_articles_at_the_head_of_each_page_are_no_page_numbers(tmp_path: Path):
    pages = [
        [(50, 790, f"Article {number}", 14, True), *column(50, 760, text)]
        for number, text in enumerate(("Le fonds naît.", "Il vit.", "Il meurt."), 1)
    ]
    assert headings_of(tmp_path, "a.pdf", pdf(*pages)) == [
        ("Article 1",),
        ("Article 2",),
        ("Article 3",),
    ]


def test_the_title_of_a_chapter_over_its_own_pages_is_left_out(tmp_path: Path):
    pages = [
        [(50, 800, f"Chapitre {1 + number // 2}", 8), *column(50, 760, f"Le {place} point compte.")]
        for number, place in enumerate(("premier", "deuxième", "troisième", "dernier"))
    ]
    assert text_of(tmp_path, "a.pdf", pdf(*pages)) == (
        "Le premier point compte.\n\nLe deuxième point compte.\n\nLe troisième point "
        "compte.\n\nLe dernier point compte.\n\n"
    )


def test_the_dotted_lines_of_a_table_of_contents_are_left_out(tmp_path: Path):
    page = column(
        50,
        700,
        "Contexte . . . . . . . . . . . . . . 3",
        "Demandes................................. 12",
        "Nous demandons un fonds public.",
    )
    assert text_of(tmp_path, "a.pdf", pdf(page)) == "Nous demandons un fonds public.\n\n"


def test_the_letters_of_a_ligature_stay_in_their_word():
    letters = [
        ("e", 0.0, 5.0),
        ("f", 5.0, 11.0),
        ("f", 5.0, 11.0),
        ("i", 5.0, 11.0),
        ("c", 11.0, 16.0),
    ]
    assert [
        word.text
        for word in words_of(
            [Glyph(letter, x0, 0.0, x1 - x0, 10.0, False) for letter, x0, x1 in letters], 0.0
        )
    ] == ["effic"]


def test_larger_type_and_bold_lines_are_headings_of_their_level_and_lists_keep_their_items(
    tmp_path: Path,
):
    page = [
        (50, 760, "Notre position", 20, True),
        (50, 730, "Contexte", 14, True),
        *column(50, 700, "Le secteur emploie un million de personnes en France."),
        (50, 670, "Emploi", 10, True),
        *column(50, 650, "Il recrute chaque année soixante mille personnes."),
        (50, 620, "Demandes", 14, True),
        (50, 590, "• un fonds national pour les compétences du numérique,"),
        (60, 576, "doté de moyens ;"),
        (50, 562, "• un guichet."),
        (50, 540, "1. payer ;"),
        (50, 526, "2. agir."),
    ]
    assert [
        (section.headings, section.text)
        for section in document(tmp_path, "a.pdf", pdf(page))[0].sections
    ] == [
        (
            ("Notre position", "Contexte"),
            "Notre position\n\nContexte\n\nLe secteur emploie un million de personnes en "
            "France.\n\n",
        ),
        (
            ("Notre position", "Contexte", "Emploi"),
            "Emploi\n\nIl recrute chaque année soixante mille personnes.\n\n",
        ),
        (
            ("Notre position", "Demandes"),
            "Demandes\n\n• un fonds national pour les compétences du numérique, doté de moyens "
            ";\n• un guichet.\n1. payer ;\n2. agir.\n\n",
        ),
    ]


def test_aligned_cells_of_a_pdf_are_read_row_by_row(tmp_path: Path):
    page = [
        (50, 700, "Nos mesures et leurs montants sont les suivants."),
        (50, 670, "Mesure"),
        (250, 670, "Montant"),
        (50, 656, "CII"),
        (250, 656, "800 000 €"),
    ]
    assert text_of(tmp_path, "a.pdf", pdf(page)) == (
        "Nos mesures et leurs montants sont les suivants.\n\nMesure | Montant\nCII | 800 000 €\n\n"
    )


def test_a_pdf_of_images_only_is_reported_not_indexed(tmp_path: Path):
    with pytest.raises(Unreadable, match=r"^it holds only images, no text \(no OCR yet\)$"):
        document(tmp_path, "a.pdf", pdf([], [], images=1))


def test_pages_of_images_among_pages_of_text_are_named(tmp_path: Path):
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(50, 700, "Un fonds.")
    canvas.showPage()
    canvas.drawImage(ImageReader(Image.new("RGB", (9, 9))), 50, 300, 400, 200)
    canvas.showPage()
    canvas.save()
    read_, warnings = document(tmp_path, "a.pdf", stream.getvalue())
    assert read_.text == "Un fonds.\n\n"
    assert "a.pdf: page 2: only images, not read (no OCR yet)" in warnings


def test_a_pdfs_own_title_and_date_are_taken_unless_a_program_wrote_the_title(tmp_path: Path):
    page = [
        (50, 760, "Notre position", 20, True),
        *column(50, 700, "Le secteur emploie un million de personnes."),
    ]
    read_, _ = document(tmp_path, "a.pdf", pdf(page, title="Position sur le cloud"))
    assert (read_.title, read_.date) == ("Position sur le cloud", "2000-01-01")
    assert (
        document(tmp_path, "a.pdf", pdf(page, title="Microsoft Word - x.docx"))[0].title
        == "Notre position"
    )


# Every format


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("a.docx", lambda text: docx(p(text))),
        ("a.odt", lambda text: odt(f"<text:p>{text}</text:p>")),
        ("a.html", lambda text: f"<p>{text}</p>"),
        ("a.md", str),
        ("a.txt", str),
        ("a.eml", lambda text: f"Subject: a\nContent-Type: text/plain; charset=utf-8\n\n{text}"),
    ],
)
def test_every_format_gives_composed_letters_and_no_invisible_ones(tmp_path: Path, path: str, make):
    assert (
        text_of(
            tmp_path,
            path,
            make("e\u0301te\u0301 ou\u200bver\u00adt \u202eno\u202c ef\ufb01cace\U000e0041."),
        )
        == "été ouvert no efficace.\n\n"
    )
