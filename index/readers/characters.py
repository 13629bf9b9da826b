"""Bytes -> characters that can be seen. Owns encodings, and which characters show nothing.

Promise: 0x80 to 0x9F, as bytes or as characters, are what Windows writes there, whatever encoding
was declared, as HTML5 has it; what no encoding explains is `Unreadable`.
"""

import codecs
import re
import unicodedata

from index.errors import Unreadable

# HTML5, "windows-1252": the five bytes that mean nothing there show nothing.
WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)}
STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0x100)}
ESCAPED = re.compile("[\udc80-\udcff]")  # bytes that are no UTF-8, by Python's surrogateescape
SURE = re.compile("[\u00c0-\u00ff\u2010-\u203f\u20ac]")
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
    "|[^\\S\u00a0\u202f \t\n]|[\x00-\x08\x0e-\x1f\x7f]"
)
CONTROL = re.compile("[\x80-\x9f]")
ODD = "\ufffd" + "".join(map(chr, (*range(9), *range(14, 32))))  # no text holds many of these
# What is declared as these is Windows-1252 in practice.
LATIN = ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii")
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LATIN_LETTERS = re.compile("[\t\n\r -~\u00a0-\u00ff]")
WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
# `&#146;` and `&#x92;` in Markdown, whose renderer takes them for nothing.
REFERENCE = re.compile(r"&#(?:0*(?P<decimal>1[2-5]\d)|[xX]0*(?P<hex>[89][0-9a-fA-F]));")


def visible(text: str) -> str:
    """Text without characters that show nothing or reorder what is shown.

    Odd blanks become plain ones, and Windows' characters are put in the place of controls.
    """
    if CONTROL.search(text):
        text = text.translate(WINDOWS)
    return INVISIBLE.sub(lambda match: " " if match[0].isspace() else "", text)


def references(text: str) -> str:
    """Text with numeric references to controls as Windows' characters; others stay."""

    def character(match: re.Match[str]) -> str:
        number = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
        return WINDOWS.get(number, match[0])

    return REFERENCE.sub(character, text)


def decode(data: bytes, declared: str | None = "") -> str:
    """Bytes to NFC text, its lines ended by line feeds. Raises `Unreadable` for what is not text.

    UTF-16 or UTF-32, with a mark or with zeros between Latin letters; UTF-8, with stray bytes of
    Windows in it; else as `declared`; else Windows-1252, in which French and English files that are
    none of these were written: a guess by statistics took it for a Baltic encoding on short French
    texts.
    """
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), "")
    text = _decoded_as(data, marked) if marked else _wide(data)
    if text is None:
        text = _decoded_as(data, "utf-8-sig")
    if text is None:
        text = _mostly_utf8(data)
    if text is None and declared and declared.lower().replace("_", "-") not in LATIN:
        text = _decoded_as(data, declared)
    if text is None:
        text = data.decode("cp1252", errors="replace")
    odd = sum(text.count(character) for character in ODD)
    if odd > max(3, len(text) / 100):
        raise Unreadable("it is not text in any known encoding")
    text = text.translate(WINDOWS) if CONTROL.search(text) else text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded_as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _wide(data: bytes) -> str | None:
    """Text in UTF-16 or UTF-32 without a mark: most of its characters are Latin, none is NUL."""
    if data[:4000].count(0) * 4 < len(data[:4000]):
        return None
    for encoding in WIDE:
        width = 4 if "32" in encoding else 2
        text = _decoded_as(data[: len(data) // width * width], encoding)
        if text and "\0" not in text:
            latin = len(LATIN_LETTERS.findall(text[:4000]))
            if latin * 10 >= len(text[:4000]) * 7:
                return text
    return None


def _mostly_utf8(data: bytes) -> str | None:
    """UTF-8 with stray bytes of Windows: twice as many characters are whole, or as many sure ones.

    Those are sure whose bytes, as Windows-1252, no French or English has: "Ã©", "â€™".
    """
    text = data.decode("utf-8-sig", "surrogateescape")
    stray = len(ESCAPED.findall(text))
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    whole = beyond_ascii > 2 * stray or len(SURE.findall(text)) >= stray
    return text.translate(STRAY) if whole else None
