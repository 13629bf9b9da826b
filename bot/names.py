"""A text's proper names, acronyms and codes, and whether another text has them, in French and in English. Pure."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+(?:[-'’.](?=[^\W_])[^\W_]+)*")
SENTENCE = re.compile(r"(?:^|[.!?:;]\s+|[«\"“(]\s*)$")
SAME = [set(group.split()) for group in (
    "france french francais francaise francaises", "europe european europeenne europeen europeens europeennes union eu ue",
    "germany german allemagne allemand allemande", "spain spanish espagne espagnol", "italy italian italie italien", "belgium belgian belgique belge",
    "netherlands dutch pays-bas neerlandais", "norway norwegian norvege", "sweden swedish suede", "denmark danemark", "poland polish pologne",
    "switzerland swiss suisse", "china chinese chine chinois", "japan japanese japon", "india indian inde", "america american etats-unis americain us usa",
    "britain british uk royaume-uni britannique", "england english angleterre anglais", "ireland irish irlande", "greece grece", "austria autriche",
    "brussels bruxelles", "london londres", "antwerp anvers", "lisbon lisbonne", "rome roma", "vienna vienne", "geneva geneve", "strasbourg",
    "brittany bretagne breton bretonne bretons", "normandy normandie", "burgundy bourgogne", "corsica corse", "paris parisian parisien parisiens",
    "city ville", "parliament parlement", "council conseil", "court cour", "assembly assemblee", "national nationale", "senate senat",
    "commission", "bank banque", "state etat", "states etats", "member members membre membres", "government gouvernement",
    "treasury tresor", "ministry ministere", "minister ministre ministres", "secretary secretaire", "president presidente", "prime premier premiere",
    "chancellor chancelier", "health sante", "finance finances", "economy economie economique", "digital numerique", "labour travail", "energy energie",
    "education", "culture", "housing logement", "transport transports", "agriculture", "industry industrie industries", "act loi reglement law",
    "regulation reglement", "directive", "bill projet proposition", "games jeux", "region regions", "office", "department departement ministere",
    "gdpr rgpd", "ai ia", "sme smes pme", "vat tva", "gdp pib", "ngo ngos ong", "csr rse", "un onu", "nato otan", "wto omc", "oecd ocde", "ecb bce",
    "monday lundi", "tuesday mardi", "wednesday mercredi", "thursday jeudi", "friday vendredi", "saturday samedi", "sunday dimanche",
    "africa african afrique", "asia asian asie", "artificial artificielle", "intelligence",
)]
MONEY = re.compile(r"\d[ \u00a0\u202f]?$")  # "6,5 Md€", "10 M€": a scale
COMMON = ("s", "ing", "ion", "ment", "ity", "ness", "ance", "ence")
TITLES = frozenset("m mm mme mmes mr mrs ms dr pr me i".split())
MONTHS = frozenset("january february march april may june july august september october november december janvier fevrier mars avril mai juin juillet"
                   " aout septembre octobre novembre decembre".split())
SAID_OF = re.compile(r"\s+(?:is|are|was|were|has|have|had|will|must|should|wants?|calls?|asks?|did|does|do|can|cannot|may|a|ont|est|sont|doit|doivent|n['’]|ne"
                     r"|propose|demande|veut|peut|va|se|s['’]|met|fut|refuse|soutient|rejects?|supports?)\b")
STARTERS = frozenset("we our they it this that these those there who what all some many most each both he she you if in on at for according nous notre nos il ils"
                     " elle elles on ce cela ceci qui tout tous cette ces rien software networks".split())


def folded(text: str) -> str:
    """Lower case, without accents, straight apostrophes."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def names(text: str) -> list[str]:
    """The words of a text that name: capitalised within a sentence, acronyms, codes such as NIS2, and what opens a sentence as a name does."""
    return [word[0] for word in WORD.finditer(text) if _names(word, text) and folded(word[0]) not in TITLES | MONTHS]


def runs(text: str) -> list[str]:
    """The names of a text, each with all its words: "Clara Chappaz"."""
    found: list[tuple[int, int]] = []
    for word in WORD.finditer(text):
        if _names(word, text) and folded(word[0]) not in TITLES | MONTHS:
            joined = found and not text[found[-1][1]:word.start()].strip()
            found[-1:] = [(found[-1][0], word.end())] if joined else [*found[-1:], (word.start(), word.end())]
    return list(dict.fromkeys(text[start:end] for start, end in found))


def missing(text: str, sources: list[str]) -> list[str]:
    """The names of `text` that none of the sources has, in any case and with or without accents."""
    plain = [folded(source) for source in sources]
    known = {part for source in plain for word in WORD.findall(source) for part in _parts(word)}
    initials = [_initials(source) for source in plain]
    codes = re.sub(r"[\s-]", "", " ".join(plain))
    return [name for name in names(text) if not _known(_bare(folded(name)), known, initials, codes)]


def _names(word: re.Match, text: str) -> bool:
    said = word[0].split("'")[-1].split("’")[-1]
    if not any(letter.isupper() for letter in said) or MONEY.search(text[:word.start()]) and len(said) < 4:
        return False
    if sum(letter.isupper() for letter in said) > 1 and said.isupper() or any(letter.isdigit() for letter in said):
        return True
    if not SENTENCE.search(text[:word.start()]) or "'" in word[0][1:2]:
        return said[0].isupper()
    after = text[word.end():]
    if folded(word[0]) in STARTERS or len(said) < 2:
        return False
    return re.match(r"[\s-]+[A-ZÀ-Þ]", after) is not None and len(said) > 3 or SAID_OF.match(after) is not None and not said.endswith(COMMON)


def _bare(name: str) -> str:
    """Without an elided article or a possessive."""
    name = re.sub(r"^(?:l|d|qu|s|n|j|c|m|t)'", "", name)
    return re.sub(r"'s$|'$", "", name)


def _parts(word: str) -> set[str]:
    bare = _bare(word)
    return {word, bare, *re.split(r"[-'.]", bare)}


def _known(name: str, known: set[str], initials: list[str], codes: str) -> bool:
    forms = {name, name.removesuffix("s"), name + "s"}
    forms |= {other for group in SAME if group & forms for other in group}
    if forms & known:
        return True
    if "-" in name and all(_known(part, known, initials, codes) for part in name.split("-")):
        return True
    if any(letter.isdigit() for letter in name):
        return re.sub(r"[\s-]", "", name) in codes
    return 2 < len(name) <= 6 and any(name in letters for letters in initials)


def _initials(text: str) -> str:
    small = frozenset("a au aux d de des du en et l la le les of and for the in un une".split())
    return "".join(part[0] for word in WORD.findall(text) for part in re.split(r"[-']", word) if part and part not in small)
