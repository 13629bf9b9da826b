"""Messages that are not about the texts: small talk, and questions to or about the bot. Pure.

A message is one if every word of it is a phrase of a list or may stand around one: a word that is
in no list is a subject, and the message a question. A phrase may be misspelt by one letter.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from os.path import commonprefix

from index.language import lists
from index.language.fold import fold

WORD = re.compile(r"\w+|[+@]")
TWICE = re.compile(r"(\w)\1+")
MISSPELT = 5  # letters from which a word may have one wrong
# Where phrases of several lists stand in a message, the first of them says what it is.
TALK = ("help", "goodbye", "thanks", "wellbeing", "greeting", "agreed")
ABOUT = (
    *("privacy", "languages", "audience", "who", "fresh", "count", "period", "sources"),
    *("subjects", "how", "help"),
)
# What may be asked of the texts without a word to the bot.
OF_TEXTS = {"fresh", "count", "period", "sources", "subjects", "languages"}
NAMED = ("you", "bot", "texts", "kinds", "alone", "ours")  # what a message may name


def talk(text: str) -> str:
    """Which small talk a message is, one of TALK; "" for none."""
    said = _words(text)
    if not said:
        return "help"
    found, left = _parted(said, "route.talk")
    if not set(left) <= _listed("around_talk"):
        return ""
    return next((detail for detail in TALK if detail in found), "")


def about(text: str, has_history: bool = False) -> str:
    """Which fact of the bot or of all its texts a message asks for, one of ABOUT; "" for none.

    After other turns, only what speaks to the bot or names all its texts is one.
    """
    said = _without_talk(_words(text))
    if not said:
        return ""
    found, left = _parted(said, "route.about")
    named = _named(said)
    known = _listed("around_about").union(*map(_listed, NAMED))
    years = {word for word in left if word.isdigit()}
    if not found or not set(left) - years <= known:
        return ""
    if years and not ({"you", "texts"} <= named):
        return ""
    details = [detail for detail in ABOUT if detail in found]
    if not named & {"you", "bot"}:
        details = [detail for detail in details if _stands_alone(detail, named, has_history)]
    return details[0] if details else ""


def _stands_alone(detail: str, named: set[str], has_history: bool) -> bool:
    """Is the detail asked for without a word to the bot?"""
    if detail in OF_TEXTS and "texts" in named:
        return True
    if detail == "count" and "kinds" in named:
        return True
    if has_history or "ours" in named:
        return False
    return detail in ("who", "help") or "alone" in named


def _named(said: Sequence[str]) -> set[str]:
    return {name for name in NAMED if not _listed(name).isdisjoint(said)}


def _words(text: str) -> list[str]:
    """The folded words, apostrophes and hyphens taken as blanks, letters said twice as one."""
    return [_squeezed(word) for word in WORD.findall(fold(text))]


def _squeezed(word: str) -> str:
    return TWICE.sub(r"\1", word) if len(word) > 3 else word


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(
        _squeezed(part) for word in lists.words(f"route.words.{name}") for part in _words(word)
    )


@cache
def _phrases(name: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Each phrase of a table as words, and the list that it stands in; the longest first."""
    listed = [
        (tuple(_words(phrase)), detail)
        for detail, phrases in lists.table(name).items()
        for phrase in phrases
    ]
    return tuple(sorted(listed, key=lambda entry: -len(entry[0])))


def _parted(said: Sequence[str], name: str) -> tuple[set[str], list[str]]:
    """The lists of the table whose phrases stand in a message, and the words that are in none."""
    found, left, place = set(), [], 0
    while place < len(said):
        matched = list(_at(said, place, name))
        if not matched:
            left.append(said[place])
            place += 1
            continue
        longest = max(length for length, _ in matched)
        found |= {detail for length, detail in matched if length == longest}
        place += longest
    return found, left


def _at(said: Sequence[str], place: int, name: str) -> Iterator[tuple[int, str]]:
    for phrase, detail in _phrases(name):
        heard = said[place : place + len(phrase)]
        if len(heard) == len(phrase) and all(map(_is_same, heard, phrase)):
            yield len(phrase), detail


def _without_talk(said: list[str]) -> list[str]:
    """The words after a greeting or thanks at the start, which a question may follow."""
    place = 0
    while place < len(said):
        lengths = [
            length
            for length, detail in _at(said, place, "route.talk")
            if detail in ("greeting", "thanks")
        ]
        if not lengths:
            break
        place += max(lengths)
    return said[place:]


@cache
def _is_same(heard: str, word: str) -> bool:
    """Are they one word, the first perhaps misspelt: a letter wrong, missing, added or swapped?"""
    if heard == word:
        return True
    if min(len(heard), len(word)) < MISSPELT or heard[0] != word[0]:
        return False
    shorter, longer = sorted((heard, word), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    start = len(commonprefix((heard, word)))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    swapped = shorter[start : start + 2] == longer[start : start + 2][::-1]
    return shorter[start + 1 :] == longer[start + 1 :] or (
        swapped and shorter[start + 2 :] == longer[start + 2 :]
    )
