"""Years, texts or bodies side by side: what was said then and now. Pure.

Promise: a table that compares both is the answer, with the rows asked for; else each side is quoted
from a text of its own, and it is said where a side has none. A change of figures is shown only
where each quote has one figure of that unit.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.records import Claim, Composed, Hit, Question
from bot.statements import YEAR, Before, Span, introduction, line_kind
from bot.views.figures import amounts, change_of, stems
from bot.views.units import Unit, demands_of_ours, units_of
from bot.wording import spoken_date
from index.language import lists
from index.language.dates import MONTH
from index.language.fold import fold, fold_with_offsets
from index.language.period import SEASONS, period
from index.language.subject import content_words
from index.language.words import terms, words
from index.passage import Passage

Find = Callable[[Question], Sequence[Hit]]
"""What is found for a question, best first."""

SIDES = 4
READ = 12  # hits of a side whose sentences may stand for it
PASSAGE_SHARE = 0.4  # of a sentence's score is its passage's, as in the choice of quotes
FAR = 0.035  # below the best sentence of either side one that speaks of something else
FAR_OF_THE_TIME = 0.055  # likewise in a text of the time itself, which may use other words
WITH_FIGURE, SAME_UNIT, SHARED = 0.01, 0.02, 0.004  # what makes two sentences a pair
DEMANDED = 0.015  # what a sentence gains that demands something
ALIKE = 0.02  # of those, what two sentences must have of which no side is known
ROWS = 3  # of a table
NAMED_IN_ROWS = 0.3  # of what is asked for; where rows name less of it, the table is the answer
SAME_ROW = 0.6  # of the best row's words that a further row must have

JOINS = re.compile(lists.forms("compare.joins"))
ASKING = re.compile(lists.forms("compare.asking"))
CONTRASTS = re.compile(lists.forms("compare.contrasts"))
OURS = re.compile(rf"\b{lists.forms('compare.ours')}")
OF_OTHERS = re.compile(rf"\b{lists.forms('compare.of_others')}")
RANGE = re.compile(lists.forms("compare.ranges"))
NAMED = re.compile(r"\b[A-ZÀ-Þ][\w-]{2,}(?: (?:de |du |des |of )?(?:la |the )?[A-ZÀ-Þ][\w-]+)*")
WHEN = re.compile(
    rf"(?:\b(?:(?:{'|'.join(SEASONS)})|{MONTH.replace('(?P<month>', '(?:')})\s+)?"
    r"\b(?:19|20)\d\d\b"
)
LEAD = {"fr": "Ce que disent nos textes, côte à côte :", "en": "Our texts, side by side:"}
TABLE_LEAD = {"fr": "Un de nos textes fait la comparaison :", "en": "One of our texts compares:"}
IN = {"fr": "En {when}{change} :", "en": "In {when}{change}:"}
ELSEWHERE = {"fr": "Sur ce qui a changé :", "en": "On what changed:"}
US = {"fr": "Nous{change} :", "en": "We{change}:"}
OUR_SIDE = {"fr": "nous", "en": "us"}
NONE_FOR = {
    "fr": "Je n'ai rien trouvé dans nos textes sur ce point pour {side}.",
    "en": "I found nothing in our texts on this point for {side}.",
}


@dataclass(frozen=True)
class _Side:
    """One of the two that are compared: a time, ISO days, or whose name its sentences must have.

    `name`: as asked. `ours`: it is the federation.
    """

    name: str
    since: str = ""
    until: str = ""
    words: frozenset[str] = frozenset()
    ours: bool = False

    def has(self, passage: Passage, text: str) -> bool:
        """Does a sentence of the passage belong to it?"""
        if self.since:
            return self.since <= passage.date <= self.until
        said = OURS.search(fold(text)) is not None or demands_of_ours(passage, text)
        return said if self.ours else self.words <= set(words(text))

    def names(self, text: str) -> bool:
        """Does a text of another time speak of it?"""
        return bool(self.since) and self.since[:4] in YEAR.findall(text)


@dataclass(frozen=True)
class _Said:
    """A unit and how well it answers."""

    unit: Unit
    score: float

    @property
    def text(self) -> str:
        return self.unit.passage.text[self.unit.start : self.unit.end]


def compare(asked: Question, find: Find, before: Before) -> Composed | None:
    """The comparison asked for; None where neither a table nor two sides can be quoted.

    `find` is asked for the passages of each side; `before` gives the passage before one.
    """
    sides = _sides(asked.text)
    if len(sides) < 2 and asked.is_follow_up:  # "et celle de 2021 ?", after one of 2023
        sides = _sides(asked.search)
    topic = _topic(asked)
    hits = find(topic)
    if table := _table(asked, sides, hits, before):
        return table
    said = list(_said(hits, before))
    if len(sides) > 1:
        each = [
            list(_said(find(replace(topic, since=side.since, until=side.until)), before))
            if side.since
            else said
            for side in sides
        ]
        return _side_by_side(asked, sides, each, said)
    return _then_and_now(asked, said)


def _sides(question: str) -> list[_Side]:
    """The sides that the question names, SIDES at most, the older first; [] for fewer than two."""
    folded, offsets = fold_with_offsets(question)
    times: dict[tuple[str, str], _Side] = {}
    for match in WHEN.finditer(folded):
        when = period(f"en {match[0]}", date.today())
        if when and when.until:
            written = question[offsets[match.start()] : offsets[match.end()]]
            times.setdefault((when.since, when.until), _Side(written, when.since, when.until))
    if len(times) > 1:
        ordered = sorted(times.values(), key=lambda side: side.since)
        return [*ordered[: SIDES - 1], ordered[-1]] if len(ordered) > SIDES else ordered
    return _bodies(question)


def _bodies(question: str) -> list[_Side]:
    """Ours and a body's, where the question names both: "notre position et celle de la CNIL"."""
    parts = re.split(JOINS, fold(question))
    if len(parts) < 2 or not any(OURS.search(part) for part in parts):
        return []
    for name in NAMED.findall(question[1:]):
        part = next((part for part in parts if fold(name) in part), "")
        if OF_OTHERS.search(part) and not OURS.search(part):
            return [_Side("", ours=True), _Side(name, words=frozenset(content_words(name)))]
    return []


def _topic(asked: Question) -> Question:
    """The question without its times."""
    folded, offsets = fold_with_offsets(asked.search)
    text = asked.search
    for match in reversed(list(WHEN.finditer(folded))):
        text = f"{text[: offsets[match.start()]]} {text[offsets[match.end()] :]}"
    return replace(asked, search=" ".join(text.split()), since="", until="", kinds=())


def _said(hits: Sequence[Hit], before: Before) -> Iterator[_Said]:
    """The units of the first hits with their scores."""
    for hit in hits[:READ]:
        for unit in units_of(hit.passage, before):
            scores = [
                one.score for one in hit.sentences if one.start < unit.end and unit.start < one.end
            ]
            if scores:
                score = (1 - PASSAGE_SHARE) * max(scores) + PASSAGE_SHARE * hit.score
                yield _Said(unit, score)


# Tables ------------------------------------------------------------------------------------------


def _table(
    asked: Question, sides: Sequence[_Side], hits: Sequence[Hit], before: Before
) -> Composed | None:
    """The rows asked for of a table that compares both sides; None where no table does."""
    for hit in hits[:READ]:
        rows = list(_rows(hit.passage, before))
        if not rows:
            continue
        header = rows[0][1]
        if not _compares(header, sides, asked.text):
            continue
        if chosen := _chosen_rows(asked, [span for span, _ in rows]):
            claim = Claim.quoting([header, *chosen], 1)
            return Composed("comparison", (claim,), lead=TABLE_LEAD[asked.language])
    return None


def _chosen_rows(asked: Question, rows: Sequence[Span]) -> list[Span]:
    """The rows that name what is asked for; all where they name little of it, or nothing is said.

    None where no row names any of it.
    """
    subject = _subject(asked.search if asked.is_follow_up else asked.text)
    held = [(subject & stems(_cell(span)), span) for span in rows]
    best = max(len(found) for found, _ in held)
    chosen = [span for found, span in held if found and len(found) >= SAME_ROW * best]
    named = set[str]().union(*(found for found, span in held if span in chosen))
    if not subject or (named and len(named) < NAMED_IN_ROWS * len(subject)):
        chosen = list(rows)
    return chosen[:ROWS]


def _rows(passage: Passage, before: Before) -> Iterator[tuple[Span, Span]]:
    """The rows of the passage's tables with their header rows."""
    for index, (start, end) in enumerate(passage.sentences()):
        if line_kind(passage, start, end) == "row":
            header = introduction(passage, index, before)
            if header and header != (passage, start, end) and _is_row(header):
                yield (passage, start, end), header


def _is_row(span: Span) -> bool:
    return " | " in span[0].text[span[1] : span[2]]


def _cell(span: Span) -> str:
    """The first cell of a row, which says what the row is about."""
    return span[0].text[span[1] : span[2]].partition(" | ")[0]


def _compares(header: Span, sides: Sequence[_Side], question: str) -> bool:
    """Do two cells of the header name the two sides, or two words that the question compares?"""
    cells = header[0].text[header[1] : header[2]].split(" | ")[1:]
    named = [set(YEAR.findall(cell)) for cell in cells]
    if len(sides) < 2 or not all(side.since for side in sides):
        said = f" {' '.join(words(question))} "
        both = sum(f" {' '.join(words(cell))} " in said for cell in cells if cell.strip()) > 1
        return both or (not sides and len({min(years) for years in named if years}) > 1)
    wanted = [{side.since[:4]} for side in sides]
    places = [
        next((place for place, years in enumerate(named) if years & want), None) for want in wanted
    ]
    return None not in places and len(set(places)) == len(places)


def _subject(question: str) -> set[str]:
    """The stems of what is compared, without times and words that ask for a comparison."""
    kept = " ".join(
        word
        for word in content_words(question)
        if not ASKING.match(word) and not YEAR.fullmatch(word)
    )
    return stems(kept)


# Sides -------------------------------------------------------------------------------------------


def _side_by_side(
    asked: Question, sides: Sequence[_Side], each: Sequence[list[_Said]], said: Sequence[_Said]
) -> Composed | None:
    """A quote for each side, of the same point; and which side has none."""
    best = max((one.score for found in each for one in found), default=0.0)
    fitting = []
    for side, found in zip(sides, each, strict=True):
        far = FAR_OF_THE_TIME if side.since else FAR
        near = [one for one in found if best - one.score <= far]
        own = [one for one in near if side.has(one.unit.passage, one.text)]
        named = [one for one in near if best - one.score <= FAR / 2 and side.names(one.text)]
        fitting.append(own or named)
    there = [(side, own) for side, own in zip(sides, fitting, strict=True) if own]
    if not there:
        return None
    missing = [side.name or OUR_SIDE[asked.language] for side in sides if side not in dict(there)]
    note = NONE_FOR[asked.language].format(side=", ".join(missing)) if missing else ""
    if len(there) == 1:
        ((side, own),) = there
        claim = _labelled([(side, max(own, key=_worth))], asked.language)
        return Composed("comparison", claim, lead=LEAD[asked.language], note=note)
    (first_side, firsts), *middle, (last_side, lasts) = there
    pairs = [(_pair(one, other), one, other) for one in firsts for other in lasts]
    _, first, last = max(pairs, key=lambda pair: pair[0])
    if first.text == last.text:
        return _telling(first, asked.language)
    between = [
        (side, max(own, key=lambda one: _pair(first, one) + _pair(one, last)))
        for side, own in middle
    ]
    claims = _labelled([(first_side, first), *between, (last_side, last)], asked.language)
    claims += _contrast(said, (first, last), claims, asked.language)
    return Composed("comparison", claims, lead=LEAD[asked.language], note=note)


def _then_and_now(asked: Question, said: Sequence[_Said]) -> Composed | None:
    """Where no side is named: what two texts of different dates say of the same point."""
    best = max((one.score for one in said), default=0.0)
    near = [one for one in said if best - one.score <= FAR and one.unit.passage.date]
    telling = [one for one in near if best - one.score <= FAR / 2 and _tells_change(one.text)]
    if telling:
        return _telling(max(telling, key=_worth), asked.language)
    pairs = [
        (_pair(one, other), one, other)
        for one in near
        for other in near
        if one.unit.passage.date < other.unit.passage.date
    ]
    if not pairs:
        return None
    score, first, second = max(pairs, key=lambda pair: pair[0])
    if score - _worth(first) - _worth(second) < ALIKE:
        return None
    sides = [
        _Side(one.unit.passage.date, one.unit.passage.date, one.unit.passage.date)
        for one in (first, second)
    ]
    claims = _labelled(list(zip(sides, (first, second), strict=True)), asked.language)
    claims += _contrast(said, (first, second), claims, asked.language)
    return Composed("comparison", claims, lead=LEAD[asked.language])


def _telling(said: _Said, language: str) -> Composed:
    """The comparison that one sentence makes by itself."""
    unit = said.unit
    spans = [unit.opening] if unit.opening else []
    claim = Claim.quoting([*spans, (unit.passage, unit.start, unit.end)], 1)
    claims = (replace(claim, label=ELSEWHERE[language]),)
    return Composed("comparison", claims, lead=LEAD[language])


def _tells_change(text: str) -> bool:
    """Does it say what was and what is, in figures of one unit?"""
    units = [unit for unit, _, _ in amounts(text)]
    return CONTRASTS.search(fold(text)) is not None and (
        len(units) > len(set(units)) or RANGE.search(fold(text)) is not None
    )


def _worth(said: _Said) -> float:
    demanded = demands_of_ours(said.unit.passage, said.text)
    return said.score + WITH_FIGURE * bool(amounts(said.text)) + DEMANDED * demanded


def _pair(one: _Said, other: _Said) -> float:
    """How well two sentences answer together: each alone, the words and the units they share."""
    shared = set(terms(one.text, one.unit.passage.language)) & set(
        terms(other.text, other.unit.passage.language)
    )
    units = {unit for unit, _, _ in amounts(one.text)} & {
        unit for unit, _, _ in amounts(other.text)
    }
    return (
        _worth(one)
        + _worth(other)
        + SHARED * min(5, len(shared))
        + SAME_UNIT * (bool(units) and len(shared) > 1)
        - (1.0 if one.text == other.text else 0.0)
    )


def _labelled(found: Sequence[tuple[_Side, _Said]], language: str) -> tuple[Claim, ...]:
    """A claim for each side, labelled with its time or whose it is, the last with the change."""
    timed = len(found) == 2 and all(side.since for side, _ in found)
    change = change_of(found[0][1].text, found[1][1].text, language) if timed else ""
    years = {side.since[:4] for side, _ in found}
    claims: list[Claim] = []
    for place, (side, said) in enumerate(found):
        unit = said.unit
        more = change if place == 1 else ""
        if side.since:
            exact = side.since[: 4 if len(years) == len(found) else 7]
            label = IN[language].format(when=spoken_date(exact, language), change=more)
        elif side.ours:
            label = US[language].format(change=more)
        else:
            label = f"{side.name}{more} :" if language == "fr" else f"{side.name}{more}:"
        spans = [unit.opening] if unit.opening else []
        number = sum(len(claim.citations) for claim in claims) + 1
        own = (unit.passage, unit.start, unit.end)
        claims.append(replace(Claim.quoting([*spans, own], number), label=label))
    return tuple(claims)


def _contrast(
    said: Sequence[_Said], pair: Sequence[_Said], claims: Sequence[Claim], language: str
) -> tuple[Claim, ...]:
    """The best sentence that itself says what changed, where the pair does not."""
    best = max((one.score for one in said), default=0.0)
    known = {one.text for one in pair}
    telling = [
        one for one in said if best - one.score <= FAR / 2 and CONTRASTS.search(fold(one.text))
    ]
    if not telling or any(CONTRASTS.search(fold(text)) for text in known):
        return ()
    unit = max(telling, key=_worth).unit
    number = sum(len(claim.citations) for claim in claims) + 1
    spans = [unit.opening] if unit.opening else []
    claim = Claim.quoting([*spans, (unit.passage, unit.start, unit.end)], number)
    return (replace(claim, label=ELSEWHERE[language]),)
