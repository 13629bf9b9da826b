"""The second look: late interaction, and a real cross-encoder where one is named."""

from pathlib import Path

import numpy as np
import pytest
from conftest import Federation

from bot.answer import Bot, open_bot
from bot.find.crossencoder import CrossEncoderJudge
from bot.find.rerank import READ, Candidates, Query, late_interaction
from bot.settings import BotSettings
from index.errors import EmbedderUnusable
from index.passage import AUDIENCES
from index.shelf.generation import Shelf

TEXTS = (
    "Nous demandons un fonds pour les startups.",
    "Nous avons visité un lycée à Nantes.",
    "Le fonds aura un comité.",
)


@pytest.fixture
def bot(federation: Federation) -> Bot:
    for number, text in enumerate(TEXTS):
        federation.write(f"2023-{number}.txt", text)
    federation.index()
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture(scope="module")
def crossencoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny cross-encoder, saved as sentence-transformers saves any.

    Its weights are random, from a fixed seed, and wide enough for its scores to differ.
    """
    from sentence_transformers import CrossEncoder
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
        set_seed,
    )

    set_seed(7)
    folder = tmp_path_factory.mktemp("crossencoder")
    vocabulary = {
        word: number
        for number, word in enumerate(("[PAD]", "[UNK]", "[CLS]", "[SEP]", *"Nousdemandefltcvi "))
    }
    tokenizer = Tokenizer(
        models.WordPiece(
            vocabulary
            | {
                f"##{letter}": 100 + number
                for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz")
            },
            unk_token="[UNK]",
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(folder / "plain")
    BertForSequenceClassification(
        BertConfig(
            vocab_size=130,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=64,
            num_labels=1,
            initializer_range=0.5,
        )
    ).save_pretrained(folder / "plain")
    CrossEncoder(str(folder / "plain"), device="cpu").save_pretrained(str(folder / "saved"))
    return folder / "saved"


def test_the_passage_that_has_the_questions_words_comes_first_and_scores_one(bot: Bot):
    first, *others = bot.search("Un fonds pour les startups")
    assert first.passage.text.strip() == TEXTS[0]
    assert first.score == pytest.approx(1, abs=0.02)
    assert all(hit.score < first.score and hit.rank < first.rank for hit in others)


def test_each_token_of_the_question_has_its_best_match_in_passage_or_heading(bot: Bot):
    first = bot.search("fonds girafe")[0]
    assert len(first.matches) == 2
    assert first.matches[0] == pytest.approx(1, abs=0.02)
    assert first.matches[1] < 0.9


def test_boosts_change_the_order_and_no_score(bot: Bot, federation: Federation):
    generation, asked = (
        Shelf(federation.store).current(),
        federation.embedder.encode_question("Un fonds pour les startups"),
    )
    lexical = generation.lexical_for(AUDIENCES).scores("fonds startups")
    query = Query("Un fonds pour les startups", asked)
    plain = late_interaction(generation, query, Candidates([0, 1, 2], lexical, np.zeros(3)))
    lifted = late_interaction(
        generation, query, Candidates([0, 1, 2], lexical, np.array([0, 9.0, 0]))
    )
    assert lifted[0].passage.text.strip() == TEXTS[1]
    assert {hit.passage.id: hit.score for hit in lifted} == {
        hit.passage.id: hit.score for hit in plain
    }


def test_the_words_of_a_follow_ups_own_subject_weigh_as_much_as_all_the_others(
    bot: Bot, federation: Federation
):
    text = "Un fonds pour les startups et le lycée"
    generation, asked = Shelf(federation.store).current(), federation.embedder.encode_question(text)
    hits = late_interaction(
        generation,
        Query(text, asked, follow_up=(27, len(text))),
        Candidates([0, 1, 2], np.zeros(len(TEXTS)), np.zeros(3)),
    )
    weights = {
        word: 0.1 if word in ("Un", "pour", "les", "et", "le") else 1.0
        for word in text.split()
        if word != "lycée"
    }
    for hit in hits:
        met = dict(zip(text.split(), hit.matches, strict=True))
        others = sum(weight * met[word] for word, weight in weights.items()) / sum(weights.values())
        assert hit.score == pytest.approx((met["lycée"] + others) / 2, abs=1e-4)


def test_bm25_decides_between_passages_that_are_alike(federation: Federation):
    for name in ("2023-a.txt", "2023-b.txt"):
        federation.write(name, "---\ntitle: Lettre\n---\n\nUn fonds.")
    federation.index()
    generation, asked = (
        Shelf(federation.store).current(),
        federation.embedder.encode_question("fonds"),
    )
    query = Query("fonds", asked)
    for lexical in ([1.0, 0], [0, 1.0]):
        hits = late_interaction(
            generation, query, Candidates([0, 1], np.array(lexical), np.zeros(2))
        )
        assert hits[0].passage is generation.passages[lexical.index(1.0)]
        assert hits[0].score == hits[1].score
    assert late_interaction(generation, query, Candidates([], np.zeros(2), np.zeros(0))) == []


def test_sentences_are_scored_for_the_first_hits_only(federation: Federation):
    for number in range(READ + 5):
        federation.write(f"2023-{number}.txt", f"Nous demandons la mesure {number}.")
    federation.index()
    hits = Bot(Shelf(federation.store), federation.embedder).search("la mesure", 100)
    assert [bool(hit.sentences) for hit in hits] == [True] * READ + [False] * 5


def test_a_cross_encoder_has_the_last_word_on_the_order(
    bot: Bot, federation: Federation, crossencoder: Path
):
    judge = CrossEncoderJudge(str(crossencoder))
    judged = open_bot(
        BotSettings(store=federation.store, reranker=str(crossencoder)),
        lambda *_: federation.embedder,
    ).search("un fonds")
    scores = judge.judge("un fonds", [hit.passage for hit in judged])
    assert len(set(scores.tolist())) == 3
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert {hit.passage.id: hit.score for hit in judged} == {
        hit.passage.id: hit.score for hit in bot.search("un fonds")
    }
    assert all(hit.sentences for hit in judged)


def test_a_judge_that_turns_the_order_round_is_followed(federation: Federation, bot: Bot):
    class Reversing:
        def judge(self, question, passages):
            return -np.arange(len(passages), 0, -1, dtype=float)

    plain = [hit.passage.id for hit in bot.search("un fonds pour les startups")]
    turned = Bot(Shelf(federation.store), federation.embedder, Reversing()).search(
        "un fonds pour les startups"
    )
    assert [hit.passage.id for hit in turned] == plain[::-1]
    assert [hit.rank for hit in turned] == sorted((hit.rank for hit in turned), reverse=True)


def test_a_cross_encoder_that_is_none_is_refused_with_the_remedy(tmp_path: Path):
    with pytest.raises(EmbedderUnusable, match="PLAIDOYER_RERANKER"):
        CrossEncoderJudge(str(tmp_path))
