"""From settings to a compiled Keras model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnapp.data.specs import DataKind
from nnapp.tasks import TaskSpec
from nnapp.training.config import TrainingConfig
from nnapp.training.mixing import check_mixing, mixed_step
from nnapp.training.optimizers import OPTIMIZERS
from nnapp.training.penalties import penalise
from nnapp.training.schedules import SCHEDULES, Course

if TYPE_CHECKING:
    import keras

STEPS_PER_EXECUTION = 16
"""Steps between two looks at a table's network: a step costs `fit` milliseconds, its arithmetic less than one."""
UNDECAYED = ["bias", "gamma", "beta"]
"""Weights that are not pulled towards zero: offsets and the scales of normalisation."""


def compile_model(model: keras.Model, task: TaskSpec, config: TrainingConfig, *, steps_per_epoch: int, kind: DataKind) -> None:
    """Give a network its loss, its metrics and an optimizer whose state is ready to be restored.

    Args:
        model: Just built.
        task: What is asked.
        config: How to fit.
        steps_per_epoch: Fixes the length of the schedule.
        kind: Pictures are looked at after every step, tables after several (but for several devices, where Keras fails at it).
    """
    check_mixing(config, kind)
    penalise(model, config.l1, config.l2)
    model.compile(
        optimizer=optimizer(config, steps_per_epoch),
        loss=config.loss_of(task),
        metrics=[_metric(task)],
        steps_per_execution=min(STEPS_PER_EXECUTION, steps_per_epoch) if kind == "tabular" and config.replicas == 1 else 1,
    )
    model.optimizer.build(model.trainable_variables)
    if config.mixup or config.cutmix:
        model.train_step = mixed_step(model, task, config)


def optimizer(config: TrainingConfig, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """The optimizer with its schedule over the whole run."""
    steps = config.epochs * steps_per_epoch
    course = Course(config.learning_rate, round(config.warm_up * steps), steps, config.final_rate)
    rate, chosen = SCHEDULES[config.schedule].make(course), OPTIMIZERS[config.optimizer]
    common: dict[str, Any] = {"learning_rate": rate, "weight_decay": config.weight_decay or None, "global_clipnorm": config.clipping}
    if config.accumulation > 1:  # an epoch has at least one step of the weights
        common["gradient_accumulation_steps"] = min(config.accumulation, steps_per_epoch)
    made = chosen.make(common | {name: getattr(config, name) for name in chosen.takes})
    if config.weight_decay:
        made.exclude_from_weight_decay(var_names=UNDECAYED)
    return made


def _metric(task: TaskSpec) -> Any:
    """The training curve beside the loss."""
    import keras

    if task.kind in {"binary", "multilabel"}:
        return keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)
    if task.kind == "multiclass":
        return keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    forecast = task.output.forecast
    if forecast is None or forecast.interval is None:
        return keras.metrics.MeanAbsoluteError(name="mae")
    size = forecast.size

    def error(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        return keras.metrics.mean_absolute_error(y_true, y_pred[:, :size])  # behind the forecast stand the distances of its interval

    return keras.metrics.MeanMetricWrapper(error, name="mae")
