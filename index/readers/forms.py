"""What was written onto a PDF's pages -> words at their places.

The fields of a form, as they were filled in, chosen or ticked, and texts that were typed onto the
page (FreeText annotations). Promise: hidden fields and passwords are not read; an empty field says
nothing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from index.readers.content import TICKED, UNTICKED
from index.readers.fragments import Fragment

if TYPE_CHECKING:
    from pypdfium2 import PdfFormEnv, PdfPage

HIDDEN = 0x02 | 0x20  # flags of an annotation: hidden, not shown on screen
PASSWORD = 1 << 13  # flag of a text field


def values(page: PdfPage, form: PdfFormEnv | None, size: float) -> Iterator[Fragment]:
    """What was written onto the page, line by line, in type of `size` points; not yet turned."""
    from pypdfium2 import raw

    for field in _shown(page):
        rectangle = raw.FS_RECTF()
        if raw.FPDFAnnot_GetRect(field, rectangle):
            yield from _placed(_written(field, form), rectangle, size)


def stamps(page: PdfPage) -> Iterator[str]:
    """The lines of what was stamped or typed onto the page, which may say who may see it."""
    from pypdfium2 import raw

    kinds = (raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WATERMARK, raw.FPDF_ANNOT_FREETEXT)
    for annotation in _shown(page):
        if raw.FPDFAnnot_GetSubtype(annotation) in kinds:
            yield from _contents(annotation).splitlines()


def _shown(page: PdfPage) -> Iterator[object]:
    """The page's annotations, of which fields are some, without hidden ones."""
    from pypdfium2 import raw

    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        try:
            if not raw.FPDFAnnot_GetFlags(annotation) & HIDDEN:
                yield annotation
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _contents(annotation: object) -> str:
    from pypdfium2 import raw

    return _text(lambda *into: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", *into))


def _written(annotation: object, form: PdfFormEnv | None) -> str:
    """What a text typed onto the page or a field says, "" for nothing."""
    from pypdfium2 import raw

    if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FREETEXT:
        return _contents(annotation)
    return _value(annotation, form) if form is not None else ""


def _value(field: object, form: PdfFormEnv) -> str:
    """What the field says, "" for nothing."""
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetFormFieldType(form, field)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return TICKED if raw.FPDFAnnot_IsChecked(form, field) else UNTICKED
    if kind in (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        chosen = [
            _text(lambda *into, at=at: raw.FPDFAnnot_GetOptionLabel(form, field, at, *into))
            for at in range(max(0, raw.FPDFAnnot_GetOptionCount(form, field)))
            if raw.FPDFAnnot_IsOptionSelected(form, field, at)
        ]
        if any(chosen):
            return ", ".join(chosen)
    elif kind != raw.FPDF_FORMFIELD_TEXTFIELD or _flags(field, form) & PASSWORD:
        return ""
    return _text(lambda *into: raw.FPDFAnnot_GetFormFieldValue(form, field, *into))


def _flags(field: object, form: PdfFormEnv) -> int:
    from pypdfium2 import raw

    return raw.FPDFAnnot_GetFormFieldFlags(form, field)


def _text(get: Callable[..., int]) -> str:
    """What a function of PDFium writes into a buffer, which it is first asked the size of."""
    from pypdfium2 import raw

    length = get(None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    get(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return buffer.raw.decode("utf-16-le", errors="replace").rstrip("\0")


def _placed(text: str, rectangle: object, size: float) -> Iterator[Fragment]:
    """A value's lines, from the top of its field, or the one in its middle."""
    left, bottom, right, top = (
        getattr(rectangle, side) for side in ("left", "bottom", "right", "top")
    )
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    leading = min(1.2 * size, (top - bottom) / max(1, len(lines)))
    low = top - bottom < 2 * size and len(lines) == 1
    first = (top + bottom) / 2 - 0.35 * size if low else top - size
    for number, line in enumerate(lines):
        end = min(right, left + 0.5 * size * len(line))
        yield Fragment(
            line, left, max(end, left + 1), first - number * leading, size, blank=True, filled=True
        )
