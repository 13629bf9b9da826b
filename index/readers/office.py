"""What Word, PowerPoint and OpenDocument files have in common: a zip of XML parts. Owns the guard that each of them passes.

Promise: no entry is expanded past its bound, no entity is expanded at all, nothing outside the file is fetched.
"""

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from index.errors import Unreadable

EXPANDED = 300_000_000  # bytes of all entries together, as declared
XML_EXPANDED = (
    80_000_000  # bytes of the XML parts together; a report of 500 pages has about five million
)
ENTRIES = 10_000
DC = "{http://purl.org/dc/elements/1.1/}"
CREATED = "{http://purl.org/dc/terms/}created"
TEMPLATES = (
    "2013-12-23T23:15:00Z",
    "2013-01-27T09:14:16Z",
)  # when python-docx's and python-pptx's default file was made
ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def guarded(data: bytes, main: str, called: str) -> dict[str, bytes]:
    """The entries of a zipped XML document by name; what is not XML (pictures) is emptied. `main` is the part that makes it one.

    Raises `Unreadable` for what is no such zip, is encrypted, expands past the bounds, or defines entities.
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
                if (
                    b"<!DOCTYPE" in content
                    or "<!DOCTYPE".encode("utf-16-le") in content
                    or "<!DOCTYPE".encode("utf-16-be") in content
                ):
                    raise Unreadable("it defines XML entities, which are never expanded")
    return parts


def xml(content: bytes) -> etree._Element:
    """A part's root element. Entities, external files and the network are out of reach."""
    return etree.fromstring(
        content,
        etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
        ),
    )


def core_properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Title and date of creation, as Word and PowerPoint record them; a library's default file's date is no document's."""
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
    """A count as "1", "a", "A", "i" or "I" write it."""
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
