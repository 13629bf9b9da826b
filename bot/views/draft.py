"""A draft checked sentence by sentence: what asserts something, the findings, and their report.

Pure. Owns the report's Markdown and Word forms; quotes are shown as they stand.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from bot import statements, wording
from bot.records import Citation
from index.language import lists
from index.language.detect import language_of
from index.language.fold import fold
from index.language.sentences import sentence_spans

VERDICTS = {
    "fr": {
        "verbatim": "nos textes le disent mot pour mot",
        "near": "au plus près dans nos textes, sans jugement",
        "conflict": "contredit par un chiffre, une date ou un nom de nos textes",
        "outdated": "dit par un texte plus ancien ou remplacé",
        "nothing": "rien trouvé dans nos textes",
    },
    "en": {
        "verbatim": "our texts say it word for word",
        "near": "the nearest in our texts, without a judgement",
        "conflict": "a figure, date or name of our texts differs",
        "outdated": "said by an older or superseded text",
        "nothing": "nothing found in our texts",
    },
}
TITLES = {"fr": "Vérification d'un projet de texte", "en": "A draft, checked"}
OPINIONS = {
    "fr": ("relu par le modèle : les citations le disent", "relu par le modèle : {}"),
    "en": ("looked over by the model: the quotes say it", "looked over by the model: {}"),
}
UNCHECKED = {
    "fr": {
        "behind": (
            "phrase n'a pas été vérifiée : elle vient après celles qui le sont",
            "phrases n'ont pas été vérifiées : elles viennent après celles qui le sont",
        ),
        "too_long": (
            "phrase n'a pas été vérifiée : elle est trop longue",
            "phrases n'ont pas été vérifiées : elles sont trop longues",
        ),
        "asserts_nothing": (
            "phrase n'affirme rien : titre, question, salutation, appel",
            "phrases n'affirment rien : titres, questions, salutations, appels",
        ),
    },
    "en": {
        "behind": (
            "sentence was not checked: it stands behind those that are",
            "sentences were not checked: they stand behind those that are",
        ),
        "too_long": (
            "sentence was not checked: it is too long",
            "sentences were not checked: they are too long",
        ),
        "asserts_nothing": (
            "sentence asserts nothing: a heading, question, greeting or call",
            "sentences assert nothing: headings, questions, greetings, calls",
        ),
    },
}
GREETS = re.compile(rf"{lists.forms('draft.greets')}\b")
SHORTEST = 4  # words of a sentence that asserts something
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no character of XML 1.0
WORD_XML = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


@dataclass(frozen=True)
class Finding:
    """What our texts have on a sentence. `verdict`: a key of VERDICTS; `reason`: what differs.

    `opinion`: None without a chat model; else what it does not find in the citations, "" for
    nothing.
    """

    identity: object
    sentence: str
    verdict: str
    reason: str = ""
    citations: tuple[Citation, ...] = ()
    opinion: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that `python -m bot verify --json` prints for a sentence."""
        said = {"opinion": self.opinion} if self.opinion is not None else {}
        return {
            "id": self.identity,
            "sentence": self.sentence,
            "verdict": self.verdict,
            "reason": self.reason,
            "citations": [citation.as_json() for citation in self.citations],
            **said,
        }


@dataclass(frozen=True)
class Piece:
    """A stretch of a draft; all of them, joined, are the draft.

    `number`: of a sentence to be checked, counted from 1; `why`: of one that is not, a key of
    UNCHECKED. Both are empty for what stands between sentences.
    """

    text: str
    number: int = 0
    why: str = ""


def pieces(text: str, most: int, longest: int, within: int) -> list[Piece]:
    """The draft cut into pieces. To be checked are the first `most` sentences that assert
    something, have at most `longest` characters and begin within the first `within` ones."""
    cut, at, number = list[Piece](), 0, 0
    for sentence, start, asserts in _sentences(text):
        why = ""
        if not asserts:
            why = "asserts_nothing"
        elif len(sentence) > longest:
            why = "too_long"
        elif number == most or start >= within:
            why = "behind"
        number += not why
        cut += [Piece(text[at:start]), Piece(sentence, 0 if why else number, why)]
        at = start + len(sentence)
    return [piece for piece in [*cut, Piece(text[at:])] if piece.text]


def joined(cut: Iterable[Piece]) -> list[Piece]:
    """The pieces, those without a number that follow each other as one."""
    return [
        piece
        for numbered, run in groupby(cut, key=lambda piece: piece.number > 0)
        for piece in (run if numbered else [Piece("".join(one.text for one in run))])
    ]


def unchecked(cut: Iterable[Piece], language: str) -> list[str]:
    """For each reason why sentences were not checked, how many they are; none for no such one."""
    counts = Counter(piece.why for piece in cut)
    return [
        f"{counts[why]} {words[counts[why] > 1]}"
        for why, words in UNCHECKED[language].items()
        if counts[why]
    ]


def assertions(text: str) -> Iterator[str]:
    """The sentences of a draft that assert something: no question, heading, greeting or call."""
    return (sentence for sentence, _, asserts in _sentences(text) if asserts)


def _sentences(text: str) -> Iterator[tuple[str, int, bool]]:
    """Each sentence, where it starts, and whether it asserts something."""
    for line, start, end in sentence_spans(text):
        sentence = text[start:end].strip("*_# ")
        is_whole = sentence.rstrip(' »”"*_)').endswith((".", "!", "…", ";"))
        asserts = (
            len(sentence.split()) >= SHORTEST
            and not line.lstrip().startswith("#")
            and not sentence.rstrip(' »”"').endswith(("?", ":"))
            and (is_whole or len(sentence.split()) >= statements.SHORT)
            and not statements.is_aside(sentence)
            and not GREETS.match(fold(sentence))
        )
        yield sentence, text.index(sentence, start, end), asserts


def as_text(findings: Sequence[Finding]) -> str:
    """The findings for a terminal."""
    return "\n\n".join(
        "\n".join([finding.sentence, f"  {_verdict(finding)}", *_sources(finding)])
        for finding in findings
    )


def as_markdown(findings: Sequence[Finding], left_out: Sequence[str] = ()) -> str:
    """A report with a footnote for each citation. `left_out`: what it says was not checked."""
    lines, notes = [f"# {TITLES[_language(findings)]}", ""], list[str]()
    for finding in findings:
        marks = ""
        for citation in finding.citations:
            notes.append(f"[^{len(notes) + 1}]: {_note(citation, _of(finding))}")
            marks += f"[^{len(notes)}]"
        lines += [f"> {finding.sentence}{marks}", "", f"**{_verdict(finding)}**", ""]
    lines += [line for said in left_out for line in (said, "")]
    return "\n".join([*lines, *notes, ""])


def as_docx(findings: Sequence[Finding], left_out: Sequence[str] = ()) -> bytes:
    """The same as a Word document, with real footnotes. Owns the part that python-docx lacks."""
    from docx import Document
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    report, notes = Document(), list[str]()
    report.add_heading(TITLES[_language(findings)], 0)
    for finding in findings:
        paragraph = report.add_paragraph(_plain(finding.sentence))
        for citation in finding.citations:
            notes.append(_plain(_note(citation, _of(finding))))
            paragraph._p.append(
                parse_xml(
                    f'<w:r xmlns:w="{WORD_XML}"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                    f'<w:footnoteReference w:id="{len(notes)}"/></w:r>'
                )
            )
        report.add_paragraph().add_run(_plain(_verdict(finding))).bold = True
    for said in left_out:
        report.add_paragraph(said)
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, _footnotes(notes), report.part.package)
    report.part.relate_to(part, RELATION)
    stream = io.BytesIO()
    report.save(stream)
    return stream.getvalue()


def _footnotes(notes: Sequence[str]) -> bytes:
    """Word's part of footnotes, its two separators first."""
    kinds = ("separator", "continuationSeparator")
    parts = [
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p>'
        "</w:footnote>"
        for number, kind in enumerate(kinds, -1)
    ]
    parts += [
        f'<w:footnote w:id="{number}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        f'<w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {escape(note)}</w:t></w:r></w:p>'
        "</w:footnote>"
        for number, note in enumerate(notes, 1)
    ]
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{head}<w:footnotes xmlns:w="{WORD_XML}">{"".join(parts)}</w:footnotes>'.encode()


def _verdict(finding: Finding) -> str:
    """The verdict in words, with what differs and the model's opinion."""
    language = _of(finding)
    found, lacks = OPINIONS[language]
    opinion = "" if finding.opinion is None else lacks.format(finding.opinion or "")
    opinion = found if finding.opinion == "" else opinion
    said = (VERDICTS[language][finding.verdict], finding.reason, opinion)
    return " — ".join(part for part in said if part)


def _sources(finding: Finding) -> list[str]:
    return [f"  « {one.quote} » {_source(one, _of(finding))}" for one in finding.citations]


def _note(citation: Citation, language: str) -> str:
    return f"« {' '.join(citation.quote.split())} » {_source(citation, language)}"


def _source(citation: Citation, language: str) -> str:
    return f"({wording.source_line(citation.passage, language)}, {citation.passage.path})"


def _of(finding: Finding) -> str:
    return language_of(finding.sentence)


def _language(findings: Sequence[Finding]) -> str:
    return language_of(" ".join(finding.sentence for finding in findings)) if findings else "fr"


def _plain(text: str) -> str:
    return CONTROL.sub("", text)
