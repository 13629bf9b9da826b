"""What /draft says, in French and in English."""

WORDS = {
    "fr": {
        "title": "Vérifier un texte",
        "intro": (
            "Collez un discours, une lettre ou un message, ou choisissez un fichier. Chaque phrase "
            "est comparée mot pour mot à nos textes. Rien de ce que vous envoyez n'est conservé."
        ),
        "text": "Le texte à vérifier",
        "file": "Ou un fichier (.txt, .md, .docx ; 2 Mo au plus)",
        "check": "Vérifier",
        "busy": "Vérification en cours : quelques secondes…",
        "large": "Ce fichier dépasse 2 Mo. Collez plutôt son texte.",
        "again": "Modifier et vérifier à nouveau",
        "save_docx": "Rapport Word (.docx)",
        "save_md": "Rapport Markdown (.md)",
        "report": "Emporter le rapport",
        "report_hint": "Le texte est vérifié à nouveau, tel qu'il est ci-dessous.",
        "summary": "En bref",
        "one": "phrase vérifiée",
        "many": "phrases vérifiées",
        "limits": (
            "Les {most} premières phrases qui affirment quelque chose sont vérifiées, dans les "
            "{within} premiers caractères. Pour la suite, vérifiez-la à part."
        ),
        "whole": "Le texte entier",
        "legend": "Chaque numéro mène à ce que nos textes disent de la phrase.",
        "findings": "Phrase par phrase",
        "nothing_asserted": "Aucune phrase de ce texte n'affirme quelque chose à vérifier.",
        "sentence": "Phrase {number}",
        "back": "Revenir à la phrase {number} dans le texte",
        "opinion_found": "Relu par le modèle : les citations le disent.",
        "opinion": "Relu par le modèle : {said}",
        "verbatim": "Mot pour mot",
        "near": "Proche",
        "conflict": "En contradiction",
        "outdated": "Dépassé",
        "nothing": "Pas dans nos textes",
        "DraftEmpty": "Il n'y a pas de texte. Collez-en un, ou choisissez un fichier.",
        "DraftTooLong": "Ce texte dépasse {most} caractères. Vérifiez-le en plusieurs parties.",
        "DraftInvalid": "Ce format n'est pas lu ici. Choisissez un fichier {formats}.",
        "Unreadable": "Ce fichier n'a pas pu être lu : {why}. Collez plutôt son texte.",
        "file_name": "verification",
    },
    "en": {
        "title": "Check a draft",
        "intro": (
            "Paste a speech, a letter or a post, or choose a file. Each sentence is compared word "
            "for word with our texts. Nothing that you send is kept."
        ),
        "text": "The text to check",
        "file": "Or a file (.txt, .md, .docx; 2 MB at most)",
        "check": "Check",
        "busy": "Checking: a few seconds…",
        "large": "This file has more than 2 MB. Paste its text instead.",
        "again": "Change it and check again",
        "save_docx": "Report for Word (.docx)",
        "save_md": "Report in Markdown (.md)",
        "report": "Take the report away",
        "report_hint": "The text is checked again, as it stands below.",
        "summary": "In short",
        "one": "sentence checked",
        "many": "sentences checked",
        "limits": (
            "The first {most} sentences that assert something are checked, within the first "
            "{within} characters. Check what comes after them on its own."
        ),
        "whole": "The whole text",
        "legend": "Each number leads to what our texts say about the sentence.",
        "findings": "Sentence by sentence",
        "nothing_asserted": "No sentence of this text asserts anything to be checked.",
        "sentence": "Sentence {number}",
        "back": "Back to sentence {number} in the text",
        "opinion_found": "Looked over by the model: the quotes say it.",
        "opinion": "Looked over by the model: {said}",
        "verbatim": "Word for word",
        "near": "Near",
        "conflict": "In conflict",
        "outdated": "Outdated",
        "nothing": "Not in our texts",
        "DraftEmpty": "There is no text. Paste one, or choose a file.",
        "DraftTooLong": "This text has more than {most} characters. Check it in parts.",
        "DraftInvalid": "This format is not read here. Choose a file {formats}.",
        "Unreadable": "This file could not be read: {why}. Paste its text instead.",
        "file_name": "draft-checked",
    },
}
