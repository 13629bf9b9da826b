"""What /account and /desk/accounts say, in French and in English."""

OWN = {
    "fr": {
        "title": "Mon compte",
        "nobody": "Il n'y a pas de connexion sur cette machine, et donc pas de compte.",
        "name": "Nom d'utilisateur",
        "audience": "Ce que vous voyez",
        "members": "les textes publics et ceux des adhérents",
        "staff": "tous les textes, et les pages de l'équipe",
        "session": "Session",
        "lasts": "encore {hours} h {minutes:02} min au plus, et 2 h sans demande",
        "no_session": "sans session : chaque demande porte le mot de passe",
        "by_provider": (
            "Vous vous connectez avec le compte de la fédération : c'est là que se change votre "
            "mot de passe."
        ),
        "password": "Changer de mot de passe",
        "old": "Mot de passe actuel",
        "save": "Changer le mot de passe",
        "changed": (
            "Le mot de passe est changé. Vos autres sessions ont pris fin ; celle-ci continue."
        ),
        "wrong": "Le mot de passe actuel n'est pas le bon. Rien n'est changé.",
    },
    "en": {
        "title": "My account",
        "nobody": "There is no log-in on this machine, and so no account.",
        "name": "User name",
        "audience": "What you see",
        "members": "public texts and those for members",
        "staff": "all texts, and the pages for staff",
        "session": "Session",
        "lasts": "{hours} h {minutes:02} min more at most, and 2 h without a request",
        "no_session": "without a session: each request carries the password",
        "by_provider": (
            "You log in with the federation's account: that is where your password is changed."
        ),
        "password": "Change the password",
        "old": "Present password",
        "save": "Change the password",
        "changed": "The password is changed. Your other sessions have ended; this one goes on.",
        "wrong": "The present password is wrong. Nothing was changed.",
    },
}
ALL = {
    "fr": {
        "title": "Comptes",
        "intro": (
            "Qui peut se connecter avec un mot de passe. Ceux qui viennent par le compte de la "
            "fédération ne sont pas dans cette liste."
        ),
        "users": "Utilisateurs",
        "name": "Nom",
        "audience": "Accès",
        "members": "adhérents",
        "staff": "équipe",
        "you": "vous",
        "change": "Changer",
        "change_of": "Changer l'accès de {name}",
        "audience_of": "Accès de {name}",
        "renew": "Lien de mot de passe",
        "renew_of": "Lien pour un nouveau mot de passe de {name}",
        "remove": "Supprimer",
        "remove_of": "Supprimer {name}",
        "sure_remove": "Supprimer {name} ? Ses conversations sont effacées.",
        "actions": "Que faire",
        "invited": "Invitations en cours",
        "until": "Jusqu'au",
        "none": "Aucune invitation n'est en cours.",
        "withdraw": "Retirer",
        "withdraw_of": "Retirer l'invitation de {name}",
        "invite": "Inviter",
        "invite_hint": (
            "Un lien à envoyer vous-même, qui sert une fois et pendant {days} jours. Pour "
            "quelqu'un qui a déjà un compte, il donne un nouveau mot de passe."
        ),
        "invite_name": "Nom d'utilisateur (une adresse électronique, par exemple)",
        "make": "Créer le lien",
        "made": "Lien pour {name}",
        "made_hint": (
            "Copiez-le maintenant : il n'est montré qu'une fois. Qui l'ouvre choisit un mot de "
            "passe."
        ),
        "link": "Lien de l'invitation",
        "removed": "L'utilisateur est supprimé.",
        "changed": "L'accès est changé.",
        "withdrawn": "L'invitation est retirée.",
        "NameRefused": (
            "Ce nom ne convient pas : 1 à 100 caractères, sans espace ni deux-points. "
            "Choisissez-en un autre."
        ),
        "UserUnknown": "Cet utilisateur n'est plus là. Voici la liste telle qu'elle est.",
        "InvitationUnknown": "Cette invitation n'est plus là. Voici la liste telle qu'elle est.",
        "LastOfStaff": (
            "Il ne resterait personne de l'équipe. Donnez d'abord l'accès de l'équipe à quelqu'un "
            "d'autre."
        ),
    },
    "en": {
        "title": "Accounts",
        "intro": (
            "Who can log in with a password. Those who come by the federation's account are not in "
            "this list."
        ),
        "users": "Users",
        "name": "Name",
        "audience": "Access",
        "members": "members",
        "staff": "staff",
        "you": "you",
        "change": "Change",
        "change_of": "Change the access of {name}",
        "audience_of": "Access of {name}",
        "renew": "Password link",
        "renew_of": "Link for a new password of {name}",
        "remove": "Remove",
        "remove_of": "Remove {name}",
        "sure_remove": "Remove {name}? Their conversations are deleted.",
        "actions": "What to do",
        "invited": "Open invitations",
        "until": "Until",
        "none": "There is no open invitation.",
        "withdraw": "Withdraw",
        "withdraw_of": "Withdraw the invitation of {name}",
        "invite": "Invite",
        "invite_hint": (
            "A link that you send yourself, which works once and for {days} days. To someone who "
            "has an account it gives a new password."
        ),
        "invite_name": "User name (an e-mail address, for example)",
        "make": "Make the link",
        "made": "Link for {name}",
        "made_hint": ("Copy it now: it is shown only once. Whoever opens it chooses a password."),
        "link": "Link of the invitation",
        "removed": "The user is removed.",
        "changed": "The access is changed.",
        "withdrawn": "The invitation is withdrawn.",
        "NameRefused": (
            "This name will not do: 1 to 100 characters, without blanks and colons. Choose another."
        ),
        "UserUnknown": "This user is no longer there. Here is the list as it is.",
        "InvitationUnknown": "This invitation is no longer there. Here is the list as it is.",
        "LastOfStaff": (
            "Nobody of the staff would be left. Give someone else the access of staff first."
        ),
    },
}
