"""File -> Document: opens a file of the corpus, has its format's reader parse it, describes it.

In: a path inside the corpus and its entry in catalogue.toml. Out: a `Document`, one for each file
attached to it, and warnings about what is unknown or was not read.
Promise: whatever cannot be read raises `Unreadable` with its reason, within bounded time and memory
(parsers run in a process of their own); nothing outside the corpus is ever opened.
"""

import os
import re
import unicodedata
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from index import audience
from index.describe import describe, front_matter
from index.errors import HoldsNoText, TookTooLong, Unreadable
from index.passage import Document, Section
from index.readers.characters import decode, references, visible
from index.readers.content import Content
from index.readers.worker import Limits, Worker

READERS = {
    # Named, not imported: a run that reads no PDF loads no PDF library.
    ".md": "index.readers.read.read_markdown",
    ".txt": "index.readers.read.read_text",
    ".html": "index.readers.pages.read_html",
    ".htm": "index.readers.pages.read_html",
    ".eml": "index.readers.mail.read_eml",
    ".msg": "index.readers.mail.read_msg",
    ".mht": "index.readers.pages.read_mhtml",
    ".mhtml": "index.readers.pages.read_mhtml",
    ".docx": "index.readers.word.read_docx",
    ".pptx": "index.readers.slides.read_pptx",
    ".odt": "index.readers.odt.read_odt",
    ".rtf": "index.readers.rtf.read_rtf",
    ".xlsx": "index.readers.sheets.read_xlsx",
    ".ods": "index.readers.sheets.read_ods",
    ".pdf": "index.readers.pdf.read_pdf",
}
WITH_PICTURES = {".pdf": "index.readers.ocr.read_pdf_with_pictures"}
FORMATS = tuple(READERS)
NOT_READ = f"this format is not read (only {', '.join(FORMATS)})"
LARGEST = 20_000_000  # bytes; a text of this size is about 3 million words
# Bytes of a file that is mostly pictures: slides, PDF, mail with attachments.
LARGEST_WITH_IMAGES = 100_000_000
TEXTS = (".md", ".txt", ".html", ".htm")
ATTACHMENTS = 50  # of a mail, with those of the mails attached to it
LIGATURES = re.compile("[\ufb00-\ufb06]")
PARSERS = Worker("index.readers.read", "parsed")
# Recognising takes another program's time, which only the clock bounds: 200 pages, 10 s each.
PICTURES = Worker("index.readers.read", "parsed_with_pictures", Limits(wall=2_000.0))


def parsers_for(ocr: str) -> Worker:
    """The parsers' process; with `ocr`, the one that recognises text on pictures too."""
    return PICTURES if ocr else PARSERS


class Reading(NamedTuple):
    """A document, the bytes that it was read from, and what is said of the reading.

    `left_out`: how many words were left out on purpose, by what they are. `unread`: the paths of
    the attachments among its bytes that no document was made of.
    """

    document: Document
    data: bytes
    warnings: list[str]
    left_out: Mapping[str, int]
    unread: list[str]


def read(
    corpus: Path, path: str, overrides: Mapping, parsers: Worker = PARSERS
) -> tuple[Document, list[str]]:
    """Read one file of the corpus; of a mail, itself without its attachments.

    `path` is relative to `corpus`; `overrides` is its entry in catalogue.toml. Returns the document
    and warnings. Raises `Unreadable`, with the reason, for anything that is not a readable document
    inside the corpus; `TookTooLong` if its parser was ended for its time.
    """
    data = open_inside(corpus, path)
    first = read_all(path, data, {path: overrides}, parsers)[0]
    return first.document, first.warnings


def read_all(
    path: str,
    data: bytes,
    catalogue: Mapping,
    parsers: Worker = PARSERS,
    *,
    patient: bool = True,
) -> list[Reading]:
    """The document of a file whose bytes are `data`, then those of the files attached to it.

    An attachment's path is that of its mail, "/" and its name; `catalogue` maps paths to what
    catalogue.toml says of them. An attachment that cannot be read is a warning of its mail.
    Raises as `read` does; where it is not `patient`, an attachment that takes too long is a warning
    too.
    """
    found = _found(path, data, parsers)
    main = _described(path, data, found, catalogue)
    return [main, *_attachments(main, found.get("attached", []), catalogue, parsers, patient)]


def _found(path: str, data: bytes, parsers: Worker) -> dict:
    """What the parsers' process finds in a file."""
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        raise Unreadable(NOT_READ)
    found = parsers.ask(suffix, data)
    if not found["sections"]:
        # A mail may say nothing but its subject over what it brings.
        title = found.get("shown", {}).get("title")
        if not (found.get("attached") and title):
            raise HoldsNoText(found)
        found["sections"] = [[[], f"{title}\n\n", 0]]
    return found


def _described(path: str, data: bytes, found: dict, catalogue: Mapping) -> Reading:
    sections = [Section(tuple(headings), text, page) for headings, text, page in found["sections"]]
    description, warnings = describe(
        path,
        found["stated"],
        catalogue.get(path, {}),
        found["own"],
        sections,
        shown=found.get("shown"),
    )
    return Reading(
        Document(**description, sections=tuple(sections)),
        data,
        [*(f"{path}: {warning}" for warning in found["warnings"]), *warnings],
        found.get("left_out", {}),
        [],
    )


def _attachments(
    mail: Reading, attached: list, catalogue: Mapping, parsers: Worker, patient: bool
) -> Iterator[Reading]:
    """The documents attached to a mail, with its date and audience, and those attached to them.

    None is for more readers than what it came with.
    """
    first = mail.document
    waiting = [(first.path, first.audience, *one) for one in attached]
    names: Counter[str] = Counter()
    while waiting:
        above, audience, name, encoded = waiting.pop(0)
        names[f"{above}/{name}".lower()] += 1
        if (number := names[f"{above}/{name}".lower()]) > 1:
            stem, dot, suffix = name.rpartition(".")
            name = f"{stem} ({number}){dot}{suffix}"
        path, data = f"{above}/{name}", b64decode(encoded)
        try:
            if names.total() > ATTACHMENTS:
                raise Unreadable(f"only {ATTACHMENTS} are read")
            if not name.lower().endswith(FORMATS):
                raise Unreadable("this format is not read")
            found = _found(path, data, parsers)
        except Unreadable as error:
            if isinstance(error, TookTooLong) and patient:
                raise
            is_empty = not data and name.lower().endswith(FORMATS)
            why = "" if is_empty else f" ({error})"
            mail.warnings.append(f"{first.path}: attachment not read: {name}{why}")
            if not is_empty:
                mail.unread.append(path)
            continue
        # They were sent together; an attached mail has a date of its own.
        sent = {"date": first.date, "kind": first.kind}
        found["shown"] = sent | {key: value for key, value in found["shown"].items() if value}
        found["shown"]["audience"] = audience
        reading = _described(path, data, found, catalogue)
        yield reading
        waiting += [(path, reading.document.audience, *one) for one in found["attached"]]


def largest(path: str) -> int:
    """The most bytes that a file of this name may have."""
    return LARGEST if Path(path).suffix.lower() in TEXTS else LARGEST_WITH_IMAGES


def open_inside(corpus: Path, path: str) -> bytes:
    """The bytes of corpus/path.

    Raises `Unreadable` for a link out of the corpus, no regular file, or one that is too large.
    """
    file, most = corpus / path, largest(path)
    try:
        if not file.resolve(strict=True).is_relative_to(corpus.resolve()):
            raise Unreadable("it is a link to a place outside the corpus")
        if not file.is_file():
            raise Unreadable("it is not a regular file")
        with file.open("rb") as stream:
            before = os.fstat(stream.fileno())
            if before.st_size > most:
                raise Unreadable(f"it is larger than {most // 1_000_000} MB")
            data = stream.read(most + 1)
            after = os.fstat(stream.fileno())
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    if not len(data) == before.st_size == after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise Unreadable("it changed while it was being read; run again")
    return data


def parsed(suffix: str, data: bytes, readers: Mapping[str, str] = READERS) -> dict:
    """What the reader of `suffix` finds in the bytes, as a JSON object, in the parsers' process.

    Here the parsers' own errors, of any type, become an `Unreadable` with its reason.
    """
    try:
        module, _, name = readers[suffix].rpartition(".")
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
    for_staff = next(filter(audience.is_for_staff, map(_clean, content.aside)), "")
    return {
        "sections": [section for section in sections if section[1].strip()],
        "stated": _plain(content.stated),
        "own": _plain(content.own),
        "shown": _plain({**content.shown, "for_staff": for_staff}),
        "warnings": [_clean(warning) for warning in content.warnings],
        "left_out": {what: words for what, words in content.left_out.items() if words > 0},
        "attached": [
            (name, b64encode(data).decode("ascii") if name.lower().endswith(FORMATS) else "")
            for name, data in content.attached
        ],
    }


def parsed_with_pictures(suffix: str, data: bytes) -> dict:
    """As `parsed`, with the text that is recognised on pictures."""
    return parsed(suffix, data, READERS | WITH_PICTURES)


def read_markdown(data: bytes) -> Content:
    from index.readers.sections import markdown_sections

    stated, body, warnings = front_matter(visible(decode(data)))
    return Content(markdown_sections(references(body)), stated, warnings=warnings)


def read_text(data: bytes) -> Content:
    from index.readers.sections import text_sections

    stated, body, warnings = front_matter(visible(decode(data)))
    return Content(text_sections(body), stated, warnings=warnings)


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
