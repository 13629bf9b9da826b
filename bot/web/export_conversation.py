"""A whole conversation to take away, made of its answers as bot/web/export.py writes each.

Promise: what an answer says of its sources, statuses and audience stands in the whole as it stands
in the answer alone; the footnotes of two answers are never mixed up.
"""

import io
import re
from collections.abc import Sequence
from copy import deepcopy
from datetime import date

from bot.records import Answer
from bot.web.export import as_docx, as_markdown

FOOTNOTE = re.compile(r"(?<!\\)\[\^(\d+)\]")  # a bracket of the text itself is escaped
QUESTION = "Heading 1"  # the style that an answer's own part begins with


def conversation_as_markdown(answers: Sequence[Answer], today: date) -> str:
    """The answers one after the other, the footnotes of the third one being [^3-1], [^3-2]..."""
    parts = (
        FOOTNOTE.sub(rf"[^{place}-\1]", as_markdown(answer, today))
        for place, answer in enumerate(answers, 1)
    )
    return "\n---\n\n".join(parts)


def conversation_as_docx(answers: Sequence[Answer], today: date, federation: str = "") -> bytes:
    """One note of the answers, its title page that of the first; `answers` is not empty."""
    from docx import Document

    first, *others = answers
    note = Document(io.BytesIO(as_docx(first, today, federation)))
    end = note.element.body.sectPr
    for answer in others:
        other = Document(io.BytesIO(as_docx(answer, today, federation)))
        headings = (one for one in other.paragraphs if one.style and one.style.name == QUESTION)
        heading = next(headings)._element
        for element in [heading, *heading.itersiblings()]:
            if element is not other.element.body.sectPr:
                end.addprevious(deepcopy(element))
    stream = io.BytesIO()
    note.save(stream)
    return stream.getvalue()
