"""The words of log-in by an identity provider and of invitations; part of LABELS."""

ACCOUNTS = {
    "fr": {
        "log_in_elsewhere": "Se connecter avec le compte de la fédération",
        "log_in_or": "Ou avec un nom d'utilisateur et un mot de passe :",
        "on_the_way": "Vers la connexion de la fédération…",
        "let_in": "Vous êtes connecté.",
        "go_on": "Continuer",
        "provider_lost": (
            "Le service de connexion de la fédération ne répond pas comme il le devrait. Réessayez "
            "dans quelques minutes, ou prévenez l'équipe."
        ),
        "provider_refused": (
            "La connexion n'a pas abouti. Recommencez ; si cela se répète, prévenez l'équipe."
        ),
        "provider_no_member": (
            "Votre compte ne donne pas accès à Plaidoyer. Demandez cet accès à la fédération."
        ),
        "invitation": "Invitation",
        "invitation_look": "Ouvrez le lien de votre invitation, ou collez ici son code.",
        "invitation_choose": (
            "Choisissez un mot de passe. Gardez votre nom d'utilisateur : il sert à vous connecter."
        ),
        "invitation_token": "Code de l'invitation (ce qui suit # dans le lien)",
        "invitation_go_on": "Continuer",
        "invitation_accept": "Enregistrer et entrer",
        "invitation_gone": (
            "Cette invitation n'est plus valable : elle a servi, a expiré ou a été retirée. "
            "Demandez-en une autre à la fédération."
        ),
        "account_unavailable": (
            "Les comptes ne peuvent pas être modifiés pour le moment. Prévenez l'équipe."
        ),
        "password_new": "Nouveau mot de passe",
        "password_again": "Le même, encore une fois",
        "password_rule": (
            "{shortest} à {longest} caractères, autre que votre nom : quatre mots conviennent."
        ),
        "password_refused": (
            "Ce mot de passe ne convient pas : {shortest} à {longest} caractères, autre que votre "
            "nom. Choisissez-en un autre."
        ),
        "passwords_differ": "Les deux mots de passe diffèrent. Saisissez-les à nouveau.",
    },
    "en": {
        "log_in_elsewhere": "Log in with the federation's account",
        "log_in_or": "Or with a user name and a password:",
        "on_the_way": "To the federation's log-in…",
        "let_in": "You are logged in.",
        "go_on": "Go on",
        "provider_lost": (
            "The federation's log-in service does not answer as it should. Try again in a few "
            "minutes, or tell the staff."
        ),
        "provider_refused": "The log-in failed. Begin again; if it fails again, tell the staff.",
        "provider_no_member": (
            "Your account does not open Plaidoyer. Ask the federation for access."
        ),
        "invitation": "Invitation",
        "invitation_look": "Open the link of your invitation, or paste its code here.",
        "invitation_choose": (
            "Choose a password. Keep your user name: it is what you log in with."
        ),
        "invitation_token": "Code of the invitation (what follows # in the link)",
        "invitation_go_on": "Go on",
        "invitation_accept": "Save and enter",
        "invitation_gone": (
            "This invitation is no longer valid: it was used, has expired or was withdrawn. Ask "
            "the federation for another."
        ),
        "account_unavailable": "Accounts cannot be changed at this moment. Tell the staff.",
        "password_new": "New password",
        "password_again": "The same, once more",
        "password_rule": "{shortest} to {longest} characters, not your name: four words do well.",
        "password_refused": (
            "This password will not do: {shortest} to {longest} characters, not your name. Choose "
            "another."
        ),
        "passwords_differ": "The two passwords differ. Type them again.",
    },
}
