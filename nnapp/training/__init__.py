"""Fitting a network: settings, optimizers, schedules, the loop, its engines and its checkpoints."""

from nnapp.training.config import TrainingConfig

__all__ = ["TrainingConfig"]
