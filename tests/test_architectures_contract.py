"""What every registered network promises, present and future, before anything is built."""

from __future__ import annotations

import subprocess
import sys
import typing

import pytest
from annotated_types import Ge, Gt, Le, Lt

from nnapp.architectures import ARCHITECTURES, Architecture, recommended, suitable
from nnapp.data.augmentation import Augmentation
from nnapp.errors import SpecError
from nnapp.training import TrainingConfig
from nnapp.training.config import automatic_batch_size
from tests.architecture_samples import data_of, task_of

SETTINGS = [*ARCHITECTURES.values(), TrainingConfig, Augmentation]
FIELDS = [(spec, name) for spec in SETTINGS for name in spec.model_fields]


@pytest.mark.parametrize("spec", SETTINGS)
def test_default_settings_are_valid_and_survive_json(spec: type[Architecture]):
    assert spec.from_json(spec().to_json()) == spec()


@pytest.mark.parametrize(("spec", "name"), FIELDS)
def test_every_field_is_explained_in_a_sentence(spec: type[Architecture], name: str):
    text = spec.model_fields[name].description
    assert text is not None
    assert text.endswith(".")
    assert len(text.split()) >= 6


@pytest.mark.parametrize(("spec", "name"), FIELDS)
def test_every_number_has_bounds(spec: type[Architecture], name: str):
    field = spec.model_fields[name]
    kinds = {field.annotation, *typing.get_args(field.annotation)}
    if not kinds & {int, float} or bool in kinds:
        return
    assert any(isinstance(bound, Ge | Gt) for bound in field.metadata)
    assert any(isinstance(bound, Le | Lt) for bound in field.metadata)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_network_has_a_title_a_sentence_and_something_it_accepts(name: str):
    part = ARCHITECTURES[name]
    assert part.title
    assert part.sentence.endswith(".")
    assert part.accepts
    assert part.tasks


def test_a_newcomer_is_offered_a_network_for_each_kind_of_data():
    for kind in ("tabular", "pictures", "sounds"):
        assert recommended(kind) == suitable(kind)[0]
        assert kind in ARCHITECTURES[recommended(kind)].accepts


def test_a_network_refuses_the_wrong_data_and_names_those_that_fit():
    with pytest.raises(SpecError) as caught:
        ARCHITECTURES["cnn"]().build(data_of("tabular"), task_of("binary"))
    assert caught.value.problem == "The CNN network does not take tabular data for binary questions."
    assert "mlp" in caught.value.remedy


def test_a_misspelt_network_is_answered_with_the_one_that_was_meant():
    with pytest.raises(SpecError, match="Did you mean 'residual'"):
        ARCHITECTURES["residaul"]


def test_settings_are_read_without_loading_tensorflow_or_keras():
    script = "import sys, nnapp.architectures, nnapp.training; list(nnapp.architectures.ARCHITECTURES); print({'keras', 'tensorflow'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"


@pytest.mark.parametrize(("written", "meant"), [("true", "balanced"), ("false", "none"), (True, "balanced"), ("balanced", "balanced"), ("none", "none")])
def test_class_weights_may_be_written_as_a_word_or_as_yes_and_no(written: object, meant: str):
    assert TrainingConfig().replaced({"class_weights": written}).class_weights == meant


def test_the_batch_size_follows_the_rows():
    assert [automatic_batch_size(rows) for rows in (1, 3200, 6400, 10_000, 10**9)] == [32, 32, 64, 64, 256]
    assert TrainingConfig().batch_size_for(20) == 20
    assert TrainingConfig(batch_size=7).batch_size_for(100) == 7


def test_grey_pictures_are_not_mirrored_unless_asked():
    assert Augmentation().flips(1) == "none"
    assert Augmentation(flip="both").flips(1) == "both"
