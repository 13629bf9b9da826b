"""What a sentence is: a statement or not, a demand, one that refers back, part of a list or a table; what it holds. Pure."""

import re

from bot.records import Hit
from index.dates import DATES, YEARLESS
from index.lexical import plain, words
from index.passage import LIST_MARKER, Passage

ITEM = re.compile(LIST_MARKER)
SHORT = 9  # words: a line of its own with fewer, that ends in no full stop and is no item, is a heading in disguise
BACK = re.compile(
    r"(?:nous (?:(?:lui|leur|les|en|y)\b|l')|ils?\b|elles?\b|celles?(?:-ci)?\b|ceux(?:-ci)?\b|celui(?:-ci)?\b|cela\b|ca\b|c'est\b|ce(?:s|t|tte)? |leurs? |ainsi\b"
    r"|a ce titre|dans ce cadre|pour cela|en effet|de meme|la (?:aussi|encore)|notamment\b|mais\b|or\b|donc\b|it\b|they\b|he\b|she\b|th(?:is|at|ese|ose)\b"
    r"|such\b|their\b|its\b|but\b|so\b|for this)")
DEMANDS = re.compile(
    r"\b(?:(?:re)?demand|recommand|preconis|propos(?:ons|e|ent|er|ait|ions|ition|ed|al|als|ing)\b|propositions|souhait|plaid|revendiqu|exig|reclam|defend|soutien|soutenons|soutenir|oppos|appel(?:ons|le|ez)|insist|position"
    r"|reco\b|priorit|il (?:faut|convient)|doit\b|doivent|devrai(?:t|ent)|recommend|advocat|call(?:s|ed|ing)? (?:for|on)|urge|ask(?:s|ed|ing)?\b|want"
    r"|(?:we|to) support|oppose|should|must\b|request|stance)")
OURS = re.compile(r"\b(?:nous|notre|nos|la federation|we|our|us|the federation|reco)\b")
DENIED = re.compile(r"\b(?:ne|not|sans|without)\b|\bn'")
PEOPLE = re.compile(
    r"\b(?:ministre|secretaire d'etat|depute|senat|rapporteu|commissaire|conseill(?:er|ere)|elue?s?\b|direct(?:eur|rice)|chef|cabinet|president|maire|prefet|delegue|eurodepute"
    r"|minister|secretary|mep|mp|member of|rapporteur|commissioner|advis[eo]r|director|head of|chair|official|mm?\.|mme|mr|mrs|ms)")
NAME = re.compile(r"(?<=[a-zà-ÿ,;:’' »)(] )(?:[A-ZÀ-Þ][\w’'-]+)|\b[A-ZÀ-Þ]{5,}\b")
FIGURE = re.compile(r"(?<![\w./-])(?!(?:19|20)\d\d\b)\d[\d \u00a0\u202f.,]*|%|€|\$|\bpour cent\b|\bpercent\b")
NUMBER_WORDS = frozenset("deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante cinquante soixante cent cents mille million millions milliard "
                         "milliards moitie tiers quart double triple two three four five seven eight nine ten eleven twelve fifteen twenty thirty forty fifty "
                         "hundred thousand billion half third quarter twice".split())


def is_said(passage: Passage, start: int, end: int) -> bool:
    """Does passage.text[start:end] say something, rather than ask, introduce a list or head what follows?"""
    text = passage.text[start:end]
    if text.rstrip(" »\"*").endswith(("?", ":")) or len(text.split()) < 4:
        return False
    return line_kind(passage, start, end) != "" or not _alone(passage, start, end) or len(text.split()) >= SHORT or text.rstrip(" »\")").endswith((".", "!", "…"))


def demands(text: str) -> bool:
    """Does it demand or defend something, or ask what is demanded?"""
    return DEMANDS.search(plain(text)) is not None


def demands_ours(passage: Passage, start: int, end: int) -> bool:
    """Is passage.text[start:end] a demand of the federation's own: in the first person, or under a heading that says so?"""
    text = passage.text[start:end]
    return demands(text) and OURS.search(plain(text)) is not None or any(
        demands(heading) and not DENIED.search(plain(heading)) for heading in passage.headings)


def refers_back(text: str) -> bool:
    """Does a sentence begin with a word whose meaning stands in the one before it?"""
    return BACK.match(plain(text)) is not None


def answers_with(text: str, sought: str) -> bool:
    """Does it hold what is sought: a person or body, a date, a figure? False where nothing of the kind is sought."""
    if sought == "person":
        return PEOPLE.search(plain(text)) is not None or NAME.search(text) is not None
    if sought == "date":
        return any(form.search(text) for form in (*DATES, *YEARLESS)) or re.search(r"\b(?:19|20)\d\d\b", text) is not None
    if sought == "figure":
        return FIGURE.search(_undated(text)) is not None or not NUMBER_WORDS.isdisjoint(words(text))
    return False


def line_kind(passage: Passage, start: int, end: int) -> str:
    """What the line of passage.text[start:end] is: `item` of a list, `row` of a table, or neither: ""."""
    begins = passage.text.rfind("\n", 0, start) + 1
    ends = passage.text.find("\n", end)
    if ITEM.match(passage.text, begins):
        return "item"
    return "row" if " | " in passage.text[begins:ends if ends >= 0 else None] else ""


def lead_in(hit: Hit, index: int) -> int | None:
    """The hit's sentence without which this one could mislead: a list's lead-in that ends in a colon, a table's header row; or None."""
    kinds = [line_kind(hit.passage, sentence.start, sentence.end) for sentence in hit.sentences]
    if not kinds[index]:
        return None
    before = index
    while before > 0 and kinds[before - 1] == kinds[index]:
        before -= 1
    if kinds[index] == "row":
        return before
    sentence = hit.sentences[before - 1] if before else None
    return before - 1 if sentence and hit.passage.text[sentence.start:sentence.end].endswith(":") else None


def _alone(passage: Passage, start: int, end: int) -> bool:
    """Does it fill its line by itself?"""
    before, after = passage.text[:start].rpartition("\n")[2], passage.text[end:].partition("\n")[0]
    return not before.strip() and not after.strip()


def _undated(text: str) -> str:
    for form in (*DATES, *YEARLESS):
        text = form.sub(" ", text)
    return text
