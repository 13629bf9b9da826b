"""Text -> words, stems and terms, in French and English. Owns the stemmers and the stop words.

Promise: accents, ligatures, case and elisions make no difference; "232 000" and "232000" are one
word, "start-up" and "startup" too.
"""

import re
from functools import lru_cache
from typing import Any, NewType

from index.language import lists
from index.language.fold import Folded, fold
from index.language.lists import LANGUAGES
from index.language.numbers import join_groups

Term = NewType("Term", str)
"""What an index knows a word by: its stem, or a figure's canonical form."""

ELISION = re.compile(
    rf"\b(?:{'|'.join(lists.entries('words.elided'))}|aujourd(?=')(?!'hui))'(?=\w)"
)
COMPOUND = re.compile(
    rf"\b({'|'.join(lists.entries('words.compound_heads'))})"
    rf"[ -]({'|'.join(lists.entries('words.compound_tails'))})\b"
)
WORD = re.compile(r"\d+(?:[.,]\d+)?|\w+(?:'hui)?")
ASKING = lists.words("words.asking")
COUNTERPART = {
    one: other
    for pair in lists.entries("acronyms.counterparts")
    for one, other in (pair.split(), pair.split()[::-1])
}
SNOWBALL = {"fr": "french", "en": "english"}


def words(text: str) -> list[Folded]:
    """The folded words of a text in order, stop words included.

    Elisions are split off, grouped digits joined.
    """
    whole = COMPOUND.sub(r"\1\2", ELISION.sub("", fold(join_groups(text))))
    return [Folded(word.replace(",", ".")) for word in WORD.findall(whole)]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """French and English words, folded, that say nothing of what a question is about."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS, STOPWORDS_FRENCH

    listed = {word for entry in (*STOPWORDS_FRENCH, *STOPWORDS_EN_PLUS) for word in words(entry)}
    # "j'ai" is rare in our texts, AI is not.
    return frozenset(listed | lists.words("words.question")) - {"ai"}


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> Term:
    """The Snowball stem of a folded word; a word with a digit is its own stem.

    The French rules expect accents, which are folded by now so that both spellings meet: a last
    "e" that they left ("finance" for "financées") is taken off, to meet "financ" (for
    "financement"). They also part "credit" (as a verb's form) from "credits", so a plural is made
    singular first.
    """
    if any(character.isdigit() for character in word):
        return Term(word)
    if language == "fr" and len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    stemmed = fold(_stemmers()[language].stemWord(word))
    return Term(stemmed[:-1] if len(stemmed) > 4 and stemmed.endswith("e") else stemmed)


@lru_cache(maxsize=1)
def _stemmers() -> dict[str, Any]:
    import Stemmer

    return {language: Stemmer.Stemmer(SNOWBALL[language]) for language in LANGUAGES}


def weight(text: str) -> float:
    """How much a stretch of a question says of what it is about.

    1; 0.5 for words that only ask; 0.1 for stop words and punctuation.
    """
    said = [word for word in words(text) if word not in stop_words()]
    return 0.1 if not said else 0.5 if ASKING.issuperset(said) else 1.0


def terms(text: str, language: str) -> list[Term]:
    """The index terms of a passage in `language`."""
    return [stem(word, language) for word in words(text) if word not in stop_words()]


def counterpart(word: str) -> str:
    """The acronym of the other language for the same body, law or thing; "" if none is known."""
    return next(
        (COUNTERPART[one] for one in (word, word.removesuffix("s")) if one in COUNTERPART), ""
    )
