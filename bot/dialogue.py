"""What a question means within its conversation: its slips corrected, its follow-ups resolved.

Promise: a question is corrected by words that its reader may see, and a follow-up knows the
documents that the answer before it cited, though nobody said which.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from threading import Lock

from bot.find.search import Found, Search
from bot.intent.model import Intents, has_words_enough
from bot.question.followup import FEW, own_subject, refers_back
from bot.question.route import Route
from bot.question.spelling import Vocabulary, corrected
from bot.question.understand import Given, following, understand
from bot.quote import compose as quotes
from bot.records import Question, Turn
from index.embed import Embedder
from index.shelf.store import Generation

KEPT = 32  # readings of questions whose hits are known: each turn asks of those before it again
REACH = 5  # earlier turns that a question may refer to


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
        self._known, self._lock = OrderedDict[Hashable, Found](), Lock()

    def understood(
        self, question: str, earlier: Sequence[Turn], audiences: Sequence[str], language: str = ""
    ) -> Question:
        """The question, its slips corrected by the words that `audiences` may see.

        Where the texts do not surely answer it as its words have it, the first of its other
        readings is taken that is answered from what the answer before cited, if that speaks of
        what is asked as much.
        """
        earlier = earlier[-REACH:]

        def spelled(text: str) -> str:
            generation = self._generation()
            if not generation.visible(audiences).any():
                return text
            lexical = generation.lexical_for(audiences)
            return corrected(text, Vocabulary(lexical, generation.passages))

        history = [turn.question for turn in earlier]
        asked = understand(question, history, given=Given(language, spelled))
        if not earlier:
            return asked
        readings = self._readings(asked, earlier, audiences)
        first = next(readings)
        as_worded = self._find(first, audiences)
        if as_worded.answers and (as_worded.is_sure or asked.is_follow_up):
            return first
        for reading in readings:
            found = self._find(reading, audiences)
            as_much = not as_worded.answers or found.support >= as_worded.support
            if found.answers and found.follows and as_much:
                return reading
        return first

    def _readings(
        self, asked: Question, earlier: Sequence[Turn], audiences: Sequence[str]
    ) -> Iterator[Question]:
        """What the question may mean, as its words have it first.

        A few words may follow up whatever they look like ("combien de professeurs ?"), to the last
        question or to the one before it.
        """
        subject = own_subject(asked.text)
        follows = partial(self._followed, asked, audiences=audiences)
        if asked.is_follow_up:
            yield follows(earlier)
        else:
            yield asked
            if len(subject) > FEW:
                return
            yield follows(earlier)
        if subject and len(earlier) > 1 and not refers_back(asked.text):
            yield follows(earlier[:-1])

    def _followed(
        self, asked: Question, earlier: Sequence[Turn], audiences: Sequence[str]
    ) -> Question:
        """The question as a follow-up to the last of the earlier turns."""
        *before, last = earlier
        previous = self.understood(last.question, before, audiences)
        return replace(following(asked, previous), documents=self.cited(earlier, audiences))

    def _find(self, asked: Question, audiences: Sequence[str]) -> Found:
        """What is found for a question; of the last KEPT it is known."""
        generation = self._generation()
        key = generation.name, asked, tuple(audiences)
        with self._lock:
            found = self._known.pop(key, None)
        found = found or self._search.found(asked, generation, audiences)
        with self._lock:
            self._known[key] = found
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return found

    def cited(self, earlier: Sequence[Turn], audiences: Sequence[str]) -> tuple[str, ...]:
        """The documents that the answer to the last of the earlier turns cites.

        Where that is not known, those that an answer without a chat model cites.
        """
        *before, last = earlier
        if last.documents:
            return tuple(last.documents)
        found = self._find(self.understood(last.question, before, audiences), audiences)
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
