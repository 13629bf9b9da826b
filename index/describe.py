"""What is known of a document besides its words: title, date, kind, language, status, audience...

Each is taken from the first that states it: front matter (or a page's meta tags), catalogue.toml,
what can be seen, file name and folder, the file's own properties (index/dating.py,
index/titles.py); the audience from all of them, of which the narrowest counts. Promise: what none
of them states is reported as a warning and left empty, never invented. A status or an audience read
off the file name or a short line on top is reported too, with the way to say otherwise.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import yaml

from index import audience
from index.dating import date_of
from index.errors import Unreadable
from index.language import lists
from index.language.detect import language_of
from index.language.fold import fold
from index.language.lists import LANGUAGES
from index.passage import AUDIENCES, KINDS, STATUSES, Section
from index.sources import Sources, one_line, short_lines
from index.titles import title_of

SAY_OTHERWISE = "in front matter or catalogue.toml can say otherwise"
LONGEST_BLOCK = 20_000  # characters of front matter
FENCED = re.compile(
    r"\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<block>.*?\n)(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|$)", re.S
)
# A line that may be meant for one: of signs and a letter at most, or with two of them in front.
FENCE = re.compile(r"--|\+\+|\W*\w?\W*$")

# What a document says of itself, on folded text: MARKS fill a part of a short line on top, NAMED
# stand in a file name.
OURS = lists.forms("documents.ours")
OF_US = rf"\b(?! {lists.forms('documents.of_others')})"
IT = audience.IT
SINCE, BY = lists.forms("documents.since"), lists.forms("documents.by")
MARKS = {
    "withdrawn": re.compile(rf"{IT}{lists.forms('documents.withdrawn')}(?: {SINCE} .*)?"),
    "superseded": re.compile(
        rf"{IT}{lists.forms('documents.superseded')}(?: (?:{BY}|{SINCE}) .*)?"
    ),
    "draft": re.compile(
        # "Draft version v2", "Version de travail du 3 mai"
        rf"{lists.forms('documents.draft')}(?: {lists.forms('documents.version')})?"
        rf"(?: v ?\d.*| {lists.forms('documents.dated')} \d.*)?"
        # "Projet de position du 3 mai"
        rf"|{lists.forms('documents.draft_of', ours=OURS)}{OF_US}.*"
    ),
}
LAWS = lists.forms("documents.laws")
NAMED = {
    "draft": re.compile(rf"\b{lists.forms('documents.draft_name', ours=OURS, laws=LAWS)}\b"),
    "staff": re.compile(
        rf"\b(?:{lists.forms('documents.secret_name')}"
        rf"|{audience.FOR_NO_MEMBERS}{lists.forms('documents.restricted_name')})\b"
    ),
}
# A bare "projet" is a draft only alone, in brackets or in capitals: "Projet : un campus", "Projet
# de loi" and "Projet européen" are subjects.
DRAFT_ALONE = lists.entries("documents.draft_alone")
STATUS = lists.entries("documents.status")
IN_CAPITALS = re.compile(
    rf"(?<!\w){lists.forms('documents.draft_in_capitals')}"
    r"(?=\s*(?:[–—|(\[\]),]|-(?!\w)|$))"
    rf"(?!\W*(?i:{lists.forms('documents.no_draft_before')}))"
)


class FrontMatter(NamedTuple):
    """The keys of a text's front matter, in small letters, and the text behind it.

    `warnings`: why front matter was not read; it then stays part of the text.
    """

    stated: dict
    body: str
    warnings: Sequence[str] = ()


def front_matter(text: str) -> FrontMatter:
    """Split a text into the keys of its leading YAML block, between `---` lines, and the rest.

    What looks like front matter and is not read states at most an audience (index/audience.py).
    Raises `Unreadable` where the block is no YAML.
    """
    match = FENCED.match(text)
    if match is None:
        return _unread(text, audience.statements(_top(text)), "no block between two lines of ---")
    block, body = match["block"], text[match.end() :]
    if match["fence"] == "+++":
        return _unread(
            text, audience.statements(block, fenced=True), "only YAML between --- is read"
        )
    if len(block) > LONGEST_BLOCK:
        return _unread(text, audience.statements(block), "it is longer than 20,000 characters")
    try:
        facts, node = yaml.safe_load(block), yaml.compose(block, yaml.SafeLoader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none of the calendar
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        above = text.count("\n", 0, match.start("block"))
        reason = f"not valid YAML (line {above + line})"
        found = audience.statements(block, fenced=True)
        if set(audience.unread(found)) - {"members"}:
            return _unread(text, found, reason)
        raise Unreadable(f"its front matter is {reason}") from error
    if not isinstance(facts, dict):
        return _unread(text, audience.statements(block, fenced=True), "no lines of key: value")
    # With the keys that stand there twice, of which YAML keeps the last.
    pairs = [(key.value, getattr(value, "value", "")) for key, value in node.value]
    found = audience.statements(block)
    seen = sum(audience.resembles(str(key)) for key, _ in pairs)
    inside = audience.unread(found) if len(found) > seen else []  # in a comment, or further in
    if FENCE.match(body.lstrip().split("\n", 1)[0]):
        inside += audience.unread(audience.statements(_top(body)))
    values = [*audience.stated([*facts.items(), *pairs]), *inside]
    return FrontMatter(with_audience(values, facts), body)


def _unread(text: str, found: Sequence[audience.Statement], reason: str) -> FrontMatter:
    values = audience.unread(found)
    warning = f"its front matter stays part of its text: {reason}"
    return FrontMatter(with_audience(values, {}), text, [warning] if values else [])


def with_audience(values: Sequence[str], facts: Mapping) -> dict:
    """The facts by their keys in small letters, the audience before all others, if one is stated.

    It is the first, for only so many are kept of a file.
    """
    who = audience.narrowest(values)
    first = {} if who is None else {"audience": who}
    return {**first, **{str(key).lower(): value for key, value in facts.items()}, **first}


def _top(text: str) -> str:
    """Where front matter would be: the first paragraph, or 30 lines under what may be a fence."""
    lines = text.lstrip()[:LONGEST_BLOCK].split("\n")
    if FENCE.match(lines[0]):
        return "\n".join(lines[:30])
    return "\n".join(itertools.takewhile(str.strip, lines))


def describe(  # noqa: PLR0913 (one parameter a source)
    path: str,
    stated: Mapping,
    overrides: Mapping,
    own: Mapping,
    sections: Sequence[Section],
    *,
    shown: Mapping | None = None,
) -> tuple[dict, list[str]]:
    """The description fields of a document, and a warning for each that is unknown or unusable.

    `stated` is what the file says of itself on purpose, `overrides` its entry in catalogue.toml,
    `own` what its properties say, `shown` what its reader sees of it beside its text; all map field
    names to values.
    """
    sources = Sources(path, stated, overrides, shown or {}, own)
    date = date_of(sources, sections)
    if not date:
        sources.warn(
            "no date found; dates without a year in it stay without one; "
            "state it in front matter, in catalogue.toml or in the file name (2024-03-21-...)"
        )
    kind = sources.one_of("kind", KINDS) or _kind_by_place(path) or sources.shown.get("kind", "")
    if not kind:
        sources.warn("kind unknown, indexed as other")
    marks = _marks(path, sections)
    text = "\n".join(section.text for section in sections)[:20_000]
    return {
        "path": path,
        "title": title_of(sources, sections),
        "date": date,
        "kind": kind or "other",
        "language": sources.one_of("language", LANGUAGES) or language_of(text),
        "status": _status(sources, marks),
        "audience": _audience(sources, marks),
        "topics": tuple(_topics(stated.get("topics") or overrides.get("topics") or ())),
        "url": sources.line("url") or one_line(own.get("url") or ""),
    }, sources.warnings


def _topics(stated: object) -> Iterator[str]:
    topics = stated.split(",") if isinstance(stated, str) else stated
    for topic in topics if isinstance(topics, list | tuple) else ():
        if isinstance(topic, str) and topic.strip():
            yield topic.strip()[:80]


def _status(sources: Sources, marks: Mapping[str, str]) -> str:
    """As stated; else as a mark on the document says, which is reported; else adopted."""
    status = sources.one_of("status", STATUSES)
    if not status and (status := next((m for m in MARKS if m in marks), "")):
        sources.warn(
            f"taken as status {status}, for it says {marks[status]!r} (status {SAY_OTHERWISE})"
        )
    return status or "adopted"


def _audience(sources: Sources, marks: Mapping[str, str]) -> str:
    """The narrowest that the file, the catalogue, its properties or a mark says; else members.

    Reported is what was not understood, where they disagree, and a mark that decides.
    """
    given = {}
    for where, facts in (
        ("the file", sources.stated),
        ("catalogue.toml", sources.overrides),
        ("its mail", sources.shown),
        ("its properties", sources.own),
    ):
        value = audience.narrowest(audience.stated(audience.nested(facts)))
        if value is None:
            continue
        given[where] = audience.meaning(value) or "staff"
        if not audience.meaning(value):
            sources.warn(
                f"audience {value[:60]!r} in {where} is none of {', '.join(AUDIENCES)}; "
                "taken as staff"
            )
    if "staff" in marks and "staff" not in given.values():
        sources.warn(
            "taken as audience staff, members will not see it, "
            f"for it says {marks['staff']!r} (only its name or its first lines can say otherwise)"
        )
        return "staff"
    if len(set(given.values())) > 1:
        said = ", ".join(f"{who} in {where}" for where, who in given.items())
        sources.warn(f"audience {said}: the narrower counts")
    who = max(given.values(), key=AUDIENCES.index, default="members")
    if who != "staff" and (aside := _said_aside(sources)):
        sources.warn(
            "taken as audience staff, members will not see it, "
            f"for beside its text it says {aside[:80]!r} (taking that out can say otherwise)"
        )
        return "staff"
    return who


def _said_aside(sources: Sources) -> str:
    """What says that it is for staff alone, in a title or in what was left out of the text."""
    titles = (sources.line("title"), sources.shown.get("title"), sources.own.get("title"))
    secret = (one for one in map(one_line, filter(None, titles)) if audience.is_for_staff(one))
    return one_line(sources.shown.get("for_staff") or next(secret, ""))


def _marks(path: str, sections: Sequence[Section]) -> dict[str, str]:
    """The marks (keys of MARKS) that the file name or a short line on top bears -> its words."""
    stem = PurePosixPath(path).stem
    name = audience.plain(re.sub(r"[-_.]+", " ", stem))
    found = {mark: stem[:80] for mark, form in NAMED.items() if form.search(name)}
    if IN_CAPITALS.search(re.sub(r"[-_. ]+", " – ", stem)):
        found["draft"] = stem[:80]
    for line in short_lines(sections):
        parts = audience.parts_of(line)
        for mark, form in MARKS.items():
            if any(form.fullmatch(part) for part in parts):
                found.setdefault(mark, line[:80])
        if IN_CAPITALS.search(line) or _is_draft_alone(line, parts):
            found.setdefault("draft", line[:80])
        if audience.is_for_staff(line):
            found.setdefault("staff", line[:80])
    return found


def _is_draft_alone(line: str, parts: Sequence[str]) -> bool:
    """Is "projet" in brackets, or all that the line says beside who may see it?"""
    rest = [part for part in parts if part and not audience.STAFF.fullmatch(part)]
    if len(rest) == 2 and rest[0] in STATUS:
        rest = rest[1:]
    bracketed = any(f"({word})" in fold(line) for word in DRAFT_ALONE)
    return bracketed or (len(rest) == 1 and rest[0] in DRAFT_ALONE)


def _kind_by_place(path: str) -> str:
    """The kind that the nearest folder, or else the file name, speaks of."""
    for part in reversed(PurePosixPath(fold(path)).with_suffix("").parts):
        for kind, words in lists.table("documents.folders").items():
            if re.search(rf"(?<![a-z])(?:{'|'.join(words)})s?(?![a-z])", part):
                return kind
    return ""
