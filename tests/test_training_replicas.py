"""Two devices that share every batch learn what one learns."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from nnapp.errors import SpecError
from nnapp.runs.devices import least_used
from nnapp.training import TrainingConfig
from nnapp.training.devices import Device
from nnapp.training.replicas import split
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process with two virtual processors found."""
    words = [sys.executable, "-m", "tests.sharing", str(tmp_path_factory.mktemp("sharing"))]
    ended = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=280, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    result: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return result


def apart(one: list[float], other: list[float]) -> float:
    """Length of the difference, as a share of the other's length."""
    return float(np.linalg.norm(np.subtract(one, other)) / np.linalg.norm(other))


@pytest.mark.tensorflow
def test_a_batch_is_filled_up_with_its_own_rows_until_every_device_has_as_many():
    rows, real = split([4, 7, 9], 2)
    assert rows.numpy().tolist() == [[4, 7], [9, 4]]
    assert real.numpy().tolist() == [[True, True], [True, False]]
    alone, real = split([5], 4)
    assert alone.numpy().tolist() == [[5], [5], [5], [5]]
    assert real.numpy().tolist() == [[True], [False], [False], [False]]


@pytest.mark.tensorflow
@pytest.mark.parametrize("case", ["table", "number", "pictures"])
def test_two_devices_tell_the_loss_and_end_with_the_weights_of_one(found: dict[str, Any], case: str):
    one, two = found[case]["one"], found[case]["two"]
    assert two["steps"] == one["steps"] == [11, 11]
    for part in ("told", "validation"):
        assert two[part] == pytest.approx(one[part], rel=1e-5), part
    assert two["gradient"] == pytest.approx(one["gradient"], rel=1e-4)
    assert apart(two["weights"], one["weights"]) < 1e-5
    assert two["engine"] == "fit"


@pytest.mark.tensorflow
def test_a_run_of_two_devices_is_paused_resumed_and_steered_as_one_of_a_single_device(found: dict[str, Any]):
    run = found["sittings"]
    assert run["paused"] == ["paused", 15]
    assert run["steered"] == ["finished", 33, 1]
    assert apart(run["weights"]["steered"], run["weights"]["whole"]) < 1e-6
    assert apart(run["weights"]["whole"], run["weights"]["alone"]) < 1e-5


@pytest.mark.tensorflow
def test_the_result_is_free_of_the_devices_it_was_trained_on(found: dict[str, Any]):
    assert not found["sittings"]["compiled"]
    assert found["sittings"]["strategy"] == "_DefaultDistributionStrategy"


@pytest.mark.tensorflow
def test_networks_with_dropout_normalisation_and_augmentation_learn_even_from_a_batch_of_one_row(found: dict[str, Any]):
    assert all(loss < math.log(3) for loss in found["usual"])


@pytest.mark.tensorflow
def test_more_replicas_than_devices_are_refused_with_the_remedy(found: dict[str, Any]):
    assert found["refused"]["problem"] == "This machine has no GPU, and 3 were asked to share every batch."
    assert found["refused"]["remedy"] == "Set training.replicas to 1."


def test_a_loop_for_one_device_is_refused_where_several_are_asked_for():
    assert TrainingConfig(replicas=2).loop == "fit"
    assert TrainingConfig(engine="chunk-xla").loop == "chunk-xla"
    with pytest.raises(SpecError, match="engine cannot be 'chunk-xla' with 2 replicas") as refusal:
        TrainingConfig().replaced({"replicas": 2, "engine": "chunk-xla"})
    assert refusal.value.remedy == "Set training.engine to auto or fit, or training.replicas to 1."


def test_the_device_says_how_many_work_and_never_more_than_there_are():
    assert Device(kind="gpu", name="L4", count=4).shared_by(8).title == "4 GPUs: L4"
    assert Device(kind="cpu", name="Ryzen").shared_by(2).title == "CPU: Ryzen"


def test_a_worker_is_given_the_gpus_with_the_least_work_on_them():
    assert least_used([0, 1, 2, 3], [0, 2, 2], 2) == (1, 3)
    assert least_used([0, 1, 2, 3], [0, 1, 2, 2], 2) == (0, 3)
    assert least_used([0], [], 4) == (0,)
    assert least_used([], [], 4) == ()
