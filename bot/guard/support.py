"""Whether the words of a claim stand in its quotes, or near to what these say. Pure, but for the embedding model's vectors.

Promise: what is said of something else does not pass because it holds no figure, name or denial that could be compared. Each of the claim's
words on a subject is looked for in the quotes and in the titles and headings of their passages: its stem, else the best cosine of its tokens
(late interaction). The limits are those of the bundled model.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np

from index.embed import Encoded
from index.language.lists import LANGUAGES
from index.language.words import ASKING, stem, stop_words, words

WORD = re.compile(r"[^\W\d_][\w-]*")
SHORTEST = 3  # letters of a word that says what something is about
WEAK = 2  # of the claim's words, those that are met least
# How many words on a subject there must be (across languages, those of a short text are met badly), and the least that the two weakest, and all,
# may be met on average: within a language, and across. When they were set, no true claim of 650 within a language fell for it, 6 of 703 across
# did; given the quotes of the claim whose own are nearest, 94 of 100 claims fell within a language, 81 across.
WITHIN, ACROSS = (2, 0.77, 0.88), (4, 0.70, 0.82)


def unsupported(
    claim: str,
    texts: Sequence[str],
    same_language: bool,
    encode: Callable[[Sequence[str]], list[Encoded]],
) -> str:
    """The word of the claim that is farthest from all `texts` (quotes, and what their passages are about), or "" where they bear the claim out."""
    there = {form for text in texts for form in _stems(text)}
    asked = [
        match
        for match in WORD.finditer(claim)
        if any(
            len(word) >= SHORTEST and word not in stop_words() | ASKING for word in words(match[0])
        )
    ]
    if all(_stems(match[0]) & there for match in asked):
        return ""  # most claims in their quote's language: nothing to encode
    said, *stated = encode([claim, *texts])
    best = np.max([said.cosines(text).max(axis=1) for text in stated], axis=0)
    met = {
        match[0]: 1.0 if _stems(match[0]) & there else float(best[tokens].mean())
        for match in asked
        if (tokens := said.within(*match.span())).any()
    }
    fewest, least, on_average = WITHIN if same_language else ACROSS
    if len(met) < fewest:
        return ""
    weakest, mean = float(np.mean(sorted(met.values())[:WEAK])), float(np.mean(list(met.values())))
    return min(met, key=met.__getitem__) if weakest < least or mean < on_average else ""


def _stems(text: str) -> set[str]:
    return {stem(word, language) for word in words(text) for language in LANGUAGES}
