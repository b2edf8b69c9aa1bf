"""Predictors: arrays in, logits (or answers) out, whatever kind of file stands behind.

`KerasPredictor` and `SavedModelPredictor` are for workers; `LiteRTPredictor` needs no TensorFlow and serves the web process.
"""

from nnapp.inference.base import Predictor, answers
from nnapp.inference.keras_network import KerasPredictor
from nnapp.inference.lite import LiteRTPredictor
from nnapp.inference.saved_model import SavedModelPredictor

__all__ = ["KerasPredictor", "LiteRTPredictor", "Predictor", "SavedModelPredictor", "answers"]
