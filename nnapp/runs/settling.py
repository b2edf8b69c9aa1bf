"""What a task says only once its network is trained: from where on a label is given, a step is unusual, and how wide an interval is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnapp.runs.folder import Run

if TYPE_CHECKING:
    import keras

    from nnapp.data.prepare import Prepared
    from nnapp.tasks import TaskSpec


def settle(run: Run, model: keras.Model, prepared: Prepared) -> Prepared:
    """The data under the task as the trained network lets it be said. Leaves `task.json`."""
    task = _settled(model, prepared)
    if task is None:
        return prepared
    run.write_json("task.json", task.model_dump(mode="json"))
    return prepared.asking(task)


def _settled(model: keras.Model, prepared: Prepared) -> TaskSpec | None:
    """The task that says more; None where nothing is open. Labels and intervals go by the validation part, a watch by all that teaches."""
    from nnapp.inference.keras_network import KerasPredictor
    from nnapp.metrics import true_answers
    from nnapp.metrics.intervals import widths
    from nnapp.metrics.steps import settled
    from nnapp.metrics.thresholds import best_thresholds

    predictor, task, part = KerasPredictor(model), prepared.task, prepared.parts.validation
    if prepared.watched is not None:
        return settled(prepared.watched, predictor.logits(prepared.watched.x))
    forecast = task.output.forecast
    if task.kind == "multilabel":
        chances = task.decode(predictor.logits(part.x)).probabilities
        assert chances is not None  # several labels always have them
        return task.with_thresholds(tuple(best_thresholds(true_answers(part).astype(np.int64), chances).tolist()))
    if forecast is not None and forecast.interval is not None and not forecast.widths:
        found = task.decode(predictor.logits(part.x))
        assert found.interval is not None  # it was asked for
        return task.with_widths(widths(forecast, true_answers(part).astype(np.float64), found.prediction.astype(np.float64), found.interval))
    return None
