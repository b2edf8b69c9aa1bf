"""How much each row counts: read from a column, no input, and worth what it says in the loss."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnapp.baselines.base import BASELINES, Arrays
from nnapp.data.checks import run_checks
from nnapp.data.columns import profile_as
from nnapp.data.dataset import Dataset
from nnapp.data.prepare import Prepared, prepare
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.tasks import ForecastSpec, TaskSpec
from nnapp.training import Silence, TrainingConfig, train
from tests.architecture_samples import halves, separable, small


def written(folder: Path, weights: list[str]) -> tuple[DataStore, DataConfig]:
    """A table of as many rows as weights."""
    rows = [f"{index % 7},{index % 5},{weight},{'yes' if index % 2 else 'no'}" for index, weight in enumerate(weights)]
    (folder / "rows.csv").write_text("\n".join(["a,b,counts,answer", *rows]))
    store = DataStore(folder)
    return store, DataConfig(sha256=store.add(folder / "rows.csv"), weight_column="counts")


def prepared(store: DataStore, config: DataConfig) -> Prepared:
    return prepare(store, config, SplitSpec(), PreprocessingConfig(), bins=False)


def test_a_column_of_weights_is_no_input_and_only_its_ratios_count(tmp_path: Path):
    store, config = written(tmp_path, [str(1000 * (1 + index % 3)) for index in range(60)])
    found = prepared(store, config)
    features = found.data.inputs["features"]
    assert features.feature_columns == ("a", "b")
    train_part = found.parts.train
    assert train_part.weights is not None
    assert train_part.weights.dtype == np.float32
    assert train_part.weights.mean() == pytest.approx(1)
    asked = 1000.0 * (1 + np.asarray(train_part.ids, np.int64) % 3)
    np.testing.assert_allclose(train_part.weights, asked / asked.mean(), rtol=1e-6)
    assert found.parts.test.weights is not None
    data = store.open(config.sha256)
    assert isinstance(data, Table)
    told = {column.name: (column.type, column.reason) for column in profile_as(data, config)}
    assert told["counts"] == ("ignored", "it says how much each row counts")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("", "1 row has no weight in 'counts'."),
        ("-2", "1 row has a weight below 0 in 'counts', such as '-2'."),
        ("much", "1 row has a weight that is no number"),
    ],
)
def test_cells_that_are_no_weights_are_told_with_a_fix(tmp_path: Path, cell: str, says: str):
    store, config = written(tmp_path, ["1", cell, *["3"] * 40])
    finding = next(one for one in run_checks(store.open(config.sha256), config) if one.code == "weights")
    assert (finding.severity, finding.fix) == ("error", {"data.weight_column": None})
    assert says in finding.problem
    with pytest.raises(DataError, match="weight"):
        prepared(store, config)


@pytest.mark.parametrize(("column", "says"), [("count", "has no column 'count'"), ("answer", "what is learned at once")])
def test_a_column_that_cannot_weigh_rows_is_refused(tmp_path: Path, column: str, says: str):
    store, config = written(tmp_path, ["1"] * 40)
    with pytest.raises(DataError, match=says):
        prepared(store, config.replaced({"weight_column": column, "target": "answer"}))


def test_weights_that_are_all_0_leave_nothing_to_learn_from(tmp_path: Path):
    store, config = written(tmp_path, ["0"] * 40)
    with pytest.raises(DataError, match="Every row has the weight 0"):
        prepared(store, config)


@pytest.mark.tensorflow
class TestLearning:
    """With straight lines and whole batches, so that a step depends on nothing but the rows and what they count."""

    LEARN, CHECK = halves(separable("tabular", "binary", rows=80))

    def fitted(self, folder: Path, learn: Dataset) -> list[np.ndarray]:
        config = TrainingConfig(epochs=3, batch_size=256, deterministic=True, early_stopping=False, optimizer="sgd", learning_rate=0.1, warm_up=0)
        made = train(lambda: small("linear").build(learn.data, learn.task), learn, self.CHECK, learn.task, config, recorder=Silence(), checkpoint=folder)
        return made.model.get_weights()

    def test_a_row_of_weight_2_is_learned_as_two_rows_and_one_of_weight_0_as_none(self, tmp_path: Path):
        every = np.arange(len(self.LEARN))
        counts = np.where(every % 3 == 0, 2.0, np.where(every % 3 == 1, 0.0, 1.0))
        counted = self.fitted(tmp_path / "weights", replace(self.LEARN, weights=(counts / counts.mean()).astype(np.float32)))
        written_out = self.fitted(tmp_path / "rows", self.LEARN.rows(np.repeat(every, counts.astype(int))))
        alike = self.fitted(tmp_path / "alike", self.LEARN)
        for one, other in zip(counted, written_out, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
        assert any(not np.allclose(one, other, rtol=1e-3) for one, other in zip(counted, alike, strict=True))


@pytest.mark.parametrize("name", ["majority", "linear", "gradient_boosting"])
def test_baselines_count_rows_as_the_network_does(name: str, tmp_path: Path):
    x = np.tile(np.array([[0.0], [1.0]], np.float32), (60, 1))
    y = np.tile([0, 0, 1, 1], 30)  # both answers to both inputs
    weights = np.where(y == 1, 9.0, 1.0).astype(np.float32)
    task = TaskSpec.classification("y", ("a", "b"))
    arrays = Arrays(x, y, x[:4], y[:4], x[:2], weights=weights)
    arrays.save(tmp_path / "arrays.npz")
    again = Arrays.load(tmp_path / "arrays.npz")
    found = BASELINES[name]().fit(again, task, 30).answers
    assert found.prediction.tolist() == [1, 1]
    assert found.probabilities[:, 1] == pytest.approx([0.9, 0.9], abs=0.03)


def test_a_forecast_with_an_interval_is_compared_with_a_linear_model_of_as_many_rows():
    arrays = Arrays(np.zeros((30_000, 40), np.float32), np.zeros((30_000, 20)), np.zeros((1, 40), np.float32), np.zeros((1, 20)), np.zeros((1, 40), np.float32))
    forecast = ForecastSpec(horizon=20, targets=("a",), centers=(0.0,), scales=(1.0,), naive=(1.0,), interval=0.8)
    assert not BASELINES["linear"]().fit(arrays, TaskSpec.forecasting("a", forecast), 30).note
