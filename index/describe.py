"""What is known of a document besides its words: title, date, kind, language, status, audience, topics, address.

Each is taken from the first that states it: front matter (or a page's meta tags), catalogue.toml, the file's own
properties (mail headers, PDF and office properties, HTML title), file name and folder, the text. Promise: what none of them states is
reported as a warning and left empty, never invented.
A status or an audience read off the file name or a short line on top is reported too, with the way to say otherwise.
"""

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import yaml

from index.errors import Unreadable
from index.language.dates import as_date
from index.language.detect import language_of
from index.language.lists import LANGUAGES
from index.passage import AUDIENCES, KINDS, STATUSES, Section

FOLDERS = {
    "newsletter": ("newsletter", "lettre", "bulletin", "flash"),
    "position": ("position", "note-de-position", "plaidoyer"),
    "contribution": ("contribution", "consultation", "reponse"),
    "audition": ("audition", "hearing", "meeting", "rencontre", "reunion"),
    "report": ("report", "rapport", "etude"),
}
NO_TITLE = re.compile(
    r"(?:untitled|anonymous|anonyme|unspecified|divers|misc|notes?|sans titre|sans nom|no title|title|titre|document"
    r"|pr[ée]sentation|diapositive|slide|new|nouveau|powerpoint|microsoft|word|office|\d+|[\s._()-])+",
    re.I,
)
MADE_BY = re.compile(r"^microsoft (?:office )?(?:word|powerpoint|excel) ?[-–] ?", re.I)

# What a document says of itself, on lower-case text without accents: MARKS fill a part of a short line on top, NAMED stand in a file name.
OURS = (
    r"(?:note|position|contribution|reponse|communique|courrier|lettre|response|reply|letter|paper)"
)
THEIRS = r"(?! (?:du|de la|des|of the) (?:conseil|council|parlement|parliament|commission|gouvernement|government|ministere|senat))"
IT = r"(?:(?:cette|ce|la|le|this|the) )?(?:(?:position|note|contribution|document|texte|text|paper) )?(?:(?:est|a ete|is|was|has been) )?"
MEMBERS_TOO = r"(?!.*\b(?:adherent|membre|member))"
MARKS = {
    "withdrawn": re.compile(rf"{IT}(?:retiree?|withdrawn)(?: (?:le|en|depuis|on|in|since) .*)?"),
    "superseded": re.compile(
        rf"{IT}(?:remplacee?|caduc|caduque|perimee?|superseded|replaced)(?: (?:par|le|en|depuis|by|on|in|since) .*)?"
    ),
    # A bare "projet" is one only alone or in capitals: "Projet : un campus", "Projet de loi" and "Projet européen" are subjects.
    "draft": re.compile(
        rf"(?:draft|brouillon|document de travail|version (?:de travail|provisoire)|working (?:draft|document)|work in progress|wip)"
        rf"(?: version)?(?: v ?\d.*| (?:du|of) \d.*)?|(?:avant-)?projet de {OURS}\b{THEIRS}.*|draft (?:position|{OURS})\b{THEIRS}.*"
    ),
    "staff": re.compile(
        rf"(?:(?:document|note|strictement|strictly|a|pour|for) )*(?:usage (?:strictement )?interne|confidentiel(?:le)?|confidential"
        rf"|(?:note |document )?interne|internal (?:note|document|(?:use )?only)|reservee? aux permanents.*)"
        rf"|{MEMBERS_TOO}diffusion (?:reservee|restreinte|limitee|interne)(?: (?:a|au|aux) .*)?"
        rf"|ne pas (?:diffuser|transmettre)(?: .*)?|(?:do not|not for) (?:circulat|distribut|shar)\w*(?: .*)?"
    ),
}
NAMED = {
    "draft": re.compile(
        rf"\b(?:brouillon|wip|v0|draft(?! (?:law|bill|regulation|directive|act|report|delegated|implementing|budget|decree)\b)"
        rf"|projet de {OURS}|projet(?= *(?:v?\d+ *)*$))\b"
    ),
    "staff": re.compile(
        rf"\b(?:usage interne|note interne|confidentiel|confidential(?! computing)|ne pas diffuser|internal only|do not circulate"
        rf"|{MEMBERS_TOO}diffusion (?:reservee|restreinte))\b"
    ),
}
PROJECT = re.compile(r"(?<!\w)PROJET(?=\s*(?:[–—|(\[\]),]|-(?!\w)|$))(?!\W*(?i:de\b|europ))")


def front_matter(text: str) -> tuple[dict, str]:
    """Split a text into the keys of its leading `---` YAML block and the rest. Raises `Unreadable` where the block is no YAML."""
    match = re.match(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|$)", text, re.S)
    if not match or len(match[1]) > 20_000:
        return {}, text
    try:
        stated = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none of the calendar
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise Unreadable(f"its front matter is not valid YAML (line {line})") from error
    if not isinstance(stated, dict):
        return {}, text
    return {str(key).lower(): value for key, value in stated.items()}, text[match.end() :]


def describe(
    path: str, stated: Mapping, overrides: Mapping, own: Mapping, sections: Sequence[Section]
) -> tuple[dict, list[str]]:
    """The description fields of a document, and a warning for each that stayed unknown or was stated in vain.

    `stated` is what the file says of itself on purpose, `overrides` its entry in catalogue.toml, `own` what its properties
    say; all map field names to values.
    """
    warnings: list[str] = []

    def choose(field: str, allowed: tuple[str, ...]) -> str:
        for value in (stated.get(field), overrides.get(field), own.get(field)):
            if value not in (None, ""):
                if str(value).strip().lower() in allowed:
                    return str(value).strip().lower()
                warnings.append(
                    f"{path}: {field} {str(value)[:40]!r} is none of {', '.join(allowed)}; left out"
                )
        return ""

    def line(field: str) -> str:
        values = (
            value
            for value in (stated.get(field), overrides.get(field))
            if isinstance(value, str | int | float)
        )
        return next(
            (" ".join(str(value).split())[:300] for value in values if str(value).strip()), ""
        )

    date, doubt = _date(
        path, (stated.get("date"), overrides.get("date")), own.get("date"), sections
    )
    warnings += doubt
    if not date:
        warnings.append(
            f"{path}: no date found; dates without a year in it stay without one; "
            "state it in front matter, in catalogue.toml or in the file name (2024-03-21-...)"
        )
    kind = choose("kind", KINDS) or _kind_by_place(path)
    if not kind:
        warnings.append(f"{path}: kind unknown, indexed as other")
    status, audience = choose("status", STATUSES), choose("audience", AUDIENCES)
    # An audience that is stated but not understood must not open the document to more people than meant.
    audience = audience or ("staff" if stated.get("audience") or overrides.get("audience") else "")
    says = _says_of_itself(path, sections)
    if not status and (
        status := next((mark for mark in MARKS if mark in says and mark != "staff"), "")
    ):
        warnings.append(
            f"{path}: taken as status {status}, for it says {says[status]!r} (status in front matter or catalogue.toml can say otherwise)"
        )
    if not audience and "staff" in says:
        audience = "staff"
        warnings.append(
            f"{path}: taken as audience staff, members will not see it, for it says {says['staff']!r} "
            "(audience in front matter or catalogue.toml can say otherwise)"
        )
    topics = stated.get("topics") or overrides.get("topics") or ()
    topics = (
        topics.split(",")
        if isinstance(topics, str)
        else topics
        if isinstance(topics, list | tuple)
        else ()
    )
    return {
        "path": path,
        "title": line("title") or _own_title(path, own) or _title(path, sections),
        "date": date,
        "kind": kind or "other",
        "language": choose("language", LANGUAGES)
        or language_of("\n".join(section.text for section in sections)[:20_000]),
        "status": status or "adopted",
        "audience": audience or "members",
        "topics": tuple(
            topic.strip()[:80] for topic in topics if isinstance(topic, str) and topic.strip()
        ),
        "url": line("url") or " ".join(str(own.get("url") or "").split())[:300],
    }, warnings


def _date(
    path: str, said: Sequence, own: object, sections: Sequence[Section]
) -> tuple[str, list[str]]:
    """The document's date, and a warning where its properties and its name disagree and nobody has said which is right."""
    date = next((date for value in said if (date := as_date(value))), "")
    if date:
        return date, []
    made, named = as_date(own), _date_in_name(path)
    if made > datetime.date.today().isoformat():
        return named or _date_on_top(sections), [
            f"{path}: its properties say {made}, which is still to come; they are not believed"
        ]
    if made and named and not (made.startswith(named) or named.startswith(made)):
        return made, [
            f"{path}: its properties say {made}, its name {named}; the properties are believed (catalogue.toml can say otherwise)"
        ]
    return made or named or _date_on_top(sections), []


def _date_in_name(path: str) -> str:
    """A date written in the file name ("2023-05-04-lettre.md", "lettre_mai_2023.txt"), else a folder that is a year."""
    name = PurePosixPath(path)
    found = as_date(
        re.sub(r"(?<=\d{4})[_.](?=\d\d)|(?<=\d{4}-\d\d)[_.](?=\d\d)", "-", name.stem)
    ) or as_date(re.sub(r"[-_]+", " ", name.stem))
    if found:
        return found
    years = [part for part in name.parts[:-1] if re.fullmatch(r"(19|20)\d\d", part)]
    lone = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", name.stem)
    return lone[0] if lone else years[-1] if years else ""


def _date_on_top(sections: Sequence[Section]) -> str:
    """The date of a short line ("Paris, le 4 mai 2023") among the first five lines, else ""."""
    top = [line for line in sections[0].text.split("\n") if line.strip()][:5]
    return next((date for line in top if len(line.split()) <= 12 and (date := as_date(line))), "")


def _says_of_itself(path: str, sections: Sequence[Section]) -> dict[str, str]:
    """The marks (keys of MARKS) that the file name or a short line among the first five bears -> the words that bear it."""
    stem = PurePosixPath(path).stem
    says = {
        mark: stem[:80]
        for mark, form in NAMED.items()
        if form.search(re.sub(r"[-_. ]+", " ", _plain(stem)))
    }
    if PROJECT.search(re.sub(r"[-_. ]+", " – ", stem)):
        says["draft"] = stem[:80]
    top = [line for section in sections[:5] for line in section.text.split("\n") if line.strip()][
        :5
    ]
    for line in (line.strip() for line in top if len(line.split()) <= 12):
        parts = [
            " ".join(_plain(part).split()).strip(" .*!")
            for part in re.split(r"\s[-–—]\s|[–—|:;,/()\[\]·]", line)
        ]
        for mark, form in MARKS.items():
            if any(form.fullmatch(part) for part in parts):
                says.setdefault(mark, line[:80])
        rest = [part for part in parts if part and not MARKS["staff"].fullmatch(part)]
        if (
            PROJECT.search(line)
            or "(projet)" in line.lower()
            or rest in (["projet"], ["statut", "projet"])
        ):
            says.setdefault("draft", line[:80])
    return says


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


def _kind_by_place(path: str) -> str:
    """The kind that the nearest folder, or else the file name, speaks of."""
    for part in reversed(PurePosixPath(_plain(path)).with_suffix("").parts):
        for kind, words in FOLDERS.items():
            if any(re.search(rf"(?<![a-z]){word}s?(?![a-z])", part) for word in words):
                return kind
    return ""


def _own_title(path: str, own: Mapping) -> str:
    """The title in the file's properties, unless a program wrote it there ("Untitled", "Microsoft Word - x.docx", the file name)."""
    title = " ".join(str(own.get("title") or "").split())[:300]
    name = re.sub(r"\.[A-Za-z]{2,5}$", "", title)
    by_program = (
        MADE_BY.match(title)
        or NO_TITLE.fullmatch(title)
        or re.search(r"\.(?:docx?|pptx?|odt|pdf|indd|html?)$", title, re.I)
    )
    return "" if by_program or name.lower() == PurePosixPath(path).stem.lower() else title


def _title(path: str, sections: Sequence[Section]) -> str:
    """The document's first heading where it begins with one that says something, else its file name in words."""
    if sections[0].headings and not NO_TITLE.fullmatch(sections[0].headings[0]):
        return sections[0].headings[0][:300]
    words = re.sub(r"[-_]+", " ", PurePosixPath(path).stem).strip()
    return words[:1].upper() + words[1:]
