"""What is asked: checks a question, tells its language, and resolves a follow-up from the history. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index.describe import language_of
from index.errors import PlaidoyerError
from index.lexical import stop_words, words

LONGEST = 2_000  # characters
FOLLOWS = re.compile(r"\s*(?:et|and|ou|or|mais|but|sinon|also|aussi|what about|how about|qu['’]en est-il|idem|pareil)\b", re.I)
REFERS = frozenset(("il", "elle", "ils", "elles", "lui", "leur", "cela", "ca", "celui", "celle", "ceux", "en", "y",
                    "it", "they", "them", "this", "that", "he", "she", "him", "her"))

FRENCH = frozenset("le la les l un une des du de d et est sont que qu quel quelle quels quelles qui quoi quand comment combien pourquoi sur pour "
                   "par dans avec aux au en nous nos notre avons ete ont fait il elle y ce cette ces se sa son ses leur jusqu vers".split())
ENGLISH = frozenset("the of to and is are was were what which who whom when where how why did do does we our us have has had for with by from "
                    "about it its their they any should would can in".split())


class QuestionRefused(PlaidoyerError):
    """The question is empty or too long; `reason` is `empty` or `long`."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Question:
    """`text` as asked; `search`: what is looked for, with what a follow-up leaves unsaid; `language`: fr or en.

    `since`, `until`: the first and last ISO day of the time it asks about, "" where it names none; `kinds`: the kinds of
    document it names; `seeks`: what must stand in the answer: person, date, figure, list or "" for anything.
    """

    text: str
    search: str
    language: str
    since: str = ""
    until: str = ""
    kinds: tuple[str, ...] = ()
    seeks: str = ""


def understand(text: str, history: Sequence[str] = ()) -> Question:
    """The question behind `text`, given the earlier questions of the conversation, oldest first. Raises `QuestionRefused`."""
    asked = " ".join(unicodedata.normalize("NFC", text).replace("\0", " ").split())
    if len(asked) > LONGEST:
        raise QuestionRefused("long", f"The question has {len(asked):,} characters; {LONGEST:,} are the most. Shorten it.")
    if not any(character.isalnum() for character in asked):
        raise QuestionRefused("empty", "The question is empty. Ask it in words.")
    earlier = [" ".join(question.split())[:LONGEST] for question in history if question.strip()]
    if earlier and _is_follow_up(asked):
        before = understand(earlier[-1], earlier[:-1])
        short = len(words(asked)) <= 3
        return Question(asked, f"{before.search} {asked}"[-LONGEST:], before.language if short else _language(asked))
    return Question(asked, asked, _language(asked))


def _is_follow_up(text: str) -> bool:
    """Does it lean on what was asked before: an opening "et..." or "what about", a bare pronoun, or hardly a word of its own?"""
    plain = words(text)
    own = [word for word in plain if word not in stop_words()]
    leans = FOLLOWS.match(text) is not None or not REFERS.isdisjoint(plain)
    return leans and len(own) <= 4 or not own or (len(own) == 1 and len(plain) <= 4)


def _language(text: str) -> str:
    """The language whose small words it uses; where that does not tell ("plafond CII"), what its letters look like."""
    plain = words(text)
    french = sum(word in FRENCH for word in plain) + any(character in "éèêàâçùûîïôœ" for character in text.lower())
    english = sum(word in ENGLISH for word in plain)
    if french != english:
        return "fr" if french > english else "en"
    return language_of(text)
