"""The proper names, acronyms and codes of a text, in French and in English. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from index.language import lists
from index.language.dates import MONTHS
from index.language.detect import language_of
from index.language.dictionary import is_french, is_word
from index.language.fold import fold
from index.language.numbers import SCALE_SIGNS, UNIT_OF
from index.language.words import stop_words

STARTS = re.compile(r"(?:^|[.!?:;]\s+|[«\"“(]\s*|^\W+|\n\W*)$")
FEDERATION = lists.words("guard.federation")
EUROPEAN = re.compile(r"\beurop")
ADDRESSES = lists.words("guard.addresses")
CURRENCIES = frozenset({"eur", "usd", "gbp"})
ABROAD = frozenset(" ".join(lists.entries("guard.places")[2:]).split())  # not France and Europe
WEEKDAYS = lists.words("guard.weekdays")
ROMAN = re.compile(r"[IVX]+[a-z]?")
QUARTER = re.compile(r"[QT][1-4]|[HS][12]")  # or half of a year
AMOUNT = re.compile(r"[\d.,]+[kKM]")
MONEY = re.compile(r"(?:\d[ \u00a0\u202f]?|/)$")  # what stands behind it is a unit: 5 MW
WORD = re.compile(r"[^\W_]+(?:[-'’.&](?=[^\W_])[^\W_]+)*")
ELIDED = re.compile(r"^(?:l|d|qu|s|n|j|c|m|t)['’](?=\w)", re.I)
# A run of capitalised words: the title of an institution, a law or a programme, or a full name.
CAPITAL = r"[A-ZÀ-Þ][\w’'-]*"
LINK = r"(?:(?:of|for|and|on|the|de|du|des|la|le|les|et) |[ld]['’])"
RUN = re.compile(rf"{CAPITAL}(?:[ -]{LINK}*{CAPITAL})*")


def named(text: str) -> Iterator[re.Match[str]]:
    """The words that name: acronyms, codes, and words with a capital that no start explains."""
    for word in WORD.finditer(text):
        bare = ELIDED.sub("", word[0])
        plain = fold(bare)
        if (
            not re.search(r"[A-ZÀ-Þ]", bare)
            or plain in ADDRESSES | WEEKDAYS
            or plain in MONTHS
            or ROMAN.fullmatch(bare)
            or plain in CURRENCIES
            or QUARTER.fullmatch(bare)
            or AMOUNT.fullmatch(bare)
            or (
                (plain in UNIT_OF or bare.rstrip("€") in SCALE_SIGNS)
                and MONEY.search(text[: word.start()])
            )
            or (plain in FEDERATION and not EUROPEAN.search(fold(text)))
        ):
            continue
        starts = _starts(word, text)
        if sum(letter.isupper() for letter in bare) > 1 or not bare.isalpha():
            is_name = not (starts and "-" in bare and bare[1:].islower())
        else:
            is_name = not bare[0].isupper() or (
                len(bare) > 1
                and (plain in ABROAD or not (starts and _may_begin(bare, language_of(text))))
            )
        if is_name:
            yield word


def _is_a_unit(word: str) -> bool:
    """MW, or the scale of an amount: 5 Md€."""
    return str(fold(word)) in UNIT_OF or word.rstrip("€") in SCALE_SIGNS


def _starts(word: re.Match[str], text: str) -> bool:
    return STARTS.search(text[: word.start()]) is not None


@lru_cache(maxsize=4096)
def _may_begin(word: str, language: str) -> bool:
    """May the word begin a sentence with a capital and yet be no name?

    The English dictionary has many names.
    """
    plain = word.casefold()
    return fold(word) in stop_words() or (is_word(plain) if language == "en" else is_french(plain))
