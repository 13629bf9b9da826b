"""Whether two texts say a thing and not its opposite: negations and pairs of opposites, in French and in English. Pure.

A negated word and its opposite are one ("oppose the abolition", "ask to keep"); two negations undo each other ("ne s'oppose pas").
"""

import re
from dataclasses import dataclass

from bot.names import folded

NEGATIONS = re.compile(
    r"\b(?:(?:ne|n')\s*(?:\S+\s+){0,4}?(?:pas|plus|jamais|aucun\w*|rien|guere|nullement|personne)\b|(?:aucun\w*|rien|personne|jamais)\s+(?:\S+\s+){0,6}?(?:ne\b|n')"
    r"|ne\s+(?=(?:pas|plus|jamais)\b)(?:pas|plus|jamais)|(?:ne\b|n')\s*(?:\S+\s+){1,3}?ni\b(?:.*?\bni\b)?|(?:ne|n')\s*(?:saura\w*|peu\w*|cess\w*)|ni\b(?:.*?\bni\b)?"
    r"|pas\b|non\b(?!-)|sans\b|aucun\w*|jamais|plutot que|au lieu d\w*|loin d\w*"
    r"|not|cannot|\w+n't|never|neither\b.*?\bnor|nor|no(?! less| fewer| more than| later)|none|nothing|nobody|without|nowhere|instead of|rather than|no longer"
    r")\b")
REFUSALS = re.compile(
    r"\b(?:s'oppos\w*|(?:nous|vous) (?:nous|vous) oppos\w*|oppos(?:e|es|ed|ons|ent|ait|ition|ing|er|es?)\b|refus\w*|rejet\w*|reject\w*|contestons|conteste\w*|dispute\w*"
    r"|contre(?! \d| un tiers)|against|(?:de)?favorables?\b(?<=defavorables)|defavorables?|hostiles?|unfavou?rable)\b")
NO_NEGATION = re.compile(r"\b(?:pas (?:moins|plus tard)|non plus|not only|non seulement|sans doute|sans delai|sans attendre|sans cesse|ne \w+ que|n'\w+ que"
                         r"|pas a pas|no doubt|plus ou moins|no less|premier pas)\b")
ONLY = re.compile(r"\b(?:ne|n')\s*\w+\s+(?:(?!pas|plus|jamais)\w+\s+)?(?=que?\b|qu')")
HALVES = re.compile(r"[;:()]|,\s+(?=mais|et |but|and |however|non |not )|\b(?:mais|but|alors que|tandis que|while|whereas|however)\b|,(?!\d)")
SOFT = re.compile(r"\b(?:vacan\w*|depourv\w*|priv(?:e|es|er|ent) d\w*|fail\w*|echou\w*|stop\w*|cess\w*|fin a|trop|too|only|seul\w*"
                  r"|in(?:suffisan|accepta|utile|justifi|adapt|efficac|compatib|sufficient|adequate)\w*|impossib\w*|un\w+able|absen\w*|manqu\w*|lack\w*|exempt\w*|exoner\w*|dispens\w*|avoid\w*|evit\w*|prevent\w*|empech\w*"
                  r"|interdi\w*|ban\w*|prohib\w*|exclu\w*)\b")
AXES = tuple(tuple(re.compile(rf"\b(?:{side})") for side in sides) for sides in (
    (r"augment|relev|rehauss|hauss|accro(?:it|iss)|croi(?:t|tre|ss)|progress|grimp|bond(?:i|e)|eleve[rs]?\b|major(?:er|ation)|allong|etend|elarg|prolong|increas|rais|rise|rising"
     r"|rose\b|risen|go(?:es)? up|went up|grow|grew|climb|soar|jump|uplift|lift(?:ed|ing)\b|higher|lengthen|exten[ds]|widen|expand|port(?:er?|e[es]*|ons)\b[^,;]{0,40}? a\b|mont(?:e|er)\b"
     r"|doubl|tripl|twice|twofold",
     r"redui|reduc|abattement|decote|diminu|baiss|abaiss|rabot|ramen|minor|restrei|raccourc|chut|recul|divis|moitie|decreas|lower|reduc|cut|fall|fell|drop|declin|halv|slash|trim|shrink|shorten|narrow|go(?:es)? down|restrict|tax cut"),
    (r"maint[ie]|conserv|preserv|sauvegard|gard(?:er|ons|e)\b|retabl|demeur|rest(?:e|er|ent|era|aient|ait)\b|perenn|perdur|sanctuaris|continu|poursui|keep(?!er)|kept|maintain|safeguard|stay|continu|retain|preserv|remain|restor|bring back|stay",
     r"supprim|suppress|abol|abrog|elimin|suppres|disparai|enlev|retir|mettre fin|mette fin|fin a\b|scrap|axed|do away|phas(?:e|ed|ing) out|end to\b|to end\b|ending\b|remov|repeal|disappear|withdraw|replac|remplac"),
    (r"soutien|soutenir|souten|salu|approuv|favorable|approb|defend|appu[iy]|felicit|support|welcom|endors|favou?r|approv|back\b", r"critiqu|regrett|deplor|condamn|denonc|regret|deplor|condemn|criticis|denounc"),
    (r"avant\b|d'ici|au plus tard|jusqu'au|until|at the latest|no later|by (?:the end|(?:\w+ ){0,3}20\d\d)|before|ahead of|prior to|prealable", r"apres\b|puis\b|ensuite|au plus tot|at the earliest|after|afterwards|then\b|since then"),
    (r"au moins|au minimum|pas moins|minim|at least|minimum|no (?:less|fewer) than|or more", r"au plus\b(?! tard)|au maximum|maxim|at most|maximum|plafonn|no more than|or less|up to|jusqu'a(?! ce)|within|cap(?:s|ped|ping)?\b|limit(?:er|ons|ent|ed to|ing)\b"),
    (r"plus d[e'u]|plus que|davantage|superieur|(?<!or )more|above|over\b|exceed|depass|au-dessus|au-dela", r"moins d[e'u]|moins que|inferieur|less\b|fewer|under\b|below|sous (?!\d)|en dessous|en-deca"),
    (r"autoris|permet|permis|permett|allow|permit|authoris|authoriz|legal", r"interdi|prohib|ban(?:s|ned|ning)?\b|forbid|illegal|bloqu|block"),
    (r"obligatoire|oblig|impos(?!it|ab)|contraign|mandatory|compulsory|obligat|requir|forc(?:e|ed)\b", r"facultati|volontaire|optionn|optional|voluntary"),
    (r"inclu|integr|includ|cover", r"exclu|except"),
    (r"ouvr|ouvert|open", r"ferm(?:e|er|es|et|eture|etures|ons|ent)\b|clos(?:e|es|ed|ing|ure|ures)\b|shut"),
    (r"accele|avanc(?:er|ons|ement)|speed up|accelerat|bring forward", r"ralent|retard|report(?:er|e|ons)?\b|differ(?:er|ons)|slow|postpon|delay|defer"),
    (r"renforc|strengthen|consolid|tighten|durc", r"affaibli|weaken|assoupl|soften|undermin|relax"),
    (r"simplifi|facilit|simplif|ease\b|easier", r"compliqu|complexifi|complicat|alourdi"),
    (r"rapide|quick|fast|court|short", r"lent|slow\b|\blong(?:ue|s|ues)?\b"), (r"gagn|gain|win\b|won\b", r"perd|pert|lose|lost|loss"),
    (r"debut|commenc|start|begin|began|launch", r"cess(?:e|er|ent)\b|arret|termin|stop|ceas|\bend(?:s|ed|ing)?\b"),
    (r"suffisan|sufficient|assez|enough", r"insuffisan|insufficient|trop peu|too few"), (r"cher\b|renche|expensive|cost|cou[ts]", r"abordable|gratui|cheap|free\b"),
    (r"fort(?:e|s|es)?\b|strong|high\b|haut", r"faible|weak|low\b|bas(?:se)?\b"), (r"avec\b|with\b", r"sans\b|without"),
    (r"simplif|allege[rm]|allegement", r"alourdi"), (r"import", r"export"), (r"achet|achat|buy|bought|purchas", r"vend|vente|sell|sold|sale"),
    (r"acceler", r"frein"), (r"publi[cq]|state\b|etat", r"priv[ae]"), (r"accept|accord(?:e|er)\b|grant", r"declin(?:e|er) l|deni(?:e|es|ed)\b"),
))
STRICT = {0, 1, 3, 4, 5, 6, 7, 10}  # axes on which a claim may not take a side where its quote takes none
# What of a quote may stand for a side that only the claim takes: "must" for "is obliged to", "at least" for "more than".
EXCUSES = {pair: re.compile(rf"\b(?:{form})") for pair, form in {
    (0, 0): r"passe|port(?:e|ant)|plus|more|additional|supplement|ajout|add|majorat|revaloris|bonus|top|renforc|avanc|multipli|etal|double",
    (0, 1): r"passe|reven|back to|moins|less|allege|ease|plafonn|cap|limit|exoner|relief|remise|degrev|limite|freez|gel|moderat",
    (1, 0): r"prolong|laiss|toujours|encore|still|extend|permanent|durable|reconduit|renew|renouvel|gel|freez|actuel|current|existing|comme aujourd'hui|as (?:today|now)",
    (1, 1): r"cess|ends|without|sans|no longer|stop|lever|leve|lift|renon|drop|fer(?:m|me)|clos|exoner|exempt|dispens",
    (3, 0): r"delai|deadline|echeance|sous \d|within|dans les|as of|as early|au \d|on \d|en 20|in 20|terme",
    (3, 1): r"suite|following|a partir|from|a l'issue|once|une fois|terme|lorsqu|when|depuis|since",
    (4, 0): r"plus d|more than|over|superieur|depass|exceed|a partir|from|plancher|floor|seuil|threshold|or more|ou plus|doi|must|reserve",
    (4, 1): r"moins d|less than|under|inferieur|depass|exceed|sous|ne .* que|seuil|limit|delai|d'ici|dans les|in \d|en \d|pas plus|a \d|ceiling|capped|plafond",
    (5, 0): r"au moins|at least|seuil|threshold|supplement|addition|haus|augment|relev|doubl|increas|also|aussi|renforc|beyond|franchi|top|majorit|most|plupart|a partir|from",
    (5, 1): r"baiss|redui|seuil|threshold|jusqu|within|allege|under|sous|half|moitie|cut|lower|reduc|diminu|recul|fall|fell|petit|small|simpl|near|presque|quasi|rarely",
    (6, 0): r"pouvoir|pourr|puiss|could|peuvent|peut|droit|right|open|ouvr|exempt|dispens|accord|grant|laiss|access|acces|free|libre|rendre possible|enable",
    (6, 1): r"n'|sans|without|refus|oppos|exclu|stop|cess|contre|against|interdi|suspen",
    (7, 0): r"doi|devr|must|shall|should|have to|has to|exig|requi|imperati|systemati|demand|tenu|need|faut|faudra|force",
    (7, 1): r"libre|free|choix|choice|choose|choisi|peut|peuvent|may\b|can\b|option|volont|sans oblig|not .*oblig|pas .*oblig",
    (10, 0): r"plus vite|faster|sooner|plus tot|rapid|anticip|quick|bref|court|short|urgen",
    (10, 1): r"plus tard|later|repouss|suspen|prolong|recul|decal|delai|extend|wait|attend|moratoire|pause|postpon|lent|slow|supplement|additional|pushed",
}.items()}
REVERSED = {1, 6, 7, 8}  # "oppose the abolition" asks to keep
CORE = re.compile(r"[a-z0-9]{4,}")
HOLLOW = frozenset("shoul must would nous feder deman want wants doit doive devra devro this that with from pour dans avec leur their have been sont etre cette"
                   " which when will also than plus more year annee souha appel call calls calli veut quell".split())
PREFIXED = re.compile(r"\b(?:in(?!habit)|im|un|il|ir|non-?|dis)([a-z]{5})")
UNIT = r"\s*(?:[%€$£]|m€|md€|[km]\b|euros?|millions?|milliards?|billions?|thousand|bn|ans|years?|mois|months?|jours|days|heures|hours|points?)?(?: d'euros)?\s*"
RANGE = re.compile(rf"\b(?:de|d'|from)\s*[€$£]?(\d[\d ]*(?:[.,]\d+)*){UNIT}\b(?:a|to)\s+[€$£]?(\d[\d ]*(?:[.,]\d+)*)"
                   r"(?!\d|[.,]\d|\s*(?:jan|feb|fev|mar[cs]|apr|avr|ma[iy]|ju[inl]|aou|aug|sep|oct|nov|dec))")
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Stance:
    """A clause: is it negated, how many words negate by themselves, the sides it takes on AXES, the beginnings of its words, and of
    those without a prefix that negates ("accep" of "inacceptable")."""

    negated: bool
    soft: int
    sides: frozenset[tuple[int, int]]
    words: frozenset[str]
    prefixed: frozenset[str]


def contradiction(claim: str, quote: str) -> str:
    """In what the claim says the opposite of its quote, or "". """
    ours, theirs = _stances(claim), _stances(quote)
    for own in ours:
        likest = _likest(own, theirs, alone=len(ours) == 1)
        if likest and all(_clash(own, other) for other in likest):
            return _clash(own, likest[0])
    if flaw := _sides_apart(ours, theirs, folded(quote)):
        return flaw
    added = any(stance.negated for stance in ours) and not any(stance.negated for stance in theirs)
    removed = not any(stance.negated for stance in ours) and all(stance.negated for stance in theirs)
    return "negation" if theirs and (added or removed) and not _put_otherwise(ours, theirs) else ""


def _put_otherwise(ours: list[Stance], theirs: list[Stance]) -> bool:
    """May a word that negates by itself, or an opposite, stand for the negation that only one of the texts has?"""
    soft = [sum(stance.soft for stance in stances) for stances in (ours, theirs)]
    sides = [{pair for stance in stances for pair in stance.sides if pair[0] in REVERSED} for stances in (ours, theirs)]
    return soft[0] != soft[1] or any((axis, 1 - side) in sides[1] and (axis, side) not in sides[1] for axis, side in sides[0])


def cut_off(before: str, quote: str, after: str) -> bool:
    """Does a quote leave out a negation of its own sentence, given what stands in that before and after it?"""
    before, after = folded(before), folded(after)
    pieces = re.split(r"[;]|\b(?:mais|but|however|et|and)\b", before)
    first = re.split(HALVES, after)[0] if after else ""
    return bool(_count(pieces[-1]) or first and _count(first) or re.search(r"\b(?:ne|n')\s*\S*\s*$", before) or _unfinished(folded(quote), first))


def _unfinished(quote: str, after: str) -> bool:
    """Is a "ne" of the quote finished only behind it, or a first "pas" begun before it?"""
    return bool(re.match(r"\s*(?:pas|plus|jamais|aucun\w*|rien|not)\b", after))


def _stances(text: str) -> list[Stance]:
    """The clauses; what has hardly a word of its own ("this year, ...", "..., not replaced") goes with its neighbour."""
    clauses: list[str] = []
    for half in re.split(HALVES, folded(text)):
        small = len(_words(half)) < 3
        if clauses and (small or len(_words(clauses[-1])) < 3):
            clauses[-1] += f" , {half}"
        elif half.strip():
            clauses.append(half)
    return [_stance(clause) for clause in clauses if CORE.search(clause)]


def _words(half: str) -> frozenset[str]:
    return frozenset(word[:5] for word in CORE.findall(half)) - HOLLOW


def _stance(half: str) -> Stance:
    sides = {(axis, side) for axis, pair in enumerate(AXES) for side, form in enumerate(pair) if form.search(_without(half, axis, side))}
    sides |= {(0, 0 if _value(match[2]) > _value(match[1]) else 1) for match in RANGE.finditer(half)
              if not (YEAR.fullmatch(match[1].strip()) and YEAR.fullmatch(match[2].strip()))}
    return Stance(_count(half) % 2 == 1, len(SOFT.findall(half)), frozenset(sides), _words(half), frozenset(PREFIXED.findall(half)))


def _value(number: str) -> float:
    return float(re.sub(r"[ ]|,(?=\d{3}\b)", "", number.strip()).replace(",", "."))


def _without(half: str, axis: int, side: int) -> str:
    """The clause without idioms that look like a side: "ne ... plus", "au plus tard", "plus de" of "ne ... plus de"."""
    half = re.sub(r"\b(?:ne|n')\s*(?:\S+\s+){1,3}?plus\b", " ", half)
    return re.sub(r"\bdefavorables?\b|\b(?:au-dela|au-dessus|en dessous|en-deca) (?:du|de la|des)quel\w*|\b(?:below|above|over|under|beyond) which\b|\bs'eleve a\b|\btaux reduits?\b|\breduced (?:\w+ )?rates?\b", " ", half)


def _count(half: str) -> int:
    plain = ONLY.sub(" ", NO_NEGATION.sub(" ", half))
    return len(NEGATIONS.findall(plain)) + len(REFUSALS.findall(plain))


def _likest(own: Stance, others: list[Stance], alone: bool) -> list[Stance]:
    """The clauses that share the most words with this one; where none shares any, all for a claim of one clause, or none."""
    if not others:
        return []
    most = max(len(own.words & other.words) for other in others)
    return [other for other in others if len(own.words & other.words) == most] if most or alone else []


def _clash(own: Stance, other: Stance) -> str:
    apart = {axis for axis, side in own.sides if (axis, side) not in other.sides and (axis, 1 - side) in other.sides}
    antonyms = bool((own.prefixed - other.prefixed) & other.words or (other.prefixed - own.prefixed) & own.words)
    if (own.negated == other.negated) != antonyms:
        return "opposite" if apart else ""
    return "" if apart & REVERSED or own.soft != other.soft and not antonyms else "negation"


def _sides_apart(own: list[Stance], theirs: list[Stance], quote: str) -> str:
    """A side that the claim takes and nothing of the quote (folded) takes or may stand for."""
    sides = {pair for stance in theirs for pair in stance.sides}
    turned = {(axis, 1 - side) for stance in theirs if stance.negated for axis, side in stance.sides if axis in REVERSED}
    for stance in own:
        for axis, side in stance.sides - sides:
            mine = (axis, 1 - side) in sides and not (stance.negated and axis in REVERSED)
            strange = not mine and axis in STRICT and (axis, 1 - side) not in sides and not EXCUSES[axis, side].search(quote)
            if mine and (axis, side) not in turned or strange:
                return "opposite"
    return ""
