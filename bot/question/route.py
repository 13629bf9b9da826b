"""What is asked for: small talk, the bot itself, meetings, a list, a summary, ... or a question.

Pure. Promise: several routes are named where the words do not decide, the likeliest first; the last
is always "question", which answers whatever no other route can. A message that is not about the
texts has that one route before it; one that is about something else never has it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from bot.question.followup import asks_itself
from bot.question.smalltalk import about, talk
from bot.question.understand import understand
from bot.records import Question, Turn
from index.language import lists
from index.language.fold import fold, fold_with_offsets
from index.language.subject import subject_words

# In the order in which they are tried where a question's words allow several.
ROUTES = (
    "talk",
    "about",
    "repeat",
    "standing",
    "texts",
    "meetings",
    "compare",
    "summary",
    "list",
    "latest",
    "yesno",
    "question",
)
HEARD = 8  # turns of a conversation, for each costs an encoding where it is not known yet
ONE_THING = ("person", "date", "figure")  # what a question seeks that no list answers
BROAD = 3  # words on its subject that a question has which asks for a whole position
OF_TEXTS = ("standing", "texts", "meetings", "compare", "summary", "list")
REPEATS = ("shorter", "language", "source", "why", "again")
PARTS = {name: lists.forms(f"route.parts.{name}") for name in lists.table("route.parts")}
PARTS["ended"] = f"(?:{'|'.join(chain(*lists.table('texts.statuses').values()))})"
ASKS = {
    name: re.compile(lists.forms(f"route.asks.{name}", **PARTS))
    for name in (*OF_TEXTS, "attendance", "position", "latest", "yesno", "ours", "this_text", "why")
}
OPENS_TOPIC = re.compile(rf"(?:{lists.forms('route.asks.topic', **PARTS)})\s*(?=\w)")
REPEAT = {
    name: re.compile(rf"\b{lists.forms(f'route.asks.repeat.{name}', **PARTS)}") for name in REPEATS
}
AROUND_REPEAT = re.compile(rf"\b{lists.forms('route.asks.repeat_around')}(?!\w)|[^\w]+")
ASKS_WHAT = re.compile(rf"^(?:\w+ )?{lists.forms('route.asks.asks_what')}")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NAMES_LANGUAGE = {
    one: re.compile(rf"\b{lists.forms('route.words.named', one)}\b") for one in ("fr", "en")
}


@dataclass(frozen=True)
class Route:
    """One of ROUTES. `detail`: which talk ("greeting"), which fact ("period"), ... or "".

    Details of talk and about: bot/question/smalltalk.py; "which" is talk that asks of what text.
    Those of repeat: REPEATS. "who" is a meeting of which it is asked who was there; "topic" is a
    summary of what is named where nothing is asked.
    """

    name: str
    detail: str = ""


def unheard(_: str) -> None:
    """What is heard of a message where nobody listens: nothing."""


def routes(
    asked: Question, history: tuple[Turn, ...] = (), hears: Callable[[str], Route | None] = unheard
) -> tuple[Route, ...]:
    """What the question may ask for, likeliest first. `history`: the earlier turns.

    `hears` tells talk, and what is about the bot, in words that no list has.
    """
    if history and (repeated := _repeat(asked.text)):
        return (Route("repeat", repeated), Route("question"))
    if detail := _of_the_bot(asked.text, bool(history)):
        return (detail, Route("question"))
    if not (history or asked.since or asked.until) and _names_nothing(asked.text):
        return (Route("talk", "which"), Route("question"))
    found = tuple(_of_texts(asked)) or _same_as_before(asked, history)
    is_clear = any(route.name in OF_TEXTS for route in found)
    if not is_clear and (heard := hears(asked.written or asked.text)):
        found = (heard,)
    return (*found, Route("question"))


def on_the_texts(
    history: tuple[Turn, ...], hears: Callable[[str], Route | None] = unheard
) -> tuple[Turn, ...]:
    """The turns that later ones may refer to: less small talk, questions on the bot, repetitions.

    Turns without a word are kept: whether they are valid text is for others to say. `hears`: as
    for `routes`; it is asked of the last HEARD turns.
    """
    kept: list[Turn] = []
    for place, turn in enumerate(history):
        said = turn.question
        if not any(map(str.isalnum, said)) or not (
            talk(said)
            or about(said)
            or (kept and _repeat(said))
            or (place >= len(history) - HEARD and hears(said))
        ):
            kept.append(turn)
    return tuple(kept)


def language_named(text: str) -> str:
    """`fr` or `en`, the language that a message asks for; "" where it names none."""
    folded = fold(text)
    return next((one for one, form in NAMES_LANGUAGE.items() if form.search(folded)), "")


def topic(said: str) -> str:
    """What a message is about that names a subject and asks nothing: "une question sur l'IA".

    `said`: it without its courtesies.
    "" for any other; one without an opening ("IA") is a question.
    """
    folded, offsets = fold_with_offsets(said)
    opening = OPENS_TOPIC.match(folded)
    rest = said[offsets[opening.end()] :] if opening else ""
    is_short = 0 < len(subject_words(rest)) <= BROAD
    return rest if is_short and not asks_itself(rest) else ""


def _of_the_bot(text: str, has_history: bool) -> Route | None:
    """The route of a message that is not about the texts."""
    if detail := talk(text):
        return Route("talk", detail)
    if detail := about(text, has_history):
        return Route("about", detail)
    return None


def _repeat(text: str) -> str:
    """Which of REPEATS a message asks for that says nothing else; "" for none."""
    folded = fold(text).strip()
    for name, form in REPEAT.items():
        if form.search(folded) and not AROUND_REPEAT.sub("", form.sub(" ", folded)).strip():
            return name
    return ""


def _names_nothing(text: str) -> bool:
    """Does it ask for a summary, a reason or a source and not say of what?"""
    folded = fold(text)
    return _repeat(text) != "" or (
        ASKS["this_text"].search(folded) is not None
        and ASKS["summary"].search(folded) is not None
        and not subject_words(ASKS["summary"].sub(" ", ASKS["this_text"].sub(" ", folded)))
    )


def _same_as_before(asked: Question, history: tuple[Turn, ...]) -> tuple[Route, ...]:
    """The route of the question before, where "et en 2022 ?" asks the same of another thing."""
    if not (history and asked.is_follow_up) or asks_itself(asked.said):
        return ()
    *earlier, last = history
    before = understand(last.question, [turn.question for turn in earlier])
    (first, *_) = routes(before, tuple(earlier))
    return (first,) if first in (Route("meetings"), Route("list")) else ()


def _of_texts(asked: Question) -> Iterator[Route]:
    """The routes that the words of a question on the texts allow, likeliest first."""
    folded = fold(asked.text)
    if ASKS["attendance"].search(folded):
        yield Route("meetings", "who")
    why = ASKS["why"].match(folded)  # asks for a reason, of whatever changed
    named = [name for name in OF_TEXTS if ASKS[name].search(folded) and not why]
    if {"compare", "summary"} & set(named):  # then a meeting is what is compared or summed up
        named = sorted(named, key="meetings".__eq__)
    yes_or_no = ASKS["yesno"].search(folded) is not None and not ASKS_WHAT.match(folded)
    if "list" in named and asked.seeks in ONE_THING:  # "passer tous les tests, c'est combien ?"
        named.remove("list")
    if yes_or_no and named == ["list"]:  # "for or against a grade that lumps everything?"
        yield Route("yesno")
    yield from map(Route, named)
    broad = asked.seeks in ("", "list") and len(subject_words(asked.search)) <= BROAD
    if not named and broad and ASKS["position"].search(folded):
        yield Route("list")
    if not why and "compare" not in named and len(set(YEAR.findall(folded))) > 1:
        yield Route("compare")
    timeless = not (asked.since or asked.until)
    of_ours = asked.seeks in ("figure", "date") and timeless and ASKS["ours"].search(folded)
    if of_ours or ASKS["latest"].search(folded):
        yield Route("latest")
    if not named and not asked.is_follow_up and not asked.seeks and topic(asked.said):
        yield Route("summary", "topic")
    if yes_or_no and named != ["list"]:
        yield Route("yesno")
