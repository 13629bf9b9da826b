"""Mail (.eml, Outlook .msg) -> Content. Owns the standard library's mail parser and python-oxmsg.

Subject and date are the message's own title and date. What it forwards is kept under a heading that
says whose words they are; signatures and quoted earlier mails are left out
(index/readers/thread.py); attachments are named in a warning, not read.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from typing import cast

from index.errors import Unreadable
from index.language import lists
from index.language.fold import fold
from index.readers.characters import decode
from index.readers.content import Block, Content
from index.readers.furniture import without_furniture
from index.readers.sections import html_blocks, sections_of, soup_of, text_blocks
from index.readers.thread import forwarded_heading, own_and_forwarded

HEADERS = ("from", "date", "subject", "received", "message-id", "mime-version")
CUT_SHORT = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)
STRUCTURE = re.compile(
    r"<(?:h[1-6]|li|th)\b|<table\b(?!.*<table\b.{0,200}role=.presentation)", re.I
)
FORWARD = re.compile(rf" *{lists.forms('mail.forward_subjects')} *:")
NO_ATTACHMENTS = ("application/pgp-signature", "application/pkcs7-signature", "text/x-amp-html")
DEPTH = 10  # messages forwarded in messages


@dataclass
class _Found:
    """What a message holds, gathered part by part."""

    bodies: list[tuple[str, str]] = field(default_factory=list)  # (html or plain, text)
    forwarded: list[EmailMessage] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)


def read_eml(data: bytes) -> Content:
    """The content of a mail file."""
    message = message_from_bytes(data, policy=policy.default)
    if not any(message[name] for name in HEADERS):
        raise Unreadable("it is no e-mail message")
    if any(isinstance(defect, CUT_SHORT) for part in message.walk() for defect in part.defects):
        raise Unreadable("it is cut short: a part of the message is missing")
    attached: list[str] = []
    blocks = list(_message_blocks(message, attached, 0))
    return Content(
        list(sections_of(blocks)),
        own={"title": _header(message, "subject"), "date": _iso(_header(message, "date"))},
        warnings=[f"attachment not read: {name}" for name in attached],
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
    sent = _iso(message.message_headers.get("Date", ""))
    if not sent and message.sent_date:
        sent = message.sent_date.date().isoformat()
    attached = [attachment.file_name or "without a name" for attachment in message.attachments]
    return Content(
        list(sections_of(_body_blocks(_chosen(found.bodies), subject))),
        own={"title": subject, "date": sent},
        warnings=[f"attachment not read: {name}" for name in attached],
    )


def _message_blocks(message: EmailMessage, attached: list[str], depth: int) -> Iterator[Block]:
    found = _Found()
    _gather(message, found)
    attached += found.attached
    yield from _body_blocks(found.bodies, _header(message, "subject"))
    for inner in found.forwarded:
        if depth >= DEPTH:
            raise Unreadable(f"it forwards messages in more than {DEPTH} messages")
        yield Block(
            1,
            forwarded_heading(
                _header(inner, "from"), _header(inner, "date"), _header(message, "subject")
            ),
        )
        yield from map(_below, _message_blocks(inner, attached, depth + 1))


def _gather(part: MIMEPart, found: _Found) -> None:
    """Sort the parts of a message into bodies, forwarded messages and attachments.

    Of alternatives, one is taken.
    """
    kind = part.get_content_type()
    if kind == "message/rfc822" and part.is_multipart():
        found.forwarded.append(cast(EmailMessage, part.get_payload(0)))
    elif kind == "multipart/alternative" and part.is_multipart():
        inner = _Found(forwarded=found.forwarded, attached=found.attached)
        for alternative in part.iter_parts():
            _gather(alternative, inner)
        found.bodies += _chosen(inner.bodies)
    elif part.is_multipart():
        for inner_part in part.iter_parts():
            _gather(inner_part, found)
    elif part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
        inline_image = (
            part.get_content_maintype() == "image"
            and part.get("content-id")
            and part.get_content_disposition() != "attachment"
        )
        if not inline_image and kind not in NO_ATTACHMENTS:
            found.attached.append(" ".join((part.get_filename() or kind).split())[:200])
    else:
        payload = cast(bytes, part.get_payload(decode=True) or b"")
        found.bodies.append((kind.partition("/")[2], decode(payload, part.get_content_charset())))


def _chosen(bodies: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of the forms of one text, HTML where it has more structure or the plain one is a stub."""
    html = next((body for body in bodies if body[0] == "html"), None)
    plain = next((body for body in bodies if body[0] == "plain" and body[1].strip()), None)
    if html is None or plain is None:
        return [body for body in (html or plain,) if body]
    stub = len(plain[1]) < 0.4 * len(soup_of(html[1][:2_000_000]).get_text(" ", strip=True))
    return [html if stub or STRUCTURE.search(html[1]) else plain]


def _body_blocks(bodies: list[tuple[str, str]], subject: str) -> Iterator[Block]:
    """The blocks of a message's text: its own words, then what it forwards under its headings."""
    blocks: list[Block] = []
    plain = True
    for kind, text in bodies:
        if kind == "html":
            plain = False
            soup = soup_of(text)
            _quoted(soup)
            blocks += html_blocks(soup)
        else:
            blocks += [
                Block(0, paragraph)
                for paragraph in re.split(r"\n[ \t]*\n", text)
                if paragraph.strip()
            ]
    forwards = FORWARD.match(fold(subject)) is not None
    for heading, part in own_and_forwarded(blocks, forwards):
        kept = without_furniture(part)
        if heading and kept:
            yield Block(1, heading)
        if plain:
            kept = text_blocks("\n\n".join(block.text for block in kept))
        for block in kept:
            yield _below(block) if heading else block


def _below(block: Block) -> Block:
    """The block a level down, under the heading of a forwarded message."""
    return block._replace(level=min(6, block.level + 1)) if block.level > 0 else block


def _quoted(soup) -> None:
    """Take signatures out of an HTML mail, and mark its quotations with "> " as plain mail does."""
    for signature in soup.select(
        ".gmail_signature, .moz-signature, #Signature, #ms-outlook-mobile-signature"
    ):
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
    """A header as text; a malformed one as far as it can be read."""
    try:
        return " ".join(str(message.get(name, "")).split())
    # What the standard library's header parser raises on broken headers.
    except (ValueError, LookupError, AttributeError):
        raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
        return " ".join(str(raw).split())


def _iso(date: str) -> str:
    """The day of a Date header, where it was sent."""
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
