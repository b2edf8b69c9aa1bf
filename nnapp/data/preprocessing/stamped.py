"""Series over time: windows of even steps, standardised by the train part inside the network."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nnapp.data.dataset import SERIES, DataSpec, InputSpec
from nnapp.data.layout import SeriesLayout
from nnapp.data.preprocessing.base import Preprocessing
from nnapp.data.preprocessing.series import SeriesColumn


class StampedPreprocessing(Preprocessing):
    """From rows with stamps to windows `(steps, channels and calendar)`; `nnapp.portable.stamps` applies it."""

    kind: Literal["series"] = "series"
    form: Annotated[
        Literal["stamps", "watched"], Field(description="Stamps: the steps after the last window are forecast. Watched: all steps are compared.")
    ] = "stamps"
    columns: Annotated[tuple[SeriesColumn, ...], Field(description="Those that a table must bring.")]
    id: Annotated[str, Field(description="Column that names the series; empty where there is one only.")] = ""
    date: Annotated[str, Field(description="Column with the stamps.")]
    date_format: Annotated[str, Field(description="How the stamps are written.")]
    months: Annotated[int, Field(description="Months of a step; 0 where steps are days or parts of one.")] = 0
    days: Annotated[float, Field(description="Days of a step; 0 where steps are months.")] = 0.0
    offset: Annotated[float, Field(description="Days by which the stamps stand after whole steps.")] = 0.0
    calendar: Annotated[tuple[str, ...], Field(description="Turns of the calendar that become channels.")] = ()
    channels: Annotated[tuple[str, ...], Field(description="What is measured at every step.")]
    targets: Annotated[tuple[int, ...], Field(description="Channels that are forecast.")]
    window: Annotated[int, Field(description="Steps that a forecast looks back over.")]
    horizon: Annotated[int, Field(description="Steps that are forecast.")]
    season: int = 1
    rebuild: Annotated[bool, Field(description="Of a watch: the network gives back its window, instead of forecasting the steps after it.")] = False
    centred: Annotated[bool, Field(description="Of a network that rebuilds: every window is measured from its own mean, since the series drifts.")] = False
    every: Annotated[int, Field(ge=1, description="Of a watch: steps between two windows.")] = 1
    fill: Annotated[tuple[float, ...], Field(description="Of each channel, its mean in the train part.")]
    scale: Annotated[tuple[float, ...], Field(description="Of each channel, its standard deviation in the train part.")]
    each: Annotated[bool, Field(description="Every window is standardised once more by its own mean and spread: series differ in size.")] = False
    returns: Annotated[bool, Field(description="The series comes back to its mean; it does not climb or fall all along.")] = False
    decimal: str = "."

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that a row must bring."""
        return tuple(column.name for column in self.columns)

    @property
    def data_spec(self) -> DataSpec:
        """One input: a window of steps by channels and calendar."""
        calendar = 2 * len(self.calendar)
        layout = SeriesLayout(
            center=(*self.fill, *(0.0,) * calendar),
            scale=(*self.scale, *(1.0,) * calendar),
            calendar=calendar,
            each=self.each,
            level=not self.each and not self.rebuild,
            returns=self.returns and not self.each,
            centred=self.centred,
            targets=self.targets,
            horizon=0 if self.rebuild else self.horizon,
        )
        turns = tuple(f"{wave} of {cycle}" for cycle in self.calendar for wave in ("sine", "cosine"))
        shape = (self.window, len(self.channels) + calendar)
        return DataSpec(kind=self.kind, inputs={SERIES: InputSpec(shape=shape, role="series", feature_names=(*self.channels, *turns), layout=layout)})
