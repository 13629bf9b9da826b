"""The direct answer without a chat model, and what adds to it: sentences of the hits. Pure.

Promise: every claim's text is its quotes and nothing else. The first claim is the one statement
that answers, understandable alone; at most FURTHER more follow, the newest in force first, each of
another point. What an older text says is labelled with its time; a text that has ended never leads
where one in force answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot import wording
from bot.amounts import Amount, amounts
from bot.quote.picks import CHECKABLE, ENDED, Asked, Pick, ranked, repeats, text_of
from bot.quote.spans import Beside, none_beside, once, statements
from bot.quote.tables import answering, holds_all_of
from bot.records import Claim, Hit, Question
from bot.statements import ENDS, Before, Span, holds_amount_asked, standing
from index.language.dates import resolve_dates
from index.language.fold import fold
from index.passage import Passage

Leading = Callable[[Sequence[Pick], Asked], Pick]
"""Chooses the direct answer among the picks, the best first."""

ANY = Asked()
FURTHER = 3  # statements after the direct answer
WORDS = 75  # that they have together, at the most
LEAD_WORDS = 50  # of a direct answer that takes in a sentence beside it
BESIDE = 0.015  # a sentence beside the best joins it that scores within this of it
# A newer sentence that scores within this of the best, and shares so many words around a figure.
RENEWED, SAME_WORDS = 0.04, 2
LISTED = 180  # words of a list that was asked for
CLOSE = 0.04  # a further sentence must score within this of the best one
FAR = 0.08  # likewise in the passage of the best one: what is next to the answer belongs to it


def compose(
    hits: Sequence[Hit],
    asked: Asked = ANY,
    beside: Beside = none_beside,
    leading: Leading | None = None,
) -> tuple[Claim, ...]:
    """Claims for the sentences of the hits (best hit first) that answer.

    `beside` gives the passages before and after one in its document, where a list or a table runs
    over several. `leading` chooses the direct answer, where it is not the best sentence.
    """

    def before(passage: Passage) -> Passage | None:
        return beside(passage)[0]

    picks = ranked(hits, asked)
    if not picks:
        return ()
    if asked.seeks == "list" and picks[0].line == "item":
        return labelled(statements(_whole_list(picks[0], hits), before, ()), asked)
    best, table = (leading or _leading)(picks, asked), answering(picks, asked, beside)
    if leading and table and table.spans[0][0].date < best.passage.date:
        table = None
    joining = _joining(best, picks, before)
    lead = table.spans if table else statements([best], before, joining)[0]
    ending = [] if asked.timed else _ending(hits, best)
    further = [*ending, *_further(picks, best, lead)][:FURTHER]
    if table:
        found = [lead, *statements(further, before, ())]
    else:  # together, for items of the lead's list need no lead-in of their own
        found = statements([best, *further], before, joining)
    claims = labelled(once([*found[1:2], found[0], *found[2:]] if ending else found), asked)
    return (replace(claims[0], label=table.label), *claims[1:]) if table else claims


def _joining(best: Pick, picks: Sequence[Pick], before: Before) -> set[tuple[str, int]]:
    """The places of sentences beside the best that are as good, if that makes no long answer."""
    near = {
        pick.place for pick in picks if pick.hit is best.hit and best.score - pick.score <= BESIDE
    }
    (spans,) = statements([best], before, near)
    length = sum(len(passage.text[start:end].split()) for passage, start, end in spans)
    return near if length <= LEAD_WORDS else set()


def stands_in_a_table(hits: Sequence[Hit], asked: Asked, beside: Beside = none_beside) -> bool:
    """Does a table of the hits have a row, or a figure to work out, for every word asked?"""
    table = answering(ranked(hits, asked), asked, beside)
    return table is not None and holds_all_of(table, asked)


def asked_of(question: Question) -> Asked:
    """What the sentences are held against for a question."""
    timed = bool(question.since or question.until)
    return Asked(question.search, question.seeks, timed, question.language)


def unless_amount_missing(claims: Sequence[Claim], question: str) -> tuple[Claim, ...]:
    """The claims; none where the question asks for an amount or a name that no quote holds."""
    quoted = "\n".join(citation.quote for claim in claims for citation in claim.citations)
    return tuple(claims) if holds_amount_asked(question, quoted) else ()


def labelled(found: Sequence[list[Span]], asked: Asked) -> tuple[Claim, ...]:
    """The statements as claims; what is older than the first is labelled with its time."""
    claims: list[Claim] = []
    for spans in found:
        first = sum(len(one.citations) for one in claims) + 1
        date, newest = spans[0][0].date, found[0][0][0].date
        label = wording.older(date, newest, asked.language) if claims else ""
        claims.append(Claim.quoting(spans, first, label))
    return tuple(claims)


def _leading(picks: Sequence[Pick], asked: Asked) -> Pick:
    """The best pick; unless a time is asked about, of a text in force where one is close.

    Where a newer text in force says the same with another figure, what it says.
    """
    if asked.timed:
        return picks[0]
    if picks[0].passage.is_in_force:
        return _renewed(picks)
    reach = 1.0 if asked.seeks in CHECKABLE else CLOSE
    in_force = (pick for pick in picks if pick.passage.is_in_force)
    found = next(in_force, picks[0])
    return found if picks[0].score - found.score <= reach else picks[0]


def _renewed(picks: Sequence[Pick]) -> Pick:
    """The newest pick in force that gives another figure of the best one's point; else the best."""
    best = picks[0]
    said = _amounts(best)
    newer = [
        pick
        for pick in picks
        if pick.passage.date[:7] > best.passage.date[:7]
        and pick.passage.is_in_force
        and standing(pick.passage) != "reported"  # a draft holds nothing yet
        and best.score - pick.score <= RENEWED
        and any(
            one.unit == other.unit
            and not one.is_same(other)
            and len(one.beside & other.beside) >= SAME_WORDS
            for one in said
            for other in _amounts(pick)
        )
    ]
    return max(newer, key=lambda pick: pick.passage.date, default=best) if said else best


def _amounts(pick: Pick) -> list[Amount]:
    return amounts(pick.text, pick.passage.language, pick.passage.date)


def _further(picks: Sequence[Pick], best: Pick, lead: Sequence[Span]) -> list[Pick]:
    """What adds something to the direct answer: the newest in force first."""
    kept: list[Pick] = []
    taken = 0
    for pick in picks:
        reach = FAR if pick.hit is best.hit else CLOSE
        is_row = pick.line == "row"  # of a table, the row that was asked for and no other
        if is_row or best.score - pick.score > reach or _is_within(pick, lead):
            continue
        length = len(pick.text.split())
        if taken + length > WORDS or any(repeats(pick, other) for other in (best, *kept)):
            continue
        kept.append(pick)
        taken += length
        if len(kept) == FURTHER:
            break
    kept.sort(key=lambda pick: (pick.passage.path, pick.passage.start, pick.index))
    kept.sort(key=lambda pick: pick.passage.date, reverse=True)
    return sorted(kept, key=lambda pick: not pick.passage.is_in_force)


def _ending(hits: Sequence[Hit], best: Pick) -> list[Pick]:
    """The sentence in force that says that the text of the best pick has ended; [] for none.

    It speaks of an end and names the day of that text.
    """
    ended = best.passage
    if ended.status not in ENDED or len(ended.date) < len("2021-04-20"):
        return []
    for hit in hits:
        if not hit.passage.is_in_force:
            continue
        for index in range(len(hit.sentences)):
            text = text_of(hit, index)
            dates = [date for *_, date in resolve_dates(text, hit.passage.date)]
            if ENDS.search(fold(text)) and ended.date in dates:
                return [Pick(hit, index, best.score)]
    return []


def _is_within(pick: Pick, spans: Sequence[Span]) -> bool:
    sentence = pick.hit.sentences[pick.index]
    return any(
        passage.id == pick.passage.id and start <= sentence.start and sentence.end <= end
        for passage, start, end in spans
    )


def _whole_list(best: Pick, hits: Sequence[Hit]) -> list[Pick]:
    """The list that an item stands in, up to LISTED words. It may run over several passages."""
    places = [(best.hit, best.index)]
    while (earlier := _beside(*places[0], -1, hits)) and Pick(*earlier, 0).line == "item":
        places.insert(0, earlier)
    while (later := _beside(*places[-1], 1, hits)) and Pick(*later, 0).line == "item":
        places.append(later)
    listed: list[Pick] = []
    for hit, index in places:
        listed.append(Pick(hit, index, best.score))
        has_best = any(pick.hit is best.hit and pick.index >= best.index for pick in listed)
        if has_best and sum(len(pick.text.split()) for pick in listed) > LISTED:
            break
    return listed


def _beside(hit: Hit, index: int, step: int, hits: Sequence[Hit]) -> tuple[Hit, int] | None:
    """The sentence before (-1) or after (1) one, in the same passage or in the adjoining one.

    None if the adjoining passage is of another section or not among the hits.
    """
    if 0 <= index + step < len(hit.sentences):
        return hit, index + step
    passage = hit.passage
    for other in (other for other in hits if other.sentences):
        near = other.passage
        adjoins = near.start == passage.end if step > 0 else near.end == passage.start
        if adjoins and (near.path, near.headings) == (passage.path, passage.headings):
            return other, 0 if step > 0 else len(other.sentences) - 1
    return None
