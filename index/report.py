"""The report of a run, as staff read it, in French or English.

A line a fact, and at the end a sentence: what was indexed all the same.
"""

import locale
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.corpus import shown
from index.french import in_french

LABELS = {
    "en": {
        "index": "Index: {documents} documents, {passages} passages ({seconds:.1f} s).",
        "check": "Would be: {documents} documents, {passages} passages ({seconds:.1f} s).",
        "added": "added",
        "changed": "changed",
        "removed": "removed",
        "unchanged": "unchanged",
        "unreadable": "UNREADABLE",
        "warning": "warning",
        "left_out": "left out of {path}: {what}",
        "word": "{what} (1 word)",
        "words": "{what} ({words} words)",
        "all": "All {documents} documents {are} indexed.",
        "some": "{count} could not be read; the other {documents} documents {are} indexed.",
        "kept": "{count} could not be read; {documents} documents {are} indexed, "
        "{kept} of them as last read.",
        "none": "No document is indexed.",
        "are": "are",
        "would": "would be",
        "file": "1 file",
        "files": "{number} files",
    },
    "fr": {
        "index": "Index : {documents} documents, {passages} passages ({seconds:.1f} s).",
        "check": "Serait : {documents} documents, {passages} passages ({seconds:.1f} s).",
        "added": "ajouté",
        "changed": "modifié",
        "removed": "retiré",
        "unchanged": "inchangés",
        "unreadable": "ILLISIBLE",
        "warning": "attention",
        "left_out": "laissé de côté dans {path} : {what}",
        "word": "{what} (1 mot)",
        "words": "{what} ({words} mots)",
        "all": "Les {documents} documents {are} tous indexés.",
        "some": "{count} ; les {documents} autres documents {are} indexés.",
        "kept": "{count} ; {documents} documents {are} indexés, "
        "dont {kept} dans leur dernière version lue.",
        "none": "Aucun document indexé.",
        "are": "sont",
        "would": "seraient",
        "file": "1 fichier illisible",
        "files": "{number} fichiers illisibles",
    },
}


@dataclass
class Report:
    """What a run did. Paths are relative to the corpus; `unreadable` holds (path, reason).

    `kept`: those of which the last readable version stays; `left_out`: by document, how many words
    were left out on purpose, by what they are; `audiences`, `digests`: whom each document is for,
    and the SHA-256 of its file.
    """

    generation: str = ""
    documents: int = 0
    passages: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
    audiences: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def as_json(self, verbose: bool = False) -> dict:
        """What `python -m index --json` prints: counts; unreadable files and warnings in full.

        `verbose`: with the paths of what was added, changed and removed.
        """
        named = {word: getattr(self, word) for word in ("added", "changed", "removed")}
        return ({"paths": named} if verbose else {}) | {
            "generation": self.generation,
            "documents": self.documents,
            "passages": self.passages,
            "added": len(self.added),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "unchanged": len(self.unchanged),
            "unreadable": [{"path": path, "reason": reason} for path, reason in self.unreadable],
            "warnings": self.warnings,
            "seconds": round(self.seconds, 3),
        }


def language_of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """`fr` where the environment's messages are in French, else `en`."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    named = next((environment[name] for name in names if environment.get(name)), "")
    if not named and os.name == "nt":
        named = locale.getlocale()[0] or ""
    return "fr" if named.lower().startswith("fr") else "en"


def said(message: str, language: str) -> str:
    """A message of the readers or the build in the language."""
    return in_french(message) if language == "fr" else message


def left_out_text(left_out: Mapping[str, int], language: str) -> str:
    """What was left out on purpose: "comments (3 words), links (1 word)"."""
    return ", ".join(
        LABELS[language]["word" if words == 1 else "words"].format(
            words=words, what=said(what, language)
        )
        for what, words in left_out.items()
    )


def warning_lines(warnings: Iterable[str], language: str) -> list[str]:
    """A line for each warning."""
    label, colon = LABELS[language]["warning"], " :" if language == "fr" else ":"
    return [f"  {label}{colon} {said(shown(warning), language)}" for warning in warnings]


def report_text(
    report: Report, check: bool = False, language: str = "en", verbose: bool = False
) -> str:
    """The report, a line a fact; `verbose`: with what was left out on purpose."""
    labels, colon = LABELS[language], " :" if language == "fr" else ":"
    facts = {
        "documents": report.documents,
        "passages": report.passages,
        "seconds": report.seconds,
    }
    lines = [labels["check" if check else "index"].format(**facts)]
    for word in ("added", "changed", "removed"):
        lines += [f"  {labels[word]}{colon} {shown(path)}" for path in getattr(report, word)]
    lines.append(f"  {labels['unchanged']}{colon} {len(report.unchanged)}")
    lines += [
        f"  {labels['unreadable']}{colon} {path}{colon} {said(reason, language)}"
        for path, reason in report.unreadable
    ]
    lines += warning_lines(report.warnings, language)
    if verbose:
        lines += [
            "  "
            + labels["left_out"].format(path=shown(path), what=left_out_text(left_out, language))
            for path, left_out in report.left_out.items()
        ]
    return "\n".join([*lines, _sentence(report, check, language)])


def _sentence(report: Report, check: bool, language: str) -> str:
    """What was indexed all the same."""
    labels, number = LABELS[language], len(report.unreadable)
    count = labels["file"] if number == 1 else labels["files"].format(number=number)
    kept = len(report.kept)
    form = "all" if not number else "kept" if kept else "some"
    if not report.documents:
        form = "none"
    are = labels["would" if check else "are"]
    return labels[form].format(count=count, documents=report.documents, kept=kept, are=are)
