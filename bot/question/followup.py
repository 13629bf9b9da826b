"""Follow-ups, without a model: does a question lean on the one before, and what is then looked for. Pure. Strict on purpose.

A follow-up opens with "et" or "what about", or names nothing of its own ("who attended?", "pourquoi ?"), or refers to what it
does not name ("which one did it replace?"), or is a mere fragment ("pour les PME ?"). All else stands alone. Its subject narrows
the one before ("et pour les PME ?") or takes its place ("et la mixité ?"): no rule of words tells which, so both are looked for.
"""

import re
from datetime import date

from index.language.period import letter_by_letter, period
from index.language.words import ASKING, stop_words, words

OPENS = re.compile(
    r"(?:et|and|ou|or|mais|but|sinon|also|aussi|what about|how about|qu'en est-il|idem|pareil)\b"
)
ASKS = re.compile(
    r"\b(?:qui|que|qu'|quoi|quels?|quelles?|quand|comment|combien|pourquoi|ou|lesquel\w*|laquelle|lequel|est-ce|who|whom|what|which|when|where|why|how"
    r"|do|does|did|is|are|was|were|have|has|should|can)\b|\bc'(?:est|etait)\b|\w-(?:nous|on|il|elle|ils|elles|t-)"
)
NEW_TOPIC = re.compile(
    r"\b(?:sur|concernant|a propos d|au sujet d|about|on|regarding|concerning)\b"
)
SWITCHES = re.compile(
    r"(?:et|and|mais|but|ou|or) (?:sur|concernant|a propos d\w*|au sujet d\w*|on|regarding|concerning)\b|(?:sur|concernant|regarding|concerning) "
)
TOPIC = re.compile(
    r"\b(?:sur|concernant|a propos d\w*|au sujet d\w*|about|on|regarding|concerning) [^,;:?.!]*"
)
FRAGMENT = re.compile(
    r"(?:pour|sur|dans|chez|avec|en|depuis|avant|apres|entre|for|on|in|about|with|at|since|before|after|between|to|from) "
)
IMPERSONAL = re.compile(
    r"\b(?:faut|y a(?:-t)?|a-t|est|s'agit|existe(?:-t)?|reste(?:-t)?|convient)-il\b(?= (?:que|de|d'|un|une|des|possible|prevu|vrai|\w+e? (?:de|que))|)"
    r"|\bil (?:y a|faut|est (?:possible|prevu|vrai)|s'agit|existe)\b|\bis it(?= \w+ (?:to|that)\b)"
)
REFERS = re.compile(
    r"(?P<inverted>\w+-(?:t-)?)?\b(?:elles?|ils?|lui|leurs?|eux|cela|ca|celui|celles?|ceux|they|them|their|theirs|it|its|he|she|him|his|her|those|these)\b"
    r"|(?<!-)\bc(?:e|et|ette|es)\b(?! (?:qu|dont\b|n'|sera|sont|serait|annee|mois|semaine|jour|\w+ derni))"
    r"|\by (?:etait|etaient|sera|seront|participai\w+|assistai\w+|ont|avons)\b|^combien (?:ont|sont|etaient|avaient|en)\b|^how many (?:have|were|are|had|of them)\b"
    r"|\bc'(?:est|etait)\b(?! (?:quoi|qui|quand|combien|comment|ou|lequel|laquelle|vrai|possible|bien|normal|prevu)\b)"
    r"|^(?:who|what|which|qui|quels?|quelles?) (?:was|were|etait|etaient) (?:our|the|nos|notre|les?|la|l')\s?\w+\s?\?*$"
    r"|\b(?:qu'en|s'en|nous en|on en|y a-t-on|y avons|l'avons|l'a-t|les avons)\b|\bth(?:is|at)\b(?= ?(?:\?|$))|\b(?:about|of|for|in|to|from) th(?:is|at)\b"
)
# What any subject has: asked for alone, it is that of the subject before.
OF_ANYTHING = frozenset(
    word
    for text in (
        "montant montants taux plafond plafonds seuil seuils delai delais date dates duree calendrier echeance budget objectif objectifs cible cout couts prix raison "
        "raisons detail details exemple exemples suite suites reponse reponses lieu participants invites present presents presente presentes participe participer assiste "
        "ici partir debut fin an ans annee annees cote dedans truc trucs disait disions disaient venu venus autre autres encore toujours deja adopte adoptee decide publie publiee signe repondu etait etaient avait avaient sera seront passe arrive",
        "start end year years one ones else other others still again already amount amounts rate rates ceiling cap threshold deadline date duration timeline budget target goal cost price reason reasons detail details example examples "
        "outcome response place participants guests attended attend present came come replied adopted decided published happened happen next result results",
    )
    for word in text.split()
)
# "L'année d'avant": counted from the year that was asked about before.
ANOTHER_YEAR = tuple(
    (re.compile(form), said, step)
    for form, said, step in (
        (r"\bl'an(?:nee)? (?:d'avant|precedente?)\b", "en", -1),
        (r"\bl'an(?:nee)? (?:d'apres|suivante?)\b", "en", 1),
        (r"\b(?:the )?(?:year before|previous year|preceding year)\b", "in", -1),
        (r"\b(?:the )?(?:year after|following year|next year)\b", "in", 1),
    )
)
TODAY = re.compile(
    r"\b(?:aujourd'hui|maintenant|actuellement|desormais|now|today|currently|nowadays|these days)\b"
)
WORD = re.compile(r"\w+(?:[-'’]\w+)*")
FEW = 3  # words on a subject that a question which leans may have


def leans_on(question: str) -> bool:
    """Must the question before be known to understand this one?"""
    text = letter_by_letter(question)
    on_subject = subject_words(question)
    asks = ASKS.search(text) is not None
    if OPENS.match(text):
        framed = (
            asks
            and NEW_TOPIC.search(text)
            and len(on_subject) >= 1
            and not ASKING.isdisjoint(words(question))
        )
        return (not framed and not (asks and len(on_subject) > FEW)) or SWITCHES.match(
            text
        ) is not None
    if not on_subject:
        return True
    if not asks:
        return FRAGMENT.match(text) is not None and len(on_subject) <= FEW
    return len(on_subject) <= FEW and _refers_back(text)


def asks_of_today(question: str) -> bool:
    """Does it ask what holds today ("et aujourd'hui ?"), whatever time was asked about before?"""
    return TODAY.search(letter_by_letter(question)) is not None


def in_that_year(asked: str, since: str, until: str) -> str:
    """The follow-up with the year that it counts from the one asked about before ("and the year before?") written out; as it is where there is none."""
    if not since or since[:4] != until[:4]:
        return asked
    for form, said, step in ANOTHER_YEAR:
        if named := form.search(letter_by_letter(asked)):
            return f"{asked[: named.start()]}{said} {int(since[:4]) + step}{asked[named.end() :]}"
    return asked


def narrowed(before: str, asked: str, today: date) -> str:
    """What to look for: the search before, less the period or the topic that the follow-up puts another in place of, and itself."""
    before = _less_its_time(before, asked, today)
    if SWITCHES.match(letter_by_letter(asked)):
        before = (
            before[: topics[-1].start()] + before[topics[-1].end() :]
            if (topics := list(TOPIC.finditer(letter_by_letter(before))))
            else before
        )
    return _joined(before, asked)


def in_its_place(before: str, asked: str, today: date) -> str:
    """What to look for if the follow-up means another subject: the search before less what it is about, and itself; "" where it names no subject."""
    if not subject_words(asked) or _refers_back(letter_by_letter(asked)):
        return ""
    return _joined(
        WORD.sub(
            lambda word: "" if subject_words(word[0]) else word[0],
            _less_its_time(before, asked, today),
        ),
        asked,
    )


def subject_words(question: str) -> list[str]:
    """The words that say what the question is about: no small words, none that only ask, no times, nothing that any subject has."""
    times = period(question, date.max)
    for start, end in reversed(times.spans if times else ()):
        question = question[:start] + " " + question[end:]
    return [
        word
        for word in words(question)
        if word not in stop_words()
        and word not in ASKING
        and word not in OF_ANYTHING
        and not re.fullmatch(r"(?:19|20)\d\d", word)
    ]


def _less_its_time(before: str, asked: str, today: date) -> str:
    replaced = period(before, today) if period(asked, today) or asks_of_today(asked) else None
    for start, end in reversed(replaced.spans if replaced else ()):
        before = before[:start] + before[end:]
    return before


def _joined(before: str, asked: str) -> str:
    return re.sub(r"\s+(?=[,.])|(?<=\s)\s+", "", f"{before} {asked}").strip(" ,")


def _refers_back(text: str) -> bool:
    """Does a pronoun stand for something that the question itself does not name before it?"""
    text = IMPERSONAL.sub(" ", text)
    for match in REFERS.finditer(text):
        before = subject_words(text[: match.start()])
        if not before or (len(before) <= 2 and not text[match.end() :].strip(" ?!.")):
            return True
    return False
