"""Falsifies true claims by rule, to score the guard on claims that it must reject.

Pure. A row is a true claim: {"claim", "quotes": [[passage text, quote, how the passage is
described (optional)], ...]}. The word pairs stand here and not in index/language, so that the guard
is not scored on the lists that it reads.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.records import Citation, Claim
from index.language.detect import language_of
from index.passage import Passage

NAME = re.compile(r"(?<=[a-zé,’'] )(?:[A-ZÉ][\w’'-]{3,})(?: [A-ZÉ][\w’'-]{3,})*")
UNITS = (
    ("%", "euros"),
    ("pour cent", "euros"),
    ("percent", "euros"),
    ("per cent", "euros"),
    ("€", "$"),
    ("euros", "dollars"),
    ("euro", "dollar"),
    ("milliards", "millions"),
    ("milliard", "million"),
    ("millions", "milliards"),
    ("million", "billion"),
    ("billion", "million"),
    ("jours", "semaines"),
    ("days", "weeks"),
    ("mois", "jours"),
    ("months", "days"),
    ("ans", "mois"),
    ("years", "months"),
    ("heures", "jours"),
    ("hours", "days"),
    ("tonnes", "kilos"),
    ("hectare", "kilomètre"),
    ("kilomètre", "hectare"),
    ("km", "miles"),
    ("salariés", "habitants"),
    ("employees", "homes"),
    ("emplois", "logements"),
    ("jobs", "homes"),
)
OPPOSITES = (
    ("au moins", "au plus"),
    ("at least", "at most"),
    ("at the latest", "at the earliest"),
    ("avant", "après"),
    ("before", "after"),
    ("after", "before"),
    ("maintenir", "supprimer"),
    ("conserver", "supprimer"),
    ("maintain", "abolish"),
    ("kept", "abolished"),
    ("abolished", "maintained"),
    ("keep", "scrap"),
    ("scrapped", "kept"),
    ("preserved", "abolished"),
    ("relever", "abaisser"),
    ("raised", "lowered"),
    ("lower", "raise"),
    ("extended", "shortened"),
    ("allongé", "raccourci"),
    ("moins de", "plus de"),
    ("fewer than", "more than"),
    ("more", "less"),
    ("plus de", "moins de"),
    ("below", "above"),
    ("minimum", "maximum"),
    ("increase", "fall"),
    ("augmenterait", "diminuerait"),
    ("hausse", "baisse"),
    ("baisse", "hausse"),
    ("lifted", "lowered"),
    ("lift", "lower"),
    ("interdit", "autorisé"),
    ("interdite", "autorisée"),
    ("banned", "allowed"),
    ("prohibited", "permitted"),
    ("obligatoire", "facultatif"),
    ("optional", "mandatory"),
    ("mandatory", "voluntary"),
    ("soutient", "rejette"),
    ("soutenons", "rejetons"),
    ("support", "reject"),
    ("supports", "rejects"),
    ("welcomes", "rejects"),
    ("saluons", "rejetons"),
    ("s'oppose à", "soutient"),
    ("opposons", "félicitons"),
    ("rejette", "soutient"),
    ("reject", "support"),
    ("against", "in favour of"),
    ("inférieurs", "supérieurs"),
    ("supérieures", "inférieures"),
    ("excluded", "included"),
    ("postponed", "brought forward"),
    ("ouvrir", "fermer"),
    ("diminué", "augmenté"),
    ("fallen", "risen"),
    ("prolonger", "réduire"),
    ("without", "with"),
    ("sans", "avec"),
)
NEGATION_REMOVED = (
    (r"\b(ne |n['’])(\S+ )(pas|plus)\b ?", r"\2"),
    (r"\bne (pas|plus) ", ""),
    (r"\b(do|does|did|should|must|can|will|are|is|have) not\b", r"\1"),
    (r"\bcannot\b", "can"),
    (r"\bnot (?=to\b|achievable|acceptable|enough)", ""),
    (r"\bno longer ", ""),
)
NEGATION_ADDED = (
    (r"\b(must|should|will|can) (?!not)", r"\1 not "),
    (r"\b(are|is|was|were) (?!not)", r"\1 not "),
    (r"\b(doit|doivent|est|sont|a été) ", r"ne \1 pas "),
    (
        r"\bnous (demandons|proposons|voulons|soutenons|recommandons|souhaitons) ",
        r"nous ne \1 pas ",
    ),
    (r"\bwe (ask|call|want|recommend|support|propose) ", r"we do not \1 "),
    (r"\b(la fédération) (demande|veut|réclame|souhaite|propose|soutient) ", r"\1 ne \2 pas "),
    (
        r"\bthe federation (asks|wants|welcomes|supports|proposes|urges) ",
        r"the federation never \1 ",
    ),
)
MONTHS = (
    ("janvier", "mars"),
    ("mars", "mai"),
    ("avril", "juin"),
    ("mai", "juillet"),
    ("juin", "avril"),
    ("juillet", "octobre"),
    ("août", "janvier"),
    ("septembre", "février"),
    ("octobre", "mai"),
    ("décembre", "mars"),
    ("février", "juin"),
    ("January", "May"),
    ("March", "June"),
    ("May", "July"),
    ("July", "April"),
    ("August", "October"),
    ("September", "February"),
    ("December", "March"),
    ("February", "June"),
)


@dataclass(frozen=True)
class Falsified:
    """A falsified claim, and the operator that falsified it."""

    operator: str
    claim: Claim


def falsifications(rows: Sequence[dict], index: int) -> Iterator[Falsified]:
    """The falsified claims made of row `index`; other rows lend their quotes and passages."""
    row, after, far = rows[index], rows[(index + 5) % len(rows)], rows[(index + 40) % len(rows)]
    text, ((source, quote, *described), *rest) = row["claim"], row["quotes"]
    for operator, other in _reworded(text):
        if other and other != text:
            yield Falsified(operator, claim_on(other, row["quotes"]))
    words, others = quote.split(), after["quotes"][0][1].split()
    stitched = " ".join(words[: len(words) // 2] + others[len(others) // 2 :])
    replaced = " ".join([*words[:2], "autrement", *words[3:]])
    for operator, passage, changed in (
        ("quote stitched", source, stitched),
        ("citation shifted", far["quotes"][0][0], quote),
        ("word of the quote replaced", source, replaced),
    ):
        yield Falsified(operator, claim_on(text, [(passage, changed, *described), *rest]))


def claim_on(text: str, quotes: Iterable[Sequence]) -> Claim:
    """A claim with its citations; a quote that its passage does not hold is put at its start."""
    citations = []
    for number, (source, quote, *described) in enumerate(quotes, 1):
        start = max(0, source.find(quote))
        cited = _passage(source, **(described[0] if described else {}))
        citations.append(Citation(number, cited, quote, start, start + len(quote)))
    return Claim(text, tuple(citations))


def _reworded(text: str) -> Iterator[tuple[str, str]]:
    """Each operator on the claim's words, with its result; "" where it does not apply."""
    without = _rewritten(text, NEGATION_REMOVED)
    yield "figure changed", _with_another_figure(text)
    yield "date moved", _substituted(text, MONTHS)
    yield "name swapped", NAME.sub("Dubreuil", text, count=1)
    yield "negation removed", without
    yield "negation added", "" if without else _rewritten(text, NEGATION_ADDED)
    yield "unit changed", _substituted(text, UNITS)
    yield "opposite swapped", _substituted(text, OPPOSITES)


def _substituted(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The text with the first pair applied whose first word it holds, once; "" without one."""
    for word, other in pairs:
        # "against 21 % in 2020" compares figures and opposes nothing
        not_compared = r"(?! [€$£]?\d)" if word == "against" else ""
        form = rf"(?<!\w){re.escape(word)}(?!\w){not_compared}"
        if re.search(form, text):
            return re.sub(form, other, text, count=1)
    return ""


def _rewritten(text: str, rules: Sequence[tuple[str, str]]) -> str:
    """The text with the first pattern replaced that it matches, once; "" without one."""
    for pattern, replacement in rules:
        if re.search(pattern, text, re.I):
            return re.sub(pattern, replacement, text, count=1, flags=re.I)
    return ""


def _with_another_figure(text: str) -> str:
    """The last number of the text raised by seven; "" without a number."""
    numbers = list(re.finditer(r"\d+", text))
    if not numbers:
        return ""
    number = numbers[-1]
    raised = str(int(number[0]) + 7).zfill(len(number[0]))
    return text[: number.start()] + raised + text[number.end() :]


def _passage(
    text: str,
    *,
    title: str = "",
    headings: Sequence[str] = (),
    date: str = "",
    status: str = "adopted",
) -> Passage:
    return Passage(
        path="a.md",
        title=title,
        id="a.md",
        headings=tuple(headings),
        page=0,
        start=0,
        end=len(text),
        text=text,
        language=language_of(text),
        date=date,
        status=status,
    )
