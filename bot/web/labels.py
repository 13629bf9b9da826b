"""The words of the page, in French and in English; French for a browser in neither language."""

from bot.web.labels_accounts import ACCOUNTS
from bot.web.labels_conversations import CONVERSATIONS

LABELS = {
    "fr": {
        "view_chat": "Questions",
        "view_positions": "Positions",
        "view_meetings": "Rencontres",
        "desk": "Bureau",
        "view_draft": "Vérifier un texte",
        "views": "Rubriques",
        "language": "Langue",
        "theme": "Clair ou sombre",
        "skip": "Aller à la question",
        "skip_to_content": "Aller au contenu",
        "close": "Fermer les sources",
        "below": (
            "Chaque citation est mot pour mot dans nos textes : ouvrez-la avant de la reprendre."
        ),
        "promise_quotes": "Des citations mot pour mot, à ouvrir dans leur contexte",
        "promise_dates": "La date et le statut de chaque texte : adopté, projet, remplacé, retiré",
        "promise_silence": "Quand nos textes ne disent rien, la réponse le dit",
        "you": "Votre question :",
        "again": "Beaucoup de questions en ce moment. Réessayez dans {seconds} secondes.",
        "unsure": "Réponse incertaine.",
        "unsure_hint": (
            "Nos textes n'abordent ce point que de loin : vérifiez les passages avant de les "
            "reprendre."
        ),
        "nothing_hint": (
            "Plutôt que d'inventer une position, la réponse s'arrête ici. Essayez d'autres mots, "
            "ou ouvrez l'un des textes proches."
        ),
        "open_source": "Source {number} : {title}",
        "before": "Avant :",
        "after": "Après :",
        "copy_text": "Copier",
        "copy_markdown": "Copier en Markdown",
        "export": "Note (.docx)",
        "take_away": "Reprendre cette réponse",
        "done": "Copié.",
        "gone": "Cette réponse n'est plus là. Posez la question à nouveau.",
        "judge": "Votre avis sur cette réponse",
        "useful": "Utile",
        "is_wrong": "Erronée",
        "why": "Qu'est-ce qui ne va pas ?",
        "reason_quote": "Les citations ne répondent pas à la question",
        "reason_outdated": "La position n'est plus à jour",
        "reason_missing": "Un texte important manque",
        "reason_other": "Autre chose",
        "comment": "Précisez (facultatif)",
        "send_feedback": "Envoyer l'avis",
        "thanks": "Merci, votre avis est transmis à l'équipe.",
        "not_stored": "L'avis n'a pas pu être enregistré.",
        "note_title": "Éléments de langage",
        "note_name": "elements-de-langage",
        "dated": "texte du {date}",
        "copied": "Copié le {date}. Vérifiez qu'aucun texte plus récent ne change la position.",
        "verify": (
            "Citations mot pour mot. Avant de vous en servir, vérifiez qu'aucun texte plus "
            "récent ne change la position."
        ),
        "adopted": "adopté",
        "all": "Tous",
        "theme_filter": "Thème",
        "year": "Année",
        "kind": "Type",
        "status": "Statut",
        "themes": "Thèmes",
        "all_texts": "Tous les textes",
        "count": "# affichés",
        "timeline_of": "Suivre un thème dans le temps",
        "timeline_example": "cybersécurité des PME",
        "draw": "Voir la frise",
        "timeline_title": "Ce que nos textes ont dit : {theme}",
        "picture": (
            "Frise : {count} prises de position sur « {theme} », de {first} à {last}. Chacune "
            "est détaillée dans la liste qui suit."
        ),
        "no_meetings": "Nos textes ne mentionnent aucune rencontre.",
        "meetings_hint": "Relevées dans nos textes ; ce qu'un texte ne dit pas reste vide.",
        "date": "Date",
        "institution": "Institution",
        "interlocutor": "Interlocuteur",
        "subject": "Sujet",
        "source": "Source",
        "words": "Contient",
        "csv": "Télécharger (.csv)",
        "csv_name": "rencontres",
        "tagline": "Posez une question\u00a0: la réponse cite nos textes, mot pour mot.",
        "question": "Votre question",
        "placeholder": "Posez votre question…",
        "send": "Envoyer",
        "stop": "Arrêter",
        "clear": "Nouvelle conversation",
        "examples": "Exemples de questions",
        "sources": "Sources",
        "open": "Ouvrir le document",
        "document": "Texte original en français",
        "page": "page",
        "quote": "Citation",
        "quotes": "Citations",
        "previous_quote": "Citation précédente",
        "next_quote": "Citation suivante",
        "quote_elsewhere": "Citation {number} : partie {part}",
        "in_context": "Lire dans son contexte",
        "pages": "Pages du document",
        "page_of": "Page {page} sur {count}",
        "page_failed": "Cette page n'a pas pu être montrée. Lisez le texte, ou réessayez.",
        "zoom": "Taille de la page",
        "smaller": "Réduire",
        "larger": "Agrandir",
        "as_text": "Texte",
        "as_pages": "Pages",
        "table": "Tableau",
        "parts": "Parties du document",
        "part": "Partie {part} sur {count}",
        "previous_part": "Partie précédente",
        "next_part": "Partie suivante",
        "download": "Télécharger l'original",
        "quote_moved": (
            "Ce texte a changé depuis la réponse : la citation n'y est plus telle quelle."
        ),
        "not_on_picture": (
            "Une citation n'a pas été retrouvée sur l'image de sa page : voyez-la dans le texte."
        ),
        "no_pictures": "Les pages de ce PDF ne peuvent pas être montrées ici. Voici son texte.",
        "opening": "J'ouvre le document…",
        "unopened": "Ce document n'a pas pu être ouvert. Réessayez.",
        "wider": "Largeur des sources",
        "ready_soon": "Prêt dans quelques secondes…",
        "starting": "Le moteur démarre (quelques secondes la première fois)…",
        "searching": "Je cherche dans nos textes…",
        "reading": "Je lis les passages trouvés…",
        "checking": "Je vérifie chaque citation…",
        "writing": "Le modèle rédige ; rien n'est montré avant vérification…",
        "stopped": "Arrêté.",
        "empty": "Écrivez une question.",
        "long": "La question est trop longue : {most} caractères au plus.",
        "garbled": "Ce texte contient des caractères illisibles. Récrivez-le.",
        "unavailable": (
            "L'index n'est pas disponible pour le moment. Prévenez la personne qui gère les "
            "documents."
        ),
        "log_in": "Se connecter",
        "log_out": "Se déconnecter",
        "name": "Nom d'utilisateur",
        "password": "Mot de passe",
        "wrong": (
            "Nom ou mot de passe inconnu. Vérifiez-les, ou demandez un mot de passe à la "
            "fédération."
        ),
        "attempts": "Trop d'essais. Réessayez dans {minutes} minutes.",
        "lost": "Le serveur ne répond pas. Nouvel essai en cours ; votre question est gardée.",
        "asked_again": "Le serveur a redémarré : votre question est posée à nouveau.",
        "earlier_gone": "Les réponses précédentes ne sont plus là.",
        "failed": "La réponse n'a pas pu être faite. Réessayez.",
        "required": "À remplir ou à choisir.",
        "session_over": (
            "Votre session a pris fin. Reconnectez-vous : vous continuez là où vous étiez, et "
            "votre question est gardée."
        ),
        "later": "Plus tard",
        "log_in_needed": "La session a pris fin. Rechargez la page pour vous connecter.",
        "not_from_here": (
            "Cette page ne répond qu'à un navigateur de cette machine. Ouvrez http://127.0.0.1, "
            "ou demandez que l'accès soit configuré."
        ),
        "for_staff": (
            "Cette page est réservée à l'équipe de la fédération. Connectez-vous avec un de ses "
            "comptes."
        ),
        "foreign_page": (
            "Cette demande vient de la page d'un autre site. Ouvrez Plaidoyer directement."
        ),
        "too_large": (
            "La demande est trop grande, ou sa taille n'est pas dite. Commencez une nouvelle "
            "conversation."
        ),
        "not_found": "Il n'y a rien à cette adresse.",
        "limit": "Limiter la recherche",
        "limited": "Recherche limitée à",
        "choose": "Tous",
        "limit_hint": "Dans la question, # propose un thème et @ un texte par son titre.",
        "limit_document": "Choisir un texte…",
        "unlimit": "Ne plus limiter à : {text}",
        "text_one": "1 texte",
        "text_many": "{count} textes",
        "chosen_one": "1 texte choisi",
        "chosen_many": "{count} textes choisis",
        "document_filter": "Texte",
        "asked_within": "Cherché dans : {scope}",
        "everywhere": "Chercher dans tous les textes",
        "see": "À voir aussi, sans garantie de réponse",
        # The card of an answer
        "earlier": "Auparavant",
        "worded_hint": (
            "Seules les citations sont mot pour mot dans nos textes. Une phrase du modèle de "
            "langage peut s'en écarter : lisez la citation avant de la reprendre."
        ),
        "next": "Pour continuer",
        "next_year": "Et en {year}\u00a0?",
        "next_met": "Et qui avons-nous rencontré à ce sujet\u00a0?",
        "next_met_year": "Qui avons-nous rencontré en {year}\u00a0?",
        "next_section": "Que dit ce texte sur «\u00a0{heading}\u00a0»\u00a0?",
        "next_summary": "Résume\u00a0: {title}",
    },
    "en": {
        "view_chat": "Questions",
        "view_positions": "Positions",
        "view_meetings": "Meetings",
        "desk": "Desk",
        "view_draft": "Check a draft",
        "views": "Sections",
        "language": "Language",
        "theme": "Light or dark",
        "skip": "Go to the question",
        "skip_to_content": "Go to the content",
        "close": "Close the sources",
        "below": "Every quote stands word for word in our texts: open it before you use it.",
        "promise_quotes": "Word-for-word quotes that open in their context",
        "promise_dates": "The date and status of every text: adopted, draft, superseded, withdrawn",
        "promise_silence": "Where our texts say nothing, the answer says so",
        "you": "Your question:",
        "again": "Many questions at this moment. Try again in {seconds} seconds.",
        "unsure": "Uncertain answer.",
        "unsure_hint": (
            "Our texts touch on this only from afar: check the passages before you use them."
        ),
        "nothing_hint": (
            "Rather than make up a position, the answer stops here. Try other words, or open one "
            "of the texts nearby."
        ),
        "open_source": "Source {number}: {title}",
        "before": "Before:",
        "after": "After:",
        "copy_text": "Copy",
        "copy_markdown": "Copy as Markdown",
        "export": "Note (.docx)",
        "take_away": "Take this answer away",
        "done": "Copied.",
        "gone": "This answer is no longer here. Ask the question again.",
        "judge": "What you think of this answer",
        "useful": "Useful",
        "is_wrong": "Wrong",
        "why": "What is wrong?",
        "reason_quote": "The quotes don't answer the question",
        "reason_outdated": "The position is out of date",
        "reason_missing": "An important text is missing",
        "reason_other": "Something else",
        "comment": "Say more (optional)",
        "send_feedback": "Send feedback",
        "thanks": "Thank you, your feedback is with the team.",
        "not_stored": "The feedback could not be stored.",
        "note_title": "Talking points",
        "note_name": "talking-points",
        "dated": "text of {date}",
        "copied": "Copied on {date}. Check that no later text changes the position.",
        "verify": (
            "Word-for-word quotes. Before you use them, check that no later text changes the "
            "position."
        ),
        "adopted": "adopted",
        "all": "All",
        "theme_filter": "Theme",
        "year": "Year",
        "kind": "Kind",
        "status": "Status",
        "themes": "Themes",
        "all_texts": "All texts",
        "count": "# shown",
        "timeline_of": "Follow a theme over time",
        "timeline_example": "cybersecurity of small firms",
        "draw": "Show the timeline",
        "timeline_title": "What our texts said: {theme}",
        "picture": (
            "Timeline: {count} statements on “{theme}”, from {first} to {last}. Each is told in "
            "the list that follows."
        ),
        "no_meetings": "Our texts mention no meeting.",
        "meetings_hint": "Taken from our texts; what a text does not say is left empty.",
        "date": "Date",
        "institution": "Institution",
        "interlocutor": "Person met",
        "subject": "Subject",
        "source": "Source",
        "words": "Contains",
        "csv": "Download (.csv)",
        "csv_name": "meetings",
        "tagline": "Ask a question: the answer quotes our texts, word for word.",
        "question": "Your question",
        "placeholder": "Ask your question…",
        "send": "Send",
        "stop": "Stop",
        "clear": "New conversation",
        "examples": "Example questions",
        "sources": "Sources",
        "open": "Open the document",
        "document": "Original text in French",
        "page": "page",
        "quote": "Quote",
        "quotes": "Quotes",
        "previous_quote": "Previous quote",
        "next_quote": "Next quote",
        "quote_elsewhere": "Quote {number}: part {part}",
        "in_context": "Read it in context",
        "pages": "Pages of the document",
        "page_of": "Page {page} of {count}",
        "page_failed": "This page could not be shown. Read the text, or try again.",
        "zoom": "Size of the page",
        "smaller": "Smaller",
        "larger": "Larger",
        "as_text": "Text",
        "as_pages": "Pages",
        "table": "Table",
        "parts": "Parts of the document",
        "part": "Part {part} of {count}",
        "previous_part": "Previous part",
        "next_part": "Next part",
        "download": "Download the original",
        "quote_moved": (
            "This text has changed since the answer: the quote no longer stands there as it was."
        ),
        "not_on_picture": ("A quote was not found on the picture of its page: see it in the text."),
        "no_pictures": "The pages of this PDF cannot be shown here. This is its text.",
        "opening": "Opening the document…",
        "unopened": "This document could not be opened. Try again.",
        "wider": "Width of the sources",
        "ready_soon": "Ready in some seconds…",
        "starting": "The engine is starting (some seconds the first time)…",
        "searching": "Searching our texts…",
        "reading": "Reading the passages found…",
        "checking": "Checking each citation…",
        "writing": "The model is writing; nothing is shown before it is checked…",
        "stopped": "Stopped.",
        "empty": "Write a question.",
        "long": "The question is too long: {most} characters at most.",
        "garbled": "This text has characters that cannot be read. Write it again.",
        "unavailable": (
            "The index is not available at the moment. Tell the person who looks after the "
            "documents."
        ),
        "log_in": "Log in",
        "log_out": "Log out",
        "name": "User name",
        "password": "Password",
        "wrong": "Unknown name or password. Check them, or ask the federation for a password.",
        "attempts": "Too many attempts. Try again in {minutes} minutes.",
        "lost": "The server does not answer. Trying again; your question is kept.",
        "asked_again": "The server has restarted: your question is asked again.",
        "earlier_gone": "The earlier answers are no longer here.",
        "failed": "The answer could not be made. Try again.",
        "required": "Fill this in, or choose.",
        "session_over": (
            "Your session has ended. Log in again: you go on where you were, and your question is "
            "kept."
        ),
        "later": "Later",
        "log_in_needed": (
            "A log-in is needed, or the session has ended. Reload the page to log in; a program "
            "sends HTTP Basic."
        ),
        "not_from_here": (
            "This page answers a browser on this machine only. Open http://127.0.0.1, or have "
            "access set up."
        ),
        "for_staff": "This page is for the federation's staff. Log in as one of them.",
        "foreign_page": "This request comes from the page of another site. Open Plaidoyer itself.",
        "too_large": (
            "The request is too large, or does not tell its size. Start a new conversation."
        ),
        "not_found": "There is nothing at this address.",
        "limit": "Limit the search",
        "limited": "Search limited to",
        "choose": "All",
        "limit_hint": "In the question, # suggests a theme and @ a text by its title.",
        "limit_document": "Choose a text…",
        "unlimit": "No longer limit to: {text}",
        "text_one": "1 text",
        "text_many": "{count} texts",
        "chosen_one": "1 chosen text",
        "chosen_many": "{count} chosen texts",
        "document_filter": "Text",
        "asked_within": "Searched in: {scope}",
        "everywhere": "Search all texts",
        "see": "See also, without promise of an answer",
        # The card of an answer
        "earlier": "Earlier",
        "worded_hint": (
            "Only the quotes stand word for word in our texts. A sentence of the language model "
            "may depart from them: read the quote before you use it."
        ),
        "next": "Go on with",
        "next_year": "And in {year}?",
        "next_met": "And whom did we meet on this?",
        "next_met_year": "Whom did we meet in {year}?",
        "next_section": "What does this text say on “{heading}”?",
        "next_summary": "Summarise: {title}",
    },
}
for _language, _words in (*CONVERSATIONS.items(), *ACCOUNTS.items()):
    LABELS[_language] |= _words


def page_language(accept_language: str | None) -> str:
    """`en` for a browser that prefers English to French, else `fr`.

    Takes the Accept-Language header (RFC 9110, 12.5.4).
    """
    weights = {"fr": 0.0, "en": 0.0}
    for choice in (accept_language or "").split(","):
        tag, _, quality = choice.strip().partition(";q=")
        primary = tag.split("-")[0].lower()
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if primary in weights:
            weights[primary] = max(weights[primary], weight)
    return "en" if weights["en"] > weights["fr"] else "fr"
