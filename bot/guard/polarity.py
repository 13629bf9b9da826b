"""Whether two texts say a thing and not its opposite: denials, bounds and pairs of opposites, in French and in English. Pure.

A denied word and its opposite are one ("oppose the abolition", "ask to keep"); a denial may be said by a word of another kind that only
one of the texts has ("has yet to", "n'a pas encore"), never by nothing.
"""

import re

from bot.guard.negation import SMALL, Reading, read
from index.language.detect import language_of

AXES = {
    axis: tuple(re.compile(rf"\b(?:{side})") for side in sides)
    for axis, sides in {
        "amount": (
            r"augment|relev(?:e|er|es|ee|ement|ons|ent)\b|rehauss|hauss|revaloris|rencher|plus cher|more (?:expensive|costly)|dearer"
            r"|costlier|accroi|accru|croissan|croi(?:t|tre|ssent)\b|progress(?:e|er|ent|ion)|grimp|bondi|eleve[rs]?\b(?! (?:\w+ )?contre)|major(?:er"
            r"|ation|e)\b|increas|rais(?:e|es|ed|ing)\b|rise[sn]?\b|rising"
            r"|rose\b|(?:go|goes|went|gone|going) up|grow(?:s|n|ing|th)?\b|grew|up (?:by )?\d|climb|soar|jump|surg|uplift|lift(?:ed|ing)? \w+ (?:to"
            r"|from)|higher|port(?:er?|e[es]*|ant|ons)\b[^,;]{0,60}? a \d|mont(?:e|er|ent|ee)\b|doubl|tripl|quadrupl|twice|twofold|expand|boost|enrichi",
            r"redui|reduc|abattement|diminu|baiss|abaiss|rabot|ramen|raccourc|chut|recul|effondr|tomb|fondr|fondu|decreas|lower|cut(?:s|ting)?\b"
            r"|coup(?:e|es|er|ees?)\b|fall(?:s|en|ing)?\b|fell\b|drop|declin(?:e|ed|ing)?\b(?! to)|halv|slash|trim|shrink|shrank|shrunk"
            r"|plummet|plung|slump|collaps|(?:go|goes|went|gone|going) down|down (?:from|by|\d)|moins cher|cheaper|less (?:expensive|costly)"
            r"|divis\w+ par|moins \w+ qu|erod|contract(?:ed|ion)\b|dwindl",
        ),
        "keep": (
            r"maint|conserv|preserv|sauvegard|gard(?:er|ons|e|ent)\b|retabl|demeur|rest(?:e|er|ent|era|aient|ait|ant)\b|perenn|perdur"
            r"|sanctuaris|continu|poursui|keep(?!er)|kept|safeguard|stay|retain|remain|restor|bring back|left in place|prolong|recondui|renew|renouvel"
            r"|carr(?:y|ied) on",
            r"supprim|suppress|abol|abrog|elimin|disparai|achev(?:e|er|era|ent)\b|enlev|retir(?:e|er|ee|es)\b|mett\w+ fin|fin a\b|scrap|axe[ds]?\b"
            r"|do(?:ing)? away|phas(?:e|ed|ing) out|(?:put|bring|brought)\w* an end|end(?:s|ed|ing)?\b|remov|repeal|disappear|withdr|annul|cancel"
            r"|revok|abandon|drop(?:ped|ping)\b|discontinu",
        ),
        "support": (
            r"soutien|soutenir|soutenons|salu(?:e|ons|er|ent)\b|approuv|favorable|defend|appu[iy]|felicit|rejoui|support|welcom|endors"
            r"|favou?r|approv|back(?:s|ed|ing)?\b|applau|prais|pleased|glad|satisf|plaid|prone",
            r"critiqu|regrett|deplor|condamn|denonc|regret|condemn|criticis|denounc|desapprouv|disapprov|protest|indign|scandal",
        ),
        "time": (r"xuntil|xlatest|prealable", r"xfrom|xearliest|puis\b|ensuite|then\b"),
        "bound": (r"xleast|xover", r"xmost|xunder"),
        "allow": (
            r"autoris|permet|permis(?!e)|permett|allow|permit|authori[sz]|legal|licit|entitl|enabl|(?:pourr|pouv)\w+|peu(?:t|vent)\b"
            r"|may\b|can\b|could|laiss|droit\b|right\b|let\b|lets\b|libre|free to",
            r"interdi|prohib|ban(?:s|ned|ning)?\b|forbid|illegal|bloqu|block|proscri|bar(?:s|red|ring)?\b|outlaw",
        ),
        "oblige": (
            r"obligat|oblig|contraign|mandatory|compulsory|requir|forc(?:e|ed|er|ing)\b|binding|impose(?:r|nt|s)?\b|impos(?:er|ing)\b|must|have to|has to|tenu",
            r"facultati|volontaire|optionn|optional|voluntary",
        ),
        "include": (
            r"inclu|integr|includ|cover|englob|couvr",
            r"exclu|hors d|outside|exempt|leav\w* out",
        ),
        "open": (
            r"ouvr|ouvert|open",
            r"ferm(?:e|er|es|et|eture|etures|ons|ent)\b|clos(?:e|es|ed|ing|ure|ures)\b|shut",
        ),
        "pace": (
            r"accele|avanc(?:er|ons|ement|ee)\b|anticip|speed|bring (?:\w+ ){0,3}forward|brought forward|faster|plus vite",
            r"ralent"
            r"|retard|report(?:er|ee|ees|ons|ent)\b|(?:le|1|du|ce|de) report\b|differ(?:er|ons|ee?s?)\b|repouss|decal|slow|postpon|delay|defer|put back|push(?:ed)? back|suspen",
        ),
        "strength": (
            r"renforc|strengthen|consolid|tighten|durc|reinforc|toughen",
            r"affaibli|weaken|assoupl|soften|undermin|relax|loosen|fragilis",
        ),
        "ease": (
            r"simplif|facilit|ease[sd]?\b|easier|easing|allege|streamlin",
            r"compliqu|complexifi|complicat|alourdi|cumbersome",
        ),
        "win": (r"gagn|gain|win\b|won\b", r"perd|pert|los[es]\b|losing|lost|loss"),
        "start": (
            r"debut|commenc|start|begin|began|launch|lanc(?:e|er|ee|ement)\b",
            r"cess(?:e|er|ent)\b|arret|termin|stop|ceas|halt",
        ),
        "enough": (
            r"suffisan|sufficient|assez|enough",
            r"insuffisan|insufficient|trop peu|too few|too little",
        ),
        "with": (r"avec\b|with\b", r"sans\b|without|no\b(?! longer)"),
        "trade": (r"import", r"export"),
        "buy": (r"achet|achat|buy|bought|purchas", r"vend(?!r)|vente|sell|sold|sale"),
        "limit": (r"xlatest", r"xearliest"),
        "more": (
            r"more\b|additional|supplement|davantage|[de]n? plus\b(?! en)|plus (?:d[e']|\w+ qu|qu[e'])|fois plus|extra\b|further\b|higher|superieur|xover",
            r"less\b|fewer\b|moins\b(?! en)|inferieur|lower\b|xunder",
        ),
        "public": (r"publi[cq]", r"priv(?:e|ee|es|ees|ate)\b"),
        "speed": (r"rapide|quick|fast\b", r"lent|slow\b"),
        "length": (
            r"allong|lengthen|etend|extend|extension|(?<!no )longer|prolong|prorog",
            r"raccourc|shorten|shorter|restrei|curtail",
        ),
        "size": (
            r"pme\b|tpe\b|smes?\b|small|petites? entreprises|start-?ups?\b|microentreprise|micro-",
            r"grand(?:e?s) (?:entreprises|groupes|acteurs|plateformes)|(?:large|big) (?:compan|firm|enterpr|group|platform|business|tech)|multinational",
        ),
        "span": (
            r"trop court|too short|trop serre|too tight",
            r"trop long|too long|suffisan|sufficient|enough",
        ),
        "prefer": (r"prefer|priorit|privilegi|favoris", r"avoid|evit(?:e|er|ent|ons)\b"),
        "force": (
            r"entr\w+ en vigueur|(?:enter|come|came)\w* into force|tak\w+ effect|took effect",
            r"abrog|repeal|caduc|lapse",
        ),
        "price": (
            r"gratuit|free\b(?! (?:to|from|movement|trade|choice|choose))|sans frais",
            r"payant|pay(?:s|ing)?\b|paid|payer|payee?s?\b|factur|charged|fees?\b",
        ),
    }.items()
}
MUST, MAY = (
    re.compile(rf"\b(?:{form})\b")
    for form in (
        r"must|doi(?:t|vent)|ha(?:ve|s) to|shall|devr(?:a|ont)|obligatoires?|mandatory|oblig\w*",
        r"peu(?:t|vent)|can|may|pourr(?:a|ont|ait|aient)|could|might|libre\w*|free to|facultati\w*|volunta\w*|volontaire\w*|optional",
    )
)
# The words of a side that a claim may not take where its quote takes none of the axis.
STRICT = {
    side: re.compile(rf"\b(?:{form})")
    for side, form in {
        (
            "amount",
            0,
        ): r"augment|relev(?:er|e|ee|ement)\b|hauss|accroi|increas|rais(?:e|es|ed|ing)\b(?! (?:this|the|a|that) (?:matter|question"
        r"|issue|point|concern))|grow|grew|doubl|tripl|higher",
        (
            "amount",
            1,
        ): r"redui|reduc|diminu|baiss|abaiss|rabot|decreas|lower(?:ed|ing|s)?\b(?! than)|cut(?:s|ting)? (?!off|-off)|fell\b|fall(?:s"
        r"|en|ing)?\b(?! (?:outside|short|within|under|in|behind|back))|declin(?:e|ed|ing) (?:of|by|in)|shrink|slash|halv",
        (
            "keep",
            0,
        ): r"mainten|maintain|maintien|conserv|preserv|sauvegard|keep(?!er)|kept|safeguard|retain|perennis",
        (
            "keep",
            1,
        ): r"supprim|suppress|abol|abrog|elimin|scrap|repeal|remov|(?:do|doing|done) away",
        ("bound", 0): r"xleast|xover",
        ("bound", 1): r"xmost|xunder",
        ("allow", 1): r"interdi|prohib|ban(?:s|ned|ning)?\b|forbid|outlaw|proscri",
        ("time", 1): r"xfrom",
    }.items()
}
# What of a quote may stand for a side that only the claim takes: "must" for "is obliged to", "only" for "at most".
EXCUSES = {
    pair: re.compile(rf"\b(?:{form})")
    for pair, form in {
        (
            "amount",
            0,
        ): r"pass(?:e|er|era|ent|ant|es)\b|port(?:e|er|ant)|plus\b|more|additional|supplement|ajout|add|revaloris|bonus|renforc"
        r"|multipli|etal|extend|accele|inflat|record|gain|gagn|from|de \d.* a \d",
        (
            "amount",
            1,
        ): r"pass(?:e|er|era|ent|ant|es)\b|reven|back to|moins|less|fewer|allege|ease|plafonn|cap|limit|exoner|exempt|relief"
        r"|remise|degrev|gel|freez|moder|perd|los[est]|pert|contre|from|de \d.* a \d|remov|supprim|economi|sav(?:e|ing)|retir|amput|abattement|rabais",
        (
            "keep",
            0,
        ): r"laiss|reten|retien|toujours|encore|still|permanent|durable|gel|freez|froze|actuel|current|existing|(?:comme|as) (?:aujourd"
        r"|today|now)|entend|ne .* pas|not|sans|without|no\b|reste|tenir|hold|demeur|droit|acquis|unchang|inchang",
        (
            "keep",
            1,
        ): r"cess|without|sans|no longer|ne .*plus|stop|lever|leve|lift|renon|ferm|clos|exoner|exempt|dispens|expir|fin\b|termin"
        r"|not be renewed|plus de|caduc|arret|disconti|remplac|replac|substit|fusion",
        (
            "bound",
            0,
        ): r"plus|more|seuil|threshold|a partir|from|des l|des \d|doi|must|reserve|depass|exceed|garanti|guarant|and up|et au-dela|a minima|les? \d+ ans et|jamais|passe",
        (
            "bound",
            1,
        ): r"moins|less|fewer|xonly|seul|only|limit|seuil|threshold|delai|xuntil|dans les|in \d|en \d|sous|within|loin|short|depass"
        r"|exceed|just|a peine|barely|jusqu|tout au|maxi|recul|down",
        (
            "allow",
            1,
        ): r"ne |n'|sans|without|refus|oppos|exclu|stop|cess|contre|against|suspen|not|never|no\b|aucun|moratoir|supprim|fin\b|empech|prevent|ferm|prot[ei]",
        (
            "time",
            1,
        ): r"des\b|suite|lendemain|issue|follow|depart|from|au 1|as\b|upon|when|lors|start|begin|debut|quand|ensuite|puis\b|then\b"
        r"|later|plus tard|il y a|ago\b|bout|terme|echeance|end\b|fin\b|post|sorti|encore|still|toujours",
    }.items()
}
MANY = 2  # from which the number of words counts no more
STEM = 6  # letters by which words of one language are compared
DENIABLE = {
    "keep",
    "support",
    "allow",
    "oblige",
    "include",
    "open",
    "enough",
}  # axes on which a denied word and its opposite are one
OTHER_SIDES = {
    "high": ("low", "start"),
    "low": ("high",),
    "start": ("end", "high"),
    "end": ("start",),
    "yes": ("no",),
    "no": ("yes",),
    "up": ("down",),
    "down": ("up",),
}
ONTO = r"\w*(?P<between>[^.;,:\d]{0,60}?)\b(?:by|to|of|from|de |d'|a)\s*[€$£]?(?P<number>\d+(?:[ .,]\d+)*)"
WAYS = {
    way: f"{AXES['amount'][side].pattern}|{AXES['length'][side].pattern}"
    for side, way in enumerate(("up", "down"))
}
MOVED = {
    way: re.compile(rf"\b(?:{form}){ONTO}") for way, form in WAYS.items()
}  # "raised by 10 %", "extend until the end of 2027"
ADOPTED = re.compile(r"\b(?:adopt|approuv|approv|valid|endors)", re.I)
UNADOPTED = re.compile(
    r",? ?\(?\b(?:not|pas|non)(?: yet| encore)?(?: been| été)? (?:adopted|adoptée?s?|approved|approuvée?s?|validée?s?|endorsed)\b\)?",
    re.I,
)  # a draft's note of itself
BODY = r"(?=\s+(?:[\w'-]+ ){0,6}?(?:committee|commission|mission|senate?|parliament|parlement|assembl\w+|council|conseil|court|cour|tribunal|inquiry|board|rapporteure?|ministers?|ministre)\b)"
HEARD = tuple(
    re.compile(rf"\b(?:{form}){BODY}") for form in ("before|devant", "xfrom")
)  # heard by a body, and what comes after it
WHILE = re.compile(r"\btant qu[e']|\b(?:as|so) long as\b|\baussi longtemps qu[e']")
SET = tuple(
    re.compile(form)
    for form in (
        r"\bx(?:most|under)",
        r"\bx(?:least|over)",
        r"\bx(?:until|latest)",
        r"\bx(?:from|earliest)",
    )
)
MAIN = re.compile(
    r"\b(?:nous|federation|elles?|ils?|on) (?:ne |n')(?:\w+ )pas|\b(?:we|it|they|federation|she|he) (?:do|does|did) not"
    r"|\b(?:must|should|will|can|is|are|was|were) not|\b(?:ne|n') ?(?:doit|doivent|est|sont|a ete) pas|federation never"
)


def compared(claim: str, quote: str) -> dict[str, int]:
    """How the two differ, 0 or 1 where nothing else is said.

    `turned`: one of them denies an odd number of things more; `excess`: it is the claim; `claim`, `quote`: its main verb is denied;
    `denies`, `denied`: the claim, the quote denies anything; `unlike`: how many kinds of words that may stand for a denial only one has;
    `apart`: on how many axes they take opposite sides; `undone`: only on such as a denial turns, and one of them refuses ("oppose the
    abolition", "ask to keep"); `strange`: how many sides only the claim takes; `bounds`: they set other bounds; `limits`: one number is another
    bound or moves another way ("over 10", "under 10"; "raise by 10", "cut by 10"), or what must be done may be. Of two texts of one language
    also `own`, `left`: how many words that take a side only the claim, only the quote has, 2 at most; `same`: none.
    """
    ours, theirs = read(claim), read(quote if ADOPTED.search(claim) else UNADOPTED.sub(" ", quote))
    apart, strange = set(), 0
    for axis in AXES:
        own, others = _sides(axis, ours), _sides(axis, theirs)
        apart |= {axis} if own and others and not own & others else set()
        strange += sum(
            not others
            and (axis, side) in STRICT
            and STRICT[axis, side].search(ours.text) is not None
            and EXCUSES[axis, side].search(theirs.text) is None
            for side in own
        )
    own = left = same = 0
    if language_of(claim) == language_of(quote):
        words, others = _side_words(ours), _side_words(theirs)
        own, left, same = (
            min(MANY, len(words - others)),
            min(MANY, len(others - words)),
            int(words == others),
        )
    return {
        "own": own,
        "left": left,
        "same": same,
        "turned": (ours.denials - theirs.denials) % 2,
        "excess": int(ours.denials > theirs.denials),
        "claim": int(MAIN.search(ours.text) is not None),
        "quote": int(MAIN.search(theirs.text) is not None),
        "denies": int(ours.denials > 0),
        "denied": int(theirs.denials > 0),
        "unlike": len(ours.stands ^ theirs.stands),
        "apart": len(apart),
        "undone": int(bool(apart) and apart <= DENIABLE and (ours.refusals - theirs.refusals) % 2),
        "strange": strange,
        "limits": int(
            any(
                rule(ours, theirs)
                for rule in (_crossed, _swapped, _obliges, _waits, _moves_a_hearing)
            )
        ),
        "bounds": int(_bounds(ours) != _bounds(theirs)),
    }


def _sides(axis: str, reading: Reading) -> set[int]:
    return {side for side, form in enumerate(AXES[axis]) if form.search(reading.text)}


def _crossed(ours: Reading, theirs: Reading) -> bool:
    """Is a number of the claim's on one side of a bound, or moved one way, and in the quote only on the other or the other way?"""
    said, stated = ours.limits | _moved(ours.text), theirs.limits | _moved(theirs.text)
    return any(
        (side, number) not in stated and (other, number) in stated - said
        for side, number in said
        for other in OTHER_SIDES[side]
    )


def _swapped(ours: Reading, theirs: Reading) -> bool:
    """Has the claim more bounds of one side than its quote, and fewer of the other: one of them turned?"""
    most, least, end, start = (
        len(form.findall(ours.text)) - len(form.findall(theirs.text)) for form in SET
    )
    return most * least < 0 or end * start < 0


def _obliges(ours: Reading, theirs: Reading) -> bool:
    """Does the one say must where the other says may? Where something is denied the two are near ("may not", "must not")."""
    said, stated = (
        (MUST.search(reading.text) is not None, MAY.search(reading.text) is not None)
        for reading in (ours, theirs)
    )
    return not ours.denials and not theirs.denials and said != stated and said == stated[::-1]


def _waits(ours: Reading, theirs: Reading) -> bool:
    """Does the one say "as long as it is not" where the other says "as long as it is"?"""
    said, stated = (
        "not" if "xnotyet" in reading.text else "is" if WHILE.search(reading.text) else ""
        for reading in (ours, theirs)
    )
    return {said, stated} == {"is", "not"}


def _moves_a_hearing(ours: Reading, theirs: Reading) -> bool:
    """Is something said before a body in the one, and after it in the other?"""
    return any(
        HEARD[one].search(ours.text)
        and HEARD[1 - one].search(theirs.text)
        and not HEARD[one].search(theirs.text)
        for one in (0, 1)
    )


def _moved(text: str) -> set[tuple[str, str]]:
    """Which numbers of a `Reading`'s text something goes up or down by or to: (up or down, number)."""
    found = [(way, match) for way, form in MOVED.items() for match in form.finditer(text)]
    return {
        (way, re.sub(r"\D", "", match["number"]))
        for way, match in found
        if not any(re.search(rf"\b(?:{form})", match["between"]) for form in WAYS.values())
    }


def _side_words(reading: Reading) -> set[str]:
    """The words by which a text takes a side, shortened to STEM letters, and those by which it denies."""
    found = {match[0] for match in SMALL.finditer(reading.text)}
    forms = (form for sides in AXES.values() for form in sides)
    return found | {
        re.match(r"\w*", reading.text[match.start() :])[0][:STEM]
        for form in forms
        for match in form.finditer(reading.text)
    }


def _bounds(reading: Reading) -> set[str]:
    """The bounds of a text: an upper and a lower one in number and in time."""
    return {
        {"latest": "until", "earliest": "from", "under": "most", "over": "least"}.get(bound, bound)
        for bound in reading.bounds
    }
