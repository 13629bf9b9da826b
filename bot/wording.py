"""The words that frame an answer, in French and in English; quotes are never translated. The only place they stand."""

LEAD = {"fr": "Voici ce que disent nos textes :", "en": "Here is what our texts say:"}
NOTHING = {"fr": "Je n'ai rien trouvé dans nos textes sur ce sujet.", "en": "I found nothing in our texts on this subject."}
NEAREST = {"fr": "Textes les plus proches :", "en": "Nearest texts:"}
ORIGINAL = {("en", "fr"): "original French", ("fr", "en"): "original en anglais"}
UNDATED = {"fr": "sans date", "en": "undated"}
KINDS = {
    "fr": {"newsletter": "newsletter", "position": "position", "contribution": "contribution", "audition": "audition ou rencontre",
           "report": "rapport", "other": "document"},
    "en": {"newsletter": "newsletter", "position": "position paper", "contribution": "consultation answer", "audition": "hearing or meeting",
           "report": "report", "other": "document"},
}
STATUSES = {
    "fr": {"draft": "projet, non adopté", "superseded": "position remplacée depuis", "withdrawn": "position retirée"},
    "en": {"draft": "draft, not adopted", "superseded": "since superseded", "withdrawn": "withdrawn"},
}
MONTHS = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}


def spoken_date(date: str, language: str) -> str:
    """An ISO date, as exact as it is, in words: "4 mai 2023", "May 2023", "2023"; "sans date" for none."""
    if not date:
        return UNDATED[language]
    year, month, day = (*date.split("-"), "", "")[:3]
    words = MONTHS[language][int(month) - 1] if month else ""
    number = str(int(day)) if day else ""
    if language == "fr" and number == "1":
        number = "1er"
    return " ".join(word for word in (number, words, year) if word)


def source_line(title: str, date: str, status: str, language: str) -> str:
    """A source in one line: title, date, and its status where it is not simply adopted."""
    label = STATUSES[language].get(status)
    return f"{title}, {spoken_date(date, language)}" + (f" ({label})" if label else "")
