"""Invitations (text/calendar parts of a mail, .ics) -> blocks: what, when, where, and on what.

RFC 5545, as far as a reader sees it: SUMMARY, DTSTART, DTEND, LOCATION, DESCRIPTION, and whether
the event was called off. Dates are written as ISO 8601 has them, with the zone that they are in.
"""

import re
from collections.abc import Iterator

from index.language.detect import language_of
from index.readers.content import Block

FOLD = re.compile(r"\n[ \t]")
NAMES = ("SUMMARY", "STATUS", "DTSTART", "DTEND", "DUE", "LOCATION", "DESCRIPTION")
PROPERTY = re.compile(
    rf"(?P<name>{'|'.join(NAMES)})(?P<parameters>(?:;[^:;\"\n]*(?:\"[^\"\n]*\")?)*):(?P<value>.*)"
)
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?")
ZONE = re.compile(r'TZID="?([^";:]+)')
CANCELLATION = re.compile(r"^METHOD:CANCEL\s*$", re.M | re.I)
CLASS = re.compile(r"^CLASS(?:;[^:\n]*)?:(.*)$", re.M | re.I)
ESCAPED = re.compile(r"\\([\\;,nN])")
COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
LABELS = {
    "fr": {"DTSTART": "Début", "DTEND": "Fin", "DUE": "Échéance", "LOCATION": "Lieu"},
    "en": {"DTSTART": "Start", "DTEND": "End", "DUE": "Due", "LOCATION": "Place"},
}
CALLED_OFF = {"fr": "Annulé", "en": "Cancelled"}


def event_blocks(text: str) -> Iterator[Block]:
    """The blocks of a calendar: each event under its summary."""
    event: dict[str, str] | None = None
    called_off = {"STATUS": "CANCELLED"} if CANCELLATION.search(text) else {}
    inside = ""  # of an event: an alarm, which repeats its properties
    for line in FOLD.sub("", text).split("\n"):
        key, _, value = line.strip().partition(":")
        if key.upper() == "BEGIN":
            if value.upper() in COMPONENTS:
                event = {**called_off}
            elif event is not None:
                inside = inside or value.upper()
        elif key.upper() == "END":
            if value.upper() in COMPONENTS and event is not None:
                yield from _blocks(event)
                event = None
            elif value.upper() == inside:
                inside = ""
        elif event is not None and not inside and (match := PROPERTY.match(line.strip())):
            event.setdefault(match["name"], _value(match).strip())
    if event:  # of a calendar that is cut short
        yield from _blocks(event)


def classes_of(text: str) -> list[str]:
    """What a calendar says of who may see its events: "CONFIDENTIAL", "PRIVATE"."""
    return [value.strip() for value in CLASS.findall(FOLD.sub("", text))]


def _value(match: re.Match[str]) -> str:
    if match["name"].startswith(("DT", "DUE")):
        return _shown(match["value"], match["parameters"])
    return ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], match["value"])


def _shown(value: str, parameters: str) -> str:
    """A date as ISO 8601, with its hour and zone: "2023-03-22, 14:00 (Europe/Paris)"."""
    match = TIME.match(value)
    if match is None:
        return value
    year, month, day, hour, minute, utc = match.groups()
    zone = "UTC" if utc else named[1] if (named := ZONE.search(parameters)) else ""
    at = f", {hour}:{minute}" + (f" ({zone})" if zone else "") if hour else ""
    return f"{year}-{month}-{day}{at}"


def _blocks(event: dict[str, str]) -> Iterator[Block]:
    language = language_of(f"{event.get('SUMMARY', '')}\n{event.get('DESCRIPTION', '')}")
    if title := event.get("SUMMARY"):
        yield Block(1, " ".join(title.split()))
    if event.get("STATUS", "").upper() == "CANCELLED":
        yield Block(0, CALLED_OFF[language])
    for name, label in LABELS[language].items():
        if event.get(name):
            yield Block(
                0, f"{label} : {event[name]}" if language == "fr" else f"{label}: {event[name]}"
            )
    for paragraph in re.split(r"\n[ \t]*\n", event.get("DESCRIPTION", "")):
        if paragraph.strip():
            yield Block(0, paragraph.strip("\n"))
