"""PowerPoint files -> Content. Owns python-pptx.

A slide is a section under its title, and a page; its shapes are read row by row, from the left;
tables keep their rows. Speaker notes and hidden slides are left out, as the audience never saw
them; diagrams are not read. A warning names what was left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from index.passage import Section
from index.readers.content import Block, Content
from index.readers.office import core_properties, counted, guarded, zipped
from index.readers.sections import sections_of

if TYPE_CHECKING:
    from pptx.shapes.autoshape import Shape
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide, SlideMaster
    from pptx.text.text import _Paragraph

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
PARSED = re.compile(
    r"\[Content_Types\]\.xml|docProps/core\.xml|(?:.*/)?_rels/.*|ppt/(?!embeddings/).*"
)
NUMBERED = {"arabic": "1", "alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I"}


def read_pptx(data: bytes) -> Content:
    """The content of a PowerPoint file; pages are slide numbers."""
    from pptx import Presentation

    parts = guarded(data, "ppt/presentation.xml", "PowerPoint presentation (.pptx)", PARSED)
    sections: list[Section] = []
    warnings = parts.warnings
    show = Presentation(zipped(parts))
    aside = [line for master in show.slide_masters for line in _framed(master)]
    for number, slide in enumerate(show.slides, 1):
        if slide.element.get("show") in ("0", "false"):
            warnings.append(f"slide {number} is hidden; left out")
            continue
        notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        if notes and notes.text.strip():
            warnings.append(f"slide {number} has speaker notes; left out")
        if any(graphic.get("uri") == DIAGRAM for graphic in slide.element.iter(f"{A}graphicData")):
            warnings.append(f"slide {number} holds a diagram, which is not read")
        aside += [line for shape in slide.shapes if _is_footer(shape) for line in _lines(shape)]
        sections += sections_of(_slide_blocks(slide, number))
    return Content(sections, own=core_properties(parts), warnings=warnings, aside=aside)


def _framed(master: SlideMaster) -> Iterator[str]:
    """The lines that a master and its layouts put on slides themselves."""
    for holder in (master, *master.slide_layouts):
        for shape in holder.shapes:
            if not shape.is_placeholder or _is_footer(shape):
                yield from _lines(shape)


def _lines(shape: BaseShape) -> list[str]:
    """The lines of a shape, and of those in it."""
    texts = ("".join(p.itertext(f"{A}t")) for p in shape.element.iter(f"{A}p"))
    return [text for text in texts if text.strip()]


def _slide_blocks(slide: Slide, number: int) -> Iterator[Block]:
    from pptx.shapes.autoshape import Shape
    from pptx.shapes.graphfrm import GraphicFrame

    title = slide.shapes.title
    if title is not None and (text := " ".join(title.text_frame.text.split())):
        yield Block(1, text, number)
    for shape in _in_order(slide.shapes):
        if (title is not None and shape.shape_id == title.shape_id) or _is_footer(shape):
            continue
        if isinstance(shape, GraphicFrame) and shape.has_table:
            for row in shape.table.rows:
                cells = (" ".join(cell.text_frame.text.split()) for cell in row.cells)
                yield Block(-1, " | ".join(cells), number)
        elif isinstance(shape, Shape):
            yield from _paragraphs(shape, slide, number)


def _in_order(shapes: Iterable[BaseShape]) -> list[BaseShape]:
    """Shapes by rows from the top, in a row from the left. A group is read whole, in its place."""

    def height(shape: BaseShape) -> int:
        return shape.height or 0

    waiting = sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0))
    ordered = []
    while waiting:
        first = waiting[0]
        row = [
            shape
            for shape in waiting
            if (shape.top or 0) <= (first.top or 0) + min(height(first), height(shape)) // 2
        ]
        waiting = [shape for shape in waiting if shape not in row]
        for shape in sorted(row, key=lambda shape: shape.left or 0):
            ordered += _in_order(shape.shapes) if hasattr(shape, "shapes") else [shape]
    return ordered


def _is_footer(shape: BaseShape) -> bool:
    """Is it a slide number, date, footer or header, which every slide has?"""
    from pptx.enum.shapes import PP_PLACEHOLDER

    return shape.is_placeholder and shape.placeholder_format.type in (
        PP_PLACEHOLDER.SLIDE_NUMBER,
        PP_PLACEHOLDER.DATE,
        PP_PLACEHOLDER.FOOTER,
        PP_PLACEHOLDER.HEADER,
    )


def _paragraphs(shape: Shape, slide: Slide, number: int) -> Iterator[Block]:
    """The paragraphs of a shape; those that show a bullet or a number get one."""
    counts: dict[int, int] = {}
    for paragraph in shape.text_frame.paragraphs:
        text = paragraph.text.replace("\v", "\n").strip()
        if not text:
            continue
        properties = paragraph._p.find(f"{A}pPr")
        automatic = properties.find(f"{A}buAutoNum") if properties is not None else None
        if automatic is None:
            counts.pop(paragraph.level, None)
            yield Block(0, ("- " if _has_bullet(shape, slide, paragraph) else "") + text, number)
            continue
        before = int(automatic.get("startAt", "1")) - 1
        count = counts[paragraph.level] = counts.get(paragraph.level, before) + 1
        kind = automatic.get("type", "arabicPeriod")
        form = next((form for name, form in NUMBERED.items() if kind.startswith(name)), "1")
        stop = "." if kind.endswith("Period") else ")"
        yield Block(0, f"{counted(count, form)}{stop} {text}", number)


def _has_bullet(shape: Shape, slide: Slide, paragraph: _Paragraph) -> bool:
    """Does the paragraph show a bullet?

    By itself, its shape, its layout or, for the body of a slide, its master: the first to say so.
    """
    for level in _levels(shape, slide, paragraph):
        if level.find(f"{A}buNone") is not None:
            return False
        if level.find(f"{A}buChar") is not None or level.find(f"{A}buBlip") is not None:
            return True
    return False


def _levels(shape: Shape, slide: Slide, paragraph: _Paragraph) -> Iterator[Any]:
    """The XML of the paragraph's properties: its own, then what it inherits for its level."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    own = paragraph._p.find(f"{A}pPr")
    if own is not None:
        yield own
    name = f"{A}lvl{paragraph.level + 1}pPr"
    yield from shape.element.iter(name)
    if not shape.is_placeholder:
        return
    kind, index = shape.placeholder_format.type, shape.placeholder_format.idx
    layout = slide.slide_layout
    for holder in (*layout.placeholders, *layout.slide_master.placeholders):
        if holder.placeholder_format.idx == index or holder.placeholder_format.type == kind:
            yield from holder.element.iter(name)
    if kind in (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT):
        body = layout.slide_master.element.find(f"{P}txStyles/{P}bodyStyle")
        if body is not None:
            yield from body.iter(name)
