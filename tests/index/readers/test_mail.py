"""Mail -> documents: whose words are kept, whose are marked, what is left out."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from making import msg

from index.passage import Document
from index.readers.read import read, read_all

HEAD = (
    b"Subject: =?utf-8?q?R=C3=A9union_au_minist=C3=A8re?=\nDate: Thu, 4 May 2023 23:30:00 "
    b"+0200\nFrom: Paul <paul@example.org>\n"
)


def document(
    corpus: Path, data: bytes, path: str = "auditions/a.eml"
) -> tuple[Document, list[str]]:
    (corpus / path).parent.mkdir(parents=True, exist_ok=True)
    (corpus / path).write_bytes(data)
    return read(corpus, path, {})


def text_of(corpus: Path, body: str, subject: str = "Point") -> str:
    head = (
        f"Subject: {subject}\nDate: Thu, 4 May 2023 10:00:00 +0200\nContent-Type: "
        f"text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return document(corpus, (head + body).encode())[0].text


def html_text_of(corpus: Path, html: str, subject: str = "Point") -> str:
    head = (
        f"Subject: {subject}\nContent-Type: text/html; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n"
    )
    return document(corpus, (head + html).encode())[0].text


def test_subject_and_date_of_a_mail_are_its_title_and_date_and_its_folder_its_kind(tmp_path: Path):
    body = (
        b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
        b"quoted-printable\n\nNous avons vu la ministre, tr=E8s int=E9ress=E9e =\npar le "
        b"fonds.\n"
    )
    read_, warnings = document(tmp_path, HEAD + body)
    assert (read_.title, read_.date, read_.kind) == (
        "Réunion au ministère",
        "2023-05-04",
        "audition",
    )
    assert read_.text == "Nous avons vu la ministre, très intéressée par le fonds.\n\n"
    assert warnings == []


def test_a_date_that_no_calendar_has_does_not_condemn_its_mail(tmp_path: Path):
    absurd = b"Subject: Note au fonds\nDate: Mon, 1 Jan 99999999999 10:00:00 +0000\n\nUn fonds.\n"
    read_, _ = document(tmp_path, absurd)
    assert (read_.title, read_.text) == ("Note au fonds", "Un fonds.\n\n")


def test_windows_signs_in_a_subject_are_kept(tmp_path: Path):
    data = b"Subject: =?iso-8859-1?q?L=92aide=85?= suite\n\nUn fonds."
    assert document(tmp_path, data)[0].title == "L’aide… suite"


def test_what_is_declared_as_latin_1_is_read_as_windows_writes_it(tmp_path: Path):
    assert (
        document(
            tmp_path,
            HEAD + b"Content-Type: text/plain; charset=iso-8859-1\n\nL\x92\xe9t\xe9 \xe0 5 \x80.",
        )[0].text
        == "L’été à 5 €.\n\n"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Nous demandons :</p><ul><li>un fonds</li></ul>", "Nous demandons :\n\n- un fonds\n\n"),
        ("<p>Nous demandons : un <b>fonds</b></p>", "Nous demandons :\nun fonds\n\n"),
    ],
)
def test_the_html_part_is_taken_where_it_has_more_structure_else_the_plain_one(
    tmp_path: Path, html: str, text: str
):
    message = EmailMessage()
    message["Subject"] = "Point"
    message.set_content("Nous demandons :\nun fonds\n")
    message.add_alternative(html, subtype="html")
    assert document(tmp_path, message.as_bytes())[0].text == text


def test_attachments_that_are_not_read_are_named_in_a_warning(tmp_path: Path):
    message = EmailMessage()
    message["Subject"] = "Point"
    message.set_content("Voici la note.\n")
    message.add_attachment(
        b"secret", maintype="application", subtype="pdf", filename="note d'été.pdf"
    )
    message.add_attachment(b"x", maintype="application", subtype="zip", filename="tout.zip")
    read_, warnings = document(tmp_path, message.as_bytes())
    assert read_.text == "Voici la note.\n\n"
    assert warnings[-2:] == [
        "auditions/a.eml: attachment not read: note d'été.pdf (it is no PDF)",
        "auditions/a.eml: attachment not read: tout.zip (this format is not read)",
    ]


@pytest.mark.parametrize(
    ("mark", "heading"),
    [
        (
            "---------- Forwarded message ---------\nFrom: Marie Martin <m@example.org>\n"
            "Date: Mon, 1 May 2023 at 10:00\nSubject: Fonds\nTo: Paul <p@example.org>\n",
            "Forwarded message from Marie Martin, Mon, 1 May 2023 at 10:00",
        ),
        (
            "-------- Message transféré --------\nSujet : Fonds\nDate : Mon, 1 May 2023 "
            "10:00:00 +0200\nDe : Marie Martin <m@example.org>\nPour : Paul\n",
            "Message transféré de Marie Martin, Mon, 1 May 2023 10:00:00 +0200",
        ),
        (
            "-----Message d'origine-----\nDe : Marie Martin\nEnvoyé : lundi 1 mai 2023 "
            "10:00\nÀ : Paul\nObjet : Fonds\n",
            "Message transféré de Marie Martin, lundi 1 mai 2023 10:00",
        ),
        (
            "De : Marie Martin <m@example.org>\nEnvoyé : lundi 1 mai 2023 10:00\nÀ : "
            "Paul\nObjet : Fonds\n",
            "Message transféré de Marie Martin, lundi 1 mai 2023 10:00",
        ),
    ],
)
def test_forwarded_text_is_kept_in_a_section_that_says_whose_it_is(
    tmp_path: Path, mark: str, heading: str
):
    (tmp_path / "auditions").mkdir()
    data = (
        f"Subject: TR : Fonds\nContent-Type: text/plain; charset=utf-8\n\nPour information.\n"
        f"\n{mark}\nLe fonds est ouvert.\n\nIl ferme en juin.\n"
    )
    assert [
        (section.headings, section.text)
        for section in document(tmp_path, data.encode())[0].sections
    ] == [
        ((), "Pour information.\n\n"),
        ((heading,), f"{heading}\n\nLe fonds est ouvert.\n\nIl ferme en juin.\n\n"),
    ]


def test_a_mail_forwarded_from_an_apple_device_is_kept_without_its_quotation_marks(tmp_path: Path):
    html = (
        "<p>Pour information.</p><div><p>Début du message transféré :</p><blockquote "
        'type="cite"><div>De: Marie Martin</div><div>Objet: Fonds</div>'
        "<div>Date: 1 mai 2023</div><div>À: Paul</div><p>Le fonds est ouvert.</p>"
        "</blockquote></div>"
    )
    assert html_text_of(tmp_path, html) == (
        "Pour information.\n\nMessage transféré de Marie Martin, 1 mai 2023\n\nLe fonds "
        "est ouvert.\n\n"
    )


def test_a_message_attached_whole_is_marked_as_forwarded(tmp_path: Path):
    inner, outer = EmailMessage(), EmailMessage()
    inner["From"], inner["Date"], inner["Subject"] = (
        "Marie Martin <m@example.org>",
        "Mon, 1 May 2023 10:00:00 +0200",
        "Fonds",
    )
    inner.set_content("Le fonds est ouvert.\n")
    outer["Subject"] = "TR: Fonds"
    outer.set_content("Pour information.\n")
    outer.add_attachment(inner)
    assert document(tmp_path, outer.as_bytes())[0].text == (
        "Pour information.\n\nMessage transféré de Marie Martin, Mon, 01 May 2023 "
        "10:00:00 +0200\n\nLe fonds est ouvert.\n\n"
    )


@pytest.mark.parametrize(
    "quoted",
    [
        "Le lun. 1 mai 2023 à 10:00, Marie Martin <m@example.org> a écrit :\n> Le fonds "
        "?\n> Merci.\n",
        "Le lun. 1 mai 2023 à 10:00, Marie Martin <marie.martin@example.org>\na écrit :\n"
        "\n> Le fonds ?\n",
        "On Mon, May 1, 2023 at 10:00 AM Marie Martin <m@example.org> wrote:\n\n> Le fonds ?\n",
        "-----Message d'origine-----\nDe : Marie Martin\nEnvoyé : lundi 1 mai 2023\nÀ : "
        "Paul\nObjet : Fonds\n\nLe fonds ?\n",
        "De : Marie Martin\nEnvoyé : lundi 1 mai 2023\nÀ : Paul\nObjet : Fonds\n\nLe fonds ?\n",
        "From: Marie Martin\nSent: Monday, May 1, 2023\nTo: Paul\nSubject: Fonds\n\nLe fonds ?\n",
    ],
)
def test_the_mail_that_is_answered_is_left_out(tmp_path: Path, quoted: str):
    assert (
        text_of(tmp_path, f"Oui, il est ouvert.\n\n{quoted}", "RE: Fonds")
        == "Oui, il est ouvert.\n\n"
    )


def test_answers_between_quoted_lines_are_kept(tmp_path: Path):
    assert (
        text_of(
            tmp_path,
            "Le 1 mai 2023, Marie a écrit :\n> Le fonds ?\nIl est ouvert.\n> Le guichet "
            "?\nIl est fermé.\n",
        )
        == "Il est ouvert.\nIl est fermé.\n\n"
    )


def test_a_quotation_in_an_html_answer_is_left_out_and_one_in_its_own_words_kept(tmp_path: Path):
    html = (
        "<h2>Réponse</h2><p>La ministre a dit :</p><blockquote>Le fonds sera ouvert.</blockquote>"
        '<div class="gmail_quote"><div>Le lun. 1 mai 2023 à 10:00, Marie '
        "&lt;m@example.org&gt; a écrit :<br></div>"
        '<blockquote class="gmail_quote"><p>Le fonds ?</p></blockquote></div>'
    )
    assert (
        html_text_of(tmp_path, html)
        == "Réponse\n\nLa ministre a dit :\n\nLe fonds sera ouvert.\n\n"
    )


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nPaul Durand\nDélégué général\n1 rue X\n",
        "Cordialement,\n\nPaul Durand\nDélégué général\nTél. 01 23 45 67 89\n",
        "Bien à vous,\nPaul\n",
        "Best regards,\nPaul Durand\nHead of Public Affairs\n",
        "Bien cordialement, Paul Durand\n",
        "Envoyé de mon iPhone\n",
        "Cordialement\nPaul\n\nCe message et ses pièces jointes sont confidentiels et "
        "réservés à leur destinataire. Merci de les détruire en cas d'erreur.\n",
    ],
)
def test_a_signature_is_left_out(tmp_path: Path, signature: str):
    assert text_of(tmp_path, f"Le fonds est ouvert.\n\n{signature}") == "Le fonds est ouvert.\n\n"


@pytest.mark.parametrize(
    "body",
    [
        "Le ministre nous a reçus cordialement.\n\nIl a promis un fonds.",
        "Cordialement, il a refusé notre demande de fonds national.\n\nNous insisterons.",
        "On nous a dit en 2023 : le fonds est ouvert.",
        "De : nos adhérents\n\nUne demande de fonds.",
        "Le débat -- long -- a porté sur le fonds.",
        "Le 12 mars 2023, la ministre nous a écrit :\n\nLe fonds sera ouvert.",
        "Le fonds est ouvert.\n\nRegards croisés sur le numérique",
        "Objet : audition du 4 mai\nDe : la fédération\nDate : 5 mai\n\nNous avons "
        "demandé un fonds.",
    ],
)
def test_words_that_only_resemble_a_signature_or_a_quotation_are_kept(tmp_path: Path, body: str):
    assert text_of(tmp_path, body) == body + "\n\n"


def test_the_frame_of_a_newsletter_sent_as_mail_is_left_out(tmp_path: Path):
    html = (
        "<p>Voir cette lettre dans le navigateur</p><h1>Lettre</h1><p>Un fonds.</p><p>Se "
        "désabonner</p><p>1 rue X, 75000 Paris</p>"
    )
    assert html_text_of(tmp_path, html) == "Lettre\n\nUn fonds.\n\n"


def test_an_outlook_message_is_read_like_any_mail(tmp_path: Path):
    data = msg(
        "TR : Fonds",
        "Pour information.\r\n\r\nDe : Marie Martin\r\nEnvoyé : lundi 1 mai 2023\r\nÀ : "
        "Paul\r\nObjet : Fonds\r\n\r\nLe fonds est ouvert.\r\n",
        headers="Date: Thu, 4 May 2023 10:00:00 +0200\r\n",
        attachment="note.docx",
    )
    read_, warnings = document(tmp_path, data, "auditions/a.msg")
    assert (read_.title, read_.date, read_.kind) == ("TR : Fonds", "2023-05-04", "audition")
    assert [section.headings for section in read_.sections] == [
        (),
        ("Message transféré de Marie Martin, lundi 1 mai 2023",),
    ]
    assert read_.text.endswith("Le fonds est ouvert.\n\n")
    assert "auditions/a.msg: attachment not read: note.docx" in warnings


def test_an_outlook_message_in_html_keeps_its_structure(tmp_path: Path):
    data = msg(
        "Point", "Nous demandons : un fonds", "<h2>Été</h2><ul><li>un fonds</li></ul>".encode()
    )
    assert document(tmp_path, data, "a.msg")[0].text == "Été\n\n- un fonds\n\n"


SIGNED = "From: Anne Moreau <anne@example.org>\nSubject: Point\n"


def signed_text(corpus: Path, body: str) -> str:
    head = f"{SIGNED}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return document(corpus, (head + body).encode())[0].text


@pytest.mark.parametrize(
    "below",
    [
        "Bien cordialement,\n\nAnne Moreau\n\nDéléguée aux affaires publiques\n\nTél. : 01 23 45 "
        "67 89\n\nFédération du commerce - 12 bis, avenue de la République - 75011 Paris\n",
        "Belle journée,\n\nAnne\n\n<https://example.org/anne>\n",
        "Dans l'attente de votre retour,\nAnne Moreau\n",
        "Cdt,\nA. M.\n",
        "Merci d'avance,\n\nAnne Moreau\n",
        "Anne Moreau\nDirectrice\nanne@example.org | +33 1 23 45 67 89\n",
        "MOREAU Anne\n",
        "Kind regards,\n\nAnne Moreau\nHead of Public Affairs\nMobile: +32 470 12 34 56\n",
        "Thanks,\nAnne\n",
        "Anne Moreau\n\nPensez à l'environnement avant d'imprimer ce courriel.\n",
        "🌳 N'imprimez ce message que si c'est nécessaire.\n",
        "Merci de ne pas imprimer ce mail\n",
        "Ce courriel et ses pièces jointes sont destinés à leurs seuls destinataires et peuvent\n"
        "contenir des informations confidentielles.\n\nSi vous l'avez reçu par erreur, merci de "
        "prévenir son expéditeur.\n",
        "Cordialement,\n\nAnne Moreau\n\n___\n\nThis e-mail is confidential and intended for its "
        "recipient only.\n\nIf you have received it in error, please delete it.\n\n"
        "Please consider the environment before printing this e-mail\n",
        "Les informations contenues dans ce message sont confidentielles.\nToute diffusion de ce "
        "message est interdite.\n",
    ],
)
def test_signatures_and_notices_of_both_languages_are_left_out(tmp_path: Path, below: str):
    assert signed_text(tmp_path, f"Le fonds est ouvert.\n\n{below}") == "Le fonds est ouvert.\n\n"


@pytest.mark.parametrize(
    "body",
    [
        "Toute utilisation de logiciels espions doit être interdite.",
        "Nous demandons un fonds.\n\nMerci de le soutenir auprès du ministre.",
        "Ce message du ministre est clair : le fonds ouvrira en juin.",
        "Notre demande :\n\n- un fonds\n- un guichet",
        "Cordialement reçus, nous avons défendu le fonds.",
        "Anne Moreau, notre présidente, a rencontré le ministre.",
        "Pensez à répondre à la consultation avant le 3 juin.",
        "-- \nNous demandons un fonds national.\n\nNous demandons un guichet unique.",
        "-- \n- un fonds\n- un guichet",
        "Merci,\n\nNos demandes :\n\n- un fonds\n- un guichet",
        "Cordialement,\nAnne Moreau\n\nPS : le fonds ferme en juin",
    ],
)
def test_words_that_only_resemble_a_notice_or_stand_below_a_mark_are_kept(
    tmp_path: Path, body: str
):
    assert signed_text(tmp_path, body).endswith(body.rpartition("-- \n")[2] + "\n\n")


def test_addresses_in_angle_brackets_and_pictures_are_left_out_of_the_text_and_counted(
    tmp_path: Path,
):
    body = (
        "[cid:image001.png@01D9]\n\nVoir la note<https://example.org/note?a=1\n&b=2> et écrire à "
        "Anne <mailto:anne@example.org>.\n\n<https://example.org>\n\nUn fonds < 3 millions.\n"
    )
    assert signed_text(tmp_path, body) == (
        "Voir la note et écrire à Anne .\n\nUn fonds < 3 millions.\n\n"
    )
    (reading,) = read_all("a.eml", (SIGNED + "\n" + body).encode(), {})
    assert reading.left_out == {"links": 4}


def test_what_is_left_out_of_a_mail_is_counted_in_words(tmp_path: Path):
    body = (
        "Oui, il est ouvert.\n\nCordialement,\nAnne Moreau\n\nLe lun. 1 mai 2023 à 10:00, Marie "
        "<m@example.org> a écrit :\n> Le fonds ?\n"
    )
    (reading,) = read_all("a.eml", (SIGNED + "\n" + body).encode(), {})
    assert reading.document.text == "Oui, il est ouvert.\n\n"
    assert reading.left_out == {"signatures and notices": 3, "quoted mail": 3}


@pytest.mark.parametrize(
    "html",
    [
        '<div class="gmail_signature">Nous demandons :<ul><li>un fonds</li></ul></div>',
        '<p>Bonjour,</p><div class="gmail_signature"><p>Nous demandons un fonds national pour les '
        "PME.</p></div>",
        '<div id="Signature">Nous demandons un fonds</div>',
        '<div class="moz-signature"><p>Un fonds est ouvert depuis mai, et il ferme en juin.</p>'
        "<p>Cordialement,</p><p>Anne</p></div>",
    ],
)
def test_a_mail_that_was_typed_inside_a_signature_keeps_its_text(tmp_path: Path, html: str):
    assert "fonds" in html_text_of(tmp_path, html)


def test_a_signature_of_a_mailer_is_left_out_with_its_address_and_its_notice(tmp_path: Path):
    html = (
        '<p>Un fonds.</p><div class="gmail_signature"><b>Anne Moreau</b><br>Déléguée<br>'
        "Fédération du commerce, 12 avenue de la République, 75011 Paris<br>01 23 45 67 89"
        "<p>Pensez à l'environnement avant d'imprimer.</p></div>"
    )
    assert html_text_of(tmp_path, html) == "Un fonds.\n\n"


@pytest.mark.parametrize(
    ("head", "end"),
    [
        ('Content-Type: multipart/mixed; boundary="X"', ""),
        ('Content-Type: multipart/mixed; boundary="another"', "--X--\n"),
        ("Content-Type: multipart/mixed", "--X--\n"),
    ],
)
def test_a_mail_whose_parts_are_not_closed_or_not_announced_is_read_with_a_warning(
    tmp_path: Path, head: str, end: str
):
    body = "Content-Type: text/plain; charset=utf-8\n\nLe plafond est de 900 000 €.\n"
    data = f"{SIGNED}MIME-Version: 1.0\n{head}\n\n--X\n{body}{end}".encode()
    read_, warnings = document(tmp_path, data)
    assert read_.text == "Le plafond est de 900 000 €.\n\n"
    assert warnings[0] == (
        "auditions/a.eml: it is cut short or its parts are not marked; what is there is read"
    )


def test_a_mail_that_announces_parts_and_has_none_is_read_as_one(tmp_path: Path):
    data = f"{SIGNED}Content-Type: multipart/mixed; boundary=X\n\nUn fonds est ouvert.\n".encode()
    assert document(tmp_path, data)[0].text == "Un fonds est ouvert.\n\n"


def test_messages_forwarded_without_end_do_not_condemn_those_that_are_read(tmp_path: Path):
    message = EmailMessage()
    message.set_content("Le premier.\n")
    for _ in range(13):
        outer = EmailMessage()
        outer["Subject"] = "TR: Fonds"
        outer.set_content("Pour information.\n")
        outer.add_attachment(message)
        message = outer
    read_, warnings = document(tmp_path, message.as_bytes())
    assert read_.text.count("Pour information.") == 11
    assert warnings[0].endswith("messages forwarded in more than 10 messages are not read")
