"""Invitations (text/calendar parts of a mail, .ics) -> blocks: what, when, where, and on what.

RFC 5545, as far as a reader sees it: SUMMARY, DTSTART, DTEND or DURATION, RRULE, LOCATION,
DESCRIPTION, and whether the event was called off. Dates are written as ISO 8601 has them, with the
zone that they are in. Promise: of an event of whole days, the end is its last day.
"""

import datetime
import re
from collections.abc import Iterator

from index.language.detect import language_of
from index.readers.content import Block

FOLD = re.compile(r"\n[ \t]")
NAMES = (
    *("SUMMARY", "STATUS", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "LOCATION"),
    "DESCRIPTION",
)
PROPERTY = re.compile(
    rf"(?P<name>{'|'.join(NAMES)})(?P<parameters>(?:;[^:;\"\n]*(?:\"[^\"\n]*\")?)*):(?P<value>.*)"
)
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?")
ZONE = re.compile(r'TZID="?([^";:]+)')
CANCELLATION = re.compile(r"^METHOD:CANCEL\s*$", re.M | re.I)
CLASS = re.compile(r"^CLASS(?:;[^:\n]*)?:(.*)$", re.M | re.I)
ESCAPED = re.compile(r"\\([\\;,nN])")
COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL")
WHOLE_DAYS = re.compile(r"\d{8}$")
PERIOD = re.compile(
    r"\+?P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?"
    r"(?:\d+S)?)?"
)
LABELS = {
    "fr": {
        "DTSTART": "Début",
        "DTEND": "Fin",
        "DURATION": "Durée",
        "RRULE": "Répétition",
        "DUE": "Échéance",
        "LOCATION": "Lieu",
    },
    "en": {
        "DTSTART": "Start",
        "DTEND": "End",
        "DURATION": "Duration",
        "RRULE": "Repeats",
        "DUE": "Due",
        "LOCATION": "Place",
    },
}
UNITS = {
    "fr": {"weeks": "semaine(s)", "days": "jour(s)", "hours": "h", "minutes": "min"},
    "en": {"weeks": "week(s)", "days": "day(s)", "hours": "h", "minutes": "min"},
}
EVERY = {
    "fr": {
        "DAILY": "tous les {n}jours",
        "WEEKLY": "toutes les {n}semaines",
        "MONTHLY": "tous les {n}mois",
        "YEARLY": "tous les {n}ans",
    },
    "en": {
        "DAILY": "every {n}day(s)",
        "WEEKLY": "every {n}week(s)",
        "MONTHLY": "every {n}month(s)",
        "YEARLY": "every {n}year(s)",
    },
}
TIMES = {"fr": ("{n} fois", "jusqu'au {day}"), "en": ("{n} times", "until {day}")}
DAYS = {
    "fr": dict(
        MO="lundi", TU="mardi", WE="mercredi", TH="jeudi", FR="vendredi", SA="samedi", SU="dimanche"
    ),
    "en": dict(
        MO="Monday",
        TU="Tuesday",
        WE="Wednesday",
        TH="Thursday",
        FR="Friday",
        SA="Saturday",
        SU="Sunday",
    ),
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
    if match["name"] in ("DTSTART", "DTEND", "DUE"):
        if match["name"] == "DTEND" and WHOLE_DAYS.match(match["value"].strip()):
            return _day_before(match["value"].strip())
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


def _day_before(value: str) -> str:
    """The last day of an event of whole days, whose end is the first day that is not of it."""
    try:
        day = datetime.date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return value
    return (day - datetime.timedelta(days=1)).isoformat()


def _said(name: str, value: str, language: str) -> str:
    """A duration or a repetition in words; what is not understood, as it was written."""
    if name == "DURATION" and (match := PERIOD.fullmatch(value)) and any(match.groups()):
        units = UNITS[language]
        return " ".join(f"{int(n)} {units[unit]}" for unit, n in match.groupdict().items() if n)
    if name == "RRULE":
        return _repeated(value, language)
    return value


def _repeated(rule: str, language: str) -> str:
    """ "FREQ=WEEKLY;COUNT=3" -> "toutes les semaines, 3 fois"."""
    facts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
    facts.pop("WKST", None)
    number = facts.pop("INTERVAL", "1")
    often = EVERY[language].get(facts.get("FREQ", ""))
    said = []
    if often:
        del facts["FREQ"]
        said.append(often.format(n="" if number == "1" else f"{number} "))
    days = [DAYS[language].get(day, "") for day in facts.get("BYDAY", "").split(",")]
    if all(days):
        del facts["BYDAY"]
        said.append(", ".join(days))
    times, until = TIMES[language]
    if count := facts.pop("COUNT", ""):
        said.append(times.format(n=count))
    if last := facts.pop("UNTIL", ""):
        said.append(until.format(day=_shown(last, "")))
    return ", ".join([*said, *(f"{key}={value}" for key, value in facts.items())])


def _blocks(event: dict[str, str]) -> Iterator[Block]:
    language = language_of(f"{event.get('SUMMARY', '')}\n{event.get('DESCRIPTION', '')}")
    if title := event.get("SUMMARY"):
        yield Block(1, " ".join(title.split()))
    if event.get("STATUS", "").upper() == "CANCELLED":
        yield Block(0, CALLED_OFF[language])
    for name, label in LABELS[language].items():
        if event.get(name) and not (name == "DTEND" and event[name] == event.get("DTSTART")):
            colon = " : " if language == "fr" else ": "
            yield Block(0, label + colon + _said(name, event[name], language))
    for paragraph in re.split(r"\n[ \t]*\n", event.get("DESCRIPTION", "")):
        if paragraph.strip():
            yield Block(0, paragraph.strip("\n"))
