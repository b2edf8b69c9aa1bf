"""Tables to plotly figures: pure functions, in both themes, whose titles say what was found.

Every function takes a table (or a `Report`) and `theme`, and returns a `Chart`: the figure, its title in words, a
caption on how to read it, a text for those who cannot see it, and the table behind it. `CHARTS` has those that draw a
report, by the report's name.
"""

from nnapp.charts.attributions import dependence, shap_bar, shap_beeswarm
from nnapp.charts.calibration import calibration
from nnapp.charts.chart import CHARTS, Chart
from nnapp.charts.confusion import confusion_matrix, per_class
from nnapp.charts.curves import learning_curves
from nnapp.charts.data import category_bars, class_balance, column_histogram
from nnapp.charts.exports import export_table
from nnapp.charts.numbers import predicted_vs_true, residuals
from nnapp.charts.overlay import attribution_overlay
from nnapp.charts.rates import rate_curve
from nnapp.charts.scores import runs_comparison, scores_with_intervals
from nnapp.charts.stretches import series_attribution
from nnapp.charts.theme import TOKENS, Theme, Tokens
from nnapp.charts.thresholds import precision_recall, roc
from nnapp.charts.waterfall import shap_waterfall
from nnapp.charts.words import shaded_text, word_bars

__all__ = [
    "CHARTS",
    "TOKENS",
    "Chart",
    "Theme",
    "Tokens",
    "attribution_overlay",
    "calibration",
    "category_bars",
    "class_balance",
    "column_histogram",
    "confusion_matrix",
    "dependence",
    "export_table",
    "learning_curves",
    "per_class",
    "precision_recall",
    "predicted_vs_true",
    "rate_curve",
    "residuals",
    "roc",
    "runs_comparison",
    "scores_with_intervals",
    "series_attribution",
    "shaded_text",
    "shap_bar",
    "shap_beeswarm",
    "shap_waterfall",
    "word_bars",
]
