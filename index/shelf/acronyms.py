"""The acronyms that a corpus defines itself: "crédit d'impôt recherche (CIR)", "CIR : crédit...".

Pure. Promise: a long form is taken only where the acronym is spelled by the beginnings of its
words, each word but the small ones giving at least its first letter: what merely stands before a
parenthesis is no definition. After Schwartz & Hearst 2003, "A Simple Algorithm for Identifying
Abbreviation Definitions in Biomedical Text", made stricter.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from index.language import lists
from index.language.fold import fold

SMALL = lists.words("acronyms.small")
SHORT = r"[A-ZÀ-Þ][A-ZÀ-Þa-zà-ÿ0-9]*(?:-[A-ZÀ-Þ0-9]+){0,8}"
BEHIND = re.compile(
    rf"(?P<long>[^()\n:;.!?]{{4,160}})\(\s*[«\"“]?\s*(?P<short>{SHORT})\s*[»\"”]?\s*[),;]"
)
AHEAD = re.compile(
    rf"\b(?P<short>{SHORT})\s*\(\s*[«\"“]?\s*(?P<long>[^()\n]{{4,120}}?)\s*[»\"”]?\s*\)"
)
GLOSSARY = re.compile(
    rf"^[^\w\n]*(?P<short>{SHORT})\W*\s[:–—-]\s+(?P<long>[^()\n:;.]{{4,120}})", re.M
)
WORD = re.compile(r"(?P<joined>-)?(?P<word>[^\W_]+)")
# Long forms kept of an acronym, the commonest first: French and English, singular and plural.
FORMS = 3
# A form with less than this share of the commonest one's count is a slip or another meaning.
RARE = 0.3


def definitions(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What `long_forms` gives of all that the texts define."""
    return long_forms(pair for text in texts for pair in defined(text))


def long_forms(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """(acronym, long form) pairs -> the long forms of each acronym, commonest first.

    The long forms are spelled as where they came first.
    """
    counts: dict[str, Counter] = defaultdict(Counter)
    spelled: dict[tuple[str, str], str] = {}
    for short, long in pairs:
        key = fold(" ".join(match["word"] for match in WORD.finditer(long)))
        counts[short][key] += 1
        spelled.setdefault((short, key), long)
    return {
        short: tuple(
            spelled[short, key]
            for key, count in forms.most_common(FORMS)
            if count >= RARE * forms.most_common(1)[0][1]
        )
        for short, forms in sorted(counts.items())
    }


def defined(text: str) -> Iterator[tuple[str, str]]:
    """The acronyms of the text, in capitals and without a plural s, each with its long form.

    That is the shortest stretch of words before it, all behind it, or those after its colon.
    """
    for match in BEHIND.finditer(text):
        yield from _fitting(
            match, lambda count: ((first, count) for first in range(count - 2, -1, -1))
        )
    for match in AHEAD.finditer(text):
        yield from _fitting(match, lambda count: ((first, count) for first in range(min(2, count))))
    for match in GLOSSARY.finditer(text):
        yield from _fitting(match, lambda count: ((0, last) for last in range(2, count + 1)))


def _fitting(
    match: re.Match, stretches: Callable[[int], Iterable[tuple[int, int]]]
) -> Iterator[tuple[str, str]]:
    """The acronym and the first of the stretches (of so many words) that spells it, if one does."""
    short = re.sub(r"(?<=[A-ZÀ-Þ])s$", "", match["short"])
    capitals = sum(letter.isupper() for letter in short)
    letters = fold(re.sub(r"[^A-Za-zÀ-ÿ]", "", short))
    if not 2 <= len(letters) <= 8 or capitals < 2 or 2 * capitals <= len(letters):
        return
    words = list(WORD.finditer(match["long"]))
    for first, last in stretches(len(words)):
        if last - first <= 2 * len(letters) + 3 and _spells(words[first:last], letters):
            yield (
                short.upper(),
                " ".join(match["long"][words[first].start("word") : words[last - 1].end()].split()),
            )
            return


def _spells(words: list[re.Match], letters: str) -> bool:
    """Do the words, whose first and last are not small, spell the letters by their beginnings?"""
    plain = [(fold(match["word"]), bool(match["joined"])) for match in words]
    own = [word for word, _ in plain if word not in SMALL]
    shortest = 4 if len(letters) == 2 else 1  # two letters are soon met by chance
    return (
        len(own) >= 2
        and min(map(len, own)) >= shortest
        and plain[0][0] not in SMALL
        and plain[-1][0] not in SMALL
        and _spelled(plain, letters, 1 if len(letters) <= 3 else 4)
    )


def _spelled(words: Sequence[tuple[str, bool]], letters: str, most: int) -> bool:
    if not words:
        return not letters
    (word, joined), rest = words[0], words[1:]
    for length in range(min(most, len(word), len(letters)), 0, -1):
        if letters.startswith(word[:length]) and _spelled(rest, letters[length:], most):
            return True
    return (joined or word in SMALL) and _spelled(rest, letters, most)
