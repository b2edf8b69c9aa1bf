"""The pages of a table that came with pictures."""

from __future__ import annotations

import pytest

from nnapp.data.store import DataStore
from tests.data_files import zipped
from tests.test_app_pages import home, opened, words
from tests.test_mixed_data import shop

__all__ = ["home"]  # the fixture


@pytest.fixture
def sha(home, tmp_path) -> str:
    files = shop()
    del files["img/007.png"]
    return DataStore(home).add(zipped(tmp_path, files, "shop.zip"))


def test_rows_are_shown_with_their_pictures_and_what_is_missing_is_left_out_by_a_click(home, sha):
    at = opened("1_data.py", data=sha)
    assert len(at.get("image")) == 23, "of the first 24 rows one has no picture"
    assert "1 row has no picture" in words(at)
    next(button for button in at.button if button.label == "Leave these rows out").click().run()
    assert not at.exception
    assert at.metric[0].value == "59"


def test_pictures_are_left_out_by_a_click_and_the_rest_is_a_table(home, sha):
    at = opened("1_data.py", data=sha)
    next(button for button in at.button if button.label == "Leave the pictures out").click().run()
    assert not at.exception
    at.switch_page("pages/2_model.py").run()
    assert "MLP" in words(at)
    assert "Branches" not in words(at)


def test_branches_are_recommended_and_pictures_can_be_augmented(home, sha):
    at = opened("2_model.py", data=sha)
    assert {"Branches", "Augmentation"} <= {element.value for element in at.subheader}
    assert "Preparation of columns and texts" in [element.label for element in at.expander]
