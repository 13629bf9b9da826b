"""The conversation: its HTML at each step of a turn, and the questions that are suggested."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from bot.answer import Bot
from bot.complaints import complain
from bot.question.understand import LONGEST, QuestionRefused
from bot.records import Answer, History, Scope
from bot.web.feedback import LONGEST_COMMENT, REASONS, Journal
from bot.web.host import Host
from bot.web.interface import gr
from bot.web.kept import Keeper
from bot.web.labels import LABELS
from bot.web.memory import Conversation, Neighbours
from bot.web.render import message, panel
from bot.web.scope import in_words
from bot.web.templating import render
from index.errors import PlaidoyerError


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


def welcome(examples: Sequence[str], language: str, *, starting: bool = False) -> Markup:
    """What is shown where nothing has been asked yet; `starting`: and cannot be answered yet."""
    return render("welcome.html", language, examples=examples, starting=starting)


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
    """The questions suggested for each audience in each language, found in the background."""

    def __init__(self, opened: Callable[[], Bot], host: Host):
        self._opened, self._host = opened, host
        self._finding: dict[tuple[str, tuple[str, ...]], asyncio.Task[None]] = {}

    async def shown(
        self, language: str, audiences: tuple[str, ...], request: gr.Request
    ) -> AsyncIterator[Sequence[str]]:
        """None while they are looked for, then the questions. Raises as `Bot.ask`.

        They are found also if nobody waits for them any more.
        """
        bot = await self._host.run(request, self._opened)
        known = await run_in_threadpool(bot.examples, language, audiences)
        if known is None:
            yield ()
            await asyncio.shield(self._task(bot, language, audiences))
            known = await run_in_threadpool(bot.examples, language, audiences)
        yield known or ()

    def _task(self, bot: Bot, language: str, audiences: tuple[str, ...]) -> asyncio.Task[None]:
        """The one that finds them."""
        key = language, audiences
        if key not in self._finding:
            task = asyncio.create_task(self._find(bot, language, audiences))
            task.add_done_callback(lambda _: self._finding.pop(key))
            task.add_done_callback(_raised)  # seen also where nobody waits any more
            self._finding[key] = task
        return self._finding[key]

    async def _find(self, bot: Bot, language: str, audiences: tuple[str, ...]) -> None:
        trying = bot.try_examples(language, audiences)
        while await self._host.in_between(lambda: next(trying, "")):
            pass


def _raised(task: asyncio.Task[None]) -> BaseException | None:
    return None if task.cancelled() else task.exception()


def alert_of(error: PlaidoyerError, language: str) -> str:
    """What a member is told of the error; what staff must repair goes to standard error."""
    labels = LABELS[language]
    if isinstance(error, QuestionRefused):
        return labels[error.reason].format(most=LONGEST)
    if wait := getattr(error, "wait", 0):
        return labels["again"].format(seconds=wait)
    complain(error)
    return labels["unavailable"]
