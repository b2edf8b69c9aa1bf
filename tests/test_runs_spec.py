"""What a run is asked to do, and how single settings are changed by their path."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnapp.data.specs import DataConfig
from nnapp.errors import SpecError
from nnapp.runs.folder import Run
from nnapp.runs.spec import RunSpec, installed, plan
from nnapp.runs.store import RunStore

DATA = DataConfig(sha256="0" * 64)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "home")


def test_a_run_survives_the_disk_with_the_class_of_its_network(store: RunStore) -> None:
    spec = plan(DATA, "tabular", architecture="mlp", settings={"training.epochs": "3"})
    run = store.create(spec)
    assert Run(run.folder).spec == spec
    assert type(run.spec.model).__name__ == type(spec.model).__name__
    assert run.status.state == "queued"


def test_explicit_settings_win_over_what_the_plan_began_with() -> None:
    for preset in ("quick", "balanced", "best"):
        spec = plan(DATA, "tabular", preset=preset, settings={"training.epochs": "7", "training.early_stopping": "false", "split.seed": "9"})
        assert (spec.training.epochs, spec.training.early_stopping, spec.split.seed, spec.preset) == (7, False, 9, preset)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("training.epoch", 3, "Did you mean 'training.epochs'?"),
        ("epochs", 3, "Did you mean 'training.epochs'?"),
        ("trainings.epochs", 3, "Did you mean 'training.epochs'?"),
        ("training.epochs", "many", "training.epochs cannot be 'many'."),
        ("training.epochs", "0", "training.epochs cannot be"),
        ("data.sha256.x", "1", "There is no setting called 'data.sha256.x'."),
    ],
)
def test_a_wrong_setting_is_told_by_its_path_with_a_remedy(path: str, value: object, said: str) -> None:
    with pytest.raises(SpecError, match=r".") as raised:
        plan(DATA, "tabular", settings={path: value})
    assert said in f"{raised.value.problem} {raised.value.remedy}"


def test_text_stays_text_where_a_setting_wants_text_and_columns_may_have_dots() -> None:
    spec = plan(DATA, "tabular", settings={"data.positive": "1", "data.target": "true", "data.types.a.b": "ignored", "data.types": {"c": "date"}})
    assert (spec.data.positive, spec.data.target, spec.data.types) == ("1", "true", {"a.b": "ignored", "c": "date"})


def test_an_unknown_architecture_is_told_with_the_nearest() -> None:
    with pytest.raises(SpecError, match="Did you mean 'linear'"):
        plan(DATA, "tabular", architecture="linaer")


def test_hyperparameters_of_another_network_are_refused() -> None:
    spec = plan(DATA, "tabular", architecture="mlp")
    with pytest.raises(SpecError):
        RunSpec.parse({**spec.model_dump(), "architecture": "linear", "model": spec.model.model_dump()})


def test_versions_are_known_without_importing_anything() -> None:
    assert {"python", "tensorflow", "keras", "numpy"} <= set(installed())
