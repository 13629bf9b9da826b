"""Bytes -> characters: Windows' signs in every encoding and format, UTF-16 with a mark or none."""

from pathlib import Path

import pytest
from making import docx, odt, p

from index.errors import Unreadable
from index.readers.characters import decode, references, visible
from index.readers.read import read

SIGNS = "L’aide « à l’œuvre » – 30 € : “oui”…"


def text_of(folder: Path, path: str, data: bytes) -> str:
    (folder / path).write_bytes(data)
    return read(folder, path, {})[0].text.rstrip("\n")


@pytest.mark.parametrize(
    "declared", ["", "iso-8859-1", "ISO-8859-15", "iso_8859-15", "latin-9", "utf-8", "us-ascii"]
)
def test_bytes_of_windows_are_read_as_windows_wrote_them_whatever_was_declared(declared: str):
    assert decode(b"L\x92aide de 30 \x80 \x96 un c\x9cur\x85", declared) == (
        "L’aide de 30 € – un cœur…"
    )


def test_the_euro_of_latin_9_stays_a_euro():
    assert decode(b"400 M\xa4 \x96 c\x92est peu", "iso-8859-15") == "400 M€ – c’est peu"


def test_controls_in_utf_8_are_the_signs_that_windows_has_there(tmp_path: Path):
    controls = "L\x92aide \x93verte\x94 : 30 \x80\x85"
    assert visible(controls) == "L’aide “verte” : 30 €…"
    for path, data in (
        ("a.txt", controls.encode()),
        ("a.md", controls.encode()),
        ("a.html", f"<meta charset=utf-8><p>{controls}</p>".encode()),
        ("a.docx", docx(p(controls))),
        ("a.odt", odt(f"<text:p>{controls}</text:p>")),
        ("a.eml", f"Subject: a\nContent-Type: text/plain; charset=utf-8\n\n{controls}".encode()),
    ):
        assert text_of(tmp_path, path, data) == "L’aide “verte” : 30 €…"


@pytest.mark.parametrize(
    ("written", "read_"),
    [
        ("l&#146;aide", "l’aide"),
        ("l&#x92;aide", "l’aide"),
        ("l&#0150;aide", "l–aide"),
        ("l&#X80;aide", "l€aide"),
        ("l&#233;aide", "léaide"),
    ],
)
def test_numeric_references_to_controls_are_windows_signs_in_markdown_and_pages(
    tmp_path: Path, written: str, read_: str
):
    assert text_of(tmp_path, "a.md", written.encode()) == read_
    assert text_of(tmp_path, "a.html", f"<p>{written}</p>".encode()) == read_


def test_other_references_are_left_to_the_renderer():
    assert references("&#100; &#160; &amp; &#x20AC;") == "&#100; &#160; &amp; &#x20AC;"


def test_a_stray_byte_of_windows_does_not_turn_a_text_in_utf_8_into_rubbish():
    assert decode("L'été à l'œuvre, ".encode() + b"l\x92aide") == "L'été à l'œuvre, l’aide"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("path", ["a.txt", "a.md", "a.html"])
def test_wide_characters_without_a_mark_are_read(tmp_path: Path, path: str, encoding: str):
    written = f"<p>{SIGNS}</p>" if path == "a.html" else SIGNS
    assert text_of(tmp_path, path, written.encode(encoding)) == SIGNS


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_characters_with_a_mark_are_read(encoding: str):
    assert decode(SIGNS.encode(encoding)) == SIGNS


def test_a_wide_text_that_lost_its_last_byte_is_read():
    assert decode("Un fonds.\n".encode("utf-16-le")[:-1]) == "Un fonds."


@pytest.mark.parametrize("data", [bytes(500), b"\0\1" * 300, b"ab\0cd\xff" * 300])
def test_zeros_that_stand_between_no_letters_are_no_text(data: bytes):
    with pytest.raises(Unreadable, match="not text in any known encoding"):
        decode(data)


def test_utf_8_with_nearly_as_many_stray_bytes_as_letters_of_its_own_stays_utf_8():
    data = "l’école, déjà. ".encode() + b"coll\xe9, l\x92usine : 5 \x80"
    assert decode(data) == "l’école, déjà. collé, l’usine : 5 €"


def test_capitals_before_a_hard_blank_do_not_turn_windows_text_into_utf_8():
    data = "QUALITÉ\u00a0: l’été".encode("cp1252")
    assert decode(data) == "QUALITÉ\u00a0: l’été"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_a_subject_in_raw_bytes_is_read(tmp_path: Path, encoding: str):
    subject = "Subject: Réponse à l’appel\n =?utf-8?Q?d=C3=A9cal=C3=A9?="
    data = subject.encode(encoding) + b"\nFrom: a@b.fr\n\nUn fonds."
    (tmp_path / "a.eml").write_bytes(data)
    assert read(tmp_path, "a.eml", {})[0].title == "Réponse à l’appel décalé"
