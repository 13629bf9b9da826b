"""The words that say what a question is about, apart from those that only ask. Pure."""

import re
from datetime import date

from index.language import lists
from index.language.fold import Folded
from index.language.period import period
from index.language.words import ASKING, stop_words, words

OF_ANY_SUBJECT = lists.words("subject.of_any")
YEAR = re.compile(r"(?:19|20)\d\d")
# Every time counts as past. Not `date.max`: the winter of its year would end outside the calendar.
FAR_OFF = date(9000, 12, 31)


def content_words(text: str) -> list[Folded]:
    """The folded words of a text, in order, less stop words and those that only ask."""
    return [word for word in words(text) if word not in stop_words() and word not in ASKING]


def subject_words(question: str) -> list[Folded]:
    """The content words less times and what any subject has ("le montant", "the deadline")."""
    return [
        word
        for word in content_words(without_times(question))
        if word not in OF_ANY_SUBJECT and not YEAR.fullmatch(word)
    ]


def without_times(question: str) -> str:
    """The question without the times that it asks about."""
    times = period(question, FAR_OFF)
    for start, end in reversed(times.spans if times else ()):
        question = f"{question[:start]} {question[end:]}"
    return question
