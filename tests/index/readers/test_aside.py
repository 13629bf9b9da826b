"""What is left out of a text is asked who may see it: it narrows, and nothing opens."""

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
