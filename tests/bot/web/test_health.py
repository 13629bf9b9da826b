"""What is said of the app's health while there is nothing to answer with."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.web.health import serve_health
from index.errors import StoreMissing


class Empty:
    """A bot whose index is gone."""

    @property
    def made(self) -> object:
        raise StoreMissing("no index yet. Run: python -m index")


def loading() -> object:
    raise AssertionError("it was waited for")


@pytest.mark.parametrize(("opened", "ready"), [(loading, False), (Empty, True)])
def test_while_the_model_loads_or_without_an_index_the_app_is_alive_and_not_well(
    opened: Callable[[], object], ready: bool
):
    app = FastAPI()
    serve_health(app, opened, lambda: ready)
    answer = TestClient(app).get("/health")
    assert (answer.status_code, answer.json()) == (
        503,
        {"alive": True, "index": False, "index_age_hours": None},
    )
