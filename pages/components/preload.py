"""What every page needs, imported before the first visitor comes."""

from __future__ import annotations


def everything() -> None:
    """Import the heavy parts of the web process; TensorFlow, Keras and shap are none of them."""
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401
