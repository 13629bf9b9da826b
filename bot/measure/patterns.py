"""`python -m bot.measure.patterns`: which of our patterns take more than linear time.

Every compiled pattern of `index` and `bot`, and every one written where it is used, is run over
texts made of its own pieces, repeated, with an end that all but matches; so is each function of
FUNCTIONS that reads whole texts. A pattern is slow if its time more than triples as the text
doubles and exceeds SLOW; a function if it exceeds SLOW_FUNCTION as well. Exit code 1 if any is.

A text has BOUND characters; what never sees a text of that length is tried at the length that it
does see (BOUNDS): questions are cut before, the guard's patterns see quotes (at most a passage) and
claims of 600 characters, a file's name has 255.
"""

import ast
import gc
import importlib
import pkgutil
import random
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import bot
import index
from bot.guard import verbatim
from bot.question.understand import LONGEST
from index.describe import describe
from index.language import (
    dates,
    dictionary,
    figures,
    fold,
    numbers,
    period,
    sentences,
    sound,
    words,
)
from index.passage import Document, Section
from index.readers import furniture, sections, thread
from index.readers.content import Block
from index.shelf import acronyms
from index.split import split

BOUND = 20_000
BOUNDS = {
    "bot.question": LONGEST,
    "index.language.period": LONGEST,
    "period": LONGEST,
    "bot.guard.verbatim": BOUND,
    "bot.guard.check.QUOTED": 600,
    "bot.guard": 5_000,
    "figures": 5_000,
    "index.describe.NAMED": 255,
}
# Of patterns in tables, which are not used by their name.
USED_BY = {
    "index.describe.MARKS": {"fullmatch"},
    # The names of parts, in index.readers.office.
    "index.readers.sheets.PARSED_XLSX": {"fullmatch"},
    "index.readers.slides.PARSED": {"fullmatch"},
    "index.readers.word.PARSED": {"fullmatch"},
}
SLOW = 0.05  # seconds of processor time
SLOW_FUNCTION = 0.5
GIVE_UP = 2.0
GROWTH = 3.0  # as the text doubles: linear is 2, quadratic 4
PIECES = 20  # of a pattern, at most
END = "\0"  # no pattern expects it
PARSER: Any = importlib.import_module("re._parser")
METHODS = {"search", "match", "fullmatch", "finditer"}
# What hostile text is made of, for functions.
TEXTS = (
    *" \n\t\u00a0a1.,;:-–>«»(\"'|…é\u0301œA#*_%€",
    *("1 ", "1,", "1.", "1 000 ", "1,000", "1-", "1/", "20 ", "2023 ", "2023-", "3/4/2023 "),
    *("a ", "é ", "A ", "AB ", "a. ", "A. ", "M. ", "a : ", "a:\n\n", "a\n", "a\n\n", "- a\n"),
    *("l'", "aujourd'", "« ", " »", "a (AB", "AB (a ", "a (", "AB : a ", "a-b (AB) ", "()"),
    *("mars ", "le 3 mars ", "3 mars 2023 ", "3 mars 2023. ", "May 3, ", "mars à ", "3 mars, "),
    *("un ", "cent ", "vingt-", "mille ", "deux cents ", "1 sur ", "un an et demi ", "half a "),
    *("par an ", "1 % ", "1 million ", "million ", "€ ", "k€ ", "12:30 ", "une vingtaine de "),
    *("since ", "depuis ", "in 2023 ", "en 2023 et ", "entre 2020 et 2023 ", "last year "),
    *("> ", "> a\n", "De : a\n", "From: a\nTo: a\nDate: a\n", "Le 1 mai a écrit :\n"),
    *("-- \n", "Cordialement\n", "On a wrote:\n", "Transféré\n", "----- Message original -----\n"),
    *("https://", "www.a.", "unsubscribe | ", "unsubscribe\n", "© ", "75001 a ", "12 rue "),
    *("draft ", "draft of ", "projet de ", "confidentiel ", "members ", "---\n", "| a | b |\n"),
)


@dataclass(frozen=True)
class Slow:
    """What is slow, on a text of which pieces, and its seconds as the text grows to the bound."""

    name: str
    text: str
    seconds: tuple[float, ...]

    def __str__(self) -> str:
        times = ", ".join(f"{1000 * second:.0f}" for second in self.seconds)
        return f"{self.name}: {times} ms on {self.text[:60]!r}..."


def main() -> int:
    """Print what is slow. Returns 1 if anything is, else 0."""
    patterns = list(all_patterns())
    slow = [
        found
        for name, pattern, methods in patterns
        if (found := slow_pattern(name, pattern, methods))
    ]
    slow += [found for name, call in FUNCTIONS.items() if (found := slow_function(name, call))]
    for one in slow:
        print(one)
    print(f"{len(patterns)} patterns, {len(FUNCTIONS)} functions, slow: {len(slow)}")
    return 1 if slow else 0


# Patterns ---------------------------------------------------------------------------------------


def all_patterns() -> Iterator[tuple[str, re.Pattern[str], Sequence[str]]]:
    """(name, pattern, the methods it is used by) of each of ours, each once."""
    modules = [*_modules(index), *_modules(bot)]
    sources = {module.__name__: Path(str(module.__file__)).read_text() for module in modules}
    everywhere = _used("\n".join(sources.values()))
    seen: set[tuple[str, int]] = set()
    for module in modules:
        named = [
            (name, one)
            for name, value in vars(module).items()
            if not name.startswith("__")
            for one in _within(value)
        ]
        used = everywhere | _used(sources[module.__name__])
        inline = _inline(sources[module.__name__], module)
        for name, pattern in (*named, *inline):
            if isinstance(pattern.pattern, str) and (pattern.pattern, pattern.flags) not in seen:
                seen.add((pattern.pattern, pattern.flags))
                whole = f"{module.__name__}.{name}"
                methods = USED_BY.get(whole) or used.get(name.split(" ")[0])
                yield whole, pattern, sorted(methods or METHODS)


def _used(source: str) -> dict[str, set[str]]:
    """The methods that each name of a source is called with; `re` itself by what it is called."""
    used = {method: {method} for method in METHODS}
    for name, method in re.findall(r"\b([A-Z]\w*)\.([a-z]+)\(", source):
        used.setdefault(name, set()).add(method if method in METHODS else "finditer")
    return used


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def _within(value: object) -> Iterator[re.Pattern[str]]:
    """The patterns that a module's value is or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _within([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _within(one)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _within(list(vars(value).values()))


def _inline(source: str, module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns in calls like `re.sub(...)`, by line, where they need no local name."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr not in ("compile", "escape")
        ):
            flags = [keyword.value for keyword in node.keywords if keyword.arg == "flags"]
            try:
                form, *flag = (
                    eval(compile(ast.Expression(one), "", "eval"), vars(module))
                    for one in (node.args[0], *flags)
                )
                yield f"{node.func.attr} in line {node.lineno}", re.compile(form, *flag)
            except NameError:
                continue  # a pattern of a table, or a caller's


def slow_pattern(name: str, pattern: re.Pattern[str], methods: Sequence[str]) -> Slow | None:
    """The worst that texts of its own pieces do to the pattern, if it is slow."""
    for head, piece, end in _texts(pattern):
        for method in methods:
            found = _growth(partial(_use, pattern, method), (head, piece, end), _bound(name), SLOW)
            if found:
                return Slow(f"{name}.{method}", head + piece + piece, found)
    return None


def _use(pattern: re.Pattern[str], method: str, text: str) -> None:
    found = getattr(pattern, method)(text)
    if method == "finditer":
        for _ in found:
            pass


def _texts(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """(head, piece to repeat, end) of texts: pieces alone, and behind the pattern's beginning."""
    chance = random.Random(repr(pattern.pattern))
    tree = PARSER.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    pieces = list(dict.fromkeys(filter(None, _pieces(tree, chance))))
    chance.shuffle(pieces)
    pieces = pieces[:PIECES]
    whole = _made(tree, chance)
    for piece in pieces:
        yield "", piece, END
        yield "", f"{piece} ", END
        yield whole, piece, END
        yield "", piece + chance.choice(pieces), END


def _pieces(tree: Any, chance: random.Random) -> Iterator[str]:
    """Texts for each sequence in the tree: for its beginnings and for each of its items."""
    items = list(tree)
    for place in range(len(items)):
        yield _made(items[: place + 1], chance)
        yield _made(items[place : place + 1], chance)
    for _, value in items:
        for below in _subtrees(value):
            yield from _pieces(below, chance)


def _subtrees(value: Any) -> Iterator[Any]:
    if isinstance(value, PARSER.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _subtrees(one)


def _made(items: Iterable[Any], chance: random.Random) -> str:
    """A text that the items match, look-arounds and boundaries aside."""
    return "".join(_item(str(code), value, chance) for code, value in items)


def _item(code: str, value: Any, chance: random.Random) -> str:
    if code == "LITERAL":
        return chr(value)
    if code == "BRANCH":
        return _made(chance.choice(value[1]), chance)
    if code in ("SUBPATTERN", "ATOMIC_GROUP"):
        return _made(value[-1] if code == "SUBPATTERN" else value, chance)
    if code.endswith("_REPEAT"):
        least, most, below = value
        times = chance.choice((least, min(int(most), least + 1), min(int(most), least + 3)))
        return "".join(_made(below, chance) for _ in range(times))
    if code == "IN":
        return _of_class(value, chance)
    return "a" if code in ("ANY", "NOT_LITERAL") else ""


def _of_class(value: Any, chance: random.Random) -> str:
    """A character of the class."""
    if str(value[0][0]) == "NEGATE":
        excluded = [one for code, one in value if str(code) == "LITERAL"]
        return chance.choice([c for c in "ab 1,\n" if ord(c) not in excluded] or ["z"])
    code, one = chance.choice(value)
    categories = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}
    if str(code) == "LITERAL":
        return chr(one)
    if str(code) == "RANGE":
        return chr(one[0])
    return categories.get(str(one), "a")


# Functions --------------------------------------------------------------------------------------


def _passages(text: str) -> object:
    sections_ = (Section((), f"a{text}"),)
    described, _ = describe("a/b.txt", {}, {}, {}, sections_)
    return split(Document(**described, sections=sections_))


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "fold": fold.fold_with_offsets,
    "words": words.words,
    "sentence_spans": lambda text: list(sentences.sentence_spans(text)),
    "resolve_dates": lambda text: dates.resolve_dates(text, "2023-05-04"),
    "as_date": dates.as_date,
    "in_digits": numbers.in_digits,
    "figure_terms": numbers.figure_terms,
    "period": lambda text: period.period(text, date(2024, 5, 4)),
    "describe, split": _passages,
    "definitions": lambda text: acronyms.definitions([text]),
    "own_and_forwarded": lambda text: thread.own_and_forwarded([Block(0, text)], False),
    "without_furniture": lambda text: furniture.without_furniture([Block(0, text)] * 2),
    "text_sections": sections.text_sections,
    "markdown_sections": sections.markdown_sections,
    "span_of": lambda text: verbatim.span_of(text[: len(text) // 2] + "z", text),
    "span_of a piece": lambda text: verbatim.span_of(text[:3], f"a{text}"),
    "figures": figures.figures,
    "is_word": dictionary.is_word,
    "sound": sound.sound,
}


def slow_function(
    name: str, call: Callable[[str], object], pieces: Sequence[str] = TEXTS
) -> Slow | None:
    """The first text that the function is slow on."""
    for piece in pieces:
        for end in ("", END):
            found = _growth(call, ("", piece, end), _bound(name), SLOW_FUNCTION)
            if found:
                return Slow(name, piece * 2, found)
    return None


# Time -------------------------------------------------------------------------------------------


def _bound(name: str) -> int:
    return next((most for prefix, most in BOUNDS.items() if name.startswith(prefix)), BOUND)


def _growth(
    call: Callable[[str], object], parts: tuple[str, str, str], bound: int, slow: float
) -> tuple[float, ...] | None:
    """The seconds at a 16th, a quarter, a half and all of the bound, if more than `slow`.

    None where they are few, or grow no faster than the text.

    Measured twice where they do, for a machine has its moods.
    """
    for _ in range(2):
        times: list[float] = []
        for length in (bound // 16, bound // 4, bound // 2, bound):
            head, piece, end = parts
            text = head + piece * ((length - len(head)) // len(piece) + 1)
            times.append(_seconds(call, text[:length] + end))
            if times[-1] >= GIVE_UP:
                return tuple(times)
            if times[0] < slow / 1000:  # no polynomial of ours gets from there to `slow`
                return None
        if times[-1] < slow or times[-1] < GROWTH * times[-2]:
            return None
    return tuple(times)


def _seconds(call: Callable[[str], object], text: str) -> float:
    """The processor time of a call, GIVE_UP at most, without the collector's.

    That goes through all objects of this process, which is no matter of the text's length.
    """

    def stop(signum: int, frame: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, GIVE_UP)
    gc.disable()
    started = time.process_time()
    try:
        call(text)
    except TimeoutError:
        return GIVE_UP
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        gc.enable()
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
