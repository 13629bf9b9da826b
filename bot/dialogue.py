"""What a question means within its conversation: its slips corrected, its follow-ups resolved.

Promise: a question is corrected by words that its reader may see, and a follow-up knows the
documents that the answer before it cited, though nobody said which.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.find.search import Search
from bot.intent.model import Intents, has_words_enough
from bot.question.route import Route
from bot.question.spelling import Vocabulary, corrected
from bot.question.understand import Given, understand
from bot.quote import compose as quotes
from bot.records import Question, Turn
from index.embed import Embedder
from index.shelf.store import Generation


class Ear:
    """Hears talk, and what is about the bot, in words that no list has.

    `embedder`: the one that `intents` were made for; without any it hears nothing.
    """

    def __init__(self, embedder: Embedder, intents: Intents | None):
        self._embedder, self._intents = embedder, intents

    def __call__(self, message: str) -> Route | None:
        """The route of a message that is not about the texts; None for any other."""
        if self._intents is None or not has_words_enough(message):
            return None
        heard = self._intents.hears(message, self._embedder.encode_question(message).pooled)
        return Route(*heard) if heard else None


class Dialogue:
    """Understands the questions of conversations; `generation()` is the one that serves."""

    def __init__(self, search: Search, generation: Callable[[], Generation]):
        self._search, self._generation = search, generation

    def understood(
        self, question: str, earlier: Sequence[Turn], audiences: Sequence[str], language: str = ""
    ) -> Question:
        """The question, its slips corrected by the words that `audiences` may see."""

        def spelled(text: str) -> str:
            generation = self._generation()
            if not generation.visible(audiences).any():
                return text
            lexical = generation.lexical_for(audiences)
            return corrected(text, Vocabulary(lexical, generation.passages))

        history = [turn.question for turn in earlier]
        documents = earlier[-1].documents if earlier else ()
        asked = understand(question, history, given=Given(language, spelled, documents))
        if not asked.is_follow_up or asked.documents:
            return asked
        return replace(asked, documents=self._cited(earlier, spelled, audiences))

    def _cited(
        self, earlier: Sequence[Turn], spelled: Callable[[str], str], audiences: Sequence[str]
    ) -> tuple[str, ...]:
        """The documents that an answer to the last of the earlier questions cites.

        It is searched again, without a chat model: 70 ms.
        """
        *before, last = (turn.question for turn in earlier)
        found = self._search.found(
            understand(last, before, given=Given(spelled=spelled)), self._generation(), audiences
        )
        if not found.answers:
            return ()
        beside = self._generation().neighbours
        claims = quotes.compose(found.hits, quotes.asked_of(found.asked), beside)
        return tuple(
            dict.fromkeys(cited.passage.path for claim in claims for cited in claim.citations)
        )

    def repeated(
        self, earlier: Sequence[Turn], audiences: Sequence[str]
    ) -> tuple[Question, Sequence[Turn]]:
        """The last question, and what came before it. `earlier`: turns on the texts."""
        *before, last = earlier
        return self.understood(last.question, before, audiences), before
