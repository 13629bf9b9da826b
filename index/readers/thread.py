"""Whose words are these? Parts the text of a mail into its own and what it forwards.

Blocks in, (heading, blocks) out, without quotations and signatures. Pure. Promise: what stays is
word for word; forwarded text stands under a heading that names its author; where a mark is
doubtful, the text is kept.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from index.language import lists
from index.language.dates import DATES, YEARLESS
from index.language.fold import fold, fold_with_offsets
from index.language.sentences import LIST_MARKER
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
NOTICE = re.compile(rf"\W*{lists.forms('mail.notices')}")
LINE = re.compile(r"[\W_]*")  # nothing but a rule or a picture sign
HOUSE = lists.forms("furniture.house_numbers")
CONTACT = re.compile(
    r"@|https?:|www\.|\+?\d(?:[ .()-]{0,2}\d){7,}|\b(?:f-)?\d{5} [a-z]"
    rf"|\b\d{{1,4}}(?: ?{HOUSE})?,? {lists.forms('furniture.streets')}\b"
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
FIGURE = re.compile(r"\d")
MONEY = re.compile(rf"\d ?(?:[%€$£]|[km]€|{lists.forms('numbers.units.EUR')}\b)")
# Figures of an address: "BP 12", "3e etage", "75008 Paris", "CS 40012".
PLACE = re.compile(rf"\b\d{{4,5}} [a-z]|{lists.forms('mail.places')}")
LONGEST_NOTICE = 40  # lines
MOST_HEADERS = 40  # lines; or a mail of nothing but header lines is read again from each of them
WORD = re.compile(r"[a-z]+")  # on folded text
# A list, what leads up to one, or a postscript.
SAYS_MORE = re.compile(rf"{LIST_MARKER}|p\.? ?s\.? ?[:.-]|.*[^:]{{3}} ?:$")
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


def own_and_forwarded(
    blocks: Sequence[Block], forwards: bool, sender: str = "", left_out: Counter[str] | None = None
) -> list[tuple[str, list[Block]]]:
    """The parts of a mail in order: ("", its own words), then (heading, words) of each forwarded.

    `forwards`: its subject says so; then a message quoted below is one that it forwards, not one
    that it answers. `sender`: whose signature is below. `left_out` gets the number of words that
    were left out.
    """
    lines = [
        _Line(number, block.level, text)
        for number, block in enumerate(blocks)
        for text in block.text.split("\n")
    ]
    counts = Counter[str]() if left_out is None else left_out
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
            if lines[at].text.lstrip().startswith(">"):
                counts["quoted mail"] += len(lines[at].text.split()) - 1
            else:
                parts[-1][1].append(lines[at])
            at += 1
    counts["quoted mail"] += _words(lines[at:])
    found = []
    for heading, part in parts:
        kept = _unsigned(part, "" if heading else sender)
        counts["signatures and notices"] += _words(part) - _words(kept)
        if as_blocks := _blocks(kept):
            found.append((heading, as_blocks))
    return found


def is_signature(lines: Sequence[str], with_contact: bool = False) -> bool:
    """Are these lines few and short, with no sentence, date or figure among them?

    Lines with an address or a number may be longer; notices of secrecy below do not count.
    `with_contact`: only if there is such a line.
    """
    written = [_Line(number, 0, text) for number, text in enumerate(lines) if text.strip()]
    own = written[: _without_notices(written)]
    if any(_holds_facts(line.text) for line in own):
        return False
    if with_contact and not any(CONTACT.search(_plain(line.text)) for line in own):
        return False
    return len(own) <= 12 and all(
        not (_is_sentence(line.text) or SAYS_MORE.match(_plain(line.text)))
        and (
            (len(line.text.split()) <= 9 and len(line.text) <= 80)
            or (len(line.text) <= 160 and CONTACT.search(_plain(line.text)) is not None)
        )
        for line in own
    )


def _holds_facts(text: str) -> bool:
    """Does the line hold a day, or a figure that is of no address and no telephone?"""
    line = _plain(text)
    placed = PLACE.sub(" ", line)
    if MONEY.search(placed) or any(form.search(line) for form in DATES):
        return True
    if any(form.search(CONTACT.sub(" ", line)) for form in YEARLESS):
        return True
    return not CONTACT.search(line) and FIGURE.search(placed) is not None


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


def _unsigned(lines: list[_Line], sender: str) -> list[_Line]:
    """The lines before the signature, and without the notices of secrecy below.

    It begins with a "-- " line, or with a sign-off or the sender's name that only what makes up a
    signature follows.
    """
    lines = lines[: _without_notices(lines)]
    written = [number for number, line in enumerate(lines) if line.text.strip()]
    table = max((number for number in written if lines[number].level < 0), default=-1)
    first = sum(number < table for number in written)
    mark = _signature_mark([lines[number].text for number in written], first)
    if mark is not None:
        return lines[: _without_notices(lines[: written[mark]])]
    name = set(WORD.findall(fold(sender)))
    for place in range(max(0, len(written) - 20), len(written)):
        if written[place] < table:
            continue
        if place and lines[written[place - 1]].text.rstrip().endswith(":"):
            continue  # what it leads up to follows
        text = lines[written[place]].text.strip()
        rest = [lines[after].text for after in written[place + 1 :]]
        if (_is_sign_off(text) or _is_name(text, name, rest)) and is_signature(rest):
            return lines[: written[place]]
    return lines


def _signature_mark(texts: Sequence[str], first: int) -> int | None:
    """The first "-- " line from `first` on below which a signature stands.

    That is few lines, or no text of its own: lists, sentences. Some write their whole mail below.
    """
    found, told = None, 0
    for place in range(len(texts) - 1, first - 1, -1):
        text, below = texts[place], len(texts) - place - 1
        if (text == "-- " or (text in ("--", "--\u00a0") and below <= 20)) and (
            place or is_signature(texts[1:])
        ):
            found = place
        told += (re.match(LIST_MARKER, text.strip()) is not None) + _is_sentence(text)
        if told >= 2 or _holds_facts(text):
            break
    return found


def _without_notices(lines: Sequence[_Line]) -> int:
    """How many lines there are without the notices of secrecy, and of telephones, at the end."""
    end = len(lines)
    while end:
        begin = end - 1
        while (
            begin
            and end - begin < LONGEST_NOTICE
            and lines[begin - 1].block == lines[end - 1].block
        ):
            begin -= 1
        notice = next(
            (
                number
                for number in range(begin, end)
                if not LINE.fullmatch(lines[number].text)
                and NOTICE.match(_plain(" ".join(line.text for line in lines[number:end])[:600]))
            ),
            end,
        )
        last = _plain(lines[end - 1].text)
        if notice < end:
            end = notice
        elif LINE.fullmatch(last) or DEVICE.fullmatch(last):
            end -= 1
        else:
            break
    return end


def _is_name(text: str, name: set[str], rest: Sequence[str]) -> bool:
    """Is the line the sender's name, or one word of it over an address or at the very end?"""
    words = set(WORD.findall(fold(text)))
    if not words or not words <= name:
        return False
    return len(words) > 1 or not rest or any(CONTACT.search(_plain(line)) for line in rest)


def _is_sentence(text: str) -> bool:
    """Does the line end one? "PME." does where the line is long; "S.A." alone does not."""
    text = text.strip()
    return SENTENCE.search(text[-3:]) is not None or (
        text.endswith((".", "!", "?")) and len(text.split()) >= 6
    )


def _words(lines: Sequence[_Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def _is_sign_off(text: str) -> bool:
    """Does the line end a letter, with a name or none?"""
    folded, offsets = fold_with_offsets(text)
    match = SIGN_OFF.match(folded)
    return match is not None and SIGNED.fullmatch(text, offsets[match.end()]) is not None


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
