"""The lexical side: BM25 over the terms of the passages. Owns bm25s and rapidfuzz.

Promise: a French question and an English one both meet the terms of a French or an English passage
by that language's stems; "1,5 million" and "1 500 000" share a term, so do "le 30 mars" of a letter
of 2023 and "30 March 2023"; a long word that the texts do not have is looked for as those it may be
a slip for, an acronym also by what the texts say it stands for, and the other way round. The texts
are those that the reader may see: there is an index for each audience, and no other text changes a
frequency, a spelling or an acronym in it. BM25 as in Lucene: Robertson & Zaragoza 2009, "The
Probabilistic Relevance Framework: BM25 and Beyond".
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from index.language import lists
from index.language.fold import fold
from index.language.lists import LANGUAGES
from index.language.numbers import figure_terms
from index.language.sound import sound
from index.language.words import COMPOUND, Term, counterpart, stem, stop_words, terms, words
from index.passage import AUDIENCES, Passage
from index.shelf.acronyms import defined, long_forms

COUNTED = "counted.jsonl"  # the terms' version, then a line a passage
TERMS_VERSION = 3  # raise it when terms change: unchanged documents are then indexed anew
LONG = 5  # letters from which a word that the corpus does not know may be a slip
SLIPS = 3  # terms that a slip may stand for
SLIP_WEIGHT = 0.7  # what such a term counts for
# What an acronym counts for beside its long form in the question, or a long form as a whole beside
# its acronym.
EXPANSION_WEIGHT = 1.0


@dataclass(frozen=True)
class _Counted:
    """What is counted of a passage.

    `words`: those from which a slip may be, each once; `acronyms`: with their long forms.
    """

    terms: Sequence[Term | str]
    words: Sequence[str]
    acronyms: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, text: str, language: str, date: str, defining: str = "") -> "_Counted":
        long = {word for word in words(text) if len(word) >= LONG - 1 and word.isalpha()}
        counted = [*terms(text, language), *figure_terms(text, date)]
        return cls(counted, sorted(long), list(defined(defining)))


class Lexical:
    """BM25 over the passages that a reader may see; rows are their positions in the generation.

    `rows`: those of the passages that were indexed, in order: int [m]; `total`: how many rows the
    generation has.
    """

    def __init__(self, model, lexicon: Mapping, rows: np.ndarray, total: int):
        self._model, self._rows, self._total = model, rows, total
        self._documents = np.diff(model.scores["indptr"])  # passages that hold each term
        self._long = {short: tuple(forms) for short, forms in lexicon["acronyms"].items()}
        self._words = lexicon["words"]

    @classmethod
    def build(
        cls, texts: Sequence[tuple[str, str, str]], acronyms: Mapping[str, Sequence[str]]
    ) -> "Lexical":
        """Index (text, language, ISO date) triples, one a row.

        `acronyms` are given with their long forms, as `definitions` finds them.
        """
        counted = [_Counted.of(*text) for text in texts]
        return cls._of(counted, acronyms, np.arange(len(texts)), len(texts))

    @classmethod
    def _of(
        cls,
        counted: Sequence[_Counted],
        acronyms: Mapping[str, Sequence[str]],
        rows: np.ndarray,
        total: int,
    ) -> "Lexical":
        import bm25s

        model = bm25s.BM25(method="lucene")
        model.index([list(one.terms) for one in counted], show_progress=False)
        vocabulary = Counter(word for one in counted for word in one.words)
        # Sorted, for sets have another order in each process, and slips of equal count keep it.
        lexicon = {"acronyms": acronyms, "words": dict(sorted(vocabulary.items()))}
        return cls(model, lexicon, rows, total)

    def save(self, folder: Path) -> None:
        """Write the index as files into `folder`."""
        self._model.save(folder, show_progress=False)
        (folder / "lexicon.json").write_text(
            json.dumps(
                {"acronyms": self._long, "words": self._words, "total": self._total},
                ensure_ascii=False,
            ),
            encoding="utf-8",
        )
        np.save(folder / "rows.npy", self._rows.astype(np.int32))

    @classmethod
    def load(cls, folder: Path) -> "Lexical":
        """Open what `save` wrote, memory-mapped."""
        import bm25s

        lexicon = json.loads((folder / "lexicon.json").read_text(encoding="utf-8"))
        model = bm25s.BM25.load(folder, mmap=True)
        return cls(model, lexicon, np.load(folder / "rows.npy"), lexicon["total"])

    def forms(self, word: str) -> list[str]:
        """The terms of the index that a folded word of a question stands for in either language."""
        stems = (stem(one, which) for one in (word, counterpart(word)) for which in LANGUAGES)
        return [form for form in dict.fromkeys(stems) if self.frequency(form)]

    def frequency(self, term: str) -> int:
        """How many passages hold the term."""
        position = self._model.vocab_dict.get(term)
        return 0 if position is None or not term else int(self._documents[position])

    def meant(self, word: str) -> list[str]:
        """The terms that a long word which is not in the index may be a slip for, commonest first.

        They are one edit away. The first letter is taken as right (few slips touch it), and a word
        with a digit is no slip.
        """
        if len(word) < LONG or not word.isalpha():
            return []
        near = sorted(self._close(word, 1), key=lambda found: -self._spelled[found])
        return list(dict.fromkeys(form for found in near for form in self.forms(found)))[:SLIPS]

    def holds(self, word: str) -> bool:
        """Does a text hold this folded word of LONG - 1 letters or more, in this very form?"""
        return word in self._words

    def near(self, word: str, edits: int) -> list[tuple[str, int, int]]:
        """What a folded word may be a slip for: (word, edits, passages that hold it), in no order.

        Words of the texts and small words, at most `edits` away with the same first letter, or
        however many away and read alike.
        """
        from rapidfuzz.distance import OSA

        found = self._close(word, edits)
        for other in self._by_sound.get(sound(word), ()):
            found.setdefault(other, OSA.distance(word, other))
        return [(other, distance, self._spelled[other]) for other, distance in found.items()]

    def _close(self, word: str, edits: int) -> dict[str, int]:
        """The words with the same first letter, at most `edits` away: word -> how many."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        begun = self._by_first_letter.get(word[0], ())
        close = process.extract(word, begun, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return {other: int(distance) for other, distance, _ in close}

    def spelled_out(self, question: str) -> dict[str, tuple[str, ...]]:
        """What the question's acronyms stand for in the corpus, and the acronyms of its long forms.

        A word in small letters is an acronym only if it is no stop word ("SI" is one, "si" is not).
        """
        asked = {word.upper() for word in words(question) if word not in stop_words()}
        asked |= set(re.findall(r"\w+", question))
        found = {
            short: forms
            for short in sorted(asked | {short.removesuffix("S") for short in asked})
            if (forms := self._long.get(short))
        }
        stems = f" {' '.join(terms(question, 'fr'))} "
        return found | {
            long: (short,)
            for stemmed, long, short in self._stemmed_forms
            if f" {stemmed} " in stems and short not in found
        }

    def spelling_out(self, question: str) -> str:
        """The question with its other spellings behind it, for a model that knows only those.

        They are what its acronyms stand for, those of the other language, and "startup" for
        "start-up".
        """
        long = [
            forms[0] for short, forms in self.spelled_out(question).items() if short in self._long
        ]
        long += dict.fromkeys("".join(parts) for parts in COMPOUND.findall(fold(question)))
        asked = [word for word in words(question) if word not in stop_words()]
        long += dict.fromkeys(
            other.upper()
            for word in asked
            if (other := counterpart(word))
            if other not in asked and self.frequency(stem(other, "fr"))
        )
        return f"{question} ({', '.join(long)})" if long else question

    @cached_property
    def _spelled(self) -> dict[str, int]:
        """The words that a slip may stand for, and how many passages hold each.

        Small words stand in most.
        """
        return self._words | {
            fold(word): len(self._rows) for word in lists.entries("spelling.small")
        }

    @cached_property
    def _by_first_letter(self) -> dict[str, list[str]]:
        shelved = defaultdict(list)
        for word in self._spelled:
            shelved[word[0]].append(word)
        return shelved

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        shelved = defaultdict(list)
        for word in self._spelled:
            shelved[sound(word)].append(word)
        return shelved

    @cached_property
    def _stemmed_forms(self) -> list[tuple[str, str, str]]:
        return [
            (" ".join(terms(long, "fr")), long, short)
            for short, forms in self._long.items()
            for long in forms
        ]

    def scores(self, question: str) -> np.ndarray:
        """BM25 of the question against every passage of the generation: float32 [n].

        0 for those that are not in this index. What it may also mean counts less than what it says.
        """
        index = self._model.scores
        scores = np.zeros(self._total, np.float32)
        for term, share in self._asked(question):
            position = self._model.vocab_dict.get(term)
            if position is not None and term:
                first, last = index["indptr"][position], index["indptr"][position + 1]
                # A passage is there once for each term, so that += adds.
                rows = self._rows[index["indices"][first:last]]
                scores[rows] += share * index["data"][first:last]
        return scores

    def _asked(self, question: str) -> Iterator[tuple[str, float]]:
        """The terms to look for, and what share of its BM25 each counts for."""
        for word in words(question):
            if word not in stop_words():
                forms = self.forms(word)
                yield from ((form, 1.0) for form in forms)
                yield from ((form, SLIP_WEIGHT) for form in (() if forms else self.meant(word)))
        yield from ((term, 1.0) for term in dict.fromkeys(figure_terms(question)))
        for others in self.spelled_out(question).values():
            for other in others:
                stems = [
                    form
                    for word in words(other)
                    if word not in stop_words()
                    for form in self.forms(word)
                ]
                yield from ((form, EXPANSION_WEIGHT / len(stems)) for form in stems)


Read = tuple[str, str, str, str]
"""All that is read of a passage to count it."""


def write(folder: Path, passages: Sequence[Passage], known: Mapping[Read, str]) -> None:
    """Write an index for each audience that has passages, of what its readers may see alone.

    They are in `folder`/AUDIENCE; `Lexical.load` opens one. Each passage is read once: of 15,000
    passages, three indexes take 14.3 s to write and 6.5 MB, one 14.2 s and 3.2 MB. `known` is what
    `counted` gave of an index before.
    """
    lines = [known.get(read := _read(passage)) or _counted(read) for passage in passages]
    folder.mkdir()
    (folder / COUNTED).write_text("\n".join([str(TERMS_VERSION), *lines]), encoding="utf-8")
    counted = [_Counted(*json.loads(line)) for line in lines]
    widths = np.array([AUDIENCES.index(passage.audience) for passage in passages], int)
    for width in np.unique(widths):
        rows = np.flatnonzero(widths <= width)
        some = [counted[row] for row in rows]
        acronyms = long_forms((short, long) for one in some for short, long in one.acronyms)
        index = Lexical._of(some, acronyms, rows, len(passages))
        index.save(folder / AUDIENCES[width])


def counted(folder: Path, passages: Sequence[Passage]) -> dict[Read, str]:
    """What `write` counted of these passages, by what it read: nothing if in another way.

    The next index takes it from there: counting is 90 % of the work.
    """
    try:
        version, *lines = (folder / COUNTED).read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:  # of an older format
        return {}
    if version != str(TERMS_VERSION):
        return {}
    return dict(zip(map(_read, passages), lines, strict=True))


def _read(passage: Passage) -> Read:
    text = f"{' '.join(passage.headings)}\n{passage.text}"
    return text, passage.language, passage.date, passage.text


def _counted(read: Read) -> str:
    return json.dumps(list(vars(_Counted.of(*read)).values()), ensure_ascii=False)
