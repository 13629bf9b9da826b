"""A text's proper names, acronyms and codes, and whether another text has them, in French and in English. Pure."""

import re
import unicodedata
from pathlib import Path

from index.language.words import stop_words


def _vocabulary(
    text: str,
) -> tuple[dict[str, frozenset[str]], list[tuple[frozenset[str], re.Pattern]]]:
    """What means the same, by word; and groups of acronyms with the form of the words they stand for."""
    same: dict[str, frozenset[str]] = {}
    spelled = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            group, _, phrases = line.partition(":")
            forms = frozenset(form for word in group.split() for form in (word, f"{word}s"))
            for word in forms:
                same[word] = same.get(word, frozenset()) | forms
            if phrases:
                spelled.append(
                    (
                        frozenset(group.split()),
                        re.compile(
                            rf"\b(?:{'|'.join(map(re.escape, phrases.strip().split(' | ')))})"
                        ),
                    )
                )
    return same, spelled


WORD = re.compile(r"[^\W_]+(?:[-'’.](?=[^\W_])[^\W_]+)*")
SENTENCE = re.compile(r"(?:^|[.!?:;]\s+|[«\"“(]\s*)$")
SAME, SPELLED = _vocabulary((Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8"))
SMALL = frozenset("a au aux d de des du en et l la le les of and for the in un une sur".split())
BODY = re.compile(
    r"[A-ZÀ-Þ][\w’'-]+(?:,? (?:of|for|and|on|the|de|du|des|la|le|les|et|à|aux?|d['’]|l['’])*\s?[A-ZÀ-Þ][\w’'-]+)+"
)
JOINED = frozenset(
    "based led wide funded run backed style owned born made qualified certified compliant approved".split()
)  # "Lyon-based"
HEAD = re.compile(
    r"\b(?:authority|agency|board|committee|court|council|commission|ministry|office|institute|fund|bank|chamber|service|act|regulation|directive|law"
    r"|programme|plan|strategy|space|union|association|federation|observatory|department|directorate|fund|scheme|forum|assembly|system|code|register"
    r"|autorite|agence|comite|cour|tribunal|conseil|ministere|institut|fonds|banque|chambre|loi|reglement|programme|strategie|espace)\b"
)
COUNTRIES = [
    group
    for word in "germany spain italy belgium netherlands poland ireland america britain china japan india canada switzerland austria".split()
    for group in (SAME[word],)
]
MONEY = re.compile(
    r"(?:\d|[€$£]/?|/)[ \u00a0\u202f]?$"
)  # "6,5 Md€", "10 €/MWh", "2 TWh": a scale or a unit
COMMON = ("s", "ing", "ion", "ment", "ity", "ness", "ance", "ence")
TITLES = frozenset(
    "m mm mme mmes mr mrs ms dr pr me i no nos sir lord lady affairs affaires eur usd gbp ht ttc".split()
)
MONTHS = frozenset(
    "january february march april may june july august september october november december janvier fevrier mars avril mai juin juillet"
    " aout septembre octobre novembre decembre".split()
)
SAID_OF = re.compile(
    r"\s+(?:is|are|was|were|has|have|had|will|must|should|wants?|calls?|asks?|did|does|do|can|cannot|may|a (?=\w+(?:é|i|u|is|it|ert)e?s?\b)|ont|est|sont|doit|doivent|n['’]|ne"
    r"|propose|demande|veut|peut|va|se|s['’]|met|fut|refuse|soutient|rejects?|supports?)\b"
)
STARTERS = frozenset(
    "we our they it this that these those there who what all some many most each both he she you if in on at for according nous notre nos il ils"
    " elle elles on ce cela ceci qui tout tous cette ces rien software networks following roughly nearly members member under since between during within despite without whenever every unless once only even support access telework work research trade growth nobody someone anyone personne quiconque nul nulle".split()
)
HOME = frozenset(
    "french france francais francaise".split()
)  # a French federation's texts need not say so


def folded(text: str) -> str:
    """Lower case, without accents, straight apostrophes."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def runs(text: str) -> list[str]:
    """The names of a text, each with all its words: "Clara Chappaz"."""
    found: list[tuple[int, int]] = []
    for word in _named(text):
        joined = found and not text[found[-1][1] : word.start()].strip()
        found[-1:] = [(found[-1][0], word.end())] if joined else [*found[-1:], word.span()]
    return list(dict.fromkeys(text[start:end] for start, end in found))


def missing(text: str, sources: list[str]) -> list[str]:
    """The names of `text` that none of the sources has, in any case, with or without accents, in French or in English.

    An acronym stands for the words whose initials it is, and they for it. In the official name of a body, of which another word is known,
    a word may be any that begins alike ("Commercial Court", "tribunal de commerce").
    """
    plain = [folded(source) for source in sources]
    known = {part for source in plain for word in WORD.findall(source) for part in _parts(word)}
    known |= {
        acronym
        for group, form in SPELLED
        if any(form.search(source) for source in plain)
        for acronym in group
    }
    initials = [_initials(source) for source in plain]
    codes = re.sub(r"[\s-]", "", " ".join(plain))
    acronyms = _acronyms(sources)
    spelled, abroad = _spelled_out(text, acronyms, known), any(group & known for group in COUNTRIES)
    lost = [
        word
        for word in _named(text)
        if not any(start <= word.start() < end for start, end in spelled)
        and not _known(
            _bare(folded(word[0])),
            known,
            initials,
            codes,
            acronyms if word[0].isupper() or word[0][:-1].isupper() else set(),
        )
    ]
    return [
        word[0]
        for word in lost
        if not _of_a_body(word, text, known) and (abroad or folded(word[0]) not in HOME)
    ]


def less_spelled_out(text: str, sources: list[str]) -> str:
    """The text without the words that spell out an acronym of the sources."""
    for start, end in _spelled_out(text, _acronyms(sources), set()):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _acronyms(sources: list[str]) -> set[str]:
    return {word.lower() for source in sources for word in re.findall(r"\b[A-Z]{3,}\b", source)}


def _named(text: str) -> list[re.Match]:
    """The words that name: capitalised within a sentence, acronyms, codes such as NIS2, and what opens a sentence as a name does."""
    return [
        word
        for word in WORD.finditer(text)
        if _names(word, text) and folded(word[0]) not in TITLES | MONTHS
    ]


def _spelled_out(text: str, acronyms: set[str], known: set[str]) -> list[tuple[int, int]]:
    """Where the text spells out an acronym of the sources: "Commission nationale de l'informatique et des libertés" for CNIL."""
    plain = folded(text) if len(folded(text)) == len(text) else text.lower()
    words = [word for word in WORD.finditer(plain) if _bare(word[0]) not in SMALL]
    letters = "".join(_bare(word[0])[0] for word in words)
    found = [
        (words[match.start()].start(), words[match.end() - 1].end())
        for acronym in acronyms
        for match in re.finditer(re.escape(acronym), letters)
    ]
    return found + [
        match.span() for group, form in SPELLED if group & known for match in form.finditer(plain)
    ]


def _of_a_body(word: re.Match, text: str, known: set[str]) -> bool:
    """Is it a word of a body's name ("European Court of Auditors"), and is there one in the sources that begins alike?"""
    within = any(
        body.start() <= word.start() and word.end() <= body.end() and HEAD.search(folded(body[0]))
        for body in BODY.finditer(text)
    )
    return (
        within
        and len(word[0]) > 4
        and any(other.startswith(folded(word[0])[:5]) for other in known)
    )


def _names(word: re.Match, text: str) -> bool:
    said = word[0].split("'")[-1].split("’")[-1]
    if (
        not any(letter.isupper() for letter in said)
        or MONEY.search(text[: word.start()])
        and len(said) < 4
    ):
        return False
    if (
        sum(letter.isupper() for letter in said) > 1
        and said.isupper()
        or any(letter.isdigit() for letter in said)
    ):
        return True
    if not SENTENCE.search(text[: word.start()]) or "'" in word[0][1:2]:
        return said[0].isupper()
    after = text[word.end() :]
    if folded(word[0]) in STARTERS or folded(word[0]) in stop_words() or len(said) < 2:
        return False
    return (
        re.match(r"[\s-]+[A-ZÀ-Þ]", after) is not None
        and len(said) > 3
        and not said.endswith("ing")
        or SAID_OF.match(after) is not None
        and not said.endswith(COMMON)
    )


def _bare(name: str) -> str:
    """Without an elided article or a possessive."""
    name = re.sub(r"^(?:l|d|qu|s|n|j|c|m|t)'", "", name)
    return re.sub(r"'s$|'$", "", name)


def _parts(word: str) -> set[str]:
    bare = _bare(word)
    return {word, bare, *re.split(r"[-'.]", bare)}


def _known(name: str, known: set[str], initials: list[str], codes: str, acronyms: set[str]) -> bool:
    forms = {
        form
        for one in (name, name.removesuffix("s"), name + "s")
        for form in (one, *SAME.get(one, ()))
    }
    if forms & known:
        return True
    if "-" in name and all(
        part in JOINED or _known(part, known, initials, codes, acronyms) for part in name.split("-")
    ):
        return True
    if any(letter.isdigit() for letter in name):
        return re.sub(r"[\s-]", "", name) in codes
    acronym = name.removesuffix("s")
    return 2 < len(acronym) <= 6 and (
        any(_has_letters(acronym, letters) for letters in initials)
        or any(
            len(other) == len(acronym) and other not in SAME and sorted(other) == sorted(acronym)
            for other in acronyms
        )
    )


def _has_letters(acronym: str, initials: str) -> bool:
    """Are the acronym's letters the initials of words that follow each other, in any order? Other languages turn it round: CAP, PAC."""
    return any(
        sorted(initials[at : at + len(acronym)]) == sorted(acronym)
        for at in range(len(initials) - len(acronym) + 1)
    )


def _initials(text: str) -> str:
    return "".join(
        part[0]
        for word in WORD.findall(text)
        for part in re.split(r"[-']", word)
        if part and part not in SMALL
    )
