"""Which texts a question names by their titles. Pure."""

import re
from collections.abc import Sequence

from index.language.words import Term, terms, words
from index.passage import Passage
from index.shelf.lexical import Lexical

ENOUGH = 0.6  # of what is asked about, weighted by rarity, that a title or a part must have
DIGIT = re.compile(r"\d")


def titled(
    subject: Sequence[str], passages: Sequence[Passage], lexical: Lexical, *, topics: bool = False
) -> list[str]:
    """The paths of the texts whose title or path has ENOUGH of the subject's words.

    The best first, of those that are as good the newest. `topics`: theirs count as well.
    """
    held: dict[str, tuple[float, str]] = {}
    for passage in passages:
        if passage.path not in held:
            themes = passage.topics if topics else ()
            said = " ".join((passage.title, *themes, passage.path))
            held[passage.path] = coverage(subject, said, passage.language, lexical), passage.date
    return sorted(
        (path for path, (share, _) in held.items() if share >= ENOUGH),
        key=lambda path: held[path],
        reverse=True,
    )


def coverage(subject: Sequence[str], text: str, language: str, lexical: Lexical) -> float:
    """The share of the subject's words that the text has, rarer words counting more: 0 to 1."""
    said: set[Term] = set(terms(text.replace("/", " ").replace("-", " "), language))
    joined = "".join(words(text))
    weights = {
        word: 1 / (1 + max(map(lexical.frequency, lexical.forms(word)), default=0)) ** 0.5
        for word in subject
    }
    held = sum(
        weight
        for word, weight in weights.items()
        if said.intersection(lexical.forms(word)) or (DIGIT.search(word) and word in joined)
    )
    return held / sum(weights.values()) if weights else 0.0
