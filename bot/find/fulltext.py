"""The documents that hold every word of a search, best first, each with a sentence that has them.

A word is found in any of its forms, in the text, its headings or the document's title, there also
by its beginning. Promise: nothing of another audience is looked at.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from bot.records import Glimpse
from index.language.lists import LANGUAGES
from index.language.words import stem, stop_words, words
from index.passage import Passage
from index.shelf.generation import Generation
from index.shelf.lexical import Lexical

# "10 000" is one number: a blank between figures.
THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}\b)")
WORD = re.compile(r"\w+")
LONGEST = 240  # characters of what is shown


def holding(text: str, generation: Generation, audiences: Sequence[str]) -> list[Glimpse]:
    """The documents for `audiences` that hold the words of `text`; none where it has none."""
    visible = generation.visible(audiences)
    said = words(THOUSANDS.sub("", text))
    sought = [word for word in said if word not in stop_words()] or said
    if not sought or not visible.any():
        return []
    lexical = generation.lexical_for(audiences)
    passages, rows = generation.passages, np.flatnonzero(visible).tolist()
    titles = {passages[row].path: words(passages[row].title) for row in rows}
    within = set(titles)
    for word in sought:
        holds = np.flatnonzero(visible & (lexical.scores(word) > 0)).tolist()
        within &= {passages[row].path for row in holds} | {
            path for path, title in titles.items() if any(one.startswith(word) for one in title)
        }
    scores = lexical.scores(text)
    best: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (-scores[row], row)):
        if passages[row].path in within:
            best.setdefault(passages[row].path, row)
    asked = _stems(sought, lexical)
    return [Glimpse(passages[row], _pieces(passages[row], asked)) for row in best.values()]


def _stems(sought: Sequence[str], lexical: Lexical) -> set[str]:
    """The stems that a word of a sentence has if it is one of those sought."""
    own = {stem(word, language) for word in sought for language in LANGUAGES}
    return own | {
        form for word in sought for form in lexical.meant(word) if not lexical.forms(word)
    }


def _pieces(passage: Passage, asked: set[str]) -> tuple[tuple[str, bool], ...]:
    """The sentence with most of the words, in pieces: its text, and whether it is one of them."""
    sentences = [passage.text[start:end] for start, end in passage.sentences()]
    marked = [[*_marked(sentence, passage.language, asked)] for sentence in sentences]
    if not marked:
        return ()
    best = max(marked, key=lambda pieces: len({text.casefold() for text, hit in pieces if hit}))
    return tuple(_cut(best)) if any(hit for _, hit in best) else ()


def _marked(sentence: str, language: str, asked: set[str]) -> Iterator[tuple[str, bool]]:
    end = 0
    for match in WORD.finditer(sentence):
        if any(stem(word, language) in asked for word in words(match[0])):
            yield sentence[end : match.start()], False
            yield match[0], True
            end = match.end()
    yield sentence[end:], False


def _cut(pieces: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The pieces up to LONGEST characters, from a little before the first word that was found."""
    first = next(place for place, (_, hit) in enumerate(pieces) if hit)
    before = pieces[first - 1][0] if first else ""
    if len(before) > LONGEST // 2:
        before = f"…{before[-LONGEST // 2 :].split(' ', 1)[-1]}"
    left = LONGEST
    for text, hit in ((before, False), *pieces[first:]):
        if len(text) > left:
            yield f"{text[:left].rsplit(' ', 1)[0]}…", False
            return
        left -= len(text)
        yield text, hit
