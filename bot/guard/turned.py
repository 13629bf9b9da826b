"""A text turned round: without its denials, or with one of its words of direction made the opposite, in French and in English. Pure.

What comes out need not be good French or English: it is only compared with another text, never shown.
"""

import re

from index.language.detect import language_of

DENIALS = {
    "fr": (
        (
            r"\bn(?:e |['’])(?=\S)(.{1,60}?)\s(?:pas|plus|jamais|rien|guère|nullement)\b(?! (?:tard|de \d))",
            r"\1",
        ),
        (r"\bne (?:pas|plus|jamais) ", ""),
        (r"\bpas\b ?", ""),
        (r"\bjamais\b ?", ""),
        (r"\bsans\b", "avec"),
        (r"\baucune?\b", "tout"),
        (r"\bnon[ -](?!\s)", ""),
        (r"\bni\b", "et"),
        (r"\bn(?:e |['’])(?=\S)", ""),
        (r"\brien\b", "tout"),
        (r"\bnul(?:le)?\b", "chacun"),
        (r"\bs['’]oppos\w+ (?=à|au)", "soutient "),
        (r"\boppos\w+", "favorable"),
        (r"\b(?:refus|rejet)\w+", "accepte"),
        (r"\bcontest\w+", "approuve"),
        (r"\bcontre\b", "pour"),
        (r"\bdéfavorable", "favorable"),
        (r"\bplutôt que\b", "et"),
        (r"\bau lieu d", "en plus d"),
        (r"\bloin d", "près d"),
    ),
    "en": (
        (r"\b(?:do|does|did) not\b ?", ""),
        (r"\bcannot\b", "can"),
        (r"n['’]t\b", ""),
        (r"\bnot\b ?", ""),
        (r"\bnever\b", "always"),
        (r"\bno longer ", "still "),
        (r"\bno (?!less|fewer|more than|later)", "a "),
        (r"\bnone\b", "all"),
        (r"\bnothing\b", "everything"),
        (r"\bnobody\b", "everybody"),
        (r"\bwithout\b", "with"),
        (r"\bnor\b", "and"),
        (r"\bneither\b", "both"),
        (r"\b(?:instead of|rather than)\b", "and"),
        (r"\boppos(?:es?|ed|ing|ition)\b", "support"),
        (r"\b(?:reject|refus)\w*\b", "accept"),
        (r"\bagainst\b", "for"),
        (r"\bdisput\w+", "accept"),
        (r"\bunfavou?rable", "favourable"),
    ),
}
DENYING = {
    "fr": (
        (
            r"\b(doit|doivent|est|sont|a été|ont été|sera|seront|peut|peuvent|devrait|devraient|faut) ",
            r"ne \1 pas ",
        ),
        (
            r"\b(nous|la fédération|elle|il|ils|elles) ([^\W\d_]+(?:ons|ent|e|t|d|a|ont)) ",
            r"\1 ne \2 pas ",
        ),
    ),
    "en": (
        (r"\b(must|should|will|would|can|could|may|are|is|was|were|has|have|had) ", r"\1 not "),
        (r"\b(we|they) ([a-z]+) ", r"\1 do not \2 "),
        (r"\b(it|federation) ([a-z]+)s ", r"\1 does not \2 "),
    ),
}
OPPOSITES = [
    pair.split("/")
    for pair in (
        "au moins/au plus|au minimum/au maximum|minimum/maximum|minimal/maximal|plus de/moins de|plus d'/moins d'|supérieur/inférieur|supérieure/inférieure"
        "|supérieurs/inférieurs|supérieures/inférieures|au-dessus/en dessous|avant/après|au plus tard/au plus tôt|augmenter/réduire|augmentation/réduction"
        "|augmente/diminue|augmenté/diminué|hausse/baisse|relever/abaisser|relèvement/abaissement|relevé/abaissé|maintenir/supprimer|maintien/suppression"
        "|maintenu/supprimé|maintenue/supprimée|conserver/supprimer|conservé/supprimé|autoriser/interdire|autorisé/interdit|autorisée/interdite"
        "|autorisation/interdiction|permettre/interdire|permet/interdit|obligatoire/facultatif|obligatoires/facultatives|soutient/rejette|soutenons/rejetons"
        "|soutenir/rejeter|favorable/opposée|favorables/opposés|salue/dénonce|saluons/dénonçons|se réjouit/regrette|réjouissons/regrettons|inclure/exclure"
        "|inclus/exclus|ouvrir/fermer|ouverture/fermeture|avancer/reporter|avancé/reporté|accélérer/ralentir|accélération/ralentissement|renforcer/affaiblir"
        "|renforcement/affaiblissement|simplifier/compliquer|simplification/complexification|allonger/raccourcir|allongement/raccourcissement"
        "|prolonger/écourter|prolongation/fin|prolongé/écourté|étendre/restreindre|progressé/reculé|gagné/perdu|suffisant/insuffisant|acheter/vendre|avec/sans"
        "|public/privé|rapide/lent|possible/impossible|facile/difficile|élargir/restreindre|créer/supprimer|accepter/refuser|accepte/refuse|acceptons/refusons"
        "|mieux/pire|élevé/bas|fort/faible|at least/at most|no more than/no less than|more than/less than|more/less|more/fewer|above/below|over/under|before/after"
        "|no later than/no earlier than|at the latest/at the earliest|until/from|increase/decrease|increased/decreased|increasing/decreasing|raise/lower"
        "|raised/lowered|raising/lowering|rise/fall|rose/fell|risen/fallen|higher/lower|up/down|keep/scrap|kept/scrapped|keeping/scrapping|maintain/abolish"
        "|maintained/abolished|preserve/abolish|preserved/abolished|allow/ban|allowed/banned|permit/prohibit|permitted/prohibited|mandatory/optional"
        "|compulsory/voluntary|support/oppose|supports/opposes|supported/opposed|in favour of/against|welcome/regret|welcomes/regrets|pleased/sorry|glad/sorry"
        "|include/exclude|included/excluded|inside/outside|open/close|opened/closed|opening/closing|bring forward/postpone|brought forward/postponed"
        "|speed up/slow down|strengthen/weaken|strengthened/weakened|simplify/complicate|simplified/complicated|extend/shorten|extended/shortened"
        "|extension/shortening|sufficient/insufficient|enough/too little|easy/hard|able/unable|buy/sell|with/without|public/private|fast/slow|start/stop"
        "|begin/end|gain/lose|accept/refuse|accepts/refuses|agree/disagree|agrees/disagrees|high/low|best/worst|better/worse|strong/weak|large/small"
    ).split("|")
]
OPPOSITE = {one: other for pair in OPPOSITES[::-1] for one, other in (pair, pair[::-1])}
WORD = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, OPPOSITE), key=len, reverse=True))})(?!\w)", re.I
)
MOST = 4  # words of a text that are turned, one at a time


def undenied(text: str) -> str:
    """The text with its denials and refusals taken away."""
    for form, put in DENIALS[language_of(text)]:
        text = re.sub(form, put, text, flags=re.I)
    return text


def denied(text: str) -> str:
    """The text with its first main verb denied."""
    language = language_of(text)
    for form, put in DENYING[language]:
        if re.search(form, text, re.I):
            return re.sub(form, put, text, count=1, flags=re.I)
    return ("Il n'est pas vrai que " if language == "fr" else "It is not true that ") + text


def opposites(text: str) -> list[str]:
    """The text with one word of direction made its opposite, for each of its first MOST."""
    return [
        text[: word.start()] + OPPOSITE[word[0].lower()] + text[word.end() :]
        for word in WORD.finditer(text)
    ][:MOST]
