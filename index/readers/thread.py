"""Whose words are these? Parts the text of a mail into its own and what it forwards.

Blocks in, (heading, blocks) out, without quotations and signatures. Pure. Promise: what stays is
word for word; forwarded text stands under a heading that names its author; where a mark is
doubtful, the text is kept.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.language import lists
from index.language.fold import fold, fold_with_offsets
from index.readers.content import Block

# On folded lines with single blanks.
RULE = r"[> ]*[-_*]* ?"
FORWARD_MARK, FRENCH_FORWARD_MARK = (
    re.compile(rf"{RULE}{lists.forms('mail.forward_marks', language)} ?:? ?[-_*]* ?")
    for language in ("", "fr")
)
ORIGINAL_MARK = re.compile(rf"[> ]*[-_]{{2,}} ?{lists.forms('mail.original_marks')} ?[-_]{{2,}} ?")
ATTRIBUTION = re.compile(lists.forms("mail.attribution"))
ATTRIBUTION_START = re.compile(rf"{lists.forms('mail.attribution_start')} ")
DEVICE = re.compile(rf"{lists.forms('mail.devices')}\b.{{0,60}}")
DISCLAIMER = re.compile(
    rf"{lists.forms('mail.disclaimers')}\b.{{0,80}}{lists.forms('mail.secret')}"
)
IN_ENGLISH = re.compile(rf" ?{lists.forms('mail.forward_subjects', 'en')} ?:")
# On folded lines as long as they are; what stands behind is read off the line itself.
FIELDS = lists.key_of("mail.headers")
FRENCH_NAMES = {
    name for field in FIELDS.values() for name in lists.entries(f"mail.headers.{field}", "fr")
}
HEADER = re.compile(rf"[> *]*(?P<name>{'|'.join(FIELDS)}) *\*? *: *\*? *(?:\| *)?(?P<value>.*)")
SIGN_OFF = re.compile(lists.forms("mail.sign_offs"))
SIGNED = re.compile(r"\s*+[,.!]?(?:\s*+(?<=\s)(?:[A-ZÀ-Þ][\w'’.-]*+\s*+){1,4})?")
# An address or an hour, as mailers name them and prose seldom does.
MAILED = re.compile(r"@|\b\d{1,2}[:h]\d\d\b")
MOST_HEADERS = 40  # lines; or a mail of nothing but header lines is read again from each of them
SENTENCE = re.compile(r"[a-zà-ÿ]{2}[.!?]$")


class _Line(NamedTuple):
    """A line of a block: the block's place and level, and the words."""

    block: int
    level: int
    text: str


class _Quoted(NamedTuple):
    """The beginning of a message within another: whose it is, and the line its words begin on."""

    heading: str
    first: int  # the line behind its mark
    begins: int
    forwarded: bool  # a mark says that it is


def own_and_forwarded(blocks: Sequence[Block], forwards: bool) -> list[tuple[str, list[Block]]]:
    """The parts of a mail in order: ("", its own words), then (heading, words) of each forwarded.

    `forwards`: its subject says so; then a message quoted below is one that it forwards, not one
    that it answers.
    """
    lines = [
        _Line(number, block.level, text)
        for number, block in enumerate(blocks)
        for text in block.text.split("\n")
    ]
    parts: list[tuple[str, list[_Line]]] = [("", [])]
    at = 0
    while at < len(lines):
        if quoted := _quoted(lines, at):
            answered = not (quoted.forwarded or forwards or parts[-1][0])
            if answered and parts[0][1]:
                break
            lines = _without_marks(lines, at, quoted)
            parts.append((quoted.heading, []))
            at = quoted.begins
        elif width := _attribution(lines, at):
            if not any(line.text.startswith(">") for line in lines[at + width :]):
                break
            at += width
        else:
            if not lines[at].text.lstrip().startswith(">"):
                parts[-1][1].append(lines[at])
            at += 1
    return [(heading, kept) for heading, part in parts if (kept := _blocks(_unsigned(part)))]


def forwarded_heading(name: str, date: str, subject: str) -> str:
    """The heading over a message that another one carries whole.

    French unless the subject forwards in English.
    """
    return _heading(name, date, not IN_ENGLISH.match(_plain(subject)))


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _heading(name: str, date: str, in_french: bool) -> str:
    shown = re.sub(r"(?<!\s)\s*(?:<[^>]*>?|\[mailto:[^]\[]*\])", "", name).strip(" \"'*")
    name = shown[:100] or name.strip(" <>")[:100]
    words = lists.entries("mail.forwarded_heading", "fr" if in_french else "en")[0]
    by = f" {'de' if in_french else 'from'} {name}" if name else ""
    return words + by + (f", {date.strip(' *')[:60]}" if date.strip(" *") else "")


def _quoted(lines: Sequence[_Line], at: int) -> _Quoted | None:
    """The message that begins on this line with a mark, with header lines, or with both."""
    first = _plain(lines[at].text)
    forwarded = FORWARD_MARK.fullmatch(first) is not None
    marked = forwarded or ORIGINAL_MARK.fullmatch(first) is not None
    headers, begins = _headers(lines, at + marked, bare=not marked)
    if not marked and not headers:
        return None
    in_french = FRENCH_FORWARD_MARK.fullmatch(first) or not FRENCH_NAMES.isdisjoint(headers)
    fields = {FIELDS[name]: value for name, value in reversed(headers.items())}
    sent = fields.get("sent") or fields.get("date", "")
    return _Quoted(
        _heading(fields.get("from", ""), sent, bool(in_french)), at + marked, begins, forwarded
    )


def _without_marks(lines: list[_Line], at: int, quoted: _Quoted) -> list[_Line]:
    """The lines, without the first "> " of those of a message that stands in such marks."""
    first = [line.text for line in lines[quoted.first : quoted.first + 1]]
    if not any(text.startswith(">") for text in (lines[at].text.lstrip(), *first)):
        return lines
    own, others = lines[: quoted.begins], lines[quoted.begins :]
    return [*own, *(line._replace(text=re.sub(r"^> ?", "", line.text)) for line in others)]


def _headers(lines: Sequence[_Line], at: int, bare: bool) -> tuple[dict[str, str], int]:
    """The header lines that begin here, folded name -> value, and where they end.

    They are From and at least two others; ({}, at) where there are none. Those that stand `bare`,
    with no line before them that announces a message, must begin with From, as Outlook's do.
    """
    found: dict[str, str] = {}
    end = at
    while end < min(len(lines), at + MOST_HEADERS):
        folded, offsets = fold_with_offsets(lines[end].text)
        match = HEADER.fullmatch(folded)
        if match:
            found.setdefault(match["name"], lines[end].text[offsets[match.start("value")] :])
        elif not found or folded.strip(" >"):
            break
        end += 1
    fields = [FIELDS[name] for name in found]
    if len(found) >= 3 and "from" in (fields[:1] if bare else fields):
        return found, end
    return {}, at


def _attribution(lines: Sequence[_Line], at: int) -> int:
    """How many lines from here say "On ... X wrote:": 0, 1, or 2 where a mailer broke the line.

    Quoted lines must follow, or the words must be a mailer's: "La ministre a écrit :" introduces
    body text.
    """

    def attributes(text: str, width: int) -> bool:
        if not ATTRIBUTION.fullmatch(text):
            return False
        after = (line.text for line in lines[at + width :] if line.text.strip())
        return MAILED.search(text) is not None or next(after, "").startswith(">")

    text = _plain(lines[at].text)
    if attributes(text, 1):
        return 1
    broken = (
        at + 1 < len(lines)
        and lines[at + 1].block == lines[at].block
        and len(text) > 20
        and not text.endswith((".", "!", "?"))
    )
    if broken and ATTRIBUTION_START.match(text):
        return 2 if attributes(f"{text} {_plain(lines[at + 1].text)}", 2) else 0
    return 0


def _unsigned(lines: list[_Line]) -> list[_Line]:
    """The lines before the signature.

    It begins with a "-- " line, or with a sign-off that only short lines or a notice of secrecy
    follow.
    """
    below = sum(1 for line in lines if line.text.strip())
    for number, line in enumerate(lines):
        below -= bool(line.text.strip())
        if line.text in ("-- ", "--", "--\u00a0") and (line.text == "-- " or below <= 20):
            return lines[:number]
    for number in range(max(0, len(lines) - 20), len(lines)):
        rest = [after.text for after in lines[number + 1 :] if after.text.strip()]
        if _is_sign_off(lines[number].text.strip()) and _is_signature(rest):
            return lines[:number]
    end = len(lines)
    while end and (
        not lines[end - 1].text.strip() or DEVICE.fullmatch(_plain(lines[end - 1].text))
    ):
        end -= 1
    return lines[:end]


def _is_sign_off(text: str) -> bool:
    """Does the line end a letter, with a name or none?"""
    folded, offsets = fold_with_offsets(text)
    match = SIGN_OFF.match(folded)
    return match is not None and SIGNED.fullmatch(text, offsets[match.end()]) is not None


def _is_signature(lines: Sequence[str]) -> bool:
    """Are the lines below a sign-off few and short, up to a notice of secrecy, and no sentence?"""
    notices = (place for place, text in enumerate(lines) if DISCLAIMER.match(_plain(text)))
    until = next(notices, len(lines))
    return len(lines) <= 12 and all(
        len(text.split()) <= 9 and len(text) <= 80 and not SENTENCE.search(text)
        for text in lines[:until]
    )


def _blocks(lines: Sequence[_Line]) -> list[Block]:
    """Lines back in their blocks."""
    texts: dict[int, list[_Line]] = {}
    for line in lines:
        texts.setdefault(line.block, []).append(line)
    return [
        Block(part[0].level, text)
        for part in texts.values()
        if (text := "\n".join(line.text for line in part).strip("\n"))
    ]
