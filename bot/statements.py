"""What a sentence is: a statement or not, a demand, one that refers back, part of a list or a table; what it holds. Pure."""

import re
from collections.abc import Callable

from index.language.dates import DATES, YEARLESS
from index.language.fold import fold
from index.language.sentences import LIST_MARKER
from index.language.words import words
from index.passage import Passage

Before = Callable[[Passage], Passage | None]
Span = tuple[Passage, int, int]  # passage.text[start:end]
ITEM = re.compile(LIST_MARKER)
# The form at the head of a note ("Date : 19 octobre 2023"), and what calls readers to do something: true, and no answer on a position.
ASIDE = re.compile(
    r"(?:date|lieu|place|location|objet|subject|de|from|to|statut|status|version|redact(?:eur|rice|ion)|auteure?|author|contact|horaires?|time|duree|duration)\W{1,4}:"
    r"|(?:repondez|inscrivez|cliquez|rejoignez|retrouvez|reservez|n'hesitez|ecrivez|contactez|telechargez|register|sign up|click|join us|save the date|download|reply to)\b"
    r"|(?:(?:position|note|contribution|texte|reponse) )?(?:submitted|adopted|adoptee?|deposee?|remise?|envoyee?) (?:on|le|par|by|to|a)\b"
)
NUMBERED = re.compile(r"\s*\d{1,2}[.)]\s")
SHORT = 9  # words: a line of its own with fewer, that ends in no full stop and is no item, is a heading in disguise
BACK = re.compile(
    r"(?:nous (?:(?:lui|leur|les|en|y)\b|l')|ils?\b|elles?\b|celles?(?:-ci)?\b|ceux(?:-ci)?\b|celui(?:-ci)?\b|cela\b|ca\b|c'est\b|ce(?:s|t|tte)? |leurs? |ainsi\b"
    r"|a ce titre|dans ce cadre|pour cela|en effet|de meme|la (?:aussi|encore)|notamment\b|mais\b|or\b|donc\b|it\b|they\b|he\b|she\b|th(?:is|at|ese|ose)\b"
    r"|such\b|their\b|its\b|but\b|so\b|for this)"
)
AGAIN = re.compile(r"\b(?:cet?|cette|ces|this|these|that|those|such) (\w{4,})")
DEMANDS = re.compile(
    r"\b(?:(?:re)?demand|recommand|preconis|propos(?:ons|e|ent|er|ait|ions|ition|ed|al|als|ing)\b|propositions|souhait|plaid|revendiqu|exig|reclam|defend|soutien|soutenons|soutenir|oppos|appel(?:ons|le|ez)|insist|position"
    r"|reco\b|priorit|il (?:faut|convient)|doit\b|doivent|devrai(?:t|ent)|recommend|advocat|call(?:s|ed|ing)? (?:for|on)|urge|ask(?:s|ed|ing)?\b|want"
    r"|(?:we|to) support|oppose|should|must\b|request|stance)"
)
OURS = re.compile(r"\b(?:nous|notre|nos|la federation|we|our|us|the federation|reco)\b")
DENIED = re.compile(r"\b(?:ne|not|sans|without)\b|\bn'")
PEOPLE = re.compile(
    r"\b(?:ministre|secretaire d'etat|depute|senat|rapporteu|commissaire|conseill(?:er|ere)|elue?s?\b|direct(?:eur|rice)|chef|cabinet|president|maire|prefet|delegue|eurodepute"
    r"|minister|secretary|mep|mp|member of|rapporteur|commissioner|advis[eo]r|director|head of|chair|official|mm?\.|mme|mr|mrs|ms)"
)
NAME = re.compile(r"(?<=[a-zà-ÿ,;:’' »)(] )(?:[A-ZÀ-Þ][\w’'-]+)|\b[A-ZÀ-Þ]{5,}\b")
FIGURE = re.compile(
    r"(?<![\w./-])(?!(?:19|20)\d\d\b)\d[\d \u00a0\u202f.,]*|%|€|\$|\bpour cent\b|\bpercent\b"
)
NUMBER_WORDS = frozenset(
    "deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante cinquante soixante cent cents mille million millions milliard "
    "milliards moitie tiers quart double triple two three four five seven eight nine ten eleven twelve fifteen twenty thirty forty fifty "
    "hundred thousand billion half third quarter twice".split()
)

# What is asked for by its kind, and what holds it. "Combien d'entreprises" is none: the text may count members, or say it in the other language.
MANY = r"(?:\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|une?|two|three|four|five|seven|eight|nine|ten|eleven|twelve|one|an?)"
KINDS = tuple(
    (re.compile(asked), re.compile(held))
    for asked, held in (
        (
            r"\bcombien (?:d'argent|d'euros|de (?:millions|milliards)|(?:ca |cela |nous )?(?:a |ont |aurait )?cout)|\bcout\w* combien\b|\bhow much (?:money|funding|does it cost|will it cost|did it cost)"
            r"|\b(?:quel(?:le)?s? |what )(?:(?:est|etait|sont|serait|is|was|are) )?(?:le |la |les |the )?(?:montants?|budgets?|couts?|prix|cotisations?|amounts?|budgets?|costs?|prices?|fees?)\b",
            r"\d[\d \u00a0\u202f.,]*(?:€|eur|million|milliard|billion|k€|m€|md)|[€$£] ?\d|\b(?:millions?|milliards?|billions?|euros?)\b|%|gratuit|free of charge",
        ),
        (
            r"\b(?:quel(?:le)?s? |what )(?:(?:est|etait|sont|serait|is|was|are) )?(?:le |la |les |the )?(?:parts?|pourcentages?|proportions?|taux|percentages?|shares?|rates?)\b|\ben pourcentage\b",
            r"%|\bpour ?cents?\b|\bper ?cent\b|\bmoitie\b|\btiers\b|\bquarts?\b|\bhal(?:f|ves)\b|\bthirds?\b|\bquarters?\b|\b(?:sur|in|out of) (?:deux|trois|quatre|cinq|dix|two|three|four|five|ten|\d)",
        ),
        (
            r"\bcombien (?:de temps|d'annees|de mois|de jours|d'ans)\b|\bhow long\b|\bhow many (?:years|months|days|weeks)\b|\bquel(?:le)? (?:est )?(?:la |le )?(?:duree|delai)\b",
            rf"\b{MANY} (?:\w+ )?(?:ans?|annees?|mois|jours?|semaines?|heures?|minutes?|years?|months?|days?|weeks?|hours?)\b|\b(?:19|20)\d\d\b|\b\d+ ?h(?: ?\d+)?\b",
        ),
    )
)
CHAIRS = re.compile(r"\b(?:qui|who) (?:preside|dirige|pilote|chairs|heads|leads)\b")
CALLED = re.compile(
    r"\b(?:comment s'appell\w+|quels? (?:est|sont) l(?:e|es) noms?|(?:son|leurs?) noms?|what (?:is|was) the name|whats? .{0,40} called)\b"
)
WHOM = re.compile(
    r"\b(?:M\.|MM\.|Mme|Mlle|Mr|Mrs|Ms|Dr)\s+[A-ZÀ-Þ]"
    r"|\b(?!(?:Les?|La|Une?|Des|Du|Aux?|Ce|Cet|Cette|Nous|Notre|Nos|En|Dans|Pour|Sur|Avec|The|An?|Our|We|In|At|On|For|This|With)\b)[A-ZÀ-Þ][a-zà-ÿ'’-]+ (?:(?:de|du|d['’]|von|van|der|le|la) ?)*[A-ZÀ-Þ][\w'’-]+"
)


def is_said(passage: Passage, start: int, end: int) -> bool:
    """Does passage.text[start:end] say something, rather than ask, introduce a list or head what follows?"""
    text = passage.text[start:end]
    if (
        text.rstrip(' »"*').endswith(("?", ":"))
        or len(text.split()) < 4
        or _heads(passage.text, start)
    ):
        return False
    return (
        line_kind(passage, start, end) != ""
        or not _alone(passage, start, end)
        or len(text.split()) >= SHORT
        or text.rstrip(' »")').endswith((".", "!", "…"))
    )


def is_aside(text: str) -> bool:
    """Is it about the document or its readers, rather than about a position?"""
    return ASIDE.match(fold(text).lstrip("*_ ")) is not None


def demands(text: str) -> bool:
    """Does it demand or defend something, or ask what is demanded?"""
    return DEMANDS.search(fold(text)) is not None


def demands_ours(passage: Passage, start: int, end: int) -> bool:
    """Is passage.text[start:end] a demand of the federation's own: in the first person, or under a heading that says so?"""
    text = passage.text[start:end]
    return (demands(text) and OURS.search(fold(text)) is not None) or any(
        demands(heading) and not DENIED.search(fold(heading)) for heading in passage.headings
    )


def refers_back(text: str) -> bool:
    """Does a sentence begin with a word whose meaning stands in the one before it?"""
    return BACK.match(fold(text)) is not None


def names_again(text: str, above: str) -> bool:
    """Does a sentence speak of "ce fonds" where the one above it says which?"""
    said = {word[:5] for word in words(above)}
    return any(again[1][:5] in said for again in AGAIN.finditer(fold(text)))


def answers_with(text: str, sought: str) -> bool:
    """Does it hold what is sought: a person or body, a date, a figure? False where nothing of the kind is sought."""
    if sought == "person":
        return PEOPLE.search(fold(text)) is not None or NAME.search(text) is not None
    if sought == "date":
        return (
            any(form.search(text) for form in (*DATES, *YEARLESS))
            or re.search(r"\b(?:19|20)\d\d\b", text) is not None
        )
    if sought == "figure":
        return FIGURE.search(_undated(text)) is not None or not NUMBER_WORDS.isdisjoint(words(text))
    return False


def holds_what_is_asked(question: str, text: str) -> bool:
    """Does the text hold a sum of money, a share, a length of time or somebody's name, where the question asks for one? True where it asks for none."""
    asked, said = fold(question), fold(text)
    if CHAIRS.search(asked) or (CALLED.search(asked) and PEOPLE.search(asked)):
        return WHOM.search(text) is not None
    return all(held.search(said) for form, held in KINDS if form.search(asked))


def line_kind(passage: Passage, start: int, end: int) -> str:
    """What the line of passage.text[start:end] is: `item` of a list, `row` of a table, or neither: "". A numbered heading is no item."""
    begins = passage.text.rfind("\n", 0, start) + 1
    ends = passage.text.find("\n", end)
    if ITEM.match(passage.text, begins):
        return "" if _heads(passage.text, start) else "item"
    return "row" if " | " in passage.text[begins : ends if ends >= 0 else None] else ""


def _heads(text: str, start: int) -> bool:
    """Is what begins there a numbered heading, "2. Ce que nous avons demandé": short, no sentence, a line of its own, beside no other number?"""
    begins = text.rfind("\n", 0, start) + 1
    line, blank, below = text[begins:].partition("\n\n")
    above = text[:begins].rstrip("\n")
    apart = blank and "\n" not in line and (not above or text[len(above) : begins].count("\n") > 1)
    if (
        not NUMBERED.match(line)
        or not apart
        or line.rstrip().endswith((".", "!", "…", ";", ","))
        or len(line.split()) > SHORT
    ):
        return False
    return not NUMBERED.match(above.rpartition("\n")[2]) and not NUMBERED.match(below.lstrip("\n"))


def introduction(passage: Passage, index: int, before: Before) -> Span | None:
    """What the passage's sentence could mislead without: its list's lead-in that ends in a colon, its table's header row; or None.

    A long list or table runs over several passages: `before` gives the one before a passage in its document, or None.
    """
    spans = passage.sentences()
    kind = line_kind(passage, *spans[index])
    while kind:
        while index > 0 and line_kind(passage, *spans[index - 1]) == kind:
            index -= 1
        first = (passage, *spans[index]) if kind == "row" else None
        if index > 0:
            return first or (
                (passage, *spans[index - 1]) if _opens(passage, spans[index - 1]) else None
            )
        earlier = before(passage)
        above = earlier.sentences() if earlier and earlier.headings == passage.headings else []
        if not above or line_kind(earlier, *above[-1]) != kind:
            return first or (
                (earlier, *above[-1]) if above and _opens(earlier, above[-1]) else None
            )
        passage, spans, index = earlier, above, len(above) - 1
    return None


def _opens(passage: Passage, span: tuple[int, int]) -> bool:
    return passage.text[slice(*span)].endswith(":")


def _alone(passage: Passage, start: int, end: int) -> bool:
    """Does it fill its line by itself?"""
    before, after = passage.text[:start].rpartition("\n")[2], passage.text[end:].partition("\n")[0]
    return not before.strip() and not after.strip()


def _undated(text: str) -> str:
    for form in (*DATES, *YEARLESS):
        text = form.sub(" ", text)
    return text
