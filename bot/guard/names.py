"""A claim's proper names, acronyms and codes, and which of them its sources do not have. Pure.

Promise: what is returned is certainly a name and certainly not there: in no case, number or
language, not as the acronym of words that are there or as the words of one. Capitals of translated
titles ("Ministry of the Economy") are no names.
"""

import re
from collections.abc import Collection, Sequence

from index.language import lists
from index.language.dates import MONTHS
from index.language.dictionary import is_word
from index.language.figures import joined_codes
from index.language.fold import fold
from index.language.names import ELIDED, RUN, WORD, named
from index.language.words import counterpart

TITLES = lists.words("guard.titles")
SMALL = lists.words("acronyms.small")
PLACES = [frozenset(entry.split()) for entry in lists.entries("guard.places")]
MONTH = f"(?:{'|'.join(MONTHS)})\\b"
SAME = [frozenset(entry.split()) for entry in lists.entries("guard.same_names")]
FIELDS = [
    re.compile(rf"\b(?:{entry.replace(' ', '|')})") for entry in lists.entries("guard.fields")
]
EXCLUSIVE = [
    [re.compile(form.replace("{month}", MONTH)) for form in forms]
    for forms in lists.table("guard.exclusive").values()
]
HEAD = rf"\b{lists.forms('guard.bodies')}"
# Up to the mark that ends it: French names the field behind, English before too.
BODY = re.compile(rf"\b(?:\w+[ '-]){{0,4}}{HEAD}\w*(?:[ '-]\w+){{0,7}}")
HOME = PLACES[:2]  # France and Europe: our texts need not say so, unless they name a country
SHORTEST = 3  # letters of an acronym that must be there in another language too
ALIKE = 4  # letters that a name has in common with itself in the other language


def unnamed(claim: str, sources: Sequence[str], is_translated: bool) -> list[str]:
    """The names of the claim that none of the sources has, in order, each once.

    `is_translated`: the claim is in another language than its quotes, so that its titles are
    translations.
    """
    claim, sources = joined_codes(claim), [joined_codes(source) for source in sources]
    plain = [str(fold(source)) for source in sources]
    known = {part for source in plain for word in WORD.findall(source) for part in _parts(word)}
    titles = [run.span() for run in RUN.finditer(claim) if _is_a_title(run[0], is_translated)]
    joined = re.sub(r"[\s.-]", "", " ".join(plain))
    at_home = not any(group & known for group in PLACES if group not in HOME)
    lost = []
    for word in named(claim):
        bare, name = ELIDED.sub("", word[0]), _bare(word[0])
        is_acronym = sum(letter.isupper() for letter in bare) > 1
        if not (
            _is_known(name, known, joined)
            or (
                any(start < word.end() <= end for start, end in titles)
                and not any(name in group for group in PLACES)
            )
            or (at_home and any(name in group for group in HOME))
            or (is_acronym and _is_spelled_out(name, sources))
            or (
                is_translated
                and (len(name) < SHORTEST or (not is_acronym and _is_alike(name, known)))
            )
            or _spells_out(word, claim, sources)
        ):
            lost.append(re.sub(r"['’]s$", "", bare))
    return list(dict.fromkeys(lost))


def exchanged(claim: str, sources: Sequence[str]) -> str:
    """What the claim has of a kind of which there is one at a time, where its sources have another
    that the claim has not: a weekday, a season, a chamber, the field of a ministry; else ""."""
    whole, claim = "\n".join(sources).replace("’", "'"), claim.replace("’", "'")
    for kind in EXCLUSIVE:
        for mine in kind:
            found = mine.search(claim)
            if found and not mine.search(whole):
                others = [one for one in kind if one.search(whole) and not one.search(claim)]
                if others:
                    return found[0]
    said, quoted = _fields(claim), _fields(whole)
    if said - _fields(whole, False) and quoted - _fields(claim, False):
        new = (one.search(fold(claim)) for one in FIELDS if one in said - quoted)
        return next(found[0] for found in new if found)
    return ""


def _fields(text: str, of_bodies: bool = True) -> set[re.Pattern[str]]:
    """The fields that a text names, or those of the ministries, agencies and the like in it."""
    stretches = BODY.findall(str(fold(text))) if of_bodies else [str(fold(text))]
    return {field for one in stretches for field in FIELDS if field.search(one)}


def _is_alike(name: str, known: Collection[str]) -> bool:
    """Does a word of the sources begin like it: European, européen?"""
    return len(name) >= ALIKE and any(
        name[: ALIKE + 1].startswith(other[:ALIKE]) for other in known if len(other) > ALIKE
    )


def _is_a_title(run: str, is_translated: bool) -> bool:
    words = [_bare(word) for word in WORD.findall(run)]
    parts = {part for word in words for part in word.split("-")}
    return bool(parts & TITLES) and (is_translated or len(words) == 1)


def _bare(name: str) -> str:
    """Folded, without an elided article or a possessive."""
    return re.sub(r"'s$|'$", "", str(fold(ELIDED.sub("", name))))


def _parts(word: str) -> set[str]:
    bare = _bare(word)
    return {word, bare, *re.split(r"[-'.&]", bare)}


def _is_known(name: str, known: Collection[str], joined: str) -> bool:
    forms = {name, name.removesuffix("s"), f"{name}s", f"{name}e", f"{name}es"}
    if other := counterpart(name):
        forms |= {other, f"{other}s"}
    if forms & set(known) or any(name in group and group & set(known) for group in PLACES + SAME):
        return True
    if any(field.match(name) and any(map(field.match, known)) for field in FIELDS):
        return True
    if any(letter.isdigit() for letter in name):
        return re.sub(r"[\s.-]", "", name) in joined
    return "-" in name and all(
        len(part) < 3 or _is_known(part, known, joined) or is_word(part) for part in name.split("-")
    )


def _is_spelled_out(acronym: str, sources: Sequence[str]) -> bool:
    """Are its letters the initials of words that follow each other there? Or is an acronym of the
    same letters there? Other languages turn it round: CAP, PAC."""
    other = counterpart(acronym)
    letters = sorted(other or acronym.removesuffix("s"))
    least = 1 if other else 2
    if not least < len(letters) <= 6:
        return False
    for source in sources:
        initials = "".join(
            part[0]
            for word in WORD.findall(str(fold(source)))
            for part in re.split(r"[-']", word)
            if part and part not in SMALL
        )
        spans = (initials[at : at + len(letters)] for at in range(len(initials)))
        if any(sorted(span) == letters for span in spans):
            return True
        if any(sorted(str(fold(one))) == letters for one in re.findall(r"\b[A-Z]{3,6}\b", source)):
            return True
    return False


def _spells_out(word: re.Match[str], claim: str, sources: Sequence[str]) -> bool:
    """Is it one of the words whose initials are an acronym of the sources?"""
    words = [one for one in WORD.finditer(claim) if _bare(one[0]) not in SMALL]
    letters = "".join(_bare(one[0])[0] for one in words)
    return any(
        words[found.start()].start() <= word.start() < words[found.end() - 1].end()
        for source in sources
        for acronym in re.findall(r"\b[A-Z]{3,}\b", source)
        for found in re.finditer(acronym.lower(), letters)
    )
