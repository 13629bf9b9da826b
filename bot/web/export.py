"""An answer to take away: plain text, Markdown with dated footnotes, a talking-points note (docx).

Owns python-docx. Promise: quotes stay word for word; what is not in a text's own words says so and
has its quotes under it; each quote has its source with the date of its text, its status where it is
not simply adopted, and for whom it is where that is not everybody; the narrowest audience of them
all stands under the question. An abstention is exported as one. All three say the same.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot import wording
from bot.records import Answer, Citation, Claim
from bot.web.labels import LABELS
from index.passage import Passage

if TYPE_CHECKING:
    from docx.document import Document as Note

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$])")
LINE_START = re.compile(r"^(\s*)([-+=>]|\d+[.)])", re.M)
LONGEST_TITLE = 250  # characters of a document property; Word takes 255
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no character of XML 1.0


def as_text(answer: Answer, today: date) -> str:
    """The answer as plain text with [n] and its sources below."""
    return _written(answer, today, PLAIN)


def as_markdown(answer: Answer, today: date) -> str:
    """The answer as Markdown with footnotes: `[^1]: Title, position, text of 4 May 2023...`"""
    return _written(answer, today, MARKDOWN)


def as_docx(answer: Answer, today: date, federation: str = "") -> bytes:
    """The answer as a talking-points note: question, a bullet for each claim, dated sources."""
    from docx import Document
    from docx.shared import Pt

    labels, question, author = LABELS[answer.language], _plain(answer.question), _plain(federation)
    note = Document()
    note.core_properties.title, note.core_properties.author = question[:LONGEST_TITLE], author
    note.styles["Normal"].font.name, note.styles["Normal"].font.size = "Calibri", Pt(11)
    note.add_heading(labels["note_title"], 0)
    written = wording.spoken_date(today.isoformat(), answer.language)
    note.add_paragraph(" · ".join(part for part in (author, written) if part))
    note.add_heading(question, 1)
    for said in _before(answer):
        note.add_paragraph().add_run(_plain(said.text)).bold = said.is_warning
    for claim in answer.claims:
        _add_claim(note, claim, answer.language)
    for said in _after(answer):
        note.add_paragraph().add_run(_plain(said.text)).italic = True
    if answer.citations:
        note.add_heading(labels["sources"], 2)
    for citation in answer.citations:
        source = note.add_paragraph()
        source.add_run(f"[{citation.number}] ").bold = True
        source.add_run(_plain(_source(citation, answer.language)))
    note.add_paragraph().add_run(labels["verify"]).italic = True
    stream = io.BytesIO()
    note.save(stream)
    return stream.getvalue()


def _add_claim(note: "Note", claim: Claim, language: str) -> None:
    """A bullet with the claim's text or, for a table, its label; below it the table, the quotes."""
    is_table = wording.is_table(claim)
    bullet = note.add_paragraph(style="List Bullet")
    bullet.add_run(_plain(claim.label if is_table else _said(claim)))
    for citation in claim.citations:
        bullet.add_run(f" [{citation.number}]").bold = True
    if graded := wording.graded(claim, language):
        bullet.add_run(f" ({graded})").italic = True
    if is_table:
        rows = [wording.cells(citation.quote) for citation in claim.citations]
        table = note.add_table(len(rows), max(map(len, rows)), "Table Grid")
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=False):
                cell.text = _plain(text)
    if claim.own_words:
        for citation in claim.citations:
            quote = note.add_paragraph(style="List Continue")
            quote.add_run(_plain(f"« {citation.quote} » ")).italic = True
            quote.add_run(f"[{citation.number}]").bold = True


def dated(passage: Passage, language: str) -> str:
    """The age of a quote: "text of 4 May 2023", "since superseded, text of 4 May 2023".

    It never says "valid": a date is no promise that nothing has changed since.
    """
    if not passage.date:
        return wording.UNDATED[language]
    written = wording.spoken_date(passage.date, language)
    age = LABELS[language]["dated"].format(date=written)
    status = wording.STATUSES[language].get(wording.standing(passage))
    return f"{status}, {age}" if status else age


@dataclass(frozen=True)
class _Said:
    """What frames the claims; `is_warning`: it must not be overlooked."""

    text: str
    is_warning: bool = False


def _before(answer: Answer) -> Iterator[_Said]:
    """What stands above the claims, or in their place."""
    if reserved := _reserved(answer):
        yield _Said(f"{reserved}.", True)
    if answer.abstained:
        yield _Said(answer.lead or wording.NOTHING[answer.language])
    elif not answer.claims:
        yield _Said(answer.text)
    else:
        if answer.unsure:
            yield _Said(LABELS[answer.language]["unsure_hint"], True)
        if answer.lead:
            yield _Said(answer.lead)


def _after(answer: Answer) -> Iterator[_Said]:
    """What stands below the claims."""
    if answer.note:
        yield _Said(answer.note)
    if any(claim.grade == "worded" for claim in answer.claims):
        yield _Said(LABELS[answer.language]["worded_hint"])


@dataclass(frozen=True)
class _Format:
    """How text is escaped, what begins a claim, what a citation's mark and footnote are, and a
    table's row and the rule under its header."""

    escape: Callable[[str], str]
    bullet: str
    mark: str
    foot: str
    row: str
    rule: str


def _written(answer: Answer, today: date, form: _Format) -> str:
    blocks = [form.escape(answer.question), *(form.escape(said.text) for said in _before(answer))]
    if answer.claims:
        blocks.append("\n".join(_claim(claim, answer.language, form) for claim in answer.claims))
    blocks += [form.escape(said.text) for said in _after(answer)]
    if answer.citations:
        sources = [
            form.foot.format(one.number) + form.escape(_source(one, answer.language))
            for one in answer.citations
        ]
        copied = wording.spoken_date(today.isoformat(), answer.language)
        said = LABELS[answer.language]["copied"].format(date=copied)
        blocks += ["\n".join(sources), said]
    return "\n\n".join(blocks) + "\n"


def _claim(claim: Claim, language: str, form: _Format) -> str:
    """The claim with its [n]; below it the rows of a table, or the quotes of other words."""
    is_table, graded = wording.is_table(claim), wording.graded(claim, language)
    said = form.escape(claim.label if is_table else _said(claim))
    marks = "".join(form.mark.format(citation.number) for citation in claim.citations)
    parts = (said, marks, f"({graded})" if graded else "")
    lines = [form.bullet + " ".join(part for part in parts if part)]
    if is_table:
        cells = [wording.cells(citation.quote) for citation in claim.citations]
        rows = [form.row.format(" | ".join(map(form.escape, row))) for row in cells]
        lines += ["", rows[0], *([form.rule * len(cells[0]) + "|"] if form.rule else [])]
        lines += [*rows[1:], ""]
    if claim.own_words:
        lines += [
            f"  {form.escape(_in_a_line(f'« {one.quote} »'))} {form.mark.format(one.number)}"
            for one in claim.citations
        ]
    return "\n".join(lines)


def _source(citation: Citation, language: str) -> str:
    passage = citation.passage
    page = f"{LABELS[language]['page']} {passage.page}" if passage.page else ""
    reserved = wording.reserved([passage], language)
    kind = wording.KINDS[language][passage.kind]
    parts = (passage.title, kind, dated(passage, language), page, reserved)
    return f"{', '.join(part for part in parts if part)} ({passage.path})"


def _said(claim: Claim) -> str:
    """A claim in one line, behind what is said of it."""
    return _in_a_line(f"{claim.label} {claim.text}")


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def _reserved(answer: Answer) -> str:
    """For whom the answer is, as the beginning of a line; "" for anybody."""
    cited = [citation.passage for citation in answer.citations]
    shown = cited or (*answer.nearest, *answer.rests_on)
    return wording.reserved(shown, answer.language).capitalize()


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return LINE_START.sub(r"\1\\\2", MARKUP.sub(r"\\\1", text))


def _plain(text: str) -> str:
    return CONTROL.sub("", text)


PLAIN = _Format(str, "• ", "[{}]", "[{}] ", "  {}", "")
MARKDOWN = _Format(_escaped, "- ", "[^{}]", "[^{}]: ", "| {} |", "|---")
