"""The texts themselves, where these are asked for: "je cherche le texte sur le cloud". Pure.

Promise: each text with its opening words quoted, so that it can be opened, the newest first; what
is asked for (a time, a kind, a subject, that it has ended) is what every one has.
"""

import re
from collections.abc import Sequence
from itertools import chain

from bot import wording
from bot.records import Claim, Composed, Hit, Question
from bot.statements import Span, is_aside, is_said
from bot.views.titles import ENOUGH, coverage, titled
from index.language import lists
from index.language.fold import fold
from index.language.subject import content_words, without_times
from index.language.words import words
from index.passage import Passage
from index.shelf.lexical import Lexical

MOST = 10  # texts
READ = 8  # first passages whose texts are about what is asked for
PARTS = {name: lists.forms(f"route.parts.{name}") for name in ("get", "file", "paper")}
STATUSES = lists.table("texts.statuses")
ENDED = {status: re.compile(rf"\b(?:{'|'.join(forms)})") for status, forms in STATUSES.items()}
ASKING = re.compile(rf"\b(?:{'|'.join((*PARTS.values(), *chain(*STATUSES.values())))})\b")
NO_SUBJECT = re.compile(lists.forms("texts.asking"))
KIND_OF = lists.key_of("summary.kinds")
LEADS = {
    "fr": ("Un texte\u00a0:", "{} textes\u00a0:"),
    "en": ("One text:", "{} texts:"),
}
MORE = {"fr": "Et {} autres, plus anciens.", "en": "And {} more, older ones."}


def texts(
    asked: Question, passages: Sequence[Passage], hits: Sequence[Hit], lexical: Lexical
) -> Composed | None:
    """The texts that are asked for; None where none is meant.

    `passages`: all that may be read; `hits`: those found for the question, best first.
    """
    said = fold(without_times(asked.said))
    subject = [
        word
        for word in content_words(ASKING.sub(" ", said))
        if not (word in KIND_OF or NO_SUBJECT.match(word))
    ]
    firsts = {passage.path: passage for passage in reversed(passages)}
    wanted = [status for status, form in ENDED.items() if form.search(fold(asked.text))]
    kinds = {KIND_OF[word] for word in words(asked.text) if word in KIND_OF} - {"position"}
    if subject:
        named = titled(subject, passages, lexical, topics=True)
        paths = named or _about(subject, hits, lexical)
    elif wanted or kinds or asked.since or asked.until:
        paths = list(firsts)
    else:
        paths = list(asked.documents)
    found = [
        first
        for path in paths
        if (first := firsts.get(path))
        and (not wanted or first.status in wanted)
        and (not kinds or first.kind in kinds)
        and (not asked.since or first.date >= asked.since[: len(first.date)] > "")
        and (not asked.until or "" < first.date <= asked.until)
    ]
    found.sort(key=lambda first: first.date, reverse=True)
    return _composed(found, passages, asked.language) if found else None


def _about(subject: Sequence[str], hits: Sequence[Hit], lexical: Lexical) -> list[str]:
    """The paths of the texts of which a passage that was found has the subject's words."""
    return list(
        dict.fromkeys(
            hit.passage.path
            for hit in hits[:READ]
            if coverage(subject, _read(hit.passage), hit.passage.language, lexical) >= ENOUGH
        )
    )


def _read(passage: Passage) -> str:
    return " ".join((passage.title, *passage.headings, passage.text))


def _composed(found: Sequence[Passage], passages: Sequence[Passage], language: str) -> Composed:
    shown = found[:MOST]
    spans = [_opening([own for own in passages if own.path == first.path]) for first in shown]
    claims = tuple(Claim.quoting([span], number) for number, span in enumerate(spans, 1))
    one, many = LEADS[language]
    lead = one if len(found) == 1 else many.format(len(found))
    titles = " ; ".join(wording.source_line(first, language) for first in shown)
    rest = len(found) - len(shown)
    note = MORE[language].format(rest) if rest else ""
    return Composed("texts", claims, f"{lead} {titles}", lead, note)


def _opening(document: Sequence[Passage]) -> Span:
    """The first statement of a text, or its first line."""
    for passage in document:
        for start, end in passage.sentences():
            if is_said(passage, start, end) and not is_aside(passage.text[start:end]):
                return passage, start, end
    first = document[0]
    line = first.text.lstrip().split("\n")[0]
    start = first.text.index(line)
    return first, start, start + len(line)
