"""What is asked: its bounds, its language, and what a follow-up leaves unsaid."""

from datetime import date

import pytest

from bot.question.understand import LONGEST, Given, QuestionRefused, understand


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("?!", "empty"),
        ("a" * 20_000, "long"),
        ("Quel fonds \ud800 ?", "garbled"),
    ],
)
def test_an_empty_or_overlong_question_is_refused_with_its_reason(text: str, reason: str):
    with pytest.raises(QuestionRefused) as refused:
        understand(text)
    assert refused.value.reason == reason


def test_a_question_after_one_that_is_no_valid_text_is_refused():
    with pytest.raises(QuestionRefused, match="An earlier question has bytes"):
        understand("Et pour les PME ?", ["Quel fonds \udcff ?"])


def test_a_question_of_the_greatest_length_is_taken():
    assert len(understand("a" * LONGEST).text) == LONGEST


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Qu'avons-nous recommandé sur le financement des startups ?", "fr"),
        ("what did we recommend on startup funding", "en"),
        ("plafond du CII", "fr"),
        ("who did we meet in Brussels", "en"),
    ],
)
def test_a_question_is_answered_in_its_own_language(text: str, language: str):
    assert understand(text).language == language


@pytest.mark.parametrize(
    ("before", "text", "language"),
    [
        ("What did we ask for on the cloud?", "et sur l'IA ?", "fr"),
        ("Qu'avons-nous demandé sur le cloud ?", "and for SMEs?", "en"),
        ("What did we ask for on the cloud?", "ANSSI ?", "en"),
        ("Qu'avons-nous demandé sur le cloud ?", "startups ?", "fr"),
    ],
)
def test_a_short_follow_up_takes_the_language_of_its_small_words_else_the_conversations(
    before: str, text: str, language: str
):
    assert understand(text, [before], TODAY).language == language


ASKED = "Qu'avons-nous recommandé sur les délais de paiement en 2021 ?"
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "question", ["et aujourd'hui ?", "et maintenant ?", "and today?", "and what is it now?"]
)
def test_a_follow_up_that_asks_of_today_lets_go_of_the_time_asked_about_before(question: str):
    found = understand(question, [ASKED], TODAY)
    assert (found.search, found.since, found.until) == (
        f"Qu'avons-nous recommandé sur les délais de paiement ? {question}",
        "",
        "",
    )


@pytest.mark.parametrize(
    "question",
    [
        "et pour les PME ?",
        "who attended?",
        "qui était présent ?",
        "why?",
        "Pourquoi ça ?",
        "and the ceiling?",
        "et le plafond ?",
        "À quelle date ?",
        "which one did it replace?",
        "who did they meet?",
        "what about SMEs?",
        "Quel était le montant ?",
        "Quand a-t-elle été adoptée ?",
        "Combien coûte-t-il ?",
        "what does the minister think of it?",
        "pour les PME ?",
        "Quelles sont leurs demandes ?",
        "qu'en est-il des startups ?",
        "À qui l'avons-nous présenté ?",
        "Que dit ce texte sur les PME ?",
        "Is that still our position?",
        "Qui d'autre ?",
        "how much?",
        "qui y était côté fédération ?",
        "c'est encore un brouillon ?",
        "Combien ont répondu ?",
        "How many have signed?",
        "who were our partners?",
        "avec qui, et à partir de quand",
    ],
)
def test_a_follow_up_is_looked_for_together_with_what_it_follows(question: str):
    found = understand(question, [ASKED], TODAY)
    assert found.search == f"{ASKED} {question}"
    assert (found.text, found.since, found.until) == (question, "2021-01-01", "2021-12-31")


@pytest.mark.parametrize(
    "question",
    [
        "Quel est notre objectif pour la part des femmes dans les métiers techniques ?",
        "Et quelle est notre position sur le cloud ?",
        "and what is our position on AI?",
        "cloud",
        "plafond CII",
        "Faut-il une taxe GAFA ?",
        "La CNIL a-t-elle répondu à notre contribution ?",
        "Elles sont combien, les femmes, dans les équipes techniques chez nos membres ?",
        "Y a-t-il un chèque cyber ?",
        "Is it possible to extend the CII?",
        "Combien de personnes notre secteur compte-t-il recruter d'ici 2027 ?",
        "How does the AI Act affect SMEs and their suppliers?",
        "Que demandons-nous pour les PME et leurs salariés ?",
        "Qui avons-nous rencontré en 2022 ?",
        "Who did we meet in Brussels?",
        "Est-ce que nous soutenons la 5G ?",
        "C'est quoi le chèque cyber ?",
        "Combien d'entreprises ont signé ?",
        "Who was the minister in charge of digital affairs?",
        "Il y a combien de femmes au conseil ?",
        "Dans la lettre d'octobre 2021, quel délai d'application acceptions-nous ?",
        "Le CIR, c'est quoi ?",
    ],
)
def test_a_question_that_stands_alone_takes_nothing_from_the_history(question: str):
    assert understand(question, [ASKED, "et pour les PME ?"], TODAY) == understand(
        question, [], TODAY
    )


def test_a_later_period_takes_the_place_of_the_earlier_one():
    found = understand("et en 2022 ?", [ASKED, "et pour les PME ?"], TODAY)
    assert (
        found.search
        == "Qu'avons-nous recommandé sur les délais de paiement ? et pour les PME ? et en 2022 ?"
    )
    assert (found.since, found.until) == ("2022-01-01", "2022-12-31")


def test_another_topic_takes_the_place_of_the_earlier_one_in_the_same_question():
    assert understand(
        "et sur le cloud ?", ["Que disait notre position de 2021 sur la taxe ?"], TODAY
    ).search == ("Que disait notre position de 2021 ? et sur le cloud ?")


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("et l'année d'avant ?", 2020),
        ("and the year before?", 2020),
        ("et l'année suivante ?", 2022),
        ("and the following year?", 2022),
    ],
)
def test_a_year_that_is_counted_from_the_one_asked_about_before(question: str, year: int):
    found = understand(question, [ASKED], TODAY)
    assert (found.text, found.since, found.until) == (question, f"{year}-01-01", f"{year}-12-31")
    assert (
        found.search.startswith("Qu'avons-nous recommandé sur les délais de paiement ? ")
        and str(year) in found.search
    )


def test_the_subject_of_a_follow_up_may_take_the_place_of_the_one_before():
    found = understand("et la mixité ?", [ASKED], TODAY)
    assert found.search == f"{ASKED} et la mixité ?"
    before = "Qu'avons-nous recommandé sur les délais de en 2021 ?"
    assert found.alternative == f"{before} et la mixité ?"
    assert found.search[slice(*found.follow_up_span)] == "et la mixité ?"


@pytest.mark.parametrize(
    "question",
    [
        "et en 2022 ?",
        "who attended?",
        "Combien coûte-t-il ?",
        "which one did it replace?",
        "Quelle est notre position sur le cloud ?",
    ],
)
def test_a_question_that_names_no_subject_beside_another_one_takes_no_place(question: str):
    found = understand(question, [ASKED], TODAY)
    assert (found.follow_up, found.alternative, found.follow_up_span) == ("", "", (0, 0))


def test_a_follow_up_keeps_the_kind_and_what_was_sought_unless_it_says_otherwise():
    history = ["Combien d'adhérents ont répondu, dans la newsletter de mai 2023 ?"]
    assert (
        understand("et en Bretagne ?", history).kinds,
        understand("et en Bretagne ?", history).seeks,
    ) == (("newsletter",), "figure")
    assert understand("et qui était présent ?", history).seeks == "person"
    assert understand("et qu'a-t-on demandé ?", history).seeks == ""


def test_a_long_conversation_and_one_of_marks_alone_are_no_trouble():
    assert understand("et ?", ["et pour les PME ?"] * 3_000).text == "et ?"
    assert understand("et pour les PME ?", ["?!", " "]).search == "et pour les PME ?"


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("dans la newsletter d'avril 2023", ("newsletter",)),
        ("Selon la lettre de février 2024, quoi ?", ("newsletter",)),
        ("the May 2023 newsletter", ("newsletter",)),
        ("Qu'avons-nous dit en audition ?", ("audition",)),
        ("at the Senate hearing", ("audition",)),
        ("our position paper on cloud", ("position",)),
        ("notre note de position", ("position",)),
        ("Que disait notre position d'avril 2021 ?", ("position",)),
        ("réponse à la consultation", ("contribution",)),
        ("our response to the Commission consultation", ("contribution",)),
        ("Dans la contribution de juillet 2023", ("contribution",)),
        ("le rapport annuel", ("report",)),
        ("quelle est notre position sur le cloud", ()),
        ("what is our position on AI", ()),
        ("la contribution carbone", ()),
        ("la lettre au ministre", ()),
        ("le rapport Draghi", ()),
        ("qui avons-nous rencontré", ()),
    ],
)
def test_the_kinds_of_document_that_a_question_names(question: str, kinds: tuple):
    assert understand(question).kinds == kinds


@pytest.mark.parametrize(
    ("question", "seeks"),
    [
        ("Qui avons-nous rencontré ?", "person"),
        ("avec qui étions-nous ?", "person"),
        ("Quel cabinet ministériel nous a reçus ?", "person"),
        ("who attended the hearing", "person"),
        ("which institutions did we meet", "person"),
        ("Quand la position a-t-elle été adoptée ?", "date"),
        ("À quelle date le vote ?", "date"),
        ("on what day did they hear us", "date"),
        ("Jusqu'à quand voulons-nous le CII ?", "date"),
        ("Combien d'entreprises ont signé ?", "figure"),
        ("how many SMEs took part", "figure"),
        ("Quel est le plafond du CII ?", "figure"),
        ("quel taux de CII", "figure"),
        ("What is the maximum amount per project?", "figure"),
        ("Quelles sont nos recommandations ?", "list"),
        ("what are the three data levels", "list"),
        ("liste des demandes", "list"),
        ("Qu'avons-nous dit du cloud ?", ""),
        ("la personne qui décide du cloud", ""),
        ("le biggest hurdle when selling abroad", ""),
        ("what did we say on the cloud", ""),
    ],
)
def test_what_must_stand_in_the_answer_is_told_by_the_questions_form(question: str, seeks: str):
    assert understand(question).seeks == seeks


def test_line_ends_and_nul_characters_are_blanks():
    assert understand("plafond\n\0 du  CII ?").text == "plafond du CII ?"


def test_a_follow_up_on_the_last_winter_is_understood():
    found = understand("et l'hiver dernier ?", [ASKED], TODAY)
    assert (
        found.search == "Qu'avons-nous recommandé sur les délais de paiement ? et l'hiver dernier ?"
    )


@pytest.mark.parametrize(
    "text", ["pour quelles entreprises ?", "à quelle heure ?", "avec qui ?", "at what time?"]
)
def test_a_question_about_one_detail_is_a_follow_up(text: str):
    assert understand(text, ["Quel délai de paiement demandons-nous ?"]).is_follow_up


def test_a_follow_up_is_about_the_documents_cited_last_and_other_questions_are_not():
    history = ["Quel chèque cyber demandons-nous ?"]
    follow_up = understand("et pour les PME ?", history, given=Given(documents=["a.md", "b.md"]))
    assert follow_up.documents == ("a.md", "b.md")
    alone = understand(
        "Que demandons-nous sur le cloud ?", history, given=Given(documents=["a.md"])
    )
    assert (alone.documents, alone.search) == ((), "Que demandons-nous sur le cloud ?")


def test_the_question_and_those_before_it_are_read_with_their_slips_corrected():
    def spelled(text: str) -> str:
        return text.replace("chek", "chèque")

    asked = understand("et le chek PME ?", ["Quel chek cyber ?"], given=Given(spelled=spelled))
    assert (asked.text, asked.written) == ("et le chèque PME ?", "et le chek PME ?")
    assert asked.search == "Quel chèque cyber ? et le chèque PME ?"
    assert understand("Quel chèque ?", given=Given(spelled=spelled)).written == ""


@pytest.mark.parametrize(
    "question",
    ["merci. Et pour les PME ?", "ok super, et pour les PME ?", "Parfait ! et pour les PME ?"],
)
def test_a_courtesy_before_a_follow_up_is_no_part_of_it(question: str):
    before = "Que demandons-nous sur le cloud ?"
    plain, polite = (understand(text, [before]) for text in ("et pour les PME ?", question))
    assert polite.search.casefold() == plain.search.casefold()
    assert polite.text == question


@pytest.mark.parametrize(
    "question",
    [
        "compare 2021 et 2023 alors",
        "quelles différences ?",
        "juste pour les PME",
        "what has changed?",
        "only for SMEs",
    ],
)
def test_what_names_another_form_and_no_subject_is_a_follow_up(question: str):
    before = "Quelle part des achats publics demandons-nous ?"
    assert "achats publics" in understand(question, [before]).search
    assert understand(question).search == question


def test_on_is_a_pronoun_in_french_and_no_preposition():
    before = "Quelle est notre position sur le cloud ?"
    asked = understand("Et on avait rencontré qui là-dessus ?", [before])
    assert "sur le cloud" in asked.search
