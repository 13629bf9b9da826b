"""Follow-ups, by rules: does a question depend on the one before, and what is then searched. Pure.

A follow-up opens with "et" or "what about", or names no subject ("who attended?"), or refers to
what it does not name ("which one did it replace?"), or is a fragment ("pour les PME ?", "pour
quelles entreprises ?"). Any other
question stands alone: the rules are strict on purpose. The subject of a follow-up narrows the one
before ("et pour les PME ?") or replaces it ("et la mixité ?"): no rule of words tells which, so
both are searched.
"""

import re
from datetime import date

from index.language import lists
from index.language.detect import language_of
from index.language.fold import Folded, fold, fold_with_offsets
from index.language.lists import LANGUAGES
from index.language.period import period
from index.language.subject import subject_words
from index.language.words import ASKING, words

CONJUNCTION, ABOUT = lists.forms("followup.conjunctions"), lists.forms("followup.about")
OPENS = re.compile(rf"(?:{CONJUNCTION}|{lists.forms('followup.opens')})\b")
ASKS = re.compile(
    rf"\b{lists.forms('followup.asks')}\b|\w-{lists.forms('followup.inverted_subjects')}"
)
NAMES_TOPIC = re.compile(rf"\b{ABOUT}\b")
# "And on", but not "et on", where "on" is a French pronoun.
SWITCHES = "|".join(
    rf"{lists.forms('followup.conjunctions', one)} {lists.forms('followup.about', one)}\b"
    for one in LANGUAGES
)
SWITCHES_TOPIC = re.compile(rf"{SWITCHES}|{lists.forms('followup.about_at_the_start')} ")
TOPIC = re.compile(rf"\b{ABOUT} [^,;:?.!]*")
# By language: "on" is a preposition in English alone.
FRAGMENT = {one: re.compile(rf"{lists.forms('followup.prepositions', one)} ") for one in LANGUAGES}
# "Pour quelles entreprises ?", "at what time?": nothing but one thing of what was said.
DETAIL = re.compile(
    rf"{lists.forms('followup.detail_prepositions')} {lists.forms('followup.which')}\b"
    r"(?: \w[\w'-]*)?\W*$"
)
IMPERSONAL = re.compile(rf"\b{lists.forms('followup.impersonal')}")
REFERS = re.compile(
    lists.forms(
        "followup.refers",
        pronoun=lists.forms("pronouns.third"),
        demonstrative=lists.forms("pronouns.demonstrative", "fr"),
        no_reference=lists.forms("followup.no_reference"),
        impersonal_complement=lists.forms("followup.impersonal_complement"),
    )
)
# "L'année d'avant": counted from the year that was asked about before.
ANOTHER_YEAR = tuple(
    (
        re.compile(rf"\b{lists.forms(f'followup.years.{name}', language)}\b"),
        lists.entries("followup.in_year", language)[0],
        step,
    )
    for name, step in (("before", -1), ("after", 1))
    for language in LANGUAGES
)
TODAY = re.compile(rf"\b{lists.forms('followup.today')}\b")
WORD = re.compile(r"\w+(?:[-'’]\w+)*")
DETAILS = lists.words("followup.details")
FEW = 3  # words on a subject that a follow-up may have


def is_follow_up(question: str) -> bool:
    """Must the question before be known to understand this one?"""
    text = fold(question)
    subject = own_subject(question)
    asks = ASKS.search(text) is not None
    if OPENS.match(text):
        if SWITCHES_TOPIC.match(text):
            return True
        states_its_topic = (
            NAMES_TOPIC.search(text) and subject and not ASKING.isdisjoint(words(question))
        )
        return not (asks and (states_its_topic or len(subject) > FEW))
    if not subject or DETAIL.match(text):
        return True
    if not asks:
        is_fragment = FRAGMENT[language_of(question)].match(text) is not None
        return is_fragment and len(subject) <= FEW
    return len(subject) <= FEW and refers_back(question)


def own_subject(question: str) -> list[Folded]:
    """The words that say what the question is about, less those that ask a detail of anything."""
    return [word for word in subject_words(question) if word not in DETAILS]


def asks_itself(question: str) -> bool:
    """Does it ask something ("et qu'a-t-on demandé ?"), rather than the same of another thing?"""
    return ASKS.search(fold(question)) is not None


def asks_about_today(question: str) -> bool:
    """Does it ask what holds today ("et aujourd'hui ?"), whatever time was asked about before?"""
    return TODAY.search(fold(question)) is not None


def resolve_year(question: str, since: str, until: str) -> str:
    """The follow-up with a year counted from the one before ("and the year before?") written out.

    `since` and `until`: the time asked about before, ISO; the question is unchanged if that is not
    within one year.
    """
    if not since or since[:4] != until[:4]:
        return question
    folded, offsets = fold_with_offsets(question)
    for form, preposition, step in ANOTHER_YEAR:
        if named := form.search(folded):
            before, after = question[: offsets[named.start()]], question[offsets[named.end()] :]
            return f"{before}{preposition} {int(since[:4]) + step}{after}"
    return question


def narrow(previous: str, question: str, today: date) -> str:
    """The search for a follow-up that narrows the previous search: both, in one text.

    The previous search loses the time or the topic that the follow-up states anew.
    """
    previous = _without_replaced_time(previous, question, today)
    if SWITCHES_TOPIC.match(fold(question)):
        folded, offsets = fold_with_offsets(previous)
        topics = list(TOPIC.finditer(folded))
        if topics:
            start, end = topics[-1].span()
            previous = previous[: offsets[start]] + previous[offsets[end] :]
    return _joined(previous, question)


def replace_subject(previous: str, question: str, today: date) -> str:
    """The search for a follow-up on another subject: the previous one less its subject, and itself.

    "" where the follow-up names no subject.
    """
    if not own_subject(question) or refers_back(question):
        return ""
    frame = WORD.sub(
        lambda word: "" if subject_words(word[0]) else word[0],
        _without_replaced_time(previous, question, today),
    )
    return _joined(frame, question)


def _without_replaced_time(previous: str, question: str, today: date) -> str:
    """The previous search without its time, if the follow-up states another."""
    restated = period(question, today) or asks_about_today(question)
    replaced = period(previous, today) if restated else None
    for start, end in reversed(replaced.spans if replaced else ()):
        previous = previous[:start] + previous[end:]
    return previous


def _joined(previous: str, question: str) -> str:
    return re.sub(r"\s+(?=[,.])|(?<=\s)\s+", "", f"{previous} {question}").strip(" ,")


def refers_back(question: str) -> bool:
    """Does a pronoun stand for something that the question itself does not name before it?"""
    text = Folded(IMPERSONAL.sub(" ", fold(question)))
    for match in REFERS.finditer(text):
        before = subject_words(text[: match.start()])
        ends = not text[match.end() :].strip(" ?!.")
        if not before or (len(before) <= 2 and ends):
            return True
    return False
