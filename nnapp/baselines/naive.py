"""Forecasts without learning: what any method must beat."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.baselines.base import BASELINES, Arrays, Baseline, Fitted
from nnapp.tasks import Answers, ForecastSpec, TaskKind, TaskSpec


def _windows(arrays: Arrays, forecast: ForecastSpec) -> NDArray[np.float64]:
    """The targets' history before each origin, `(n, window, targets)`."""
    return arrays.test.astype(np.float64).reshape(len(arrays.test), -1, len(forecast.targets))


def _forecast(task: TaskSpec) -> ForecastSpec:
    forecast = task.output.forecast
    if forecast is None:
        raise ValueError("a forecast was asked for, and the task says nothing about it")
    return forecast


@BASELINES.register("naive")
class Naive(Baseline):
    """The last value, for ever."""

    title: ClassVar[str] = "Last value"
    sentence: ClassVar[str] = "Says that nothing will change. A forecast that does no better has learned nothing."
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"forecasting"})
    order: ClassVar[int] = 0

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Repeat the last value."""
        forecast = _forecast(task)
        last = _windows(arrays, forecast)[:, -1:]
        return Fitted(Answers(np.repeat(last, forecast.horizon, axis=1).reshape(len(last), -1), None))


@BASELINES.register("seasonal_naive")
class SeasonalNaive(Baseline):
    """The last season, again."""

    title: ClassVar[str] = "Last season"
    sentence: ClassVar[str] = "Repeats the last season (day, week or year). On series with a strong rhythm it is hard to beat."
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"forecasting"})
    order: ClassVar[int] = 1

    def left_out(self, arrays: Arrays, task: TaskSpec) -> str:
        """The window must hold a season."""
        forecast = _forecast(task)
        window = arrays.test.shape[1] // len(forecast.targets)
        if forecast.season > window:
            return f"{self.title} was left out: the window of {window} steps does not hold a season of {forecast.season}."
        return super().left_out(arrays, task)

    def fit(self, arrays: Arrays, task: TaskSpec, seconds: float) -> Fitted:
        """Repeat the last season as often as the horizon needs."""
        forecast = _forecast(task)
        windows = _windows(arrays, forecast)
        season = windows[:, windows.shape[1] - forecast.season :]
        turns = -(-forecast.horizon // forecast.season)
        return Fitted(Answers(np.concatenate([season] * turns, axis=1)[:, : forecast.horizon].reshape(len(windows), -1), None))
