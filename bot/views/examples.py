"""Questions to try, made from the themes, titles and meetings of the texts. Pure.

Promise: a theme stands in a question as the texts of the question's language write it, with its
article and its capitals; one that they do not name stands in none. None is checked here: whether
the bot answers it plainly is found out by bot/examples.py.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle

from bot import wording
from index.language import lists
from index.language.fold import fold, fold_with_offsets
from index.passage import Passage

THEMES = 8  # at most that are asked about
LONGEST = 80  # characters of a title
IN_PASSAGES = 3  # that an acronym stands in, to be a theme
ACRONYM = re.compile(r"(?<![\w-])[A-Z]{2,6}(?![\w-])")
ARTICLE = lists.key_of("examples.articles")
BEFORE = rf"(?<!\w)({'|'.join(ARTICLE)})(?: |(?<='))"
ASKS = {
    "fr": ("Que demandons-nous sur {}\u00a0?", "Quelle est notre position sur {}\u00a0?"),
    "en": ("What do we ask for on {}?", "What is our position on {}?"),
}
SUMMARISE = {"fr": "Résume «\u00a0{}\u00a0»", "en": "Summarise “{}”"}
MET = {"fr": "Qui avons-nous rencontré en {}\u00a0?", "en": "Whom did we meet in {}?"}


def candidates(passages: Sequence[Passage], language: str) -> list[str]:
    """The questions, the most telling first: themes by how many documents have them, between them
    the last year's meetings and a summary."""
    themes = _themes(passages, language)
    asked = [form.format(theme) for form, theme in zip(cycle(ASKS[language]), themes, strict=False)]
    others = [*_on_meetings(passages, language), *_on_titles(passages, language)]
    return [*asked[:2], *others[:2], *asked[2:], *others[2:]]


def _themes(passages: Sequence[Passage], language: str) -> list[str]:
    """Topics, then acronyms, as the texts of the language write them after "sur" or "on"."""
    texts = [passage for passage in passages if passage.language == language]
    documents = {passage.path: passage for passage in passages}.values()
    topics = Counter(topic for document in documents for topic in document.topics)
    most_frequent = sorted(topics, key=lambda topic: (-topics[topic], topic))
    found: dict[str, str] = {}
    for theme in [*most_frequent, *_acronyms(texts)]:
        if len(found) < THEMES and (written := _written(theme, texts)):
            found.setdefault(fold(written), written)
    return list(found.values())


def _acronyms(passages: Sequence[Passage]) -> list[str]:
    """Those that several passages have, the most frequent first."""
    counted = Counter(one for passage in passages for one in set(ACRONYM.findall(passage.text)))
    return sorted(
        (one for one, number in counted.items() if number >= IN_PASSAGES),
        key=lambda one: (-counted[one], one),
    )


def _written(theme: str, passages: Sequence[Passage]) -> str:
    """The theme with the capitals that it most often has within a sentence, and its article.

    "" where no sentence has it, or has a French noun without an article only.
    """
    within = re.compile(rf"(?:{BEFORE}|(?<=[\w,] )|(?<=\w')){re.escape(fold(theme))}\b")
    forms, articles = Counter[str](), Counter[str]()
    for passage in passages:
        folded, offsets = fold_with_offsets(passage.text)
        for match in within.finditer(folded):
            end = match.end()
            forms[passage.text[offsets[end - len(fold(theme))] : offsets[end]]] += 1
            if passage.language == "fr":
                articles[ARTICLE.get(match[1] or "", "")] += 1
    if not forms:
        return ""
    form = forms.most_common(1)[0][0]
    without, is_noun = articles.pop("", 0), form.islower()
    if not articles or (not is_noun and without > 2 * articles.total()):
        return "" if is_noun and without else form
    article = articles.most_common(1)[0][0]
    return f"{article}{form}" if article.endswith("'") else f"{article} {form}"


def _on_meetings(passages: Sequence[Passage], language: str) -> Iterator[str]:
    """On the meetings of the last year that a note of one tells of."""
    years = [
        passage.date[:4] for passage in passages if passage.kind == "audition" and passage.date
    ]
    if years:
        yield MET[language].format(max(years))


def _on_titles(passages: Sequence[Passage], language: str) -> Iterator[str]:
    """On texts in force of the language with a short title: positions first, then the newest."""
    documents = {passage.path: passage for passage in passages}.values()
    newest = sorted(documents, key=lambda text: text.date, reverse=True)
    for document in sorted(newest, key=lambda text: text.kind != "position"):
        is_short = len(document.title) <= LONGEST
        if is_short and document.language == language and not wording.labels(document, language):
            yield SUMMARISE[language].format(document.title)
