"""The word lists: each is used, each name in the code exists, each says what it is for."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from index.language import lists

ROOT = Path(__file__).resolve().parents[3]
FILES = [ROOT / "index" / "language" / f"{language}.toml" for language in lists.LANGUAGES]
SOURCES = [ROOT / "app.py", *(ROOT / "bot").rglob("*.py"), *(ROOT / "index").rglob("*.py")]
READ = re.compile(r"lists\.\w+\(\s*f?[\"']([\w.]+?)\.?[\"'{]")
QUOTED = re.compile(r"[\"'](\w+(?:\.\w+)+)\.?[\"'{]")


def names(table: dict, prefix: str = "") -> Iterator[str]:
    for key, found in table.items():
        if isinstance(found, dict):
            yield from names(found, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def in_code(form: re.Pattern) -> set[str]:
    """The names that the sources hold; one that is made of parts, up to the first."""
    return {name for file in SOURCES for name in form.findall(file.read_text(encoding="utf-8"))}


@cache
def lists_of(file: Path) -> dict:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def found_in(file: Path, name: str) -> object:
    """What stands under a name, or None."""
    found: object = lists_of(file)
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def test_each_name_in_the_code_is_a_list():
    known = (name for name in in_code(READ) if any(found_in(file, name) for file in FILES))
    assert in_code(READ) - set(known) == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_list_is_used_by_some_code(file: Path):
    wanted = tuple(in_code(QUOTED))
    tables = tuple(f"{name}." for name in wanted)
    all_names = names(lists_of(file))
    unused = [name for name in all_names if name not in wanted and not name.startswith(tables)]
    assert unused == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_list_says_what_it_is_for_above_it_or_above_its_table(file: Path):
    silent, above, table, explained = [], "", "", False
    for line in file.read_text(encoding="utf-8").split("\n"):
        if header := re.fullmatch(r"\[(.+)\]", line):
            table, explained = header[1], above.startswith("#")
        key = re.match(r"(\S+|'.*') = ", line)
        if key and not explained and not above.startswith("#"):
            silent.append(f"{table}.{key[1]}")
        above = line
    assert silent == []


def test_a_misspelt_name_is_an_error_and_no_empty_list():
    with pytest.raises(KeyError, match=r"no word list words\.elidde"):
        lists.entries("words.elidde")
    with pytest.raises(KeyError, match=r"no table of word lists dates\.month"):
        lists.table("dates.month")


def test_french_comes_before_english_and_one_language_can_be_asked_for():
    assert lists.entries("dates.ordinal") == ("er", "st", "nd", "rd", "th")
    assert lists.entries("dates.ordinal", "en") == ("st", "nd", "rd", "th")
    assert lists.table("dates.months")["8"] == ("août", "August", "Aug")
    assert lists.key_of("numbers.units")["€"] == "EUR"


def test_the_parts_of_a_form_are_filled_in():
    assert lists.forms("documents.draft_of", ours="(?:note|letter)") == (
        "(?:(?:avant-)?projet de (?:note|letter)|draft (?:note|letter))"
    )
