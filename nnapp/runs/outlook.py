"""One series and its forecast, as two tables: what was, and what is to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nnapp.portable.stamps import regular_series, stamp_texts
from nnapp.tasks import Answers, ForecastSpec

if TYPE_CHECKING:
    import pandas as pd


def outlook(
    cells: Mapping[str, Sequence[str | None]], answers: Answers, about: Mapping[str, Any], forecast: ForecastSpec, target: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The history and the forecast of one target.

    Args:
        cells: Of one series.
        answers: To that series.
        about: The run's preprocessing.
        forecast: What was asked.
        target: One of its targets.

    Returns:
        `when` and `value` of the steps so far, two windows at most; `when`, `prediction` and, where there is an interval, `low` and `high` of every step to come.

    Raises:
        PortableError: If the cells cannot be read.
    """
    import pandas as pd

    (one,) = regular_series(cells, about)
    place, steps = forecast.targets.index(target), len(one.values)
    shown = np.arange(max(0, steps - 2 * about["window"]), steps)
    past = pd.DataFrame({"when": stamp_texts(one.start + shown, about), "value": one.values[shown, about["targets"][place]]})
    ahead = pd.DataFrame({"when": stamp_texts(one.start + steps + np.arange(forecast.horizon), about), "prediction": _of(answers.prediction, forecast, place)})
    if answers.interval is not None:
        ahead["low"], ahead["high"] = (_of(answers.interval[:, end], forecast, place) for end in (0, 1))
    return past, ahead


def _of(values: Any, forecast: ForecastSpec, place: int) -> Any:
    """The steps of one target, shape `(horizon,)`."""
    return np.asarray(values, np.float64).reshape(forecast.horizon, len(forecast.targets))[:, place]
