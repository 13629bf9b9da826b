"""Which clauses of its quotes a claim concerns, so that what the others deny or set is not asked of it. Pure, but for the embedding model's vectors.

A logistic model on how near a clause and its sentence are to the claim, by late interaction. Fitted (`python -m bot.measure.fit_agreement`) on true claims by
the rules of the chat model's prompt whose quote has a single clause that denies: does the claim deny likewise, or is that clause none of its matter?
Promise: a clause that takes back what stands before it ("Nous nous y opposons.") stays, and so does one that denies what it announces ("Nous refusons :").
"""

import re
from collections.abc import Callable, Sequence

import numpy as np

from bot.guard.negation import read
from index.embed import Encoded
from index.language.sentences import spans_between

CLAUSE = re.compile(
    r"(?<=[.!?…])\s+|\s*[;:()]\s+|,\s+|\s*\n\s*|\s+[–—]\s+|\s+(?=(?:et|and|mais|but|car|puisque?|puisqu['’]\w+|parce|since|because|while|whereas|alors|tandis|dès lors|tant"
    r"|unless|à moins|plutôt|au lieu|rather than|instead|dont|which|who|where|où|qui|si|if|lorsqu\w*|when|quand)\b)"
)
SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?:(?<!\s)\s+)?;\s+|(?:(?<!\s)\s+)?\n\s*")
# The weights of: how much farther it is than the nearest clause (the mean best cosine of its tokens with the claim's); how many of the claim's
# tokens find their best there, for its length; how near it is; how much farther its sentence is than the nearest one.
FARTHER, DENSE, NEAR, SENTENCE_FARTHER, BIAS = -25.022, 2.989, 16.332, -23.444, -13.62
DENSEST = 3.0  # from which density counts no more
# The probability below which a clause is none of the claim's matter: one that denies, one that says what is not wanted ("pas un abandon"), any other.
DENYING, CONTRASTED, SAYING = 0.4, 0.6, 0.25
CONTRAST = re.compile(
    r"(?:(?:mais|but|et|and)\s+)?(?:non(?: pas)?|pas|not)\s+(?:(?:une?|le|la|les|des|du|an?|the)\s|l['’])",
    re.I,
)
# "We refuse two measures." is of what follows it, as a list's lead-in is.
ANNOUNCES = re.compile(
    r"\b(?:deux|trois|quatre|cinq|six|plusieurs|certain\w*|suivant\w*|ceci|two|three|four|five|several|some|following|below|these)\b"
    r"(?! (?:ans?|années?|mois|jours?|semaines?|heures?|years?|months?|days?|weeks?|hours?|millions?|milliards?|billions?|cents?|thousand|hundred|mille)\b)",
    re.I,
)
LIST = re.compile(r"\s*:\s*\n")
SHORT = 6  # long words of a clause that takes back another
SUBJECT = re.compile(r"\b(?:nous|on|elle|fédération|we|it|federation|members?|adhérents)\b", re.I)
TAKES_BACK = re.compile(
    r"\b(?:y|cela|ça|c['’]est|ceci|that|this|so|(?:[sn]['’]|nous )en|(?:ne|nous|n['’]) ?(?:la|le|les|l['’]))\b|\w it\b|\b(?:ce|cet|cette|ces|this|that|such|these)\s+(?:demande|proposition|idée|mesure|projet|texte|amendement|hausse|baisse"
    r"|request|proposal|idea|measure|draft|text|amendment|increase|cut|move|plan|step)",
    re.I,
)


def concerned(claim: str, quote: str, encode: Callable[[Sequence[str]], list[Encoded]]) -> str:
    """The quote without the clauses that are none of the claim's matter."""
    spans = spans_between(CLAUSE, quote, 0, len(quote))
    evidence = clauses(claim, quote, spans, encode) if len(spans) > 1 else None
    if evidence is None:
        return quote
    kept, last, denied = "", 0, False
    for (start, end), concern in zip(spans, _probability(evidence), strict=True):
        clause = quote[start:end]
        denies = read(clause).denials > 0
        least = SAYING if not denies else CONTRASTED if CONTRAST.match(clause) else DENYING
        announces = denies and (
            LIST.match(quote, end)
            or ANNOUNCES.search(clause)
            and re.match(r"\s*[.:\n]", quote[end - 1 :])
        )
        refers = denies and start > 0 and not denied and takes_back(clause)
        if concern < least and not announces and not refers:
            kept, last = kept + quote[last:start].rstrip() + " ", end
        else:
            denied = denied or denies
    return (kept + quote[last:]).strip()


def sentences(claim: str, quote: str, encode: Callable[[Sequence[str]], list[Encoded]]) -> str:
    """The quote without the sentences of which no clause is a matter of the claim's."""
    spans = spans_between(CLAUSE, quote, 0, len(quote))
    evidence = clauses(claim, quote, spans, encode)
    if evidence is None:
        return quote
    met = [
        start
        for (start, _), concern in zip(spans, _probability(evidence), strict=True)
        if concern >= DENYING
    ]
    return " ".join(
        quote[start:end]
        for start, end in spans_between(SENTENCE, quote, 0, len(quote))
        if any(start <= place < end for place in met)
    )


def clauses(
    claim: str,
    quote: str,
    spans: Sequence[tuple[int, int]],
    encode: Callable[[Sequence[str]], list[Encoded]],
) -> np.ndarray | None:
    """What tells whether the claim concerns the clauses at `spans`, in the order of the weights: float [clauses, 4]; None for a quote longer than the model reads."""
    sentences = spans_between(SENTENCE, quote, 0, len(quote))
    said, stated = encode([claim, quote])
    cosines = said.cosines(stated)
    within = [stated.within(*span) for span in spans]
    if not all(tokens.any() for tokens in within):
        return None
    near, dense = _met(cosines, within)
    nearness, _ = _met(cosines, [stated.within(*span) for span in sentences])
    host = [
        next(place for place, (_, end) in enumerate(sentences) if start < end) for start, _ in spans
    ]
    return np.column_stack([near.max() - near, dense, near, (nearness.max() - nearness)[host]])


def _met(cosines: np.ndarray, within: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Of each stretch of tokens, how near it is to the claim, and how many of the claim's tokens find their best there for its length."""
    near = np.array([cosines[:, tokens].max(axis=0).mean() for tokens in within])
    best = np.array([cosines[:, tokens].max(axis=1) for tokens in within]).argmax(axis=0)
    share = np.bincount(best, minlength=len(within)) / len(best)
    lengths = np.array([tokens.sum() for tokens in within])
    return near, np.minimum(share * lengths.sum() / lengths, DENSEST)


def _probability(evidence: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(evidence @ np.array([FARTHER, DENSE, NEAR, SENTENCE_FARTHER]) + BIAS)))


def takes_back(clause: str) -> bool:
    """Does a clause that denies mean the one before it ("Nous nous y opposons.")?"""
    return (
        SUBJECT.search(clause) is not None
        and TAKES_BACK.search(clause) is not None
        and len(re.findall(r"\w{4,}", clause)) <= SHORT
    )
