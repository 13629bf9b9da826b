"""Whether a claim is its quotes made shorter, by an exact rule. Pure.

The claim's words must be the quotes' words in their order; forms of a word that differ in person or
number are the same, another tense is not. Figures and dates are compared as values. The federation
is one, however it is called. What the quotes say besides must be whole units that may go: a
sentence that takes nothing back, an adverb, what is added behind a comma, what stands in brackets
or between commas. In doubt it is no shortening.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache

from index.language import lists
from index.language.detect import language_of
from index.language.fold import fold
from index.language.tokens import STOPS, Token, tokens

LONGEST = 1_200  # words of the quotes
MARKS = frozenset({",", "(", "–", "—", "-"})
FEDERATION = "<federation>"


class _Words:
    """The word lists of one language."""

    def __init__(self, language: str):
        self.articles = lists.words("guard.articles", language)
        self.we = lists.words("guard.we", language)
        self.federations = lists.words("guard.federation", language)
        self.possessors = lists.words("guard.possessors", language)
        self.ours = lists.words("guard.ours", language)
        self.theirs = lists.words("guard.theirs", language)
        self.and_ = lists.words("guard.and", language)
        self.denials = lists.words("guard.denials", language)
        self.of_a_denial = self.denials | lists.words("guard.auxiliaries", language)
        self.restrictions = lists.words("guard.restrictions", language)
        self.scopes = lists.words("guard.scopes", language)
        self.adverbs = _phrases(lists.entries("guard.adverbs", language))
        self.additions = _phrases(lists.entries("guard.additions", language))


def _phrases(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The phrases, each as the keys of its tokens, of a list that is parted by "|"."""
    return [tuple(one.key for one in tokens(phrase)) for phrase in " ".join(words).split("|")]


_words = cache(_Words)


def is_shortened(claim: str, quotes: Sequence[str], federation: Collection[str] = ()) -> bool:
    """Is the claim its quotes made shorter? `federation`: its names."""
    return _compared(claim, quotes, federation, False).is_whole()


def differs_in_a_denial(
    claim: str, quotes: Sequence[str], federation: Collection[str] = ()
) -> bool:
    """Is the claim its quotes made shorter, but for a negation that only one side has?

    Or does it alone deny, in words of theirs, what they say?
    """
    compared = _compared(claim, quotes, federation, True)
    return compared.is_whole() or compared.denies_alone()


def _compared(
    claim: str, quotes: Sequence[str], federation: Collection[str], denied: bool
) -> "_Comparison":
    whole = "\n".join(quotes)
    words = _words(language_of(whole))
    names = frozenset(str(fold(name)) for name in federation)
    said, quoted = (list(_federated(tokens(text), names, words)) for text in (claim, whole))
    return _Comparison(said, quoted, words, denied)


def _federated(pieces: Sequence[Token], names: Collection[str], words: _Words) -> Iterator[Token]:
    """The tokens with one for the federation, however it is called, and no reflexive behind it."""
    previous = ""
    for place, token in enumerate(pieces):
        after = pieces[place + 1].key if place + 1 < len(pieces) else ""
        is_named = token.key in names or (
            token.key in words.federations
            and previous in words.possessors
            and after not in {"de", "des", "du", "d", "of"}
            and not after.startswith("europ")
        )
        if token.key in words.we or is_named:
            if after == "'s":
                yield Token("our", "our")
            elif previous not in words.we:
                yield Token(FEDERATION, FEDERATION)
        elif token.key != "'s" and not (token.key in words.ours and after in words.federations):
            yield token
        previous = token.key


class _Comparison:
    """A claim beside its quotes, word by word. `denied`: negations count for nothing."""

    def __init__(self, claim: list[Token], quotes: list[Token], words: _Words, denied: bool):
        skipped = words.of_a_denial if denied else frozenset()
        self._quotes, self._words = quotes, words
        self._denies = any(token.key in words.denials for token in claim)
        self._glue = words.articles | words.ours | skipped | {",", ":", "1", ")"} | STOPS
        self._claim: list[Token] = []
        self._bounds: set[int] = set()  # the claim's words before which a clause may end
        ended = False
        for token in claim:
            ended = ended or token.is_mark or token.key in words.and_
            if not token.is_mark and token.key not in words.articles | skipped | {"1"}:
                if ended:
                    self._bounds.add(len(self._claim))
                self._claim.append(token)
                ended = token.key in words.and_
        self._fits, self._may_go = cache(self._fits_from), cache(self._goes)

    def is_whole(self) -> bool:
        """Is all of the claim in the quotes, and may the rest of them go?"""
        return 0 < len(self._claim) <= len(self._quotes) <= LONGEST and self._fits(0, 0, False)

    def denies_alone(self) -> bool:
        """Does the claim deny what the quotes, in its words and order, say without a denial?"""
        left = iter(self._quotes)
        return (
            self._denies
            and self._is_free(0, len(self._quotes))
            and all(any(self._is_same(word, quoted) for quoted in left) for word in self._claim)
        )

    def _fits_from(self, number: int, place: int, crosses: bool) -> bool:
        """Do the claim's words from `number` on fit the quotes from `place` on?

        `crosses`: an "and" was passed over, which must stand for the end of a sentence or item.
        """
        if number == len(self._claim):
            return not crosses and self._may_go(place, len(self._quotes))
        word = self._claim[number]
        if word.key in self._words.and_ and number and self._fits(number + 1, place, True):
            return True
        return any(
            self._is_same(word, self._quotes[at])
            and self._joins(number, place, at, crosses)
            and self._may_go(place, at)
            and self._fits(number + 1, at + 1, False)
            for at in range(place, len(self._quotes))
        )

    def _is_same(self, word: Token, quoted: Token) -> bool:
        if quoted.key in self._words.ours:
            return word.key in self._words.ours | self._words.theirs
        return word.is_same(quoted)

    def _joins(self, number: int, place: int, at: int, crosses: bool) -> bool:
        """May the claim pass from the quotes' `place` to `at`? Where it ends a sentence of theirs,
        it must end a clause, or be led in by what stands before a colon."""
        gap = [token.key for token in self._quotes[place:at]]
        ends = any(key in STOPS for key in gap)
        led_in = next((key for key in gap if key not in self._words.articles), "") == ":"
        return ends if crosses else not ends or not number or number in self._bounds or led_in

    def _goes(self, start: int, end: int) -> bool:
        """May the quotes' words from `start` to `end` be left out, as whole units?"""
        if start >= end:
            return True
        if self._quotes[start].key in self._glue and self._may_go(start + 1, end):
            return True
        return any(unit <= end and self._may_go(unit, end) for unit in self._units(start))

    def _units(self, at: int) -> Iterator[int]:
        """Where each unit ends that begins there and may go."""
        words, key = self._words, self._quotes[at].key
        before = self._quotes[at - 1].key if at else "."
        stop = self._next(at, STOPS, len(self._quotes))
        close = self._next(at, {")"} if before == "(" else MARKS, stop)
        yield from self._read(words.adverbs, at)
        if before in STOPS | {":"} and self._is_free(at, stop) and not self._asks(stop):
            yield stop
        is_addition = before in MARKS and any(self._read(words.additions, at))
        if is_addition and not self._holds(at, stop, words.restrictions):
            yield stop
        is_plain = self._is_free(at, close) and not self._holds_a_value(at, close)
        if before in MARKS and close < stop and is_plain and key not in words.scopes | words.and_:
            yield close
        if key in MARKS:
            yield at + 1

    def _read(self, phrases: Sequence[tuple[str, ...]], at: int) -> Iterator[int]:
        """Where a phrase of the list ends that begins there."""
        for phrase in phrases:
            until = at + len(phrase)
            if tuple(token.key for token in self._quotes[at:until]) == phrase:
                yield until

    def _next(self, at: int, keys: Collection[str], otherwise: int) -> int:
        """The place of the first of the keys from `at` up to `otherwise`, or that."""
        return next((p for p in range(at, otherwise) if self._quotes[p].key in keys), otherwise)

    def _asks(self, stop: int) -> bool:
        return stop < len(self._quotes) and self._quotes[stop].key == "?"

    def _is_free(self, start: int, end: int) -> bool:
        """Does nothing there deny, restrict, set a condition or against, or take back?"""
        return not self._holds(start, end, self._words.restrictions | self._words.denials)

    def _holds(self, start: int, end: int, words: Collection[str]) -> bool:
        return any(token.key in words for token in self._quotes[start:end])

    def _holds_a_value(self, start: int, end: int) -> bool:
        return any(token.is_value and token.key != "1" for token in self._quotes[start:end])
