"""The layers of a list on the Model page: moved, removed, added and typed, with what does not fit said at once."""

from __future__ import annotations

import json

import pytest

from tests.test_app_pages import home, opened, primary, with_sample, words  # noqa: F401  # the fixture


@pytest.fixture
def page(home):  # noqa: F811
    sha = with_sample(home, "digits")
    return lambda text: opened("2_model.py", data=sha, set=json.dumps({"architecture": "layers", "model.layers": text}))


def layers_of(at) -> str:
    return json.loads(at.query_params["set"])["model.layers"]


def press(at, key: str):
    at.button(key=f"layer.{key}").click().run()
    assert not at.exception
    return at


def test_a_layer_is_moved_removed_and_added(page):
    at = page("conv 8, pool, flatten, dense 4")
    assert "**1 Conv** → 8 × 8 × 8" in words(at)
    assert layers_of(press(at, "Move layer 2 up")) == "pool, conv 8, flatten, dense 4"
    assert layers_of(press(at, "Move layer 1 down")) == "conv 8, pool, flatten, dense 4"
    assert layers_of(press(at, "Remove layer 2")) == "conv 8, flatten, dense 4"
    at.selectbox(key="layer.kind").select("dropout").run()
    assert layers_of(press(at, "add")) == "conv 8, flatten, dense 4, dropout"


def test_what_does_not_fit_is_said_under_its_layer_and_is_not_trained(page, home):  # noqa: F811
    at = page("flatten, conv 8, dense 4")
    assert "needs a picture" in at.error[0].value
    primary(at)[0].click().run()
    assert not at.exception
    assert not (home / "runs").exists()


def test_text_that_cannot_be_read_stays_with_its_reason_and_the_list_as_it_was(page):
    at = page("flatten, dense 4")
    at.text_area[0].set_value("flatten, desne 4").run()
    assert not at.exception
    assert at.text_area[0].value == "flatten, desne 4"
    assert "desne" in at.error[0].value
    assert layers_of(at) == "flatten, dense 4"
    at.text_area[0].set_value("flatten, dense 9").run()
    assert layers_of(at) == "flatten, dense 9"
    assert len(at.error) == 0


def test_a_setting_of_a_layer_changes_the_list(page):
    at = page("flatten, dense 4")
    at.number_input(key="layer.1.dense.units").set_value(20).run()
    assert not at.exception
    assert layers_of(at) == "flatten, dense 20"
