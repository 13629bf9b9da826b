"""The lexical side: words -> terms, and BM25 over the passages' terms. Owns bm25s and the stemmers.

Promise: accents, ligatures, case and elisions make no difference; "232 000" and "232000" are one term; a French question
and an English one both meet the terms of a French or an English passage by that language's stems.
BM25 as in Lucene: Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.passage import LANGUAGES

FOLDED = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "‘": "'"})
ELISION = re.compile(r"\b(?:l|d|j|m|n|s|t|c|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|aujourd(?=')(?!'hui))'(?=\w)")
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d|[.,]\d)")
WORD = re.compile(r"\d+(?:[.,]\d+)?|\w+(?:'hui)?")
SNOWBALL = {"fr": "french", "en": "english"}
# Words that ask for a position without saying on what: they count half in ranking, and not at all as evidence of an answer.
ASKING = frozenset("position positions avis point vue opinion demande demandes demander demandons demandions demandait recommande recommandes "
                   "recommander recommandons recommandation recommandations proposons propose proposition propositions souhaitons voulons pensons "
                   "disons textes texte federation fede dit disent aujourd'hui actuelle ask asked asking recommend recommended recommendation "
                   "recommendations propose proposed proposal proposals want wanted say said think view views stance request requested "
                   "currently today many much".split())
QUESTION_WORDS = {
    "quel", "quelle", "quels", "quelles", "quand", "comment", "combien", "pourquoi", "quoi", "dont", "lequel", "laquelle", "est-ce",
    "what", "which", "who", "whom", "when", "where", "why", "how", "did", "does", "do", "done", "any", "about", "our", "we", "us", "you",
    "your", "have", "has", "had", "been", "can", "could", "should", "would", "may", "from", "were", "its", "their", "them", "between",
    "aussi", "tout", "tous", "toute", "toutes", "plus", "moins", "tres", "entre", "selon", "chez", "vers", "depuis", "pendant", "afin",
    "va", "vont", "fait", "faire", "dit", "dire", "peut", "peux", "faut", "cela", "ca", "celui", "celle", "ceux", "donc", "alors", "si",
}


def plain(text: str) -> str:
    """Lower case, without accents or ligatures, straight apostrophes: what words are compared by."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(FOLDED))
    return "".join(character for character in folded if not unicodedata.combining(character)).translate(FOLDED)


def words(text: str) -> list[str]:
    """The plain words of a text in order: elisions split off, grouped digits joined, no stop words left out."""
    joined = GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    return [word.replace(",", ".") for word in WORD.findall(ELISION.sub("", plain(joined)))]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """French and English words, plain, that say nothing of what a question is about."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS, STOPWORDS_FRENCH

    listed = {word for entry in (*STOPWORDS_FRENCH, *STOPWORDS_EN_PLUS) for word in words(entry)}
    return frozenset(listed | QUESTION_WORDS)


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The Snowball stem of a plain word; a word with a digit is its own stem.

    The French rules expect accents, which are folded by now so that both spellings meet: a last "e" that they left
    ("finance" for "financées") is taken off, to meet "financ" (for "financement").
    """
    if any(character.isdigit() for character in word):
        return word
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


class Lexical:
    """BM25 over the passages of one generation. Rows are the passages' positions in the generation."""

    def __init__(self, model):
        self._model = model
        self._documents = np.diff(model.scores["indptr"])  # passages that hold each term

    @classmethod
    def build(cls, texts: Sequence[tuple[str, str]]) -> "Lexical":
        """Index (text, language) pairs, one a row."""
        import bm25s

        model = bm25s.BM25(method="lucene")
        model.index([terms(text, language) for text, language in texts], show_progress=False)
        return cls(model)

    def save(self, folder: Path) -> None:
        """Write the index as files into `folder`."""
        self._model.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> "Lexical":
        """Open what `save` wrote, memory-mapped."""
        import bm25s

        return cls(bm25s.BM25.load(folder, mmap=True))

    def forms(self, word: str) -> list[str]:
        """The terms of the index that a plain word of a question may stand for, in either language; [] if none is there."""
        return [form for form in dict.fromkeys(stem(word, language) for language in LANGUAGES) if self.frequency(form)]

    def frequency(self, term: str) -> int:
        """How many passages hold the term."""
        position = self._model.vocab_dict.get(term)
        return 0 if position is None or not term else int(self._documents[position])

    def scores(self, question: str) -> np.ndarray:
        """BM25 of the question against every passage: float32 [n]."""
        asked = [form for word in words(question) if word not in stop_words() for form in self.forms(word)]
        if not asked:
            return np.zeros(self._model.scores["num_docs"], np.float32)
        return self._model.get_scores(asked)
