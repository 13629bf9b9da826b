"""The scope of a conversation: its text in a link, its chips, and what completes #theme, @document.

A scope's text is the query of a link, "theme=cybersécurité&year=2023". Promise: nothing that is
suggested, named or counted is of a document that the reader may not see.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup

from bot import wording
from bot.records import Scope
from bot.web.labels import LABELS
from bot.web.templating import render
from index.language.fold import fold
from index.language.words import words
from index.passage import KINDS, Passage

FIELDS = {"document": "documents", "year": "years", "kind": "kinds", "theme": "themes"}
MOST, LONGEST_VALUE = 20, 500  # values of a field, characters of one
LONGEST = 8_000  # characters of a scope's text
SUGGESTED = 8
SIGNS = {"#": "theme", "@": "document"}


def scope_of(query: str) -> Scope:
    """The scope that a query says; other names in it, and what is too much, are left out."""
    values: dict[str, list[str]] = {name: [] for name in FIELDS}
    for name, value in parse_qsl(query[:LONGEST]):
        if name in values and value not in values[name] and len(value) <= LONGEST_VALUE:
            values[name].append(value)
    return Scope(**{FIELDS[name]: tuple(found[:MOST]) for name, found in values.items()})


def as_query(scope: Scope) -> str:
    """The scope as a link's query; "" for everything."""
    pairs = ((name, value) for name, field in FIELDS.items() for value in getattr(scope, field))
    return urlencode(list(pairs))


@dataclass(frozen=True)
class Chip:
    """One value of a scope: the field's name in a link, its value, and the words for it."""

    name: str
    value: str
    text: str


def chips(scope: Scope, documents: Mapping[str, Passage], language: str) -> list[Chip]:
    """The scope's values, in words; a document that the reader may not see is named by nothing."""
    kinds = wording.KINDS[language]
    titles = {path: passage.title for path, passage in documents.items()}
    return [
        *(Chip("document", path, titles.get(path, "?")) for path in scope.documents),
        *(Chip("theme", theme, theme) for theme in scope.themes),
        *(Chip("kind", kind, kinds.get(kind, "?")) for kind in scope.kinds),
        *(Chip("year", year, year) for year in scope.years),
    ]


def in_words(scope: Scope, language: str) -> str:
    """The scope in one line, its documents counted and not named; "" for everything."""
    labels = LABELS[language]
    count = len(scope.documents)
    one_or_many = labels["chosen_one"] if count == 1 else labels["chosen_many"].format(count=count)
    named = [chip.text for chip in chips(scope, {}, language) if chip.name != "document"]
    return " · ".join([*named, *([one_or_many] if count else [])])


def bar(scope: Scope, documents: Mapping[str, Passage], language: str) -> Markup:
    """The scope's chips, how many documents it leaves, and the form that limits it further."""
    listed = documents.values()
    years = sorted({passage.date[:4] for passage in listed if passage.date}, reverse=True)
    kinds = {passage.kind for passage in listed}
    choices = {
        "theme": [(theme, theme) for theme in sorted(themes(listed), key=fold)],
        "kind": [(kind, wording.KINDS[language][kind]) for kind in KINDS if kind in kinds],
        "year": [(year, year) for year in years],
    }
    return render(
        "scope.html",
        language,
        chips=chips(scope, documents, language),
        count=sum(map(scope.holds, listed)),
        choices=choices,
        query=as_query(scope),
    )


def themes(documents: Iterable[Passage]) -> dict[str, int]:
    """The topics as first written, and how many of the documents have each; commonest first."""
    written: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for passage in documents:
        for topic in passage.topics:
            counted[written.setdefault(topic.casefold(), topic)] += 1
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def completions(typed: str, documents: Mapping[str, Passage], language: str) -> Markup:
    """What "#cyb" or "@note cloud" may become: themes, or documents by the words of their title."""
    name, sought = SIGNS.get(typed[:1], ""), words(typed[1:])
    found: list[tuple[str, str, str]] = []
    if name == "theme":
        found = [
            (theme, theme, str(count))
            for theme, count in themes(documents.values()).items()
            if _begin(sought, words(theme))
        ]
    elif name == "document":
        newest = sorted(documents.values(), key=lambda passage: passage.date, reverse=True)
        found = [
            (passage.path, passage.title, " · ".join(_facts(passage, language)))
            for passage in newest
            if _begin(sought, [*words(passage.title), *words(passage.path)])
        ]
    return render("complete.html", language, typed=typed, name=name, found=found[:SUGGESTED])


def _facts(passage: Passage, language: str) -> Iterator[str]:
    yield wording.spoken_date(passage.date, language)
    yield wording.KINDS[language][passage.kind]


def _begin(sought: Collection[str], said: Collection[str]) -> bool:
    """Does each word that is sought begin one of those said?"""
    return all(any(word.startswith(begun) for word in said) for begun in sought)
