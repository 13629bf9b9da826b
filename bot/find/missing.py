"""What a question asks for that the texts found do not hold: a person, a date, what a body said.

Pure. Exact checks by the kind of thing asked for: a sentence counts as holding it only if it
answers the question about as well as the best sentence found. Promise: None where no check applies
or one sentence holds it; then the probability alone decides whether the texts answer.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.records import Hit, Question
from bot.statements import CAPITALISED, FIGURE, FULL_NAME, PEOPLE, YEAR
from index.language import lists
from index.language.dates import DATES, MONTH, YEARLESS
from index.language.fold import fold
from index.language.lists import LANGUAGES
from index.language.subject import content_words
from index.language.words import stem, stop_words, words
from index.passage import Passage

READ = 8  # hits whose sentences may hold it, as many as answers quote
PASSAGE_SHARE = 0.4  # of a sentence's score is its passage's, as in the choice of quotes
# How far below the best sentence one may score that holds what is asked for. Chosen on the tuning
# half of tests/questions.jsonl and on the questions of the reader's training data.
FAR = {
    "said": 0.03,
    "name": 0.01,
    "person": 0.026,
    "actor": 0.012,
    "hour": 0.01,
    "day": 0.014,
    "date": 0.011,
    "money": 0.025,
    "share": 0.01,
    "figure": 0.01,
    "reason": 0.02,
    "place": 0.02,
}
PARTS = {part: lists.forms(f"missing.parts.{part}") for part in lists.table("missing.parts")}
ASKS = {
    kind: re.compile(lists.forms(f"missing.asks.{kind}", **PARTS))
    for kind in lists.table("missing.asks")
}
"""How a question asks for each kind, in the order in which they are tried."""
HOLDS = {
    kind: re.compile(rf"\b{lists.forms(f'missing.holds.{kind}')}")
    for kind in lists.table("missing.holds")
}
OURS = re.compile(rf"\b{lists.forms('missing.ours')}")
SAYS = re.compile(rf"\b{lists.forms('missing.says')}")
BODY = re.compile(rf"\b{lists.forms('missing.bodies')}\w*")
ALONE_MONTH = re.compile(rf"\b{MONTH.replace('(?P<month>', '(?:')}", re.I)
NAMED = re.compile(r"\b[A-ZÀ-Þ][\w-]+")
AMOUNT = re.compile(r"[€$£%]")
EXPLAINS = re.compile(r"\w\s?: ?\w")
LOCATED = re.compile(r"\b(?:à|en|aux?|dans|de|du|in|at|from|of) (?:la |le |l['’]|the )?[A-ZÀ-Þ]")
WORD = re.compile(r"[\w'’-]+")
Holds = Callable[[Passage, Sequence[str], int], bool]
"""Does a passage's sentence, given all of its sentences and which one, hold what is asked for?"""

WITHIN = {
    "fr": "Nos textes parlent de « {subject} », mais ne disent pas {what}.",
    "en": "Our texts speak of “{subject}” but do not say {what}.",
}
WITHOUT = {"fr": "Nos textes ne disent pas {what}.", "en": "Our texts do not say {what}."}
WHAT = {
    "said": (
        "ce qu'en a dit l'organisme ou la personne en question",
        "what that body or person said of it",
    ),
    "name": ("ce nom", "that name"),
    "person": ("qui", "who"),
    "actor": ("de qui ni desquels il s'agit", "which ones"),
    "hour": ("à quelle heure", "at what time"),
    "day": ("quel jour", "on what day"),
    "date": ("quand", "when"),
    "money": ("pour quel montant", "how much money"),
    "share": ("dans quelle proportion", "what share"),
    "figure": ("combien", "how many or how much"),
    "reason": ("pourquoi", "why"),
    "place": ("où", "where"),
}
"""What the texts do not say, in French and in English."""


@dataclass(frozen=True)
class Missing:
    """What the texts lack.

    `kind`: a key of FAR. `subject`: the question's words on what the texts do speak of, as asked;
    "" where no stretch of two words is theirs.
    """

    kind: str
    subject: str = ""


def missing(asked: Question, hits: Sequence[Hit]) -> Missing | None:
    """What the question asks for and no sentence of the first hits holds, or None."""
    kind = _kind(asked.text)
    if kind and _is_far(hits[:READ], _holds(kind, asked), FAR[kind]):
        return Missing(kind, _subject(asked.text, hits[:READ]))
    return None


def in_words(lack: Missing, language: str) -> str:
    """The sentence that says what the texts speak of, and what of it they do not say."""
    what = WHAT[lack.kind][language == "en"]
    said = (WITHIN if lack.subject else WITHOUT)[language]
    return said.format(subject=lack.subject, what=what)


def _kind(question: str) -> str:
    """The kind of thing that the question asks for, or ""."""
    said = fold(question)
    for kind, form in ASKS.items():
        if form.search(said) and (kind != "said" or _speaker(question)):
            return kind
    return ""


def _is_far(hits: Sequence[Hit], holds: Holds, far: float) -> bool:
    """Does no sentence that scores within `far` of the best one hold it?"""
    scored = [
        ((1 - PASSAGE_SHARE) * sentence.score + PASSAGE_SHARE * hit.score, hit, index)
        for hit in hits
        for index, sentence in enumerate(hit.sentences)
    ]
    best = max((score for score, *_ in scored), default=0.0)
    texts = {id(hit): _texts(hit) for hit in hits}
    return bool(scored) and not any(
        holds(hit.passage, texts[id(hit)], index)
        for score, hit, index in scored
        if best - score <= far
    )


def _texts(hit: Hit) -> list[str]:
    return [hit.passage.text[sentence.start : sentence.end] for sentence in hit.sentences]


def _holds(kind: str, asked: Question) -> Holds:
    """Does a sentence hold the kind of thing? A reason may also stand in a sentence next to it."""
    speaker, language = _speaker(asked.text), asked.language
    near = 1 if kind in ("reason", "said") else 0

    def holds(passage: Passage, texts: Sequence[str], index: int) -> bool:
        around = texts[max(0, index - near) : index + near + 1]
        if kind == "said":
            named = any(speaker & _stems(words(text)) for text in around) or (
                # The other language has another name for most bodies.
                passage.language != language and any(_has("person", text) for text in around)
            )
            return named and any(SAYS.search(fold(text)) for text in around)
        return any(_has(kind, text) for text in around)

    return holds


def _has(kind: str, text: str) -> bool:
    """Does the text hold a thing of the kind?"""
    held = kind in HOLDS and HOLDS[kind].search(fold(text)) is not None
    return held or (kind in SEEN and bool(SEEN[kind](text)))


def _has_person(text: str) -> bool:
    return PEOPLE.search(fold(text)) is not None or any(
        form.search(text) for form in (FULL_NAME, CAPITALISED)
    )


def _days(text: str) -> list[re.Match[str]]:
    return [match for form in (*DATES, *YEARLESS) for match in form.finditer(text)]


def _has_date(text: str) -> bool:
    return bool(_days(text)) or any(form.search(text) for form in (YEAR, ALONE_MONTH))


def _has_figure(text: str) -> bool:
    for form in (*DATES, *YEARLESS):
        text = form.sub(" ", text)
    return FIGURE.search(fold(text)) is not None


SEEN: Mapping[str, Callable[[str], object]] = {
    "name": FULL_NAME.search,
    "person": _has_person,
    "actor": _has_person,
    "day": lambda text: any(match["day"] for match in _days(text)),
    "date": _has_date,
    "money": AMOUNT.search,
    "share": AMOUNT.search,
    "figure": _has_figure,
    "reason": EXPLAINS.search,
    "place": LOCATED.search,
}
"""What holds a thing of the kind, beside words."""


def _speaker(question: str) -> frozenset[str]:
    """The stems of the body or person whose words are asked for; none where they are ours."""
    said = fold(question)
    if OURS.search(said):
        return frozenset()
    named = [word for name in NAMED.findall(question[1:]) for word in words(name)]
    named += [word for office in BODY.finditer(said) for word in words(office[0])]
    return frozenset(_stems([word for word in named if word not in stop_words()]))


def _stems(found: Sequence[str]) -> set[str]:
    return {stem(word, language) for word in found for language in LANGUAGES}


def _subject(question: str, hits: Sequence[Hit]) -> str:
    """The longest stretch of the question whose words are those of the first hits."""
    spoken = {
        form
        for hit in hits[:3]
        for form in _stems(words(" ".join((hit.passage.title, hit.passage.text))))
    }
    best = max(_stretches(question, spoken), key=lambda found: found[1], default=("", 0))
    return best[0] if best[1] > 1 else ""


def _stretches(question: str, spoken: set[str]) -> Iterator[tuple[str, int]]:
    """The stretches of the question that the texts speak of, and how many content words each has.

    A stretch begins and ends with such a word.
    """
    start = end = count = 0
    for match in WORD.finditer(question):
        content = content_words(match[0])
        if not content:
            continue
        if not spoken & _stems(content):
            count = 0
            continue
        start = start if count else match.start()
        end, count = match.end(), count + 1
        yield question[start:end], count
