"""File -> Document: opens a file of the corpus, has its format's reader parse it, describes it.

In: a path inside the corpus and its entry in catalogue.toml. Out: a `Document`, and warnings about
what is unknown or was not read.
Promise: whatever cannot be read raises `Unreadable` with its reason, within bounded time and memory
(parsers run in a process of their own); nothing outside the corpus is ever opened.
"""

import os
import re
import unicodedata
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from index import audience
from index.describe import FrontMatter, describe, front_matter, with_audience
from index.errors import Unreadable
from index.passage import Document, Section
from index.readers.characters import decode, references, visible
from index.readers.content import Content
from index.readers.worker import Worker

READERS = {
    # Named, not imported: a run that reads no PDF loads no PDF library.
    ".md": "index.readers.read.read_markdown",
    ".txt": "index.readers.read.read_text",
    ".html": "index.readers.read.read_html",
    ".htm": "index.readers.read.read_html",
    ".eml": "index.readers.mail.read_eml",
    ".msg": "index.readers.mail.read_msg",
    ".docx": "index.readers.word.read_docx",
    ".pptx": "index.readers.slides.read_pptx",
    ".odt": "index.readers.odt.read_odt",
    ".pdf": "index.readers.pdf.read_pdf",
}
FORMATS = tuple(READERS)
LARGEST = 20_000_000  # bytes; a text of this size is about 3 million words
# Bytes of a file that is mostly pictures: slides, PDF, mail with attachments.
LARGEST_WITH_IMAGES = 100_000_000
TEXTS = (".md", ".txt", ".html", ".htm")
LIGATURES = re.compile("[\ufb00-\ufb06]")
# An XML declaration and comments, then a document type with an internal subset.
DEFINES_ENTITIES = re.compile(
    r"(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*-->)*<!DOCTYPE[^>\[]*\[", re.I | re.S
)
PARSERS = Worker("index.readers.read", "parsed")


def read(
    corpus: Path, path: str, overrides: Mapping, parsers: Worker = PARSERS
) -> tuple[Document, list[str]]:
    """Read one file of the corpus.

    `path` is relative to `corpus`; `overrides` is its entry in catalogue.toml. Returns the document
    and warnings. Raises `Unreadable`, with the reason, for anything that is not a readable document
    inside the corpus; `TookTooLong` if its parser was ended for its time.
    """
    return read_bytes(path, open_inside(corpus, path, largest(path)), overrides, parsers)


def read_bytes(
    path: str, data: bytes, overrides: Mapping, parsers: Worker = PARSERS
) -> tuple[Document, list[str]]:
    """As `read`, of a file whose bytes are `data`."""
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise Unreadable(f"this format is not read (only {', '.join(FORMATS)})")
    found = parsers.ask(suffix, data)
    sections = [Section(tuple(headings), text, page) for headings, text, page in found["sections"]]
    if not sections:
        raise Unreadable("it holds no text")
    description, warnings = describe(path, found["stated"], overrides, found["own"], sections)
    return Document(**description, sections=tuple(sections)), [
        *(f"{path}: {warning}" for warning in found["warnings"]),
        *warnings,
    ]


def largest(path: str) -> int:
    """The most bytes that a file of this name may have."""
    return LARGEST if Path(path).suffix.lower() in TEXTS else LARGEST_WITH_IMAGES


def open_inside(corpus: Path, path: str, largest: int) -> bytes:
    """The bytes of corpus/path.

    Raises `Unreadable` for a link out of the corpus, no regular file, or one over `largest` bytes.
    """
    file = corpus / path
    try:
        if not file.resolve(strict=True).is_relative_to(corpus.resolve()):
            raise Unreadable("it is a link to a place outside the corpus")
        if not file.is_file():
            raise Unreadable("it is not a regular file")
        with file.open("rb") as stream:
            before = os.fstat(stream.fileno())
            if before.st_size > largest:
                raise Unreadable(f"it is larger than {largest // 1_000_000} MB")
            data = stream.read(largest + 1)
            after = os.fstat(stream.fileno())
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    if not len(data) == before.st_size == after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise Unreadable("it changed while it was being read; run again")
    return data


def parsed(suffix: str, data: bytes) -> dict:
    """What the reader of `suffix` finds in the bytes, as a JSON object, in the parsers' process.

    Here the parsers' own errors, of any type, become an `Unreadable` with its reason.
    """
    try:
        module, _, name = READERS[suffix].rpartition(".")
        content = getattr(import_module(module), name)(data)
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("reading it takes too much memory") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply to be read") from None
    except Exception as error:
        said = _clean(" ".join(str(error).split()))[:120] or type(error).__name__
        raise Unreadable(f"it is damaged, or no real {suffix} file ({said})") from error
    sections = [
        ([_clean(heading) for heading in section.headings], _clean(section.text), section.page)
        for section in content.sections
    ]
    return {
        "sections": [section for section in sections if section[1].strip()],
        "stated": _plain(content.stated),
        "own": _plain(content.own),
        "warnings": [_clean(warning) for warning in content.warnings],
    }


def read_markdown(data: bytes) -> Content:
    from index.readers.sections import markdown_sections

    stated, body, warnings = front_matter(visible(decode(data)))
    return Content(markdown_sections(references(body)), stated, warnings=warnings)


def read_text(data: bytes) -> Content:
    from index.readers.sections import text_sections

    stated, body, warnings = front_matter(visible(decode(data)))
    return Content(text_sections(body), stated, warnings=warnings)


def read_html(data: bytes) -> Content:
    """A page: front matter and <meta name=...> are stated; <title>, <html lang> and the canonical
    address its own.
    """
    from bs4.dammit import EncodingDetector

    from index.readers.sections import html_sections, soup_of

    text = decode(data, EncodingDetector.find_declared_encoding(data, is_html=True))
    above = (
        front_matter(text) if text.lstrip().startswith(("---", "+++")) else FrontMatter({}, text)
    )
    text = above.body
    if DEFINES_ENTITIES.match(text[:100_000]):
        raise Unreadable("it defines XML entities, which are never expanded")
    soup = soup_of(text)
    tags = [
        (attribute, str(tag[attribute]).lower(), str(tag.get("content", "")))
        for tag in soup.find_all("meta")
        for attribute in ("name", "property", "itemprop")
        if tag.get(attribute)
    ]
    pairs = [(key, value) for _, key, value in tags]
    named = {key: value for attribute, key, value in tags if attribute == "name"}
    stated = with_audience(audience.stated([*above.stated.items(), *pairs]), named | above.stated)
    language = str(soup.html.get("lang", "") if soup.html else "")[:2].lower()
    own = {"title": soup.title.get_text(strip=True) if soup.title else "", "language": language}
    link = soup.find("link", rel="canonical")
    own["url"] = str(link.get("href", "")) if link else ""
    return Content(html_sections(soup), stated, own, above.warnings)


def _clean(text: str) -> str:
    """The text of every format, alike: NFC, no invisible characters, no typographic ligatures."""
    spelled = LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return unicodedata.normalize("NFC", visible(spelled))


def _plain(facts: Mapping) -> dict:
    """Facts as short strings and lists of them.

    What nests deeper is dropped: YAML aliases can nest to gigabytes.
    """

    def short(value: object) -> str:
        return _clean(str(value)[:2_000])

    def simple(value: object) -> bool:
        return value is not None and not isinstance(value, (list, tuple, dict, set, bytes))

    return {
        short(key): [short(item) for item in value[:100] if simple(item)]
        if isinstance(value, list)
        else short(value)
        for key, value in list(facts.items())[:200]
        if simple(value) or isinstance(value, list)
    }
