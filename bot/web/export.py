"""An answer to take away: plain text, Markdown with dated footnotes, a talking-points note (docx). Owns python-docx.

Promise: quotes stay word for word; each carries its source with the date as of which it holds, and its status where it is not
simply adopted; what nobody found is exported as that.
"""

import io
import re
from datetime import date

from bot import wording
from bot.records import Answer, Citation
from bot.web.labels import LABELS
from index.passage import Passage

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$])")
LINE_START = re.compile(r"^(\s*)([-+=>]|\d+[.)])", re.M)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no character of XML 1.0


def as_text(answer: Answer, today: date) -> str:
    """The answer as plain text with [n] and its sources below."""
    return _written(answer, today, lambda text: text, "• ", "[{}]", "[{}] ")


def as_markdown(answer: Answer, today: date) -> str:
    """The answer as Markdown with footnotes: `[^1]: *Title*, position, valid as of 4 May 2023...`"""
    return _written(answer, today, _escaped, "- ", "[^{}]", "[^{}]: ")


def as_docx(answer: Answer, today: date, federation: str = "") -> bytes:
    """The answer as a talking-points note: the question, a bullet for each statement, the sources with their dates."""
    from docx import Document
    from docx.shared import Pt

    labels = LABELS[answer.language]
    note = Document()
    note.core_properties.title, note.core_properties.author = (
        _plain(answer.question)[:250],
        _plain(federation),
    )
    note.styles["Normal"].font.name, note.styles["Normal"].font.size = "Calibri", Pt(11)
    note.add_heading(labels["note_title"], 0)
    note.add_paragraph(
        " · ".join(
            part
            for part in (
                _plain(federation),
                wording.spoken_date(today.isoformat(), answer.language),
            )
            if part
        )
    )
    note.add_heading(_plain(answer.question), 1)
    if answer.abstained:
        note.add_paragraph(wording.NOTHING[answer.language])
    elif answer.unsure:
        note.add_paragraph().add_run(labels["unsure_hint"]).bold = True
    for claim in answer.claims:
        bullet = note.add_paragraph(style="List Bullet")
        bullet.add_run(_plain(claim.text))
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


def valid_as_of(passage: Passage, language: str) -> str:
    """ "valid as of 4 May 2023", "since superseded; dated 4 May 2023": what a reader must know of a quote's age."""
    labels = LABELS[language]
    if not passage.date:
        return wording.UNDATED[language]
    status = wording.STATUSES[language].get(passage.status)
    said = labels["dated" if status else "valid"].format(
        date=wording.spoken_date(passage.date, language)
    )
    return f"{status}, {said}" if status else said


def _written(answer: Answer, today: date, escaped, bullet: str, mark: str, foot: str) -> str:
    labels, language = LABELS[answer.language], answer.language
    if answer.abstained:
        return f"{escaped(answer.question)}\n\n{wording.NOTHING[language]}\n"
    lines = [escaped(answer.question), "", wording.lead(answer.claims, language), ""]
    if answer.unsure:
        lines[2:2] = [labels["unsure_hint"], ""]
    for claim in answer.claims:
        marks = "".join(mark.format(citation.number) for citation in claim.citations)
        lines.append(f"{bullet}{escaped(' '.join(claim.text.split()))} {marks}")
    lines.append("")
    lines += [
        foot.format(citation.number) + escaped(_source(citation, language))
        for citation in answer.citations
    ]
    return "\n".join(
        [
            *lines,
            "",
            labels["copied"].format(date=wording.spoken_date(today.isoformat(), language)),
            "",
        ]
    )


def _source(citation: Citation, language: str) -> str:
    passage = citation.passage
    page = f", {LABELS[language]['page']} {passage.page}" if passage.page else ""
    return f"{passage.title}, {wording.KINDS[language][passage.kind]}, {valid_as_of(passage, language)}{page} ({passage.path})"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return LINE_START.sub(r"\1\\\2", MARKUP.sub(r"\\\1", text))


def _plain(text: str) -> str:
    return CONTROL.sub("", text)
