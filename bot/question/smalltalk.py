"""Messages that are not about the texts: small talk, and questions to or about the bot. Pure.

A message is one if every word of it is in a phrase of a list or may stand around one: a word that
is in no list is a subject, and the message a question. A phrase may be misspelt by one letter.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from index.language import lists
from index.language.fold import fold
from index.language.lists import LANGUAGES

WORD = re.compile(r"\w+|[+@]")
CLAUSE = re.compile(r"\s*([^\n,;.!?]{2,40})[\n,;.!]+\s*(?=\w)")
OPENING = re.compile(r"\s*([^\W\d]+)\s+(?=\w)")
CONJUNCTION = re.compile(rf"{lists.forms('followup.conjunctions')}\b")
TWICE = re.compile(r"([^\W\d])\1+")
LONGEST = 30  # words: a longer message is about something
MISSPELT = 5  # letters from which a word may have one wrong
# Where phrases of several lists stand in a message, the first of them says what it is.
TALK = ("aside", "complaint", "help", "goodbye", "thanks", "wellbeing", "greeting", "agreed")
ABOUT = (
    *("privacy", "languages", "audience", "who", "count", "subjects", "fresh", "newest"),
    *("period", "dated", "sources", "how", "help"),
)
# Said of a text as well: "la dernière position". They ask of all the texts only beside these.
VAGUE = {"newest": "fresh", "dated": "period", "count": "count"}
OF_TEXTS = {"fresh", "newest", "count", "period", "dated", "sources", "subjects", "languages"}
THANKED_FOR = 6  # words: what thanks are for is no longer


def talk(text: str) -> str:
    """Which small talk a message is, one of TALK; "" for none.

    A message without words asks for help; a word of three capitals is an acronym.
    """
    said = _words(text)
    if not said or len(said) > LONGEST:
        return "" if said else "help"
    heard = _Heard(said, "route.talk")
    details = [detail for detail in TALK if detail in heard.found]
    acknowledges = details == ["agreed"]
    if not details or (_is_acronym(text) and not acknowledges):
        return ""
    if acknowledges and (("?" in text and len(said) > 1) or _listed("articles") & set(said)):
        return ""
    if heard.left() <= _listed("around_talk") or _is_thanks_for_something(text, said):
        return details[0]
    return ""


def without_courtesy(text: str) -> str:
    """The message after the greetings, thanks and the like that stand before it as a clause.

    A greeting of one word needs no comma, nor does an "ok" before "et".
    """
    while (clause := CLAUSE.match(text)) and talk(clause[1]):
        text = text[clause.end() :]
    if opening := OPENING.match(text):
        said, rest = talk(opening[1]), text[opening.end() :]
        if said == "greeting" or (said == "agreed" and CONJUNCTION.match(fold(rest))):
            return rest
    return text


def language_of_talk(text: str) -> str:
    """The language of a message's small talk; "" where it is of both or none."""
    said = _words(text)[:LONGEST]
    french, english = (len(said) - len(_Heard(said, "route.talk", one).left()) for one in LANGUAGES)
    return "" if french == english else LANGUAGES[french < english]


def about(text: str, has_history: bool = False) -> str:
    """Which fact of the bot or of all its texts a message asks for; "" for none.

    One of ABOUT, but "period" for "dated" and "fresh" for "newest". After other turns, only what
    speaks to the bot or names all its texts is one.
    """
    said = _words(text)
    if len(said) > LONGEST:
        return ""
    said = _without_greeting(said)
    heard, names = _Heard(said, "route.about"), _Heard(said, "route.names")
    named = set(names.found)
    years = {word for word in said if YEAR.fullmatch(word)}
    left = (heard.left() & names.left()) - _listed("around_about") - years
    if left or ("kinds" in named and "count" not in heard.found):
        return ""
    details = [detail for detail in ABOUT if detail in heard.found]
    if {"texts"} <= named and named & {"bot", "you"} and (years or not details):
        details.append("dated" if years else "sources")
    elif years:
        return ""
    for detail in details:
        if _is_of_bot(detail, named, has_history):
            return VAGUE.get(detail, detail)
    return ""


def _is_of_bot(detail: str, named: set[str], has_history: bool) -> bool:
    """Is the detail asked of the bot or all its texts, by what else the message names?"""
    if detail == "count":
        return "texts" in named or ("kinds" in named and not has_history)
    if "texts" in named and detail in OF_TEXTS:
        return True
    alone = "alone" in named and not has_history and "ours" not in named
    if detail in VAGUE:
        return alone
    return bool(named & {"bot", "you"}) or alone


class _Heard:
    """The lists of a table whose phrases stand in a message, and where."""

    def __init__(self, said: Sequence[str], table: str, language: str = ""):
        self._said, self._covered = said, set[int]()
        self.found = set[str]()
        longest: dict[int, int] = {}
        matches = sorted(_matches(said, table, language), key=lambda match: -match[1])
        for place, length, detail in matches:
            covered = set(range(place, place + length))
            if not covered <= self._covered or longest.get(place) == length:
                self.found.add(detail)
                longest[place] = length
            self._covered |= covered

    def left(self) -> set[str]:
        """The words that are in none of the phrases."""
        return {word for place, word in enumerate(self._said) if place not in self._covered}


def _matches(said: Sequence[str], table: str, language: str = "") -> Iterator[tuple[int, int, str]]:
    """Each (place, length, list) of a phrase of the table in the message."""
    for place in range(len(said)):
        for phrase, detail in _phrases(table, language).get(said[place][0], ()):
            heard = said[place : place + len(phrase)]
            if len(heard) == len(phrase) and all(map(_is_same, heard, phrase)):
                yield place, len(phrase), detail


def _without_greeting(said: list[str]) -> list[str]:
    """The message after its greetings and thanks."""
    place = 0
    while found := [
        length
        for start, length, detail in _matches(said[place:], "route.talk")
        if start == 0 and detail in ("greeting", "thanks")
    ]:
        place += max(found)
    return said[place:]


def _is_thanks_for_something(text: str, said: Sequence[str]) -> bool:
    """Is it "merci pour ces précisions"? A request ("merci de ...") or a question is not."""
    return (
        len(said) <= THANKED_FOR
        and not re.search(r"[?,;:.]\s*\S", text)
        and "?" not in text
        and THANKS_FOR.match(" ".join(said)) is not None
        and not _listed("asking") & set(said)
    )


def _is_acronym(text: str) -> bool:
    return re.fullmatch(r"\W*[A-Z]{2,3}\W*", text) is not None


def _words(text: str) -> list[str]:
    """The folded words, usual short spellings written out, letters said twice as one.

    Apostrophes and hyphens are blanks.
    """
    return [_squeezed(SPELLED.get(word, word)) for word in WORD.findall(fold(text))]


def _squeezed(word: str) -> str:
    return TWICE.sub(r"\1", word) if len(word) > 3 else word


SPELLED = lists.key_of("route.spelled")
YEAR = re.compile(r"(?:19|20)\d\d")
THANKS_FOR = re.compile(lists.forms("route.thanks_for"))


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(part for word in lists.words(f"route.words.{name}") for part in _words(word))


@cache
def _phrases(name: str, language: str) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Each phrase of a table as words, and the list that it stands in, by its first letter."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for detail in lists.table(name):
        for phrase in lists.entries(f"{name}.{detail}", language):
            found.setdefault(phrase[0], []).append((tuple(_words(phrase)), detail))
    return found


@lru_cache(maxsize=50_000)
def _is_same(heard: str, word: str) -> bool:
    """Are they one word, the first perhaps misspelt: a letter wrong, missing, added or swapped?

    Another ending is another word.
    """
    if heard == word:
        return True
    shorter, longer = sorted((heard, word), key=len)
    if len(shorter) < MISSPELT or heard[0] != word[0] or longer == shorter + "s":
        return False
    pairs = enumerate(zip(heard, word, strict=False))
    start = next((place for place, (one, other) in pairs if one != other), len(shorter))
    if len(longer) - len(shorter) == 1:
        return shorter[start:] == longer[start + 1 :]
    if start == len(word) - 1:  # the last letter is the inflection
        return False
    swapped = heard[start : start + 2] == word[start : start + 2][::-1]
    return len(shorter) == len(longer) and (
        heard[start + 1 :] == word[start + 1 :]
        or (swapped and heard[start + 2 :] == word[start + 2 :])
    )
