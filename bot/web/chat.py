"""The conversation: what is shown at each step of a turn, and the questions that are suggested."""

import sys
from collections.abc import Callable, Iterator, Sequence

import gradio as gr

from bot.answer import Bot
from bot.question import LONGEST, QuestionRefused
from bot.records import Answer
from bot.web.labels import LABELS
from bot.web.render import literal, message, panel, sources
from index.errors import PlaidoyerError

EXAMPLES = 4
READY, BUSY = ({"submit_btn": not busy, "stop_btn": busy, "__type__": "update"} for busy in (False, True))  # the text box


def converse(opened: Callable[[], Bot], question: str, chat: list, asked: list, rendered: list, language: str,
             audiences: Sequence[str]) -> Iterator[tuple]:
    """One turn: yields (messages, sources, text box, questions, rendered sources) at each step, the answer last."""
    labels = LABELS[language]
    turn = len(rendered) + 1
    said = [*chat, {"role": "user", "content": literal(question[:LONGEST])}]

    def show(content: str, box: dict) -> tuple:
        return [*said, {"role": "assistant", "content": content}], panel(rendered, language), {**box, "value": ""}, asked, rendered

    try:
        yield show(literal(labels["starting"]), BUSY)
        for step in opened().steps(question, asked, audiences):
            if isinstance(step, Answer):
                asked, rendered = [*asked, question], [*rendered, sources(step, turn, language)]
                yield show(message(step, turn), READY)
            else:
                yield show(literal(labels[step]), BUSY)
    except QuestionRefused as refused:
        yield chat, panel(rendered, language), {**READY, "value": question[:LONGEST]}, asked, rendered
        gr.Warning(labels[refused.reason].format(most=LONGEST))
    except PlaidoyerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        yield show(literal(labels["unavailable"]), READY)


def example_questions(bot: Bot, language: str, audiences: Sequence[str]) -> list[str]:
    """Questions on the commonest topics of the documents for `audiences`, each of which the bot does answer."""
    topics: dict[str, int] = {}
    for document in bot.documents(audiences).values():
        for topic in document.topics:
            topics[topic] = topics.get(topic, 0) + 1
    commonest = sorted(topics, key=lambda topic: (-topics[topic], topic))[:2 * EXAMPLES]
    questions = [LABELS[language]["example"].format(topic=topic) for topic in commonest]
    return [question for question in questions if not bot.ask(question, audiences=audiences).abstained][:EXAMPLES]
