"""The word lists of fr.toml and en.toml, by name. Read once; every list is used through here.

A list is a string of words, or an array of forms: phrases and patterns on folded text
(index/language/fold.py). Names are dotted paths, "question.seeks.date"; a list may stand in one of
the two files alone.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("fr", "en")


@cache
def _tables(language: str) -> Mapping[str, object]:
    file = Path(__file__).with_name(f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _entry(name: str, language: str) -> Any:
    found: Any = _tables(language)
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


@cache
def entries(name: str, language: str = "", **parts: str) -> tuple[str, ...]:
    """The entries of a list in the order of the files, French before English, or of one language.

    `{part}` in an entry is replaced by the pattern of that name in `parts`. Raises `KeyError` for a
    name that neither file has: a misspelt name must not be an empty list.
    """
    lists = [_entry(name, one) for one in ((language,) if language else LANGUAGES)]
    if all(found is None for found in lists) and not language:
        raise KeyError(f"no word list {name}")
    return tuple(_filled(entry, parts) for found in lists for entry in _split(found))


@cache
def words(name: str, language: str = "") -> frozenset[str]:
    """The entries of a list as a set."""
    return frozenset(entries(name, language))


def forms(name: str, language: str = "", **parts: str) -> str:
    """A list's entries as the alternatives of one group of a pattern: "(?:one|other)"."""
    return f"(?:{'|'.join(entries(name, language, **parts))})"


@cache
def table(name: str) -> Mapping[str, tuple[str, ...]]:
    """A table of lists: key -> the entries of both languages, French before English."""
    tables = [found for one in LANGUAGES if isinstance(found := _entry(name, one), Mapping)]
    if not tables:
        raise KeyError(f"no table of word lists {name}")
    return {
        key: tuple(entry for one in tables for entry in _split(one.get(key)))
        for key in dict.fromkeys(key for one in tables for key in one)
    }


@cache
def key_of(name: str) -> Mapping[str, str]:
    """A table of lists the other way round: each entry -> the key that it stands under."""
    return {entry: key for key, found in table(name).items() for entry in found}


def _split(found: str | list[str] | None) -> list[str]:
    return found.split() if isinstance(found, str) else found or []


def _filled(entry: str, parts: Mapping[str, str]) -> str:
    for part, pattern in parts.items():
        entry = entry.replace(f"{{{part}}}", pattern)
    return entry
