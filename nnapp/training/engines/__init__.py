"""Loops that run the steps of an epoch, behind one small interface: what they compute is the same, how fast is not."""

from nnapp.training.engines.base import ENGINES, Arrays, Engine, Sitting, Tick

__all__ = ["ENGINES", "Arrays", "Engine", "Sitting", "Tick"]
