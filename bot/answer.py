"""The sole composer: question -> retrieve -> rerank -> abstain or quote -> guard -> Answer.

Promise: every claim of an answer carries a citation whose quote is a span of its passage, proved
by the guard. What the guard rejects is returned; where no claim is accepted, the answer says so.
"""

import itertools
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot import replies, wording
from bot.chat.model import ChatModelFailed, ChatWriter, Writer
from bot.complaints import complain
from bot.contradictions import Pair, stale_pairs
from bot.dialogue import Dialogue, Ear
from bot.drafting import findings
from bot.examples import Examples
from bot.find import missing, prefer
from bot.find.crossencoder import CrossEncoderJudge
from bot.find.fulltext import holding
from bot.find.rerank import Judge
from bot.find.search import Found, Search
from bot.guard import check as guard
from bot.intent.model import intents_for
from bot.question.route import Route, language_named, on_the_texts, routes
from bot.question.understand import restated, wordless
from bot.quote import compose as quotes
from bot.reader.model import Reader, reader_for
from bot.records import (
    EVERYTHING,
    Answer,
    Citation,
    Claim,
    Composed,
    Glimpse,
    History,
    Hit,
    Meeting,
    Question,
    Rejected,
    Scope,
    Turn,
    turns,
)
from bot.replies import Texts
from bot.settings import BotSettings
from bot.views.draft import Finding
from bot.views.meetings import meetings
from bot.views.premise import contradicted
from bot.views.timeline import timeline
from bot.writing import written
from index.embed import Embedder, Encoded, load_embedder, recorded_name
from index.errors import EmbedderMismatch
from index.passage import Passage
from index.settings import BUNDLED
from index.shelf.store import Generation, Shelf

READERS = ("public", "members")  # whose documents a member may see
NEAREST = 10  # passages among which a draft's sentence is looked for
# "writing" only where a chat model is configured.
STEPS = ("searching", "reading", "writing", "checking")
WRITTEN = ("latest", "yesno")  # routes that a chat model, where there is one, answers as a question
# Routes that may be about the text that was cited last.
OF_A_TEXT = ("standing", "texts", "meetings")
TOO_LATE = "its texts are of a later time than the one asked about"
OTHER_TIME = "its texts are not of the time that the follow-up asks about"


@dataclass(frozen=True)
class _Draft:
    """What was composed, and what of it, or of what a chat model wrote, was rejected."""

    composed: Composed
    rejected: Sequence[Rejected] = ()


class Bot:
    """Answers questions from the serving generation, and notices a new one by itself.

    Safe to use from several threads.
    """

    def __init__(
        self,
        shelf: Shelf,
        embedder: Embedder,
        judge: Judge | None = None,
        writer: Writer | None = None,
        reader: Reader | None = None,
    ):
        self._shelf, self._embedder, self._writer = shelf, embedder, writer
        self._search = Search(embedder, judge, reader)
        self._generation = partial(_serving, shelf, embedder.name)
        self._dialogue = Dialogue(self._search, self._generation)
        self._hears = Ear(embedder, intents_for(embedder.name))
        # Not itself: a bot that nobody holds lets its generation go at once.
        self._quoting = Bot(shelf, embedder, judge, None, reader) if writer else None
        self._examples = Examples()

    def ask(
        self,
        question: str,
        history: History = (),
        audiences: Sequence[str] = READERS,
        language: str = "",
        within: Scope | None = None,
    ) -> Answer:
        """Answer a question. `history`: the conversation's earlier turns, oldest first.

        `language`: fr or en, that of a question whose words are in neither ("EUCS", "ok").
        `within`: the documents that it is asked of, all for None.

        Raises `QuestionRefused` for an empty or overlong question, `StoreMissing` and
        `StoreDamaged` where there is no index.
        """
        *_, answer = self.steps(question, history, audiences, language, within)
        assert isinstance(answer, Answer)
        return answer

    def steps(
        self,
        question: str,
        history: History = (),
        audiences: Sequence[str] = READERS,
        language: str = "",
        within: Scope | None = None,
    ) -> Iterator[str | Answer]:
        """As `ask`, but yields each of STEPS as it begins, and the answer last."""
        started = time.perf_counter()
        earlier = on_the_texts(turns(history), self._hears)
        asked = wordless(question, language) or self._dialogue.understood(
            question, earlier, audiences, language
        )
        asked = replace(asked, scope=within or EVERYTHING)
        yield from self._steps(asked, earlier, audiences, started)

    def _steps(
        self, asked: Question, earlier: Sequence[Turn], audiences: Sequence[str], started: float
    ) -> Iterator[str | Answer]:
        """The steps of a question that was understood, begun at `started`."""
        yield "searching"
        generation, seen = self._generation(), tuple(audiences)
        examples = self._examples.known(generation.name, asked.language, seen)
        whole = Texts(asked, generation, seen, self._search, examples)
        for route in routes(asked, tuple(earlier), self._hears):
            if self._writer and earlier and route.name in ("repeat", "question"):
                yield "writing"
            texts = self._texts(whole, route, earlier, started)
            if route.name == "question":
                break
            if self._writer and route.name in WRITTEN:
                continue
            if composed := replies.reply(route, texts):
                yield "checking"
                yield _answer(texts, self._checked(_Draft(composed), asked), started)
                return
        yield "reading"
        draft = _Draft(Composed("nothing"))
        if texts.found.answers or quotes.stands_in_a_table(
            texts.found.hits, quotes.asked_of(texts.found.asked), texts.beside
        ):
            if self._writer:
                yield "writing"
            draft = self._draft(texts)
        yield "checking"
        yield _answer(texts, self._checked(draft, texts.found.asked), started)

    def answers(self, question: str, audiences: Sequence[str] = READERS) -> bool:
        """Is there an answer in the texts? The chat model is not asked. Raises as `ask`."""
        return self._found(question, (), audiences).answers

    def examples(self, language: str, audiences: Sequence[str]) -> tuple[str, ...] | None:
        """Questions to try that the texts answer plainly; None until `try_examples` ended.

        Raises as `ask`.
        """
        return self._examples.known(self._generation().name, language, audiences)

    def try_examples(self, language: str, audiences: Sequence[str]) -> Iterator[str]:
        """Find the examples of the serving generation: yields each question that was tried.

        The chat model is not asked. Raises as `ask`.
        """
        generation = self._generation()
        seen = [passage for passage in generation.passages if passage.audience in audiences]
        ask = partial(self.by_quotes, audiences=audiences)
        yield from self._examples.find(ask, generation.name, seen, language, audiences)

    def by_quotes(
        self,
        question: str,
        history: History = (),
        audiences: Sequence[str] = READERS,
        within: Scope | None = None,
    ) -> Answer:
        """As `ask`, but in quotes alone: the chat model is not asked. Raises as `ask`."""
        return (self._quoting or self).ask(question, history, audiences, within=within)

    def search(
        self,
        question: str,
        k: int = 10,
        audiences: Sequence[str] = READERS,
        history: History = (),
        within: Scope | None = None,
    ) -> list[Hit]:
        """The k passages that answer best, best first. The rest, and errors, as for `ask`."""
        return self._found(question, history, audiences, within).hits[:k]

    def holding(self, words: str, audiences: Sequence[str] = READERS) -> list[Glimpse]:
        """The documents that hold all the words, each with a sentence that has them, best first."""
        return holding(words, self._generation(), audiences)

    def verify(
        self, sentences: Sequence[tuple[object, str]], audiences: Sequence[str] = READERS
    ) -> list[Finding]:
        """What the texts have on each (id, sentence) of a draft, in order. Raises as `ask`."""
        lexical = self._generation().lexical_for(audiences)
        return findings(
            sentences,
            lambda sentence: self.search(sentence, NEAREST, audiences),
            lexical,
            self._writer,
        )

    def encoded(self, questions: Sequence[str]) -> list[Encoded]:
        """The vectors of questions, as the embedder makes them."""
        return self._embedder.encode_questions(questions)

    def documents(self, audiences: Sequence[str] = READERS) -> dict[str, Passage]:
        """The first passage of each document that `audiences` may see, by path."""
        generation = self._generation()
        found: dict[str, Passage] = {}
        for passage in generation.passages:
            if passage.audience in audiences:
                found.setdefault(passage.path, passage)
        return found

    def original(self, path: str, audiences: Sequence[str] = READERS) -> bytes | None:
        """A document's bytes as they were indexed; None if `audiences` may not see it."""
        return self._generation().original(path, audiences)

    def stale(self) -> Iterator[list[Pair]]:
        """Where the texts contradict each other or are nearly the same, whoever they are for: some
        pairs at each step. Raises as `ask`."""
        yield from stale_pairs(self._generation())

    @property
    def generation(self) -> str:
        """The name of the generation that answers now."""
        return self._generation().name

    @property
    def made(self) -> datetime:
        """When that generation was made."""
        return self._generation().made

    @property
    def size(self) -> int:
        """How many documents it holds."""
        return len(self._generation().manifest["documents"])

    @property
    def warnings(self) -> dict[str, list[str]]:
        """What the run that made it said of each document, by path."""
        records = self._generation().manifest["documents"]
        return {path: list(record.get("warnings", ())) for path, record in records.items()}

    def passages(self, paths: Collection[str], audiences: Sequence[str] = READERS) -> list[Passage]:
        """The passages of these documents, as far as `audiences` may see them now."""
        return [
            passage
            for passage in self._generation().passages
            if passage.path in paths and passage.audience in audiences
        ]

    def around(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in its document; None where there is none."""
        return self._generation().neighbours(passage)

    def timeline(self, theme: str, audiences: Sequence[str] = READERS) -> tuple[Citation, ...]:
        """Quotes that show how the position on a theme evolved, newest first, undated last.

        Raises as `ask`.
        """
        found, generation = self._found(theme, (), audiences), self._generation()
        if not found.hits:
            return ()
        lexical = generation.lexical_for(audiences)
        return timeline(found.asked.search, found.hits, lexical, found.answers, generation.before)

    def meetings(self, audiences: Sequence[str] = READERS) -> tuple[Meeting, ...]:
        """The meetings in the documents for `audiences`, newest first, undated last."""
        return meetings(
            [passage for passage in self._generation().passages if passage.audience in audiences]
        )

    def _found(
        self,
        question: str,
        history: History,
        audiences: Sequence[str],
        within: Scope | None = None,
    ) -> Found:
        asked = self._dialogue.understood(
            question, on_the_texts(turns(history), self._hears), audiences
        )
        asked = replace(asked, scope=within or EVERYTHING)
        return self._search.found(asked, self._generation(), audiences)

    def _texts(self, texts: Texts, route: Route, earlier: Sequence[Turn], started: float) -> Texts:
        """What may be read for the question by this route."""
        asked, audiences = texts.asked, texts.audiences
        if route.name == "repeat" and earlier:
            repeated, before = self._dialogue.repeated(earlier, audiences)
            if route.detail == "language":
                other = "fr" if repeated.language == "en" else "en"
                asked = replace(asked, language=language_named(asked.text) or other)
                repeated = replace(repeated, language=asked.language)
            repeated = replace(repeated, scope=asked.scope)
            *_, previous = self._steps(repeated, before, audiences, started)
            assert isinstance(previous, Answer)
            return replace(texts, asked=asked, previous=previous)
        if route.name in OF_A_TEXT and earlier and not asked.documents:
            meant = self._dialogue.cited(earlier, audiences)
            return replace(texts, asked=replace(asked, documents=meant))
        if route.name == "question":
            restated = self._restated(asked, [turn.question for turn in earlier])
            return texts if restated == asked else replace(texts, asked=restated)
        return texts

    def _draft(self, texts: Texts) -> _Draft:
        """The chat model's claims; quotes where there is none, it fails, or none can be shown."""
        found, note, rejected = texts.found, "", tuple[Rejected, ...]()
        asked = found.asked
        if self._writer:
            try:
                made = written(self._writer, asked, found.hits)
                if made.claims or not made.rejected:
                    return _Draft(Composed("answer", made.claims), made.rejected)
                rejected = made.rejected
            except ChatModelFailed as failed:
                complain(failed)
                note = wording.NO_MODEL[asked.language]
        if composed := contradicted(asked, found.hits, texts.before):
            return _Draft(composed, rejected)
        if lack := missing.missing(asked, found.hits):
            lead = missing.in_words(lack, asked.language)
            return _Draft(Composed("nothing", lead=lead), rejected)
        claims = quotes.compose(found.hits, quotes.asked_of(asked), texts.beside)
        claims = quotes.unless_amount_missing(claims, asked.text)
        return _Draft(Composed("answer", claims, note=note), rejected)

    def _checked(self, draft: _Draft, asked: Question) -> _Draft:
        """The draft without the claims that are rejected, its citations numbered from 1."""
        federation = self._writer.federation if self._writer else ()
        accepted, rejected = guard.check(draft.composed.claims, federation)
        cited = [citation.passage for claim in accepted for citation in claim.citations]
        time = asked.since, asked.until
        wrong = TOO_LATE if prefer.are_all_later(cited, *time) else ""
        if asked.is_follow_up and prefer.are_all_of_another_time(cited, *time):
            wrong = wrong or OTHER_TIME
        if wrong:
            rejected = (*rejected, *(Rejected(claim, wrong) for claim in accepted))
            accepted = ()
        composed = wording.under_headings(draft.composed, _renumbered(accepted), asked.language)
        return _Draft(composed, (*draft.rejected, *rejected))

    def _restated(self, asked: Question, history: Sequence[str]) -> Question:
        """The question with its search in the chat model's words, if it has a history.

        As it is where there is no chat model or it fails.
        """
        if not self._writer or not history:
            return asked
        try:
            written = self._writer.restate(asked.text, history)
            return replace(restated(asked, history, written), scope=asked.scope)
        except ChatModelFailed as failed:
            complain(failed)
            return asked


def open_bot(
    settings: BotSettings, load: Callable[[str, Path, str], Embedder] = load_embedder
) -> Bot:
    """A bot on the serving generation of the settings' store, with the embedder that made it.

    Raises `StoreMissing`, `StoreDamaged`, `EmbedderUnusable`, `ChatModelUnusable`, and
    `EmbedderMismatch` where the settings name another embedder.
    """
    shelf = Shelf(settings.store)
    made_by = shelf.current().manifest["embedder"]
    if settings.embedder and recorded_name(settings.embedder) != made_by:
        raise EmbedderMismatch(
            f"The index was made with {made_by}, not with {recorded_name(settings.embedder)}. "
            "Run: python -m index"
        )
    writer = ChatWriter(settings) if settings.chat_model else None
    judge = CrossEncoderJudge(settings.reranker) if settings.reranker else None
    name = BUNDLED if made_by == recorded_name(BUNDLED) else made_by
    embedder = load(name, settings.store / "models", settings.device)
    return Bot(shelf, embedder, judge, writer, reader_for(made_by))


def _serving(shelf: Shelf, embedder: str) -> Generation:
    """The generation that serves, if the embedder made it. Raises `EmbedderMismatch`."""
    generation = shelf.current()
    if generation.manifest["embedder"] != embedder:
        raise EmbedderMismatch(
            f"The index was made with {generation.manifest['embedder']}, "
            f"not with {embedder}. Run: python -m index, then start this again."
        )
    return generation


def _renumbered(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims with their citations numbered from 1 again, after some were rejected."""
    numbers = itertools.count(1)
    return tuple(
        replace(
            claim,
            citations=tuple(replace(cited, number=next(numbers)) for cited in claim.citations),
        )
        for claim in claims
    )


def _other_time(texts: Texts, checked: _Draft) -> str:
    """That only texts of another time than the one asked about were found; "" if it is not so."""
    late = any(one.reason in (TOO_LATE, OTHER_TIME) for one in checked.rejected)
    return wording.NOTHING_OF_THE_TIME[texts.asked.language] if late else ""


def _answer(texts: Texts, checked: _Draft, started: float) -> Answer:
    """The answer of what was composed and accepted, begun at `started` (time.perf_counter)."""
    asked, composed = texts.asked, checked.composed
    speaks = bool(composed.claims) or composed.reply in wording.WITHOUT_CLAIMS
    is_question = composed.reply in ("answer", "nothing")
    if texts.previous:
        unsure = speaks and texts.previous.unsure
    else:
        unsure = speaks and is_question and not texts.found.is_sure
    nearest = texts.found.nearest if unsure or not speaks else ()
    lead = (
        wording.lead(composed, asked.language)
        if speaks
        else composed.lead or _other_time(texts, checked)
    )
    text = (
        wording.markdown(composed, asked.language, unsure)
        if speaks
        else wording.nothing(nearest, asked.language, lead)
    )
    if asked.written:
        text = f"{wording.READ_AS[asked.language].format(question=asked.text)}\n\n{text}"
    return Answer(
        question=asked.written or asked.text,
        language=asked.language,
        claims=composed.claims,
        text=text,
        abstained=not speaks,
        rejected=tuple(checked.rejected),
        nearest=nearest,
        unsure=unsure,
        note=composed.note if speaks else "",
        seconds=time.perf_counter() - started,
        reply=composed.reply if speaks else "nothing",
        brief=wording.brief(composed, asked.language) if speaks else "",
        corrected=asked.text if asked.written else "",
        lead=lead,
        seeks=asked.seeks,
        # The correction too tells what stands in the texts.
        rests_on=composed.rests_on or (tuple(texts.facts.documents) if asked.written else ()),
    )
