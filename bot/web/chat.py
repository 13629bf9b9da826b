"""The conversation: what is shown at each step of a turn, the tools under an answer, and the questions that are suggested."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import date
from html import escape

import gradio as gr
from starlette.concurrency import run_in_threadpool

from bot.answer import Bot
from bot.question.understand import LONGEST, QuestionRefused
from bot.records import Answer
from bot.web.export import as_markdown, as_text
from bot.web.feedback import COMMENT, REASONS, Journal
from bot.web.host import Host
from bot.web.labels import LABELS
from bot.web.memory import Conversation, Turn
from bot.web.render import literal, message, panel
from index.errors import PlaidoyerError

EXAMPLES = 4


def conversation(
    turns: Sequence[Turn], language: str, asked: str = "", said: str = "", alert: str = ""
) -> str:
    """The conversation so far; then a question `asked` with what is `said` of the work on it, or an `alert` in place of its answer."""
    shown = "".join(_turn(turn, language) for turn in turns)
    if asked:
        state = (
            f'<p class="state alert" role="alert">{literal(alert)}</p>'
            if alert
            else f'<p class="progress">{literal(said)}</p>'
        )
        shown += f'<article class="turn pending">{_question(asked, language)}<div class="answer">{state}</div></article>'
    return shown


def welcome(examples: Sequence[str], language: str) -> str:
    """What stands where nothing has been asked yet."""
    labels = LABELS[language]
    buttons = "".join(
        f'<li><button type="button" data-do="example">{literal(question)}</button></li>'
        for question in examples
    )
    listed = (
        f'<h3>{escape(labels["examples"])}</h3><ul class="examples">{buttons}</ul>'
        if buttons
        else ""
    )
    points = "".join(
        f"<li>{escape(labels[point])}</li>"
        for point in ("promise_quotes", "promise_dates", "promise_silence")
    )
    return f'<div class="welcome"><h2>{escape(labels["tagline"])}</h2><ul class="promises">{points}</ul>{listed}</div>'


async def converse(
    opened: Callable[[], Bot],
    host: Host,
    journal: Journal,
    talk: Conversation,
    question: str,
    language: str,
    request: gr.Request,
) -> AsyncIterator[tuple[str, str]]:
    """One turn: yields (conversation, sources) at each step, the answer last."""
    labels, asked, audiences = LABELS[language], question[:LONGEST], host.audiences(request)
    talk.pending = asked

    def show(**state: str) -> tuple[str, str]:
        return conversation(talk.turns, language, asked, **state), panel(talk.turns, language)

    def steps() -> Iterator[
        str | Answer
    ]:  # the bot is waited for where the question is worked on, not here
        yield from opened().steps(question, talk.questions(), audiences)

    try:
        yield show(said=labels["starting"])
        async for step in host.steps(request, steps()):
            if isinstance(step, Answer):
                around = await run_in_threadpool(
                    lambda answer: [
                        opened().around(citation.passage) for citation in answer.citations
                    ],
                    step,
                )
                talk.add(step, around)
                await run_in_threadpool(journal.asked, step)
                yield conversation(talk.turns, language), panel(talk.turns, language)
            else:
                yield show(said=labels[step])
    except QuestionRefused as refused:
        yield show(alert=labels[refused.reason].format(most=LONGEST))
    except PlaidoyerError as error:
        if wait := getattr(error, "wait", 0):
            yield show(alert=labels["again"].format(seconds=wait))
        else:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            yield show(alert=labels["unavailable"])


def example_questions(bot: Bot, language: str, audiences: Sequence[str]) -> list[str]:
    """Questions on the commonest topics of the documents for `audiences`, each of which the bot does answer."""
    topics: dict[str, int] = {}
    for document in bot.documents(audiences).values():
        for topic in document.topics:
            topics[topic] = topics.get(topic, 0) + 1
    commonest = sorted(topics, key=lambda topic: (-topics[topic], topic))[: 2 * EXAMPLES]
    questions = [LABELS[language]["example"].format(topic=topic) for topic in commonest]
    return [question for question in questions if bot.answers(question, audiences)][:EXAMPLES]


def _turn(turn: Turn, language: str) -> str:
    answer, labels = turn.answer, LABELS[language]
    today = date.today()
    texts = "".join(
        f'<textarea class="copied {name}" hidden readonly aria-hidden="true" tabindex="-1">\n{escape(text)}</textarea>'
        for name, text in (
            ("text", as_text(answer, today)),
            ("markdown", as_markdown(answer, today)),
        )
    )
    tools = "".join(
        f'<button type="button" data-do="{action}" data-turn="{turn.number}"{extra}>{escape(labels[name])}</button>'
        for action, name, extra in (
            ("copy", "copy_text", ' data-as="text"'),
            ("copy", "copy_markdown", ' data-as="markdown"'),
            ("export", "export", ""),
        )
    )
    made = (
        ""
        if answer.abstained
        else f'<div class="tools" role="group" aria-label="{escape(labels["take_away"])}">{tools}</div>'
    )
    return (
        f'<article class="turn" data-turn="{turn.number}">{_question(answer.question, language)}'
        f'<div class="answer">{message(answer, turn.number)}<div class="under">{made}{_verdict(turn, language)}</div>'
        f"{texts}</div></article>"
    )


def _question(text: str, language: str) -> str:
    return f'<h3 class="asked"><span class="sr">{escape(LABELS[language]["you"])} </span>{literal(text)}</h3>'


def _verdict(turn: Turn, language: str) -> str:
    """What the member thinks of the answer: two buttons, a form for what is wrong; thanks once it is said."""
    labels = LABELS[language]
    if turn.verdict:
        return f'<p class="thanks" role="status">{escape(labels["thanks"])}</p>'
    reasons = "".join(
        f'<label><input type="radio" name="reason" value="{reason}" required> {escape(labels["reason_" + reason])}</label>'
        for reason in REASONS
    )
    number = turn.number
    return (
        f'<div class="verdict" role="group" aria-label="{escape(labels["judge"])}">'
        f'<button type="button" data-do="useful" data-turn="{number}">{escape(labels["useful"])}</button>'
        f'<button type="button" data-do="wrong" data-turn="{number}" aria-expanded="false" aria-controls="wrong-{number}">'
        f"{escape(labels['is_wrong'])}</button></div>"
        f'<form class="wrong" id="wrong-{number}" data-do="judge" data-turn="{number}" hidden><fieldset><legend>{escape(labels["why"])}</legend>'
        f'{reasons}</fieldset><label>{escape(labels["comment"])}<textarea name="comment" rows="2" maxlength="{COMMENT}"></textarea></label>'
        f'<button class="solid">{escape(labels["send_feedback"])}</button></form>'
    )
