"""Mail (.eml, Outlook .msg) -> Content. Owns the standard library's mail parser and python-oxmsg.

Subject and date are the message's own title and date. What it forwards is kept under a heading that
says whose words they are; invitations are read; signatures, notices of secrecy and quoted earlier
mails are left out (index/readers/thread.py); attachments are given as they came. Promise: what is
cut short is read as far as it goes, with a warning.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import (
    CloseBoundaryNotFoundDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime
from mimetypes import guess_extension
from typing import cast

from index.errors import Unreadable
from index.language import lists
from index.language.fold import fold
from index.readers.characters import decode, visible
from index.readers.content import Attached, Block, Content
from index.readers.events import classes_of, event_blocks
from index.readers.furniture import without_furniture
from index.readers.sections import html_blocks, sections_of, soup_of, text_blocks
from index.readers.thread import forwarded_heading, is_signature, own_and_forwarded

HEADERS = ("from", "date", "subject", "received", "message-id", "mime-version")
CUT_SHORT = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect, NoBoundaryInMultipartDefect)
WARNING = "it is cut short or its parts are not marked; what is there is read"
# The line that begins a part, where the header names another one or none.
BOUNDARY = re.compile(rb"^--(?P<name>[^\s-][^\r\n]{0,69}?)[ \t]*\r?\n(?=content-)", re.M | re.I)
STRUCTURE = re.compile(
    r"<(?:h[1-6]|li|th)\b|<table\b(?!.*<table\b.{0,200}role=.presentation)", re.I
)
FORWARD = re.compile(rf" *{lists.forms('mail.forward_subjects')} *:")
NO_ATTACHMENTS = ("application/pgp-signature", "application/pkcs7-signature", "text/x-amp-html")
# What mailers write into plain text for a link or a picture.
LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^<>]{1,2000}>|\[(?:cid:|image ?:)[^\]\n]{0,300}\]")
OPEN = ("", "normal", "none", "public")  # of Sensitivity and CLASS
SENSITIVITY = 0x0036  # in Outlook's own files
SENSITIVITIES = {1: "Personal", 2: "Private", 3: "Company-Confidential"}
SHORT_NAME = 0x3704  # of an attachment, where Outlook wrote no long one
DEPTH = 10  # messages forwarded in messages


@dataclass
class _Found:
    """What a message holds, gathered part by part; what is inside others is added to theirs."""

    bodies: list[tuple[str, str]] = field(default_factory=list)  # (html or plain, text)
    events: list[str] = field(default_factory=list)
    forwarded: list[EmailMessage] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)  # of the invitations
    attached: list[Attached] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def inside(self) -> "_Found":
        """For the parts of a part: text of its own, attachments and reports in common."""
        return _Found(
            classes=self.classes,
            attached=self.attached,
            warnings=self.warnings,
            left_out=self.left_out,
        )


def read_eml(data: bytes) -> Content:
    """The content of a mail file."""
    message = message_from_bytes(data, policy=policy.default)
    if not any(_header(message, name) for name in HEADERS):
        raise Unreadable("it is no e-mail message")
    message = _with_its_parts(message, data)
    found = _Found()
    if is_cut_short(message):
        found.warnings.append(WARNING)
    blocks = list(_message_blocks(message, found, 0))
    if not blocks and not found.attached and found.warnings:
        raise Unreadable("it is cut short: a part of the message is missing")
    return Content(
        list(sections_of(blocks)),
        own=_secrecy([*_sensitivities(message), *found.classes]),
        shown={"title": _header(message, "subject"), "date": day_sent(message)},
        warnings=found.warnings,
        left_out=found.left_out,
        attached=found.attached,
        aside=[_header(inner, "subject") for inner in _messages(message)],
    )


def read_msg(data: bytes) -> Content:
    """The content of an Outlook message file."""
    from oxmsg import Message

    message = Message.load(io.BytesIO(data))
    html, plain = message.html_body, message.body
    if not html and not (plain or "").strip() and b"_\x001\x000\x000\x009\x000" in data:
        raise Unreadable(
            "its text is in Outlook's RTF form only, which is not read; save the message as .eml"
        )
    subject = message.subject or ""
    found = _Found([("html", html)] if html else [])
    if plain:
        found.bodies.append(("plain", plain.replace("\r\n", "\n")))
    found.bodies = _chosen(found.bodies)
    sent = _iso(message.message_headers.get("Date", ""))
    if not sent and message.sent_date:
        sent = message.sent_date.date().isoformat()
    for number, attachment in enumerate(message.attachments, 1):
        named = attachment.file_name or attachment.properties.str_prop_value(SHORT_NAME)
        name = _file_name(named, attachment.mime_type or "", number)
        found.attached.append(Attached(name, attachment.file_bytes or b""))
    sender = parseaddr(message.message_headers.get("From", "") or "")[0]
    return Content(
        list(sections_of(_body_blocks(found, subject, sender))),
        own=_secrecy([SENSITIVITIES.get(message.properties.int_prop_value(SENSITIVITY) or 0, "")]),
        shown={"title": subject, "date": sent},
        left_out=found.left_out,
        attached=found.attached,
    )


def _messages(message: EmailMessage) -> Iterator[EmailMessage]:
    """The message and those in it."""
    yield message
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            yield cast(EmailMessage, part.get_payload(0))


def _sensitivities(message: EmailMessage) -> Iterator[str]:
    """What the messages' headers say of who may read them (RFC 4021)."""
    return (_header(inner, "sensitivity") for inner in _messages(message))


def _secrecy(said: Iterable[str]) -> dict[str, str]:
    """What a mail or an invitation says of its secrecy, as its audience: no word of ours."""
    secret = next((value for value in said if fold(value).strip() not in OPEN), "")
    return {"audience": secret} if secret else {}


def day_sent(message: EmailMessage) -> str:
    """The day of a message's Date header, where it was sent; "" for none."""
    return _iso(_header(message, "date"))


def is_cut_short(message: EmailMessage) -> bool:
    """Is a part missing, or not told from the next one?"""
    return any(isinstance(defect, CUT_SHORT) for part in message.walk() for defect in part.defects)


def _with_its_parts(message: EmailMessage, data: bytes) -> EmailMessage:
    """The message, parsed anew by the line that parts it where its header names none of its own."""
    lost = (StartBoundaryNotFoundDefect, NoBoundaryInMultipartDefect)
    if not any(isinstance(defect, lost) for defect in message.defects):
        return message
    match = BOUNDARY.search(data)
    kind = "text/plain"  # one part, whatever the header says
    if match:
        kind = f'{message.get_content_type()}; boundary="{match["name"].decode("latin-1")}"'
    # Of two headers of one name the first counts.
    again = message_from_bytes(
        f"Content-Type: {kind}\n".encode("latin-1") + data, policy=policy.default
    )
    again.defects += message.defects
    return again


def _message_blocks(message: EmailMessage, found: _Found, depth: int) -> Iterator[Block]:
    """The blocks of a message, whose parts are gathered in `found`, and of those in it."""
    _gather(message, found)
    yield from _body_blocks(found, _header(message, "subject"), _sender(message))
    for inner in found.forwarded:
        if depth >= DEPTH:
            found.warnings.append(f"messages forwarded in more than {DEPTH} messages are not read")
            return
        yield Block(
            1,
            forwarded_heading(
                _header(inner, "from"), _header(inner, "date"), _header(message, "subject")
            ),
        )
        yield from map(_below, _message_blocks(inner, found.inside(), depth + 1))


def _gather(part: MIMEPart, found: _Found) -> None:
    """Sort the parts of a message into bodies, forwarded messages, invitations and attachments.

    Of alternatives, one is taken; an invitation is none of them.
    """
    kind = part.get_content_type()
    if kind == "message/rfc822" and part.is_multipart():
        found.forwarded.append(cast(EmailMessage, part.get_payload(0)))
    elif kind == "multipart/alternative" and part.is_multipart():
        inner = found.inside()
        for alternative in part.iter_parts():
            _gather(alternative, inner)
        found.bodies += _chosen(inner.bodies)
        found.events += inner.events
        found.forwarded += inner.forwarded
    elif part.is_multipart():
        for inner_part in part.iter_parts():
            _gather(inner_part, found)
    elif part.get_content_maintype() == "multipart":  # without a mark between its parts
        found.bodies.append(("plain", decode(cast(bytes, part.get_payload(decode=True) or b""))))
    else:
        _gather_leaf(part, kind, found)


def _gather_leaf(part: MIMEPart, kind: str, found: _Found) -> None:
    is_attached = part.get_content_disposition() == "attachment"
    payload = cast(bytes, part.get_payload(decode=True) or b"")
    name = part.get_filename() or ""
    if kind in ("text/calendar", "application/ics") or name.lower().endswith(".ics"):
        event = decode(payload, part.get_content_charset())
        found.classes += classes_of(event)
        if event not in found.events:  # which many programs send twice, inside and attached
            found.events.append(event)
    elif kind in ("text/plain", "text/html") and not is_attached:
        found.bodies.append((kind.partition("/")[2], decode(payload, part.get_content_charset())))
    else:
        is_picture = part.get_content_maintype() == "image"
        inline_image = is_picture and part.get("content-id") and not is_attached
        if not inline_image and kind not in NO_ATTACHMENTS:
            name = _file_name(name, kind, len(found.attached) + 1)
            found.attached.append(Attached(name, payload))


def _file_name(name: str | None, kind: str, number: int) -> str:
    """The name of an attachment, safe as a part of a path: on one line, no folder, not hidden."""
    plain = " ".join(visible(name or "").split()).replace("\\", "/").rpartition("/")[2]
    plain = re.sub(r"[^\w .,;'’()\[\]&+=@#°-]", "_", plain).lstrip(". ")
    stem, dot, suffix = plain.rpartition(".")
    if not dot or not stem:
        stem, suffix = plain or f"attachment {number}", (guess_extension(kind) or "")[1:]
    return f"{stem[:120]}.{suffix[:12]}" if suffix else stem[:120]


def _sender(message: EmailMessage) -> str:
    return parseaddr(_header(message, "from"))[0]


def _chosen(bodies: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of the forms of one text, HTML where it has more structure or the plain one is a stub."""
    html = next((body for body in bodies if body[0] == "html"), None)
    plain = next((body for body in bodies if body[0] == "plain" and body[1].strip()), None)
    if html is None or plain is None:
        return [body for body in (html or plain,) if body]
    stub = len(plain[1]) < 0.4 * len(soup_of(html[1][:2_000_000]).get_text(" ", strip=True))
    return [html if stub or STRUCTURE.search(html[1]) else plain]


def _body_blocks(found: _Found, subject: str, sender: str) -> Iterator[Block]:
    """The blocks of a message's text: its own words, then what it forwards under its headings.

    Its invitations come last.
    """
    blocks: list[Block] = []
    plain = True
    for kind, text in found.bodies:
        if kind == "html":
            plain = False
            soup = soup_of(text)
            _quoted(soup, found.left_out)
            blocks += _without_links(html_blocks(soup), found.left_out)
        else:
            paragraphs = re.split(r"\n[ \t]*\n", LINK.sub("", visible(text)))
            found.left_out["links"] += len(LINK.findall(text))
            blocks += [Block(0, paragraph) for paragraph in paragraphs if paragraph.strip()]
    forwards = FORWARD.match(fold(subject)) is not None
    for heading, part in own_and_forwarded(blocks, forwards, sender, found.left_out):
        kept = without_furniture(part)
        found.left_out["menus, footers and hidden text"] += _words(part) - _words(kept)
        if heading and kept:
            yield Block(1, heading)
        if plain:
            kept = text_blocks("\n\n".join(block.text for block in kept))
        for block in kept:
            yield _below(block) if heading else block
    for event in found.events:
        yield from event_blocks(event)


def _words(blocks: list[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)


def _without_links(blocks: Iterator[Block], left_out: Counter[str]) -> Iterator[Block]:
    """The blocks without addresses in angle brackets; none that was nothing else."""
    for block in blocks:
        text, links = LINK.subn("", block.text)
        left_out["links"] += links
        if not links or text.strip():
            yield block._replace(text=text.strip()) if links else block


def _below(block: Block) -> Block:
    """The block a level down, under the heading of a forwarded message."""
    return block._replace(level=min(6, block.level + 1)) if block.level > 0 else block


def _quoted(soup, left_out: Counter[str]) -> None:
    """Take signatures out of an HTML mail, and mark its quotations with "> " as plain mail does.

    What a mailer calls a signature is one only if it reads like one: some write their mail in it.
    """
    for signature in soup.select(
        ".gmail_signature, .moz-signature, #Signature, #ms-outlook-mobile-signature"
    ):
        if signature.decomposed or not signature.parent:
            continue
        text = str(signature)
        lines = [line for block in html_blocks(soup_of(text)) for line in block.text.split("\n")]
        is_all = signature.get_text(strip=True) == soup.get_text(strip=True)
        if not signature.find(["li", "th"]) and is_signature(lines, with_contact=is_all):
            left_out["signatures and notices"] += sum(len(line.split()) for line in lines)
            signature.extract()
    for quote in soup.select('blockquote[type="cite"], blockquote.gmail_quote'):
        if quote.find_parent(["blockquote"]) is None:
            lines = [
                line
                for block in html_blocks(soup_of(str(quote)))
                for line in ("", *block.text.split("\n"))
            ][1:]
            quote.name = "div"
            quote.clear()
            for number, line in enumerate(lines):
                if number:
                    quote.append(soup.new_tag("br"))
                quote.append(f"> {line}")


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; one in raw bytes, or a malformed one, as far as it can be read."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
    try:
        if not str(raw).isascii():
            data = re.sub(r"\r?\n", "", str(raw)).encode("utf-8", "surrogateescape")
            return " ".join(visible(str(policy.default.header_factory(name, decode(data)))).split())
        return " ".join(visible(str(message.get(name, ""))).split())
    # What the standard library's header parser raises on broken headers.
    except (ValueError, LookupError, AttributeError, OverflowError):
        return " ".join(visible(str(raw)).split())


def _iso(date: str) -> str:
    """The day of a Date header, where it was sent."""
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
