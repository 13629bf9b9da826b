"""How the claims of an answer stand on the page: the direct one, what adds to it, what is older.

Pure. Promise: every claim stands there once; the title of a document stands once above its claims,
unless they are apart in a reply whose order means something.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot import wording
from bot.quote.picks import ENDED
from bot.records import Answer, Citation, Claim


@dataclass(frozen=True)
class Group:
    """Claims of the same documents.

    `is_named`: the direct answer above has named these documents already.
    """

    claims: tuple[Claim, ...]
    is_named: bool = False

    @property
    def sources(self) -> list[Citation]:
        """The first citation of each of its documents."""
        return list(_sources(self.claims).values())


@dataclass(frozen=True)
class Card:
    """The direct answer, if a claim is it; what adds to it; what older texts said."""

    direct: Group | None
    further: tuple[Group, ...]
    earlier: tuple[Group, ...] = ()


def card(answer: Answer) -> Card:
    """The card of an answer that has claims.

    A list, a comparison and the like, and what a chat model wrote, keep their order. An uncertain
    answer has no direct claim: it must not look like one.
    """
    claims, is_answer = answer.claims, answer.reply == "answer"
    direct = Group(claims[:1]) if is_answer and not answer.unsure else None
    rest, named = (claims[1:], _sources(claims[:1]).keys()) if direct else (claims, ())
    if answer.reply != "comparison":
        rest = tuple(_untimed(claim, answer.language) for claim in rest)
    if not is_answer or any(claim.own_words for claim in claims):
        return Card(direct, _groups(rest, named, apart=True))
    earlier = [claim for claim in rest if _is_older(claim, claims[0])]
    further = [claim for claim in rest if claim not in earlier]
    return Card(direct, _groups(further, named), _groups(earlier, named))


def _groups(
    claims: Sequence[Claim], named: Collection[str], *, apart: bool = False
) -> tuple[Group, ...]:
    """The claims by document; those that are `apart` stay so."""
    gathered: dict[tuple[int, tuple[str, ...]], list[Claim]] = {}
    place, before = 0, tuple[str, ...]()
    for claim in claims:
        cited = tuple(_sources([claim]))
        place += apart and cited != before
        before = cited
        gathered.setdefault((place, cited), []).append(claim)
    return tuple(
        Group(tuple(together), all(path in named for path in cited))
        for (_, cited), together in gathered.items()
    )


def _sources(claims: Sequence[Claim]) -> dict[str, Citation]:
    """The first citation of each document, by its path."""
    found: dict[str, Citation] = {}
    for claim in claims:
        for citation in claim.citations:
            found.setdefault(citation.passage.path, citation)
    return found


def _is_older(claim: Claim, first: Claim) -> bool:
    """Is it of another text than the first claim, which is older or has ended?"""
    passage, newest = claim.citations[0].passage, first.citations[0].passage
    if passage.path == newest.path:
        return False
    older = wording.older(passage.date, newest.date, passage.language)
    return passage.status in ENDED or bool(older)


def _untimed(claim: Claim, language: str) -> Claim:
    """The claim without a label that says no more than when its text is of: so does the title."""
    date = claim.citations[0].passage.date
    times = [wording.of_time(when, language) for when in (date[:4], date[:7]) if when]
    return replace(claim, label="") if claim.label in times else claim
