"""The words that frame an answer, in French and in English. Quotes are never translated."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.records import Claim, Composed
from bot.statements import denying_heading, line_kind, standing
from index.language import lists
from index.language.dates import MONTH_NAMES
from index.language.figures import IN, ON, THING, TIMES, Figure
from index.passage import AUDIENCES, Passage

# Replies that may quote nothing and are no refusal.
WITHOUT_CLAIMS = ("talk", "about", "standing")
READ_AS = {"fr": "Lu : « {question} »", "en": "Read as: “{question}”"}
NOT_IN_FORCE = {
    "fr": "Aucune position en vigueur trouvée sur ce point.",
    "en": "No position in force was found on this point.",
}
UNSURE = {
    "fr": "Réponse incertaine.",
    "en": "Uncertain answer.",
}
FORWARDED = {
    "fr": "message transféré, paroles d'un tiers",
    "en": "forwarded message, a third party's words",
}
NOTHING = {
    "fr": "Je n'ai rien trouvé dans nos textes qui réponde à cette question.",
    "en": "I found nothing in our texts that answers this question.",
}
NOTHING_OF_THE_TIME = {
    "fr": "Je n'ai rien trouvé là-dessus dans nos textes de cette période.",
    "en": "I found nothing on this in our texts of that time.",
}
NO_SUCH_THEME = {
    "fr": "Je n'ai rien trouvé dans nos textes sur ce thème.",
    "en": "I found nothing in our texts on this theme.",
}
NO_MODEL = {
    "fr": "Le modèle de langage n'a pas répondu : voici les passages eux-mêmes, cités mot pour "
    "mot.",
    "en": "The language model did not answer: here are the passages themselves, quoted word for "
    "word.",
}
NEAREST = {"fr": "Textes les plus proches :", "en": "Nearest texts:"}
ORIGINAL = {("en", "fr"): "original French", ("fr", "en"): "original en anglais"}
TITLE = 7  # words of a title in a source line
OF = {"fr": "En", "en": "In"}
UNDATED = {"fr": "sans date", "en": "undated"}
KINDS = {
    "fr": {
        "newsletter": "newsletter",
        "position": "position",
        "contribution": "contribution",
        "audition": "audition ou rencontre",
        "report": "rapport",
        "other": "document",
    },
    "en": {
        "newsletter": "newsletter",
        "position": "position paper",
        "contribution": "consultation answer",
        "audition": "hearing or meeting",
        "report": "report",
        "other": "document",
    },
}
STATUSES = {
    "fr": {
        "draft": "projet, non adopté",
        "reported": "rend compte d'un projet, non adopté",
        "superseded": "position remplacée depuis",
        "withdrawn": "position retirée",
    },
    "en": {
        "draft": "draft, not adopted",
        "reported": "reports on a draft, not adopted",
        "superseded": "since superseded",
        "withdrawn": "withdrawn",
    },
}
GRADES = {
    "fr": {
        "proved": "citation abrégée",
        "worded": "formulé par le modèle d'après la citation",
        "translated": "traduit par le modèle d'après la citation",
        "looked_over": "relu par le modèle",
    },
    "en": {
        "proved": "shortened from the quote",
        "worded": "worded by the model after the quote",
        "translated": "translated by the model from the quote",
        "looked_over": "read over by the model",
    },
}
RESERVED = {
    "fr": {"members": "réservé aux adhérents", "staff": "réservé à l'équipe"},
    "en": {"members": "members only", "staff": "staff only"},
}


def colon(language: str) -> str:
    """A colon as it is set in the language."""
    return " :" if language == "fr" else ":"


def spoken_date(date: str, language: str) -> str:
    """An ISO date in words, as exact as it is: "4 mai 2023", "May 2023"; "sans date" for none."""
    if not date:
        return UNDATED[language]
    year, month, day = (*date.split("-"), "", "")[:3]
    words = MONTH_NAMES[language][int(month) - 1] if month else ""
    number = str(int(day)) if day else ""
    if language == "fr" and number == "1":
        number = "1er"
    return " ".join(word for word in (number, words, year) if word)


def older(date: str, newest: str, language: str) -> str:
    """What says that a quote is older than the newest one: "En 2021 :", "In March 2023:"; or ""."""
    if not date or not newest or date[:7] >= newest[:7]:
        return ""
    return of_time(date[:4] if date[:4] != newest[:4] or len(date) < 7 else date[:7], language)


def figure(said: Figure, language: str) -> str:
    """A figure as it is written: "800 000 €", "4 May"."""
    value = said.value
    if isinstance(value, str):
        return value
    if said.unit in (ON, IN):
        month = int(value) // 100 if said.unit == ON else int(value)
        day = f"{int(value) % 100} " if said.unit == ON else ""
        return day + MONTH_NAMES[language][month - 1]
    is_year = not said.unit and value.is_integer() and 1900 <= value < 2100
    written = f"{value:.0f}" if is_year else number(value, language)
    one, *more = (
        lists.entries(f"numbers.units.{said.unit}", language)
        if said.unit not in ("", THING, TIMES)
        else ("",)
    )
    name = more[0] if more and value >= 2 and one.isalpha() else one
    return f"{written}\u00a0{name}".strip()


def number(value: float, language: str) -> str:
    """A number in digits, two decimals at most: "1 500,5", "1,500.5"."""
    written = f"{value:,.2f}".rstrip("0").rstrip(".")
    return written.replace(",", "\u202f").replace(".", ",") if language == "fr" else written


def of_time(date: str, language: str) -> str:
    """What says of which year or month a quote is: "En 2021 :", "In March 2023:"."""
    return f"{OF[language]} {spoken_date(date, language)}{colon(language)}"


def labels(passage: Passage, language: str) -> list[str]:
    """What must be said of a text that is not an adopted one of ours: its status, a third party."""
    status = STATUSES[language].get(standing(passage))
    third_party = FORWARDED[language] if passage.is_forwarded else None
    return [label for label in (status, third_party) if label]


def reserved(passages: Iterable[Passage], language: str) -> str:
    """For whom a text made of these passages is: the narrowest audience's words; "" for anybody."""
    narrowest = max((AUDIENCES.index(passage.audience) for passage in passages), default=0)
    return RESERVED[language].get(AUDIENCES[narrowest], "")


def lead(composed: Composed, language: str) -> str:
    """What comes before the claims: the reply's own lead, else that the first text has ended."""
    claims = composed.claims
    if composed.lead or not claims or claims[0].citations[0].passage.is_in_force:
        return composed.lead
    ours = any(citation.passage.is_in_force for claim in claims for citation in claim.citations)
    said = ", ".join(labels(claims[0].citations[0].passage, language))
    ended = f"{said[:1].upper()}{said[1:]}{colon(language)}"
    return ended if ours else f"{NOT_IN_FORCE[language]} {ended}"


def graded(claim: Claim, language: str) -> str:
    """Whose words a claim is in, where they are not the text's own; "" for quotes alone."""
    foreign = any(one.passage.language != language for one in claim.citations)
    grade = "translated" if claim.grade == "worded" and foreign else claim.grade
    said = [grade, *(["looked_over"] if claim.looked_over else [])]
    return ", ".join(GRADES[language][one] for one in said if one in GRADES[language])


def source_line(passage: Passage, language: str) -> str:
    """A source in one line: title (at most TITLE words), date, and its labels."""
    said, words = labels(passage, language), passage.title.split()
    title = " ".join(words[:TITLE]) + "…" if len(words) > TITLE + 1 else passage.title
    return f"{title}, {spoken_date(passage.date, language)}" + (
        f" ({', '.join(said)})" if said else ""
    )


def markdown(composed: Composed, language: str, unsure: bool = False) -> str:
    """A reply as Markdown: a lead, and each claim with its [n]; a source is named once.

    The direct answer is a paragraph of its own; what adds to it, and what another reply lists, are
    the items of a list.
    """
    lead_in = lead(composed, language)
    cited = {one.passage.path: one.passage for claim in composed.claims for one in claim.citations}
    # Where one document is cited and the lead gives its title and date, no claim repeats them.
    named = {
        path
        for path, passage in cited.items()
        if len(cited) == 1
        and passage.title in composed.lead
        and spoken_date(passage.date, language) in composed.lead
    }
    lines = [_line(claim, language, named) for claim in composed.claims]
    direct = lines[:1] if composed.reply == "answer" else []
    items = "\n".join(f"- {line}" for line in lines[len(direct) :])
    parts = (UNSURE[language] if unsure else "", lead_in, *direct, items, composed.note)
    return "\n\n".join(part for part in parts if part)


def under_headings(composed: Composed, claims: Sequence[Claim], language: str) -> Composed:
    """What was composed, with these claims in place of its own: what stands under a heading that
    denies or refuses says so in its label, once in a list, and not twice in a label."""
    headings = [_denying(claim) for claim in claims]
    once = composed.reply == "list"
    said = [
        claim
        if not heading
        or (once and number and heading == headings[number - 1])
        or heading.rstrip(" :.") in claim.label
        else replace(claim, label=f"{claim.label} {_as_label(heading, language)}".strip())
        for number, (claim, heading) in enumerate(zip(claims, headings, strict=True))
    ]
    brief = composed.brief
    if brief and said and said[0].label != claims[0].label and brief.startswith(claims[0].text):
        brief = f"{said[0].label} {brief}"
    return replace(composed, claims=tuple(said), brief=brief)


def _denying(claim: Claim) -> str:
    """The heading that denies or refuses, where all the claim's quotes stand under it; else ""."""
    headings = {denying_heading(citation.passage) for citation in claim.citations}
    return headings.pop() if len(headings) == 1 else ""


def _as_label(heading: str, language: str) -> str:
    return heading if heading.endswith(":") else f"{heading}{colon(language)}"


def brief(composed: Composed, language: str) -> str:
    """The direct answer as plain text: the first claim's quotes with their date, else the lead."""
    if composed.brief or not composed.claims:
        return composed.brief or composed.lead
    first = composed.claims[0]
    said = _rows_in_words(first, language) if is_table(first) else first.text
    date = spoken_date(first.citations[0].passage.date, language)
    return " ".join(part for part in (first.label, said, f"({date})") if part)


def is_table(claim: Claim) -> bool:
    """Are its quotes the header and rows of one table?"""
    return len(claim.citations) > 1 and all(
        line_kind(one.passage, one.start, one.end) == "row" and "\n" not in one.quote
        for one in claim.citations
    )


def cells(quote: str) -> list[str]:
    """The cells of a table's row."""
    return [cell.strip() for cell in quote.strip().strip("|").split("|")]


def _rows_in_words(claim: Claim, language: str) -> str:
    """A table's row, each cell behind its column's name; "" for the rows of what its label says."""
    if claim.label and len(claim.citations) > 2:
        return ""
    header, row = (cells(one.quote) for one in claim.citations[:2])
    named = itertools.zip_longest(header, row, fillvalue="")
    return " ; ".join(f"{name}{colon(language)} {cell}" if name else cell for name, cell in named)


def as_table(claim: Claim) -> str:
    """The header and rows as a Markdown table, every row as it is quoted."""
    header, *rows = (f"| {one.quote.strip().strip('|').strip()} |" for one in claim.citations)
    rule = "|" + "---|" * len(cells(claim.citations[0].quote))
    return "\n".join((header, rule, *rows))


def nothing(nearest: Sequence[Passage], language: str, missing: str = "") -> str:
    """That nothing was found, or what is `missing`, as Markdown, with the nearest sources."""
    said = missing or NOTHING[language]
    sources = [f"- {source_line(passage, language)}" for passage in nearest]
    return "\n".join((said, "", NEAREST[language], "", *sources)) if sources else said


def _line(claim: Claim, language: str, named: set[str]) -> str:
    """A claim with its [n], and its source unless that is `named` above; names it."""
    passage = claim.citations[0].passage
    numbers = "".join(f"[{citation.number}]" for citation in claim.citations)
    said = f"{claim.label} {claim.text}" if claim.label else claim.text
    if is_table(claim):
        said = "\n\n".join(part for part in (claim.label, as_table(claim), "") if part) + "\n\n"
    if passage.path in named:
        return f"{said} {numbers}"
    named.add(passage.path)
    original = ORIGINAL.get((language, passage.language))
    return f"{said} {numbers} — {source_line(passage, language)}" + (
        f" ({original})" if original else ""
    )
