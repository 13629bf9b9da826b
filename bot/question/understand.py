"""What is asked: checks a question, tells its language, the time and kinds of document it names and what it seeks. Pure.

Promise: a follow-up is looked for together with what it leaves unsaid, a later period in place of an earlier one; a question
that stands alone takes nothing from the history, for a wrong carry-over would put words in the member's mouth.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.question.followup import (
    WORD,
    asks_of_today,
    in_its_place,
    in_that_year,
    leans_on,
    narrowed,
)
from index.errors import PlaidoyerError
from index.language.dates import MONTH
from index.language.detect import language_of
from index.language.lists import LANGUAGES
from index.language.period import letter_by_letter, period
from index.language.words import ASKING, stem, stop_words, words

LONGEST = 2_000  # characters
TURNS = 20  # earlier questions that are looked at

FRENCH = frozenset(
    "le la les l un une des du de d et est sont que qu quel quelle quels quelles qui quoi quand comment combien pourquoi sur pour "
    "par dans avec aux au en nous nos notre avons ete ont fait il elle y ce cette ces se sa son ses leur jusqu vers".split()
)
ENGLISH = frozenset(
    "the of to and is are was were what which who whom when where how why did do does we our us have has had for with by from "
    "about it its their they any should would can in".split()
)

# On small letters without accents. A word that is also a common noun (a "contribution" can be a tax, a "position" a stance, a
# "report" somebody else's) names a kind of document only in the company that makes it one.
DATED = rf"(?:d'|de |du |of |from |dated )(?:\d|{MONTH.replace('(?P<month>', '(?:')}|printemps|ete |automne|hiver|spring|summer|autumn|fall|winter|l'annee)"
KINDS = {
    kind: re.compile(form)
    for kind, form in {
        "newsletter": rf"\b(?:newsletters?|bulletins? (?:d'|{DATED})|flash[- ]info|lettres? (?:d'info|des affaires|mensuelle|trimestrielle|hebdo|aux adherents"
        rf"|aux membres|{DATED})|(?:dans|selon|d'apres) (?:la|notre)(?: derniere)? lettre\b(?! (?:au|a|ouverte|de mission)\b))",
        "position": rf"\b(?:position papers?|(?:note|papier|prise)s? de position|positions? (?:\w+ )?{DATED}|(?:19|20)\d\d position\b"
        r"|(?:dans|selon|d'apres|in|according to) (?:la|notre|nos|our) positions?\b)",
        "contribution": rf"\b(?:repon\w+ a (?:la|une|des) consultations?|contributions? (?:ecrites? )?(?:a la|a une|aux?) consultations?|contributions? {DATED}"
        r"|(?:dans|selon|d'apres|in) (?:la|notre|nos|une|our) contributions?\b(?! (?:sociale|carbone|fiscale|financiere|patronale|salariale))"
        r"|consultation (?:response|answer|reply|submission)s?|(?:response|reply|answer|submission|contribution)s? to (?:the|a) (?:\w+ ){0,4}consultation)",
        "audition": r"\b(?:(?:en|lors de l'|pendant l'|dans l'|comptes? rendus? d')\s?auditions?|auditions? (?:d|par|au|a|devant)\b|hearings?\b|meeting (?:notes|minutes)"
        r"|comptes? rendus? d'(?:entretien|une? (?:audition|rencontre|reunion)))",
        "report": r"\b(?:rapports? (?:annuels?|d'activites?)|(?:notre|nos|dans le|dans notre)(?: dernier)? (?:rapport|etude)s?\b|(?:annual|activity) reports?"
        r"|(?:our|in the)(?: latest| last)? (?:report|study)\b)",
    }.items()
}

AMOUNTS = (
    r"(?:montants?|taux|plafonds?|seuils?|parts?|pourcentages?|proportions?|budgets?|durees?|prix|couts?|nombres?|effectifs?|delais?|avances?|poids|objectifs? chiffres?"
    r"|amounts?|rates?|ceilings?|caps?|thresholds?|shares?|percentages?|costs?|prices?|numbers?|length|size)\b"
)
SEEKS = {
    sought: re.compile(form)
    for sought, form in {
        "person": r"^(?:(?:et|and|mais|but) )?(?:(?:avec|a|par|pour|de|chez|with|by|to) )?(?:qui\b(?! (?:est|sont) (?:le|la|les) (?:plus|moins))|who\b|whom\b)"
        r"|\b(?:avec|par|chez|a|de) qui\b|\b(?:with|by|from|to) whom\b|[,:;] (?:qui|who)\b|\bwho (?:did|was|were|attended|has|have)\b"
        r"|\b(?:quel(?:le)?s?|which|what) (?:institution|minist|cabinet|depute|senat|rapporteur|interlocuteur|elu|personne|commissa|conseill|direction"
        r"|official|people|person|mps?\b|meps?\b|commissioner|directorate|authorit|administration)",
        "date": r"^(?:(?:et|and|mais|but) )?(?:(?:depuis|pour|by|since|until|from) )?(?:quand|when)\b|\b(?:c'est|jusqu'a|depuis|pour|des) quand\b|\b(?:by|until|since) when\b"
        r"|\bquand ?\??$|\b(?:quel(?:le)?s? (?:est |etait |sont )?(?:la |les |le )?(?:dates?|jours?|annees?|mois|echeances?)|(?:what|which) (?:is the |was the )?"
        r"(?:date|day|month|year|deadline))\b",
        "figure": rf"\bcombien\b|\bhow (?:many|much|long|often|high|large|big|fast|quickly)\b|\bquel(?:le)?s? (?:(?:est|sont|etait|serait) )?(?:(?:le|la|les|l'|notre|nos) ?)?{AMOUNTS}"
        rf"|\bwhat (?:(?:is|are|was|were) )?(?:(?:the|our) )?(?:\w+ ){{0,2}}{AMOUNTS}",
        "list": r"\bquel(?:le)?s? (?:sont|etaient)\b|\bquel(?:le)?s (?:mesures|recommandations|demandes|propositions|priorites|actions|raisons|textes|points)\b|\blesquel(?:le)?s\b"
        r"|\bwhat (?:are|were)\b|\bwhich (?:measures|recommendations|requests|proposals|priorities|actions|reasons|texts|points)\b"
        r"|^(?:list|liste[rz]?|enumere[rz]?|enumerate|name|cite[rz]?)\b",
    }.items()
}


class QuestionRefused(PlaidoyerError):
    """The question is empty or too long; `reason` is `empty` or `long`."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Question:
    """`text` as asked; `search`: what is looked for, with what a follow-up leaves unsaid; `language`: fr or en.

    `since`, `until`: the first and last ISO day of the time it asks about, "" where it names none; `kinds`: the kinds of
    document it names; `seeks`: what must stand in the answer: person, date, figure, list or "" for anything. Of a follow-up that names a subject, `own` is the
    stretch of `search` that has its own words, and `instead` what is looked for if that subject takes the place of the one before; else "".
    """

    text: str
    search: str
    language: str
    since: str = ""
    until: str = ""
    kinds: tuple[str, ...] = ()
    seeks: str = ""
    own: str = ""
    instead: str = ""

    @property
    def own_span(self) -> tuple[int, int]:
        """Where in `search` the follow-up's own words stand; (0, 0) where it has none."""
        start = self.search.rfind(self.own)
        return (start, start + len(self.own)) if self.own else (0, 0)


def understand(text: str, history: Sequence[str] = (), today: date | None = None) -> Question:
    """The question behind `text`, given the earlier questions of the conversation, oldest first, and the day it is asked on.

    Raises `QuestionRefused`.
    """
    asked = " ".join(unicodedata.normalize("NFC", text).replace("\0", " ").split())
    if len(asked) > LONGEST:
        raise QuestionRefused(
            "long",
            f"The question has {len(asked):,} characters; {LONGEST:,} are the most. Shorten it.",
        )
    if not any(character.isalnum() for character in asked):
        raise QuestionRefused("empty", "The question is empty. Ask it in words.")
    today = today or date.today()
    alone = _alone(asked, today)
    earlier = [
        question[:LONGEST]
        for question in history
        if any(character.isalnum() for character in question)
    ][-TURNS:]
    if not earlier or not leans_on(asked):
        return alone
    before = understand(earlier[-1], earlier[:-1], today)
    said = in_that_year(asked, before.since, before.until)
    alone = _alone(said, today) if said != asked else alone
    timed = bool(alone.since or alone.until) or asks_of_today(asked)
    instead = in_its_place(before.search, said, today)[-LONGEST:]
    return replace(
        alone,
        text=asked,
        own=said.strip(" ,") if instead else "",
        instead=instead,
        search=narrowed(before.search, said, today)[-LONGEST:],
        language=before.language if len(words(asked)) <= 3 else alone.language,
        since=alone.since if timed else before.since,
        until=alone.until if timed else before.until,
        kinds=alone.kinds or before.kinds,
        seeks=alone.seeks or before.seeks,
    )


def restated(
    asked: Question, history: Sequence[str], said: str, today: date | None = None
) -> Question:
    """The question as a chat model put it so that it stands alone: `said`, for looking only. `asked` itself, as the rules understood it,
    where `said` brings a word that no one asked with, or leaves out one of the question's own.
    """
    own, allowed = _subject(asked.text), _subject(" ".join((asked.text, asked.search, *history)))
    if not said or len(said) > LONGEST or not own <= _subject(said) <= allowed:
        return asked
    alone = _alone(" ".join(said.split()), today or date.today())
    timed = bool(alone.since or alone.until)
    return replace(
        alone,
        text=asked.text,
        language=asked.language,
        own=_stretch(alone.search, _subject(asked.own)),
        kinds=alone.kinds or asked.kinds,
        seeks=alone.seeks or asked.seeks,
        since=alone.since if timed else asked.since,
        until=alone.until if timed else asked.until,
    )


def _stretch(text: str, subject: set[str]) -> str:
    """The text from the first to the last word of the subject, given by its stems; "" where it has none."""
    found = [word for word in WORD.finditer(text) if _subject(word[0]) & subject]
    return text[found[0].start() : found[-1].end()] if found else ""


def _subject(text: str) -> set[str]:
    """The stems of the words that say what a question is about, by the rules of both languages."""
    return {
        stem(word, language)
        for word in words(text)
        if word not in stop_words() | ASKING
        for language in LANGUAGES
    }


def _alone(asked: str, today: date) -> Question:
    """The question as it stands, without a history."""
    plain = letter_by_letter(asked)
    asks_about = period(asked, today)
    return Question(
        text=asked,
        search=asked,
        language=_language(asked),
        since=asks_about.since if asks_about else "",
        until=asks_about.until if asks_about else "",
        kinds=tuple(kind for kind, form in KINDS.items() if form.search(plain)),
        seeks=next((sought for sought, form in SEEKS.items() if form.search(plain)), ""),
    )


def _language(text: str) -> str:
    """The language whose small words it uses; where that does not tell ("plafond CII"), what its letters look like."""
    plain = words(text)
    french = sum(word in FRENCH for word in plain) + any(
        character in "éèêàâçùûîïôœ" for character in text.lower()
    )
    english = sum(word in ENGLISH for word in plain)
    if french != english:
        return "fr" if french > english else "en"
    return language_of(text)
