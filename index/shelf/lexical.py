"""The lexical side: words -> terms, and BM25 over the passages' terms. Owns bm25s and the stemmers.

Promise: accents, ligatures, case and elisions make no difference; "232 000" and "232000" are one term, "start-up" and "startup" too, "1,5 million" and
"1 500 000" share one, so do "le 30 mars" of a letter of 2023 and "30 March 2023"; a French question and an English one both
meet the terms of a French or an English passage by that language's stems; a long word that the corpus does not know is
looked for as those it may be a slip for, an acronym also by what the corpus says it stands for, and the other way round.
BM25 as in Lucene: Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from index.language.figures import figures
from index.passage import LANGUAGES

TERMS_VERSION = 2  # raise it when terms change: unchanged documents are then indexed anew
FOLDED = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "‘": "'"})
ELISION = re.compile(
    r"\b(?:l|d|j|m|n|s|t|c|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|aujourd(?=')(?!'hui))'(?=\w)"
)
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d|[.,]\d)")
TWO_WAYS = re.compile(r"\b(start|scale|spin|back)[ -]((?:up|off)s?)\b")  # start-up, startup
WORD = re.compile(r"\d+(?:[.,]\d+)?|\w+(?:'hui)?")
LONG = 5  # letters from which a word that the corpus does not know may be a slip
SLIPS = 3  # terms that a slip may stand for
SLIP = 0.7  # what such a term counts for
ALSO = 1.0  # what an acronym counts for beside its long form in the question, or a long form as a whole beside its acronym
SNOWBALL = {"fr": "french", "en": "english"}
# Words that ask for a position without saying on what: they count half in ranking, and not at all as evidence of an answer.
ASKING = frozenset(
    "position positions avis point vue opinion demande demandes demander demandons demandions demandait recommande recommandes "
    "recommander recommandons recommandation recommandations proposons propose proposition propositions souhaitons voulons pensons "
    "disons textes texte federation fede dit disent aujourd'hui actuelle ask asked asking recommend recommended recommendation "
    "recommendations propose proposed proposal proposals want wanted say said think view views stance request requested "
    "currently today many much".split()
)
# The same body, law or thing, by its English and its French acronym.
COUNTERPART = {
    one: other
    for pair in (
        "sme pme|ai ia|vat tva|gdp pib|gdpr rgpd|ngo ong|csr rse|cbam macf|epr rep|edpb cepd|cjeu cjue|echr cedh|ip pi|eu ue|hr rh|ict tic|uno onu|nato otan|oecd ocde|wto omc"
        "|imf fmi|ecb bce|rtc cir|gmo ogm|esma aemf|eba abe"
    ).split("|")
    for one, other in (pair.split(), pair.split()[::-1])
}
QUESTION_WORDS = {
    "quel",
    "quelle",
    "quels",
    "quelles",
    "quand",
    "comment",
    "combien",
    "pourquoi",
    "quoi",
    "dont",
    "lequel",
    "laquelle",
    "est-ce",
    "what",
    "which",
    "who",
    "whom",
    "when",
    "where",
    "why",
    "how",
    "did",
    "does",
    "do",
    "done",
    "any",
    "about",
    "our",
    "we",
    "us",
    "you",
    "your",
    "have",
    "has",
    "had",
    "been",
    "can",
    "could",
    "should",
    "would",
    "may",
    "from",
    "were",
    "its",
    "their",
    "them",
    "between",
    "aussi",
    "tout",
    "tous",
    "toute",
    "toutes",
    "plus",
    "moins",
    "tres",
    "entre",
    "selon",
    "chez",
    "vers",
    "depuis",
    "pendant",
    "afin",
    "va",
    "vont",
    "fait",
    "faire",
    "dit",
    "dire",
    "peut",
    "peux",
    "faut",
    "cela",
    "ca",
    "celui",
    "celle",
    "ceux",
    "donc",
    "alors",
    "si",
}


def plain(text: str) -> str:
    """Lower case, without accents or ligatures, straight apostrophes: what words are compared by."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(FOLDED))
    return "".join(
        character for character in folded if not unicodedata.combining(character)
    ).translate(FOLDED)


def words(text: str) -> list[str]:
    """The plain words of a text in order: elisions split off, grouped digits joined, no stop words left out."""
    joined = GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    return [
        word.replace(",", ".")
        for word in WORD.findall(TWO_WAYS.sub(r"\1\2", ELISION.sub("", plain(joined))))
    ]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """French and English words, plain, that say nothing of what a question is about."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS, STOPWORDS_FRENCH

    listed = {word for entry in (*STOPWORDS_FRENCH, *STOPWORDS_EN_PLUS) for word in words(entry)}
    return frozenset(listed | QUESTION_WORDS) - {"ai"}  # "j'ai" is rare in our texts, AI is not


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The Snowball stem of a plain word; a word with a digit is its own stem.

    The French rules expect accents, which are folded by now so that both spellings meet: a last "e" that they left
    ("finance" for "financées") is taken off, to meet "financ" (for "financement"). They also part "credit" (as a verb's form)
    from "credits", so a plural is made singular first.
    """
    if any(character.isdigit() for character in word):
        return word
    if language == "fr" and len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    stemmed = plain(_stemmers()[language].stemWord(word))
    return stemmed[:-1] if len(stemmed) > 4 and stemmed.endswith("e") else stemmed


@lru_cache(maxsize=1)
def _stemmers() -> dict:
    import Stemmer

    return {language: Stemmer.Stemmer(SNOWBALL[language]) for language in LANGUAGES}


def weight(text: str) -> float:
    """How much a stretch of a question says of what it is about: 1; 0.5 for words that only ask; 0.1 for stop words and marks."""
    said = [word for word in words(text) if word not in stop_words()]
    return 0.1 if not said else 0.5 if ASKING.issuperset(said) else 1.0


def terms(text: str, language: str) -> list[str]:
    """The index terms of a passage in `language`."""
    return [stem(word, language) for word in words(text) if word not in stop_words()]


def _counterparts(word: str) -> list[str]:
    return [COUNTERPART[one] for one in (word, word.removesuffix("s")) if one in COUNTERPART][:1]


class Lexical:
    """BM25 over the passages of one generation. Rows are the passages' positions in the generation."""

    def __init__(self, model, lexicon: Mapping):
        self._model = model
        self._documents = np.diff(model.scores["indptr"])  # passages that hold each term
        self._long = {short: tuple(forms) for short, forms in lexicon["acronyms"].items()}
        self._words = lexicon["words"]

    @classmethod
    def build(
        cls, texts: Sequence[tuple[str, str, str]], acronyms: Mapping[str, Sequence[str]]
    ) -> "Lexical":
        """Index (text, language, ISO date) triples, one a row; `acronyms` with their long forms, as `definitions` finds them."""
        import bm25s

        model = bm25s.BM25(method="lucene")
        model.index(
            [[*terms(text, language), *figures(text, date)] for text, language, date in texts],
            show_progress=False,
        )
        counted = Counter(
            word
            for text, _, _ in texts
            for word in set(words(text))
            if len(word) >= LONG - 1 and word.isalpha()
        )
        return cls(model, {"acronyms": acronyms, "words": dict(counted)})

    def save(self, folder: Path) -> None:
        """Write the index as files into `folder`."""
        self._model.save(folder, show_progress=False)
        (folder / "lexicon.json").write_text(
            json.dumps({"acronyms": self._long, "words": self._words}, ensure_ascii=False),
            encoding="utf-8",
        )

    @classmethod
    def load(cls, folder: Path) -> "Lexical":
        """Open what `save` wrote, memory-mapped."""
        import bm25s

        return cls(
            bm25s.BM25.load(folder, mmap=True),
            json.loads((folder / "lexicon.json").read_text(encoding="utf-8")),
        )

    def forms(self, word: str) -> list[str]:
        """The terms of the index that a plain word of a question may stand for, in either language; [] if none is there."""
        return [
            form
            for form in dict.fromkeys(
                stem(one, language)
                for one in (word, *_counterparts(word))
                for language in LANGUAGES
            )
            if self.frequency(form)
        ]

    def frequency(self, term: str) -> int:
        """How many passages hold the term."""
        position = self._model.vocab_dict.get(term)
        return 0 if position is None or not term else int(self._documents[position])

    def meant(self, word: str) -> list[str]:
        """The terms that a long plain word which is not in the index may be a slip for: one edit away, commonest first.

        The first letter is taken as right (few slips touch it), and a word with a digit is no slip.
        """
        if len(word) < LONG or not word.isalpha():
            return []
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        near = process.extract(
            word,
            self._by_first_letter.get(word[0], ()),
            scorer=OSA.distance,
            score_cutoff=1,
            limit=None,
        )
        near.sort(key=lambda found: -self._words[found[0]])
        return list(dict.fromkeys(form for found, *_ in near for form in self.forms(found)))[:SLIPS]

    def spelled_out(self, question: str) -> dict[str, tuple[str, ...]]:
        """What the corpus says the question's acronyms stand for, and the acronyms of the long forms that it has in full.

        A word in small letters is an acronym only if it is no stop word ("SI" is one, "si" is none).
        """
        asked = {word.upper() for word in words(question) if word not in stop_words()} | set(
            re.findall(r"\w+", question)
        )
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
        """The question with what its acronyms stand for behind it, those of the other language, and "startup" for "start-up": a model that has
        never met the one knows the other."""
        long = [
            forms[0] for short, forms in self.spelled_out(question).items() if short in self._long
        ]
        long += dict.fromkeys("".join(parts) for parts in TWO_WAYS.findall(plain(question)))
        asked = [word for word in words(question) if word not in stop_words()]
        long += dict.fromkeys(
            other.upper()
            for word in asked
            for other in _counterparts(word)
            if other not in asked and self.frequency(stem(other, "fr"))
        )
        return f"{question} ({', '.join(long)})" if long else question

    @cached_property
    def _by_first_letter(self) -> dict[str, list[str]]:
        shelved = defaultdict(list)
        for word in self._words:
            shelved[word[0]].append(word)
        return shelved

    @cached_property
    def _stemmed_forms(self) -> list[tuple[str, str, str]]:
        return [
            (" ".join(terms(long, "fr")), long, short)
            for short, forms in self._long.items()
            for long in forms
        ]

    def scores(self, question: str) -> np.ndarray:
        """BM25 of the question against every passage: float32 [n]. What it may also mean counts less than what it says."""
        index = self._model.scores
        scores = np.zeros(index["num_docs"], np.float32)
        for term, share in self._asked(question):
            position = self._model.vocab_dict.get(term)
            if position is not None and term:
                first, last = index["indptr"][position], index["indptr"][position + 1]
                scores[index["indices"][first:last]] += (
                    share * index["data"][first:last]
                )  # a passage is there once for each term
        return scores

    def _asked(self, question: str) -> Iterator[tuple[str, float]]:
        """The terms to look for, and what share of its BM25 each counts for."""
        for word in words(question):
            if word not in stop_words():
                forms = self.forms(word)
                yield from ((form, 1.0) for form in forms or ())
                yield from ((form, SLIP) for form in (() if forms else self.meant(word)))
        yield from ((term, 1.0) for term in dict.fromkeys(figures(question)))
        for others in self.spelled_out(question).values():
            for other in others:
                stems = [
                    form
                    for word in words(other)
                    if word not in stop_words()
                    for form in self.forms(word)
                ]
                yield from ((form, ALSO / len(stems)) for form in stems)
