"""Whole series: put to one length, holes bridged, standardised by the train part inside the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.dataset import SERIES, DataSpec, InputSpec
from nnapp.data.layout import SeriesLayout
from nnapp.data.preprocessing.base import Preprocessing
from nnapp.data.texts import Texts
from nnapp.portable.cells import numbers
from nnapp.specs import Spec

MOST_STEPS = 2048
"""Steps that a network is given; longer series are thinned to means of several steps."""
USUAL_SHARE = 0.98
"""Share of the train part's series that are taken whole; the few longer ones are cut."""


class SeriesColumn(Spec):
    """A column that a table of series must bring."""

    name: str
    type: Literal["number", "identifier", "date"] = "number"


class SeriesPreprocessing(Preprocessing):
    """From the rows of a wide or a long table to arrays `(steps, channels)`; `nnapp.portable.series` applies it."""

    kind: Literal["series"] = "series"
    form: Annotated[Literal["wide", "long"], Field(description="Wide: a series a row. Long: a step a row.")]
    columns: Annotated[tuple[SeriesColumn, ...], Field(description="Those that a table must bring.")]
    id: Annotated[str, Field(description="Of a long table, the column that names the series.")] = ""
    step: Annotated[str, Field(description="Of a long table, the column that puts its rows in order; empty for the order of the file.")] = ""
    channels: Annotated[tuple[str, ...], Field(description="What is measured at every step.")]
    steps: Annotated[int, Field(description="Steps that the network takes, thinned.")]
    thin: Annotated[int, Field(description="Steps of the data whose mean is one step of the network.")] = 1
    fill: Annotated[tuple[float, ...], Field(description="Of each channel, what stands where nothing is known: its mean in the train part.")]
    scale: Annotated[tuple[float, ...], Field(description="Of each channel, its standard deviation in the train part.")]
    observed: Annotated[bool, Field(description="A further channel says which steps are there: series differ in length or have holes.")] = False
    each: Annotated[bool, Field(description="Every series is standardised once more by its own mean and spread.")] = False
    decimal: str = "."

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that a row must bring."""
        return tuple(column.name for column in self.columns)

    @property
    def data_spec(self) -> DataSpec:
        """One input: steps by channels."""
        shape = (self.steps, len(self.channels) + self.observed)
        layout = SeriesLayout(center=self.fill, scale=self.scale, observed=self.observed, each=self.each)
        names = (*self.channels, "there") if self.observed else self.channels
        return DataSpec(kind=self.kind, inputs={SERIES: InputSpec(shape=shape, role="series", feature_names=names, layout=layout)})


def read_numbers(cells: Sequence[str | None], decimal: str) -> NDArray[np.float64]:
    """A column's cells as numbers, the fast way where Arrow holds them."""
    return cells.numbers(numbers, decimal) if isinstance(cells, Texts) else np.asarray(numbers(cells, decimal), np.float64)


def lengths_of(series: Sequence[NDArray[np.float64]]) -> tuple[int, int]:
    """Steps that nearly all series fit into once thinned, and how many steps are to be made one.

    >>> lengths_of([np.zeros((100, 1)), np.zeros((80, 1))]), lengths_of([np.zeros((5000, 1))])
    ((100, 1), (1667, 3))
    """
    lengths = np.sort([len(values) for values in series])
    usual = int(lengths[min(len(lengths) - 1, int(np.ceil(USUAL_SHARE * len(lengths))) - 1 + (len(lengths) < 50))]) if len(lengths) else 1
    thin = max(1, -(-usual // MOST_STEPS))
    return max(2, -(-usual // thin)), thin


def moments_of(series: Sequence[NDArray[np.float64]], channels: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel over all steps that are there; 0 and 1 where there are none."""
    mean, spread = [], []
    for channel in range(channels):
        values = np.concatenate([one[:, channel] for one in series]) if series else np.zeros(0)
        values = values[np.isfinite(values)]
        mean.append(float(values.mean()) if len(values) else 0.0)
        deviation = float(values.std()) if len(values) else 0.0
        spread.append(deviation if deviation > 1e-12 * (1.0 + abs(mean[-1])) else 1.0)
    return tuple(mean), tuple(spread)
