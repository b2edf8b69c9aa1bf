"""Fitting a network: settings, optimizers, schedules, the loop, its engines and its checkpoints."""

from nnapp.training.config import TrainingConfig
from nnapp.training.records import Command, Metric, Recorder, Silence
from nnapp.training.result import DivergedError, TrainingResult
from nnapp.training.train import train

__all__ = ["Command", "DivergedError", "Metric", "Recorder", "Silence", "TrainingConfig", "TrainingResult", "train"]
