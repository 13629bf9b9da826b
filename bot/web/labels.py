"""The words of the page, in French and in English. French is what a browser in neither language gets."""

from bot.wording import NOTHING

LABELS = {
    "fr": {
        "tagline": "Posez une question : la réponse cite nos textes, mot pour mot.",
        "question": "Votre question",
        "placeholder": "Par exemple : qu'avons-nous recommandé sur le financement des startups ?",
        "send": "Envoyer", "stop": "Arrêter", "clear": "Nouvelle conversation", "examples": "Exemples de questions",
        "sources": "Sources", "no_sources": "Les passages cités s'ouvrent ici.",
        "open": "Ouvrir le document", "document": "Texte original en français", "page": "page",
        "starting": "Le moteur démarre (quelques secondes la première fois)…",
        "searching": "Je cherche dans nos textes…", "reading": "Je lis les passages trouvés…", "checking": "Je vérifie chaque citation…",
        "stopped": "Arrêté.",
        "empty": "Écrivez une question.", "long": "La question est trop longue : {most} caractères au plus.",
        "unavailable": "L'index n'est pas disponible pour le moment. Prévenez la personne qui gère les documents.",
        "example": "Que disent nos textes sur : {topic} ?",
        "nothing": NOTHING["fr"],
        "log_in": "Se connecter", "log_out": "Se déconnecter", "name": "Nom d'utilisateur", "password": "Mot de passe",
        "wrong": "Nom ou mot de passe inconnu. Vérifiez-les, ou demandez un mot de passe à la fédération.",
        "attempts": "Trop d'essais. Réessayez dans {minutes} minutes.",
        "log_in_needed": "La session a pris fin. Rechargez la page pour vous connecter.",
        "not_from_here": "Cette page ne répond qu'à un navigateur de cette machine. Ouvrez http://127.0.0.1, ou demandez que l'accès soit configuré.",
        "foreign_page": "Cette demande vient de la page d'un autre site. Ouvrez Plaidoyer directement.",
        "too_large": "La demande est trop grande, ou sa taille n'est pas dite. Commencez une nouvelle conversation.",
        "not_found": "Il n'y a rien à cette adresse.",
        "see": "À voir aussi, sans garantie de réponse",
    },
    "en": {
        "tagline": "Ask a question: the answer quotes our texts, word for word.",
        "question": "Your question",
        "placeholder": "For example: what did we recommend on startup funding?",
        "send": "Send", "stop": "Stop", "clear": "New conversation", "examples": "Example questions",
        "sources": "Sources", "no_sources": "The passages that are cited open here.",
        "open": "Open the document", "document": "Original text in French", "page": "page",
        "starting": "The engine is starting (some seconds the first time)…",
        "searching": "Searching our texts…", "reading": "Reading the passages found…", "checking": "Checking each citation…",
        "stopped": "Stopped.",
        "empty": "Write a question.", "long": "The question is too long: {most} characters at most.",
        "unavailable": "The index is not available at the moment. Tell the person who looks after the documents.",
        "example": "What do our texts say on: {topic}?",
        "nothing": NOTHING["en"],
        "log_in": "Log in", "log_out": "Log out", "name": "User name", "password": "Password",
        "wrong": "Unknown name or password. Check them, or ask the federation for a password.",
        "attempts": "Too many attempts. Try again in {minutes} minutes.",
        "log_in_needed": "A log-in is needed, or the session has ended. Reload the page to log in; a program sends HTTP Basic.",
        "not_from_here": "This page answers a browser on this machine only. Open http://127.0.0.1, or have access set up.",
        "foreign_page": "This request comes from the page of another site. Open Plaidoyer itself.",
        "too_large": "The request is too large, or does not tell its size. Start a new conversation.",
        "not_found": "There is nothing at this address.",
        "see": "See also, without promise of an answer",
    },
}


def page_language(accept_language: str | None) -> str:
    """`en` for a browser that prefers English to French, else `fr`. Takes the Accept-Language header (RFC 9110, 12.5.4)."""
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
