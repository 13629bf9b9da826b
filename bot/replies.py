"""Which room composes the reply to a route, and what it needs of the index.

Promise: a route that cannot be served from the texts gives None, and the next one is tried; what is
composed is unchecked: the guard comes after.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.find.search import Found, Search
from bot.question.route import Route, topic
from bot.quote.compose import asked_of, unless_amount_missing
from bot.quote.latest import latest
from bot.quote.stance import stance
from bot.records import Answer, Claim, Composed, Hit, Meeting, Question
from bot.views import about
from bot.views.attendance import attendance
from bot.views.compare import compare
from bot.views.encounters import encounters
from bot.views.items import items
from bot.views.meetings import meetings
from bot.views.repeat import repeated
from bot.views.standing import standing_of
from bot.views.summary import summary, summary_of_theme
from bot.views.texts import texts as texts_asked_for
from bot.views.titles import titled
from index.language.subject import subject_words
from index.passage import Passage
from index.shelf.lexical import Lexical
from index.shelf.store import Generation


@dataclass(frozen=True)
class Texts:
    """What may be read for a question: nothing that `audiences` may not see, nor out of its scope;
    searched once.

    `examples`: questions known to be answered plainly, None where none were tried; `previous`: the
    answer to the question before, where there is one and a route needs it.
    """

    asked: Question
    generation: Generation
    audiences: tuple[str, ...]
    search: Search
    examples: Sequence[str] | None = None
    previous: Answer | None = None

    @cached_property
    def found(self) -> Found:
        """What is found for the question."""
        return self.search.found(self.asked, self.generation, self.audiences)

    @cached_property
    def passages(self) -> list[Passage]:
        """All passages of the scope, document by document, in reading order."""
        scope = self.asked.scope
        return [
            passage
            for passage in self.generation.passages
            if passage.audience in self.audiences and (not scope or scope.holds(passage))
        ]

    @cached_property
    def meetings(self) -> Sequence[Meeting]:
        """All meetings, newest first."""
        return meetings(self.passages)

    @property
    def lexical(self) -> Lexical:
        """Words, frequencies and acronyms of what may be read."""
        return self.generation.lexical_for(self.audiences)

    @property
    def facts(self) -> about.Facts:
        """What is known of the texts as a whole."""
        asked = self.asked
        return about.Facts(
            self.passages,
            self.generation.made.date().isoformat(),
            asked.language,
            asked.since,
            asked.until,
            self.examples,
        )

    @property
    def answering(self) -> Sequence[Hit]:
        """The hits, if they answer the question at all."""
        return self.found.hits if self.found.answers else ()

    def find(self, asked: Question) -> Sequence[Hit]:
        """The hits for another question, such as one side of a comparison."""
        return self.search.found(asked, self.generation, self.audiences).hits

    def before(self, passage: Passage) -> Passage | None:
        """The passage before one in its document."""
        return self.generation.before(passage)

    def beside(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after one in its document."""
        return self.generation.neighbours(passage)


def reply(route: Route, texts: Texts) -> Composed | None:
    """The reply to any route but "question"; None where the texts have none."""
    compose = COMPOSERS.get(route.name)
    return compose(route, texts) if compose else None


def _repeat(route: Route, texts: Texts) -> Composed | None:
    if texts.previous is None:
        return None
    around = texts.generation.neighbours
    return repeated(route.detail, texts.previous, texts.asked.language, around)


def _encounters(texts: Texts) -> Composed | None:
    return encounters(texts.asked, texts.meetings, texts.passages, texts.answering, texts.lexical)


def _attendance(texts: Texts) -> Composed | None:
    found = () if texts.asked.documents else texts.answering
    return attendance(texts.asked, texts.passages, [hit.passage.path for hit in found])


def _summary(route: Route, texts: Texts) -> Composed | None:
    """A summary; of a topic that is only named, where texts are found or called by it."""
    asked = texts.asked
    if route.detail:
        asked = replace(asked, text=topic(asked.said))
        named = titled(subject_words(asked.text), texts.passages, texts.lexical, topics=True)
        if not (named or texts.found.answers):
            return None
        return summary_of_theme(asked, texts.found.hits, texts.lexical, texts.before)
    return summary(asked, texts.passages, texts.found.hits, texts.lexical, texts.before)


def _held_against(compose: Callable[..., tuple[Claim, ...]], texts: Texts) -> Composed | None:
    """An answer whose first statement is chosen by what the route asks for; None for none."""
    found = texts.found
    if not found.answers:
        return None
    claims = compose(found.hits, asked_of(found.asked), texts.beside)
    claims = unless_amount_missing(claims, found.asked.text)
    return Composed("answer", claims) if claims else None


COMPOSERS: dict[str, Callable[[Route, Texts], Composed | None]] = {
    "talk": lambda route, texts: about.talk(route.detail, texts.facts),
    "about": lambda route, texts: about.about(route.detail, texts.facts),
    "repeat": _repeat,
    "meetings": lambda route, texts: (_attendance if route.detail else _encounters)(texts),
    "compare": lambda _, texts: compare(texts.asked, texts.find, texts.before),
    "summary": _summary,
    "standing": lambda _, texts: standing_of(
        texts.asked, texts.passages, texts.answering, texts.lexical
    ),
    "texts": lambda _, texts: texts_asked_for(
        texts.asked, texts.passages, texts.found.hits, texts.lexical
    ),
    "latest": lambda _, texts: _held_against(latest, texts),
    "yesno": lambda _, texts: _held_against(stance, texts),
    "list": lambda _, texts: items(
        texts.found.asked,
        texts.found.hits,
        texts.found.answers,
        texts.lexical,
        texts.passages,
    ),
}
"""Who composes the reply to a route; the others are composed from the best sentences."""
