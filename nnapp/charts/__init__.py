"""Tables to plotly figures: pure functions, in both themes, whose titles say what was found.

Every function takes a table (or a `Report`) and `theme`, and returns a `Chart`: the figure, its title in words, a
caption on how to read it, a text for those who cannot see it, and the table behind it.
"""

from nnapp.charts.chart import CHARTS, Chart
from nnapp.charts.theme import TOKENS, Theme, Tokens

__all__ = ["CHARTS", "TOKENS", "Chart", "Theme", "Tokens"]
