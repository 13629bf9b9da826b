"""The fields of a PDF form -> words at their places: what was filled in, chosen or ticked.

Promise: hidden fields and passwords are not read; an empty field says nothing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from index.readers.fragments import Fragment

if TYPE_CHECKING:
    from pypdfium2 import PdfFormEnv, PdfPage

HIDDEN = 0x02 | 0x20  # flags of an annotation: hidden, not shown on screen
PASSWORD = 1 << 13  # flag of a text field
TICKED, UNTICKED = "☒", "☐"


def values(page: PdfPage, form: PdfFormEnv, size: float) -> Iterator[Fragment]:
    """The values of the page's fields, line by line, in type of `size` points; not yet turned."""
    from pypdfium2 import raw

    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        field = raw.FPDFPage_GetAnnot(page, index)
        try:
            rectangle = raw.FS_RECTF()
            shown = not raw.FPDFAnnot_GetFlags(field) & HIDDEN
            if shown and raw.FPDFAnnot_GetRect(field, rectangle):
                yield from _placed(_value(field, form), rectangle, size)
        finally:
            raw.FPDFPage_CloseAnnot(field)


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
