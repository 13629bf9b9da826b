"""What Word, PowerPoint and OpenDocument files have in common: a zip of XML parts.

Promise: no entry is expanded past its bound, no entity is expanded at all, nothing outside the file
is fetched.
"""

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from index.errors import Unreadable

EXPANDED = 300_000_000  # bytes of all entries together, as declared
# Bytes of the XML parts together; a report of 500 pages has about five million.
XML_EXPANDED = 80_000_000
ENTRIES = 10_000
ENCODINGS = ("ascii", "utf-16-le", "utf-16-be")  # that an XML part may be in
DC = "{http://purl.org/dc/elements/1.1/}"
CREATED = "{http://purl.org/dc/terms/}created"
# When python-docx's and python-pptx's default files were made.
TEMPLATES = ("2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z")
ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)


def guarded(data: bytes, main: str, called: str) -> dict[str, bytes]:
    """The entries of a zipped XML document by name; what is not XML (pictures) is emptied.

    `main` is the part that every such document has; `called` is its format's name.
    Raises `Unreadable` for what is no such zip, is encrypted, expands too far or defines entities.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable(
            "it is protected by a password"
            if encrypted
            else f"it is an Office file of before 2007; save it as {called}"
        )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > EXPANDED:
            raise Unreadable(f"it expands to more than {EXPANDED // 1_000_000} MB")
        if main not in archive.namelist():
            raise Unreadable(f"it is a zip archive, but no {called}")
        parts, left = {}, XML_EXPANDED
        for entry in entries:
            if entry.flag_bits & 1:
                raise Unreadable("it is protected by a password")
            parts[entry.filename] = b""
            if entry.filename.lower().endswith((".xml", ".rels", "mimetype")):
                with archive.open(entry) as stream:
                    parts[entry.filename] = content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise Unreadable(
                        f"its text expands to more than {XML_EXPANDED // 1_000_000} MB"
                    )
                if any("<!DOCTYPE".encode(code) in content for code in ENCODINGS):
                    raise Unreadable("it defines XML entities, which are never expanded")
    return parts


def xml(content: bytes) -> etree._Element:
    """A part's root element. Entities, external files and the network are out of reach."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    return etree.fromstring(content, parser)


def core_properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Title and date of creation, as Word and PowerPoint record them.

    The date of a library's default file is no document's.
    """
    if "docProps/core.xml" not in parts:
        return {}
    root = xml(parts["docProps/core.xml"])
    created = (root.findtext(CREATED) or "").strip()
    return {
        "title": root.findtext(f"{DC}title") or "",
        "date": "" if created in TEMPLATES else created[:10],
    }


def zipped(parts: Mapping[str, bytes]) -> io.BytesIO:
    """The parts as a zip again, to hand to a library."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    stream.seek(0)
    return stream


def counted(number: int, form: str) -> str:
    """A number in the `form` of "1", "a", "A", "i" or "I"."""
    if form in "aA" and number > 0:
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 9 + 1)
    elif form in "iI" and 0 < number < 4000:
        text = ""
        for value, letters in ROMAN:
            text += letters * (number // value)
            number %= value
    else:
        return str(number)
    return text.upper() if form.isupper() else text
