"""Checks claims against the passages they cite. Pure. A quote counts only if verbatim; what does not stand is returned, not dropped.

White space and typographic variants (quotation marks, apostrophes, dashes, no-break blanks) make no difference; nothing else is forgiven.
"""

import re
import unicodedata
from collections.abc import Iterable

from bot.records import Claim, Rejected

VARIANTS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"})


def normal(text: str) -> str:
    """The text with typographic variants made one and white space folded, for comparing only."""
    quoted = re.sub(r"«\s*|\s*»", '"', text.replace("…", "..."))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", quoted).translate(VARIANTS)).strip()


def check(claims: Iterable[Claim]) -> tuple[tuple[Claim, ...], tuple[Rejected, ...]]:
    """Part claims into those that stand and those that fall, each in order.

    A claim stands if it has a citation and each of its quotes is a substring of the passage that it cites.
    """
    standing, rejected = [], []
    for claim in claims:
        reason = _flaw(claim)
        if reason:
            rejected.append(Rejected(claim, reason))
        else:
            standing.append(claim)
    return tuple(standing), tuple(rejected)


def _flaw(claim: Claim) -> str:
    """Why the claim falls, or "". """
    if not claim.citations:
        return "it cites nothing"
    for citation in claim.citations:
        quote = normal(citation.quote)
        if not quote or quote not in normal(citation.passage.text):
            return f"quote {citation.number} is not in the passage it cites"
    return ""
