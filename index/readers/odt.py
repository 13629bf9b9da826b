"""OpenDocument texts (.odt) -> Content, straight from their XML.

Headings by outline level, lists with bullets or numbers, tables in place, insertions kept;
deletions, hidden text, comments, page headers and footers and tables of contents left out;
footnotes at the end.
"""

import re
from collections.abc import Iterator

from lxml import etree

from index.errors import Unreadable
from index.readers.content import Block, Content
from index.readers.office import DC, Parts, counted, guarded, lines_in, side, words_in, xml
from index.readers.sections import sections_of

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
}
TEXT, TABLE, STYLE, DRAW, META, OFFICE = (
    f"{{{NAMES[name]}}}" for name in ("text", "table", "style", "draw", "meta", "office")
)
PARSED = re.compile(r"(?:content|styles|meta)\.xml")
WHICH = ("", "-left", "-first")
OBJECT = re.compile(r"[^/]+/content\.xml")  # a formula or a chart
LEFT_OUT = {
    f"{TEXT}tracked-changes",
    f"{TEXT}table-of-content",
    f"{TEXT}hidden-text",
    f"{TEXT}hidden-paragraph",
    f"{OFFICE}annotation",
    f"{TEXT}illustration-index",
    f"{TEXT}table-index",
    f"{TEXT}ruby-text",
    f"{OFFICE}forms",
    f"{TEXT}sequence-decls",
    f"{TEXT}variable-decls",
}


def read_odt(data: bytes) -> Content:
    """The content of an OpenDocument text."""
    parts = opened(data, "OpenDocument text (.odt)")
    body = xml(parts["content.xml"]).find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise Unreadable("it is an OpenDocument file, but no text (.odt)")
    styles = side(parts, "styles.xml")
    document = _Text(xml(parts["content.xml"]), styles)
    blocks = list(document.blocks(body))
    if document.notes:
        blocks += [Block(1, "Notes"), *(Block(0, note) for note in document.notes)]
    embedded = sorted(name.removesuffix("/content.xml") for name in parts if OBJECT.fullmatch(name))
    parts.warnings += [f"an embedded object is not read: {name}" for name in embedded]
    return Content(
        list(sections_of(blocks)),
        own=properties(parts),
        warnings=parts.warnings,
        left_out=_left_out(body, styles),
        aside=list(lines_in(frames_of(styles), f"{TEXT}p")),
    )


def opened(data: bytes, called: str) -> Parts:
    """The parts of an OpenDocument file. Raises `Unreadable` as `guarded` does."""
    parts = guarded(data, "content.xml", called, PARSED)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unreadable("it is protected by a password")
    return parts


def properties(parts: Parts) -> dict[str, str]:
    """Title and date of creation of an OpenDocument file."""
    meta = side(parts, "meta.xml")
    if meta is None:
        return {}
    date = meta.findtext(f".//{META}creation-date") or meta.findtext(f".//{DC}date") or ""
    return {"title": meta.findtext(f".//{DC}title") or "", "date": date[:10]}


def frames_of(styles: etree._Element | None) -> list[etree._Element]:
    """The page headers and footers, those of first and of left pages too."""
    names = [f"{STYLE}{one}{which}" for one in ("header", "footer") for which in WHICH]
    return [] if styles is None else list(styles.iter(*names))


def _left_out(body: etree._Element, styles: etree._Element | None) -> dict[str, int]:
    """How many words are left out, by what they are; hidden styles are not looked up."""
    return {
        "deleted text": words_in(body.iter(f"{TEXT}tracked-changes")),
        "comments": words_in(body.iter(f"{OFFICE}annotation")),
        "table of contents": words_in(
            body.iter(f"{TEXT}table-of-content", f"{TEXT}illustration-index", f"{TEXT}table-index")
        ),
        "hidden text": words_in(body.iter(f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph")),
        "page headers and footers": words_in(frames_of(styles)),
    }


class _Text:
    """The blocks of a text in order; its notes are collected in `notes`."""

    def __init__(self, content: etree._Element, styles: etree._Element | None):
        self.notes: list[str] = []
        self._parents: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._lists: dict[str, dict[int, etree._Element]] = {}
        self._counts: dict[str, list[int]] = {}
        for root in (content, styles):
            if root is not None:
                self._read_styles(root)
        self._titled = any(self._is_title(paragraph) for paragraph in content.iter(f"{TEXT}p"))

    def _read_styles(self, root: etree._Element) -> None:
        for style in root.iter(f"{STYLE}style"):
            name = style.get(f"{STYLE}name", "")
            self._parents[name] = style.get(f"{STYLE}parent-style-name", "")
            displays = (one.get(f"{TEXT}display") for one in style.iter(f"{STYLE}text-properties"))
            if "none" in displays:
                self._hidden.add(name)
        for style in root.iter(f"{TEXT}list-style"):
            self._lists[style.get(f"{STYLE}name", "")] = {
                int(level.get(f"{TEXT}level", "1")): level for level in style
            }

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        """The blocks inside an element."""
        for element in parent:
            if element.tag == f"{TEXT}h":
                yield from self._block(element, self._level(element))
            elif element.tag == f"{TEXT}p":
                yield from self._block(element, 1 if self._is_title(element) else 0)
            elif element.tag == f"{TEXT}list":
                yield from self._items(element, element.get(f"{TEXT}style-name", ""), 1)
            elif element.tag == f"{TABLE}table":
                yield from self._rows(element)
            elif (
                isinstance(element.tag, str)
                and element.tag not in LEFT_OUT
                and element.get(f"{TEXT}display") != "none"
            ):
                yield from self.blocks(element)

    def _level(self, heading: etree._Element) -> int:
        """1 to 6; below a title, levels go one down."""
        level = heading.get(f"{TEXT}outline-level", "1")
        return min(6, (int(level) if level.isdigit() else 1) + self._titled)

    def _block(self, element: etree._Element, level: int, marker: str = "") -> Iterator[Block]:
        boxes: list[etree._Element] = []
        lines = [
            re.sub(r"[ \t\n]+", " ", line).strip(" ")
            for line in "".join(self._strings(element, boxes)).split("\v")
        ]
        if text := "\n".join(line for line in lines if line):
            yield Block(level, marker + (text.replace("\n", " ") if level else text))
        for box in boxes:
            yield from self.blocks(box)

    def _strings(self, element: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        """The visible text of a paragraph in pieces, "\\v" for a line break.

        Its notes and text boxes are put aside.
        """
        if element.get(f"{TEXT}style-name", "") in self._hidden:
            return
        yield element.text or ""
        for child in element:
            if child.tag == f"{TEXT}note":
                yield self._note(child)
            elif child.tag == f"{DRAW}text-box":
                boxes.append(child)
            elif child.tag in (f"{TEXT}s", f"{TEXT}tab"):
                yield " "
            elif child.tag == f"{TEXT}line-break":
                yield "\v"
            elif isinstance(child.tag, str) and child.tag not in LEFT_OUT:
                yield from self._strings(child, boxes)
            yield child.tail or ""

    def _note(self, note: etree._Element) -> str:
        """Put a note aside; returns its label as the text shows it."""
        label = f"[{(note.findtext(f'{TEXT}note-citation') or '').strip()}]"
        body = note.find(f"{TEXT}note-body")
        blocks = self.blocks(body) if body is not None else ()
        self.notes.append(f"{label} {' '.join(block.text for block in blocks)}")
        return label

    def _items(self, parent: etree._Element, style: str, level: int) -> Iterator[Block]:
        """The items of a list; numbers continue where the list says so, else start anew."""
        style = parent.get(f"{TEXT}style-name", "") or style
        form = self._lists.get(style, {}).get(level)
        if form is not None and form.tag != f"{TEXT}list-level-style-number":
            form = None
        counts = self._counts.setdefault(f"{style}\0{level}", [0])
        continued = parent.get(f"{TEXT}continue-list")
        if parent.get(f"{TEXT}continue-numbering") != "true" and not continued:
            start = form.get(f"{TEXT}start-value", "1") if form is not None else "1"
            counts[0] = int(start) - 1 if start.isdigit() else 0
        for item in parent:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            marker = ""
            shown = any(child.tag in (f"{TEXT}p", f"{TEXT}h") for child in item)
            if item.tag == f"{TEXT}list-item" and shown:
                given = item.get(f"{TEXT}start-value", "")
                counts[0] = int(given) if given.isdigit() else counts[0] + 1
                marker = self._marker(form, counts[0])
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._items(child, style, level + 1)
                elif child.tag == f"{TEXT}h":
                    yield from self._block(child, self._level(child), marker.replace("- ", ""))
                elif child.tag == f"{TEXT}p":
                    yield from self._block(child, 0, marker)
                    marker = ""

    @staticmethod
    def _marker(form: etree._Element | None, number: int) -> str:
        """What is shown before an item: its number in the list's form, or a bullet for none."""
        if form is None:
            return "- "
        shown = form.get(f"{STYLE}num-format", "1")
        prefix, suffix = form.get(f"{STYLE}num-prefix", ""), form.get(f"{STYLE}num-suffix", "")
        return f"{prefix}{counted(number, shown)}{suffix} " if shown else ""

    def _rows(self, table: etree._Element) -> Iterator[Block]:
        """The rows of a table; a table of one column is a frame around paragraphs."""
        rows = [
            [cell for cell in row if cell.tag == f"{TABLE}table-cell"]
            for row in table.iter(f"{TABLE}table-row")
            if next(row.iterancestors(f"{TABLE}table")) is table
        ]
        if all(len(row) < 2 for row in rows) or table.find(f".//{TABLE}table") is not None:
            for row in rows:
                for cell in row:
                    yield from self.blocks(cell)
            return
        for row in rows:
            cells = [
                " ".join(block.text.replace("\n", " ") for block in self.blocks(cell))
                for cell in row
            ]
            if any(cells):
                yield Block(-1, " | ".join(cells))

    def _is_title(self, paragraph: etree._Element) -> bool:
        name = paragraph.get(f"{TEXT}style-name", "")
        for _ in range(20):  # a chain of styles, which a hostile file may close to a ring
            if name == "Title":
                return True
            name = self._parents.get(name, "")
        return False
