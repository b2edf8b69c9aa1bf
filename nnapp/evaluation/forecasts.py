"""Forecasts beside what came: by step, and from single origins."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.evaluation.base import evaluation, few_rows
from nnapp.metrics import Predictions
from nnapp.reports import Headline, Report
from nnapp.tasks import ForecastSpec

ORIGINS = 4
"""Origins that are shown, evenly spaced over the test part, the worst one among them."""


def cubes(predictions: Predictions) -> tuple[ForecastSpec, NDArray[np.float64], NDArray[np.float64]]:
    """Truth and forecast, each `(origins, steps, targets)`, in the targets' units."""
    forecast = predictions.task.output.forecast
    if forecast is None:
        raise ValueError("these predictions are no forecasts")
    shape = (len(predictions), forecast.horizon, len(forecast.targets))
    return forecast, predictions.y_true.astype(np.float64).reshape(shape), predictions.prediction.astype(np.float64).reshape(shape)


@evaluation("error_by_step", "forecasting")
def error_by_step(predictions: Predictions) -> Report:
    """Measure how the error grows with the distance.

    Returns:
        A report with a row a step and target: `target`, `step` (1 is the next), `mae`, `rmse`, `bias` (forecast minus truth), in the target's
        units, and `mase`. The headline has `target`, `step` (its name), `first` and `last` (mean absolute errors of the first and last step).
    """
    forecast, truth, guess = cubes(predictions)
    gap = guess - truth
    rows = [
        (name, step + 1, float(np.abs(one).mean()), float(np.sqrt(np.square(one).mean())), float(one.mean()), float(np.abs(one).mean() / forecast.naive[place]))
        for place, name in enumerate(forecast.targets)
        for step in range(forecast.horizon)
        for one in [gap[:, step, place]]
    ]
    table = pd.DataFrame(rows, columns=["target", "step", "mae", "rmse", "bias", "mase"])
    first = table[table["target"] == forecast.targets[0]]["mae"]
    headline: Headline = {"target": forecast.targets[0], "step": forecast.step, "first": float(first.iloc[0]), "last": float(first.iloc[-1])}
    caveats = (f"Mean over {len(predictions):,} origins, one after the other in the test part; neighbouring ones share most of their steps.",)
    return Report("error_by_step", "Error by step of the horizon", table, headline, (*caveats, *few_rows(predictions)))


@evaluation("forecast_and_truth", "forecasting")
def forecast_and_truth(predictions: Predictions) -> Report:
    """Put some forecasts beside what came.

    Returns:
        A report with a row an origin and step of the first target: `id` (row of the upload of the first step), `origin` (1 for the first
        shown), `step`, `true`, `predicted`, and `low` and `high` where there is an interval. The headline has `target`, `step` (its name), `origins` and `worst` (the origin with the largest error).
    """
    forecast, truth, guess = cubes(predictions)
    error = np.abs(guess - truth)[:, :, 0].mean(axis=1)
    spaced = np.linspace(0, len(predictions) - 1, ORIGINS - 1).round().astype(np.int64)
    shown = np.unique(np.r_[spaced, int(error.argmax())])
    rows = [
        (int(predictions.ids[index]), place + 1, step + 1, float(truth[index, step, 0]), float(guess[index, step, 0]))
        for place, index in enumerate(shown.tolist())
        for step in range(forecast.horizon)
    ]
    worst = int(np.flatnonzero(shown == int(error.argmax()))[0]) + 1
    headline: Headline = {"target": forecast.targets[0], "step": forecast.step, "origins": len(shown), "worst": worst}
    table = pd.DataFrame(rows, columns=["id", "origin", "step", "true", "predicted"])
    if predictions.interval is not None:
        for name, ends in zip(("low", "high"), _ends(predictions), strict=True):
            table[name] = ends[shown, :, 0].reshape(-1)
    return Report(
        "forecast_and_truth", "Forecast and truth", table, headline, ("The origins are evenly spaced over the test part; the worst one is among them.",)
    )


@evaluation("interval", "forecasting")
def interval(predictions: Predictions) -> Report:
    """Count how often the truth lay inside the interval, and say how wide it is.

    Returns:
        A report with a row a target and step: `target`, `step`, `inside` (share of the origins), `below` and `above` (shares of the truths
        that lay outside), `width` (mean, in the target's units). The headline has `target`, `step` (its name), `asked` (share),
        `inside`, `width`, `first` and `last` (mean widths of the first and last step) of the first target; all None where there is no interval.
    """
    forecast, truth, _ = cubes(predictions)
    if predictions.interval is None or forecast.interval is None:
        table = pd.DataFrame(columns=["target", "step", "inside", "below", "above", "width"])
        nothing: Headline = dict.fromkeys(("asked", "inside", "width", "first", "last")) | {"target": forecast.targets[0], "step": forecast.step}
        return Report("interval", "Interval", table, nothing, ("No interval was asked for: set data.interval to the share that it shall hold.",))
    low, high = _ends(predictions)
    below, above, width = truth < low, truth > high, high - low
    rows = [
        (name, step + 1, 1 - float(under.mean()) - float(over.mean()), float(under.mean()), float(over.mean()), float(width[:, step, place].mean()))
        for place, name in enumerate(forecast.targets)
        for step in range(forecast.horizon)
        for under, over in [(below[:, step, place], above[:, step, place])]
    ]
    table = pd.DataFrame(rows, columns=["target", "step", "inside", "below", "above", "width"])
    first = table[table["target"] == forecast.targets[0]]
    headline: Headline = {
        "target": forecast.targets[0], "step": forecast.step, "asked": forecast.interval, "inside": float(first["inside"].mean()),
        "width": float(first["width"].mean()), "first": float(first["width"].iloc[0]), "last": float(first["width"].iloc[-1]),
    }  # fmt: skip
    caveats = (
        "Its width was set on the validation part, so that it held the asked share there. Where the test part is livelier or on another level, it holds less.",
        *few_rows(predictions),
    )
    return Report("interval", "Interval", table, headline, caveats)


def _ends(predictions: Predictions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Low and high end, each `(origins, steps, targets)`."""
    _, truth, _ = cubes(predictions)
    assert predictions.interval is not None  # whoever asks has looked
    return predictions.interval[:, 0].reshape(truth.shape), predictions.interval[:, 1].reshape(truth.shape)
