"""What simple methods reach on the same data: each fitted in a process of its own, within a time limit."""

from nnapp.baselines.base import BASELINES, Arrays, Baseline, Fitted
from nnapp.baselines.beside import load_baselines, run_baselines
from nnapp.metrics import BaselineResult, Rival

__all__ = ["BASELINES", "Arrays", "Baseline", "BaselineResult", "Fitted", "Rival", "load_baselines", "run_baselines"]
