"""A batch size that was chosen for a person and that memory does not hold is halved, and the run begins anew with it."""

from __future__ import annotations

from nnapp.training.checkpoint import Progress
from nnapp.training.steering import InForce


def is_full(error: BaseException) -> bool:
    """Whether memory, of the machine or of its GPU, did not hold a step."""
    import tensorflow as tf

    return isinstance(error, tf.errors.ResourceExhaustedError | MemoryError)


def in_memory(settings: InForce, progress: Progress) -> InForce:
    """The settings with the batch size that memory holds, where it has been found not to hold the one that was chosen.

    >>> from nnapp.training.config import TrainingConfig
    >>> in_memory(InForce(training=TrainingConfig()), Progress(too_large=(256, 128))).training.batch_size
    64
    """
    if not progress.too_large:
        return settings
    return settings.replaced({"training": settings.training.replaced({"batch_size": progress.too_large[-1] // 2}).model_dump()})


def can_be_halved(asked: InForce, progress: Progress, size: int) -> bool:
    """Whether a smaller batch is an answer: nobody has chosen this one, and no epoch is lost by beginning anew."""
    return asked.training.batch_size is None and progress.epoch == 0 and size > 1
