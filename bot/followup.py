"""Follow-ups, without a model: does a question lean on the one before, and what is then looked for. Pure. Strict on purpose.

A follow-up opens with "et" or "what about", or names nothing of its own ("who attended?", "pourquoi ?"), or refers to what it
does not name ("which one did it replace?"), or is a mere fragment ("pour les PME ?"). All else stands alone.
"""

import re
from datetime import date

from bot.period import letter_by_letter, period
from index.lexical import ASKING, stop_words, words

OPENS = re.compile(r"(?:et|and|ou|or|mais|but|sinon|also|aussi|what about|how about|qu'en est-il|idem|pareil)\b")
ASKS = re.compile(r"\b(?:qui|que|qu'|quoi|quels?|quelles?|quand|comment|combien|pourquoi|ou|lesquel\w*|laquelle|lequel|est-ce|who|whom|what|which|when|where|why|how"
                  r"|do|does|did|is|are|was|were|have|has|should|can)\b|\w-(?:nous|on|il|elle|ils|elles|t-)")
NEW_TOPIC = re.compile(r"\b(?:sur|concernant|a propos d|au sujet d|about|on|regarding|concerning)\b")
SWITCHES = re.compile(r"(?:et|and|mais|but|ou|or) (?:sur|concernant|a propos d\w*|au sujet d\w*|on|regarding|concerning)\b|(?:sur|concernant|regarding|concerning) ")
TOPIC = re.compile(r"\b(?:sur|concernant|a propos d\w*|au sujet d\w*|about|on|regarding|concerning) [^,;:?.!]*")
FRAGMENT = re.compile(r"(?:pour|sur|dans|chez|avec|en|depuis|avant|apres|entre|for|on|in|about|with|at|since|before|after|between|to|from) ")
IMPERSONAL = re.compile(r"\b(?:faut|y a(?:-t)?|a-t|est|s'agit|existe(?:-t)?|reste(?:-t)?|convient)-il\b(?= (?:que|de|d'|un|une|des|possible|prevu|vrai|\w+e? (?:de|que))|)"
                        r"|\bil (?:y a|faut|est (?:possible|prevu|vrai)|s'agit|existe)\b|\bis it(?= \w+ (?:to|that)\b)")
REFERS = re.compile(r"(?P<inverted>\w+-(?:t-)?)?\b(?:elles?|ils?|lui|leurs?|eux|cela|ca|celui|celles?|ceux|they|them|their|theirs|it|its|he|she|him|his|her|those|these)\b"
                    r"|(?<!-)\bc(?:e|et|ette|es)\b(?! (?:qu|dont\b|n'|sera|sont|serait|annee|mois|semaine|jour|\w+ derni))"
                    r"|\b(?:qu'en|s'en|nous en|on en|y a-t-on|y avons|l'avons|l'a-t|les avons)\b|\bth(?:is|at)\b(?= ?(?:\?|$))|\b(?:about|of|for|in|to|from) th(?:is|at)\b")
# What any subject has: asked for alone, it is that of the subject before.
OF_ANYTHING = frozenset(word for text in (
    "montant montants taux plafond plafonds seuil seuils delai delais date dates duree calendrier echeance budget objectif objectifs cible cout couts prix raison "
    "raisons detail details exemple exemples suite suites reponse reponses lieu participants invites present presents presente presentes participe participer assiste "
    "venu venus autre autres encore toujours deja adopte adoptee decide publie publiee signe repondu etait etaient avait avaient sera seront passe arrive",
    "one ones else other others still again already amount amounts rate rates ceiling cap threshold deadline date duration timeline budget target goal cost price reason reasons detail details example examples "
    "outcome response place participants guests attended attend present came come replied adopted decided published happened happen next result results") for word in text.split())
TODAY = re.compile(r"\b(?:aujourd'hui|maintenant|actuellement|desormais|now|today|currently|nowadays|these days)\b")
FEW = 3  # words on a subject that a question which leans may have


def leans_on(question: str) -> bool:
    """Must the question before be known to understand this one?"""
    text = letter_by_letter(question)
    on_subject = _on_subject(question)
    asks = ASKS.search(text) is not None
    if OPENS.match(text):
        framed = asks and NEW_TOPIC.search(text) and len(on_subject) >= 1 and not ASKING.isdisjoint(words(question))
        return not framed and not (asks and len(on_subject) > FEW) or SWITCHES.match(text) is not None
    if not on_subject:
        return True
    if not asks:
        return FRAGMENT.match(text) is not None and len(on_subject) <= FEW
    return len(on_subject) <= FEW and _refers_back(text)


def asks_of_today(question: str) -> bool:
    """Does it ask what holds today ("et aujourd'hui ?"), whatever time was asked about before?"""
    return TODAY.search(letter_by_letter(question)) is not None


def narrowed(before: str, asked: str, today: date) -> str:
    """What to look for: the search before, less the period or the topic that the follow-up puts another in place of, and itself."""
    if (period(asked, today) or asks_of_today(asked)) and (replaced := period(before, today)):
        for start, end in reversed(replaced.spans):
            before = before[:start] + before[end:]
    if SWITCHES.match(letter_by_letter(asked)):
        before = before[:topics[-1].start()] + before[topics[-1].end():] if (topics := list(TOPIC.finditer(letter_by_letter(before)))) else before
    return re.sub(r"\s+(?=[,.])|(?<=\s)\s+", "", f"{before} {asked}").strip(" ,")


def _on_subject(question: str) -> list[str]:
    """The words that say what the question is about: no small words, none that only ask, no times, nothing that any subject has."""
    times = period(question, date.max)
    for start, end in reversed(times.spans if times else ()):
        question = question[:start] + " " + question[end:]
    return [word for word in words(question) if word not in stop_words() and word not in ASKING and word not in OF_ANYTHING
            and not re.fullmatch(r"(?:19|20)\d\d", word)]


def _refers_back(text: str) -> bool:
    """Does a pronoun stand for something that the question itself does not name before it?"""
    text = IMPERSONAL.sub(" ", text)
    for match in REFERS.finditer(text):
        before = _on_subject(text[:match.start()])
        if not before or (len(before) <= 2 and not text[match.end():].strip(" ?!.")):
            return True
    return False
