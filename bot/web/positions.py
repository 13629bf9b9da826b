"""The view "Positions": every document with filters, and a theme's timeline."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from bot import wording
from bot.records import Citation
from bot.web.labels import LABELS
from bot.web.picture import picture
from bot.web.templating import render
from index.passage import KINDS, STATUSES, Passage

LONGEST_THEME = 200  # characters


def positions(documents: Mapping[str, Passage], language: str) -> Markup:
    """The list of the documents, newest first, with filters that page.js applies."""
    labels = LABELS[language]
    listed = sorted(
        documents.values(), key=lambda passage: (passage.date, passage.title), reverse=True
    )
    years = sorted({passage.date[:4] for passage in listed if passage.date}, reverse=True)
    kinds = {passage.kind for passage in listed}
    statuses = {passage.status for passage in listed}
    kind_options = [(kind, wording.KINDS[language][kind]) for kind in KINDS if kind in kinds]
    filters = [
        ("theme", labels["theme_filter"], options(_themes(listed))),
        ("year", labels["year"], options(years)),
        ("kind", labels["kind"], kind_options),
        ("status", labels["status"], _status_names(statuses, language).items()),
    ]
    shown = [
        (passage, "|".join(topic.casefold() for topic in passage.topics)) for passage in listed
    ]
    return render("positions.html", language, documents=shown, filters=filters)


def finder(documents: Mapping[str, Passage], language: str) -> Markup:
    """The form that asks for a theme's timeline; it suggests the topics of the documents."""
    themes = _themes(documents.values())
    return render("finder.html", language, themes=themes, longest=LONGEST_THEME)


def timeline(theme: str, found: Sequence[Citation], language: str) -> Markup:
    """What the texts said on the theme over the years: a picture and its quotes, newest first."""
    dated = {citation.passage.status for citation in found if citation.passage.date}
    return render(
        "timeline.html",
        language,
        theme=theme,
        citations=found,
        picture=picture(found),
        statuses=_status_names(dated, language),
    )


def options(values: Iterable[str]) -> list[tuple[str, str]]:
    """The choices of a filter: pairs of the value that page.js compares and the text shown."""
    return [(value.casefold(), value) for value in values]


def _status_names(statuses: set[str], language: str) -> dict[str, str]:
    """The statuses in their order, each with its name, which the plain one has too."""
    names = wording.STATUSES[language]
    adopted = LABELS[language]["adopted"]
    return {status: names.get(status, adopted) for status in STATUSES if status in statuses}


def _themes(listed: Iterable[Passage]) -> list[str]:
    """The topics as first written, alphabetically."""
    themes: dict[str, str] = {}
    for passage in listed:
        for topic in passage.topics:
            themes.setdefault(topic.casefold(), topic)
    return [themes[theme] for theme in sorted(themes)]
