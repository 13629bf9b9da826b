"""Whom the federation met, read from prose, from the heads of hearing notes and from tables of appointments. Pure rules, no model.

Promise: a row needs a word of meeting, us as one party and an office or a title as the other; what is refused, wished for,
still to come or within the house is no meeting; every word of a row stands in its document, and what is unsaid stays "".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.records import Citation, Meeting
from index.language.dates import as_date, resolve_dates
from index.language.period import letter_by_letter
from index.language.words import terms
from index.passage import Passage

# All on small letters without accents, dates blanked out.
INSTITUTION = (
    r"(?:ministeres?|cabinets?(?= (?:de|du|des)\b| d'| minis|[ ,.]*$)|(?<='s )cabinet|secretariat (?:d'etat|general)|direction (?:generale|interministerielle|du|de la|des)|dg ?(?:[a-z]{2,8})\b(?<!dgs)"
    r"|commission (?:europeenne|des|de la|du|d'|nationale)|commission's|parlement|assemblee nationale|senat\b|bercy|matignon|elysee|prefecture"
    r"|conseil (?:regional|departemental|d'etat|national|economique)|agence|autorite|region\b|haut-commissariat|inspection generale|mairie"
    r"|(?:(?!the |our |at |with |by )[a-z]+ )?(?:ministry|department|directorate|agency|authority|treasury)\b|(?:european )?(?:parliament|commission)\b|ai office|house of (?:commons|lords)"
    r"|(?:european )?council\b|permanent representation|representation permanente|bureau de l'ia)"
)
TITLE = (
    r"(?:premiere? ministre|ministres?|secretaire d'etat|deputee?s?|senat(?:eur|rice)s?|rapporteure?s?|commissaires?|conseill(?:er|ere)s?|direct(?:eur|rice)s?"
    r"|chef(?:fe)?s? (?:de|d')|sous-direct(?:eur|rice)|prefete?|maires?\b|eurodeputee?s?|presidente? (?:de la|du|de l') ?(?:commission|region|senat|assemblee|conseil)"
    r"|(?:shadow )?rapporteurs?|meps?\b|(?:prime )?ministers?|commissioners?|advis[eo]rs?|senators?|secretary of state|head of (?:cabinet|unit)"
    r"|permanent secretary|director|policy officers?|attachees? |administrat(?:eur|rice)s? de)"
)
HEAD = re.compile(
    rf"\b(?:(?P<title>(?:m\.|mme|monsieur|madame|mr|ms) |(?:vice-)?{TITLE}\b)|(?P<place>{INSTITUTION})|(?P<acronym>[A-Z]{{3,8}})\b)"
)
PLACE = re.compile(rf"\b(?:{INSTITUTION})")
INTERNAL = re.compile(
    r"conseil d'administration|assemblee generale|\badherente?s?\b|commission\s[«\"“]|chief executive|board of|our board|our members"
    r"|entre nous|de la federation|of the federation"
)
US = re.compile(r"\b(?:nous|notre|nos|we|us|our|(?:la|the) federation)\b")
WEAK = re.compile(
    r"(?:m\.|mme|monsieur|madame|mr|ms) |direct|conseill|chef|sous-direct|head of|advis|policy|attache|administrat"
)
STRONG = re.compile(
    r"\b(?:ministr|minister|deput|senat|rapporteur|commissa|commissioner|mep\b|prefet|maire|secretaire d'etat|eurodeput|president)"
)
CALLED = re.compile(r"\b(?:[Ll]a |[Ll]e |[Tt]he |[lL]['’])(?P<short>[A-Z]{3,8})\b")
NO_OFFICE = frozenset("PME TPE ETI SME SMES CEO CTO PDG DRH RGPD GDPR RSE ESG".split())
BETWEEN = re.compile(
    r"(?:[\s,]|d'|\b(?:officials|representatives|services|representants|equipes|members|membres|staff|of|from|de|du|le|la|les|un|une|des|deux|trois|quatre|cinq|six|dix|douze|plusieurs|avec|par|the|an?|two|three|with|by|both|from|aussi|egalement|ensuite|hier|par|"
    r"(?:a|in) (?:bercy|paris|bruxelles|brussels|strasbourg|berlin|london|londres)|au siege|nouveau|nouvelle|new)\b|l')*"
)
HAVE = r"(?:avons|avions|a|ont|have|has|had)(?:-nous)? (?:(?:donc|aussi|ensuite|egalement|enfin|bien|deja|longuement|also|then|already|just) )?"
DIRECT = re.compile(
    rf"\b(?:{HAVE}(?:rencontre|vu|recu|interroge|accueilli|visite|retrouve|met)e?s?\b|(?:we|federation) (?:\w+ly )?(?:met|saw|visited|spoke|talked)(?: with| to)?\b|our (?:\w+ ){{1,3}}(?:met|saw|spoke|talked)(?: with| to)?\b)"
)
HEARD = re.compile(
    r"\b(?:(?:avons|avions|etions|ete|fumes|a)(?: \w+)?(?: ete)? (?:recue?s?|auditionnee?s?|entendue?s?|accueillie?s?) (?:par|a\b|au\b|aux|chez)"
    r"|(?:were|was|been) (?:heard|received|hosted|welcomed) (?:by|at)|sur le pont pour en (?:discuter|parler) avec"
    rf"|{HAVE}(?:echange|discute|dialogue|travaille|debattu|dejeune|met|meeting|spoken|talked)\b.{{0,60}}?\b(?:avec|with)"
    rf"|(?:sommes|etions|est|sont) (?:\w+ )?(?:entretenue?s? (?:avec|de .{{3,40}} avec)|intervenue?s? devant)|eu (?:le plaisir|l'occasion) d'echanger\b.{{0,40}}?\bavec"
    rf"|(?:sat down|held (?:talks|discussions)|had (?:talks|an exchange)) with|(?:gave|give|given) evidence to|{HAVE}(?:presente|defendu|plaide|expose)\b.{{0,80}}?\b(?:au|aux|aupres d[eu]s?|devant)\b"
    r"|we (?:discussed|exchanged|presented|spoke|talked)\b.{0,80}?\b(?:with|to)\b)"
)
HEARS_US = re.compile(
    r"\b(?:nous (?:a|ont)|(?:a|ont) (?:recu|auditionne|entendu) (?:notre|nos|la federation|une delegation)|(?:heard|received|met|hosted) "
    r"(?:us\b|our|the federation))(?: (?:recu|auditionne|entendu|accueilli)e?s?)?"
)
NOUN = re.compile(
    r"\b(?:reunion|rendez-vous|entretien|echange|session|seance|audition|rencontre|table ronde|petit-dejeuner|dejeuner|diner|visite|lunch|breakfast|meeting|hearing|call|exchange)s?\b"
    r"[^.;:!?]{0,80}?\b(?:avec|with|by|par|au|chez|at)\b"
)
NOT = re.compile(
    r"\b(?:n'|ne |not\b|never\b|jamais\b|sans |without\b|aucune? |no )|n't\b|\bfail(?:ed)? to\b|\bau lieu de\b"
)
APPOINTMENT = (
    r"(?:reunion|rendez-vous|entretien|rencontre|audition|session|seance|meeting|hearing|call)s?"
)
TO_COME = re.compile(
    rf"\b\w+(?:erons|irons|drons|serons|aurons)\b|\b(?:we|federation|delegation) (?:will|shall|would|hope|wish|plan|intend)\b|\bwill (?:meet|be heard|hear|receive)\b"
    rf"|\bnous (?:souhait|esper|sollicit|aimer|voudr|devr|propos)\w*|\bdemand\w* (?:a |un |une |le |d')(?:\w+ )?(?:{APPOINTMENT}|rencontrer|etre)\b"
    rf"|\b(?:request|ask|appl)\w* (?:for |to |a )(?:a |be )?(?:meeting|meet|hear)|\b(?:prochaine?s?|next) {APPOINTMENT}\b|\bnext (?:week|month)\b"
    rf"|\b{APPOINTMENT}\b[^.;]{{0,60}}\b(?:prochaine?|a venir|prevue?s?|reportee?s?|annulee?s?|upcoming|planned|postponed|cancelled|scheduled)\b"
    r"|\b(?:allons|si nous|if we|afin d'etre|pour etre)\b"
)
SUBJECT = re.compile(
    r"\b(?:pour (?:en )?(?:parler|discuter|echanger|evoquer|faire le point|aborder)(?: (?:de|d'|du|des|sur|autour de))?|a propos d(?:es|e|u|')|au sujet d(?:es|e|u|')"
    r"|sur(?! le pont\b| place\b| invitation| ce| (?:le|la|les) (?:suje|base|meme))|autour d(?:es|e|u|')|concernant|consacree? (?:a|au|aux)|about|on(?! \w+day)|regarding|to discuss)"
    r"\s?(?=[\w«\"])"
)
STOP = re.compile(
    r"[.;:!?()|]|,(?= (?:qui|que|ou|dont|tres|et nous|who|which|where|and we)\b)|\b(?:qui|dont|afin|lors|who|which|where|ou nous|nous|we)\b|$| – | — |\bavec\b|\bwith\b|\n"
)
PHRASE_STOP = re.compile(
    r"[,.;:!?()|»\"]| – | — |\b(?:qui|dont|afin|lors|pour|sur|ou|par|avec|autour|a propos|au sujet|concernant|nous|who|which|where|on|about|to|at|with|by|regarding|and we"
    r"|la position|notre|our|(?:a|ont|est|sont|has|have|was|were) (?:\w+ )?(?:recu|entendu|auditionn|accueilli|interven|heard|received|met|ete|been)\w*|(?:met|heard|received|hosted) us|hier|dernier|derniere)\b|\n| {3,}|$"
)
KEYS = {
    "date": r"dates?|jour|day|when",
    "institution": r"institutions?|organismes?|administrations?|organi[sz]ations?|ministere",
    "interlocutor": r"interlocut(?:eur|rice)s?|recue?s? par|rencontre avec|auditionnee?s? par|personnes? rencontree?s?|contacts?|met with|met|heard by|received by|participants? institutionnels?",
    "subject": r"objet|sujets?|themes?|subjects?|topics?|ordre du jour|purpose",
    "place": r"lieu|place|location|venue",
    "other": r"pour la federation|cote federation|for the federation|duree|duration|participants|delegation|presents|rendez-vous|meeting|appointment|suites|heure|time",
}
KEY = re.compile(
    r"(?:^|(?<=[\s*]))(?P<key>"
    + "|".join(f"(?:{form})" for form in KEYS.values())
    + r")[*\s]*:[*\s]*"
)
EMPTY_HEADING = re.compile(
    r"^(?:\d+[.)] *)?(?:[\d /.]*|(?:nos |our |les |the )?(?:agenda|rendez-vous|rencontres?|contexte|context|suites?|next steps|en bref|breves?|in brief|compte[s-]* rendus?"
    r"|actualites?|news|edito\w*|participants?|echanges?|discussions?|introduction|divers|other|meetings?|institution\w*|vie de la federation)\b.{0,20})$"
)
ANY_YEAR = "2000"  # a leap year, to see days that have none
ACRONYM = re.compile(r" ?\([A-ZÀ-Þ]{2,10}\)")
ALIKE = 0.6  # share of common words from which two rows of one day tell of one meeting


@dataclass(frozen=True)
class _Line:
    """A sentence: as written, and small without accents with its dates blanked, letter by letter, but for acronyms with an article.

    `days`: its days with their years; `dated`: whether it names a day at all, as one of an undated document may."""

    text: str
    plain: str
    days: tuple[str, ...]
    dated: bool


def meetings(passages: Sequence[Passage]) -> tuple[Meeting, ...]:
    """The meetings that the passages tell of, newest first, those without a date last; one row each, from the text that says most."""
    found: list[Meeting] = []
    for passage in passages:
        head = _head(passage)
        rows = (
            [head]
            if head
            else [
                *_tabled(passage),
                *filter(None, (_told(passage, start, end) for start, end in passage.sentences())),
            ]
        )
        found += [
            row if row.subject else replace(row, subject=_topic(passage))
            for row in rows
            if not _still_to_come(row)
        ]
    kept: list[Meeting] = []
    for row in sorted(found, key=_fullness, reverse=True):
        if not any(_same(row, other) for other in kept):
            kept.append(row)
    return tuple(sorted(kept, key=lambda row: row.date, reverse=True))


def _topic(passage: Passage) -> str:
    """The heading that the passage stands under, unless it is the document's title, names whom one met, or says nothing of a subject."""
    heading = passage.headings[-1].strip(" #*:") if passage.headings else ""
    plain = letter_by_letter(heading)
    return (
        ""
        if heading == passage.title or HEAD.search(plain) or EMPTY_HEADING.search(plain)
        else heading
    )


def _still_to_come(row: Meeting) -> bool:
    written = row.citation.passage.date
    return bool(written) and row.date[: len(written)] > written


def _fullness(row: Meeting) -> tuple[int, int]:
    fields = row.date, row.institution, row.interlocutor, row.subject
    return sum(map(bool, fields)), sum(map(len, fields))


def _same(one: Meeting, other: Meeting) -> bool:
    """One meeting told twice: the same day, and names that share most of their words."""
    if one.date != other.date or len(one.date) < 10:
        return (one.date, one.citation.quote) == (other.date, other.citation.quote)
    first, second = (
        set(terms(f"{row.institution} {row.interlocutor}", row.citation.passage.language))
        for row in (one, other)
    )
    return len(first & second) >= ALIKE * max(1, min(len(first), len(second)))


def _line(passage: Passage, start: int, end: int) -> _Line:
    text = passage.text[start:end]
    plain = letter_by_letter(text)
    days = resolve_dates(text, passage.date)
    named = resolve_dates(text, passage.date or ANY_YEAR)
    for first, last, _ in named:
        plain = plain[:first] + " " * (last - first) + plain[last:]
    for called in CALLED.finditer(text):
        if called["short"] not in NO_OFFICE:
            plain = plain[: called.start("short")] + called["short"] + plain[called.end() :]
    return _Line(
        text,
        plain,
        tuple(day for *_, day in days if len(day) == 10),
        any(len(day) == 10 for *_, day in named),
    )


def _told(passage: Passage, start: int, end: int) -> Meeting | None:
    """The meeting that a sentence tells of, or None."""
    line = _line(passage, start, end)
    told = None if TO_COME.search(line.plain) or " | " in line.text else _met(line)
    if told is None or NOT.search(line.plain, max(0, told[0] - 30), told[1]):
        return None
    return _meeting(passage, line, start, end, told[2])


def _met(line: _Line) -> tuple[int, int, re.Match] | None:
    """Where the sentence says that we met (start, end), and the head of the phrase that says whom; or None."""
    if said := DIRECT.search(line.plain):
        whom = HEAD.search(line.plain, said.end())
        if (
            whom
            and US.search(line.plain)
            and BETWEEN.fullmatch(line.plain, said.end(), whom.start())
        ):
            return *said.span(), whom
    if (
        (said := HEARD.search(line.plain))
        and US.search(line.plain)
        and (whom := HEAD.search(line.plain, said.end()))
    ):
        near = not whom["acronym"] or BETWEEN.fullmatch(line.plain, said.end(), whom.start())
        if near and (line.dated or not re.search("presente|defendu|plaide|expose", said[0])):
            return *said.span(), whom
    if said := HEARS_US.search(line.plain):
        whom = HEAD.search(line.plain, 0, said.start())
        if whom and whom["acronym"] and not BETWEEN.fullmatch(line.plain, whom.end(), said.start()):
            return None
        if whom and (
            said[0].split()[0] != "nous" or re.search(r"recu|audition|entendu|accueilli", said[0])
        ):
            return *said.span(), whom
    if (
        (said := NOUN.search(line.plain))
        and line.dated
        and (US.search(line.plain) or len(line.plain[: said.start()].split()) <= 3)
    ):
        whom = HEAD.search(line.plain, said.end())
        ours = US.search(line.plain) or not HEAD.search(
            line.plain, said.start(), said.end()
        )  # not "the minister's hearing by..."
        if whom and ours and BETWEEN.fullmatch(line.plain, said.end(), whom.start()):
            return *said.span(), whom
    return None


def _meeting(passage: Passage, line: _Line, start: int, end: int, whom: re.Match) -> Meeting | None:
    title = (
        whom
        if whom["title"]
        else next(
            (match for match in HEAD.finditer(line.plain, whom.end()) if match["title"]), None
        )
    )
    interlocutor = _phrase(line, title) if title else ""
    place = whom if not whom["title"] else _place(line, whom.start())
    institution = _phrase(line, place) if place else ""
    if (
        not institution
        and WEAK.match(letter_by_letter(interlocutor))
        and not STRONG.search(letter_by_letter(interlocutor))
    ):
        return None
    if INTERNAL.search(letter_by_letter(f"{institution} {interlocutor}")):
        return None
    if interlocutor and place and place.start() < title.start() < place.start() + len(institution):
        interlocutor = ""  # "the cabinet of the minister" is an office
    return Meeting(
        line.days[0] if line.days else "",
        institution,
        interlocutor,
        _subject(line, whom.end()),
        Citation(1, passage, passage.text[start:end], start, end),
    )


def _place(line: _Line, near: int) -> re.Match | None:
    """The office that the sentence names besides a person: the one behind them, else the one before."""
    places = list(PLACE.finditer(line.plain))
    return next((match for match in places if match.start() > near), places[0] if places else None)


def _phrase(line: _Line, head: re.Match) -> str:
    """The noun phrase from its head on, as written."""
    stop = PHRASE_STOP.search(line.plain, head.end()).start()
    if (
        WEAK.match(head[0]) and (office := HEAD.match(line.plain, stop + 2)) and office["title"]
    ):  # "Mme Petit, députée du Rhône"
        stop = PHRASE_STOP.search(line.plain, office.end()).start()
    if acronym := ACRONYM.match(line.text, stop) or ACRONYM.match(line.text, max(0, stop - 1)):
        stop = acronym.end()
    return re.sub(
        r" (?:et|and|le|la|les|du|de|the|of|in|à|en|lors|au)$",
        "",
        _spaced(line.text[head.start() : stop]),
    )


def _spaced(text: str) -> str:
    return " ".join(text.split()).strip(" ,;*_-")


def _subject(line: _Line, place: int) -> str:
    said = SUBJECT.search(line.plain, place) or SUBJECT.search(line.plain)
    if not said:
        return ""
    return _spaced(line.text[said.end() : STOP.search(line.plain, said.end()).start()])


def _head(passage: Passage) -> Meeting | None:
    """The meeting that a note's head describes, "Date: ...", "Met with: ..."; None where no key says whom."""
    plain = letter_by_letter(passage.text)
    keys = [key for key in KEY.finditer(plain) if passage.text[key.start()].isupper()]
    said: dict[str, str] = {}
    ends = 0
    for key, following in zip(keys, (*keys[1:], None), strict=False):
        name = next(name for name, form in KEYS.items() if re.fullmatch(form, key["key"]))
        line = passage.text.find("\n", key.end())
        stop = min(
            line if line >= 0 else len(plain), following.start() if following else len(plain)
        )
        if name not in said and name != "other":
            said[name], ends = (
                _spaced(passage.text[key.end() : stop]),
                max(ends, key.end() + len(passage.text[key.end() : stop].rstrip(" *-;,"))),
            )
    if not {"interlocutor", "institution"} & set(said) or not {"date", "place", "subject"} & set(
        said
    ):
        return None
    days = resolve_dates(said.get("date", ""), passage.date)
    date = days[0][2] if days else as_date(said.get("date", "")) or passage.date
    start, named = keys[0].start(), said.get("institution", "")
    heading = (
        passage.headings[-1]
        if passage.headings and passage.headings[-1] in passage.text[:start]
        else ""
    )
    for text in (heading, said.get("place", "")):
        found = next(
            (match for match in HEAD.finditer(letter_by_letter(text)) if match["place"]), None
        )
        if found and not named:
            named = _phrase(_Line(text, letter_by_letter(text), (), False), found)
            start = passage.text.index(text) if text is heading else start
    return Meeting(
        date,
        named,
        said.get("interlocutor", ""),
        said.get("subject", ""),
        Citation(1, passage, passage.text[start:ends], start, ends),
    )


def _tabled(passage: Passage) -> Iterator[Meeting]:
    """The rows of a table whose header names a date and whom one meets."""
    columns: list[str] = []
    for match in re.finditer(r"[^\n]+", passage.text):
        cells = [cell.strip() for cell in match[0].split(" | ")]
        if len(cells) < 2:
            columns = []
        elif not columns:
            columns = [
                next(
                    (
                        name
                        for name, form in KEYS.items()
                        if re.match(rf"(?:{form})\b", letter_by_letter(cell))
                    ),
                    "other",
                )
                for cell in cells
            ]
        elif (
            "date" in columns
            and {"institution", "interlocutor"} & set(columns)
            and len(cells) == len(columns)
        ):
            said = dict(zip(columns, cells, strict=True))
            day = next((day for *_, day in resolve_dates(said["date"], passage.date)), "")
            if (
                day
                and (said.get("institution") or said.get("interlocutor"))
                and not TO_COME.search(letter_by_letter(match[0]))
            ):
                yield Meeting(
                    day,
                    said.get("institution", ""),
                    said.get("interlocutor", ""),
                    said.get("subject", ""),
                    Citation(
                        1,
                        passage,
                        passage.text[match.start() : match.end()],
                        match.start(),
                        match.end(),
                    ),
                )
