"""Forms come from typed fields; names of a user's are never markup; the address holds the settings."""

from __future__ import annotations

import doctest
import tomllib
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import Field
from streamlit.testing.v1 import AppTest

from nnapp.architectures import ARCHITECTURES
from nnapp.charts import TOKENS
from nnapp.data.augmentation import Augmentation
from nnapp.data.specs import PreprocessingConfig, SplitSpec
from nnapp.explanation import EXPLAINERS
from nnapp.specs import Spec
from nnapp.training import TrainingConfig
from pages.components import fields, text
from pages.components.address import as_text
from pages.components.fields import fields_of
from pages.components.text import plain
from tests.conftest import PROJECT

FORMS = [SplitSpec, PreprocessingConfig, Augmentation, TrainingConfig, *ARCHITECTURES.values(), *EXPLAINERS.values()]


@pytest.mark.parametrize("module", [fields, text])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("spec_type", FORMS, ids=lambda spec_type: spec_type.__name__)
def test_every_setting_can_be_asked_with_a_sentence_that_teaches(spec_type):
    asked = fields_of(spec_type)
    assert {field.name for field in asked} == set(spec_type.model_fields)
    for field in asked:
        assert field.label
        assert len(field.help.split()) >= 4, field.name


class Example(Spec):
    """One field of every kind."""

    rate: Annotated[float, Field(gt=0, le=10, description="A rate.", title="Learning rate")] = 0.001
    weight_decay: Annotated[float, Field(ge=0, le=1, description="A decay.")] = 0.01
    dropout: Annotated[float, Field(ge=0, le=0.9, description="A share.")] = 0.2
    units: Annotated[int, Field(ge=1, le=4096, description="Many.")] = 128
    blocks: Annotated[int, Field(ge=1, le=8, description="Few.")] = 2
    batch_size: Annotated[int | None, Field(ge=1, le=64, description="May be empty.")] = None
    clipping: Annotated[float | None, Field(gt=0, description="May be empty.")] = None
    optimizer: Annotated[Literal["adamw", "sgd"], Field(description="A choice.")] = "adamw"
    task: Annotated[Literal["a", "b", "c", "d", "e", "f"], Field(description="A choice of many.")] = "a"
    early: Annotated[bool, Field(description="On or off.")] = True
    column: Annotated[str | None, Field(description="A name.")] = None
    widths: Annotated[tuple[int, ...], Field(description="Several.")] = (64, 32)
    shares: Annotated[dict[str, float], Field(description="Asked elsewhere.")] = {}


def test_the_widget_follows_the_meaning_of_the_field():
    widgets = {field.name: field.widget for field in fields_of(Example)}
    assert widgets == {
        "rate": "rate",
        "weight_decay": "rate",
        "dropout": "share",
        "units": "whole",
        "blocks": "slider",
        "batch_size": "whole",
        "clipping": "decimal",
        "optimizer": "pills",
        "task": "select",
        "early": "toggle",
        "column": "text",
        "widths": "wholes",
    }


def form_page() -> None:
    """A page of one form, whose settings stand in the address."""
    import streamlit as st

    from pages.components import address
    from pages.components.source import under
    from pages.components.spec_form import spec_form
    from tests.test_app_forms import Example

    values = Example.parse(under(address.settings(), "model"))
    spec_form(Example, values.model_dump(), address.putting("model"), key="form", proposed={"units": 128}, basic=["units", "dropout", "rate"])
    st.json(values.model_dump())


def drawn() -> AppTest:
    at = AppTest.from_function(form_page, default_timeout=20).run()
    assert not at.exception
    return at


def shown(at: AppTest) -> dict[str, Any]:
    import json

    return json.loads(at.json[0].value)


def test_a_changed_widget_is_a_changed_setting_and_the_address_holds_it():
    at = drawn()
    at.number_input(key="form.units").set_value(256).run()
    assert shown(at)["units"] == 256
    assert at.query_params["set"] == '{"model.units":256}'


def test_going_back_to_what_is_proposed_takes_the_setting_out_of_the_address():
    at = drawn()
    at.number_input(key="form.units").set_value(256).run()
    at.number_input(key="form.units").set_value(128).run()
    assert "set" not in at.query_params


def test_a_rate_can_be_slid_and_typed_and_both_agree():
    at = drawn()
    at.select_slider(key="form.rate.slider").set_value(0.01).run()
    assert at.number_input(key="form.rate.number").value == 0.01
    at.number_input(key="form.rate.number").set_value(0.0042).run()
    assert at.select_slider(key="form.rate.slider").value == 0.0042
    assert shown(at)["rate"] == 0.0042


def test_a_share_is_asked_in_percent_and_kept_as_a_share():
    at = drawn()
    at.slider(key="form.dropout").set_value(35).run()
    assert shown(at)["dropout"] == 0.35


def test_the_same_form_shows_what_a_link_brings():
    at = AppTest.from_function(form_page, default_timeout=20)
    at.query_params["set"] = as_text({"model.units": 512, "model.optimizer": "sgd", "model.widths": [16, 8]})
    at.run()
    assert not at.exception
    assert at.number_input(key="form.units").value == 512
    assert shown(at)["optimizer"] == "sgd"
    assert at.text_input(key="form.widths").value == "16, 8"


def test_a_broken_address_is_no_error():
    at = AppTest.from_function(form_page, default_timeout=20)
    at.query_params["set"] = "{nonsense"
    at.run()
    assert not at.exception
    assert shown(at)["units"] == 128


@given(some.text(alphabet=some.characters(codec="utf-8"), max_size=60))
def test_nothing_that_markdown_would_read_survives_unescaped(name):
    escaped = plain(name)
    for position, letter in enumerate(escaped):
        within_a_word = letter == "_" and escaped[position - 1 : position].isalnum() and escaped[position + 1 : position + 2].isalnum()
        if letter in "`*_[]<>$:~|@" and not within_a_word:
            before = len(escaped[:position]) - len(escaped[:position].rstrip("\\"))
            assert before % 2 == 1, escaped


def test_the_app_has_the_colours_of_the_charts():
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for name, tokens in TOKENS.items():
        own = config[name]
        assert own["backgroundColor"] == tokens.background
        assert own["textColor"] == tokens.text
        assert tuple(own["chartCategoricalColors"]) == tokens.categorical
        assert tuple(own["chartSequentialColors"]) == tokens.sequential
        assert own["sidebar"]["backgroundColor"] == tokens.card


def contrast(one: str, other: str) -> float:
    """Of two colours, as the accessibility guidelines count it."""

    def light(colour: str) -> float:
        channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_colour_of_text_can_be_read_on_its_background():
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for name in TOKENS:
        own = config[name]
        assert contrast(own["textColor"], own["backgroundColor"]) >= 7
        assert contrast(own["linkColor"], own["backgroundColor"]) >= 4.5
        for colour in ("red", "orange", "yellow", "blue", "green", "violet", "gray"):
            assert contrast(own[f"{colour}TextColor"], own[f"{colour}BackgroundColor"]) >= 4.5, (name, colour)
        # White on the primary colour, and the primary colour on the page: no blue does better at both in the dark.
        assert contrast("#FFFFFF", own["primaryColor"]) >= 4.2
        assert contrast(own["primaryColor"], own["backgroundColor"]) >= 4.2


def test_every_font_is_served_by_the_app_itself_and_its_licence_lies_beside_it():
    theme = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for face in theme["fontFaces"]:
        assert (PROJECT / "static" / face["url"].removeprefix("app/static/")).is_file()
        assert (PROJECT / "static" / f"OFL-{face['family'].replace(' ', '')}.txt").is_file()
