"""The words of kept conversations, of their scope and of the search in texts; part of LABELS."""

CONVERSATIONS = {
    "fr": {
        "search_texts": "Rechercher dans les titres et les textes",
        "search_texts_hint": "mots d'un titre ou d'un texte",
        "no_text_has": "Aucun texte ne contient tous ces mots : {words}",
        "sort": "Trier",
        "sort_best": "Pertinence",
        "sort_newest": "Plus récents",
        "sort_oldest": "Plus anciens",
        "sort_title": "Titre",
        "kept": "Conversations",
        "close_kept": "Fermer les conversations",
        "kept_none": "Aucune conversation n'est encore gardée.",
        "kept_unusable": (
            "Les conversations gardées ne sont pas accessibles. Prévenez la personne qui gère les "
            "documents."
        ),
        "kept_hint": (
            "Vous seul les voyez ; une réponse s'ouvre à d'autres par son lien. Gardées {days} "
            "jours après la dernière question, {most} au plus. Ce que vous supprimez l'est pour "
            "de bon."
        ),
        "question_one": "1 question",
        "question_many": "{count} questions",
        "actions": "Actions : {title}",
        "title": "Titre",
        "rename": "Renommer",
        "export_markdown": "Markdown",
        "delete": "Supprimer",
        "delete_sure": "Supprimer pour de bon ?",
        "delete_all": "Tout supprimer",
        "delete_all_sure": "Supprimer toutes vos conversations ?",
        "conversation_name": "conversation",
        "copy_link": "Copier le lien",
        "link_gone": (
            "Ce lien n'ouvre rien : la réponse a été supprimée, nos textes ont changé, ou elle "
            "n'est pas pour vous. Posez la question."
        ),
        "borrowed": "Réponse partagée, du {date}.",
        "answered_on": "Réponse du {date}.",
        "ask_again": "Poser à nouveau",
        "hidden_one": "Une réponse n'est plus montrée : ses textes ont changé ou été retirés.",
        "hidden_many": (
            "{count} réponses ne sont plus montrées : leurs textes ont changé ou été retirés."
        ),
    },
    "en": {
        "search_texts": "Search titles and texts",
        "search_texts_hint": "words of a title or a text",
        "no_text_has": "No text has all these words: {words}",
        "sort": "Sort",
        "sort_best": "Relevance",
        "sort_newest": "Newest",
        "sort_oldest": "Oldest",
        "sort_title": "Title",
        "kept": "Conversations",
        "close_kept": "Close the conversations",
        "kept_none": "No conversation is kept yet.",
        "kept_unusable": (
            "The kept conversations are not available. Tell the person who looks after the "
            "documents."
        ),
        "kept_hint": (
            "Only you see them; an answer opens to others by its link. Kept {days} days after the "
            "last question, {most} at most. What you delete is deleted for good."
        ),
        "question_one": "1 question",
        "question_many": "{count} questions",
        "actions": "Actions: {title}",
        "title": "Title",
        "rename": "Rename",
        "export_markdown": "Markdown",
        "delete": "Delete",
        "delete_sure": "Delete for good?",
        "delete_all": "Delete all",
        "delete_all_sure": "Delete all your conversations?",
        "conversation_name": "conversation",
        "copy_link": "Copy the link",
        "link_gone": (
            "This link opens nothing: the answer was deleted, our texts have changed, or it is "
            "not for you. Ask the question."
        ),
        "borrowed": "A shared answer of {date}.",
        "answered_on": "Answer of {date}.",
        "ask_again": "Ask again",
        "hidden_one": "One answer is no longer shown: its texts have changed or were withdrawn.",
        "hidden_many": (
            "{count} answers are no longer shown: their texts have changed or were withdrawn."
        ),
    },
}
