"""Word files -> Content. Owns mammoth, and handles what mammoth ignores.

Headings by style or outline level in any language, list numbers as Word shows them, tables in
place, insertions kept; deletions, hidden text, comments, page headers and footers and tables of
contents left out; footnotes at the end.
"""

import re
from collections.abc import Mapping
from html import escape
from zipfile import BadZipFile

from lxml import etree

from index.errors import Unreadable
from index.language import lists
from index.readers.characters import decode
from index.readers.content import Content
from index.readers.office import (
    Parts,
    core_properties,
    counted,
    guarded,
    lines_in,
    side,
    words_in,
    xml,
    zipped,
)
from index.readers.pages import page_body, saved_page
from index.readers.rtf import rtf_blocks
from index.readers.sections import html_blocks, sections_of, soup_of, text_blocks

PARSED = re.compile(
    r"\[Content_Types\]\.xml|(?:.*/)?_rels/.*|docProps/core\.xml"
    r"|word/(?:document|styles|numbering|footnotes|endnotes|comments)\.xml"
)
EMBEDDED = re.compile(r"word/embeddings/.+")
FRAME = re.compile(r"word/(?:header|footer)\d*\.xml")
CHUNKS = ("html", "htm", "xhtml", "mht", "mhtml", "docx", "rtf", "txt")
DEPTH = 3  # of Word files put into Word files
CHECKBOX = re.compile(r'<input\b[^>]*type="checkbox"[^>]*>')
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
V = "{urn:schemas-microsoft-com:vml}"
HEADING_NAME = re.compile(rf"{lists.forms('pages.heading_styles')}\s?([1-6])", re.I)
CONTENTS_NAME = re.compile(rf"{lists.forms('pages.contents_styles')} ?(?:\d|heading)", re.I)
OFF = ("0", "false", "off")
FORMS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}


def read_docx(data: bytes) -> Content:
    """The content of a Word file."""
    parts = _parts(data)
    own = core_properties(parts)
    frames = _frames(parts)
    left_out, aside = _left_out(parts, frames), _aside(frames)
    parts.warnings += [f"an embedded file is not read: {n}" for n in parts if EMBEDDED.match(n)]
    soup = soup_of(_html(parts, 0))
    _set_apart_notes(soup)
    return Content(
        list(sections_of(html_blocks(soup, grids=True))),
        own=own,
        warnings=parts.warnings,
        left_out=left_out,
        aside=aside,
    )


def _parts(data: bytes) -> Parts:
    called = "Word document (.docx)"
    parts = guarded(data, "word/document.xml", called, PARSED, kept=rf"\.(?:{'|'.join(CHUNKS)})$")
    for name in ("styles", "numbering", "footnotes", "endnotes", "comments"):
        side(parts, f"word/{name}.xml")  # which warns of a broken one and takes it out
    return parts


def _html(parts: Parts, depth: int) -> str:
    """The text as HTML, with the files that are put into it as they are (altChunk)."""
    import mammoth

    root = xml(parts["word/document.xml"])
    chunks = _marked_chunks(root, parts)
    parts["word/document.xml"] = _prepared(root, parts)
    parts["word/numbering.xml"] = f'<w:numbering xmlns:w="{W[1:-1]}"/>'.encode()
    html = mammoth.convert_to_html(
        zipped(parts),
        convert_image=mammoth.images.img_element(lambda _image: {}),
        external_file_access=False,
    ).value
    html = CHECKBOX.sub(lambda box: "\u2612 " if "checked" in box[0] else "\u2610 ", html)
    for mark, name in chunks.items():
        html = html.replace(f"<p>{mark}</p>", _chunk(name, parts, depth), 1)
    return html


def _marked_chunks(root: etree._Element, parts: Parts) -> dict[str, str]:
    """Put a mark in the place of each altChunk; mark -> the name of its part."""
    relations = side(parts, "word/_rels/document.xml.rels")
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in (relations if relations is not None else ())
    }
    chunks = {}
    for number, chunk in enumerate(list(root.iter(f"{W}altChunk"))):
        mark = f"\ue000{number}\ue001"
        paragraph = etree.Element(f"{W}p")
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = mark
        chunk.getparent().replace(chunk, paragraph)
        target = targets.get(chunk.get(f"{R}id"), "")
        chunks[mark] = target[1:] if target.startswith("/") else f"word/{target}"
    return chunks


def _chunk(name: str, parts: Parts, depth: int) -> str:
    """A file that is put into the text, as HTML; nothing, with a warning, if it is not read."""
    suffix, data = name.lower().rpartition(".")[2], parts.get(name, b"")
    try:
        if not data:
            raise Unreadable("it is not there")
        if suffix in ("html", "htm", "xhtml"):
            return page_body(decode(data))
        if suffix in ("mht", "mhtml"):
            return page_body(saved_page(data))
        if suffix == "docx" and depth < DEPTH:
            inside = _parts(data)
            html = _html(inside, depth + 1)
            parts.warnings += inside.warnings
            return html
        if suffix in ("rtf", "txt"):
            blocks = rtf_blocks(data) if suffix == "rtf" else text_blocks(decode(data))
            return "".join(f"<p>{escape(block.text)}</p>" for block in blocks)
    except (Unreadable, BadZipFile, etree.XMLSyntaxError):
        pass
    parts.warnings.append(f"a file put into the text is not read: {name}")
    return ""


def _left_out(parts: Parts, frames: list[etree._Element]) -> dict[str, int]:
    """How many words are left out, by what they are."""
    root = xml(parts["word/document.xml"])
    styles = _styles(parts)
    contents = (
        paragraph
        for paragraph in root.iter(f"{W}p")
        if styles.get(_value(paragraph.find(f"{W}pPr"), "pStyle"), {}).get("contents")
    )
    comments = side(parts, "word/comments.xml")
    return {
        "deleted text": words_in(root.iter(f"{W}delText")),
        "hidden text": words_in(_hidden_runs(root)),
        "table of contents": words_in(contents),
        "comments": words_in([comments] if comments is not None else ()),
        "page headers and footers": words_in(frames),
    }


def _hidden_runs(root: etree._Element) -> list[etree._Element]:
    """The runs that are marked as hidden, and whose mark is not switched off."""
    marks = (mark for mark in root.iter(f"{W}vanish") if mark.get(f"{W}val") not in OFF)
    runs = (mark.getparent().getparent() for mark in marks)
    return [run for run in runs if run.tag == f"{W}r"]


def _frames(parts: Parts) -> list[etree._Element]:
    """The page headers and footers."""
    frames = (side(parts, name) for name in [*parts] if FRAME.fullmatch(name))
    return [frame for frame in frames if frame is not None]


def _aside(frames: list[etree._Element]) -> list[str]:
    """The lines of the page headers and footers, and the watermarks, which stand in them."""
    marks = (mark for frame in frames for mark in frame.iter(f"{V}textpath"))
    return [*lines_in(frames, f"{W}p"), *(mark.get("string", "") for mark in marks)]


def _set_apart_notes(soup) -> None:
    """Put a heading above the notes, which mammoth lists last, and their numbers before them."""
    for back in soup.select('a[href^="#footnote-ref"], a[href^="#endnote-ref"]'):
        back.extract()
    notes = soup.select('li[id^="footnote-"], li[id^="endnote-"]')
    if notes:
        holder = notes[0].parent
        holder.name = "div"
        holder.insert(0, title := soup.new_tag("h1"))
        title.string = "Notes"
        for number, note in enumerate(notes, 1):
            note.name = "div"
            (note.find("p") or note).insert(0, f"[{number}] ")


def _prepared(root: etree._Element, parts: Mapping[str, bytes]) -> bytes:
    """The document part with what mammoth ignores written out: heading levels and list numbers.

    `root`: the part's. Hidden runs and tables of contents are removed.
    """
    styles = _styles(parts)
    numbering = _Numbering(parts)
    titled = any(styles.get(tag.get(f"{W}val"), {}).get("title") for tag in root.iter(f"{W}pStyle"))
    for run in _hidden_runs(root):
        run.getparent().remove(run)
    _fill_in(root)
    for paragraph in list(root.iter(f"{W}p")):
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            continue
        tag = properties.find(f"{W}pStyle")
        style = styles.get(tag.get(f"{W}val") if tag is not None else "", {})
        if style.get("contents"):
            for child in list(paragraph):
                paragraph.remove(child)
            continue
        _set_level(properties, tag, style, titled)
        if marker := numbering.marker(properties, style):
            run = etree.Element(f"{W}r")
            text = etree.SubElement(run, f"{W}t")
            text.text = f"{marker} "
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            properties.addnext(run)
    return etree.tostring(root)


def _fill_in(root: etree._Element) -> None:
    """Write what was chosen in the drop-down fields of Word's older forms before their runs."""
    for field in list(root.iter(f"{W}ddList")):
        options = [option.get(f"{W}val", "") for option in field.findall(f"{W}listEntry")]
        chosen = _value(field, "result") or _value(field, "default") or "0"
        begins = next(field.iterancestors(f"{W}r"), None)
        if begins is not None and chosen.isdigit() and int(chosen) < len(options):
            run = etree.Element(f"{W}r")
            etree.SubElement(run, f"{W}t").text = options[int(chosen)]
            begins.addprevious(run)


def _set_level(
    properties: etree._Element, tag: etree._Element | None, style: Mapping, titled: bool
) -> None:
    """Name the paragraph's style so that mammoth sees its heading level, lower below a title."""
    outline = properties.find(f"{W}outlineLvl")
    level = int(outline.get(f"{W}val", "9")) + 1 if outline is not None else style.get("level", 0)
    if style.get("title") or 0 < level <= 6:
        if tag is None:
            tag = etree.SubElement(properties, f"{W}pStyle")
        tag.set(f"{W}val", f"Heading{1 if style.get('title') else min(6, level + titled)}")
    elif tag is not None and HEADING_NAME.fullmatch(tag.get(f"{W}val", "")):
        tag.set(f"{W}val", "Normal")


def _styles(parts: Mapping[str, bytes]) -> dict[str, dict]:
    """What each paragraph style means, by its id."""
    if "word/styles.xml" not in parts:
        return {}
    raw = {
        style.get(f"{W}styleId"): style
        for style in xml(parts["word/styles.xml"]).iter(f"{W}style")
        if style.get(f"{W}type") == "paragraph"
    }
    return {identity: _meaning(raw, identity) for identity in raw}


def _meaning(raw: Mapping[str, etree._Element], identity: str) -> dict:
    """A style's heading "level", "title", "contents" (of a table of contents) and "list".

    Inherited from the styles that it is based on.
    """
    facts: dict = {}
    for _ in range(20):  # a chain of styles, which a hostile file may close to a ring
        style = raw.get(identity)
        if style is None:
            break
        name = _value(style, "name")
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        if "level" not in facts:
            if outline is not None:
                facts["level"] = int(outline.get(f"{W}val", "9")) + 1
            elif named := HEADING_NAME.fullmatch(name):
                facts["level"] = int(named[1])
        if not facts and name.lower() in lists.words("pages.title_styles"):
            facts["title"] = True
        facts["contents"] = facts.get("contents") or CONTENTS_NAME.fullmatch(name) is not None
        if "list" not in facts and (numbered := style.find(f"{W}pPr/{W}numPr")) is not None:
            facts["list"] = numbered
        identity = _value(style, "basedOn")
    return facts


class _Numbering:
    """The markers of list paragraphs as Word counts them: by level, across interruptions."""

    def __init__(self, parts: Mapping[str, bytes]):
        part = parts.get("word/numbering.xml")
        root = xml(part) if part else etree.Element("none")
        levels = {
            abstract.get(f"{W}abstractNumId"): {
                level.get(f"{W}ilvl"): level for level in abstract.iter(f"{W}lvl")
            }
            for abstract in root.iter(f"{W}abstractNum")
        }
        self._lists = {}
        for number in root.iter(f"{W}num"):
            abstract = _value(number, "abstractNumId")
            restarts = {
                override.get(f"{W}ilvl"): int(start.get(f"{W}val", "1"))
                for override in number.iter(f"{W}lvlOverride")
                if (start := override.find(f"{W}startOverride")) is not None
            }
            self._lists[number.get(f"{W}numId")] = (abstract, levels.get(abstract, {}), restarts)
        self._counts: dict[str, dict[int, int]] = {}

    def marker(self, properties: etree._Element, style: Mapping) -> str:
        """What Word shows before the paragraph: "3.", "b)", "-" for any bullet, or ""."""
        own = properties.find(f"{W}numPr")
        inherited = style.get("list")
        deleted = any(
            properties.find(f"{W}rPr/{W}{change}") is not None for change in ("del", "moveFrom")
        )
        identity = _value(own, "numId") or _value(inherited, "numId")
        if deleted or identity not in self._lists:
            return ""
        level = _value(own, "ilvl") or _value(inherited, "ilvl") or "0"
        abstract, levels, restarts = self._lists[identity]
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        at = int(level)
        start = restarts.pop(level, None)  # a restart counts once
        if start is not None:
            counts[at] = start
        elif at in counts:
            counts[at] += 1
        else:
            counts[at] = int(_value(levels[level], "start") or "1")
        for deeper in [deeper for deeper in counts if deeper > at]:
            del counts[deeper]
        if _value(levels[level], "numFmt") == "bullet":
            return "-"
        return re.sub(
            r"%([1-9])",
            lambda match: self._shown(levels, counts, int(match[1]) - 1),
            _value(levels[level], "lvlText") or "",
        )

    def _shown(self, levels: Mapping, counts: Mapping[int, int], level: int) -> str:
        kind = _value(levels.get(str(level)), "numFmt") or "decimal"
        return counted(counts.get(level, 1), FORMS.get(kind, "1"))


def _value(element: etree._Element | None, name: str) -> str:
    """The value of an element's child of this name, "" for none."""
    child = element.find(f"{W}{name}") if element is not None else None
    return child.get(f"{W}val") or "" if child is not None else ""
