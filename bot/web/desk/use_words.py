"""What the page of use says, in French and English."""

WORDS = {
    "fr": {
        "title": "Usage",
        "hint": (
            "Combien de questions sont posées chaque semaine et ce qu'elles deviennent. Ce ne "
            "sont que des compteurs : ni question, ni réponse, ni nom."
        ),
        "none": "Aucune question n'a encore été comptée.",
        "chart": "Questions par semaine",
        "chart_said": "Une courbe par devenir des questions ; le tableau dit les mêmes chiffres.",
        "week": "Semaine du",
        "questions": "Questions",
        "answered": "Avec réponse",
        "uncertain": "Réponse incertaine",
        "nothing": "Sans réponse",
        "median": "Médiane (s)",
        "p95": "95 % en (s)",
        "seconds_hint": "Les secondes sont comptées à 10 % près.",
        "themes": "Thèmes des textes cités",
        "theme": "Thème",
        "answers": "Réponses",
        "no_themes": "Aucun document cité n'a de thème.",
        "failed": "Cette page n'a pas pu être faite",
    },
    "en": {
        "title": "Use",
        "hint": (
            "How many questions are asked each week, and what becomes of them. These are counters "
            "only: no question, no answer and no name."
        ),
        "none": "No question has been counted yet.",
        "chart": "Questions a week",
        "chart_said": "A line for what became of the questions; the table has the same figures.",
        "week": "Week of",
        "questions": "Questions",
        "answered": "Answered",
        "uncertain": "Uncertain",
        "nothing": "No answer",
        "median": "Median (s)",
        "p95": "95% within (s)",
        "seconds_hint": "Seconds are counted to within 10%.",
        "themes": "Themes of the texts that were cited",
        "theme": "Theme",
        "answers": "Answers",
        "no_themes": "No document that was cited has a theme.",
        "failed": "This page could not be made",
    },
}
