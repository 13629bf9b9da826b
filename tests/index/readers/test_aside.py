"""What is left out is asked who may see it; what was filled in, typed on or framed is left in."""

import io
from collections.abc import Callable

import pytest
from making import W, docx, odt, p, pdf
from pdf_pages import made

from index.readers.read import read_all

FRAME = "CONFIDENTIEL – ne pas diffuser"
VML = 'xmlns:v="urn:schemas-microsoft-com:vml"'
STYLE = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
TEXT = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'


def audience_of(name: str, data: bytes) -> str:
    reading = read_all(name, data, {})[0]
    assert "onfiden" not in reading.document.text
    assert (reading.document.audience == "staff") == any(
        "staff" in warning for warning in reading.warnings
    )
    return reading.document.audience


def framed(head: str) -> bytes:
    """A PDF of four pages with a running head and a foot that counts them."""
    return pdf(
        *(
            [
                (56, 800, head, 9),
                *((56, 700 - 14 * line, f"Voici la ligne {number * 20 + line} d'un texte.")
                  for line in range(20)),
                (56, 30, f"Page {number}", 9),
            ]
            for number in range(1, 5)
        )
    )  # fmt: skip


def stamped(mark: str, apart: bool) -> bytes:
    """A PDF with a mark across its page, as one text or letter by letter."""

    def draw(canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for line in range(20):
            canvas.drawString(
                56, 700 - 14 * line, f"Voici la ligne {line} d'un texte sur le cloud."
            )
        canvas.translate(150, 250)
        canvas.rotate(45)
        canvas.setFont("Helvetica", 60)
        for place, letters in enumerate(mark if apart else [mark]):
            canvas.drawString(55 * place, 0, letters)

    return made(draw)


def word(header: str) -> bytes:
    return docx(p("Un fonds."), word__header1_xml=f"<w:hdr {W} {VML}>{header}</w:hdr>")


def open_text(where: str, text: str) -> bytes:
    return odt(
        "<text:p>Un fonds.</text:p>",
        **{
            "styles.xml": f"<office:document-styles {OFFICE} {STYLE} {TEXT}><office:master-styles>"
            f"<style:master-page><style:{where}><text:p>{text}</text:p></style:{where}>"
            "</style:master-page></office:master-styles></office:document-styles>"
        },
    )


def rich(inside: str) -> bytes:
    return rf"{{\rtf1\ansi\ansicpg1252 {inside} Un fonds.\par}}".encode("cp1252")


def book(foot: str) -> bytes:
    from openpyxl import Workbook

    workbook, stream = Workbook(), io.BytesIO()
    workbook.active.append(["Territoire", "Budget"])
    workbook.active.oddFooter.center.text = foot
    workbook.save(stream)
    return stream.getvalue()


def slides(mark: str) -> bytes:
    from pptx import Presentation

    show, stream = Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Un fonds"
    layout = slide.slide_layout.slide_master
    foot = next(one for one in layout.placeholders if one.placeholder_format.type == 15)
    foot.text_frame.text = mark
    show.save(stream)
    return stream.getvalue()


def typed_onto(mark: str) -> bytes:
    def draw(canvas) -> None:
        canvas.drawString(56, 700, "Un fonds.")
        canvas.freeTextAnnotation(mark, "/Helv 9 Tf 0 g", Rect=(56, 300, 400, 320))

    return made(draw)


def rich_text_of(inside: str):
    return read_all("2024.rtf", rich(inside), {})[0]


MAKERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "a running head": ("2024.pdf", framed),
    "a watermark": ("2024.pdf", lambda mark: stamped(mark, apart=False)),
    "a watermark letter by letter": ("2024.pdf", lambda mark: stamped(mark, apart=True)),
    "a header of Word": ("2024.docx", lambda mark: word(p(mark))),
    "a header of Word with a tab": (
        "2024.docx",
        lambda mark: word(
            f"<w:p><w:r><w:t>{mark}</w:t><w:tab/><w:t>Page 3</w:t></w:r></w:p>"
        ),
    ),
    "a watermark of Word": (
        "2024.docx",
        lambda mark: word(f'<w:p><w:r><w:pict><v:textpath string="{mark}"/></w:pict></w:r></w:p>'),
    ),
    "a header of OpenDocument": ("2024.odt", lambda mark: open_text("header", mark)),
    "a footer of left pages": ("2024.odt", lambda mark: open_text("footer-left", mark)),
    "a header of RTF": ("2024.rtf", lambda mark: rich(rf"{{\header {mark}\par}}")),
    "a footer of first pages of RTF": ("2024.rtf", lambda mark: rich(rf"{{\footerf {mark}\par}}")),
    "a watermark of RTF": (
        "2024.rtf",
        lambda mark: rich(rf"{{\header{{\sp{{\sn gtextUNICODE}}{{\sv {mark}}}}}}}"),
    ),
    "a footer of Excel": ("2024.xlsx", book),
    "a footer of slides": ("2024.pptx", slides),
    "a footer of a page": (
        "2024.html",
        lambda mark: f"<p>Un fonds.</p><footer><p>{mark}</p></footer>".encode(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", MAKERS)
@pytest.mark.parametrize("mark", ["CONFIDENTIEL", "Strictly confidential"])
def test_a_mark_in_what_is_left_out_keeps_a_document_for_staff(where: str, mark: str):
    name, maker = MAKERS[where]
    assert audience_of(name, maker(mark)) == "staff"


@pytest.mark.parametrize("where", MAKERS)
def test_other_words_that_are_left_out_narrow_nothing(where: str):
    name, maker = MAKERS[where]
    assert audience_of(name, maker("La lettre")) == "members"


def test_a_mark_with_the_number_of_its_page_counts():
    assert audience_of("2024.docx", word(p("Page 3 – Document confidentiel 3"))) == "staff"


MAIL = b"From: a@b.fr\nDate: Tue, 14 May 2024 09:00:00 +0200\nMIME-Version: 1.0\n"
EVENT = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Bureau\nCLASS:%s\nEND:VEVENT\nEND:VCALENDAR\n"


@pytest.mark.parametrize(
    ("rest", "audience"),
    [
        (b"Subject: [CONFIDENTIEL] Note\n\nUn fonds.", "staff"),
        (b"Subject: TR: Note confidentielle\n\nUn fonds.", "staff"),
        (b"Subject: Note\nSensitivity: Company-Confidential\n\nUn fonds.", "staff"),
        (b"Subject: Note\nSensitivity: Private\n\nUn fonds.", "staff"),
        (b"Subject: Note\nSensitivity: Personal\n\nUn fonds.", "staff"),
        (b"Subject: Note\nSensitivity: Normal\n\nUn fonds.", "members"),
        (b"Subject: Informatique confidentielle\n\nUn fonds.", "members"),
        (b"Content-Type: text/calendar\n\n" + EVENT % b"CONFIDENTIAL", "staff"),
        (b"Content-Type: text/calendar\n\n" + EVENT % b"PRIVATE", "staff"),
        (b"Content-Type: text/calendar\n\n" + EVENT % b"PUBLIC", "members"),
        (b"Subject: Note\nContent-Type: message/rfc822\n\nFrom: c@d.fr\nSubject: Fonds\n"
         b"Sensitivity: Private\n\nUn fonds.", "staff"),
    ],
)  # fmt: skip
def test_a_mail_is_asked_by_its_subject_its_sensitivity_and_its_invitations(
    rest: bytes, audience: str
):
    reading = read_all("a.eml", MAIL + rest, {})[0]
    assert reading.document.audience == audience


def test_what_is_attached_to_a_mail_for_staff_is_for_staff():
    data = MAIL + (
        b"Subject: [Confidentiel] Note\nContent-Type: multipart/mixed; boundary=M\n\n--M\n\nVoir.\n"
        b'--M\nContent-Disposition: attachment; filename="a.txt"\n\nUn fonds.\n--M--\n'
    )
    assert [one.document.audience for one in read_all("a.eml", data, {})] == ["staff", "staff"]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (r"Voir {\v secret}la note.", "Voir la note. Un fonds."),
        (r"Voir \v secret\v0 la note.", "Voir la note. Un fonds."),
        (r"Voir \v secret \u233?\'e9\plain la note.", "Voir la note. Un fonds."),
        (r"Voir {\deleted secret }la note.", "Voir la note. Un fonds."),
        (r"Voir {\b la note}.", "Voir la note. Un fonds."),
    ],
)
def test_hidden_and_deleted_rich_text_is_left_out_and_counted(inside: str, text: str):
    reading = rich_text_of(inside)
    assert reading.document.text == f"{text}\n\n"
    assert sum(reading.left_out.values()) == inside.count("secret")


def test_what_was_typed_onto_a_page_is_read_and_asked_who_may_see_it():
    reading = read_all("2024.pdf", typed_onto("Seuil : 40 000"), {})[0]
    assert reading.document.text == "Un fonds.\n\nSeuil : 40 000\n\n"
    assert reading.document.audience == "members"
    assert read_all("2024.pdf", typed_onto("Confidential"), {})[0].document.audience == "staff"


def test_a_picture_with_words_typed_onto_it_is_still_named():
    def draw(canvas) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("RGB", (200, 100), "grey")), 50, 400, 400, 200)
        canvas.freeTextAnnotation("Un fonds.", "/Helv 9 Tf 0 g", Rect=(56, 300, 400, 320))

    warnings = read_all("2024.pdf", made(draw), {})[0].warnings
    assert "2024.pdf: page 1: only images, not read (no OCR yet)" in warnings


def signed(below: str, kind: str = "plain") -> str:
    head = f"Subject: Note\nContent-Type: text/{kind}; charset=utf-8\n\n"
    return read_all("a.eml", MAIL + (head + below).encode(), {})[0].document.text


FACTS = [
    "Mardi 21 mai\nMinistère de l'Économie",
    "Visiteurs : 1 200\nExposants : 85",
    "On 21 May\nBrussels",
    "14 h 30\n139, rue de Bercy, 75012 Paris",
    "2024-05-21\nBureau",
]


@pytest.mark.parametrize("mark", ["Bien à vous,", "Best regards,\nAnne", "-- "])
@pytest.mark.parametrize("facts", FACTS)
def test_a_date_or_a_figure_below_a_sign_off_is_no_signature(mark: str, facts: str):
    assert facts in signed(f"Un fonds.\n\n{mark}\n\n{facts}\n")


@pytest.mark.parametrize(
    "signature",
    [
        "Anne Roux\n12 bis, avenue de l'Opéra, 75001 Paris\n01 23 45 67 89",
        "Anne Roux\n3e étage\nBP 123 – 75008 Paris Cedex 08\nwww.exemple.fr",
        "Anne Roux\n12 Rue de la Loi, 1040 Brussels\nM: +32 470 00 00 00",
    ],
)
def test_the_figures_of_addresses_and_telephones_belong_to_a_signature(signature: str):
    assert signed(f"Un fonds.\n\nBien à vous,\n\n{signature}\n") == "Un fonds.\n\n"


def test_what_a_line_with_a_colon_leads_up_to_is_no_signature():
    names = "Anne Roux\nPaul Martin, député"
    assert names in signed(f"La délégation :\n\nCordialement,\n\n{names}\n")


def test_a_table_in_what_a_mailer_calls_a_signature_stays():
    table = "<table><tr><th>Lieu</th><th>Qui</th></tr><tr><td>Oise</td><td>Anne</td></tr></table>"
    text = signed(f"<p>Voici.</p><div class=gmail_signature>{table}</div>", "html")
    assert text == "Voici.\n\nLieu | Qui\nOise | Anne\n\n"


def test_a_table_below_a_sign_off_stays():
    table = "<table><tr><th>Lieu</th><th>Qui</th></tr><tr><td>Oise</td><td>Anne</td></tr></table>"
    text = signed(f"<p>Voici.</p><p>Cordialement,</p>{table}", "html")
    assert text == "Voici.\n\nCordialement,\n\nLieu | Qui\nOise | Anne\n\n"


SAVED = (
    b"From: <Saved by Blink>\nSubject: x\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/related; type="text/html"; boundary="M"\n\n'
    b"--M\nContent-Type: text/html\n\n<p>Un fonds.</p>"
    b'<iframe src="cid:f2@x"></iframe><iframe src="https://a.fr/b"></iframe>'
    b'<iframe src="cid:f3@x" style="display:none"></iframe>\n'
    b"--M\nContent-Type: text/html\nContent-ID: <f2@x>\n\n<p>Un cadre.</p>\n"
    b"--M\nContent-Type: text/html\nContent-ID: <f3@x>\n\n<p>Rien.</p>\n--M--\n"
)


def test_the_frames_of_a_saved_page_are_read_and_those_that_are_not_there_are_named():
    reading = read_all("2024.mht", SAVED, {})[0]
    assert reading.document.text == "Un fonds.\n\nUn cadre.\n\n"
    assert "2024.mht: a frame of the page is not read: https://a.fr/b" in reading.warnings


def test_frames_that_hold_themselves_end():
    data = SAVED.replace(b"<p>Un cadre.</p>", b'<p>Un cadre.</p><iframe src="cid:f2@x"></iframe>')
    reading = read_all("2024.mht", data, {})[0]
    assert reading.document.text.count("Un cadre.") == 3
    assert "2024.mht: a frame of the page is not read: cid:f2@x" in reading.warnings


def test_what_was_filled_into_the_form_of_a_page_is_read():
    html = (
        "<p>Seuil : <input value='40 000 €'></p><p>Avis : <textarea>Un guichet.</textarea></p>"
        "<p><input type=checkbox checked>Oui <input type=radio>Non</p>"
        "<p>Taille : <select><option>PME<option selected>ETI</select></p>"
        "<p><input type=hidden value=a><input type=password value=b><input type=submit value=c></p>"
    )
    text = read_all("2024.html", html.encode(), {})[0].document.text
    assert text == "Seuil : 40 000 €\n\nAvis : Un guichet.\n\n☒ Oui ☐ Non\n\nTaille : ETI\n\n"


def test_what_was_chosen_in_a_drop_down_of_word_is_read():
    field = (
        "<w:p><w:r><w:t>Taille : </w:t></w:r><w:r><w:fldChar w:fldCharType='begin'><w:ffData>"
        "<w:ddList><w:result w:val='1'/><w:listEntry w:val='PME'/><w:listEntry w:val='ETI'/>"
        "</w:ddList></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMDROPDOWN </w:instrText>"
        "</w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    )
    content = (
        "<w:p><w:r><w:t>Lieu : </w:t></w:r><w:sdt><w:sdtPr><w:dropDownList><w:listItem w:value='1' "
        "w:displayText='Oise'/></w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>Oise</w:t></w:r>"
        "</w:sdtContent></w:sdt></w:p>"
    )
    text = read_all("2024.docx", docx(field + content), {})[0].document.text
    assert text == "Taille : ETI\n\nLieu : Oise\n\n"


def test_a_mail_for_staff_that_is_attached_to_one_for_members_stays_for_staff():
    data = MAIL + (
        b"Subject: Note\nContent-Type: multipart/mixed; boundary=M\n\n--M\n\nVoir.\n"
        b"--M\nContent-Type: application/octet-stream\n"
        b'Content-Disposition: attachment; filename="b.eml"\n\n'
        b"From: c@d.fr\nSubject: Fonds\nSensitivity: Private\n\nUn fonds.\n--M--\n"
    )
    assert [one.document.audience for one in read_all("a.eml", data, {})] == ["members", "staff"]
