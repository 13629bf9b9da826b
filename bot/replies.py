"""Which room composes the reply to a route, and what it needs of the index.

Promise: a route that cannot be served from the texts gives None, and the next one is tried; what is
composed is unchecked: the guard comes after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.find.search import Found, Search
from bot.question.route import Route
from bot.records import Answer, Composed, Meeting, Question
from bot.views.encounters import encounters
from bot.views.items import items
from bot.views.meetings import meetings
from index.passage import Passage
from index.shelf.lexical import Lexical
from index.shelf.store import Generation


@dataclass(frozen=True)
class Texts:
    """What may be read for a question: nothing that `audiences` may not see; searched once.

    `previous`: the answer to the question before, where there is one and a route needs it.
    """

    asked: Question
    generation: Generation
    audiences: tuple[str, ...]
    search: Search
    previous: Answer | None = None

    @cached_property
    def found(self) -> Found:
        """What is found for the question."""
        return self.search.found(self.asked, self.generation, self.audiences)

    @cached_property
    def passages(self) -> list[Passage]:
        """All passages, document by document, in reading order."""
        return [
            passage for passage in self.generation.passages if passage.audience in self.audiences
        ]

    @cached_property
    def meetings(self) -> Sequence[Meeting]:
        """All meetings, newest first."""
        return meetings(self.passages)

    @property
    def lexical(self) -> Lexical:
        """Words, frequencies and acronyms of what may be read."""
        return self.generation.lexical_for(self.audiences)

    def before(self, passage: Passage) -> Passage | None:
        """The passage before one in its document."""
        return self.generation.before(passage)


def reply(route: Route, texts: Texts) -> Composed | None:
    """The reply to any route but "question"; None where the texts have none."""
    if route.name == "meetings":
        hits = texts.found.hits if texts.found.answers else ()
        return encounters(texts.asked, texts.meetings, texts.passages, hits, texts.lexical)
    if route.name == "list":
        found = texts.found
        return items(found.asked, found.hits, found.answers, texts.lexical, texts.passages)
    return None
