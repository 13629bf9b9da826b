"""What the readers and the build say, in French: for staff who read the report.

Their messages are English where they arise (and in JSON); here each has its French, by its form.
A message without one stays as it is: tests/index/test_show.py finds those.
"""

import re
from functools import cache

# English -> French; what stands in braces is taken over, {why} is itself a message.
MESSAGES = {
    # Files that cannot be read.
    "it is protected by a password": "il est protégé par un mot de passe",
    "it is an Office file of before 2007; save it as {kind}": (
        "c'est un fichier Office d'avant 2007 ; l'enregistrer en {kind}"
    ),
    "it expands to more than {size} MB": "décompressé, il dépasse {size} Mo",
    "its text expands to more than {size} MB": "décompressé, son texte dépasse {size} Mo",
    "it is a zip archive, but no {kind}": "c'est une archive zip, mais pas un {kind}",
    "it defines XML entities, which are never expanded": (
        "il définit des entités XML, qui ne sont jamais développées"
    ),
    "a frame of the page is not read: {address}": "un cadre de la page n'est pas lu : {address}",
    "it is no saved web page": "ce n'est pas une page web enregistrée",
    "it is no RTF file": "ce n'est pas un fichier RTF",
    "it is no e-mail message": "ce n'est pas un message électronique",
    "it is no PDF": "ce n'est pas un PDF",
    "it is cut short: a part of the message is missing": (
        "il est tronqué : une partie du message manque"
    ),
    "it is cut short: the end of the PDF is missing": "il est tronqué : la fin du PDF manque",
    "it is a damaged PDF ({error})": "c'est un PDF endommagé ({error})",
    "its text is in Outlook's RTF form only, which is not read; save the message as .eml": (
        "son texte n'existe qu'au format RTF d'Outlook, qui n'est pas lu ; "
        "enregistrer le message en .eml"
    ),
    "it is an OpenDocument file, but no spreadsheet (.ods)": (
        "c'est un fichier OpenDocument, mais pas un tableur (.ods)"
    ),
    "it is an OpenDocument file, but no text (.odt)": (
        "c'est un fichier OpenDocument, mais pas un texte (.odt)"
    ),
    "it is not text in any known encoding": "ce n'est du texte dans aucun encodage connu",
    "it is not there": "il n'est pas là",
    "it holds no text": "il ne contient pas de texte",
    "it holds only images, no text{why}": "il ne contient que des images, pas de texte{why}",
    "this format is not read (only {formats})": "ce format n'est pas lu (seulement {formats})",
    "this format is not read": "ce format n'est pas lu",
    "only {number} are read": "seules {number} sont lues",
    "it is a link to a place outside the corpus": "c'est un lien vers l'extérieur du corpus",
    "it is not a regular file": "ce n'est pas un fichier ordinaire",
    "it has more than {number} pages": "il a plus de {number} pages",
    "it has no page {number}": "il n'a pas de page {number}",
    "its pages cannot be drawn ({error})": "ses pages ne peuvent pas être dessinées ({error})",
    "it is larger than {size} MB": "il dépasse {size} Mo",
    "it changed while it was being read; run again": "il a changé pendant la lecture ; relancer",
    "reading it takes too much memory": "le lire prend trop de mémoire",
    "reading it takes more than {seconds} seconds of processor time": (
        "le lire prend plus de {seconds} secondes de processeur"
    ),
    "reading it takes more than {seconds} seconds": "le lire prend plus de {seconds} secondes",
    "reading it breaks the reader down; it may be damaged, or need too much memory": (
        "le lire arrête le lecteur ; il est peut-être endommagé, ou demande trop de mémoire"
    ),
    "it is nested too deeply to be read": "il est trop imbriqué pour être lu",
    "it is damaged, or no real {suffix} file ({error})": (
        "il est endommagé, ou n'est pas un vrai fichier {suffix} ({error})"
    ),
    "its front matter is {why}": "son en-tête n'est pas lisible : {why}",
    "not valid YAML (line {line})": "ce n'est pas du YAML valide (ligne {line})",
    "its name is not valid UTF-8; rename it": "son nom n'est pas en UTF-8 ; le renommer",
    "its folder cannot be looked into ({error})": "son dossier ne peut pas être lu ({error})",
    "No such file or directory": "fichier ou dossier introuvable",
    "Permission denied": "accès refusé",
    # What was not read of a file.
    "an embedded file is not read: {name}": "fichier incorporé non lu : {name}",
    "an embedded object is not read: {name}": "objet incorporé non lu : {name}",
    "a file put into the text is not read: {name}": "fichier inséré dans le texte non lu : {name}",
    "a part that defines XML entities is not read: {name}": (
        "partie qui définit des entités XML, non lue : {name}"
    ),
    "a damaged part is not read: {name}": "partie endommagée, non lue : {name}",
    "slide {number} is hidden; left out": "la diapositive {number} est masquée ; laissée de côté",
    "slide {number} has speaker notes; left out": (
        "la diapositive {number} a des commentaires d'orateur ; laissés de côté"
    ),
    "slide {number} holds a diagram, which is not read": (
        "la diapositive {number} contient un diagramme, qui n'est pas lu"
    ),
    "sheet {name} is hidden; left out": "la feuille {name} est masquée ; laissée de côté",
    "only the first {number} columns of sheet {name} are read": (
        "seules les {number} premières colonnes de la feuille {name} sont lues"
    ),
    "only the first {number} rows of sheet {name} are read": (
        "seules les {number} premières lignes de la feuille {name} sont lues"
    ),
    "{number} formulas have no stored value; open and save it in Excel": (
        "{number} formules n'ont pas de valeur enregistrée ; l'ouvrir et l'enregistrer dans Excel"
    ),
    "it is cut short or its parts are not marked; what is there is read": (
        "il est tronqué, ou ses parties ne sont pas marquées ; ce qui est là est lu"
    ),
    "messages forwarded in more than {number} messages are not read": (
        "les messages transférés dans plus de {number} messages ne sont pas lus"
    ),
    "attachment not read: {name} ({why})": "pièce jointe non lue : {name} ({why})",
    "attachment not read: {name}": "pièce jointe non lue : {name}",
    "page {which}: only images, not read{why}": "page {which} : que des images, non lue{why}",
    " (no OCR yet)": " (pas de reconnaissance de texte)",
    "its fonts do not say what its letters are; save it as a PDF anew, or as text": (
        "ses polices ne disent pas quelles sont ses lettres ; l'enregistrer de nouveau en PDF, "
        "ou comme texte"
    ),
    "{number} characters stand for no letter in its fonts; left out": (
        "{number} caractères ne correspondent à aucune lettre dans ses polices ; laissés de côté"
    ),
    "pages of pictures were not read; with tesseract, PLAIDOYER_OCR=tesseract reads them "
    "(docs/formats.md)": (
        "des pages qui sont des images n'ont pas été lues ; avec tesseract, "
        "PLAIDOYER_OCR=tesseract les lit (docs/formats.md)"
    ),
    "its pictures are not read: tesseract is not installed (Debian: apt-get install tesseract-ocr "
    "tesseract-ocr-fra, and pip install -e '.[ocr]')": (
        "ses images ne sont pas lues : tesseract n'est pas installé (Debian : apt-get install "
        "tesseract-ocr tesseract-ocr-fra, et pip install -e '.[ocr]')"
    ),
    "only {number} of its {all} pages of pictures are read": (
        "seules {number} de ses {all} pages d'images sont lues"
    ),
    "page {number}: its picture is not read ({error})": (
        "page {number} : son image n'est pas lue ({error})"
    ),
    "page {number}: its text was recognised on a picture": (
        "page {number} : son texte a été reconnu sur une image"
    ),
    "no attachment {name} is read of {path}": "aucune pièce jointe {name} n'est lue de {path}",
    "there is no file {path}; name one, or one of the corpus by its path there": (
        "il n'y a pas de fichier {path} ; en nommer un, ou un du corpus par son chemin"
    ),
    # What is known of a document.
    "its front matter stays part of its text: {why}": "son en-tête reste dans son texte : {why}",
    "no lines of key: value": "pas de lignes « clé: valeur »",
    "no block between two lines of ---": "pas de bloc entre deux lignes ---",
    "only YAML between --- is read": "seul le YAML entre --- est lu",
    "it is longer than {number} characters": "il dépasse {number} caractères",
    "{field} {value} is none of {allowed}; left out": (
        "{field} {value} n'est pas parmi {allowed} ; laissé de côté"
    ),
    "its text says {date}, its name {named}; the name is believed {hint}": (
        "son texte dit {date}, son nom {named} ; le nom est cru {hint}"
    ),
    "its text says {date}, its name {named}; the text is believed {hint}": (
        "son texte dit {date}, son nom {named} ; le texte est cru {hint}"
    ),
    "its properties say {date}, its name {named}; the name is believed {hint}": (
        "ses propriétés disent {date}, son nom {named} ; le nom est cru {hint}"
    ),
    "its properties say {date}, which is still to come; they are not believed": (
        "ses propriétés disent {date}, qui est à venir ; elles ne sont pas crues"
    ),
    "dated {date} by its properties alone, which an export may have written {hint}": (
        "daté du {date} par ses seules propriétés, qu'un export peut avoir écrites {hint}"
    ),
    "its properties call it {title}, which its first page does not; called {better} {hint}": (
        "ses propriétés le nomment {title}, sa première page non ; nommé {better} {hint}"
    ),
    "(catalogue.toml can say otherwise)": "(catalogue.toml peut en décider autrement)",
    "no date found; dates without a year in it stay without one; state it in front matter, "
    "in catalogue.toml or in the file name (2024-03-21-...)": (
        "pas de date trouvée ; ses dates sans année restent sans année ; l'indiquer dans "
        "l'en-tête, dans catalogue.toml ou dans le nom du fichier (2024-03-21-...)"
    ),
    "kind unknown, indexed as other": "genre inconnu, indexé comme « other »",
    "taken as status {status}, for it says {words} (status in front matter or catalogue.toml can "
    "say otherwise)": (
        "pris pour {status}, car il dit {words} (l'en-tête ou catalogue.toml peuvent en décider "
        "autrement)"
    ),
    "audience {value} in {where} is none of {allowed}; taken as staff": (
        "audience {value} dans {where} : pas parmi {allowed} ; réservé aux permanents (staff)"
    ),
    "taken as audience staff, members will not see it, for it says {words} (only its name or its "
    "first lines can say otherwise)": (
        "réservé aux permanents (staff), les adhérents ne le verront pas, car il dit {words} "
        "(seuls son nom ou ses premières lignes peuvent en décider autrement)"
    ),
    "taken as audience staff, members will not see it, for beside its text it says {words} (taking "
    "that out can say otherwise)": (
        "réservé aux permanents (staff), les adhérents ne le verront pas, car il dit {words} à "
        "côté de son texte (seul le retirer de là peut en décider autrement)"
    ),
    "audience {said}: the narrower counts": "audience {said} : la plus restreinte compte",
    "unreadable now; its last readable version still answers, now for the audience {who}": (
        "illisible à présent ; sa dernière version lisible répond encore, désormais pour {who}"
    ),
    "unreadable now; its last readable version still answers": (
        "illisible à présent ; sa dernière version lisible répond encore"
    ),
    "catalogue.toml speaks of {path}, which is not in the corpus": (
        "catalogue.toml parle de {path}, qui n'est pas dans le corpus"
    ),
    "Built anew: {why}": "Reconstruit à neuf : {why}",
    "The index is damaged ({what})": "l'index est endommagé ({what})",
    "The index was made by another version of Plaidoyer": (
        "l'index vient d'une autre version de Plaidoyer"
    ),
    # What is refused at the desk.
    "Somebody has changed catalogue.toml meanwhile. See what it says now, then save again.": (
        "Quelqu'un a modifié catalogue.toml entre-temps. Regardez ce qu'il dit maintenant, puis "
        "enregistrez à nouveau."
    ),
    "Somebody has changed this file meanwhile. See what is there now, then try again.": (
        "Quelqu'un a modifié ce fichier entre-temps. Regardez ce qu'il en est, puis recommencez."
    ),
    "{value} is no date. Write 2024-03-21, 2024-03 or 2024.": (
        "{value} n'est pas une date. Écrivez 2024-03-21, 2024-03 ou 2024."
    ),
    "{value} is none of {allowed}. Choose one.": (
        "{value} ne fait pas partie de {allowed}. Choisissez-en un."
    ),
    "There is no folder {name}. Choose one that is there.": (
        "Il n'y a pas de dossier {name}. Choisissez-en un qui existe."
    ),
    "{name} is no name for a document. Rename the file.": (
        "{name} n'est pas un nom pour un document. Renommez le fichier."
    ),
    "this format is not read (only {formats}). Save it as one of these.": (
        "ce format n'est pas lu (seulement {formats}). Enregistrez-le dans l'un d'eux."
    ),
    "This file waits no longer. See the list of those that do.": (
        "Ce fichier n'attend plus. Voyez la liste de ceux qui attendent."
    ),
    "It cannot be read: {why}. Mend it and send it again.": (
        "Il ne peut pas être lu : {why}. Réparez-le et envoyez-le à nouveau."
    ),
    "This file is not in the collection. See the list.": (
        "Ce fichier n'est pas dans la collection. Voyez la liste."
    ),
    "{name} is larger than {size} MB. Make it smaller, or divide it.": (
        "{name} dépasse {size} Mo. Réduisez-le ou divisez-le."
    ),
    "{name} is no {suffix} file. Choose one, or add it as a new document.": (
        "{name} n'est pas un fichier {suffix}. Choisissez-en un, ou ajoutez-le comme nouveau "
        "document."
    ),
    "More than {size} MB were sent at once. Send fewer files.": (
        "Plus de {size} Mo ont été envoyés en une fois. Envoyez moins de fichiers."
    ),
    "The form did not arrive whole. Send it again.": (
        "Le formulaire n'est pas arrivé entier. Envoyez-le à nouveau."
    ),
    "The collection was left as it was, for something could not be written ({error}). Make room, "
    "or give the right to write in {corpus} and {store}, then try again.": (
        "La collection est restée telle quelle, car l'écriture a échoué ({error}). Faites de la "
        "place, ou donnez le droit d'écrire dans {corpus} et {store}, puis recommencez."
    ),
    "No run was begun, for {store} could not be written ({error}). Make room or give the right to "
    "write there, then try again.": (
        "Rien n'a été lancé, car {store} ne peut pas être écrit ({error}). Faites de la place ou "
        "donnez le droit d'y écrire, puis recommencez."
    ),
    "Nothing was changed, for {file} could not be written ({error}). Make room or give the right "
    "to write there, then try again.": (
        "Rien n'a été changé, car {file} ne peut pas être écrit ({error}). Faites de la place ou "
        "donnez le droit d'y écrire, puis recommencez."
    ),
    "{file} is not valid TOML ({error}). Correct it and run: python -m index": (
        "{file} n'est pas du TOML valide ({error}). Corrigez-le, puis relancez l'indexation."
    ),
    '{file} has {key} outside of any document\'s table. Put it under the ["path"] of its '
    "document and run: python -m index": (
        '{file} a {key} en dehors de la table d\'un document. Placez-le sous le ["chemin"] de '
        "son document, puis relancez l'indexation."
    ),
    "{file} is written in a way that is not changed here{hint}. Change it in an editor.": (
        "{file} est écrit d'une façon qui ne se modifie pas ici{hint}. Modifiez-le dans un éditeur."
    ),
    # What is left out on purpose.
    "signatures and notices": "signatures et mentions",
    "quoted mail": "messages cités",
    "links": "liens",
    "menus, footers and hidden text": "menus, pieds de page et texte masqué",
    "deleted text": "texte supprimé",
    "hidden text": "texte masqué",
    "comments": "commentaires",
    "table of contents": "sommaire",
    "page headers and footers": "en-têtes et pieds de page",
    "text across the page": "texte en travers de la page",
    "text outside the page": "texte hors de la page",
}
# Where an audience is stated.
PLACES = {
    "the file": "le fichier",
    "its properties": "ses propriétés",
    "its mail": "son message",
    "in": "dans",
}
IN_PLACE = re.compile(rf"\b(?:{'|'.join(PLACES)})\b")
HINT = r"\(.*\)"
BRACED = re.compile(r"\{(\w+)\}")


def in_french(message: str) -> str:
    """The message in French, or as it is; a path and a colon before it stay."""
    for form, french in _forms():
        if match := form.fullmatch(message):
            values = match.groupdict(default="")
            path = values.pop("a_path")
            for name in ("why", "hint"):
                if values.get(name):
                    values[name] = in_french(values[name])
            for name in ("where", "said"):
                if name in values:
                    values[name] = IN_PLACE.sub(lambda place: PLACES[place[0]], values[name])
            return path.replace(": ", " : ") + french.format(**values)
    return message


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    """The patterns of the messages, in their order, and their French."""
    forms = []
    for english, french in MESSAGES.items():
        pieces = BRACED.split(english)
        pattern = "".join(
            f"(?P<{piece}>{HINT if piece == 'hint' else '.*'})" if number % 2 else re.escape(piece)
            for number, piece in enumerate(pieces)
        )
        forms.append((re.compile(rf"(?P<a_path>(?:.*?: )?){pattern}", re.S), french))
    return forms
