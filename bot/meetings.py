"""Whom the federation met, read from the texts. Pure."""

from collections.abc import Sequence

from bot.records import Meeting
from index.passage import Passage


def meetings(passages: Sequence[Passage]) -> tuple[Meeting, ...]:
    """The meetings that the passages tell of, newest first; passages in reading order."""
    return ()
