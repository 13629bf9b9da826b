"""What Word, PowerPoint and OpenDocument files have in common: a zip of XML parts.

Promise: no entry is expanded past its bound, no entity is expanded at all, nothing outside the file
is fetched.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from index.errors import Unreadable

EXPANDED = 300_000_000  # bytes of all entries together, as declared
# Bytes of the XML parts together; a report of 500 pages has about five million.
XML_EXPANDED = 80_000_000
ENTRIES = 10_000
DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
ANY_PART = re.compile(r".*")
DEFINES_NOTHING = re.compile(rb"<!DOCTYPE[^\[>]*>")  # a document type without an internal subset
DC = "{http://purl.org/dc/elements/1.1/}"
CREATED = "{http://purl.org/dc/terms/}created"
# When python-docx's and python-pptx's default files were made.
TEMPLATES = ("2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z")
BREAKS = ("tab", "br", "cr", "s", "line-break")
ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)


class Parts(dict[str, bytes]):
    """The entries of a zipped XML document by name; `warnings`: those that cannot be read."""

    def __init__(self) -> None:
        self.warnings: list[str] = []


def guarded(
    data: bytes, main: str, called: str, parsed: re.Pattern = ANY_PART, kept: str = ""
) -> Parts:
    """The entries of a zipped XML document; what is neither XML nor `kept` is emptied.

    `main` is the part that every such document has; `called` is its format's name; `parsed` matches
    the names of the parts that are parsed; `kept` those of others whose bytes are wanted.
    A document type that defines nothing is cut out; one with definitions makes a parsed part, and
    with it the document, `Unreadable`, and any other part is left out with a warning.
    Raises `Unreadable` too for what is no such zip, is encrypted or expands too far.
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
        parts, left = Parts(), XML_EXPANDED
        for entry in entries:
            if entry.flag_bits & 1:
                raise Unreadable("it is protected by a password")
            parts[entry.filename] = b""
            if not _is_wanted(entry.filename, kept):
                continue
            with archive.open(entry) as stream:
                content = stream.read(left + 1)
            left -= len(content)
            if left < 0:
                raise Unreadable(f"its text expands to more than {XML_EXPANDED // 1_000_000} MB")
            parts[entry.filename] = _without_doctype(content, entry.filename, parsed, parts)
    return parts


def _is_wanted(name: str, kept: str) -> bool:
    return name.lower().endswith((".xml", ".rels", "mimetype")) or bool(
        kept and re.search(kept, name, re.I)
    )


def _without_doctype(content: bytes, name: str, parsed: re.Pattern, parts: Parts) -> bytes:
    """The part without its document type; empty where that defines entities and nobody parses it.

    OpenOffice writes one that defines nothing into macros, formulas and its manifest.
    Raises `Unreadable` for a parsed part with definitions.
    """
    content = DEFINES_NOTHING.sub(b"", content)
    if not any(doctype in content for doctype in DOCTYPES):
        return content
    if parsed.fullmatch(name):
        raise Unreadable("it defines XML entities, which are never expanded")
    parts.warnings.append(f"a part that defines XML entities is not read: {name}")
    return b""


def xml(content: bytes) -> etree._Element:
    """A part's root element. Entities, external files and the network are out of reach."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    return etree.fromstring(content, parser)


def side(parts: Parts, name: str) -> etree._Element | None:
    """The root of a part that the text can be read without; None, with a warning, for a broken one.

    None too where there is no such part.
    """
    if not parts.get(name):
        return None
    try:
        return xml(parts[name])
    except etree.XMLSyntaxError:
        parts.warnings.append(f"a damaged part is not read: {name}")
        del parts[name]  # so that no library breaks on it
        return None


def words_in(elements: Iterable[etree._Element]) -> int:
    """How many words the elements hold."""
    return sum(len(" ".join(map(str, element.itertext())).split()) for element in elements)


def lines_in(elements: Iterable[etree._Element], paragraph: str) -> Iterator[str]:
    """The text of the elements' paragraphs, with a tab for each tab and line break."""
    for one in (one for element in elements for one in element.iter(paragraph)):
        pieces: list[str] = []
        for event, node in etree.iterwalk(one, events=("start", "end")):
            name = etree.QName(node).localname
            if event == "end":
                pieces.append((node.tail or "") if node is not one else "")
            elif name in BREAKS:
                pieces.append("\t")
            elif name != "instrText":  # how Word counts its pages
                pieces.append(node.text or "")
        yield "".join(pieces)


def core_properties(parts: Parts) -> dict[str, str]:
    """Title and date of creation, as Word and PowerPoint record them.

    The date of a library's default file is no document's.
    """
    root = side(parts, "docProps/core.xml")
    if root is None:
        return {}
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
