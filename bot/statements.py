"""What a sentence is and what it holds. Pure.

Is: a statement, a demand, an aside, a list item or table row, dependent on the sentence before.
Holds: a person, a date, a figure, or the amount that a question asks for.
"""

import re
from collections.abc import Callable

from index.language import lists
from index.language.dates import DATES, YEARLESS
from index.language.fold import fold
from index.language.period import COUNTS
from index.language.sentences import LIST_MARKER
from index.language.words import words
from index.passage import Passage

Before = Callable[[Passage], Passage | None]
"""Gives the passage before one in its document, or None."""
Span = tuple[Passage, int, int]
"""passage.text[start:end]"""

ITEM = re.compile(LIST_MARKER)
NUMBERED = re.compile(r"\s*\d{1,2}[.)]\s")
SHORT = 9  # words: a line of fewer, alone, without a full stop and no item, is an unmarked heading

CALLS = re.compile(lists.forms("statements.calls"))
ASIDE = re.compile(lists.forms("statements.aside"))
DEMONSTRATIVE = lists.forms("pronouns.demonstrative")
DEPENDS = re.compile(
    rf"(?:{lists.forms('pronouns.third')}|{DEMONSTRATIVE})\b|{lists.forms('statements.depends')}"
)
POINTS_BACK = re.compile(rf"\b{DEMONSTRATIVE} (\w{{4,}})")
NO_DEMAND = re.compile(rf"\b{lists.forms('statements.no_demand')}")
"""What looks like a demand and is none; to be taken out before a statement is held to be one."""
DEMANDS = re.compile(rf"\b{lists.forms('statements.demands')}")
OURS = re.compile(rf"\b(?:{lists.forms('pronouns.we')}|{lists.forms('statements.reco')})\b")
DENIES = re.compile(rf"\b{lists.forms('statements.denials')}")
UNDENIED = lists.forms("statements.undenied")
REFUSES = re.compile(rf"\b{lists.forms('statements.refuses', no=UNDENIED)}")
ENDS = re.compile(rf"\b{lists.forms('statements.ends')}")
INSTEAD = re.compile(rf"\b{lists.forms('statements.instead')}")

CIVIL = lists.forms("offices.civil")
# "Notre projet de position", said in passing: index/describe.py knows a draft by its first lines.
DRAFT_OF_OURS = re.compile(
    rf"\b{lists.forms('standing.draft', ours=lists.forms('documents.ours'))}"
    rf"\b(?! {lists.forms('documents.of_others')})"
)
EMPHASIS = re.compile(r"[*_`]+")  # Markdown's, within a phrase

PEOPLE = re.compile(
    rf"\b(?:{CIVIL}(?!\w)|{lists.forms('offices.leaders')}|{lists.forms('offices.staff')}"
    rf"|{lists.forms('offices.others')})"
)
CAPITALISED = re.compile(r"(?<=[a-zà-ÿ,;:’' »)(] )(?:[A-ZÀ-Þ][\w’'-]+)|\b[A-ZÀ-Þ]{5,}\b")
FULL_NAME = re.compile(
    # Mme Petit
    rf"\b(?=[A-Z])(?i:{CIVIL})\s+[A-ZÀ-Þ]"
    # Anne de la Tour, and not "Les Echos" at the start of a sentence
    rf"|\b(?!{lists.forms('statements.not_names')}\b)[A-ZÀ-Þ][a-zà-ÿ'’-]+ "
    rf"(?:{lists.forms('statements.name_particles')} ?)*[A-ZÀ-Þ][\w'’-]+"
)

FRACTION, PERCENT = lists.forms("sought.fractions"), lists.forms("numbers.percent") + "s?"
NUMBER_WORDS = "|".join(
    (
        *(word for word, number in COUNTS.items() if number > 1),
        *lists.key_of("numbers.scales"),
        *lists.entries("sought.number_words"),
    )
)
FIGURE = re.compile(
    # A year alone is no figure.
    r"(?<![\w./-])(?!(?:19|20)\d\d\b)\d|[%€$]"
    rf"|\b(?:{PERCENT}|{FRACTION}|{NUMBER_WORDS})\b"
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# What holds the amount that is asked for, beside the words.
SIGNS = {
    "money": r"[€$£] ?\d|%",
    "share": rf"%|\b(?:{PERCENT}|{FRACTION})\b",
    "length": YEAR.pattern,
    "votes": r"\b\d+ ?- ?\d+\b",
}
WHAT_IS = lists.forms("sought.what_is")
COUNT = rf"(?:\d+|{'|'.join(COUNTS)})"
AMOUNTS = tuple(
    (
        re.compile(
            rf"\b{lists.forms(f'sought.asked.{amount}', what_is=WHAT_IS)}"
            rf"|\b{WHAT_IS}{lists.forms(f'sought.amounts.{amount}')}\b"
        ),
        re.compile(rf"{lists.forms(f'sought.held.{amount}', count=COUNT)}|{signs}"),
    )
    for amount, signs in SIGNS.items()
)
"""How a question asks for an amount, and what a text that answers holds."""
NAMED = re.compile(rf"\b{lists.forms('sought.named')}\b")
LEADS = re.compile(rf"\b{lists.forms('sought.who')} {lists.forms('sought.leads')}\b")


def is_said(passage: Passage, start: int, end: int) -> bool:
    """Is passage.text[start:end] a statement: no question, no lead-in of a list, no heading?"""
    text = passage.text[start:end]
    length = len(text.split())
    if text.rstrip(' »"*').endswith(("?", ":")) or length < 4 or _is_heading(passage.text, start):
        return False
    return (
        line_kind(passage, start, end) != ""
        or not _fills_its_line(passage, start, end)
        or length >= SHORT
        or text.rstrip(' »")').endswith((".", "!", "…"))
    )


def is_aside(text: str) -> bool:
    """Is it about the document or its readers, rather than about a position?"""
    return is_call(text) or ASIDE.match(fold(text).lstrip("*_ ")) is not None


def is_call(text: str) -> bool:
    """Does it call its readers to do something, thank or greet them?"""
    return CALLS.match(fold(text).lstrip("*_ ")) is not None


def demands(text: str) -> bool:
    """Does it demand or defend something, or ask what is demanded?"""
    return DEMANDS.search(fold(text)) is not None


def demands_ours(passage: Passage, start: int, end: int) -> bool:
    """Is passage.text[start:end] a demand of the federation's own?

    It is one in the first person, or under a heading that says so.
    """
    text = passage.text[start:end]
    return (demands(text) and OURS.search(fold(text)) is not None) or any(
        demands(heading) and not DENIES.search(fold(heading)) for heading in passage.headings
    )


def denying_heading(passage: Passage) -> str:
    """The heading right over the passage, if it denies or refuses what stands below it; else "".

    "A ban on biometric technology" is a demand of ours, unless "What we do not want" is said too.
    """
    heading = passage.headings[-1] if passage.headings else ""
    said = fold(heading)
    return heading if DENIES.search(said) or REFUSES.search(said) else ""


def depends_on_previous(text: str) -> bool:
    """Does a sentence begin with a word whose meaning is in the one before it?"""
    return DEPENDS.match(fold(text)) is not None


def names_again(text: str, previous: str) -> bool:
    """Does a sentence speak of "ce fonds" where the previous one says which?"""
    said = {word[:5] for word in words(previous)}
    return any(again[1][:5] in said for again in POINTS_BACK.finditer(fold(text)))


def answers_with(text: str, seeks: str) -> bool:
    """Does it hold a person or body, a date, a figure, as `seeks` says? False for anything else."""
    if seeks == "person":
        return PEOPLE.search(fold(text)) is not None or CAPITALISED.search(text) is not None
    if seeks == "date":
        return any(form.search(text) for form in (*DATES, *YEARLESS, YEAR))
    if seeks == "figure":
        for form in (*DATES, *YEARLESS):
            text = form.sub(" ", text)
        return FIGURE.search(fold(text)) is not None
    return False


def holds_amount_asked(question: str, text: str) -> bool:
    """Does the text hold the sum, share, length of time or name that the question asks for?

    True where it asks for none of these.
    """
    asked, said = fold(question), fold(text)
    if LEADS.search(asked) or (NAMED.search(asked) and PEOPLE.search(asked)):
        return FULL_NAME.search(text) is not None
    return all(held.search(said) for form, held in AMOUNTS if form.search(asked))


def line_kind(passage: Passage, start: int, end: int) -> str:
    """What the line of passage.text[start:end] is: `item` of a list, `row` of a table, or "".

    A numbered heading is no item.
    """
    line_start = passage.text.rfind("\n", 0, start) + 1
    line_end = passage.text.find("\n", end)
    if ITEM.match(passage.text, line_start):
        return "" if _is_heading(passage.text, start) else "item"
    return "row" if " | " in passage.text[line_start : line_end if line_end >= 0 else None] else ""


def introduction(passage: Passage, index: int, before: Before) -> Span | None:
    """The lead-in of the list, or the header row of the table, that the sentence belongs to.

    Quoted without it, the sentence could mislead. None where there is none. A long list or table
    runs over several passages: `before` gives the passage before one in its document.
    """
    spans = passage.sentences()
    kind = line_kind(passage, *spans[index])
    while kind:
        while index > 0 and line_kind(passage, *spans[index - 1]) == kind:
            index -= 1
        header = (passage, *spans[index]) if kind == "row" else None
        if index > 0:
            return header or _lead_in(passage, spans[index - 1])
        earlier = before(passage)
        above = earlier.sentences() if earlier and earlier.headings == passage.headings else []
        if earlier is None or not above:
            return header
        if line_kind(earlier, *above[-1]) != kind:
            return header or _lead_in(earlier, above[-1])
        passage, spans, index = earlier, above, len(above) - 1
    return None


def _lead_in(passage: Passage, span: tuple[int, int]) -> Span | None:
    return (passage, *span) if passage.text[slice(*span)].endswith(":") else None


def _is_heading(text: str, start: int) -> bool:
    """Does a numbered heading begin there: "2. Ce que nous avons demandé"?

    It is short and no sentence, fills its line, and no other numbered line is next to it.
    """
    line_start = text.rfind("\n", 0, start) + 1
    line, blank, below = text[line_start:].partition("\n\n")
    above = text[:line_start].rstrip("\n")
    apart = (
        blank and "\n" not in line and (not above or text[len(above) : line_start].count("\n") > 1)
    )
    if (
        not NUMBERED.match(line)
        or not apart
        or line.rstrip().endswith((".", "!", "…", ";", ","))
        or len(line.split()) > SHORT
    ):
        return False
    return not NUMBERED.match(above.rpartition("\n")[2]) and not NUMBERED.match(below.lstrip("\n"))


def _fills_its_line(passage: Passage, start: int, end: int) -> bool:
    before, after = passage.text[:start].rpartition("\n")[2], passage.text[end:].partition("\n")[0]
    return not before.strip() and not after.strip()


def standing(passage: Passage) -> str:
    """The status that a passage is shown with: its document's; but "reported" where a newsletter,
    which adopts nothing, speaks of a draft of ours."""
    if passage.kind != "newsletter" or passage.status != "adopted":
        return passage.status
    speaks = DRAFT_OF_OURS.search(fold(EMPHASIS.sub("", passage.text)))
    return "reported" if speaks else passage.status
