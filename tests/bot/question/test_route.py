"""Which route a message takes: what is asked of the bot is told from what is asked of the texts."""

import json
import tomllib
from pathlib import Path

import pytest

from bot.question.route import (
    HEARD,
    REPEATS,
    ROUTES,
    Route,
    language_named,
    on_the_texts,
    routes,
)
from bot.question.smalltalk import ABOUT, TALK, about, talk
from bot.question.understand import Given, understand, wordless
from bot.records import Turn

QUESTIONS = Path(__file__).parents[2] / "questions.jsonl"
MESSAGES = tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))
SMALL_TALK, ON_THE_BOT, REAL = MESSAGES["talk"], MESSAGES["about"], MESSAGES["questions"]
CLOUD = (Turn("Quelle est notre position sur le cloud ?", ("cloud.md",)),)
OF_THE_BOT = {"talk", "about", "repeat"}


def names(text: str, history: tuple[Turn, ...] = ()) -> list[str]:
    asked = understand(text, [turn.question for turn in history])
    return [route.name for route in routes(asked, history)]


@pytest.mark.parametrize("detail", TALK)
def test_small_talk_is_told_by_its_words_misspelt_or_not(detail: str):
    assert {text: talk(text) for text in SMALL_TALK[detail]} == dict.fromkeys(
        SMALL_TALK[detail], detail
    )


@pytest.mark.parametrize("detail", sorted(ON_THE_BOT))
def test_questions_on_the_bot_and_all_its_texts_are_told_by_their_words(detail: str):
    assert detail in ABOUT
    assert {text: about(text) for text in ON_THE_BOT[detail]} == dict.fromkeys(
        ON_THE_BOT[detail], detail
    )


def test_no_real_question_is_taken_for_small_talk_or_one_on_the_bot():
    assert len(REAL) >= 120
    assert [text for text in REAL if talk(text) or about(text)] == []


def evaluated(half: str = "") -> list[dict]:
    lines = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if half in ("", line["half"])]


def test_no_other_question_of_the_evaluation_is_either():
    asked = [line for line in evaluated() if line["kind"] not in ("talk", "about")]
    assert len(asked) > 500
    taken = 0  # a number, so that a failure shows nothing of the half that is kept for the report
    for line in asked:
        history = tuple(map(Turn, line.get("history", [])))
        taken += not {"talk", "about"}.isdisjoint(names(line["question"], history))
    assert taken == 0


@pytest.mark.parametrize("kind", ["talk", "about"])
def test_the_small_talk_of_the_evaluation_is_never_searched_for(kind: str):
    asked = [line["question"] for line in evaluated("tune") if line["kind"] == kind]
    assert asked
    assert [text for text in asked if names(text)[0] not in ("talk", "about")] == []


@pytest.mark.parametrize(
    "text",
    [
        "bonjour, quelle est notre position sur le cloud ?",
        "merci, et pour les PME ?",
        "Merci de me donner notre position sur les aides",
        "Hello, what do we ask on cloud?",
        "ok, et en 2022 ?",
    ],
)
def test_a_question_after_a_greeting_is_a_question(text: str):
    assert OF_THE_BOT.isdisjoint(names(text))
    assert OF_THE_BOT.isdisjoint(names(text, CLOUD))


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("plus court", "shorter"),
        ("résume", "shorter"),
        ("make it shorter please", "shorter"),
        ("trop long", "shorter"),
        ("en anglais", "language"),
        ("in French please", "language"),
        ("peux-tu traduire ?", "language"),
        ("répète", "again"),
        ("say it again", "again"),
        ("la source ?", "source"),
        ("c'est écrit où ?", "source"),
        ("where does that come from?", "source"),
        ("are you sure?", "source"),
        ("pourquoi ?", "why"),
        ("et alors ?", "why"),
        ("so what?", "why"),
    ],
)
def test_the_last_answer_is_asked_for_again_in_another_way(text: str, detail: str):
    assert detail in REPEATS
    asked = understand(text, [CLOUD[0].question])
    assert routes(asked, CLOUD) == (Route("repeat", detail), Route("question"))


@pytest.mark.parametrize(
    "text", ["résume", "de quoi parle ce texte ?", "what is this text about?", "plus court", "why?"]
)
def test_what_refers_to_nothing_is_asked_of_what_text(text: str):
    assert routes(understand(text)) == (Route("talk", "which"), Route("question"))


def test_a_text_of_the_conversation_is_summed_up():
    assert names("de quoi parle ce texte ?", CLOUD)[0] == "summary"
    assert names("what is this text about?", CLOUD)[0] == "summary"


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("qui avons-nous vu en 2023 ?", "meetings"),
        ("Who did we meet?", "meetings"),
        ("toutes les rencontres avec des ministres", "meetings"),
        ("avec qui a-t-on parlé de l'hydrogène ?", "meetings"),
        ("Compare nos positions de 2021 et 2023 sur le fret", "compare"),
        ("what has changed since the 2022 paper?", "compare"),
        ("la réunion de 2021 et celle de 2023, quelle différence ?", "compare"),
        ("résume la position sur les emballages", "summary"),
        ("REACH in a nutshell", "summary"),
        ("résume le rendez-vous au ministère", "summary"),
        ("liste nos demandes sur l'eau", "list"),
        ("which measures do we propose?", "list"),
        ("quel est le taux demandé aujourd'hui ?", "latest"),
        ("combien de jours demandons-nous ?", "latest"),
        ("puis-je diffuser le projet sur l'eau ?", "standing"),
        ("can I quote this paper to the press?", "standing"),
        ("lesquels sont confidentiels ?", "standing"),
        ("bonjour, je cherche le document sur le fret", "texts"),
        ("which positions have been withdrawn?", "texts"),
        ("une question sur l'hydrogène", "summary"),
        ("tell me about hydrogen", "summary"),
        ("les emballages", "summary"),
        ("est-on pour les quotas ?", "yesno"),
        ("do we support the directive?", "yesno"),
    ],
)
def test_a_question_on_the_texts_names_the_likeliest_route_first(text: str, route: str):
    found = names(text)
    assert found[0] == route
    assert found[-1] == "question"
    assert set(found) <= set(ROUTES)


@pytest.mark.parametrize(
    "text",
    [
        "peut-on partager les données de santé ?",
        "peut-on utiliser un logiciel libre ?",
        "quelle est la place du texte de loi ?",
        "l'eau est-elle publique ?",
    ],
)
def test_what_is_done_with_other_things_than_our_texts_asks_nothing_of_these(text: str):
    assert not {"standing", "texts"} & set(names(text))


def test_a_question_of_no_special_form_is_a_question():
    assert names("Quel délai pour transposer la directive ?") == ["question"]


def test_signs_alone_ask_for_help():
    for text in ("?", "???", "\U0001f600", "..."):
        asked = wordless(text, "en")
        assert asked is not None
        assert (asked.language, routes(asked)[0]) == ("en", Route("talk", "help"))
    assert wordless("et ?", "fr") is None
    assert wordless("  ", "fr") is None


def test_small_talk_between_two_questions_is_nothing_to_refer_to():
    said = (*CLOUD, Turn("merci"), Turn("qui es-tu ?"))
    assert on_the_texts(said) == CLOUD


def test_a_repetition_between_two_questions_is_nothing_to_refer_to():
    said = (*CLOUD, Turn("plus court"), Turn("pourquoi ?"))
    assert on_the_texts(said) == CLOUD
    assert on_the_texts((Turn("plus court"), *CLOUD)) == (Turn("plus court"), *CLOUD)


def test_the_language_asked_for_is_named():
    assert language_named("en anglais ?") == "en"
    assert language_named("the same in French") == "fr"
    assert language_named("plus court") == ""


@pytest.mark.parametrize(
    ("text", "page", "language"),
    [
        ("EUCS", "fr", "fr"),
        ("EUCS", "en", "en"),
        ("EUCS", "", "fr"),
        ("startups", "en", "en"),
        ("ok", "en", "en"),
        ("mercii", "en", "fr"),
        ("thx", "fr", "en"),
        ("quel plafond ?", "en", "fr"),
    ],
)
def test_words_of_neither_language_take_the_pages(text: str, page: str, language: str):
    assert understand(text, given=Given(page)).language == language


def test_an_acronym_takes_its_conversations_language():
    assert understand("CII", ["What do we ask on cloud?"], given=Given("fr")).language == "en"


@pytest.mark.parametrize(
    ("before", "question", "route"),
    [
        ("qui avons-nous vu en 2023 ?", "et en 2022 ?", "meetings"),
        ("qui avons-nous vu en 2023 ?", "juste à Bruxelles", "meetings"),
        ("who did we meet in 2024?", "and in 2023?", "meetings"),
        ("liste nos demandes sur l'eau", "et sur l'air ?", "list"),
    ],
)
def test_an_elliptic_follow_up_has_the_route_of_the_question_before(
    before: str, question: str, route: str
):
    assert names(question, (Turn(before),))[0] == route
    twice = (Turn(before), Turn(question))
    assert names("et en 2021 ?", twice)[0] == route


@pytest.mark.parametrize("question", ["et qu'a-t-on demandé ?", "quel plafond demande-t-on ?"])
def test_a_question_that_asks_something_itself_has_its_own_route(question: str):
    assert "meetings" not in names(question, (Turn("qui avons-nous vu en 2023 ?"),))


def test_only_some_of_the_last_list_are_asked_for():
    history = (Turn("liste nos demandes sur l'eau"),)
    asked = understand("trop long, donne moi juste les 3 principales", [history[0].question])
    assert routes(asked, history)[0] == Route("repeat", "shorter")


def test_of_a_long_conversation_only_the_last_turns_are_listened_to():
    heard: list[str] = []

    def hears(message: str) -> None:
        heard.append(message)

    turns = tuple(Turn(f"Quel plafond pour le fonds {number} ?") for number in range(50))
    assert on_the_texts(turns, hears) == turns
    assert heard == [turn.question for turn in turns[-HEARD:]]
