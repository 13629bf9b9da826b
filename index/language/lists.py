"""The word lists of fr.toml and en.toml, by name. Read once; every list is used through here.

A list is a string of words, or an array of forms: phrases and patterns on folded text (index/language/fold.py).
Names are dotted paths, "question.seeks.date"; a list may stand in one of the two files alone.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")


@cache
def _tables(language: str) -> Mapping:
    file = Path(__file__).with_name(f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _entry(name: str, language: str) -> object:
    found: object = _tables(language)
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


@cache
def entries(name: str, language: str = "") -> tuple[str, ...]:
    """The entries of a list in the order of the files, French before English; of one `language`, if it is named.

    Raises `KeyError` for a name that neither file has: a misspelt name must not be an empty list.
    """
    lists = [_entry(name, one) for one in ((language,) if language else LANGUAGES)]
    if all(found is None for found in lists) and not language:
        raise KeyError(f"no word list {name}")
    found = [one.split() if isinstance(one, str) else one for one in lists if one is not None]
    return tuple(str(entry) for one in found if isinstance(one, list) for entry in one)


@cache
def words(name: str, language: str = "") -> frozenset[str]:
    """The entries of a list as a set."""
    return frozenset(entries(name, language))


def forms(name: str, language: str = "", **parts: str) -> str:
    """A list's entries as the alternatives of one group of a pattern: "(?:one|other)".

    `{part}` in an entry is replaced by the pattern of that name in `parts`.
    """
    joined = "|".join(entries(name, language))
    for part, pattern in parts.items():
        joined = joined.replace(f"{{{part}}}", pattern)
    return f"(?:{joined})"


@cache
def table(name: str) -> Mapping[str, tuple[str, ...]]:
    """A table of lists: key -> the entries of both languages, French before English."""
    tables = [found for one in LANGUAGES if isinstance(found := _entry(name, one), Mapping)]
    if not tables:
        raise KeyError(f"no table of word lists {name}")
    return {
        key: entries(f"{name}.{key}") for key in dict.fromkeys(k for one in tables for k in one)
    }
