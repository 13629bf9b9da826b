"""An answer to take away: plain text, Markdown with dated footnotes, a talking-points note (docx).

Owns python-docx. Promise: quotes stay word for word; each has its source with the date of its
text, its status where it is not simply adopted, and for whom it is where that is not everybody; the
narrowest audience of them all stands under the question. An abstention is exported as one.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot import wording
from bot.records import Answer, Citation, Claim
from bot.web.labels import LABELS
from index.passage import Passage

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
    if reserved := _reserved(answer):
        note.add_paragraph().add_run(f"{reserved}.").bold = True
    if answer.abstained:
        note.add_paragraph(wording.NOTHING[answer.language])
    elif not answer.claims:
        note.add_paragraph(_plain(answer.text))
    elif answer.unsure:
        note.add_paragraph().add_run(labels["unsure_hint"]).bold = True
    for claim in answer.claims:
        bullet = note.add_paragraph(style="List Bullet")
        bullet.add_run(_plain(_said(claim)))
        for citation in claim.citations:
            bullet.add_run(f" [{citation.number}]").bold = True
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
class _Format:
    """How text is escaped, what begins a claim, and what a citation's mark and footnote are."""

    escape: Callable[[str], str]
    bullet: str
    mark: str
    foot: str


def _written(answer: Answer, today: date, form: _Format) -> str:
    labels, language = LABELS[answer.language], answer.language
    if answer.abstained:
        return f"{form.escape(answer.question)}\n\n{wording.NOTHING[language]}\n"
    if not answer.claims:
        return f"{form.escape(answer.question)}\n\n{form.escape(answer.text)}\n"
    lines = [form.escape(answer.question), ""]
    if reserved := _reserved(answer):
        lines += [f"{reserved}.", ""]
    if answer.unsure:
        lines += [labels["unsure_hint"], ""]
    if answer.lead:
        lines += [form.escape(answer.lead), ""]
    for claim in answer.claims:
        marks = "".join(form.mark.format(citation.number) for citation in claim.citations)
        lines.append(f"{form.bullet}{form.escape(_said(claim))} {marks}")
    lines.append("")
    for citation in answer.citations:
        source = form.escape(_source(citation, language))
        lines.append(form.foot.format(citation.number) + source)
    copied = wording.spoken_date(today.isoformat(), language)
    return "\n".join([*lines, "", labels["copied"].format(date=copied), ""])


def _source(citation: Citation, language: str) -> str:
    passage = citation.passage
    page = f"{LABELS[language]['page']} {passage.page}" if passage.page else ""
    reserved = wording.reserved([passage], language)
    kind = wording.KINDS[language][passage.kind]
    parts = (passage.title, kind, dated(passage, language), page, reserved)
    return f"{', '.join(part for part in parts if part)} ({passage.path})"


def _said(claim: Claim) -> str:
    """A claim in one line, behind what is said of it."""
    return " ".join(f"{claim.label} {claim.text}".split())


def _reserved(answer: Answer) -> str:
    """For whom the answer is, as the beginning of a line; "" for anybody."""
    cited = [citation.passage for citation in answer.citations]
    return wording.reserved(cited, answer.language).capitalize()


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return LINE_START.sub(r"\1\\\2", MARKUP.sub(r"\\\1", text))


def _plain(text: str) -> str:
    return CONTROL.sub("", text)


PLAIN = _Format(str, "• ", "[{}]", "[{}] ")
MARKDOWN = _Format(_escaped, "- ", "[^{}]", "[^{}]: ")
