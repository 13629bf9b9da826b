"""A document, a part of it or a theme in at most WORDS words, quoted in reading order. Pure.

Promise: whole sentences and items, each with what introduces it; no calls to the reader, agendas,
thanks or headers; what was withdrawn, replaced or never adopted is said in the first line.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import wording
from bot.records import Claim, Composed, Hit, Question
from bot.statements import YEAR, Before, Span
from bot.views.titles import ENOUGH, coverage
from bot.views.units import Unit, demands_of_ours, units_of
from index.language import lists
from index.language.fold import fold
from index.language.subject import content_words, without_times
from index.language.words import words
from index.passage import Passage
from index.shelf.lexical import Lexical

WORDS = 120  # of a summary's quotes
RESTRICTED = 0.5  # of a document's passages at most make a part of it
OF_THE_TIME, OF_THE_KIND, FOUND, TITLED = 1.5, 0.75, 1.0, 2.0  # what tells which document is meant
NEAR = 0.015  # below the best passage, where none has the theme's words
DOCUMENTS, OF_EACH = 3, 2  # texts in force that speak for a theme, and quotes of each

ASKING = re.compile(rf"(?:{'|'.join(lists.entries('summary.asking'))})")
PART = re.compile(rf"\b{lists.forms('summary.part')}\b")
KIND_OF = lists.key_of("summary.kinds")

TITLED_LEAD = {"fr": "« {title} » ({date}), en bref :", "en": "“{title}” ({date}), in short:"}
THEME_LEAD = {
    "fr": "L'essentiel de nos textes sur ce sujet :",
    "en": "What our texts say on this, in short:",
}
FIRST_LINE = {
    "withdrawn": {
        "fr": "Ce texte a été retiré : il n'engage plus la fédération.",
        "en": "This text was withdrawn: it no longer commits the federation.",
    },
    "superseded": {
        "fr": "Ce texte a été remplacé depuis : il n'engage plus la fédération.",
        "en": "This text has since been superseded: it no longer commits the federation.",
    },
    "draft": {
        "fr": "Ce texte n'est pas encore adopté : c'est un projet.",
        "en": "This text is a draft: it is not adopted yet.",
    },
}
OLDER = {"fr": "Auparavant, en {year} :", "en": "Before that, in {year}:"}


def summary(
    asked: Question,
    passages: Sequence[Passage],
    hits: Sequence[Hit],
    lexical: Lexical,
    before: Before,
) -> Composed | None:
    """The summary of the document that is meant, of the part of it, or of the theme.

    `passages`: all that may be read, document by document in reading order; `hits`: those found for
    the question, best first. None where nothing is meant or nothing of it can be quoted.
    """
    subject = _subject(asked.text)
    path = _meant(asked, subject, passages, hits, lexical)
    if not path:
        return summary_of_theme(asked, hits, lexical, before)
    document = [passage for passage in passages if passage.path == path]
    part = _part(asked, subject, document, hits, lexical)
    of_topics = document[0].kind == "newsletter" and part is document
    if of_topics and any(len(passage.headings) > 1 for passage in part):
        part = [passage for passage in part if len(passage.headings) > 1]  # without the opening
    units = [unit for passage in part for unit in units_of(passage, before)]
    chosen = _chosen(units, of_topics)
    claims = _claims(chosen, asked.language)
    if not claims:
        return None
    lead = _lead(document[0], asked.language)
    return Composed("summary", claims, _brief(claims, chosen, asked.language), lead)


def summary_of_theme(
    asked: Question, hits: Sequence[Hit], lexical: Lexical, before: Before
) -> Composed | None:
    """What the texts found say on the theme, the newest in force first; None for nothing."""
    on_theme = _on_theme(_subject(asked.text), hits, lexical)
    return _of_theme(asked, on_theme, before) if on_theme else None


def _subject(question: str) -> list[str]:
    """What the question is about: less the words that ask for a summary, kinds and times."""
    return [
        word
        for word in content_words(without_times(question))
        if not (ASKING.match(word) or word in KIND_OF or PART.fullmatch(word) or YEAR.search(word))
    ]


def _kinds(asked: Question) -> set[str]:
    named = {KIND_OF[word] for word in words(asked.text) if word in KIND_OF}
    return {*asked.kinds} or named


def _meant(
    asked: Question,
    subject: Sequence[str],
    passages: Sequence[Passage],
    hits: Sequence[Hit],
    lexical: Lexical,
) -> str:
    """The path of the document that is meant; "" where a theme is."""
    if asked.documents and not subject:
        return asked.documents[0]
    kinds, timed = _kinds(asked), bool(asked.since or asked.until)
    firsts = {passage.path: passage for passage in reversed(passages)}
    share = _shares(hits)
    scores = {}
    for path, first in firsts.items():
        titled = coverage(subject, f"{first.title} {path}", first.language, lexical)
        in_time = timed and (
            asked.since <= first.date <= (asked.until or "9")
            or (asked.since[:4] == asked.until[:4] != "" and _is_of_year(first, asked))
        )
        told = OF_THE_TIME * in_time + OF_THE_KIND * (first.kind in kinds)
        # "Our position on" names a stance, not only a paper.
        found = bool(kinds - {"position"}) and path in share
        sure = titled >= ENOUGH or (kinds and in_time) or found
        if sure and (in_time or not timed):
            scores[path] = told + TITLED * titled + FOUND * share.get(path, 0.0)
    if not scores:
        is_part = PART.search(fold(asked.text)) or timed
        return hits[0].passage.path if hits and is_part else ""
    newest = sorted(scores, key=lambda path: (scores[path], firsts[path].date))[-1]
    return newest


def _is_of_year(first: Passage, asked: Question) -> bool:
    """Does the title name the whole year that is asked about, as an annual report's does?"""
    whole = asked.since.endswith("-01-01") and asked.until.endswith("-12-31")
    return whole and asked.since[:4] in YEAR.findall(first.title)


def _shares(hits: Sequence[Hit]) -> dict[str, float]:
    """How much of what is found is each document's: the best passages count most, 0 to 1."""
    shares: dict[str, float] = {}
    for place, hit in enumerate(hits[:10], 1):
        shares[hit.passage.path] = shares.get(hit.passage.path, 0.0) + 1 / place
    total = sum(shares.values())
    return {path: share / total for path, share in shares.items()}


def _part(
    asked: Question,
    subject: Sequence[str],
    document: Sequence[Passage],
    hits: Sequence[Hit],
    lexical: Lexical,
) -> Sequence[Passage]:
    """The passages that are asked for: a part that has what the title has not; else all."""
    first = document[0]
    rest = [
        word
        for word in subject
        if not coverage([word], f"{first.title} {first.path}", first.language, lexical)
    ]
    names_part = PART.search(fold(asked.text)) is not None
    # Words of which the title has none tell which text is meant, not which part of it.
    of_topics = first.kind == "newsletter"
    if not rest or (len(rest) == len(subject) and not (names_part or of_topics)):
        return document
    fits = {
        passage.id: coverage(
            rest, f"{passage.headings[-1:]} {passage.text}", first.language, lexical
        )
        for passage in document
    }
    best = max(fits.values())
    found = [
        _below_its_last_line(passage, rest, document, lexical)
        for passage in document
        if fits[passage.id] >= max(ENOUGH, 0.9 * best)
    ]
    if not found and names_part:
        found = [hit.passage for hit in hits if hit.passage.path == first.path][:1]
    whole = [
        passage
        for passage in document
        if any(passage.headings == one.headings or passage is one for one in found)
    ]
    few = max(1, RESTRICTED * len(document))
    chosen = whole if len(whole) <= few else found
    return chosen if chosen and len(chosen) <= few else document


def _below_its_last_line(
    passage: Passage, subject: Sequence[str], document: Sequence[Passage], lexical: Lexical
) -> Passage:
    """The passage; the one below where only its last line, an unmarked heading, has the words."""
    above, _, last = passage.text.rstrip().rpartition("\n")
    place = document.index(passage)
    if last.endswith((".", ";")) or not above or place + 1 == len(document):
        return passage
    alone = coverage(subject, f"{passage.headings[-1:]} {above}", passage.language, lexical)
    return passage if alone >= ENOUGH else document[place + 1]


def _chosen(units: Sequence[Unit], one_of_each: bool) -> list[Unit]:
    """The units within WORDS words, in reading order.

    `one_of_each`: one of each section; else the best, and of further items their titles.
    """
    order = {id(unit): place for place, unit in enumerate(units)}
    ranked = sorted(units, key=lambda unit: (-unit.score, order[id(unit)]))
    chosen: dict[int, Unit] = {}
    taken, openings, sections = 0, set(), set()

    def take(unit: Unit, place: int) -> None:
        nonlocal taken
        opening = unit.opening
        key = (opening[0].id, opening[1]) if opening else None
        more = 0 if opening is None or key in openings else _length(opening)
        more += unit.length - (chosen[place].length if place in chosen else 0)
        if not chosen or taken + more <= WORDS:
            chosen[place] = unit
            taken += more
            openings.add(key)
            sections.add(unit.passage.headings)

    for unit in () if one_of_each else units:
        if unit.title and demands_of_ours(unit.passage, ""):
            short = replace(unit, end=unit.title)
            if short.length > 2:
                take(short, order[id(unit)])
    for unit in ranked:
        if not (one_of_each and unit.passage.headings in sections):
            take(unit, order[id(unit)])
    return [chosen[place] for place in sorted(chosen)]


def _brief(claims: Sequence[Claim], units: Sequence[Unit], language: str) -> str:
    """The section with what matters most, which seldom is the first one."""
    best = max(units, key=lambda unit: unit.score)
    quoted = (best.passage, best.start, best.end)
    for claim in claims:
        if any((one.passage, one.start, one.end) == quoted for one in claim.citations):
            return wording.brief(Composed("summary", (claim,)), language)
    return ""


def _length(span: Span) -> int:
    return len(span[0].text[span[1] : span[2]].split())


def _claims(units: Sequence[Unit], language: str, label: str = "") -> tuple[Claim, ...]:
    """A claim for each section, under its heading, with the units' quotes and their lead-ins."""
    claims: list[Claim] = []
    number = 1
    sections: list[list[Unit]] = []
    for unit in units:
        here = (unit.passage.path, unit.passage.headings)
        if not sections or here != (sections[-1][0].passage.path, sections[-1][0].passage.headings):
            sections.append([])
        sections[-1].append(unit)
    for section in sections:
        spans: list[Span] = []
        for unit in section:
            own = (unit.passage, unit.start, unit.end)
            spans += [span for span in (unit.opening, own) if span and span not in spans]
        heading = label or _heading(section[0], language)
        claims.append(Claim.quoting(spans, number, heading))
        number += len(spans)
    return tuple(claims)


def _heading(unit: Unit, language: str) -> str:
    """The heading of a unit's section as a label; "" where it is the document's title."""
    passage = unit.passage
    heading = passage.headings[-1] if len(passage.headings) > 1 else ""
    if not heading or heading == passage.title:
        return ""
    stops = "" if heading.endswith(("?", "!", "…")) else wording.colon(language)
    return f"{heading.rstrip(' :.')}{stops}"


def _lead(first: Passage, language: str) -> str:
    date = wording.spoken_date(first.date, language)
    line = TITLED_LEAD[language].format(title=first.title, date=date)
    status = FIRST_LINE.get(first.status)
    return f"{status[language]}\n\n{line}" if status else line


def _on_theme(subject: Sequence[str], hits: Sequence[Hit], lexical: Lexical) -> list[Hit]:
    """The hits that have the theme's words; where none has, those that are nearly as good."""
    if not subject:
        return []
    read = [hit for hit in hits if hit.sentences][:12]
    named = [
        hit
        for hit in read
        if coverage(
            subject,
            " ".join((*hit.passage.headings[-1:], hit.passage.text)),
            hit.passage.language,
            lexical,
        )
        >= ENOUGH
    ]
    return named or [hit for hit in read if read[0].score - hit.score <= NEAR]


def _of_theme(asked: Question, hits: Sequence[Hit], before: Before) -> Composed | None:
    """What the newest texts in force say on a theme, then what an older one said."""
    by_path: dict[str, list[Unit]] = {}
    for hit in hits:
        best = max(sentence.score for sentence in hit.sentences)
        good = [sentence for sentence in hit.sentences if best - sentence.score <= 0.02]
        for unit in units_of(hit.passage, before):
            if any(unit.start < one.end and one.start < unit.end for one in good):
                by_path.setdefault(hit.passage.path, []).append(unit)
    ordered = sorted(by_path.values(), key=lambda found: found[0].passage.date, reverse=True)
    now = [found for found in ordered if found[0].passage.is_in_force][:DOCUMENTS]
    if not now:
        return None
    units = [
        unit for found in now for unit in sorted(found, key=lambda unit: -unit.score)[:OF_EACH]
    ]
    claims = _claims(_chosen(units, one_of_each=False), asked.language)
    old = [found for found in ordered if found[0].passage.status in ("superseded", "withdrawn")]
    if old:
        year = old[0][0].passage.date[:4]
        best_old = max(old[0], key=lambda unit: unit.score)
        claims += _claims([best_old], asked.language, OLDER[asked.language].format(year=year))
    return Composed("summary", claims, lead=THEME_LEAD[asked.language])
