"""Every network of series as a forecaster: it begins with the last value, and its size follows the window's."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES, recommended, suitable
from nnapp.data.dataset import SERIES, DataSpec, InputSpec
from nnapp.data.layout import SeriesLayout
from nnapp.tasks import AnomalySpec, ForecastSpec, TaskSpec
from tests.architecture_samples import small

FORECASTERS = suitable("series", "forecasting")
TASK = TaskSpec.forecasting("b", ForecastSpec(horizon=3, targets=("b",), centers=(10.0,), scales=(2.0,), naive=(1.0,), interval=0.8))


def data(*, each: bool = False) -> DataSpec:
    """Two channels, the second of which is forecast, and a calendar."""
    layout = SeriesLayout(center=(0.0, 10.0, 0.0), scale=(1.0, 2.0, 1.0), calendar=1, each=each, level=not each, targets=(1,), horizon=3)
    return DataSpec(kind="series", inputs={SERIES: InputSpec(shape=(16, 3), role="series", layout=layout)})


def test_a_straight_line_is_offered_first_for_forecasts_and_convolutions_for_telling_series_apart():
    assert recommended("series", task="forecasting") == "dlinear"
    assert recommended("series", task="multiclass") == "fcn"


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", FORECASTERS)
def test_an_untrained_forecast_is_the_last_value(name: str):
    x = np.random.default_rng(0).normal(10, 2, (4, 16, 3)).astype(np.float32)
    model = small(name).build(data(), TASK)
    found = TASK.decode(np.asarray(model({SERIES: x}, training=False)))
    np.testing.assert_allclose(found.prediction, np.repeat(x[:, -1:, 1], 3, axis=1), rtol=1e-5)
    # Its interval is as wide as the error of repeating the last season.
    assert found.interval is not None
    np.testing.assert_allclose(found.interval[:, 1] - found.prediction, 1.0, rtol=1e-4)
    np.testing.assert_allclose(found.prediction - found.interval[:, 0], 1.0, rtol=1e-4)


@pytest.mark.tensorflow
def test_every_network_that_forecasts_watches_for_anomalies_too_and_begins_with_the_last_value():
    task = TaskSpec.watching("b", AnomalySpec(rebuild=False, horizon=3, targets=("b",), centers=(10.0,), scales=(2.0,)))
    names = [name for name in suitable("series", "anomaly") if not ARCHITECTURES[name].rebuilds]
    assert set(FORECASTERS) - {"layers"} <= set(names)
    x = np.random.default_rng(0).normal(10, 2, (4, 16, 3)).astype(np.float32)
    for name in names:
        found = task.decode(np.asarray(small(name).build(data(), task)({SERIES: x}, training=False)))
        np.testing.assert_allclose(found.prediction, np.repeat(x[:, -1:, 1], 3, axis=1), rtol=1e-5)


@pytest.mark.tensorflow
def test_series_of_differing_sizes_are_forecast_in_their_own():
    import keras

    keras.utils.set_random_seed(1)
    model = ARCHITECTURES["dlinear"]().build(data(each=True), TASK)
    model.set_weights([np.random.default_rng(0).normal(size=weight.shape) for weight in model.get_weights()])
    x = np.random.default_rng(0).normal(0, 100, (1, 16, 3)).astype(np.float32)
    twice = x.copy()
    twice[..., 1] = 10 + 2 * (x[..., 1] - 10)
    first, second = (TASK.decode(np.asarray(model({SERIES: each}, training=False))).prediction for each in (x, twice))
    np.testing.assert_allclose(second - 10, 2 * (first - 10), rtol=1e-3)
