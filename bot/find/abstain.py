"""Whether the passages found answer a question, or the honest answer is "nothing found". Pure.

A small logistic model on five features, and on what the reader makes of the first hits where there
is one. The features are relative to this corpus and this question: an absolute cosine says little,
those of an E5 model all lie between 0.70 and 0.92. Weights by maximum likelihood on the tuning half
of tests/questions.jsonl and as many questions on another corpus of thirty documents; the reported
half took no part.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bot.records import Hit
from index.embed import Encoded
from index.language import lists
from index.language.fold import fold
from index.language.subject import content_words, subject_words
from index.language.words import terms
from index.shelf.lexical import Lexical

READ = 3  # first hits that must hold the answer between them
FEW = 5  # with fewer candidates there is no distribution to compare with: the backdrop stands in
# Of the probability: below THRESHOLD nothing was found, below SURE an answer is uncertain.
# SUPPORTED: what the features alone must give where a reader read, for it tells how a passage
# answers, not whether it is of the same field (docs/decisions/022 has the figures).
THRESHOLD, SURE, SUPPORTED = 0.40, 0.78, 0.25
FOLLOWED = 0.25  # THRESHOLD for a follow-up without a subject, in a document cited before it
SUBJECT_THRESHOLD = 0.35  # of the support of a follow-up's subject; below: nothing found on it
# The weights of: the mean support of the question's words in the first hit; the support of its
# weakest word in the first READ hits; how far the first hit stands out; the logarithm of 1 + the
# number of words (a long question has a weak one); its names that the first READ hits neither spell
# nor come near to.
WEIGHTS, BIAS = (2.03, 1.48, 6.3, 1.35, -0.62), -3.65
# Likewise where the hits were read, and of the logit that the reader finds any to answer: chosen on
# the tuning half of tests/questions.jsonl and on tests/tuning_federations/. Near-misses of these
# repeat the passages' words, so that support weighs for an answer there and against one here: it
# is left to SUPPORTED (docs/decisions/022).
READ_WEIGHTS, READ_BIAS = (0.0, 0.0, 0.0, 1.06, -0.85, 1.06), 0.67
LONG = 5  # words from which length counts no more: verbiage is no evidence
SPELLED = (
    0.4  # the support of a word that a passage spells; 1: each of its tokens matched perfectly
)
WORD = re.compile(r"[\w'’-]+")
ELIDED = re.compile(r"^.*['’](?=\w)")
NAME = re.compile(r"[A-ZÀ-Þ][\w-]")
# A law by its name in three words or more, and how many names it counts for that no hit has.
LAW = re.compile(rf"(?:\b[A-Z][\w-]+ ){{2,4}}{lists.forms('evidence.laws')}\b")
UNKNOWN = 3
# So many content words make a bare subject; so much support answers it though no hit spells it.
BARE, NEAR = 2, 0.5
BACKDROP = lists.entries("evidence.backdrop")


@dataclass(frozen=True)
class Evidence:
    """A question's encoding, its candidates, at least one, best first, and what they are held to.

    `backdrop`: the matches of the question's tokens with the texts of BACKDROP; needed only where
    there are fewer than FEW hits. `language`: the question's, "" where it does not matter.
    """

    encoded: Encoded
    hits: Sequence[Hit]
    lexical: Lexical
    backdrop: Sequence[Sequence[float]] = ()
    language: str = ""

    def usual_matches(self) -> np.ndarray:
        """The matches of each text that is compared with: float [texts, tokens]."""
        few = len(self.hits) < FEW
        return np.array([*(hit.matches for hit in self.hits), *(self.backdrop if few else ())])


class _Support(NamedTuple):
    """How far passages support a word of the question.

    `value`: 1 if each of its tokens is matched perfectly, 0 if as in any passage. `unnamed`: it is
    a name that no passage has, nor anything like it (a translation, a slip).
    """

    word: str
    start: int
    value: float
    unnamed: bool


def probability(question: str, evidence: Evidence) -> float:
    """The model's probability, 0 to 1, that the first hits answer the question."""
    values, read = features(question, evidence), _read(evidence.hits[:READ])
    if read is not None and values[0] < NEAR and _is_unheard_of(question, evidence):
        return 0.0
    if read is None:
        logit = float(np.dot(values, WEIGHTS)) + BIAS
    else:
        logit = float(np.dot((*values, read), READ_WEIGHTS)) + READ_BIAS
        if _logistic(float(np.dot(values, WEIGHTS)) + BIAS) < SUPPORTED:
            return min(_logistic(logit), SUPPORTED)
    return _logistic(logit)


def _is_unheard_of(question: str, evidence: Evidence) -> bool:
    """Is it a word or two that the first hits, of the question's own language, do not have?

    Of "le tourisme" something near is found in any texts.
    """
    read, words = evidence.hits[:READ], content_words(question)
    foreign = any(hit.passage.language != evidence.language for hit in read)
    if foreign or not 0 < len(words) <= BARE:
        return False
    spelled = {term for hit in read for term in _terms(hit)}
    return not any(form in spelled for word in words for form in evidence.lexical.forms(word))


def _logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def features(question: str, evidence: Evidence) -> tuple[float, ...]:
    """What the model weighs, in the order of WEIGHTS."""
    means = evidence.usual_matches().mean(axis=1)
    closest = [support.value for support in _supports(question, evidence, 1)] or [0.0]
    read = _supports(question, evidence, READ)
    spread = max(float(np.mean(hit.matches)) for hit in evidence.hits) - float(np.median(means))
    return (
        sum(closest) / len(closest),
        min((support.value for support in read), default=0.0),
        spread,
        math.log1p(min(LONG, len(closest))),
        float(
            sum(support.unnamed for support in read) + UNKNOWN * _unknown_laws(question, evidence)
        ),
    )


def _unknown_laws(question: str, evidence: Evidence) -> int:
    """How many laws the question calls by names that no hit has: "Digital Markets Act".

    Each of its words may stand in the texts, of other laws.
    """
    names = {fold(match[0]) for match in LAW.finditer(question)}
    if not names:
        return 0
    texts = " ".join(fold(" ".join((hit.passage.title, hit.passage.text))) for hit in evidence.hits)
    acronyms = {name: "".join(word[0] for word in name.split()) for name in names}
    return sum(
        name not in texts and re.search(rf"\b{acronyms[name]}\b", texts) is None for name in names
    )


def _read(hits: Sequence[Hit]) -> float | None:
    """The logit of the reader's probability that any of the hits answers; None: it read none."""
    probabilities = [hit.answers for hit in hits if hit.answers is not None]
    if not probabilities:
        return None
    none = min(max(math.prod(1 - value for value in probabilities), 1e-6), 1 - 1e-6)
    return math.log((1 - none) / none)


def subject_support(question: str, follow_up: tuple[int, int], evidence: Evidence) -> float:
    """How far the first hit speaks of the subject that a follow-up names, 0 to 1.

    The mean support of the subject's words in the stretch `follow_up` of the question; 1 where it
    names none.
    """
    subject = [
        support.value
        for support in _supports(question, evidence, 1)
        if follow_up[0] <= support.start < follow_up[1] and subject_words(support.word)
    ]
    return sum(subject) / len(subject) if subject else 1.0


def _supports(question: str, evidence: Evidence, first: int) -> list[_Support]:
    """The support of each content word of the question in the first hits.

    The mean over its tokens, and at least SPELLED where one of the hits has the word.
    """
    read = evidence.hits[:first]
    usual = np.median(evidence.usual_matches(), axis=0)
    best = np.array([hit.matches for hit in read]).max(axis=0)
    gained = (best - usual) / (1 - usual).clip(1e-3)
    spelled = {term for hit in read for term in _terms(hit)}
    supports = []
    for match in WORD.finditer(question):
        content = content_words(match[0])
        name = ELIDED.sub("", match[0])  # without its "l'", whose token any text meets or none
        tokens = evidence.encoded.within(match.end() - len(name), match.end())
        if content and tokens.any():
            there = any(
                form in spelled for word in content for form in evidence.lexical.forms(word)
            )
            gain = float(gained[tokens].mean())
            named = NAME.match(name) is not None and (match.start() > 0 or name.isupper())
            unnamed = named and not there and gain < SPELLED
            supports.append(_Support(match[0], match.start(), max(gain, SPELLED * there), unnamed))
    return supports


def _terms(hit: Hit) -> list[str]:
    passage = hit.passage
    text = " ".join((passage.title, *passage.headings, passage.text))
    return list(terms(text, passage.language))
