"""Questions that go on from an answer, made of what stands next to it: other sections of the text
it cites, that text in short, other years of its theme.

Promise: a question is suggested only where quotes alone answer it, surely, in its language, by what
it was made of and by something that the answer did not say. The answer never waits for it: it is
made once that is shown, within SECONDS, and what is not ready then is left out.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, zip_longest

from bot.answer import Bot
from bot.records import Answer
from bot.web.host import Host
from bot.web.interface import gr
from bot.web.labels import LABELS
from bot.web.memory import Conversation
from index.errors import PlaidoyerError
from index.passage import Passage

MOST, TRIED = 3, 6  # questions that are shown, and tried for that
SECONDS = 4.0
KEPT = 500  # conversations whose last questions are remembered
LONGEST = 70  # characters of a heading or title in a question
NUMBERING = re.compile(r"^\d{1,2}[.)] +")


@dataclass(frozen=True)
class FollowUp:
    """A question, and whether an answer to it is the one that it was made for."""

    question: str
    fits: Callable[[Answer], bool]


class FollowUps:
    """The questions that go on from the last answer of each conversation.

    Made once for an answer: asking for them again costs nothing. `opened()` gives the bot.
    """

    def __init__(self, opened: Callable[[], Bot], host: Host):
        self._opened, self._host = opened, host
        self._made: OrderedDict[tuple[str, str], tuple[object, list[str]]] = OrderedDict()

    async def of(self, conversation: Conversation, key: str, request: gr.Request) -> list[str]:
        """The questions, MOST at most; where the bot is busy or gone, those found before."""
        turn, audiences = conversation.turns[-1], self._host.audiences(request)
        place, found = (self._host.name(request), key), list[str]()
        with suppress(PlaidoyerError):
            made_for = (turn.number, turn.answer.question, audiences, self._opened().generation)
            known, before = self._made.get(place, (None, found))
            if known == made_for:
                return before
            self._made[place] = (made_for, found)
            self._made.move_to_end(place)
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
            await self._find(conversation, audiences, request, found)
        return found

    async def _find(
        self,
        conversation: Conversation,
        audiences: Sequence[str],
        request: gr.Request,
        found: list[str],
    ) -> None:
        """Add to `found` what is answered, until another question is asked or time is up.

        Each is tried in a turn of its own, so that others are served between them.
        """
        until = time.monotonic() + SECONDS
        turn, history, bot = conversation.turns[-1], conversation.history(), self._opened()
        answer = turn.answer
        made = await self._host.run(request, partial(_of_answer, answer, bot, audiences))
        asked = {turn.question for turn in history}
        for one in [one for one in made if one.question not in asked][:TRIED]:
            if len(found) == MOST or conversation.pending or time.monotonic() > until:
                return
            trying = partial(bot.by_quotes, one.question, history, audiences, turn.within)
            tried = await self._host.run(request, trying)
            if _adds(tried, answer) and one.fits(tried):
                found.append(one.question)


def _of_answer(answer: Answer, bot: Bot, audiences: Sequence[str]) -> list[FollowUp]:
    if not answer.citations:
        return []
    path = answer.citations[0].passage.path
    return list(made_of(answer, bot.documents(audiences), bot.passages({path}, audiences)))


def made_of(
    answer: Answer, documents: Mapping[str, Passage], sections: Sequence[Passage]
) -> Iterator[FollowUp]:
    """Questions on what is next to an answer that cites, of each kind in turn.

    `documents`: all that may be seen, by path; `sections`: the passages of the one cited first.
    """
    kinds = (
        _years(answer, documents),
        _sections(answer, sections),
        _met(answer),
        _summaries(answer),
    )
    return filter(None, chain.from_iterable(zip_longest(*kinds)))


def _adds(tried: Answer, before: Answer) -> bool:
    """Is it a sure answer in the same language that quotes something else than the one before?"""
    if tried.unsure or tried.language != before.language or not tried.citations:
        return False
    return tried.citations[0].quote not in {citation.quote for citation in before.citations}


def _years(answer: Answer, documents: Mapping[str, Passage]) -> Iterator[FollowUp]:
    """Other years, the nearest first, in which a text has a topic of the one cited first.

    Where that has no topics, or it is asked whom one met, the years of all texts.
    """
    cited = answer.citations[0].passage
    is_met = answer.reply == "meetings"
    said = {citation.passage.date[:4] for citation in answer.citations} | {""}
    years = {
        document.date[:4]
        for document in documents.values()
        if is_met or not cited.topics or not set(document.topics).isdisjoint(cited.topics)
    }
    words = LABELS[answer.language]["next_met_year" if is_met else "next_year"]
    for year in sorted(years - said, key=lambda year: abs(int(year) - int(cited.date[:4] or 0))):

        def fits(found: Answer, year: str = year) -> bool:
            first = found.citations[0].passage
            return found.reply == "meetings" if is_met else first.date.startswith(year)

        yield FollowUp(words.format(year=year), fits)


def _sections(answer: Answer, sections: Sequence[Passage]) -> Iterator[FollowUp]:
    """Other sections of the text cited first, if it is in the reader's language."""
    cited = answer.citations[0].passage
    if cited.language != answer.language:
        return
    said = {heading for one in answer.citations for heading in one.passage.headings} | {cited.title}
    headings = dict.fromkeys(one.headings[-1] for one in sections if len(one.headings) > 1)
    for heading in headings:
        if heading in said or len(heading) > LONGEST:
            continue

        def fits(found: Answer, heading: str = heading) -> bool:
            first = found.citations[0].passage
            return first.path == cited.path and first.headings[-1:] == (heading,)

        name = NUMBERING.sub("", heading).rstrip(" :.")
        yield FollowUp(LABELS[answer.language]["next_section"].format(heading=name), fits)


def _met(answer: Answer) -> Iterator[FollowUp]:
    """Whom the federation met on the theme."""
    if answer.reply != "meetings":
        words = LABELS[answer.language]["next_met"]
        yield FollowUp(words, lambda found: found.reply == "meetings")


def _summaries(answer: Answer) -> Iterator[FollowUp]:
    """The cited texts in short, where the answer is not that."""
    if answer.reply == "summary":
        return
    cited = {one.passage.path: one.passage for one in answer.citations}
    for path, passage in cited.items():
        if len(passage.title) > LONGEST:
            continue

        def fits(found: Answer, path: str = path) -> bool:
            return found.reply == "summary" and found.citations[0].passage.path == path

        words = LABELS[answer.language]["next_summary"]
        yield FollowUp(words.format(title=passage.title), fits)
