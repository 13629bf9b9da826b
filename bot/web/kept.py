"""Conversations kept for those who log in: memory's turns as texts of the archive, and its list.

Promise: nothing is kept of anybody without a name; what cannot be kept fails no answer and is
reported on standard error; a kept turn that this version cannot read is left out and counted.
"""

from dataclasses import replace
from datetime import UTC, datetime

from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError

from bot.archive import DAYS, LONGEST_TITLE, MOST, Archive, KeptTurn
from bot.complaints import complain
from bot.users import folded
from bot.web.memory import Conversation, Turn
from bot.web.scope import as_query
from bot.web.templating import render
from index.errors import PlaidoyerError

TURN = TypeAdapter(Turn)


class Keeper:
    """What the page does with the archive; without one it keeps and finds nothing."""

    def __init__(self, archive: Archive | None):
        self._archive = archive

    def keeps(self, user: str) -> bool:
        """Are the user's conversations kept?"""
        return self._archive is not None and bool(user)

    def save(self, conversation: Conversation, number: int) -> None:
        """Keep the conversation's turn of that number as it is now; it gets its link."""
        turn = conversation.turn(number)
        if not self._archive or not conversation.user or turn is None or turn.borrowed:
            return
        if conversation.ended:  # it was deleted while the answer was on its way
            return
        # What was rejected is not shown and would bring passages of its own.
        content = replace(turn, answer=replace(turn.answer, rejected=()), link="")
        try:
            link = self._archive.save(
                folded(conversation.user),
                conversation.key,
                KeptTurn(number, TURN.dump_json(content).decode()),
                turn.answer.question,
                as_query(turn.within),
            )
        except PlaidoyerError as error:
            complain(error)
            return
        conversation.turns = tuple(
            replace(one, link=link) if one.number == number else one for one in conversation.turns
        )

    def restore(self, conversation: Conversation) -> None:
        """Give a conversation the turns that are kept of it and that it has not.

        It is new in memory, or another process answered more questions of it.
        """
        if not self._archive or not conversation.user:
            return
        whose = folded(conversation.user), conversation.key
        try:
            if self._archive.last(*whose) <= conversation.asked:
                return
            kept = self._archive.turns(*whose)
        except PlaidoyerError as error:
            complain(error)
            return
        turns = [_read(one) for one in kept]
        conversation.turns = tuple(turn for turn in turns if turn)
        conversation.hidden = len(turns) - len(conversation.turns)
        conversation.asked = max((one.number for one in kept), default=0)

    def is_deleted(self, conversation: Conversation) -> bool:
        """Was it kept, and is no more? Another process may have deleted it."""
        was_kept = any(turn.link and not turn.borrowed for turn in conversation.turns)
        if not self._archive or not was_kept:
            return False
        try:
            return not self._archive.last(folded(conversation.user), conversation.key)
        except PlaidoyerError as error:
            complain(error)
            return False

    def linked(self, link: str) -> Turn | None:
        """The turn that a link opens, whosever it is. Raises as `Archive`."""
        kept = self._archive.turn(link) if self._archive and link else None
        return _read(kept) if kept else None

    def drop_withdrawn(self, conversation: Conversation) -> None:
        """Take the borrowed turns out whose link opens nothing any more. Raises as `Archive`."""
        if any(turn.borrowed for turn in conversation.turns):
            conversation.turns = tuple(
                turn for turn in conversation.turns if not turn.borrowed or self.linked(turn.link)
            )

    def change(self, user: str, do: str, key: str, title: str) -> None:
        """Rename or delete a conversation, or delete all. Raises as `Archive`."""
        if not self._archive or not user:
            return
        name = folded(user)
        if do == "rename":
            self._archive.rename(name, key, title)
        elif do == "delete":
            self._archive.delete(name, key)
        elif do == "delete-all":
            self._archive.forget(name)

    def listed(self, user: str, open_key: str, language: str) -> Markup:
        """The list of the user's conversations, that of `open_key` marked. Raises as `Archive`."""
        kept = self._archive.listed(folded(user)) if self._archive and user else []
        shown = [(one, datetime.fromtimestamp(one.used, UTC).date().isoformat()) for one in kept]
        return render(
            "kept.html",
            language,
            conversations=shown,
            open_key=open_key,
            longest=LONGEST_TITLE,
            days=DAYS,
            most=MOST,
        )


def _read(kept: KeptTurn) -> Turn | None:
    """The turn; None for one that another version wrote and this one cannot read."""
    try:
        return replace(TURN.validate_json(kept.content), number=kept.number, link=kept.link)
    except ValidationError:
        return None
