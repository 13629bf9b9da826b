"""What comes with a mail: invitations, and attachments as documents of their own."""

from email.message import EmailMessage

import pytest
from conftest import Federation
from making import docx, msg, p, pdf

from index.errors import TookTooLong
from index.readers.read import ATTACHMENTS, PARSERS, Reading, read_all
from index.shelf.store import Shelf

WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"
ANNEX = docx(p("Le plafond demandé est de 700 000 euros."), created="2015-06-02T08:00:00Z")


def mail(subject: str = "Note", text: str = "Voici la note.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "Anne Moreau <anne@example.org>", subject
    message["Date"] = "Thu, 4 May 2023 10:00:00 +0200"
    message.set_content(text)
    return message


def attach(message: EmailMessage, name: str, data: bytes, kind: str = WORD) -> EmailMessage:
    message.add_attachment(data, maintype="application", subtype=kind, filename=name)
    return message


def readings(message: EmailMessage, catalogue: dict | None = None) -> list[Reading]:
    return read_all("auditions/a.eml", message.as_bytes(), catalogue or {})


def test_an_attachment_is_a_document_with_the_date_and_the_kind_of_its_mail():
    first, annex = readings(attach(mail(), "annexe.docx", ANNEX))
    assert (first.document.path, first.document.text) == ("auditions/a.eml", "Voici la note.\n\n")
    document = annex.document
    assert (document.path, document.date, document.kind, document.text) == (
        "auditions/a.eml/annexe.docx",
        "2023-05-04",
        "audition",
        "Le plafond demandé est de 700 000 euros.\n\n",
    )
    assert (annex.data, first.warnings) == (ANNEX, [])


def test_an_attachment_is_for_no_wider_audience_than_its_mail():
    catalogue = {"auditions/a.eml": {"audience": "staff"}}
    _, annex = readings(attach(mail(), "annexe.docx", ANNEX), catalogue)
    assert annex.document.audience == "staff"
    opened = b"---\naudience: public\n---\nUn fonds."
    _, note = readings(attach(mail(), "note.md", opened, "octet-stream"), catalogue)
    assert note.document.audience == "staff"


def test_what_is_attached_to_an_attachment_is_for_no_wider_audience_than_that_one():
    inner = attach(mail("[Confidentiel] Note interne"), "annexe.docx", ANNEX)
    outer = attach(mail(), "note.eml", inner.as_bytes(), "octet-stream")
    audiences = {one.document.path: one.document.audience for one in readings(outer)}
    assert audiences == {
        "auditions/a.eml": "members",
        "auditions/a.eml/note.eml": "staff",
        "auditions/a.eml/note.eml/annexe.docx": "staff",
    }


def test_the_catalogue_and_an_attachment_itself_may_say_otherwise():
    catalogue = {"auditions/a.eml/annexe.docx": {"title": "Le plafond", "kind": "position"}}
    _, annex = readings(attach(mail(), "annexe.docx", ANNEX), catalogue)
    assert (annex.document.title, annex.document.kind) == ("Le plafond", "position")
    _, dated = readings(attach(mail(), "2022-03-01-annexe.docx", ANNEX))
    assert dated.document.date == "2022-03-01"


def test_a_mail_that_says_nothing_but_its_subject_brings_its_attachments():
    first, annex = readings(attach(mail("Notre annexe", "\n"), "annexe.docx", ANNEX))
    assert first.document.text == "Notre annexe\n\n"
    assert "700 000" in annex.document.text


def test_an_attachment_that_cannot_be_read_does_not_condemn_its_mail_and_the_others():
    message = attach(attach(mail(), "cassé.docx", b"rien"), "annexe.docx", ANNEX)
    first, annex = readings(message)
    assert annex.document.path == "auditions/a.eml/annexe.docx"
    assert first.warnings[0].startswith(
        "auditions/a.eml: attachment not read: cassé.docx (it is damaged"
    )


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd.docx", "auditions/a.eml/passwd.docx"),
        ("C:\\dossier\\note.docx", "auditions/a.eml/note.docx"),
        (".cache\u202e.docx", "auditions/a.eml/cache.docx"),
        ("plan?<b>.docx", "auditions/a.eml/plan__b_.docx"),
        ("x" * 300 + ".docx", f"auditions/a.eml/{'x' * 120}.docx"),
    ],
)
def test_the_name_of_an_attachment_is_made_safe(name: str, path: str):
    assert readings(attach(mail(), name, ANNEX))[1].document.path == path


def test_attachments_of_one_name_and_of_none_are_all_read():
    message = attach(attach(mail(), "annexe.docx", ANNEX), "Annexe.docx", ANNEX)
    message.add_attachment(pdf([(50, 700, "Un fonds.")]), maintype="application", subtype="pdf")
    assert [one.document.path for one in readings(message)[1:]] == [
        "auditions/a.eml/annexe.docx",
        "auditions/a.eml/Annexe (2).docx",
        "auditions/a.eml/attachment 3.pdf",
    ]


def test_the_attachments_of_an_attached_mail_are_read_and_their_number_is_bounded():
    inner = attach(mail("Ancienne note"), "annexe.docx", ANNEX)
    del inner["Date"]
    inner["Date"] = "Mon, 4 Apr 2022 10:00:00 +0200"
    found = readings(attach(mail(), "ancien.eml", inner.as_bytes(), "octet-stream"))
    assert [(one.document.path, one.document.date) for one in found[1:]] == [
        ("auditions/a.eml/ancien.eml", "2022-04-04"),
        ("auditions/a.eml/ancien.eml/annexe.docx", "2023-05-04"),
    ]
    many = mail()
    for number in range(ATTACHMENTS + 2):
        attach(many, f"{number}.md", b"Un fonds.", "octet-stream")
    found = readings(many)
    assert len(found) == 1 + ATTACHMENTS
    assert "attachment not read: 51.md (only 50 are read)" in found[0].warnings[-1]


def test_an_outlook_messages_attachment_is_named_where_it_holds_nothing():
    (first,) = read_all("auditions/a.msg", msg("Note", "Voici.", attachment="note.docx"), {})
    assert "auditions/a.msg: attachment not read: note.docx" in first.warnings


def test_an_attachment_that_takes_too_long_has_its_mail_tried_once_more_then_is_a_warning():
    class Slow:
        def ask(self, name: str, data: bytes) -> dict:
            if name == ".docx":
                raise TookTooLong("reading it takes more than 1 seconds")
            return PARSERS.ask(name, data)

    data = attach(mail(), "annexe.docx", ANNEX).as_bytes()
    with pytest.raises(TookTooLong):
        read_all("a.eml", data, {}, Slow())
    (first,) = read_all("a.eml", data, {}, Slow(), patient=False)
    assert "annexe.docx (reading it takes more than 1 seconds)" in first.warnings[-1]


def test_a_deleted_mail_takes_its_attachments_along_and_members_open_them_until_then(
    federation: Federation,
):
    federation.write("auditions/2023-a.eml", attach(mail(), "annexe.docx", ANNEX).as_bytes())
    federation.write("2023-b.txt", "Un fonds.")
    report = federation.index()
    path = "auditions/2023-a.eml/annexe.docx"
    assert (report.documents, report.added) == (3, ["2023-b.txt", "auditions/2023-a.eml", path])
    generation = Shelf(federation.store).current()
    assert generation.original(path, ("public", "members")) == ANNEX
    assert generation.original(path, ("public",)) is None
    again = federation.index()
    assert (again.generation, again.unchanged) == (report.generation, report.added)
    (federation.corpus / "auditions/2023-a.eml").unlink()
    assert federation.index().removed == ["auditions/2023-a.eml", path]
    generation = Shelf(federation.store).current()
    assert {passage.path for passage in generation.passages} == {"2023-b.txt"}
    assert generation.original(path, ("public", "members", "staff")) is None


def test_an_attachment_that_its_mail_no_longer_has_is_removed(federation: Federation):
    federation.write("2023-a.eml", attach(mail(), "annexe.docx", ANNEX).as_bytes())
    federation.index()
    federation.write("2023-a.eml", mail().as_bytes())
    report = federation.index()
    assert (report.changed, report.removed) == (["2023-a.eml"], ["2023-a.eml/annexe.docx"])


def test_a_mail_that_becomes_unreadable_keeps_its_attachments_for_nobody_new(
    federation: Federation,
):
    federation.write("2023-a.eml", attach(mail(), "annexe.docx", ANNEX).as_bytes())
    federation.index()
    federation.write("2023-a.eml", "Rien.")
    federation.write("catalogue.toml", '["2023-a.eml"]\naudience = "staff"\n')
    report = federation.index()
    assert (report.unreadable, report.documents, report.kept) == (
        [("2023-a.eml", "it is no e-mail message")],
        2,
        ["2023-a.eml", "2023-a.eml/annexe.docx"],
    )
    passages = Shelf(federation.store).current().passages
    assert {passage.audience for passage in passages} == {"staff"}


def test_a_mail_whose_attachment_is_for_staff_is_handed_out_whole_to_staff_alone(
    federation: Federation,
):
    secret = docx(p("Confidentiel"), p("Notre position de repli est de 500 000 euros."))
    federation.write("2023-a.eml", attach(mail(), "repli.docx", secret).as_bytes())
    federation.index()
    generation = Shelf(federation.store).current()
    audiences = {passage.path: passage.audience for passage in generation.passages}
    assert audiences == {"2023-a.eml": "members", "2023-a.eml/repli.docx": "staff"}
    assert generation.original("2023-a.eml", ("public", "members")) is None
    assert generation.original("2023-a.eml", ("public", "members", "staff")) is not None


def test_a_mail_with_an_attachment_that_was_not_read_is_handed_out_whole_to_staff_alone(
    federation: Federation,
):
    inner = attach(mail(), "tableau.xyz", b"Confidentiel", "octet-stream")
    federation.write("2023-a.eml", attach(mail(), "note.eml", inner.as_bytes()).as_bytes())
    federation.write("2023-b.eml", attach(mail(), "annexe.docx", ANNEX).as_bytes())
    federation.index()
    generation = Shelf(federation.store).current()
    for path in ("2023-a.eml", "2023-a.eml/note.eml"):
        assert generation.original(path, ("public", "members")) is None
        assert generation.original(path, ("public", "members", "staff")) is not None
    assert generation.original("2023-b.eml", ("public", "members")) is not None


def test_an_attachment_of_a_mail_that_is_unreadable_now_obeys_its_own_entry(
    federation: Federation,
):
    federation.write("2023-a.eml", attach(mail(), "annexe.docx", ANNEX).as_bytes())
    federation.index()
    federation.write("2023-a.eml", "Rien.")
    federation.write("catalogue.toml", '["2023-a.eml/annexe.docx"]\naudience = "staff"\n')
    federation.index()
    passages = Shelf(federation.store).current().passages
    assert {passage.path: passage.audience for passage in passages} == {
        "2023-a.eml": "members",
        "2023-a.eml/annexe.docx": "staff",
    }


@pytest.mark.parametrize(
    "header", ["Subject: [Confidentiel] Note", "Sensitivity: Company-Confidential"]
)
def test_a_new_version_without_text_that_is_confidential_closes_the_last_one(
    federation: Federation, header: str
):
    federation.write("2023-a.eml", mail().as_bytes())
    federation.index()
    federation.write("2023-a.eml", f"From: anne@example.org\n{header}\n\n\n")
    report = federation.index()
    assert report.unreadable == [("2023-a.eml", "it holds no text")]
    passages = Shelf(federation.store).current().passages
    assert {passage.audience for passage in passages} == {"staff"}


INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Rencontre avec la direc
 tion du budget
DTSTART;TZID=Europe/Paris:20240612T093000
DTEND;TZID=Europe/Paris:20240612T103000
LOCATION:12\\, rue de Bercy
DESCRIPTION:Nous y porterons la hausse du plafond.\\nMerci de confirmer.
BEGIN:VALARM
DESCRIPTION:Rappel
END:VALARM
END:VEVENT
END:VCALENDAR
"""
SAID = (
    "Rencontre avec la direction du budget\n\nDébut : 2024-06-12, 09:30 (Europe/Paris)\n\n"
    "Fin : 2024-06-12, 10:30 (Europe/Paris)\n\nLieu : 12, rue de Bercy\n\n"
    "Nous y porterons la hausse du plafond.\nMerci de confirmer.\n\n"
)


def test_an_invitation_beside_the_text_is_read_once_though_it_is_sent_twice():
    message = mail("Invitation", "Vous êtes invités.\n")
    message.add_alternative(INVITATION, subtype="calendar", params={"method": "REQUEST"})
    message.add_attachment(
        INVITATION.encode(), maintype="application", subtype="ics", filename="invite.ics"
    )
    (first,) = readings(message)
    assert first.document.text == f"Vous êtes invités.\n\n{SAID}"
    assert not any("attachment" in warning for warning in first.warnings)


@pytest.mark.parametrize("cut", ["", "END:VALARM", "END:VEVENT", "END:VCALENDAR"])
def test_an_invitation_that_is_cut_short_is_read_as_far_as_it_goes(cut: str):
    message = mail()
    message.set_content(INVITATION.partition(cut)[0] if cut else INVITATION, subtype="calendar")
    assert readings(message)[0].document.text == SAID


def test_a_day_without_an_hour_and_a_cancellation_are_read():
    message = mail()
    message.set_content(
        "BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:Hearing on the cloud act\n"
        "DTSTART;VALUE=DATE:20240612\nEND:VEVENT\nEND:VCALENDAR\n",
        subtype="calendar",
    )
    assert readings(message)[0].document.text == (
        "Hearing on the cloud act\n\nCancelled\n\nStart: 2024-06-12\n\n"
    )


EVENTS = [
    (
        "DTSTART;VALUE=DATE:20240610\nDTEND;VALUE=DATE:20240612",
        "Début : 2024-06-10\n\nFin : 2024-06-11",
    ),
    ("DTSTART;VALUE=DATE:20240531\nDTEND;VALUE=DATE:20240601", "Début : 2024-05-31"),
    (
        "DTSTART:20240613T080000Z\nDURATION:PT2H30M",
        "Début : 2024-06-13, 08:00 (UTC)\n\nDurée : 2 h 30 min",
    ),
    (
        "DTSTART:20240613T080000Z\nDURATION:bientôt",
        "Début : 2024-06-13, 08:00 (UTC)\n\nDurée : bientôt",
    ),
    (
        "DTSTART;VALUE=DATE:20240610\nRRULE:FREQ=WEEKLY;COUNT=3",
        "Début : 2024-06-10\n\nRépétition : toutes les semaines, 3 fois",
    ),
    (
        "DTSTART;VALUE=DATE:20240610\nRRULE:FREQ=MONTHLY;INTERVAL=2;UNTIL=20241231;BYMONTHDAY=10",
        "Début : 2024-06-10\n\nRépétition : tous les 2 mois, jusqu'au 2024-12-31, BYMONTHDAY=10",
    ),
    (
        "DTSTART;VALUE=DATE:20240610\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE",
        "Début : 2024-06-10\n\nRépétition : toutes les semaines, lundi, mercredi",
    ),
]


@pytest.mark.parametrize(("lines", "text"), EVENTS)
def test_the_last_day_the_length_and_the_repetition_of_an_event_are_said(lines: str, text: str):
    message = mail()
    message.set_content(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Le bureau de la fédération\n{lines}\n"
        "END:VEVENT\nEND:VCALENDAR\n",
        subtype="calendar",
    )
    assert readings(message)[0].document.text == f"Le bureau de la fédération\n\n{text}\n\n"
