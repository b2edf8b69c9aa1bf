"""Which fields of a `TrainingConfig` do something for a question and its data: a form shows those only."""

from __future__ import annotations

from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind
from nnapp.training.config import TrainingConfig
from nnapp.training.mixing import MIXABLE
from nnapp.training.optimizers import OPTIMIZERS

CLASSES: frozenset[TaskKind] = frozenset({"binary", "multiclass", "multilabel"})


def idle(config: TrainingConfig, kind: DataKind, task: TaskKind) -> tuple[str, ...]:
    """Fields without effect, in their order. One that was set all the same is not among them, so that it can be set back.

    Args:
        config: Some choices make others idle: only the plateau schedule waits, only SGD has a momentum of its own.
        kind: What the network is fed with.
        task: What is asked.

    >>> idle(TrainingConfig(), "text", "regression")
    ('momentum', 'nesterov', 'plateau_patience', 'plateau_factor', 'mixup', 'cutmix', 'label_smoothing', 'quantile', 'class_weights')
    """
    useless = {
        "momentum": "momentum" not in OPTIMIZERS[config.optimizer].takes,
        "nesterov": "nesterov" not in OPTIMIZERS[config.optimizer].takes,
        "plateau_patience": config.schedule != "plateau",
        "plateau_factor": config.schedule != "plateau",
        "mixup": kind not in MIXABLE,
        "cutmix": kind != "pictures",
        "label_smoothing": task not in CLASSES,
        "quantile": config.loss != "quantile",
        "class_weights": task not in CLASSES,
    }
    usual = TrainingConfig()
    return tuple(name for name in TrainingConfig.model_fields if useless.get(name, False) and getattr(config, name) == getattr(usual, name))
