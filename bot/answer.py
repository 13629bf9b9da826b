"""The sole composer: question -> retrieve -> rerank -> abstain or quote -> guard -> Answer.

Promise: every claim of an answer carries a citation whose quote is a span of its passage, proved
by the guard. What the guard rejects is returned; where no claim is accepted, the answer says so.
"""

import itertools
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot import wording
from bot.chat.model import ChatModelFailed, ChatWriter, Writer
from bot.find import prefer
from bot.find.abstain import (
    BACKDROP,
    FEW,
    SUBJECT_THRESHOLD,
    SURE,
    THRESHOLD,
    Evidence,
    probability,
    subject_support,
)
from bot.find.crossencoder import CrossEncoderJudge
from bot.find.rerank import Candidates, Judge, Query, late_interaction, matches
from bot.find.retrieve import candidates
from bot.guard import check as guard
from bot.question.understand import Question, restated, understand
from bot.quote import compose as quotes
from bot.reader.model import Reader, reader_for
from bot.records import Answer, Citation, Claim, Hit, Meeting, Rejected
from bot.settings import BotSettings
from bot.views.meetings import meetings
from bot.views.timeline import timeline
from index.embed import Embedder, Encoded, load_embedder, recorded_name
from index.errors import EmbedderMismatch
from index.passage import Passage
from index.settings import BUNDLED
from index.shelf.store import Generation, Shelf

READERS = ("public", "members")  # whose documents a member may see
SUGGESTED = 3  # nearest documents named when nothing answers
# "writing" only where a chat model is configured.
STEPS = ("searching", "reading", "writing", "checking")
TOO_LATE = "its texts are of a later time than the one asked about"


@dataclass(frozen=True)
class _Found:
    """What was looked for and the hits, best first.

    `probability`: that they answer, 0 to 1. `support`: how far they speak of a follow-up's own
    subject, 0 to 1.
    """

    asked: Question
    hits: list[Hit]
    probability: float
    support: float = 1.0

    @property
    def answers(self) -> bool:
        return self.probability >= THRESHOLD and self.support >= SUBJECT_THRESHOLD

    @property
    def is_sure(self) -> bool:
        return self.probability >= SURE

    @property
    def nearest(self) -> tuple[Passage, ...]:
        """The best passage of each of the nearest documents."""
        nearest: dict[str, Passage] = {}
        for hit in self.hits:
            nearest.setdefault(hit.passage.path, hit.passage)
        return tuple(nearest.values())[:SUGGESTED]


@dataclass(frozen=True)
class _Draft:
    """The claims to answer with, those rejected so far, and what to note beside them."""

    claims: Sequence[Claim] = ()
    rejected: Sequence[Rejected] = ()
    note: str = ""


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
        self._shelf, self._embedder, self._judge, self._writer = shelf, embedder, judge, writer
        self._reader = reader

    def ask(
        self, question: str, history: Sequence[str] = (), audiences: Sequence[str] = READERS
    ) -> Answer:
        """Answer a question. `history`: the conversation's earlier questions, oldest first.

        Raises `QuestionRefused` for an empty or overlong question, `StoreMissing` and
        `StoreDamaged` where there is no index.
        """
        *_, answer = self.steps(question, history, audiences)
        assert isinstance(answer, Answer)
        return answer

    def steps(
        self, question: str, history: Sequence[str] = (), audiences: Sequence[str] = READERS
    ) -> Iterator[str | Answer]:
        """As `ask`, but yields each of STEPS as it begins, and the answer last."""
        started = time.perf_counter()
        asked = understand(question, history)
        generation = self._generation()
        yield "searching"
        found = self._found(self._restated(asked, history), generation, audiences)
        yield "reading"
        draft = _Draft()
        if found.answers:
            if self._writer:
                yield "writing"
            draft = self._draft(found, generation)
        yield "checking"
        yield _answer(found, self._checked(draft, found.asked), started)

    def answers(self, question: str, audiences: Sequence[str] = READERS) -> bool:
        """Is there an answer in the texts? The chat model is not asked. Raises as `ask`."""
        asked, generation = understand(question), self._generation()
        return self._found(asked, generation, audiences).answers

    def search(
        self,
        question: str,
        k: int = 10,
        audiences: Sequence[str] = READERS,
        history: Sequence[str] = (),
    ) -> list[Hit]:
        """The k passages that answer best, best first. `history` and errors as for `ask`."""
        return self._found(understand(question, history), self._generation(), audiences).hits[:k]

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

    @property
    def generation(self) -> str:
        """The name of the generation that answers now."""
        return self._generation().name

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
        asked, generation = understand(theme), self._generation()
        found = self._found(asked, generation, audiences)
        if not found.hits:
            return ()
        lexical = generation.lexical_for(audiences)
        return timeline(asked.search, found.hits, lexical, found.answers, generation.before)

    def meetings(self, audiences: Sequence[str] = READERS) -> tuple[Meeting, ...]:
        """The meetings in the documents for `audiences`, newest first, undated last."""
        return meetings(
            [passage for passage in self._generation().passages if passage.audience in audiences]
        )

    def _draft(self, found: _Found, generation: Generation) -> _Draft:
        """The chat model's claims; quotes where there is none or it fails."""
        asked, note = found.asked, ""
        if self._writer:
            try:
                written, refused = self._writer.write(asked.search, asked.language, found.hits)
                cited, unproved = guard.cite(written)
                return _Draft(cited, (*refused, *unproved))
            except ChatModelFailed as failed:
                print(f"{type(failed).__name__}: {failed}", file=sys.stderr)
                note = wording.NO_MODEL[asked.language]
        timed = bool(asked.since or asked.until)
        claims = quotes.compose(found.hits, asked.search, asked.seeks, timed, generation.before)
        return _Draft(quotes.unless_amount_missing(claims, asked.text), note=note)

    def _checked(self, draft: _Draft, asked: Question) -> _Draft:
        """The draft without the claims that are rejected, its citations numbered from 1."""
        is_bundled = self._embedder.name == recorded_name(BUNDLED)
        encode = self._embedder.encode_questions if is_bundled else None
        accepted, rejected = guard.check(draft.claims, encode)
        cited = [citation.passage for claim in accepted for citation in claim.citations]
        if prefer.are_all_later(cited, asked.since, asked.until):
            rejected = (*rejected, *(Rejected(claim, TOO_LATE) for claim in accepted))
            accepted = ()
        return _Draft(_renumbered(accepted), (*draft.rejected, *rejected), draft.note)

    def _restated(self, asked: Question, history: Sequence[str]) -> Question:
        """The question with its search in the chat model's words, if it has a history.

        As it is where there is no chat model or it fails.
        """
        if not self._writer or not history:
            return asked
        try:
            return restated(asked, history, self._writer.restate(asked.text, history))
        except ChatModelFailed as failed:
            print(f"{type(failed).__name__}: {failed}", file=sys.stderr)
            return asked

    def _found(self, asked: Question, generation: Generation, audiences: Sequence[str]) -> _Found:
        """What is found for the question.

        A follow-up's subject narrows the one before it or takes its place, whichever of the two
        the texts support more.
        """
        narrowed = self._searched(asked, generation, audiences)
        if not asked.alternative:
            return narrowed
        other = self._searched(replace(asked, search=asked.alternative), generation, audiences)
        better = other.support > narrowed.support and (
            not narrowed.answers or other.probability > narrowed.probability
        )
        return other if other.answers and better else narrowed

    def _searched(
        self, asked: Question, generation: Generation, audiences: Sequence[str]
    ) -> _Found:
        """All candidates for the question, its acronyms spelled out, as hits."""
        visible = generation.visible(audiences)
        if not visible.any():
            return _Found(asked, [], 0.0)
        lexical = generation.lexical_for(audiences)
        sought = lexical.spelling_out(asked.search)
        encoded = self._embedder.encode_question(sought)
        scores = lexical.scores(asked.search)
        asked_for = asked.since, asked.until, asked.kinds
        wanted = prefer.wanted(generation, visible, *asked_for)
        rows = candidates(generation, scores, encoded, audiences, wanted)
        hits = late_interaction(
            generation,
            Query(sought, encoded, asked.language, asked.follow_up_span),
            Candidates(rows, scores, prefer.boosts(generation, rows, *asked_for)),
            self._judge,
            self._reader,
        )
        generation.release_pages()
        if not hits:
            return _Found(asked, [], 0.0)
        # Where there are more hits it is not needed, and half a second to encode.
        backdrop = matches(encoded, self._backdrop) if len(hits) < FEW else ()
        evidence = Evidence(encoded, hits, lexical, backdrop)
        return _Found(
            asked,
            hits,
            probability(asked.search, evidence),
            subject_support(asked.search, asked.follow_up_span, evidence),
        )

    @cached_property
    def _backdrop(self) -> list[Encoded]:
        return list(self._embedder.encode_passages([("", text) for text in BACKDROP]))

    def _generation(self) -> Generation:
        generation = self._shelf.current()
        if generation.manifest["embedder"] != self._embedder.name:
            raise EmbedderMismatch(
                f"The index was made with {generation.manifest['embedder']}, "
                f"not with {self._embedder.name}. Run: python -m index, then start this again."
            )
        return generation


def open_bot(settings: BotSettings, load: Callable[[str, Path], Embedder] = load_embedder) -> Bot:
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
    embedder = load(name, settings.store / "models")
    return Bot(shelf, embedder, judge, writer, reader_for(made_by))


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


def _answer(found: _Found, checked: _Draft, started: float) -> Answer:
    """The answer of the claims that were accepted, begun at `started` (time.perf_counter)."""
    answers = bool(checked.claims)
    return Answer(
        question=found.asked.text,
        language=found.asked.language,
        claims=tuple(checked.claims),
        text=_text(found, checked) if answers else _nothing(found),
        abstained=not answers,
        rejected=tuple(checked.rejected),
        nearest=() if answers and found.is_sure else found.nearest,
        unsure=answers and not found.is_sure,
        note=checked.note if answers else "",
        seconds=time.perf_counter() - started,
    )


def _text(found: _Found, checked: _Draft) -> str:
    """The answer as Markdown: a lead, and a line for each claim with its [n] and its source."""
    language = found.asked.language
    lines = "\n".join(f"- {_line(claim, language)}" for claim in checked.claims)
    parts = (
        "" if found.is_sure else wording.UNSURE[language],
        f"{wording.lead(checked.claims, language)}\n\n{lines}",
        checked.note,
    )
    return "\n\n".join(part for part in parts if part)


def _nothing(found: _Found) -> str:
    """That nothing was found, as Markdown, with the sources of what is nearest."""
    language = found.asked.language
    sources = [f"- {wording.source_line(passage, language)}" for passage in found.nearest]
    lines = (wording.NOTHING[language], "", wording.NEAREST[language], "", *sources)
    return "\n".join(lines) if sources else wording.NOTHING[language]


def _line(claim: Claim, language: str) -> str:
    passage = claim.citations[0].passage
    original = wording.ORIGINAL.get((language, passage.language))
    numbers = "".join(f"[{citation.number}]" for citation in claim.citations)
    return f"{claim.text} {numbers} — {wording.source_line(passage, language)}" + (
        f" ({original})" if original else ""
    )
