"""`python -m index show FILE`: what is read of one file, indexed or not, for staff and bug reports.

Nothing is written. The file may be in the corpus, where catalogue.toml counts, or anywhere else;
an attachment is named as it is in the index, by its mail's path, "/" and its name.
"""

from dataclasses import dataclass
from pathlib import Path

from index.corpus import catalogue_of, shown
from index.errors import Unreadable
from index.readers.read import PARSERS, Reading, open_inside, read_all
from index.readers.worker import Worker
from index.report import LABELS, left_out_text, warning_lines


@dataclass(frozen=True)
class Shown:
    """A document as it is read, and those attached to it."""

    reading: Reading
    attached: tuple[Reading, ...]

    def as_json(self) -> dict:
        """What `python -m index show --json` prints; `attachments` only where there are any."""
        attached = [_as_json(reading) for reading in self.attached]
        return _as_json(self.reading) | ({"attachments": attached} if attached else {})

    def as_text(self, language: str) -> str:
        """The same for people: what is known, what was not read, and the text by its headings."""
        return "\n".join(_as_text(one, language) for one in (self.reading, *self.attached))


def show(file: str, corpus: Path, parsers: Worker = PARSERS) -> Shown:
    """Read a file. Raises `Unreadable` with the reason, `CatalogueInvalid`."""
    folder, path, inside = _place(file, corpus)
    catalogue = catalogue_of(corpus)[0] if folder == corpus else {}
    readings = read_all(path, open_inside(folder, path), catalogue, parsers)
    name = f"{path}/{inside}" if inside else path
    for at, reading in enumerate(readings):
        if reading.document.path == name:
            return Shown(reading, tuple(readings[1:]) if not at else ())
    raise Unreadable(f"no attachment {inside} is read of {path}")


def _place(file: str, corpus: Path) -> tuple[Path, str, str]:
    """The folder of a file, its path there, and the name of an attachment in it or ""."""
    for named in (Path(file), corpus / file):
        for place in (named, *named.parents):
            if place.is_file():
                rest = named.relative_to(place).as_posix()
                inside = "" if rest == "." else rest
                whole = place.absolute()
                if whole.is_relative_to(corpus.absolute()):
                    return corpus, whole.relative_to(corpus.absolute()).as_posix(), inside
                return whole.parent, whole.name, inside
    raise Unreadable(f"there is no file {file}; name one, or one of the corpus by its path there")


def _as_json(reading: Reading) -> dict:
    document = reading.document
    return {
        "path": document.path,
        "title": document.title,
        "date": document.date,
        "kind": document.kind,
        "status": document.status,
        "audience": document.audience,
        "language": document.language,
        "topics": list(document.topics),
        "warnings": reading.warnings,
        "left_out": dict(reading.left_out),
        "sections": [
            {"headings": list(section.headings), "page": section.page, "text": section.text}
            for section in document.sections
        ],
    }


def _as_text(reading: Reading, language: str) -> str:
    document, labels = reading.document, LABELS[language]
    facts = (
        document.date or "-",
        document.kind,
        document.status,
        document.audience,
        document.language,
        *document.topics,
    )
    lines = [shown(document.path), f"  {document.title}", f"  {' · '.join(facts)}"]
    lines += warning_lines(reading.warnings, language)
    if reading.left_out:
        what = left_out_text(reading.left_out, language)
        lines.append("  " + labels["left_out"].format(path=shown(document.path), what=what))
    for section in document.sections:
        place = f"[p. {section.page}] " if section.page else ""
        lines += ["", f"== {place}{' > '.join(section.headings)}".rstrip(), section.text.rstrip()]
    return "\n".join([*lines, ""])
