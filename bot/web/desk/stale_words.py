"""What the page of stale and contradictory texts says, in French and English."""

WORDS = {
    "fr": {
        "title": "À jour ?",
        "hint": (
            "Là où un texte plus récent donne un autre chiffre, une autre échéance ou un autre "
            "nom pour la même demande qu'un texte encore en vigueur, et là où deux textes sont "
            "presque les mêmes. Rien n'est jugé ni changé de soi-même : lisez les deux passages, "
            "puis décidez."
        ),
        "looking": "Les textes sont en train d'être comparés, quand aucun adhérent n'attend.",
        "again": "Voir où en est la comparaison",
        "none": "Rien à signaler.",
        "all": "Voir aussi ce qui est décidé",
        "open_only": "Ne voir que ce qui reste à décider",
        "contradictions": "Contradictions possibles",
        "copies": "Textes presque identiques",
        "differs": "{then} dans le plus ancien, {now} dans le plus récent",
        "same": "{share} % des phrases du plus court sont dans l'autre",
        "older": "Le plus ancien",
        "newer": "Le plus récent",
        "supersede": "Marquer le plus ancien comme remplacé",
        "sure": (
            "Marquer « {title} » comme remplacé dans catalogue.toml ? Le document entier ne "
            "comptera plus comme en vigueur après la prochaine indexation."
        ),
        "dismiss": "Pas une contradiction",
        "keep_both": "Garder les deux",
        "undo": "Revenir là-dessus",
        "state_dismissed": "Écarté par {who} le {day}.",
        "state_superseded": (
            "Marqué comme remplacé par {who} le {day} : compte après la prochaine indexation."
        ),
        "somebody": "l'équipe",
        "said_dismissed": "C'est noté : cette paire ne sera plus proposée.",
        "said_superseded": (
            "« Remplacé » est écrit dans catalogue.toml. Réindexez pour que cela compte."
        ),
        "said_open": "La décision est annulée.",
        "said_gone": "Ces textes ont changé entre-temps : rien n'a été modifié.",
        "failed": "Cela n'a pas pu être fait",
    },
    "en": {
        "title": "Up to date?",
        "hint": (
            "Where a newer text gives another figure, deadline or name for the same demand than "
            "one that is still in force, and where two texts are nearly the same. Nothing is "
            "judged or changed by itself: read both passages, then decide."
        ),
        "looking": "The texts are being compared, while no member waits for an answer.",
        "again": "See how far it is",
        "none": "Nothing to report.",
        "all": "Also show what is decided",
        "open_only": "Show only what is to be decided",
        "contradictions": "Possible contradictions",
        "copies": "Texts that are nearly the same",
        "differs": "{then} in the older one, {now} in the newer one",
        "same": "{share}% of the shorter one's sentences stand in the other",
        "older": "The older one",
        "newer": "The newer one",
        "supersede": "Mark the older one as superseded",
        "sure": (
            "Mark “{title}” as superseded in catalogue.toml? The whole document will no longer "
            "count as in force after the next indexing."
        ),
        "dismiss": "Not a contradiction",
        "keep_both": "Keep both",
        "undo": "Take that back",
        "state_dismissed": "Dismissed by {who} on {day}.",
        "state_superseded": (
            "Marked as superseded by {who} on {day}: counts after the next indexing."
        ),
        "somebody": "the staff",
        "said_dismissed": "Noted: this pair will not be shown again.",
        "said_superseded": (
            "“Superseded” is written into catalogue.toml. Index again for it to count."
        ),
        "said_open": "The decision was taken back.",
        "said_gone": "These texts have changed meanwhile: nothing was changed.",
        "failed": "That could not be done",
    },
}
