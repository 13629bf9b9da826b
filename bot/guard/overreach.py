"""What a claim says beyond its quotes: a demand, an outcome, a figure of another time, or all of it without its condition. Pure.

Word lists, in French and in English: of what they do not know they say nothing.
"""

import re

from bot.guard.figures import YEAR, Figure, figures
from bot.guard.names import folded

RECOMMENDS = re.compile(
    r"(?<!que )\b(?:nous|on|la federation|notre federation) (?:\w+ )?(?:recommand|demand|propos|souten|plaid|preconis|souhait|voul|veut|reclam|appel|exig)(?:e|ons|t)?\b"
    r"|(?<!that )\b(?:we|the federation|our federation) (?:\w+ )?(?:recommend|ask|propose|support|call|urge|want|demand|advocate|request)s?\b"
)
OURS = re.compile(r"\b(?:nous|la federation|notre federation|we|our federation|the federation)\b")
OUR = re.compile(r"\b(?:notre|nos|our|us)\b")
WISHES = re.compile(  # whatever may be a demand, a list's infinitive too
    r"(?:^|[.\n:;|•»-][^\S\n]*)(?:\d\. |\* )?(?:ne pas )?[a-z]+(?:er|ir|re)\b|\b(?:voul|veu|want|need|besoin|faut|must|should|doi|dev|demand"
    r"|request|ask|call|appel|propos|plaid|defend|souhait"
    r"|wish|recommand|recommend|preconis|reclam|exig|exhort|sollicit|prions|insist|urge|attend|expect|favorabl|favour|prefer|support"
    r"|souten|soutien|oppos|refus|priorit|objecti|aim|goal|cible"
    r"|target|vis(?:e|ons)\b|rappel|invit|encourag|suggest|sugger|push|pouss|reject|rejet|against|contre|voudr|aimer|like to|position"
    r"|engag|back(?:s|ed|ing)?\b|appuy|appui|endors|approuv|approv|repet|repeat|argu|combat|press|petition|salu|welcom)"
)
GRANTED = re.compile(
    r"\b(?:obtenu\w*|obtain(?:s|ed)|secured|won|granted|accept(?:e|ee|es|ees|ed|s)|agreed(?! minim)|promis(?:e|es|ed)?|promises|s'est engage\w*|s'engage"
    r"|committed|pledged|guaranteed)\b"
)
GIVEN = re.compile(
    r"\b(?:obten|obtain|secur|w[io]n\b|gagn|arrach|gain|accord|grant|accept|agree|promi|promet|engag|commit|pledg|confirm"
    r"|garanti|guarant|valid|approuv|approv|vot|adopt|retenu"
    r"|repris|reprend|satisf|oui\b|yes\b|admet|admit|consent|allow|recu|receiv|assur|donn|gave|deal|compromis|settle|sign|convenu|conven)"
)
CONDITION = re.compile(
    r"\b(?:a (?:la )?conditions? (?:que|de|qu'|d')|sous (?:reserve|condition)|a moins qu[e']|que si\b|seulement si\b|uniquement si\b|pourvu qu|only if\b|unless\b"
    r"|provided (?:that|it|they)\b|on (?:the )?condition\b|subject to\b)"
)
CONDITIONAL = re.compile(
    r"\b(?:si|s'il|s'ils|if|conditions?|conditional|reserve|provided|unless|moins qu[e']|moins d|pourvu|pour (?:autant"
    r"|peu) qu|sauf|except|subject|des lors|once|une fois|when|lorsqu|quand"
    r"|seul\w*|only|without|sans|until|jusqu|depend\w*|exige\w*|requir\w*|as long as|tant qu|so long)\b"
)  # what may stand for a condition
CLAUSES = re.compile(r"[;.,]\s|\b(?:puis|then)\b|\n")
STILL = re.compile(r"\b(?:still|toujours|(?<!pas )encore(?! (?:plus|une?|moins)))\b")
LASTING = re.compile(
    r"\b(?:still|toujours|encore|yet|remain|rest(?!ric|aur|it)|continu|always|again|nouveau|repet|repeat|rappel|recall|remind|reiter|reaffirm|maint|keep|kept|persist"
    r"|inchang|unchanged|same|meme|confirm|demeur|stand|hold|stay|deja|already|no longer|plus\b|depuis|since|jamais|never|tenons)"
)
ASKED = re.compile(
    r"\b(?:nous|la federation|on) (?:\w+ )?(?:demand|recommand|propos|souhait|reclam|preconis|plaid|voul|exig|sollicit|appel)\w*"
    r"|\b(?:we|the federation) (?:\w+ )?(?:ask|request|recommend|propose|call|want|demand|urge|advocate)\w*|\bdevrai(?:t|ent)\b|\bshould\b"
)
# What keeps a wish a wish: a word for wishing, for what is not so yet, or somebody who speaks.
WISHED = re.compile(
    r"\b(?:devr|doi|dev\w+|should|must|would|could|pourr|serai|aurai|may\b|might|to be\b|soll|faut|faud|needs?\b|objecti|aim|goal|target|cible|afin|priorit|idea|idee"
    r"|let |soi[te]|selon|according|prefer|appro|argu|plead|exhort)"
)
# "We ask for a label" of "the aid for the label should rise": what should become of a thing is no demand for the thing.
THING = re.compile(
    r"\b(?:nous|on|la federation) (?:\w+ )?(?:demand|reclam|propos|recommand|souhait|voul|preconis|exig)(?:e|ons|t) (?:une?|la|le|les|l'|des|du) ?(?!\w+ soi)"
    r"|\b(?:we|the federation) (?:\w+ )?(?:ask for|call for|request|propose|recommend|want|demand) (?:an?|the)? ?(?!\w+ to\b)"
)
MODAL = re.compile(r"\b(?:devr\w+|doi\w+|dev\w+|should|must|faut|need)\b")
OFFERED = re.compile(
    r"\b(?:est|sont|is|are|was|were) (?:propose|supporte|soutenu)\w*"
)  # of a thing, no wish
NOW = re.compile(
    r"\b(?:désormais|aujourd['’]hui|maintenant|actuellement|now|today|currently)\b", re.I
)


def recommends(claim: str) -> bool:
    """Does it say that the federation asks for something?"""
    return RECOMMENDS.search(folded(claim)) is not None


def beyond(claim: str, quote: str, date: str) -> str:
    """What the claim says beyond its quote, as a reason for its fall, or "". `date`: of the quoted text, ISO 8601, "" where there is none."""
    said, stated = folded(claim), folded(quote)
    if (
        recommends(claim) and OURS.search(stated) and not WISHES.search(stated)
    ):  # of us it says something else: "we take note"
        return "its quotes ask for nothing"
    if THING.search(said) and MODAL.search(stated) and not WISHES.search(MODAL.sub(" ", stated)):
        return "its quotes do not ask for that"
    if GRANTED.search(said) and not GIVEN.search(stated):
        return "its quotes do not say that it was obtained"
    if STILL.search(said) and not LASTING.search(
        stated
    ):  # what a text said is not what holds today
        return "its quotes do not say that it still holds"
    moved = _misdated(claim, quote, date)
    return f"its quotes say {moved} of another time" if moved else ""


def unconditional(claim: str, quote: str) -> bool:
    """Does the claim say without a condition what the quote says on one?"""
    return CONDITION.search(folded(quote)) is not None and not CONDITIONAL.search(folded(claim))


def states_a_wish(claim: str, sentence: str) -> bool:
    """Does the claim say as a fact what the quote's sentence that it rests on asks for?"""
    said = OFFERED.sub(" ", folded(claim))
    return ASKED.search(folded(sentence)) is not None and not (
        OURS.search(said) or OUR.search(said) or WISHES.search(said) or WISHED.search(said)
    )


def leaves_a_condition(after: str) -> bool:
    """Does what stands in a sentence behind a quote begin with a condition?"""
    return (
        CONDITION.match(
            re.sub(r"^\W*(?:mais |but |et |and )?(?:ce |this |cela )?", "", folded(after))
        )
        is not None
    )


def _misdated(claim: str, quote: str, date: str) -> Figure | None:
    """A figure that the claim gives to a year, or to today, for which the quote has another, and to which it gives that one another time."""
    stated = _by_time(quote, date)
    for times, said in _by_time(claim, date):
        for time in times:
            there = [figure for others, amounts in stated if time in others for figure in amounts]
            elsewhere = [
                figure
                for others, amounts in stated
                if others and time not in others
                for figure in amounts
            ]
            strange = [
                figure for figure in said if any(figure.is_same(other) for other in elsewhere)
            ]
            if (
                there
                and strange
                and not any(figure.is_same(other) for figure in said for other in there)
            ):
                return min(strange, key=str)
    return None


def _by_time(text: str, date: str) -> list[tuple[set[str], set[Figure]]]:
    """For each clause with amounts: the years it names, `now` among them, and its amounts."""
    found = []
    for clause in CLAUSES.split(text):
        times = set(YEAR.findall(clause)) | ({"now"} if NOW.search(clause) else set())
        amounts = {
            figure
            for figure in figures(clause, date, loose=True)
            if figure.unit not in ("on", "in", "law")
            and not (not figure.unit and 1900 <= figure.value <= 2100)
        }
        if amounts:
            found.append((times, amounts))
    return found
