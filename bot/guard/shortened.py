"""A quote without the clauses that a claim in the quote's own words leaves out whole, so that what they deny is not asked of it. Pure.

Promise: what is left out is a sentence before the claim's, a verb joined by "et", a relative clause, or what comes after a denial that the claim
keeps; never a word inside a clause, an introduction ("Faux : ..."), a condition ("Sans accord, ...") or a sentence that takes back the one before.
"""

import re
from difflib import SequenceMatcher

from bot.guard.names import folded
from bot.guard.negation import read

WORD = re.compile(r"[\w'’-]+")
OWN = 0.75  # share of the claim's words that stand in the quote in their order, from which it is the quote made shorter
JOINED = re.compile(r"\b(?:et|and)\s*$", re.I)
RELATIVE = re.compile(
    r"[\s,]*(?:,\s*(?:(?:et|and) )?|\b(?:et|and) )(?:que?|qu['’]\w+|qui|dont|où|which|who|whose|where)\b",
    re.I,
)
CONTRAST = re.compile(r"[\s,]*,\s*(?:et non|and not|non pas|not)\b", re.I)
FURTHER = re.compile(r"[\s,]*(?:,|\b(?:et|and|ni|nor)\b)", re.I)
BEFORE, AFTER = re.compile(r"[.!?;…]\W*$"), re.compile(r"\W*(?:[.!?;…)]|$)")


def shortened(quote: str, claim: str) -> str:
    """The quote without what denies in it and is no part of the claim; the quote itself where the claim is in other words."""
    spans = [match.span() for match in WORD.finditer(quote)]
    words = [folded(quote[start:end]) for start, end in spans]
    own = [folded(match[0]) for match in WORD.finditer(claim)]
    blocks = SequenceMatcher(None, own, words, autojunk=False).get_matching_blocks()
    if not own or sum(block.size for block in blocks) < OWN * len(own):
        return quote
    kept = [
        (spans[block.b][0], spans[block.b + block.size - 1][1]) for block in blocks if block.size
    ]
    gaps = list(
        zip(
            [0, *(end for _, end in kept)], [*(start for start, _ in kept), len(quote)], strict=True
        )
    )
    denied = False
    text = ""
    for place, (start, end) in enumerate(gaps):
        gap, after = quote[start:end], quote[end:]
        text += " " if read(gap).denials and _is_left_out(gap, after, place == 0, denied) else gap
        if place < len(kept):
            said = quote[slice(*kept[place])]
            denied, text = denied or read(said).denials > 0, text + said
    return text


def _is_left_out(gap: str, after: str, first: bool, denied: bool) -> bool:
    """Is it a clause of its own, and can the claim go without it? `denied`: the claim's words before it deny."""
    if after and (JOINED.search(gap) or first and BEFORE.search(gap)):
        return True
    ends = not after or AFTER.match(gap[-1:] + after) is not None or gap.rstrip().endswith(",")
    return ends and bool(
        RELATIVE.match(gap) or CONTRAST.match(gap) or denied and FURTHER.match(gap)
    )
