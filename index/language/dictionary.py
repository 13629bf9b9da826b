"""Is it a word of French or of English, whatever our texts have? Owns simplemma.

Its dictionaries hold inflected forms; they are read at the first question that needs them (0.4 s
and 50 MB, warm). They lack many words that never change: adverbs are known by their adjective, the
others by a list.
"""

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

from index.language import lists
from index.language.fold import fold
from index.language.lists import LANGUAGES

UNCHANGING = lists.words("dictionary.unchanging", "fr")
# How an adverb is made of its adjective: the end of the one, the ends of the other.
ADVERBS = tuple(
    (re.compile(f"{adverb}$"), adjectives)
    for adverb, adjectives in (
        ("amment", ("ant",)),
        ("emment", ("ent",)),
        ("ément", ("", "e")),
        ("ment", ("", "e")),
    )
)

# What a letter without an accent may stand for in French.
ACCENTED = {"e": "éèê", "a": "âà", "i": "îï", "o": "ô", "u": "ûù", "c": "ç"}
LEFT_OUT = 2  # accents of a word that may be left out together
# Letters of the longest word that is looked for; the longest that French has in use is
# "anticonstitutionnellement". The spellings of a longer one are too many to try.
LONGEST = 25


@lru_cache(maxsize=10_000)
def is_word(word: str) -> bool:
    """Is the word, in small letters, right: as it is written, or but for accents left out?"""
    from simplemma import is_known  # reads nothing before the first call

    adjectives = (
        word[: match.start()] + ending
        for form, endings in ADVERBS
        if (match := form.search(word))
        for ending in endings
    )
    return (
        not word  # what is left of a sign: simplemma refuses it
        or fold(word) in UNCHANGING
        or is_known(word, lang=LANGUAGES)
        or is_known(f"{word}s", lang=LANGUAGES)
        or any(is_known(adjective, lang="fr") for adjective in adjectives)
        or (
            len(word) <= LONGEST
            and word.isascii()
            and any(is_known(other, lang="fr") for other in _accented(word))
        )
    )


@lru_cache(maxsize=10_000)
def is_french(word: str) -> bool:
    """Is it a word of French, in small letters, as it is written?"""
    from simplemma import is_known

    adjectives = (
        word[: match.start()] + ending
        for form, endings in ADVERBS
        if (match := form.search(word))
        for ending in endings
    )
    return fold(word) in UNCHANGING or any(
        is_known(one, lang="fr") for one in (word, f"{word}s", *adjectives) if one
    )


def _accented(word: str) -> Iterator[str]:
    """The word with one accent, then with two, in every place."""
    places = [place for place, letter in enumerate(word) if letter in ACCENTED]
    for count in range(1, LEFT_OUT + 1):
        for chosen in itertools.combinations(places, count):
            for letters in itertools.product(*(ACCENTED[word[place]] for place in chosen)):
                spelled = list(word)
                for place, letter in zip(chosen, letters, strict=True):
                    spelled[place] = letter
                yield "".join(spelled)
