"""Settings: what the environment may say, and what is said of a value that makes no sense."""

from pathlib import Path

import pytest

from bot.settings import BotSettings
from index.errors import SettingsInvalid


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any variable of ours."""
    for name in BotSettings.model_fields:
        monkeypatch.delenv(f"PLAIDOYER_{name.upper()}", raising=False)
    return monkeypatch


def test_an_empty_variable_counts_as_unset(environment: pytest.MonkeyPatch):
    unset = BotSettings.from_environment()
    for name in BotSettings.model_fields:
        environment.setenv(f"PLAIDOYER_{name.upper()}", "")
    assert BotSettings.from_environment() == unset
    assert (unset.host, unset.port, unset.rate, unset.chat_seconds) == ("127.0.0.1", 7860, 30, 30)


def test_every_setting_is_read_from_the_variable_of_its_name(environment: pytest.MonkeyPatch):
    environment.setenv("PLAIDOYER_USERS", "users.jsonl")
    environment.setenv("PLAIDOYER_TRUSTED_PROXY", " 127.0.0.1 ")
    environment.setenv("PLAIDOYER_UNANSWERED", "no")
    environment.setenv("PLAIDOYER_CONVERSATIONS", "no")
    environment.setenv("PLAIDOYER_RATE", "0")
    settings = BotSettings.from_environment()
    assert (settings.users, settings.trusted_proxy) == (Path("users.jsonl"), "127.0.0.1")
    assert (settings.unanswered, settings.conversations, settings.rate) == (False, False, 0)


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("PORT", "0", "a number from 1 to 65535"),
        ("PORT", "65536", "a number from 1 to 65535"),
        ("PORT", "http", "a number from 1 to 65535"),
        ("RATE", "-1", "a number of questions a minute, 0 for no limit"),
        ("ALLOW_ANONYMOUS", "perhaps", "yes or no"),
        ("UNANSWERED", "perhaps", "yes or no"),
        ("CHAT_SECONDS", "0", "a number of seconds above 0"),
        ("CHAT_SECONDS", "inf", "a number of seconds above 0"),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_its_remedy(
    environment: pytest.MonkeyPatch, name: str, value: str, remedy: str
):
    environment.setenv(f"PLAIDOYER_{name}", value)
    with pytest.raises(SettingsInvalid) as said:
        BotSettings.from_environment()
    assert str(said.value) == f"PLAIDOYER_{name} is {value!r}. Set it to {remedy}, or unset it."


def test_the_key_of_a_chat_model_is_not_shown():
    assert "secret" not in repr(BotSettings(chat_api_key="secret"))
