"""Web pages (.html) and saved ones (.mhtml) -> Content.

Front matter and <meta name=...> are what the author states; <title> and the first <time> what the
page shows; <html lang> and the canonical address its own. Menus, footers and hidden text are left
out (index/readers/sections.py, furniture.py), and counted.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from index import audience
from index.describe import FrontMatter, front_matter, with_audience
from index.errors import Unreadable
from index.language.dates import as_date
from index.readers.characters import decode
from index.readers.content import Content
from index.readers.furniture import without_furniture
from index.readers.mail import WARNING, day_sent, is_cut_short
from index.readers.sections import html_blocks, sections_of, soup_of

# An XML declaration and comments, then a document type with an internal subset.
DEFINES_ENTITIES = re.compile(
    r"(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*-->)*<!DOCTYPE[^>\[]*\[", re.I | re.S
)
FRAMES = 3  # in frames
NO_TEXT = ("head", "script", "style", "template", "noscript")
# Where publishing programs state the day, beside "date".
PUBLISHED = (
    "article:published_time",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
)


def read_html(data: bytes) -> Content:
    """The content of a web page."""
    from bs4.dammit import EncodingDetector

    return _page(decode(data, EncodingDetector.find_declared_encoding(data, is_html=True)))


def read_mhtml(data: bytes) -> Content:
    """The content of a page that a browser or Word saved as one file."""
    message = message_from_bytes(data, policy=policy.default)
    page = _page(_saved(message))
    address = str(message["snapshot-content-location"] or "")
    own = {**page.own, "date": day_sent(message), "url": page.own["url"] or address}
    warnings = [*page.warnings, *([WARNING] if is_cut_short(message) else [])]
    return replace(page, own=own, warnings=warnings)


def saved_page(data: bytes) -> str:
    """The HTML of a page that was saved as one file. Raises `Unreadable` where there is none."""
    return _saved(message_from_bytes(data, policy=policy.default))


def page_body(html: str) -> str:
    """What stands in the body of a page, as HTML. Raises `Unreadable` if it defines entities."""
    _refuse_entities(html)
    body = soup_of(html).body
    return body.decode_contents() if body else ""


def _saved(message: EmailMessage) -> str:
    """The page, with the pages that stand in its frames."""
    pages = {
        place: part
        for part in message.walk()
        if part.get_content_type() == "text/html" and not part.is_multipart()
        for place in _places(part)
    }
    if not pages:
        raise Unreadable("it is no saved web page")
    return _with_frames(_html_of(next(iter(pages.values()))), pages)


def _places(part: EmailMessage) -> list[str]:
    """What a frame may name a part by."""
    named = str(part["content-id"] or "").strip(" <>")
    return [f"cid:{named}", str(part["content-location"] or "").strip()]


def _html_of(part: EmailMessage) -> str:
    payload = cast(bytes, part.get_payload(decode=True) or b"")
    return decode(payload, part.get_content_charset())


def _with_frames(html: str, pages: Mapping[str, EmailMessage], depth: int = 0) -> str:
    """The page with the body of each frame's page in its place; one that is not there stays."""
    if "<iframe" not in html.lower() or depth >= FRAMES:
        return html
    _refuse_entities(html)
    soup = soup_of(html)
    for frame in soup.find_all("iframe"):
        part = pages.get(str(frame.get("src", "")).strip() or "none")
        if part is not None:
            frame.name = "div"
            frame.clear()
            inside = soup_of(_with_frames(_html_of(part), pages, depth + 1)).body
            frame.extend(list(inside.children) if inside else [])
    return str(soup)


def _refuse_entities(html: str) -> None:
    if DEFINES_ENTITIES.match(html[:100_000]):
        raise Unreadable("it defines XML entities, which are never expanded")


def _page(text: str) -> Content:
    above = (
        front_matter(text) if text.lstrip().startswith(("---", "+++")) else FrontMatter({}, text)
    )
    text = above.body
    _refuse_entities(text)
    soup = soup_of(text)
    tags = [
        (attribute, str(tag[attribute]).lower(), str(tag.get("content", "")))
        for tag in soup.find_all("meta")
        for attribute in ("name", "property", "itemprop")
        if tag.get(attribute)
    ]
    pairs = [(key, value) for _, key, value in tags]
    named = {key: value for attribute, key, value in tags if attribute == "name"}
    published = {key: value for key, value in pairs if key in PUBLISHED and as_date(value)}
    if published and not as_date(named.get("date")):
        named["date"] = next(iter(published.values()))
    stated = with_audience(audience.stated([*above.stated.items(), *pairs]), named | above.stated)
    link = soup.find("link", rel="canonical")
    own = {
        "language": str(soup.html.get("lang", "") if soup.html else "")[:2].lower(),
        "url": str(link.get("href", "")) if link else "",
    }
    time = soup.find("time")
    shown = {
        "title": soup.title.get_text(strip=True) if soup.title else "",
        "date": str(time.get("datetime") or time.get_text(" ", strip=True)) if time else "",
    }
    aside = [line for foot in soup.find_all("footer") for line in foot.get_text("\n").split("\n")]
    warnings = [
        *above.warnings,
        *(
            f"a frame of the page is not read: {address[:100]}"
            for frame in soup.find_all("iframe")
            if re.match(r"https?:|cid:", address := str(frame.get("src", "")).strip())
        ),
    ]
    sections, left_out = _sections(soup)
    return Content(sections, stated, own, warnings, shown, left_out, aside=aside)


def _sections(soup) -> tuple[list, dict[str, int]]:
    """The sections of a page, and how many words of its frame were left out."""
    for tag in soup.find_all(NO_TEXT):
        tag.extract()
    before = len(soup.get_text(" ").split())
    blocks = list(html_blocks(soup))  # which takes menus, footers and hidden text out of the soup
    kept = without_furniture(blocks)
    frame = before - len(soup.get_text(" ").split())
    frame += sum(len(block.text.split()) for block in blocks)
    frame -= sum(len(block.text.split()) for block in kept)
    return list(sections_of(kept)), {"menus, footers and hidden text": frame}
