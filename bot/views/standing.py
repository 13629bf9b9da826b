"""May a text be quoted or passed on, is it official? Its status and for whom it is. Pure.

Promise: the answer is what the index knows of the text, its status and its audience; beside it
stands what the texts say themselves ("merci de ne plus la citer"), quoted. Of several texts that
were cited the narrowest counts; of one that is not named for certain only the rule is told.
"""

import re
from collections.abc import Iterator, Sequence

from bot import wording
from bot.records import Claim, Composed, Hit, Question
from bot.statements import ENDS, Span, standing
from bot.views.titles import titled
from index.language import lists
from index.language.fold import fold
from index.language.subject import content_words
from index.passage import AUDIENCES, Passage
from index.shelf.lexical import Lexical

QUOTES = 2  # at most, of what the texts say
READ = 5  # first passages in which other texts may say that this one has ended
ENDED = ("withdrawn", "superseded")
NARROWEST = ("adopted", "draft", "superseded", "withdrawn")
PARTS = {
    name: lists.forms(f"route.parts.{name}") for name in ("may", "pass", "open", "paper", "file")
}
ASKING = re.compile(rf"\b(?:{'|'.join(PARTS.values())})\b")
PASSED_ON = re.compile(rf"{lists.forms('standing.passed_on')}$")
KEPT_BACK = re.compile(rf"\b{lists.forms('standing.kept_back')}")
SAID = re.compile(rf"{KEPT_BACK.pattern}|{lists.forms('standing.said')}")
SAYS_ENDED = re.compile(rf"{KEPT_BACK.pattern}|{ENDS.pattern}")
VERDICTS = {
    "fr": {
        "withdrawn": "Non\u00a0: ce texte a été retiré, il n'engage plus la fédération.",
        "superseded": "Non\u00a0: ce texte a été remplacé depuis, il n'engage plus la fédération.",
        "draft": "Non\u00a0: c'est un projet, il n'est pas adopté.",
        "public": "Oui\u00a0: ce texte est public.",
        "members": "Entre adhérents\u00a0: ce texte leur est réservé. Demandez à l'équipe de la "
        "fédération avant de le transmettre à d'autres.",
        "staff": "Non\u00a0: ce texte est réservé à l'équipe de la fédération.",
    },
    "en": {
        "withdrawn": "No: this text was withdrawn, it no longer commits the federation.",
        "superseded": "No: this text has since been superseded, it no longer commits the "
        "federation.",
        "draft": "No: this is a draft, it is not adopted.",
        "public": "Yes: this text is public.",
        "members": "Among members: this text is for them only. Ask the federation's staff before "
        "you pass it on to others.",
        "staff": "No: this text is for the federation's staff only.",
    },
}
RULE = {
    "fr": "Cela dépend du texte\u00a0: un texte public peut être partagé\u00a0; un texte réservé "
    "aux adhérents ne sort pas de la fédération sans l'accord de son équipe\u00a0; un projet, un "
    "texte retiré ou remplacé ne se cite pas comme position. Nommez le texte, et je vous dirai ce "
    "qu'il en est.",
    "en": "That depends on the text: a public one may be shared; one for members only does not "
    "leave the federation unless its staff agree; a draft, and a text that was withdrawn or "
    "superseded, is not to be quoted as a position. Name the text, and I will tell you.",
}


def standing_of(
    asked: Question, passages: Sequence[Passage], hits: Sequence[Hit], lexical: Lexical
) -> Composed | None:
    """The standing of the text that is meant, or the rule; None where it is no text that is meant.

    `passages`: all that may be read; `hits`: those found for the question, best first, none where
    they do not answer.
    """
    said = ASKING.sub(" ", fold(asked.said))
    subject = [
        word for word in content_words(said) if not (PASSED_ON.match(word) or word.isdecimal())
    ]
    meant = titled(subject, passages, lexical)
    if not meant and (not subject or asked.is_follow_up):
        meant = list(asked.documents)
    if not meant:
        return None if subject and hits else Composed("standing", lead=RULE[asked.language])
    named = meant[:1] if meant != list(asked.documents) else meant
    firsts = {passage.path: passage for passage in reversed(passages) if passage.path in named}
    if not firsts:
        return None
    first, language = max(firsts.values(), key=_narrowness), asked.language
    document = [passage for passage in passages if passage.path == first.path]
    statuses = {standing(hit.passage) for hit in hits[:READ] if hit.passage.path == first.path}
    status = "draft" if "reported" in statuses else first.status
    verdict = VERDICTS[language][first.audience if status == "adopted" else status]
    source = wording.source_line(first, language)
    claims = tuple(
        Claim.quoting([span], number)
        for number, span in enumerate(list(_said(document, hits))[:QUOTES], 1)
    )
    brief = f"{verdict} ({source})"
    return Composed("standing", claims, brief, brief, rests_on=(first,))


def _narrowness(first: Passage) -> tuple[int, int]:
    """How little may be done with a text: of several that were cited the narrowest counts."""
    return NARROWEST.index(first.status), AUDIENCES.index(first.audience)


def _said(document: Sequence[Passage], hits: Sequence[Hit]) -> Iterator[Span]:
    """What the text says of its own standing; of one that has ended, what others say of that.

    A newsletter says it of other texts.
    """
    others = [hit.passage for hit in hits[:READ] if hit.passage.path != document[0].path]
    looked_at = [(SAID, document)] if document[0].kind != "newsletter" else []
    if document[0].status in ENDED:
        looked_at.insert(0, (SAYS_ENDED, others))
    for form, some in looked_at:
        for passage in some:
            for start, end in passage.sentences():
                if form.search(fold(passage.text[start:end])):
                    yield passage, start, end
