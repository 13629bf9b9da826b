"""Whether a claim and its quotes take the same side: the probability that they do not. Pure, but for the embedding model it is given.

A small logistic model on what the texts deny, bound and direct (`polarity`), and on what the embedding model finds nearer: the claim, or
the claim turned round (`turned`). A denial moves a text's vector little, but nearly always away from the text that lacks it. Weights and
the mean and deviation of each feature stand in agreement.json, fitted by `python -m bot.measure.fit_agreement` on tests/claims.jsonl,
tests/claims_tune.jsonl and tests/claims_by_rules.jsonl; the claims of tests/claims_blind.jsonl took no part.
"""

import json
import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from bot.guard import contrast, polarity
from bot.guard.concern import concerned
from bot.guard.shortened import shortened
from bot.guard.turned import denied, opposites, undenied
from index.embed import Encoded
from index.language.sentences import SENTENCE_END, spans_between

Encode = Callable[[Sequence[str]], list[Encoded]]  # texts, encoded in one pass
CONTRARY = 0.35  # from which probability a claim falls: of those by the rules, left out of the fit, 2.8 % of the turned ones stand and 3.5 % of the true ones fall
CONTRAST = re.compile(
    r"(?:(?:mais |but |et |and )?(?:non(?: pas)?|pas|not)|rather than|plutôt que|au lieu de|instead of)\s+(?:(?:une?"
    r"|le|la|les|des|du|an?|the)\s|l[’'])|(?:plutôt qu|au lieu d)[’']une? "
)
BETWEEN = re.compile(  # two sentences, a lead-in and its list being one; what is wanted and what is not ("une pause, pas un abandon")
    rf"(?<=[.!?…])\s*\n\s*|(?<=[^\s:;,])\s*\n\s*(?![-•*–—]|\d+[.)]\s)|(?:{SENTENCE_END.pattern})|,\s+(?={CONTRAST.pattern})|(?<!\s)\s+(?=(?:plutôt qu|au lieu d|rather than|instead of))"
    r"|;[^\S\n]+|(?<!\s)\s+(?=(?:et|and) (?:rien|personne|aucune?|nothing|nobody|no one)\b)|,\s+(?=(?:que|which) (?:rien|personne|aucun\w*|nothing"
    r"|nobody|no one|no)\b)|,\s+(?=(?:et|mais|and|but) (?:nous|on|ils?|elles?|we|it|they|he|she|(?:la|the|notre|our) [Ff][ée]d[ée]ration"
    r"|n(?:os|otre) (?:adhérente?|membre)s?|our members?)\b)"
    r"|(?<!\s)\s*:[^\S\n]+(?=(?i:nous|on|ils?|elles?|we|it|they|he|she|aucune?|no)\b)"
)
WEIGHTS = Path(__file__).parent / "agreement.json"
LEXICAL = (
    "turned",
    "turned, a main verb of the claim",
    "turned, a main verb of the quote",
    "turned, unlike words",
    "unlike words",
    "turned by the claim",
    "sides apart",
    "turned, sides apart",
    "sides out of nothing",
    "bounds unlike",
    "claim denies",
    "quote denies",
    "both deny",
    "claim directs",
    "quote directs",
    "both direct",
    "own words",
    "words left",
    "same words",
    "turned, own words",
    "turned, words left",
    "turned, same words",
)
SENTENCE = ("turned from the nearest sentence", "turned from all and from the nearest sentence")
NEARNESS = ("pooled", "claim to quote", "quote to claim")
TURNS = (
    "claim undenied",
    "quote undenied",
    "both undenied",
    "claim's opposite",
    "quote's opposite",
    "claim denied",
    "quote denied",
)
DENIALS = (0, 1, 5, 6)  # of TURNS: those that take away a denial or add one
FEATURES = (
    *LEXICAL,
    *SENTENCE,
    *NEARNESS,
    *(f"{turn}, {nearness}" for turn in TURNS for nearness in NEARNESS),
    *(f"turned, {TURNS[turn]}, {nearness}" for turn in DENIALS for nearness in NEARNESS),
    *(f"nearer {turn}" for turn in TURNS if turn != "both undenied"),
)


class CachedEncoder:
    """An `Encode` that encodes each text once."""

    def __init__(self, encode: Encode):
        self._encode, self._known = encode, {}

    def __call__(self, texts: Sequence[str]) -> list[Encoded]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encode(new) if new else (), strict=True))
        return [self._known[text] for text in texts]


def is_contrary(claim: str, quote: str, encode: Encode | None) -> bool:
    """Does the claim take another side than its quote, as far as can be told?

    A denied word and its opposite are one; where an opposite, or nothing but a denial, tells the two apart, the model is not asked.
    Without `encode`, the bundled model's, for which alone the weights hold, the claim does as soon as the words allow for a doubt.
    """
    if encode is None:
        compared = polarity.compared(claim, quote)
        doubt = (
            any(compared[sign] for sign in ("turned", "apart", "limits", "strange"))
            or contrast.contrasts(claim)
            and contrast.contrasts(quote)
        )
        return doubt and not (compared["turned"] and compared["undone"])
    if contrast.are_turned(claim, quote, encode):
        return True
    quote, compared = compared_in(quote, claim, encode)
    if compared["turned"] and compared["undone"]:
        return False
    if (
        (compared["apart"] or compared["limits"])
        and not compared["turned"]
        or compared["turned"]
        and not compared["unlike"]
    ):
        return True
    return _probability(features(claim, quote, compared, encode)) >= CONTRARY


def compared_in(quote: str, claim: str, encode: Encode) -> tuple[str, dict[str, int]]:
    """What the claim concerns of its quote, and how it differs from that (`polarity.compared`); a side or bound that any sentence takes is not strange."""
    part = concerned(claim, shortened(quote, claim), encode)
    compared = polarity.compared(claim, part)
    if part == quote:
        return part, compared
    whole = polarity.compared(claim, quote)
    return part, {
        **compared,
        **{sign: min(compared[sign], whole[sign]) for sign in ("strange", "bounds")},
    }


def features(claim: str, quote: str, lexical: dict[str, int], encode: Encode) -> np.ndarray:
    """FEATURES of a claim and its quote, `lexical` being what `polarity.compared` found: float64 [len(FEATURES)].

    `encode` is asked for the same texts again and should remember them.
    """

    def near(one: str, other: str) -> np.ndarray:
        return _nearness(*encode([one, other]))

    turned = float(lexical["turned"])
    values = [
        turned,
        turned * lexical["claim"],
        turned * lexical["quote"],
        turned * lexical["unlike"],
        (1 - turned) * lexical["unlike"],
        turned * lexical["excess"],
        lexical["apart"],
        turned * lexical["apart"],
        lexical["strange"],
        lexical["bounds"],
        lexical["denies"],
        lexical["denied"],
        lexical["denies"] * lexical["denied"],
    ]
    ours, theirs = opposites(claim), opposites(quote)
    plain, stripped = undenied(claim), undenied(quote)
    encode([claim, quote, *ours, *theirs, plain, stripped, denied(claim), denied(quote)])
    words = [lexical["own"], lexical["left"], lexical["same"]]
    values += [
        bool(ours),
        bool(theirs),
        bool(ours and theirs),
        *words,
        *(turned * count for count in words),
    ]
    sentence = nearest(claim, quote, encode)
    from_nearest = float(
        lexical["turned"] if sentence == quote else polarity.compared(claim, sentence)["turned"]
    )
    values += [from_nearest, turned * from_nearest]
    straight = near(claim, quote)
    gains = [
        straight - near(plain, quote),
        straight - near(claim, stripped),
        straight - near(plain, stripped),
        _least([straight - near(other, quote) for other in ours]),
        _least([straight - near(claim, other) for other in theirs]),
        straight - near(denied(claim), quote),
        straight - near(claim, denied(quote)),
    ]
    nearer = [
        min(0.0, gains[turn][0]) for turn in range(len(TURNS)) if TURNS[turn] != "both undenied"
    ]
    return np.concatenate(
        [values, straight, *gains, *(turned * gains[turn] for turn in DENIALS), nearer]
    )


def nearest(claim: str, quote: str, encode: Encode) -> str:
    """The sentence of the quote in which most of the claim is found."""
    spans, slices = _by_sentence(claim, quote, encode)
    return (
        quote[
            slice(*spans[int(np.argmax([each.max(axis=1, initial=-1).mean() for each in slices]))])
        ]
        if len(spans) > 1
        else quote
    )


def _by_sentence(
    claim: str, quote: str, encode: Encode
) -> tuple[list[tuple[int, int]], list[np.ndarray]]:
    """Where the sentences of the quote are, and the cosines of the claim's tokens with each one's: float32 [c, s]; none of a single one."""
    spans = spans_between(BETWEEN, quote, 0, len(quote))
    if len(spans) < 2:
        return spans, []
    said, encoded = encode([claim, quote])
    cosines = said.cosines(encoded)
    return spans, [cosines[:, encoded.within(start, end)] for start, end in spans]


def _least(gains: list[np.ndarray]) -> np.ndarray:
    return np.min(gains, axis=0) if gains else np.zeros(len(NEARNESS))


def _nearness(one: Encoded, other: Encoded) -> np.ndarray:
    """NEARNESS: the cosine of the pooled vectors, and the mean best cosine of each one's tokens (late interaction) both ways."""
    cosines = one.cosines(other)
    return np.array(
        [float(one.pooled @ other.pooled), cosines.max(axis=1).mean(), cosines.max(axis=0).mean()]
    )


def _probability(values: np.ndarray) -> float:
    """That the claim takes another side, 0 to 1, given its FEATURES."""
    model = _model()
    return 1 / (
        1
        + math.exp(
            -float((values - model["mean"]) / model["deviation"] @ model["weight"]) - model["bias"]
        )
    )


@cache
def _model() -> dict:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    rows = [stored["features"][name] for name in FEATURES]
    return {
        "bias": stored["bias"],
        **{key: np.array([row[key] for row in rows]) for key in ("mean", "deviation", "weight")},
    }
