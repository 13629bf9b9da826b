"""What is asked: the question's language, time, kinds of document and kind of answer. Pure.

Promise: a follow-up is searched together with what it leaves unsaid, a later period in place of an
earlier one; a question that stands alone takes nothing from the history, for a wrong carry-over
would put words in the member's mouth.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.question.followup import (
    WORD,
    asks_about_today,
    asks_itself,
    is_follow_up,
    narrow,
    replace_subject,
    resolve_year,
)
from bot.question.smalltalk import language_of_talk, talk, without_courtesy
from bot.records import Question
from index.errors import PlaidoyerError
from index.language import lists
from index.language.dates import MONTH
from index.language.detect import language_of
from index.language.fold import fold
from index.language.lists import LANGUAGES
from index.language.period import SEASONS, period
from index.language.subject import content_words
from index.language.words import stem, words

LONGEST = 2_000  # characters
GARBLED = "has bytes or halves of characters that are no text. Send it in UTF-8."
JOINERS = "\u200d\ufe0f\ufe0e"  # of the parts of a smiley
TURNS = 20  # earlier questions that are looked at

FUNCTION_WORDS = {
    one: lists.words("question.function_words", one) | lists.words("route.words.speaks", one)
    for one in LANGUAGES
}
FRENCH_LETTERS = lists.words("question.letters")

DATED = lists.forms(
    "question.dated", month=MONTH.replace("(?P<month>", "(?:"), season=f"(?:{'|'.join(SEASONS)})"
)
KIND_PARTS = {
    "dated": DATED,
    "according_to": lists.forms("question.according_to"),
    "tax": lists.forms("question.tax"),
}
KINDS = {
    kind: re.compile(rf"\b{lists.forms(f'question.kinds.{kind}', **KIND_PARTS)}")
    for kind in lists.table("question.kinds")
}
OFFICES = ("offices.leaders", "offices.staff", "offices.others", "offices.asked_for")
SEEKS_PARTS = {
    "what_is": lists.forms("sought.what_is"),
    "most": lists.forms("sought.most"),
    "office": f"(?:{'|'.join(map(lists.forms, OFFICES))})",
    "amount": f"(?:{'|'.join(map('|'.join, lists.table('sought.amounts').values()))})",
}
SEEKS = {
    kind: re.compile(lists.forms(f"sought.kinds.{kind}", **SEEKS_PARTS))
    for kind in lists.table("sought.kinds")
}


class QuestionRefused(PlaidoyerError):
    """The question is empty, too long or no valid text; `reason`: `empty`, `long`, `garbled`."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Given:
    """What is known beside a question's words and those of the questions before it.

    `language`: that of a question whose words are in neither ("EUCS"), "" for its conversation's;
    `spelled` corrects slips of spelling; `documents`: those that the last answer cited.
    """

    language: str = ""
    spelled: Callable[[str], str] = str
    documents: Sequence[str] = ()


def understand(
    text: str, history: Sequence[str] = (), today: date | None = None, given: Given | None = None
) -> Question:
    """The question behind `text`, asked on the day `today`.

    `history`: the earlier questions of the conversation, oldest first. Raises
    `QuestionRefused`.
    """
    given, written = given or Given(), _checked(text)
    asked = given.spelled(written)[:LONGEST]
    understood = _understood(asked, history, today or date.today(), given)
    return replace(
        understood,
        written=written if asked != written else "",
        documents=tuple(given.documents) if understood.is_follow_up else (),
    )


def _understood(asked: str, history: Sequence[str], today: date, given: Given) -> Question:
    if not all(map(_is_valid, history)):
        raise QuestionRefused("garbled", f"An earlier question {GARBLED}")
    earlier = [
        question[:LONGEST]
        for question in history
        if any(character.isalnum() for character in question)
    ][-TURNS:]
    if not earlier or not is_follow_up(without_courtesy(asked)):
        other = _language(earlier[-1], given.language) if earlier else given.language
        return _standalone(asked, today, other)
    previous = understand(earlier[-1], earlier[:-1], today, replace(given, documents=()))
    return following(Question(asked, asked, previous.language), previous, today)


def following(asked: Question, previous: Question, today: date | None = None) -> Question:
    """The question read as a follow-up to `previous`, whatever its words say.

    `documents`: those that it is about are for others to say.
    """
    today, said = today or date.today(), without_courtesy(asked.text)
    resolved = resolve_year(said, previous.since, previous.until)
    alone = _standalone(resolved, today, previous.language)
    states_time = bool(alone.since or alone.until) or asks_about_today(said)
    short = len(words(said)) <= 3
    alternative = replace_subject(previous.search, resolved, today)[-LONGEST:]
    return replace(
        alone,
        text=asked.text,
        said=said,
        written=asked.written,
        follow_up=resolved.strip(" ,") if alternative else "",
        alternative=alternative,
        search=narrow(previous.search, resolved, today)[-LONGEST:],
        language=_spoken(said) or (previous.language if short else alone.language),
        since=alone.since if states_time else previous.since,
        until=alone.until if states_time else previous.until,
        kinds=alone.kinds or previous.kinds,
        seeks=alone.seeks or ("" if asks_itself(said) else previous.seeks),
    )


def restated(
    asked: Question, history: Sequence[str], rewritten: str, today: date | None = None
) -> Question:
    """The question as a chat model rewrote it to stand alone; only what is searched changes.

    `asked` itself, as the rules understood it, where `rewritten` has a word that no question of the
    conversation has, or lacks a content word of the question.
    """
    allowed = _stems(" ".join((asked.text, asked.search, *history)))
    if (
        not rewritten
        or len(rewritten) > LONGEST
        or not _stems(asked.text) <= _stems(rewritten) <= allowed
    ):
        return asked
    alone = _standalone(" ".join(rewritten.split()), today or date.today())
    states_time = bool(alone.since or alone.until)
    return replace(
        asked,
        search=alone.search,
        alternative="",
        follow_up=_stretch(alone.search, _stems(asked.follow_up)),
        kinds=alone.kinds or asked.kinds,
        seeks=alone.seeks or asked.seeks,
        since=alone.since if states_time else asked.since,
        until=alone.until if states_time else asked.until,
    )


def _checked(text: str) -> str:
    """The question in one line, in Unicode's composed form. Raises `QuestionRefused`."""
    if not _is_valid(text):
        raise QuestionRefused("garbled", f"The question {GARBLED}")
    asked = " ".join(unicodedata.normalize("NFC", text).replace("\0", " ").split())
    if len(asked) > LONGEST:
        raise QuestionRefused(
            "long",
            f"The question has {len(asked):,} characters; {LONGEST:,} are the most. Shorten it.",
        )
    if not any(character.isalnum() for character in asked):
        raise QuestionRefused("empty", "The question is empty. Ask it in words.")
    return asked


def _is_valid(text: str) -> bool:
    """Can the text be written in UTF-8? Half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _stretch(text: str, stems: set[str]) -> str:
    """The text from the first to the last word with one of the stems; "" where there is none."""
    found = [word for word in WORD.finditer(text) if _stems(word[0]) & stems]
    return text[found[0].start() : found[-1].end()] if found else ""


def _stems(text: str) -> set[str]:
    """The stems of the text's content words, by the rules of both languages."""
    return {stem(word, language) for word in content_words(text) for language in LANGUAGES}


def wordless(text: str, language: str) -> Question | None:
    """A message of signs alone ("?", a smiley), with nothing to search; None for any other."""
    signs = text.strip()
    if not signs or len(signs) > LONGEST or not all(map(_is_sign, signs)):
        return None
    return Question(text=signs, search="", language=language or LANGUAGES[0])


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZ" or character in JOINERS


def _standalone(asked: str, today: date, language: str = "") -> Question:
    """The question as it stands, without a history."""
    folded, time = fold(asked), period(asked, today)
    return Question(
        text=asked,
        said=without_courtesy(asked),
        search=asked,
        language=_language(asked, language),
        since=time.since if time else "",
        until=time.until if time else "",
        kinds=tuple(kind for kind, form in KINDS.items() if form.search(folded)),
        seeks=next((kind for kind, form in SEEKS.items() if form.search(folded)), ""),
    )


def _language(text: str, otherwise: str = "") -> str:
    """The language whose small words it uses; else ("plafond CII") what its letters look like.

    `otherwise`, or French, for a name or an acronym, which look like neither.
    """
    if spoken := _spoken(text) or language_of_talk(text):
        return spoken
    if talk(text) or not any(character.islower() for character in text):
        return otherwise or LANGUAGES[0]
    return otherwise if otherwise and len(words(text)) < 2 else language_of(text)


def _spoken(text: str) -> str:
    """The language that its small words and its accents are of; "" where they do not tell."""
    said = words(text)
    french, english = (sum(word in FUNCTION_WORDS[one] for word in said) for one in LANGUAGES)
    french += not FRENCH_LETTERS.isdisjoint(text.lower())
    if french == english:
        return ""
    return "fr" if french > english else "en"
