"""Slips of spelling, corrected against the words that the asker may see. Pure over a vocabulary.

Promise: what is right stays. A word of the texts, by its stem, in either language, a small word, a
common word of any language, a name, an acronym, a number are never corrected, nor is a word that
two others fit alike: an uncorrected slip costs less than a word that was not asked.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.language import lists
from index.language.dictionary import is_word
from index.language.fold import Folded, fold, fold_with_offsets
from index.language.sound import sound
from index.language.words import ASKING, stem, stop_words
from index.passage import Passage
from index.shelf.lexical import Lexical

WORD = re.compile(r"(?<![\w@./])[^\W\d_]+(?![\w@/]|\.\w|['’]\w)")
SHORT = lists.key_of("spelling.short")
SMALL = {fold(word): word for word in lists.entries("spelling.small")}
ELIDED = lists.entries("words.elided")
SHORTEST = 4  # letters of a word that may be a slip
LONG = 9  # letters from which a word may have two
APART = 7  # letters from which it may be two words run together
UNCLEAR = 3  # sounds of a word that many are read like, whatever they begin with
ENDING = 2  # letters of an ending: a word of such an ending and a stem of the texts is right
READ_ALIKE = 0.5  # edits that a word counts for which is read alike
CLEAR = 3  # times as many passages as any other, of a word that is as near as another
LOOKED_AT = 50  # passages in which the spelling of a word is looked up


@dataclass(frozen=True)
class Vocabulary:
    """The words that may be seen.

    `passages`: those of the generation that `lexical` counts the rows of. `is_word`: is it a word
    of the language, whatever the texts have?
    """

    lexical: Lexical
    passages: Sequence[Passage]
    is_word: Callable[[str], bool] = is_word

    def knows(self, word: str) -> bool:
        """Is the word right as it is written?"""
        folded = fold(word)
        return bool(
            folded in SMALL
            or folded in stop_words()
            or folded in ASKING
            or self.lexical.holds(folded)
            or any(len(folded) >= len(form) + ENDING for form in self.lexical.forms(folded))
            or self.is_word(word.lower())
        )

    def meant(self, word: Folded) -> str:
        """The one word that it is a slip for, as the texts write it; "" for none or several."""
        edits = 2 if len(word) >= LONG else 1
        by_stem: dict[str, tuple[float, int, int, str]] = {}
        for other, distance, passages in self.lexical.near(word, edits):
            key = sound(word)
            alike = sound(other) == key and (len(key) > UNCLEAR or other[0] == word[0])
            if not alike and distance > edits:
                continue
            found = (READ_ALIKE if alike else distance, distance, -passages, other)
            one = stem(other, "fr")
            by_stem[one] = min(by_stem.get(one, found), found)
        best, second = (*sorted(by_stem.values()), None, None)[:2]
        if best is None:
            return ""
        if second and second[:2] == best[:2] and best[2] > CLEAR * second[2]:
            return ""
        if word.startswith(best[3]) and stem(word, "fr") == stem(best[3], "fr"):
            return ""  # another form of it
        return self.written(Folded(best[3]))

    def apart(self, word: Folded) -> str:
        """The words that are run together in it, as the texts write them; "" for none."""
        for start in range(1, len(word) - 3):
            head, tail = word[:start], Folded(word[start:])
            if head in ELIDED and len(tail) >= SHORTEST and self.lexical.forms(tail):
                return f"{head}'{self.written(tail)}"
        if len(word) < APART:
            return ""
        return self._adjoining(word)

    def _adjoining(self, word: Folded) -> str:
        """Words that stand side by side in a text and make up this one."""
        for start in range(len(word) - 3, 2, -1):
            tail = Folded(word[start:])
            if not self.lexical.frequency(stem(tail, "fr")):
                continue
            joined = re.compile(r"\b" + r"[ '’-]?".join(word) + r"\b")
            for text in self._texts(tail):
                folded, offsets = fold_with_offsets(text)
                if match := joined.search(folded):
                    return text[offsets[match.start()] : offsets[match.end()]]
        return ""

    def written(self, word: Folded) -> str:
        """The word with its accents, as a text has it; in small letters if any does."""
        if word in SMALL:
            return SMALL[word]
        spelled = ""
        for text in self._texts(word):
            for match in WORD.finditer(text):
                if fold(match[0]) == word:
                    spelled = match[0]
                    if spelled.islower():
                        return spelled
        return spelled.lower() if self.is_word(spelled.lower()) else spelled or word

    def _texts(self, word: Folded) -> Iterator[str]:
        rows = np.flatnonzero(self.lexical.scores(word))[:LOOKED_AT]
        return (self.passages[row].text for row in rows.tolist())


def corrected(text: str, vocabulary: Vocabulary) -> str:
    """The question with its slips corrected; unchanged where none is found."""
    return WORD.sub(
        lambda match: _corrected(match[0], vocabulary, not text[: match.start()].strip(" ¿«\"'")),
        text,
    )


def _corrected(word: str, vocabulary: Vocabulary, is_first: bool) -> str:
    small = word.lower()
    if word != small and not (is_first and word[1:].islower()):
        return word  # a name or an acronym
    lexical = vocabulary.lexical
    found = "" if lexical.forms(small) else SHORT.get(small, "")
    if len(small) >= SHORTEST and not found and not vocabulary.knows(word):
        folded = fold(small)
        found = vocabulary.apart(folded) or vocabulary.meant(folded)
    if not found or lexical.spelled_out(word):
        return word
    return found[0].upper() + found[1:] if word != small else found
