"""Whether a claim is its quotes made shorter, by an exact rule. Pure.

The claim's words must be the quotes' words in their order; forms of a word that differ in person or
number are the same, another tense is not. Figures and dates are compared as values. The federation
is one, however it is called. What the quotes say besides must be whole units that may go: a
sentence that takes nothing back, an opening, a reason, an addition between commas or brackets, an
adverb, the last items of a list. In doubt it is no shortening.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache

from index.language import lists
from index.language.detect import language_of
from index.language.fold import fold
from index.language.tokens import STOPS, Token, tokens

LONGEST = 1_200  # words of the quotes
COUNT = 20  # up to which a number may count what is listed
DASHES = frozenset("–—-")
FEDERATION = "<federation>"


class _Words:
    """The word lists of one language."""

    def __init__(self, language: str):
        def words(name: str) -> frozenset[str]:
            return lists.words(f"guard.{name}", language)

        self.articles, self.ours, self.theirs = words("articles"), words("ours"), words("theirs")
        self.we, self.federations = words("we"), words("federation")
        self.possessors = words("possessors")
        self.and_, self.or_ = words("and"), words("or")
        self.denials, self.auxiliaries = words("denials"), words("auxiliaries")
        self.restrictions = words("restrictions")
        self.scopes, self.degrees = words("scopes"), words("degrees")
        self.purpose = words("purpose")
        self.phrases = {
            name: [
                tuple(token.key for token in tokens(phrase))
                for phrase in " ".join(lists.entries(f"guard.{name}", language)).split("|")
            ]
            for name in ("adverbs", "leading", "reasons", "additions", "contrasts")
        }


_words = cache(_Words)


def is_shortened(claim: str, quotes: Sequence[str], federation: Collection[str] = ()) -> bool:
    """Is the claim its quotes made shorter? `federation`: its names."""
    return _compared(claim, quotes, federation).is_whole()


def differs_in_a_denial(
    claim: str, quotes: Sequence[str], federation: Collection[str] = ()
) -> bool:
    """Is the claim its quotes made shorter, but for a negation that only one side has?"""
    return _compared(claim, quotes, federation, denied=True).is_turned()


def _compared(
    claim: str, quotes: Sequence[str], federation: Collection[str], denied: bool = False
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
    """A claim beside its quotes, word by word."""

    def __init__(self, claim: list[Token], quotes: list[Token], words: _Words, denied: bool):
        self._quotes, self._words, self._denied = quotes, words, denied
        self._claim: list[Token] = []
        self._bounds: set[int] = set()  # the claim's words before which a clause may end
        ended = False
        for token in claim:
            ended = ended or token.is_mark or token.key in words.and_
            if token.is_mark or token.key in words.articles or token.key == "1":
                continue
            if ended:
                self._bounds.add(len(self._claim))
            self._claim.append(token)
            ended = token.key in words.and_
        self._fits, self._may_go = cache(self._fits_from), cache(self._goes)

    def is_whole(self) -> bool:
        """Is all of the claim in the quotes, and may the rest of them go?"""
        return (
            0 < len(self._claim) <= len(self._quotes) <= LONGEST
            and all(self._may_be_there(word) for word in self._claim)
            and self._fits(0, 0, False)
        )

    def is_turned(self) -> bool:
        """Is it whole, negations aside? Or does it alone deny what the quotes' words say in order,
        where they neither deny nor refuse anything?"""
        if self.is_whole():
            return True
        said = [word for word in self._claim if not self._is_of_a_denial(word)]
        if len(said) == len(self._claim) or not self._is_free(0, len(self._quotes)):
            return False
        left = iter(self._quotes)
        return all(any(self._is_same(word, quoted) for quoted in left) for word in said)

    def _may_be_there(self, word: Token) -> bool:
        return (
            word.key in self._words.and_
            or (self._denied and self._is_of_a_denial(word))
            or any(self._is_same(word, quoted) for quoted in self._quotes)
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
        if self._denied and self._is_of_a_denial(word) and self._fits(number + 1, place, crosses):
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

    def _is_of_a_denial(self, token: Token) -> bool:
        return token.key in self._words.denials or token.key in self._words.auxiliaries

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
        token = self._quotes[start]
        is_glue = (
            token.key in self._words.articles
            or token.key in self._words.ours
            or token.key in {",", ":", "1", ")", ".", ";"}
            or (token.key in {"do", "does"} and self._next(start, {"not"}, end + 1) > end)
            or (self._denied and self._is_of_a_denial(token))
        )
        if is_glue and self._may_go(start + 1, end):
            return True
        return any(unit <= end and self._may_go(unit, end) for unit in self._units(start))

    def _units(self, at: int) -> Iterator[int]:
        """Where each unit ends that begins there and may go."""
        quotes = self._quotes
        stop = self._next(at, STOPS, len(quotes))
        comma = self._next(at, {","}, stop)
        behind = at > 0 and quotes[at - 1].key in DASHES | {",", "("}
        yield from self._phrases("adverbs", at)
        yield from self._spelled_out(at, stop)
        if at == 0 or quotes[at - 1].key in STOPS | {":"}:
            yield from self._openings(at, stop, comma)
        yield from self._additions(at, stop, comma, behind)
        yield from self._enclosed(at, stop, comma, behind)
        if (quotes[at].key == "," or quotes[at].key in self._words.and_) and self._is_a_tail(
            at, stop
        ):
            yield stop

    def _openings(self, at: int, stop: int, comma: int) -> Iterator[int]:
        """The end of a sentence that takes nothing back, and of what only opens it."""
        quotes = self._quotes
        if self._is_free(at, stop) and (stop == len(quotes) or quotes[stop].key != "?"):
            yield min(stop + 1, len(quotes))
        opens = comma < stop and (any(self._phrases("leading", at)) or self._is_purpose(at))
        if opens and self._is_free(at, comma) and not self._has_value(at, comma):
            yield comma
        for place in range(at + 1, stop - 1):  # "We welcome this, and we have asked"
            joins = quotes[place].key in self._words.and_ and quotes[place + 1].key == FEDERATION
            if joins and self._is_free(at, place):
                yield place + 1

    def _additions(self, at: int, stop: int, comma: int, behind: bool) -> Iterator[int]:
        """The ends of a reason, a purpose, a relative clause, an example, a contrast."""
        words = self._words
        is_reason = any(self._phrases("reasons", at)) or (behind and self._is_purpose(at))
        is_addition = behind and any(self._phrases("additions", at))
        may_end = not self._holds(at, stop, words.restrictions)
        if is_reason and may_end and not self._holds(self._start_of(at), at, words.denials):
            yield stop
        if is_addition and may_end:
            yield stop
        if is_addition and self._is_free(at, comma) and not self._has_value(at, comma):
            yield comma
        for begun in self._phrases("contrasts", at):
            if not self._holds(begun, comma, words.restrictions):
                yield comma

    def _is_purpose(self, at: int) -> bool:
        """Does "pour" with an infinitive stand there?"""
        after = [token.key for token in self._quotes[at + 1 : at + 3] if token.key != "y"]
        is_infinitive = bool(after) and after[0].endswith(("er", "ir", "re"))
        return self._quotes[at].key in self._words.purpose and is_infinitive

    def _spelled_out(self, at: int, stop: int) -> Iterator[int]:
        """The words of an acronym that stands behind them in brackets, from their first on."""
        opened = self._next(at, {"("}, stop)
        if opened + 2 < stop and self._quotes[opened + 2].key == ")":
            small = self._words.articles | self._words.scopes
            letters = [t.key[0] for t in self._quotes[at:opened] if t.key not in small]
            if len(letters) > 1 and self._quotes[opened + 1].key.startswith("".join(letters)[:3]):
                yield opened + 1

    def _enclosed(self, at: int, stop: int, comma: int, behind: bool) -> Iterator[int]:
        """The ends of what stands in brackets, between dashes or commas, or behind a colon."""
        quotes, words = self._quotes, self._words
        opened = quotes[at].key
        if opened == "(" or opened in DASHES:
            closed = self._next(at + 1, {")"} if opened == "(" else DASHES, stop)
            if closed < stop and self._is_free(at, closed) and not self._has_value(at, closed):
                yield closed + 1
        if opened == ":" and at + 1 < stop and self._is_free(at, stop):
            yield stop
        is_aside = behind and comma < stop and opened not in words.scopes | words.and_ | words.or_
        if is_aside and not self._has_value(at, comma) and self._is_free(at, comma):
            yield comma

    def _is_a_tail(self, at: int, stop: int) -> bool:
        """Does a clause of its own begin there, or the last items of a list?

        Items go only without what may belong to all of them, and where nothing counts them.
        """
        words = self._words
        first = next(
            (p for p in range(at, stop) if self._quotes[p].key not in words.and_ | {","}), stop
        )
        if not self._is_free(at, stop):
            return False
        if first < stop and self._quotes[first].key in {FEDERATION, "que", "that"}:
            return True
        before = self._quotes[self._start_of(at) : at]
        counts = any(t.is_value and t.key.isdigit() and 1 < int(t.key) <= COUNT for t in before)
        return not (
            counts
            or any(token.key in {"entre", "between", "both"} for token in before)
            or self._has_value(at, stop)
            or self._holds(at, stop, words.scopes | words.degrees | words.or_)
        )

    def _phrases(self, name: str, at: int) -> Iterator[int]:
        """Where a phrase of the list ends that begins there."""
        for phrase in self._words.phrases[name]:
            until = at + len(phrase)
            if tuple(token.key for token in self._quotes[at:until]) == phrase:
                yield until

    def _next(self, at: int, keys: Collection[str], otherwise: int) -> int:
        """The place of the first of the keys from `at` up to `otherwise`, or that."""
        return next((p for p in range(at, otherwise) if self._quotes[p].key in keys), otherwise)

    def _start_of(self, at: int) -> int:
        """Where its sentence begins."""
        return next((p + 1 for p in range(at - 1, -1, -1) if self._quotes[p].key in STOPS), 0)

    def _is_free(self, start: int, end: int) -> bool:
        """Does nothing there deny, restrict, set a condition or against, or take back?"""
        return not self._holds(start, end, self._words.restrictions | self._words.denials)

    def _holds(self, start: int, end: int, words: Collection[str]) -> bool:
        return any(token.key in words for token in self._quotes[start:end])

    def _has_value(self, start: int, end: int) -> bool:
        return any(token.is_value and token.key != "1" for token in self._quotes[start:end])
