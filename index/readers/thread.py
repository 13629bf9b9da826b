"""Whose words are these? Parts the text of a mail into its own and what it forwards, without quotations and signatures.

Blocks in, (heading, blocks) out. Pure. Promise: what stays is word for word; forwarded text stands under a heading that
names its author; where a mark is doubtful, the text is kept.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.readers.content import Block

FORWARD_MARK = re.compile(
    r"[>\s]*[-_*]*\s*(?:message (?:transféré|réexpédié)|début du message (?:transféré|réexpédié)|forwarded message"
    r"|begin forwarded message|original message forwarded|message forwardé)\s*:?\s*[-_*]*\s*",
    re.I,
)
ORIGINAL_MARK = re.compile(
    r"[>\s]*[-_]{2,}\s*(?:message d['’]origine|message original|original message)\s*[-_]{2,}\s*",
    re.I,
)
HEADER = re.compile(
    r"[>\s*]*(?P<name>de|from|expéditeur|envoyé(?: le)?|sent|date|à|a|to|pour|cc|cci|bcc|copie à|objet|sujet|subject"
    r"|répondre à|reply-to|importance|pièces jointes|attachments)\s*\*?\s*:\s*\*?\s*(?:\|\s*)?(?P<value>.*)",
    re.I,
)
FRENCH = re.compile(r"de|expéditeur|envoyé.*|objet|sujet|à|répondre à|copie à", re.I)
ATTRIBUTION = re.compile(
    r"(?:le\s.{5,120}\sa\sécrit\s*:|on\s.{5,120}\swrote\s*:|.{3,60}\s(?:a écrit|wrote)\s*:)\s*",
    re.I,
)
SIGN_OFF = re.compile(
    r"(?:(?:bien|très|très bien)?\s*(?:cordialement|amicalement|sincèrement|respectueusement)(?:\s+(?:vôtre|à\s+(?:vous|tous)))?"
    r"|bien à (?:vous|toi|tous)|(?:meilleures|sincères|cordiales|sincères et cordiales) salutations"
    r"|salutations(?: distinguées)?|(?:best|kind|warm|kindest|warmest)\s+(?:regards|wishes)"
    r"|(?:with\s+)?(?:best\s+|kind\s+)?regards|yours\s+(?:sincerely|faithfully|truly)|sincerely(?:\s+yours)?|cheers"
    r"|(?:nous vous prions|je vous prie|veuillez)[^\n]{5,160}(?:salutations|considération|sentiments)[^\n]{0,60})"
    r"\s*[,.!]?(?:\s+(?:(?-i:[A-ZÀ-Þ])[\w'’.-]*\s*){1,4})?",
    re.I,
)
DEVICE = re.compile(
    r"(?:envoyé (?:de mon|depuis)|sent from (?:my|outlook)|télécharger outlook|obtenir outlook|get outlook for)\b.{0,60}",
    re.I,
)
DISCLAIMER = re.compile(
    r"(?:ce (?:message|courriel|mail)|cet? e-?mail|this (?:e-?mail|message))\b.{0,80}"
    r"(?:confidentiel|confidential|destinataire|intended)",
    re.I,
)
MAILED = re.compile(
    r"@|\b\d{1,2}[:h]\d\d\b"
)  # an address or an hour, as mailers name them and prose seldom does


class _Line(NamedTuple):
    """A line of a block: the block's place and level, and the words."""

    block: int
    level: int
    text: str


def own_and_forwarded(blocks: Sequence[Block], forwards: bool) -> list[tuple[str, list[Block]]]:
    """The parts of a mail in order: ("", its own words), then (heading, words) for each message that it forwards.

    `forwards`: its subject says so; then a message quoted below is one that it forwards, not one that it answers.
    """
    lines = [
        _Line(number, block.level, text)
        for number, block in enumerate(blocks)
        for text in block.text.split("\n")
    ]
    parts: list[tuple[str, list[_Line]]] = [("", [])]
    at = 0
    while at < len(lines):
        marked = FORWARD_MARK.fullmatch(lines[at].text) is not None
        begins = at + 1 if marked or ORIGINAL_MARK.fullmatch(lines[at].text) else at
        headers, after = _headers(lines, begins, bare=begins == at)
        if marked or headers or begins > at:
            if not (marked or forwards or parts[-1][0]) and parts[0][1]:
                break
            if lines[at].text.lstrip().startswith(">") or (
                begins < len(lines) and lines[begins].text.startswith(">")
            ):
                lines = [
                    *lines[:after],
                    *(line._replace(text=re.sub(r"^> ?", "", line.text)) for line in lines[after:]),
                ]
            in_french = (marked and re.search(r"transféré|réexpédié", lines[at].text, re.I)) or any(
                FRENCH.fullmatch(name) for name in headers
            )
            names = {name.lower().split()[0]: value for name, value in headers.items()}
            parts.append(
                (
                    _heading(
                        names.get("de") or names.get("from") or names.get("expéditeur", ""),
                        names.get("envoyé") or names.get("sent") or names.get("date", ""),
                        bool(in_french),
                    ),
                    [],
                )
            )
            at = after
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
    """The heading over a message that another one carries whole; French unless the subject forwards in English."""
    return _heading(name, date, not re.match(r"\s*fwd?\s*:", subject, re.I))


def _heading(name: str, date: str, in_french: bool) -> str:
    name = (
        re.sub(r"\s*(?:<[^>]*>?|\[mailto:[^\]]*\])", "", name).strip(" \"'*")[:100]
        or name.strip(" <>")[:100]
    )
    words = "Message transféré" if in_french else "Forwarded message"
    return (
        words
        + (f" {'de' if in_french else 'from'} {name}" if name else "")
        + (f", {date.strip(' *')[:60]}" if date.strip(" *") else "")
    )


def _headers(lines: Sequence[_Line], at: int, bare: bool) -> tuple[dict[str, str], int]:
    """The header lines that begin here (From and at least two others), and where they end; ({}, at) where there are none.

    Those that stand `bare`, with no line before them that announces a message, must begin with From, as Outlook's do.
    """
    found: dict[str, str] = {}
    end = at
    while end < len(lines) and (
        (not lines[end].text.strip(" >") and found) or (match := HEADER.fullmatch(lines[end].text))
    ):
        if lines[end].text.strip(" >"):
            found.setdefault(match["name"], match["value"])
        end += 1
    names = [name.lower() for name in found]
    if {"de", "from", "expéditeur"}.intersection(names[:1] if bare else names) and len(names) >= 3:
        return found, end
    return {}, at


def _attribution(lines: Sequence[_Line], at: int) -> int:
    """How many lines from here say "On ... X wrote:": 0, 1, or 2 where a mailer broke the line.

    Quoted lines must follow, or the words must be a mailer's: "La ministre a écrit :" introduces body text.
    """

    def attributes(text: str, width: int) -> bool:
        if not ATTRIBUTION.fullmatch(text):
            return False
        return MAILED.search(text) is not None or next(
            (line.text.startswith(">") for line in lines[at + width :] if line.text.strip()), False
        )

    text = lines[at].text.strip()
    if attributes(text, 1):
        return 1
    broken = (
        at + 1 < len(lines)
        and lines[at + 1].block == lines[at].block
        and len(text) > 20
        and not text.endswith((".", "!", "?"))
    )
    if broken and re.match(r"(?:le|on)\s", text, re.I):
        both = f"{text} {lines[at + 1].text.strip()}"
        if attributes(both, 2):
            return 2
    return 0


def _unsigned(lines: list[_Line]) -> list[_Line]:
    """The lines before the signature: a "-- " line, or a sign-off with nothing but short lines or a notice of secrecy after it."""
    for number, line in enumerate(lines):
        rest = [after.text for after in lines[number + 1 :] if after.text.strip()]
        if line.text in ("-- ", "--", "--\u00a0") and (line.text == "-- " or len(rest) <= 20):
            return lines[:number]
    for number in range(max(0, len(lines) - 20), len(lines)):
        rest = [after.text for after in lines[number + 1 :] if after.text.strip()]
        if SIGN_OFF.fullmatch(lines[number].text.strip()) and len(rest) <= 12:
            until = next(
                (place for place, text in enumerate(rest) if DISCLAIMER.match(text)), len(rest)
            )
            if all(
                len(text.split()) <= 9
                and len(text) <= 80
                and not re.search(r"[a-zà-ÿ]{2}[.!?]$", text)
                for text in rest[:until]
            ):
                return lines[:number]
    while lines and (not lines[-1].text.strip() or DEVICE.fullmatch(lines[-1].text.strip())):
        lines = lines[:-1]
    return lines


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
