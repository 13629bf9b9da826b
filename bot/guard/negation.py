"""Where a text denies or refuses, what bounds it sets, and the words that can stand for a denial, in French and in English. Pure.

Promise: a denied comparison is the bound that it sets ("ne dépasse pas", "no more than": at most), a restriction is none of both ("ne ... que").
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.guard.names import folded
from index.language.numbers import in_digits

NEAR = r"(?=(?:the |an? |les? |la |l'|des? |du |environ |about )?(?:[€$£]|eur |usd |gbp )?\d)"  # a comparison is one of figures
DENIED = r"(?:\b(?:ne |n')\s*(?:peu\w+|saura\w+)\s+|\b(?:ne |n')\s*(?:\S+\s+){1,3}?(?:pas|plus|jamais|point),?\s+(?:\S+\s+){0,2}?|\b(?:ne (?:pas|plus|jamais)|sans|not|never|cannot|without|\w+n't),?\s+(?:\w+,?\s+){0,2}?)"
EXCEED = r"(?:depass|exced|exceed|superieur|surpass|go(?:es|ing)? (?:over|above|beyond)|aller au-dela|plus (?:de |d'|longtemps que)|(?:more|longer|higher|greater) than)"
FALL_SHORT = r"(?:inferieur|moins (?:de |d')|less than|fewer than|lower than|shorter than|fall(?:s|ing)? below|below|tomber? sous|descend\w* (?:sous|au-dessous|en dessous)|etre (?:sous|au-dessous|en dessous))"
BOUNDS: dict[str, re.Pattern] = {
    bound: re.compile(form)
    for bound, form in {
        "latest": r"\b(?:(?:no|not) later than|au plus tard|at the latest)\b|\bpas plus tard qu[e']",
        "earliest": r"\b(?:au plus tot|at the earliest|(?:no|not) (?:earlier|sooner) than)\b",
        "until": r"\bd'ici\b(?! la)|\bjusqu'(?:au|en|aux|a (?:fin|mi|ce que|(?:la )?fin|l'(?:ete|automne|hiver)|(?:son|sa|leur|la) (?:publication"
        r"|rentree|mise|prochaine|signature|conclusion|adoption)))\b|\buntil\b|\btill\b|\bahead of\b|\bprior to\b"
        r"|\bby (?:the end|(?:\w+ ){0,3}20\d\d|\w+ \d)|\bavant\b(?! tout|-projet|-propos|-gard|-vent)|\bbefore\b(?! (?:[\w'-]+ ){0,5}?(?:committee"
        r"|commission|mission|senate|parliament|assembly|council|court|tribunal|inquiry|board|ministers?|judges?)\b)",
        "from": r"(?<!d')\bapres\b|(?<!look )(?<!looks )(?<!looking )\bafter(?:wards)?\b|\b(?:a partir|a compter) d\w*|\bdepuis\b|\bsince\b(?! (?:then"
        r"|they|it|its|we|our|most|there|he|she|these|those|this|all|some|many|an?|no|nothing|withdrawn|superseded|replaced|dropped|lapsed|repealed)\b)"
        r"|\bas (?:of|from)\b|\bfrom (?=(?:(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?)?(?:january|february|march|april|may|june|july|august|september"
        r"|october|november|december)\b|20\d\d\b)(?! (?:20\d\d )?(?:to|until|till)\b))|\bonce (?=(?:the|an?|it|they|we|this|that|these|our|all"
        r"|its|adopted|published|approved)\b)|\bune fois (?!par\b|de plus|encore)|\bstarting\b"
        r"|\b(?:beyond|au-dela de|past) (?=(?:\w+ ){0,2}20\d\d)",
        "most": rf"{DENIED}{EXCEED}\w*|\b(?:ne |n')\s*(?:\S+\s+){{0,2}}?{EXCEED}\w* (?:pas|plus|jamais)\b|\bno (?:more|longer|greater|higher) than\b"
        rf"|\bpas plus (?:de\b|d'|que\b)|\bau plus\b(?! (?:vite|tot|tard|pres|haut|bas))|\bau maximum\b|\bmaxim\w*|\bat most\b|\bplafon\w*|(?<!notre )(?<!nos )(?<!le )(?<!du )\bcap(?:s"
        rf"|ped|ping)?\b|\bceilings?\b"
        rf"|\bup to {NEAR}|\bjusqu'a {NEAR}|\bas (?:much|many|high) as\b|\bor (?:less|fewer|under)\b|\bou moins\b",
        "least": rf"{DENIED}{FALL_SHORT}\w*|\b(?:ne |n')\s*(?:\S+\s+){{0,2}}?{FALL_SHORT}\w* (?:pas|plus|jamais)\b|\bno (?:less|fewer|lower"
        rf"|shorter) than\b|\bpas moins (?:de\b|d'|que\b)|\bau moins\b|\bau minimum\b|\bminim(?:um|a|al\w*)\b|\bat least\b|\bor (?:more|over|above)\b|\bou plus\b"
        r"|\bplanchers?\b|\bfloors?\b",
        "over": rf"\b(?:plus (?:de |d'|que )|more than |over (?!\d+(?: |-)(?:years?|months?|weeks?|days?|decades?))|(?:longer|higher|greater"
        rf"|larger) than |above |superieur\w* (?:a |aux? )|in excess of |excess of |au-dela (?:de |du |d')|au-dessus (?:de |du |d')|beyond |upwards of ){NEAR}"
        rf"|\b(?:exceed|depass|exced)\w*",
        "under": rf"\b(?:(?<!a )moins que |moins (?:de |d')|(?:less|fewer|shorter|lower|smaller) than |under |below |inferieur\w* (?:a |aux? )"
        rf"|sous |en dessous (?:de |du |d')|en[- ]deca (?:de |du |des |d')|within |short of |shy of |loin de |dans les |(?:en|in) (?=\d+ (?:jours?"
        rf"|mois|semaines?|heures?|ans?|days?|months?|weeks?|hours?|years?)\b)|moins d'){NEAR}",
    }.items()
}
IDIOMS = re.compile(
    r"(?:^|[.!?] |\bet |\band )(?:non|no)\b ?[,:;](?=.*\b(?:ne|not|never|no|pas)\b|.*\bn'| (?:nous|notre|nos|elle|il|we|our|it|they)\b)"
    r"|\b(?:(?:(?<!et )(?<!mais )non plus|not (?:only|just|merely)|(?:non|pas) (?:seulement|uniquement)|sans (?:doute|delai|frais|relache"
    r"|treve|hesit\w*|detour|attendre|cesse|plus attendre|tarder|reserve|precedent|ambiguite|equivoque|conteste|frontieres?)|(?:without|at no) (?:further "
    r"|any |extra |additional )?(?:delay|charge|cost|reservation|doubt|precedent)"
    r"|n'est-ce pas|ni plus,? ni moins|no more(?:,| and| or)? no less|neither more nor less|without (?:waiting|hesitation)|pas a pas"
    r"|no doubt|plus ou moins|(?:\d|ce|le|(?:premier|grand|petit|seul|autre|nouveau)s?) pas\b(?! d[e'])|(?<=\bpar )contre\b|sans[ -](?:contact"
    r"|fil|papier|abri)|pas de temps|(?:a but )?non lucrati\w+|non-profit|not-for-profit|non-lieu)\b|contre (?=(?:moins de |plus d[e'] ?"
    r"|environ |pres de )?\d)|\d+ contre\b|(?:\d|of) votes? against|\d+ against\b|against (?=(?:(?:an? average of|an? total of|less than"
    r"|more than|only|about|around|nearly|some) )?[€$£]?\d)|contre un tiers|ne manqu\w+ pas|no (?:matter|wonder)\b|\bno\. (?=\d))"
)
WHILE_NOT = re.compile(
    r"\b(?:tant qu[e'][^,.;]{0,80}?\b(?:ne |n')\s*\S+ pas|(?:as|so) long as [^,.;]{0,80}?\bnot)\b"
)  # until it is
RESTRICTS = re.compile(
    r"\b(?:ne |n')\s*(?P<said>(?:(?!pas\b|plus\b|jamais\b|rien\b|aucun|guere\b|nullement\b|personne\b|point\b|nul"
    r"|ni\b|saur|peu|pouv|pourr|cess)[\w'-]+\s+){0,8}?)(?=(?:que\b|qu')(?! (?:ne|n')))"
)
ONLY_IF = re.compile(
    r"\bne (?P<said>(?:pourr|peu|pouv|saur)\w*\s+(?:(?!pas\b|plus\b|jamais\b|aucun|rien\b|ni\b)[\w'-]+\s+){0,8}?)que (?=si\b|s'|lorsqu|dans\b|pour\b)"
)  # "ne pourrions l'accepter que si"
DENIES = re.compile(
    r"\b(?:ne |n')\s*(?:\S+\s+){0,5}?(?:pas|plus|jamais|aucun\w*|rien|guere|nullement|personne|point|nul(?:le)?)\b(?: (?:aucun\w*|rien"
    r"|personne))?(?:[^.;:]{0,150}?\bni\b)*|\b(?:aucun\w*|rien|personne|jamais|nul(?:le)?),?\s+(?:\S+\s+){0,6}?(?:ne\b|n')"
    r"|\bne\s+(?:pas|plus|jamais|rien)\b|\b(?:ne\b|n')\s*(?:\S+\s+){1,4}?ni\b(?:.*?\bni\b)?|\b(?:ne |n')\s*(?:saur\w*|peu\w*|pouv\w*"
    r"|pourr\w*|cess\w*)|\bni\b.*?\bni\b(?:.{0,60}?\b(?:ne |n'))?|\bni\b"
    r"|\bpas\b|\bnon\b|\bsans\b(?:(?: \S+){0,2}? aucune?\b)?|\baucun\w*|\bjamais\b|\bnul(?:le)?\b"
    r"|\ba moins qu[e'](?: \S+){0,4}? (?:ne |n')?|\bsauf (?:si\b|s'|a\b)|\bexcept if\b|\bfaute d[e']|\ba defaut\b|\bsinon\b|(?<!decide )(?<!decides )(?<!stated )(?<!provided )(?<!agreed )(?<!specified )\botherwise\b(?! than)"
    r"|\bun(?:heeded|answered|touched)\b|\bor else\b|\bfailing (?:which|that|this|an?)\b|\ben l'absence d|\bin the absence\b|\bfor (?:lack"
    r"|want) of\b|\bneither\b.*?\bnor\b|\b(?:not|cannot|never)\b(?:[^.;:]{0,150}?,? nor\b)+(?! (?:do|does|did|is|are|was|were|will|should|can|have|has|must)\b)|\bplutot qu[e']|\bau lieu d(?:e|u|es|')|\brather than\b|\brather\b(?! than)(?=[^.;]{0,80}?\bthan\b)"
    r"|\binstead of\b|\bfail(?:s|ed)? to\b|\b(?:have|has|had) yet to\b|\b(?:unless|not|cannot|\w+n't|never|nor|no|none|nothing|nobody|no one"
    r"|without|nowhere)\b|\b(?!(?:duty|tax|hands|toll|vat|scot)-)[a-z]+-free\b"
)
# The number that a bound is set at in a `Reading`'s text, and how many voted for and against.
SET_AT = re.compile(
    r"\bx(?P<side>most|least|over|under|until|from|latest|earliest)\W+(?:(?!x)[a-z']+\W+){0,2}?[€$£]?(?P<number>\d+(?:[ .,]\d+)*)"
)
VOTED = re.compile(
    r"(?P<number>\d+) (?:voix |votes? )?(?:in )?(?P<side>pour|for|favou?r|contre|against)(?: of)?(?= ?(?:$|[,;.)]|et\b|and\b|\d))"
)
NUMBER = r"[€$£]?(\d+(?:[ .,]\d+)*)(?![\d.,]*\d)"
FROM_TO = re.compile(
    rf"\b(?:de |d'|from ){NUMBER}(?: ?([%€$£]|[a-z]+))? (?:a |to ){NUMBER}(?: ?([%€$£]|[a-z]+))?"
)  # "de 400 000 a 800 000 euros"
SIDE = {
    "most": "high",
    "under": "high",
    "least": "low",
    "over": "low",
    "until": "end",
    "latest": "end",
    "from": "start",
    "earliest": "start",
    "pour": "yes",
    "for": "yes",
    "favor": "yes",
    "favour": "yes",
    "contre": "no",
    "against": "no",
}
SMALL = re.compile(
    r"\b(?:pas|plus|non|sans|aucun\w*|jamais|nul|nulle|ne|ni|rien|not|no|never|cannot|nor|none|nothing|without|unless)\b|n't\b"
    rf"|\bx(?:only|{'|'.join(BOUNDS)})\b"
)  # what denies or bounds by itself, in a `Reading`'s text
REFUSES = re.compile(
    r"\b(?:s'oppos\w*|oppos(?:e|es|ed|ons|ent|ait|ing|er|es?|ee|ees)\b|opposition (?:a|aux?|to)\b|refut\w*|deconseill\w*|combatt\w*|(?:fought"
    r"|fight(?:s|ing)?)(?! (?:\w+ ){0,2}(?:against|for)\b)|refus\w*|recus[eoa]\w*|(?<!\beau )(?<!\beaux )rejet(?!s\b)\w*|reject\w*|contestons|contest(?:e|ent|ed"
    r"|s|er|ing)?\b|disput(?:es|ed|ing)\b|(?:not|we|they|to) dispute\b|objects? (?=in writing|within|xunder|xuntil)|contre(?!-)|against|defavorables?|hostil\w*|unfavou?rable"
    r"|object(?:s|ed|ing)? to\b|objections?\b|disagree\w*|(?:en )?desaccord|turn(?:s|ed|ing)? (?:\w+ ){0,2}down|desapprouv\w*|disapprov\w*)\b"
)
NOW_ONLY = re.compile(
    r"\b(?:ne |n')\s*(?P<said>(?:(?!pas\b|jamais\b)[\w'-]+\s+){1,3}?)plus\s+(?=que (?:de |d'|a |en |sur |environ )?\d|qu'(?:a|en) )"
)  # "ne sont plus que 9": no denial, no bound
HALVES = r"[;:()]|,\s+(?=mais|et |but|and |however|non |not )|\b(?:mais|but|alors que|tandis que|while|whereas|however)\b|,(?!\d)"
STANDS_FOR: dict[str, re.Pattern] = {
    name: re.compile(rf"\b(?:{form})")
    for name, form in {
        "end": r"supprim|suppress|abol|abrog|cess(?:e|er|ent|ation)\b|ceas|fin a\b|mett\w+ fin|termin|arret|stop|suspen|gel(?:e|er|es|ee"
        r"|ees)?\b|freez|froze|drop(?:s|ped|ping)?\b|scrap|abandon|renon|retir|withdr|lift|lev(?:ee?|er)\b"
        r"|remov|repeal|expir|end(?:s|ed|ing)?\b|laps|phase|disappear|disparai|enlev|elimin|axe[ds]?\b|annul|cancel|revok|clos|ferm",
        "bar": r"interdi|prohib|ban(?:s|ned|ning)?\b|forbid|bloqu|block|empech|prevent|penalis|penaliz|proscri|illegal|illicit|bar(?:s|red)\b|entrav|hamper|hinder|frein|stand in the way",
        "out": r"exclu|rul\w+ out|exempt|exoner|dispens|hors\b|outside|out of|leav\w* (?:\S+ ){0,3}?(?:out|aside)|left (?:out|aside)|laiss\w* de cote"
        r"|omit|omis|shut out|ignor|overlook|oubli|forg[eo]t|spare|epargn|echapp|escap|except|unless|sauf|hormis|withh",
        "lack": r"manqu|absen|lack|faute d|a defaut|insuffi|depourv|penuri|shortage|shortfall|short of|short\b|trop (?:peu|court|faible|tard)"
        r"|too (?:few|little|late|low)|priv(?:e|es|ee|er|ent)\b d|devoid|deficit|gap\b|miss(?:ing|es)?\b"
        r"|vacan|disproportion|inegal|unequal|encore|toujours|attend|await|pending|yet\b|still|reste a\b|remains? to|retard|lag|behind"
        r"|empty|vide\b|peu\b|few\b|little|hardly|barely|scarce|rare|a peine|seldom|loin d|far from",
        "turn": r"declin|ecart|dismiss|turn\w* down|challeng|scepti|skepti|abst(?:en|ien)|refrain|reluct|retic|attaqu|appeal|appel\b|contrair"
        r"|contrar|den(?:y|ied|ies)|ni(?:e|er|ent)\b|dement|admet|admit|acknowledg|reconn"
        r"|remis\w* en cause|remet\w* en cause|question|doubt|dout|critic|critiqu|regret|deplor|condamn|condemn|denonc|denounc|inquiet"
        r"|inquiet|worr|concern|alarm|alert|unfortunate|malheur|scandal|indign|decu|disappoint|crain|redout|fear|warn|sorry|protest",
        "hard": r"non[ -]|im(?:poss|pratic)|unable|incapa|in(?:accept|utile|justifi|adapt|adequa|effica|compat|appli|chang|toler|util|exist"
        r"|oper|evitab|tenab|differ|sens|dispens|equit|coher|suppor)|un(?:accept|just|suit|chang|necess|work|afford|fair|clear|true|alter|touch"
        r"|resolv|answer|regul|avail|real|avoid|help|like|aware)"
        r"|ir(?:real|regul|respons|recev)|il(?:legitim|logic)|dis(?:proportion|continu)|mal\b|difficil|difficult|fail|echou|echec"
        r"|useless|unnecess|pointless|vain|strug|peine|trop\b|too\b|excess|undue|mis(?:use|lead|plac)|harm|nui[rst]|prejudic|problem|penal|lourd|burden",
        "bound": r"limit|restrein|restrict|seuil|threshold|xmost|xleast|xover|xunder|delai|deadline",
        "only": r"xonly|seul|only|just\b|mere|uniquement|exclusiv|sole|simplement",
        "same": r"stagn|identi|same\b|meme\b|stabl|statu quo|maint|keep|kept|conserv|remain|rest(?:e|er|ent|era|ait)\b|demeur|constant|gard"
        r"|preserv|intact|sanctuar|safeguard|retain|stay|continu|perenn|prolong|inchang|unchang",
        "free": r"libre|free|volont|volunt|facultat|option|gratui|choix|choice|neutr|open to|may\b|abandonn",
        "must": r"oblig|impos(?!s)|contrain|forc|mandat|compul|requi|exig|doi(?:t|vent)\b|must|have to|has to|need|faut|binding",
        "all": r"unanim|integral|in full|full|plein|entier|whole|complet|systemat|automat|always|every|chaque|chacun|partout|all\b",
        "time": r"premi|first|since|depuis|jamais vu|dernier|last\b|xfrom|xuntil|xlatest|xearliest|tot\b|tard\b|delay|report(?:e|er|ee|ons)?\b"
        r"|repouss|differ(?:e|er|ee)\b|postpon|defer|tant que|as long as|jusqu|until|wait",
    }.items()
}


@dataclass(frozen=True)
class Reading:
    """What a text denies: the number of denials, refusals among them, the bounds it sets and (side, number) of those set at a number or votes,
    what may stand for a denial; and its words without the bounds."""

    denials: int
    refusals: int
    bounds: frozenset[str]
    limits: frozenset[tuple[str, str]]
    stands: frozenset[str]
    text: str


@lru_cache(maxsize=512)
def read(text: str) -> Reading:
    """How a text denies."""
    plain = folded(in_digits(text))
    rest = IDIOMS.sub(
        " ",
        WHILE_NOT.sub(
            lambda match: " xnotyet until " if _denials(plain[: match.start()]) else match[0], plain
        ),
    )  # else: provided
    rest = NOW_ONLY.sub(r" xonly \g<said>", rest)
    bounds = set()
    for bound, form in BOUNDS.items():
        rest, times = form.subn(f" x{bound} ", rest)
        bounds |= {bound} if times else set()
    limits = frozenset(
        (SIDE[match["side"]], re.sub(r"\D", "", match["number"]))
        for match in (*SET_AT.finditer(rest), *VOTED.finditer(plain))
    )
    limits |= {
        (way, re.sub(r"\D", "", end))
        for one, unit, other, last in FROM_TO.findall(rest)
        if unit[:3] in ("", last[:3]) and (way := _way(one, other))
        for end in (one, other)
    }
    rest = ONLY_IF.sub(r" xonly \g<said>", RESTRICTS.sub(r" xonly \g<said>", rest))
    refusals = len(REFUSES.findall(rest))
    stands = frozenset(name for name, form in STANDS_FOR.items() if form.search(rest))
    return Reading(
        refusals + len(DENIES.findall(rest)), refusals, frozenset(bounds), limits, stands, rest
    )


def cut_off(before: str, after: str) -> bool:
    """Does a quote leave out a denial of its own sentence, given what stands in that before and after it?"""
    before, after = folded(before), folded(after)
    nearest = re.split(r";|\b(?:mais|but|however|et|and)\b", before)[-1]
    first = re.split(HALVES, after)[0] if after else ""
    return bool(
        _denials(nearest)
        or first
        and _denials(first)
        or re.search(r"\b(?:ne|n')\s*\S*\s*$", before)
    )


def _denials(text: str) -> int:
    plain = RESTRICTS.sub(" ", IDIOMS.sub(" ", WHILE_NOT.sub(" ", text)))
    return len(DENIES.findall(plain)) + len(REFUSES.findall(plain))


def _way(one: str, other: str) -> str:
    """Whether what goes from one number to the other goes up or down; "" for years."""
    first, last = (
        float(re.sub(r"[ .,](?=\d{3}\b)", "", number).replace(" ", "").replace(",", "."))
        for number in (one, other)
    )
    return (
        ""
        if first == last or 1900 <= min(first, last) and max(first, last) <= 2100
        else "up"
        if first < last
        else "down"
    )
