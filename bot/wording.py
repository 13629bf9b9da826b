"""The words that frame an answer, in French and in English. Quotes are never translated."""

from collections.abc import Iterable, Sequence

from bot.records import Claim, Composed
from index.language.dates import MONTH_NAMES
from index.passage import AUDIENCES, Passage

WITHOUT_CLAIMS = ("talk", "about")  # replies that quote nothing and are no refusal
LEAD = {"fr": "Voici ce que disent nos textes :", "en": "Here is what our texts say:"}
READ_AS = {"fr": "Lu : « {question} »", "en": "Read as: “{question}”"}
NOT_IN_FORCE = {
    "fr": "Je n'ai pas trouvé de position en vigueur sur ce point. Textes qui n'engagent pas, ou "
    "plus, la fédération :",
    "en": "I found no position in force on this point. Texts that do not, or no longer, commit the "
    "federation:",
}
UNSURE = {
    "fr": "Réponse incertaine : nos textes n'abordent ce point que de loin.",
    "en": "Uncertain answer: our texts touch on this only from afar.",
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
        "superseded": "position remplacée depuis",
        "withdrawn": "position retirée",
    },
    "en": {
        "draft": "draft, not adopted",
        "superseded": "since superseded",
        "withdrawn": "withdrawn",
    },
}
RESERVED = {
    "fr": {"members": "réservé aux adhérents", "staff": "réservé à l'équipe"},
    "en": {"members": "members only", "staff": "staff only"},
}


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


def labels(passage: Passage, language: str) -> list[str]:
    """What must be said of a text that is not an adopted one of ours: its status, a third party."""
    status = STATUSES[language].get(passage.status)
    third_party = FORWARDED[language] if passage.is_forwarded else None
    return [label for label in (status, third_party) if label]


def reserved(passages: Iterable[Passage], language: str) -> str:
    """For whom a text made of these passages is: the narrowest audience's words; "" for anybody."""
    narrowest = max((AUDIENCES.index(passage.audience) for passage in passages), default=0)
    return RESERVED[language].get(AUDIENCES[narrowest], "")


def lead(claims: Sequence[Claim], language: str) -> str:
    """What comes before the claims; where none of their texts is in force, that we found none."""
    ours = any(
        not labels(citation.passage, language) for claim in claims for citation in claim.citations
    )
    return (LEAD if ours else NOT_IN_FORCE)[language]


def source_line(passage: Passage, language: str) -> str:
    """A source in one line: title, date, and its labels."""
    said = labels(passage, language)
    return f"{passage.title}, {spoken_date(passage.date, language)}" + (
        f" ({', '.join(said)})" if said else ""
    )


def markdown(composed: Composed, language: str, unsure: bool = False) -> str:
    """A reply as Markdown: a lead, and a line for each claim with its [n] and its source."""
    lead_in = composed.lead or (lead(composed.claims, language) if composed.claims else "")
    cited = {citation.passage.path for claim in composed.claims for citation in claim.citations}
    named = composed.reply == "summary" and len(cited) == 1  # the lead names the one source
    lines = "\n".join(f"- {_line(claim, language, not named)}" for claim in composed.claims)
    parts = (UNSURE[language] if unsure else "", lead_in, lines, composed.note)
    return "\n\n".join(part for part in parts if part)


def brief(composed: Composed, language: str) -> str:
    """The direct answer as plain text: the first claim's quotes with their date, else the lead."""
    if composed.brief or not composed.claims:
        return composed.brief or composed.lead
    first = composed.claims[0]
    return f"{first.text} ({spoken_date(first.citations[0].passage.date, language)})"


def nothing(nearest: Sequence[Passage], language: str, missing: str = "") -> str:
    """That nothing was found, or what is `missing`, as Markdown, with the nearest sources."""
    said = missing or NOTHING[language]
    sources = [f"- {source_line(passage, language)}" for passage in nearest]
    return "\n".join((said, "", NEAREST[language], "", *sources)) if sources else said


def _line(claim: Claim, language: str, with_source: bool = True) -> str:
    passage = claim.citations[0].passage
    original = ORIGINAL.get((language, passage.language))
    numbers = "".join(f"[{citation.number}]" for citation in claim.citations)
    said = f"{claim.label} {claim.text}" if claim.label else claim.text
    if not with_source:
        return f"{said} {numbers}"
    return f"{said} {numbers} — {source_line(passage, language)}" + (
        f" ({original})" if original else ""
    )
