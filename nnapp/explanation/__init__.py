"""Why the network answers as it does: attributions of every answer to columns, pixels, moments or words.

An explainer is one file of `explainers/`; `explain` asks it and gives an `Explanation`, which `save` and `load`
keep without pickle, and from which the functions of `views`, `word_views` and `series_views` make reports. Only `explain` needs TensorFlow.
"""

from nnapp.explanation.base import EXPLAINERS, Explainer, ExplanationError, explain, explainers_for
from nnapp.explanation.result import Explanation
from nnapp.explanation.store import load, save

__all__ = ["EXPLAINERS", "Explainer", "Explanation", "ExplanationError", "explain", "explainers_for", "load", "save"]
