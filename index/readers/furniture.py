"""The frame around a newsletter, known by its wording: "view in your browser" on top, "unsubscribe" and the address below.

Blocks in, blocks out. Pure. Promise: only lines that say nothing but such things are left out, and only near the start or
the end; where a heading or a long paragraph follows, what follows is body text and stays.
"""

import re
from collections.abc import Sequence

from index.readers.content import Block

EDGE = 14  # blocks at either end of a page among which a frame is looked for
LONG = 45  # words: a longer block is body text
MESSAGE = r"(?:(?:ce|cet|cette|nos|this|our)\s+)?(?:messages?|e-?mails?|courriels?|mails?|lettres?(?:\s+d['’]information)?|newsletters?|emailing)"
SEPARATOR = r"[\s|·•–—/,:.…>»-]*"
ON_TOP = re.compile(
    rf"{SEPARATOR}(?:(?:voir|lire|consulter|afficher|ouvrir)\s+{MESSAGE}?\s*(?:en\s+ligne|dans\s+(?:le|votre|un)\s+navigateur|sur\s+le\s+web)"
    rf"|(?:version|lecture)\s+en\s+ligne|view\s+(?:{MESSAGE}\s+)?(?:it\s+)?(?:online|in\s+(?:a|your|the)\s+(?:web\s+)?browser)|web\s+version"
    rf"|(?:si\s+)?{MESSAGE}\s+ne\s+s['’]affiche\s+pas\s+(?:correctement|bien)[^.\n]{{0,90}}"
    rf"|(?:vous\s+)?(?:n['’]arrivez\s+pas\s+à|un\s+problème\s+pour)\s+(?:lire|afficher|voir)\s+{MESSAGE}[^.\n]{{0,90}}"
    rf"|(?:having\s+)?(?:trouble|problems?|can['’]t|difficulty)\s+(?:viewing|reading|see(?:ing)?)\s+{MESSAGE}[^.\n]{{0,90}}"
    rf"|(?:if\s+)?{MESSAGE}\s+(?:does\s+not|doesn['’]t|is\s+not)\s+display[^.\n]{{0,90}}){SEPARATOR}(?:https?://\S+)?",
    re.I,
)
LINK = (
    r"(?:(?:se|me|vous)\s+(?:désabonner|désinscrire)|désabonnement|désinscription|unsubscribe(?:\s+(?:here|from\s+this\s+list))?|opt[- ]out"
    r"|(?:gérer|modifier)\s+(?:mes|vos)\s+(?:préférences|abonnements)(?:\s+d['’]abonnement)?"
    r"|(?:manage|update|change)\s+(?:my|your)\s+(?:e-?mail\s+)?(?:preferences|subscriptions?|profile)|préférences|preferences"
    r"|mentions\s+légales|politique\s+de\s+confidentialité|privacy\s+policy|legal\s+notice|transférer\s+à\s+un\s+ami|forward\s+to\s+a\s+friend)"
)
FOOT = re.compile(
    rf"{SEPARATOR}{LINK}(?:{SEPARATOR}(?:(?:ou|et|or|and)\s+)?{LINK}){{0,5}}{SEPARATOR}(?:<?https?://\S+>?)?"
    r"|(?:vous\s+(?:recevez|avez\s+reçu)\s+(?:ce|cet|cette)|you(?:['’]re|\s+are)?\s+(?:receiv(?:ing|ed)|have\s+received|got)\s+this)\s+"
    rf"{MESSAGE}\s+(?:parce\s+que|parce\s+qu['’]|car\b|en\s+tant\s+que|à\s+la\s+suite|because|as\s+a|since)[^\n]*"
    rf"|(?:{MESSAGE})\s+(?:vous\s+)?(?:a\s+été\s+(?:envoyée?|adressée?)\s+à|was\s+sent\s+to|is\s+intended\s+for)[^\n]*"
    rf"|(?:pour|si\s+vous)\s+(?:(?:souhaitez|voulez)\s+)?(?:vous\s+(?:désabonner|désinscrire)|(?:ne\s+)?(?:plus\s+)?(?:souhaitez\s+)?(?:plus\s+)?recevoir\s+{MESSAGE})"
    r"[^\n]*(?:cliqu|ici|lien|https?:|répond)[^\n]*"
    rf"|(?:to|if\s+you)\s+(?:unsubscribe|stop\s+receiving|no\s+longer\s+(?:wish|want)\s+to\s+receive|(?:wish|want)\s+to\s+unsubscribe)\b"
    r"[^\n]*(?:click|here|link|https?:|reply)[^\n]*",
    re.I,
)
POSTAL = re.compile(
    r"©|\bcopyright\b|tous droits réservés|all rights reserved|\bB\.?P\.?\s*\d|\b(?:F-)?\d{5}\s+[A-ZÀ-Þ]"
    r"|\b\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|quai|cours|allée|chemin|impasse)\b",
    re.I,
)


def without_furniture(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a page without its frame."""
    kept = [
        left
        for number, block in enumerate(blocks)
        if (left := _without(block, ON_TOP) if number < EDGE // 2 else block).text
    ]
    begins = next(
        (
            number
            for number in range(max(0, len(kept) - EDGE), len(kept))
            if _frame_lines(kept[number], FOOT)
        ),
        None,
    )
    if begins is None:
        return kept
    if any(block.level > 0 or len(block.text.split()) > LONG for block in kept[begins + 1 :]):
        return [
            *kept[:begins],
            *(left for block in kept[begins:] if (left := _without(block, FOOT)).text),
        ]
    lines = kept[begins].text.split("\n")
    above = "\n".join(lines[: min(_frame_lines(kept[begins], FOOT))])
    while begins and not above and _is_postal(kept[begins - 1]):
        begins -= 1
    return [*kept[:begins], *([kept[begins]._replace(text=above)] if above else [])]


def _frame_lines(block: Block, frame: re.Pattern) -> list[int]:
    """The numbers of the block's lines that are frame and nothing else."""
    if block.level > 0:
        return []
    return [
        number
        for number, line in enumerate(block.text.split("\n"))
        if frame.fullmatch(line.strip())
    ]


def _without(block: Block, frame: re.Pattern) -> Block:
    found = _frame_lines(block, frame)
    return (
        block._replace(
            text="\n".join(
                line for number, line in enumerate(block.text.split("\n")) if number not in found
            )
        )
        if found
        else block
    )


def _is_postal(block: Block) -> bool:
    """Is it a short block with an address or a copyright line, and no sentence?"""
    text = block.text
    return (
        block.level == 0
        and len(text.split()) <= 30
        and POSTAL.search(text) is not None
        and not re.search(r"[a-zà-ÿ]{3}[.!?]\s", text)
    )
