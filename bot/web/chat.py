"""The conversation: its HTML at each step of a turn, and the questions that are suggested."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import gradio as gr
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from bot.answer import Bot
from bot.question.understand import LONGEST, QuestionRefused
from bot.records import Answer, History, Scope
from bot.web.feedback import LONGEST_COMMENT, REASONS, Journal
from bot.web.host import Host
from bot.web.kept import Keeper
from bot.web.labels import LABELS
from bot.web.memory import Conversation, Neighbours
from bot.web.render import message, panel
from bot.web.scope import in_words
from bot.web.templating import render
from index.errors import PlaidoyerError

EXAMPLES = 4


def transcript(
    conversation: Conversation,
    language: str,
    *,
    asked: str = "",
    progress: str = "",
    alert: str = "",
) -> Markup:
    """The turns so far; then the question `asked`, with its progress or the alert that ended it."""
    shown = [
        (turn, message(turn.answer, turn.number), in_words(turn.within, language))
        for turn in conversation.turns
    ]
    return render(
        "conversation.html",
        language,
        turns=shown,
        hidden=conversation.hidden,
        today=date.today().isoformat(),
        asked=asked,
        progress=progress,
        alert=alert,
        reasons=REASONS,
        longest_comment=LONGEST_COMMENT,
    )


def shown(conversation: Conversation, language: str, alert: str = "") -> tuple[Markup, Markup]:
    """(conversation, sources), where nothing is being asked."""
    turns = conversation.turns
    return transcript(conversation, language, alert=alert), panel(turns, language)


def welcome(examples: Sequence[str], language: str) -> Markup:
    """What is shown where nothing has been asked yet."""
    return render("welcome.html", language, examples=examples)


@dataclass(frozen=True)
class Chat:
    """Answers the questions of conversations. `opened()` gives the bot, waiting until it is ready;
    `host` says who asks; `journal` notes the questions that nothing answers; `keeper` keeps the
    turns of those who log in.
    """

    opened: Callable[[], Bot]
    host: Host
    journal: Journal
    keeper: Keeper

    async def answer(
        self,
        conversation: Conversation,
        question: str,
        language: str,
        request: gr.Request,
        within: Scope | None = None,
    ) -> AsyncIterator[tuple[Markup, Markup]]:
        """One turn, asked of the documents `within`: yields (conversation, sources) at each step,
        the answer last.

        What prevents an answer is shown as an alert, never raised.
        """
        labels, asked = LABELS[language], question[:LONGEST]
        conversation.pending = asked

        def show(*, progress: str = "", alert: str = "") -> tuple[Markup, Markup]:
            return (
                transcript(conversation, language, asked=asked, progress=progress, alert=alert),
                panel(conversation.turns, language),
            )

        try:
            yield show(progress=labels["starting"])
            audiences = self.host.audiences(request)
            steps = self._steps(question, conversation.history(), audiences, language, within)
            async for step in self.host.steps(request, steps):
                if isinstance(step, Answer):
                    around = await run_in_threadpool(self._neighbours, step)
                    conversation.add(step, around, within)
                    await run_in_threadpool(self.keeper.save, conversation, conversation.asked)
                    await run_in_threadpool(self.journal.record_unanswered, step)
                    yield shown(conversation, language)
                else:
                    yield show(progress=labels[step])
        except PlaidoyerError as error:
            yield show(alert=alert_of(error, language))

    def _steps(
        self,
        question: str,
        history: History,
        audiences: Sequence[str],
        language: str,
        within: Scope | None,
    ) -> Iterator[str | Answer]:
        """A generator, so that the bot is waited for in the thread that answers, not here."""
        yield from self.opened().steps(question, history, audiences, language, within)

    def _neighbours(self, answer: Answer) -> list[Neighbours]:
        return [self.opened().around(citation.passage) for citation in answer.citations]


class Examples:
    """The questions suggested for each audience in each language, found once for a generation."""

    def __init__(self, opened: Callable[[], Bot]):
        self._opened = opened
        self._found: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}

    def known(self, language: str, audiences: Sequence[str]) -> list[str] | None:
        """Those of the serving generation, if they were found already. Raises as `find`."""
        return self._found.get((self._opened().generation, language, tuple(audiences)))

    def find(self, language: str, audiences: Sequence[str]) -> list[str]:
        """The questions, searched for where they are not known. Raises as `Bot.answers`."""
        bot = self._opened()
        generation = bot.generation
        found = self.known(language, audiences)
        if found is None:
            found = example_questions(bot, language, audiences)
            others = {key: kept for key, kept in self._found.items() if key[0] == generation}
            self._found = others | {(generation, language, tuple(audiences)): found}
        return found


def example_questions(bot: Bot, language: str, audiences: Sequence[str]) -> list[str]:
    """Questions on the most frequent topics of the documents for `audiences`.

    The bot answers each of them.
    """
    topics: dict[str, int] = {}
    for document in bot.documents(audiences).values():
        for topic in document.topics:
            topics[topic] = topics.get(topic, 0) + 1
    most_frequent = sorted(topics, key=lambda topic: (-topics[topic], topic))[: 2 * EXAMPLES]
    questions = [LABELS[language]["example"].format(topic=topic) for topic in most_frequent]
    return [question for question in questions if bot.answers(question, audiences)][:EXAMPLES]


def alert_of(error: PlaidoyerError, language: str) -> str:
    """What a member is told of the error; what staff must repair goes to standard error."""
    labels = LABELS[language]
    if isinstance(error, QuestionRefused):
        return labels[error.reason].format(most=LONGEST)
    if wait := getattr(error, "wait", 0):
        return labels["again"].format(seconds=wait)
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return labels["unavailable"]
