"""What is heard in a message whose words no list has, and what is left to the texts."""

from pathlib import Path

import numpy as np
import pytest

from bot.answer import Bot
from bot.dialogue import Ear
from bot.intent import train
from bot.intent.model import QUESTION, WEIGHTS, Heard, Intents, intents_for
from bot.question.route import Route, on_the_texts, routes
from bot.question.smalltalk import about, talk
from bot.question.understand import understand
from bot.reader.model import Reader
from bot.records import Answer, turns
from bot.views.about import ABOUT, TALK, TOLD
from index.embed import SentenceEmbedder
from index.shelf.store import Shelf

LINES = {part: train.read(part) for part in ("train", "chosen", "reported")}


@pytest.fixture(scope="module")
def intents() -> Intents:
    return Intents.load()


@pytest.fixture(scope="module")
def ear(e5: SentenceEmbedder, intents: Intents) -> Ear:
    return Ear(e5, intents)


@pytest.fixture(scope="module")
def bot(samples: Path, e5: SentenceEmbedder) -> Bot:
    return Bot(Shelf(samples), e5, reader=Reader.load())


def test_the_weights_that_ship_were_fitted_on_the_data_that_ships(intents: Intents):
    assert intents.about["data"] == train.digest()
    assert set(intents.about["figures"]) == {
        "about heard",
        "questions heard as another",
        "talk heard",
    }
    assert WEIGHTS.stat().st_size < 100_000


def test_no_line_of_one_part_of_the_data_stands_in_another():
    texts = {part: {line.text.casefold() for line in lines} for part, lines in LINES.items()}
    assert all(len(found) >= 150 for found in texts.values())
    assert not texts["train"] & texts["chosen"]
    assert not texts["reported"] & (texts["train"] | texts["chosen"])


def test_whatever_is_heard_has_a_reply_in_both_languages(intents: Intents):
    for label in intents.about["labels"]:
        if label == QUESTION:
            continue
        heard = Heard(*label.split("."))
        for language in ("fr", "en"):
            if heard.room == "talk":
                assert TALK[language][heard.detail]
            else:
                assert set(TOLD[heard.detail]) - {"examples", "readers", "written"} <= set(
                    ABOUT[language]
                )


MESSAGES = {
    "ta réponse tombe complètement à côté": Route("talk", "complaint"),
    "honestly this answer is of no use to me": Route("talk", "complaint"),
    "pardon, mauvaise fenêtre, c'était pour un collègue": Route("talk", "aside"),
    "est-ce un humain qui me répond là ?": Route("about", "who"),
    "mes messages sont-ils conservés quelque part ?": Route("about", "privacy"),
    "could a colleague phone someone if you cannot answer?": Route("about", "contact"),
    "puis-je te transmettre un fichier PDF à ajouter ?": Route("about", "documents"),
    "may I rely on your wording in an official letter?": Route("about", "trust"),
}


@pytest.mark.parametrize("message", MESSAGES)
def test_what_no_list_has_is_heard_all_the_same(message: str, ear: Ear):
    assert not talk(message)
    assert not about(message)
    assert routes(understand(message), (), ear)[0] == MESSAGES[message]


@pytest.mark.parametrize(
    "question",
    [
        "Qui a répondu à notre courrier sur les retards de paiement ?",
        "are members happy with the new voucher?",
        "peut-on se fier au diagnostic de la Commission ?",
        "combien de temps les plateformes gardent-elles les données ?",
        "désolé de vous déranger, que dit-on sur les quotas de femmes ?",
        "trust in digital identity",
        "confiance",
    ],
)
def test_a_question_on_the_texts_is_heard_as_nothing_else(question: str, ear: Ear):
    assert ear(question) is None


def test_a_message_of_two_words_is_left_to_the_lists(intents: Intents, e5: SentenceEmbedder):
    message = "réponse inutile"
    vector = e5.encode_question(message).pooled
    found = dict(zip(intents.about["labels"], intents.probabilities(vector), strict=True))
    assert found[QUESTION] < 0.5
    assert intents.hears(message, vector) is None
    assert intents.hears(f"une {message}", vector) == Heard("talk", "complaint")


def test_the_probabilities_of_the_labels_make_one_for_each_message(intents: Intents):
    vectors = np.random.default_rng(1).standard_normal((3, 384)).astype(np.float32)
    assert intents.probabilities(vectors).sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


def test_another_embedder_has_no_intents_and_its_bot_hears_nothing(e5: SentenceEmbedder):
    assert intents_for("other/model") is None
    assert Ear(e5, None)("ta réponse tombe complètement à côté") is None


def test_a_route_that_words_decide_is_not_overruled(ear: Ear):
    message = "vous travaillez avec qui ? liste des rencontres avec les ministres"
    assert routes(understand(message), (), ear)[0] == Route("meetings")


def test_a_complaint_is_answered_and_cites_nothing(bot: Bot):
    answer = bot.ask("ta réponse tombe complètement à côté")
    assert (answer.reply, answer.claims, answer.abstained) == ("talk", (), False)
    assert answer.lead.startswith("Désolé que cela ne vous aide pas.")


def test_a_complaint_between_two_questions_is_not_what_the_second_follows(bot: Bot, ear: Ear):
    asked = "Quel taux de CII demandions-nous en 2021 ?"
    complaint = "non mais tu réponds complètement à côté de la plaque"
    assert on_the_texts(turns((asked, complaint)), ear) == turns((asked,))
    plain = bot.ask("et le plafond ?", (asked,))
    assert shown(bot.ask("et le plafond ?", (asked, complaint))) == shown(plain)
    assert "600 000 €" in plain.text


def shown(answer: Answer) -> tuple:
    return answer.reply, answer.claims
