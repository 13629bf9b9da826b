"""Where a newer text of ours gives another figure, deadline or name for what an older one demands,
and where two texts are nearly the same one. Reads a generation; judges nothing.

Candidates by their vectors and the words that they share; the difference by exact comparison.
Promise: both sides are quoted word for word; what differs is a value in the same unit beside words
that both have, a deadline, or the one name in what is otherwise the same sentence; and the older
text is in force, by its status and its date.
"""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

import numpy as np

from bot.amounts import DEADLINE_UNIT, Amount, amounts
from bot.records import Citation
from bot.statements import DEMANDS, INSTEAD, introduction, is_said, line_kind
from bot.views.units import demands_of_ours
from index.language import lists
from index.language.dates import MONTHS
from index.language.fold import fold, fold_with_offsets
from index.language.names import RUN, named
from index.language.numbers import SCALE_OF, UNIT_OF, in_digits
from index.language.subject import content_words
from index.language.words import stem
from index.passage import Passage
from index.shelf.store import Generation

# What two sentences must have in common to be on the same demand. Measured: docs/desk.md.
NEAR = 0.87  # cosine of the sentences, each the mean of its tokens' contextual vectors
SHARED = 0.5  # of the shorter one's subject, each word by its rarity
COMMON = 0.15  # the same, of what both say together
WORD_BY_WORD = 0.88  # mean cosine of the shorter one's words with their nearest in the other
ALIKE = 0.9  # cosine of two words, the one in the other's place, that may say the same
FEWEST = 3  # words of a subject
LONGEST_PLACE = 2  # words that stand in the place of as many others
NAMED = 0.7  # SHARED where nothing but a name differs
STEP = 40  # passages that are read in one step: 0.1 s of a processor, a member's wait
ROWS = 64  # sentences that are compared with all others in one step
COPIED, LEAST = 0.6, 5  # share of a text's sentences that another has, and how many: a copy
WHOLE = 6  # words of a sentence that tells a text from others
EVERYWHERE = 20  # texts that have a sentence which tells none of them
WORD = re.compile(r"[^\W\d_]+")
PAST = re.compile(rf"\b{lists.forms('stale.past')}")
DEALS = re.compile(rf"{lists.forms('stale.deals')}")


@dataclass(frozen=True)
class Pair:
    """An older and a newer text, a sentence of each. `differences`: (then, now) as they are
    written; none for texts that are nearly the same: then `share` of the sentences of the shorter
    one stand in the other."""

    older: Citation
    newer: Citation
    differences: tuple[tuple[str, str], ...] = ()
    share: float = 0.0

    @property
    def is_copy(self) -> bool:
        """Are they nearly the same text?"""
        return not self.differences

    @cached_property
    def key(self) -> str:
        """Tells the pair from any other as long as both quotes stand in these texts."""
        told = [(one.passage.path, one.quote) for one in (self.older, self.newer)]
        return hashlib.sha256(repr((self.is_copy, told)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class _Said:
    """A sentence that demands something: where it stands, its vector, its subject's stems, what of
    it can be compared."""

    row: int
    passage: Passage
    start: int
    end: int
    vector: np.ndarray
    subject: frozenset[str]
    amounts: tuple[Amount, ...]

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    def cited(self, number: int) -> Citation:
        return Citation(number, self.passage, self.text, self.start, self.end)


def stale_pairs(generation: Generation) -> Iterator[list[Pair]]:
    """The pairs of a generation, some at each step; many a step finds none.

    Raises `StoreDamaged`.
    """
    said: list[_Said] = []
    for first in range(0, len(generation.passages), STEP):
        rows = range(first, min(first + STEP, len(generation.passages)))
        said += [one for row in rows for one in _said(generation, row)]
        yield []
    if said:
        yield from _Comparison(generation, said).pairs()
    yield from copies(generation.passages)


def _said(generation: Generation, row: int) -> Iterator[_Said]:
    """The demands of the passage, if it is of a dated text in force."""
    passage = generation.passages[row]
    if not (passage.is_in_force and passage.date):
        return
    spans = [
        (start, end)
        for index, (start, end) in enumerate(passage.sentences())
        if is_said(passage, start, end)
        and not _is_past(passage.text[start:end])
        and _is_demand(generation, passage, index, (start, end))
    ]
    encoded = generation.encoded(row) if spans else None
    for start, end in spans:
        assert encoded is not None
        text = passage.text[start:end]
        # A text longer than the model's window has no tokens at its end.
        about = frozenset(
            stem(word, passage.language)
            for word, first, last in _words(text)
            if encoded.within(start + first, start + last).any()
        )
        if len(about) >= FEWEST:
            vector = encoded.tokens[encoded.within(start, end)].sum(axis=0, dtype=np.float32)
            vector /= max(float(np.linalg.norm(vector)), 1e-9)
            found = tuple(amounts(text, passage.language, passage.date))
            yield _Said(row, passage, start, end, vector, about, found)


def _is_demand(generation: Generation, passage: Passage, index: int, span: tuple[int, int]) -> bool:
    """Does the sentence demand something of our own, or what introduces its list or table?"""
    if demands_of_ours(passage, passage.text[slice(*span)]):
        return True
    if not line_kind(passage, *span):
        return False
    opening = introduction(passage, index, generation.before)
    return opening is not None and demands_of_ours(opening[0], opening[0].text[slice(*opening[1:])])


def _is_past(text: str) -> bool:
    """Does it tell what we asked once, and not what we ask in its place?"""
    said = fold(text)
    return PAST.search(said) is not None and not INSTEAD.search(said)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of what a sentence is about, with their places: no figure, unit or demand."""
    wanted, (said, places) = set(content_words(text)), fold_with_offsets(text)
    for match in WORD.finditer(said):
        word = match[0]
        is_about = (
            word in wanted and len(word) > 2 and not (DEMANDS.match(word) or DEALS.match(word))
        )
        if is_about and not _is_figure(word):
            yield word, places[match.start()], places[match.end()]


@lru_cache(maxsize=20_000)
def _is_figure(word: str) -> bool:
    """Is it part of a figure or a date: a unit, a scale, a month, a number in words?"""
    is_known = word in UNIT_OF or word in SCALE_OF or word in MONTHS
    return is_known or any(character.isdigit() for character in in_digits(word))


class _Comparison:
    """Compares each sentence with those of later texts."""

    def __init__(self, generation: Generation, said: Sequence[_Said]):
        self._generation, self._all = generation, said
        counted = Counter(word for one in said for word in one.subject)
        self._rarity = {word: math.log(1 + len(said) / count) for word, count in counted.items()}

    def pairs(self) -> Iterator[list[Pair]]:
        """Those in which something differs, in the order of the older sentences."""
        matrix = np.stack([one.vector for one in self._all])
        for first in range(0, len(self._all), ROWS):
            cosines = matrix[first : first + ROWS] @ matrix.T
            found = []
            for older, near in zip(self._all[first : first + ROWS], cosines, strict=False):
                if older.passage.kind != "newsletter":  # which tells of its day, and adopts nothing
                    later = [self._all[place] for place in np.flatnonzero(near >= NEAR).tolist()]
                    found.append(self._pair(older, [one for one in later if _is_later(one, older)]))
            yield [pair for pair in found if pair]

    def _pair(self, older: _Said, later: Sequence[_Said]) -> Pair | None:
        """The sentence with what the newest text on the same demand says, where that differs."""
        texts: dict[str, list[tuple[float, _Said]]] = defaultdict(list)
        for one in later:
            if likeness := self._likeness(older, one):
                texts[one.passage.path].append((likeness, one))
        if not texts:
            return None
        nearest = [max(found, key=lambda pair: pair[0])[1] for found in texts.values()]
        newest = max(nearest, key=lambda one: one.passage.date)
        differences = self._differences(older, newest)
        return Pair(older.cited(1), newest.cited(2), differences) if differences else None

    def _differences(self, older: _Said, newer: _Said) -> tuple[tuple[str, str], ...]:
        """(then, now) for what differs in two sentences that are on the same demand."""
        figures, is_replaced = _in_figures(older, newer), self._is_replaced(older, newer)
        if figures:
            return () if is_replaced else figures
        then, now = _names(older.text), _names(newer.text)
        here, there = sorted(then - now), sorted(now - then)
        shorter = min(self._weight(older.subject), self._weight(newer.subject))
        is_near = self._weight(older.subject & newer.subject) >= NAMED * shorter
        if len(here) != 1 or len(there) != 1 or not is_near:
            return ()
        if self._is_replaced(older, newer, besides=frozenset((*here, *there))):
            return ()
        return ((here[0], there[0]),)

    def _likeness(self, older: _Said, newer: _Said) -> float:
        """How near each other they are word by word; 0 where they are on other demands."""
        weights = [self._weight(one.subject) for one in (older, newer)]
        both = self._weight(older.subject & newer.subject)
        if both < SHARED * min(weights) or both < COMMON * (sum(weights) - both):
            return 0.0
        near = self._word_by_word(older, newer)
        return near if near >= WORD_BY_WORD else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        return sum(self._rarity[word] for word in words)

    def _word_by_word(self, older: _Said, newer: _Said) -> float:
        """The mean cosine of each word of the shorter one with its nearest of the other."""
        (_, vectors), (_, others) = self._vectors(older), self._vectors(newer)
        cosines = vectors @ others.T
        here, there = cosines.max(axis=1), cosines.max(axis=0)
        return float((here if len(here) <= len(there) else there).mean())

    def _is_replaced(
        self, older: _Said, newer: _Said, besides: frozenset[str] = frozenset()
    ) -> bool:
        """Has one of them another word in the place of one of the other's, not counting those of
        the names `besides`? "La taxe de séjour", "la taxe d'aménagement"."""
        left_out = {str(fold(word)) for name in besides for word in WORD.findall(name)}
        (here, vectors), (there, others) = self._vectors(older), self._vectors(newer)
        language = older.passage.language
        old, new = ([stem(word, language) for word in words] for words in (here, there))
        matcher = SequenceMatcher(a=old, b=new, autojunk=False)
        for kind, one, end, two, last in matcher.get_opcodes():
            if kind == "replace" and end - one == last - two <= LONGEST_PLACE:
                cosines = np.einsum("nd,nd->n", vectors[one:end], others[two:last])
                for word, other, cosine in zip(
                    here[one:end], there[two:last], cosines, strict=True
                ):
                    if cosine < ALIKE and not (word in left_out and other in left_out):
                        return True
        return False

    def _vectors(self, said: _Said) -> tuple[list[str], np.ndarray]:
        """The words of its subject, in order, and their unit vectors [n, d]."""
        encoded = self._generation.encoded(said.row)
        words, found = [], []
        for word, start, end in _words(said.text):
            mask = encoded.within(said.start + start, said.start + end)
            if mask.any():
                words.append(word)
                found.append(encoded.tokens[mask].sum(axis=0, dtype=np.float32))
        vectors = np.stack(found)
        return words, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def _names(text: str) -> set[str]:
    """The names of a sentence, those of several words in one."""
    words = {match.start() for match in named(text)}
    runs = [run for run in RUN.finditer(text) if any(run.start() <= at < run.end() for at in words)]
    return {run[0] for run in runs}


def _is_later(newer: _Said, older: _Said) -> bool:
    """Is its text later, as exactly as both dates are known?"""
    exact = min(len(newer.passage.date), len(older.passage.date))
    return newer.passage.date[:exact] > older.passage.date[:exact]


def _in_figures(older: _Said, newer: _Said) -> tuple[tuple[str, str], ...]:
    """(then, now) for each unit in which the newer sentence has one value that the older has not,
    in place of one or two that the newer has not."""
    found = []
    for unit in dict.fromkeys(one.unit for one in older.amounts):
        then, now = ([one for one in said.amounts if one.unit == unit] for said in (older, newer))
        gone, new = _without(then, now), _without(now, then)
        beside = frozenset().union(*(one.beside for one in then)) & frozenset().union(
            *(one.beside for one in now)
        )
        if (
            len({one.value for one in new}) == 1
            and len(gone) <= 2
            and (beside or unit == DEADLINE_UNIT)
        ):
            written = dict.fromkeys(one.written for one in then)
            found.append((", ".join(written), new[0].written))
    return tuple(found)


def _without(amounts: Sequence[Amount], others: Sequence[Amount]) -> list[Amount]:
    return [one for one in amounts if not any(one.is_same(other) for other in others)]


def copies(passages: Sequence[Passage]) -> Iterator[list[Pair]]:
    """The adopted texts that are nearly the same, by the sentences that they share, at the last of
    many steps."""
    texts: dict[str, dict[str, Citation]] = defaultdict(dict)
    for number, passage in enumerate(passages, 1):
        for start, end in passage.sentences() if passage.status == "adopted" else ():
            quote = passage.text[start:end]
            if len(quote.split()) >= WHOLE:
                said = " ".join(str(fold(quote)).split())
                texts[passage.path].setdefault(said, Citation(1, passage, quote, start, end))
        if number % STEP == 0:
            yield []
    holders: dict[str, list[str]] = defaultdict(list)
    for path, sentences in texts.items():
        for said in sentences:
            holders[said].append(path)
    shared: Counter[tuple[str, str]] = Counter()
    for paths in holders.values():
        if len(paths) <= EVERYWHERE:
            shared.update((one, two) for one in paths for two in paths if one < two)
    yield [
        _copy(texts[one], texts[two], count)
        for (one, two), count in sorted(shared.items())
        if count >= LEAST and count >= COPIED * min(len(texts[one]), len(texts[two]))
    ]


def _copy(one: dict[str, Citation], two: dict[str, Citation], count: int) -> Pair:
    """The pair of two texts, with the longest sentence that both have."""
    said = max(one.keys() & two.keys(), key=len)
    older, newer = sorted((one[said], two[said]), key=lambda cited: cited.passage.date)
    return Pair(older, newer, share=count / min(len(one), len(two)))
