"""An answer and its sources as HTML.

Promise: a link leads to a document of the index or to a place on the page, nowhere else.
"""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from bot.records import Answer, Citation
from bot.web import marking, rows
from bot.web.card import card
from bot.web.memory import Turn
from bot.web.templating import render
from index.passage import Passage


def message(answer: Answer, turn: int) -> Markup:
    """The message of answer number `turn`, in the question's language.

    Its [n] lead to `sources` of the same turn.
    """

    def pieces(citation: Citation) -> list[tuple[str, bool]]:
        return marking.pieces(citation.quote, answer.question, answer.seeks, citation.passage.date)

    cited = {citation.passage.path for citation in answer.citations}
    return render(
        "answer.html",
        answer.language,
        answer=answer,
        turn=turn,
        card=card(answer) if answer.claims else None,
        pieces=pieces,
        rows=rows.shown,
        others=[passage for passage in answer.nearest if passage.path not in cited],
    )


class Source(NamedTuple):
    """A citation, and the passages before and after its own."""

    citation: Citation
    before: Passage | None
    after: Passage | None


def sources(turn: Turn, language: str) -> Markup:
    """The sources of one answer: for each document its quotes in their surroundings, highlighted.

    Empty for an answer without citations.
    """
    citations = turn.answer.citations
    around = turn.around or ((None, None),) * len(citations)
    documents: dict[str, list[Source]] = {}
    for citation, neighbours in zip(citations, around, strict=True):
        documents.setdefault(citation.passage.path, []).append(Source(citation, *neighbours))
    return render("sources.html", language, turn=turn, documents=list(documents.values()))


def panel(turns: Sequence[Turn], language: str) -> Markup:
    """The sources of the whole conversation, newest answer first."""
    shown = [html for turn in reversed(turns) if (html := sources(turn, language))]
    return render("panel.html", language, turns=shown)
