"""The view "Positions": every document, searched and filtered, and a theme's timeline."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from bot import wording
from bot.records import Citation, Glimpse
from bot.statements import standing
from bot.web.labels import LABELS
from bot.web.picture import NARROW, WIDE, picture
from bot.web.templating import render
from index.passage import KINDS, STATUSES, Passage

LONGEST_THEME = 200  # characters
STANDINGS = ("draft", "reported", *STATUSES[1:])  # as bot.statements.standing gives them


def positions(documents: Mapping[str, Passage], language: str) -> Markup:
    """The form that searches, filters and sorts the documents; positions.js applies it."""
    labels, listed = LABELS[language], _newest_first(documents.values())
    years = sorted({passage.date[:4] for passage in listed if passage.date}, reverse=True)
    kinds = {passage.kind for passage in listed}
    statuses = {_status(passage) for passage in listed}
    kind_options = [(kind, wording.KINDS[language][kind]) for kind in KINDS if kind in kinds]
    filters = [
        ("theme", labels["theme_filter"], options(_themes(listed))),
        ("year", labels["year"], options(years)),
        ("kind", labels["kind"], kind_options),
        ("status", labels["status"], _status_names(statuses, language).items()),
    ]
    return render("positions.html", language, count=len(listed), filters=filters)


def texts(
    documents: Mapping[str, Passage], language: str, words: str = "", found: Sequence[Glimpse] = ()
) -> Markup:
    """The list of the documents, newest first; with `words`, those where they were found, best
    first, each with the sentence that has them."""
    glimpses = {glimpse.passage.path: glimpse.pieces for glimpse in found}
    listed = (
        [documents[path] for path in glimpses if path in documents]
        if words
        else _newest_first(documents.values())
    )
    shown = [
        (passage, "|".join(topic.casefold() for topic in passage.topics), _status(passage))
        for passage in listed
    ]
    return render("texts.html", language, documents=shown, glimpses=glimpses, words=words)


def _newest_first(documents: Iterable[Passage]) -> list[Passage]:
    return sorted(documents, key=lambda passage: (passage.date, passage.title), reverse=True)


def _status(passage: Passage) -> str:
    """The status that a document is filtered by; "" for a newsletter, which adopts nothing."""
    return "" if (passage.kind, passage.status) == ("newsletter", "adopted") else passage.status


def finder(documents: Mapping[str, Passage], language: str) -> Markup:
    """The form that asks for a theme's timeline; it suggests the topics of the documents."""
    themes = _themes(documents.values())
    return render("finder.html", language, themes=themes, longest=LONGEST_THEME)


def timeline(theme: str, found: Sequence[Citation], language: str) -> Markup:
    """What the texts said on the theme over the years: a picture and its quotes, newest first."""
    dated = {standing(citation.passage) for citation in found if citation.passage.date}
    labels = [_label(citation, language) for citation in found]
    return render(
        "timeline.html",
        language,
        theme=theme,
        citations=found,
        pictures={
            name: drawn
            for name, width in (("wide", WIDE), ("narrow", NARROW))
            if (drawn := picture(found, labels, width))
        },
        statuses=_status_names(dated, language),
    )


def _label(citation: Citation, language: str) -> str:
    """What stands beside a point: its month and the first words of its quote."""
    when = wording.spoken_date(citation.passage.date[:7], language)
    return f"{when} · {' '.join(citation.quote.split())}"


def options(values: Iterable[str]) -> list[tuple[str, str]]:
    """The choices of a filter: pairs of the value that page.js compares and the text shown."""
    return [(value.casefold(), value) for value in values]


def _status_names(statuses: set[str], language: str) -> dict[str, str]:
    """The statuses in their order, each with its name, which the plain one has too."""
    names = wording.STATUSES[language]
    adopted = LABELS[language]["adopted"]
    return {status: names.get(status, adopted) for status in STANDINGS if status in statuses}


def _themes(listed: Iterable[Passage]) -> list[str]:
    """The topics as first written, alphabetically."""
    themes: dict[str, str] = {}
    for passage in listed:
        for topic in passage.topics:
            themes.setdefault(topic.casefold(), topic)
    return [themes[theme] for theme in sorted(themes)]
