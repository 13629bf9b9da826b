"""The sole composer: question -> retrieve -> rerank -> abstain or quote -> guard -> Answer.

Promise: an answer's every claim carries a citation whose quote stands word for word in the passage; what the guard rejects
is returned; where nothing stands, the answer says so and claims nothing.
"""

import itertools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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
STEPS = (
    "searching",
    "reading",
    "writing",
    "checking",
)  # writing: only where a chat model is configured


@dataclass(frozen=True)
class _Found:
    """What was looked for, the candidates, best first, how likely they carry an answer, and how far they speak of a follow-up's own subject: 0 to 1."""

    asked: Question
    hits: list[Hit]
    carried: float
    borne_out: float = 1.0

    @property
    def answers(self) -> bool:
        return self.carried >= THRESHOLD and self.borne_out >= SUBJECT_THRESHOLD


class Bot:
    """Answers questions from the serving generation; notices a new one by itself. Safe to use from several threads."""

    def __init__(
        self,
        shelf: Shelf,
        embedder: Embedder,
        judge: Judge | None = None,
        writer: Writer | None = None,
    ):
        self._shelf, self._embedder, self._judge, self._writer = shelf, embedder, judge, writer

    def ask(
        self, question: str, history: Sequence[str] = (), audiences: Sequence[str] = READERS
    ) -> Answer:
        """Answer a question. `history`: the conversation's earlier questions, oldest first.

        Raises `QuestionRefused` for an empty or overlong question, `StoreMissing` and `StoreDamaged` where there is no index.
        """
        *_, answer = self.steps(question, history, audiences)
        return answer

    def steps(
        self, question: str, history: Sequence[str] = (), audiences: Sequence[str] = READERS
    ) -> Iterator[str | Answer]:
        """As `ask`, but yields each of STEPS as it begins, and the answer last."""
        started = time.perf_counter()
        asked = understand(question, history)
        generation = self._generation()
        yield "searching"
        asked = self._restated(asked, history)
        found = self._found(asked, generation, audiences)
        asked, hits, carried = found.asked, found.hits, found.carried
        yield "reading"
        claims: Sequence[Claim] = ()
        fallen: Sequence[Rejected] = ()
        note = ""
        if found.answers:
            try:
                if self._writer:
                    yield "writing"
                    claims, fallen = self._writer.write(asked.search, asked.language, hits)
            except ChatModelFailed as failed:
                print(f"{type(failed).__name__}: {failed}", file=sys.stderr)
                note = wording.NO_MODEL[asked.language]
            if note or not self._writer:
                claims = quotes.compose(
                    hits,
                    asked.search,
                    asked.seeks,
                    bool(asked.since or asked.until),
                    generation.before,
                )
                claims = quotes.unless_amount_missing(claims, asked.text)
        yield "checking"
        standing, rejected = guard.check(
            claims,
            self._embedder.encode_questions
            if self._embedder.name == recorded_name(BUNDLED)
            else None,
        )
        if prefer.are_all_later(
            [citation.passage for claim in standing for citation in claim.citations],
            asked.since,
            asked.until,
        ):
            standing, rejected = (
                (),
                (
                    *rejected,
                    *(
                        Rejected(claim, "its texts are of a later time than the one asked about")
                        for claim in standing
                    ),
                ),
            )
        standing = _renumbered(standing)
        yield Answer(
            question=asked.text,
            language=asked.language,
            claims=standing,
            text=_text(asked, standing, _nearest(hits), carried < SURE, note),
            abstained=not standing,
            rejected=(*fallen, *rejected),
            nearest=_nearest(hits) if carried < SURE or not standing else (),
            unsure=bool(standing) and carried < SURE,
            note=note if standing else "",
            seconds=time.perf_counter() - started,
        )

    def answers(self, question: str, audiences: Sequence[str] = READERS) -> bool:
        """Is there an answer in the texts? Found out without the chat model. Raises as `ask`."""
        asked, generation = understand(question), self._generation()
        return self._found(asked, generation, audiences).answers

    def search(
        self,
        question: str,
        k: int = 10,
        audiences: Sequence[str] = READERS,
        history: Sequence[str] = (),
    ) -> list[Hit]:
        """The k passages that answer best, best first. `history` and what is raised are as for `ask`."""
        return self._found(understand(question, history), self._generation(), audiences).hits[:k]

    def documents(self, audiences: Sequence[str] = READERS) -> dict[str, Passage]:
        """The first passage of each document that `audiences` may see, by path, as the index has it now."""
        generation = self._generation()
        found: dict[str, Passage] = {}
        for passage in generation.passages:
            if passage.audience in audiences:
                found.setdefault(passage.path, passage)
        return found

    def around(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in its document, as the index has it now; None where there is none."""
        return self._generation().neighbours(passage)

    def timeline(self, theme: str, audiences: Sequence[str] = READERS) -> tuple[Citation, ...]:
        """Quotes that show how the position on a theme evolved, newest first, undated last. Raises as `ask`."""
        asked, generation = understand(theme), self._generation()
        found = self._found(asked, generation, audiences)
        return timeline(
            asked.search, found.hits, generation.lexical, found.answers, generation.before
        )

    def meetings(self, audiences: Sequence[str] = READERS) -> tuple[Meeting, ...]:
        """The meetings that the documents for `audiences` tell of, newest first, those without a date last."""
        return meetings(
            [passage for passage in self._generation().passages if passage.audience in audiences]
        )

    def _restated(self, asked: Question, history: Sequence[str]) -> Question:
        """What is looked for, in the chat model's words where there is one and the conversation has a history; else as the rules have it."""
        if not self._writer or not history:
            return asked
        try:
            return restated(asked, history, self._writer.restate(asked.text, history))
        except ChatModelFailed as failed:
            print(f"{type(failed).__name__}: {failed}", file=sys.stderr)
            return asked

    def _found(self, asked: Question, generation: Generation, audiences: Sequence[str]) -> _Found:
        """What is found for the question. A follow-up's subject may narrow the one before it or take its place: as which of the two the texts speak of it more."""
        narrowed = self._looked_for(asked, generation, audiences)
        if not asked.alternative:
            return narrowed
        other = self._looked_for(replace(asked, search=asked.alternative), generation, audiences)
        better = other.borne_out > narrowed.borne_out and (
            not narrowed.answers or other.carried > narrowed.carried
        )
        return other if other.answers and better else narrowed

    def _looked_for(
        self, asked: Question, generation: Generation, audiences: Sequence[str]
    ) -> _Found:
        """The question encoded, its acronyms spelled out behind it, and all candidates as hits."""
        if not generation.passages:
            return _Found(asked, [], 0.0)
        sought = generation.lexical.spelling_out(asked.search)
        encoded = self._embedder.encode_question(sought)
        lexical = generation.lexical.scores(asked.search)
        asked_for = asked.since, asked.until, asked.kinds
        rows = candidates(
            generation, lexical, encoded, audiences, prefer.wanted(generation, *asked_for)
        )
        hits = late_interaction(
            generation,
            Query(sought, encoded, asked.language, asked.follow_up_span),
            Candidates(rows, lexical, prefer.boosts(generation, rows, *asked_for)),
            self._judge,
        )
        generation.let_go()
        if not hits:
            return _Found(asked, [], 0.0)
        backdrop = (
            matches(encoded, self._backdrop) if len(hits) < FEW else ()
        )  # else not needed, and half a second to encode
        evidence = Evidence(encoded, hits, generation.lexical, backdrop)
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
                f"The index was made with {generation.manifest['embedder']}, not with {self._embedder.name}. "
                "Run: python -m index, then start this again."
            )
        return generation


def open_bot(settings: BotSettings, load: Callable[..., Embedder] = load_embedder) -> Bot:
    """A bot on the serving generation of the settings' store, with the embedder that made it.

    Raises `StoreMissing`, `StoreDamaged`, `EmbedderUnusable`, `ChatModelUnusable`, and `EmbedderMismatch` where the settings name another embedder.
    """
    shelf = Shelf(settings.store)
    made_by = shelf.current().manifest["embedder"]
    if settings.embedder and recorded_name(settings.embedder) != made_by:
        raise EmbedderMismatch(
            f"The index was made with {made_by}, not with {recorded_name(settings.embedder)}. Run: python -m index"
        )
    writer = ChatWriter(settings) if settings.chat_model else None
    judge = CrossEncoderJudge(settings.reranker) if settings.reranker else None
    return Bot(
        shelf,
        load(BUNDLED if made_by == recorded_name(BUNDLED) else made_by, settings.store / "models"),
        judge,
        writer,
    )


def _renumbered(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims with their citations numbered from 1 again, after some have fallen."""
    numbers = itertools.count(1)
    return tuple(
        replace(
            claim,
            citations=tuple(
                replace(citation, number=next(numbers)) for citation in claim.citations
            ),
        )
        for claim in claims
    )


def _nearest(hits: Sequence[Hit]) -> tuple[Passage, ...]:
    """The best passage of each of the nearest documents."""
    nearest: dict[str, Passage] = {}
    for hit in hits:
        nearest.setdefault(hit.passage.path, hit.passage)
    return tuple(nearest.values())[:SUGGESTED]


def _text(
    asked: Question, claims: Sequence[Claim], nearest: Sequence[Passage], unsure: bool, note: str
) -> str:
    """The answer as Markdown: a lead, a line for each claim with its [n] and its source; or that nothing was found."""
    language = asked.language
    if not claims:
        names = "".join(f"\n- {wording.source_line(passage, language)}" for passage in nearest)
        return wording.NOTHING[language] + (
            f"\n\n{wording.NEAREST[language]}\n{names}" if names else ""
        )
    doubt = f"{wording.UNSURE[language]}\n\n" if unsure else ""
    return (
        doubt
        + wording.lead(claims, language)
        + "\n"
        + "".join(f"\n- {_line(claim, language)}" for claim in claims)
        + (f"\n\n{note}" if note else "")
    )


def _line(claim: Claim, language: str) -> str:
    passage = claim.citations[0].passage
    original = wording.ORIGINAL.get((language, passage.language))
    numbers = "".join(f"[{citation.number}]" for citation in claim.citations)
    return f"{claim.text} {numbers} — {wording.source_line(passage, language)}" + (
        f" ({original})" if original else ""
    )
