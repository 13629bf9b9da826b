"""What holds now: the newest text in force first, what older ones said under it. Pure."""

from collections.abc import Sequence

from bot.quote.compose import compose
from bot.quote.picks import CHECKABLE, Asked, Pick
from bot.quote.spans import Beside, none_beside
from bot.records import Claim, Hit
from bot.statements import answers_with

REACH = 0.06  # the newest text leads whose best sentence scores within this of the best one


def latest(hits: Sequence[Hit], asked: Asked, beside: Beside = none_beside) -> tuple[Claim, ...]:
    """Claims for a question on what holds now; see `compose`."""
    return compose(hits, asked, beside, leading=_newest)


def _newest(picks: Sequence[Pick], asked: Asked) -> Pick:
    """The best pick of the newest text in force among those near the first.

    It holds what is sought, where the first does.
    """
    near = [pick for pick in picks if picks[0].score - pick.score <= REACH]
    if asked.seeks in CHECKABLE:
        near = [pick for pick in near if answers_with(pick.text, asked.seeks)] or near
    in_force = [pick for pick in near if pick.passage.is_in_force] or near
    newest = max(pick.passage.date for pick in in_force)
    return next(pick for pick in in_force if pick.passage.date == newest)
