"""The end of the series that a run was trained on: what it needs to forecast on from there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnapp.errors import DataError, RunError
from nnapp.portable.cells import text_of
from nnapp.portable.errors import PortableError
from nnapp.portable.stamps import Regular, regular_series, stamp_texts
from nnapp.runs.folder import Run

if TYPE_CHECKING:
    import pandas as pd

Cells = dict[str, list[str | None]]


@dataclass(frozen=True)
class History:
    """Series at even distances, and how a run writes them down.

    Attributes:
        series: Each at least as long as the window.
        about: The run's preprocessing.
        short: Names of series that are too short to be forecast.
    """

    series: tuple[Regular, ...]
    about: dict[str, Any]
    short: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the series; one empty name where there is one only."""
        return tuple(one.name for one in self.series)

    def cells(self, *names: str, windows: int = 1) -> Cells:
        """The last windows as the cells of a table.

        Args:
            names: Of the wanted series; all of them where none is named.
            windows: How many; fewer where a series is not so long, all where rows have no stamps.
        """
        about = self.about
        # Rows without stamps are counted from the first one on.
        steps = windows * about["window"] if about["date"] else max(len(one.values) for one in self.series)
        found: Cells = {name: [] for name in (about["id"], about["date"], *about["channels"]) if name}
        for one in self.series:
            if names and one.name not in names:
                continue
            values = one.values[-steps:]
            if about["id"]:
                found[about["id"]] += [one.name] * len(values)
            if about["date"]:
                found[about["date"]] += stamp_texts(one.start + len(one.values) - len(values) + np.arange(len(values)), about)
            for name, column in zip(about["channels"], values.T, strict=True):
                found[name] += [_written(value).replace(".", about["decimal"]) for value in column.tolist()]
        return found

    def last(self, name: str) -> pd.DataFrame:
        """The last window of a series as a person may change it: the stamps, if there are any, as texts, and the channels as numbers."""
        import pandas as pd

        about, one = self.about, self.series[self.names.index(name)]
        values = one.values[-about["window"] :]
        stamps = {about["date"]: stamp_texts(one.start + len(one.values) - len(values) + np.arange(len(values)), about)} if about["date"] else {}
        return pd.DataFrame(
            {**stamps, **{channel: [float(_written(value)) for value in column] for channel, column in zip(about["channels"], values.T.tolist(), strict=True)}}
        )

    def changed(self, name: str, last: pd.DataFrame) -> Cells:
        """A series as the cells of a table whose last window is what a person made of it.

        Args:
            name: Of the series.
            last: What `last` gave: with other values, without some rows, or with newer ones below.

        Returns:
            One window before it and `last`; the whole series where rows have no stamps.
        """
        about, before = self.about, self.cells(name, windows=2)
        now: Cells = {about["id"]: [name] * len(last)} if about["id"] else {}
        if about["date"]:
            now[about["date"]] = [text_of(cell) for cell in last[about["date"]].tolist()]
        for channel in about["channels"]:
            now[channel] = [text_of(value, about["decimal"]) for value in last[channel].tolist()]
        return {column: [*cells[: max(0, len(cells) - about["window"])], *now[column]] for column, cells in before.items()}


def _written(value: float) -> str:
    """As long as a float32 network can tell."""
    return f"{value:.9g}"


def history(run: Run, path: Path | None = None) -> History:
    """The series of the upload that a run was trained on, or of another table.

    Args:
        run: Makes forecasts.
        path: The other table, of any format that the app reads.

    Raises:
        RunError: If the run makes no forecasts.
        DataError: If the table is gone or cannot be read, or no series is long enough.
    """
    from nnapp.data.readers import read
    from nnapp.data.store import DataStore
    from nnapp.data.table import Table

    about = run.preprocessing or {}
    if about.get("form") != "stamps":
        raise RunError(f"Run {run.id} makes no forecasts, so it cannot go on by itself.", remedy="Give it the data that it shall answer.")
    spec = run.spec.data
    data = DataStore(run.home).open(spec.sha256, spec.skip_bad_rows, spec.kind) if path is None else read(path, path.name)
    if not isinstance(data, Table):
        raise DataError(f"{data.name} holds {data.noun}s.", remedy="A forecast goes on from a table with stamps: bring one.")
    try:
        series = regular_series({name: data.cells(name) for name in data.columns}, about, data.reading.decimal)
    except PortableError as error:
        raise DataError(error.problem, remedy=error.remedy) from error
    long = tuple(one for one in series if len(one.values) >= about["window"])
    if not long:
        steps = max((len(one.values) for one in series), default=0)
        raise DataError(
            f"{data.name} has {steps} steps, and a forecast looks back over {about['window']}.",
            remedy=f"Bring at least the last {about['window']} steps, or train with a shorter data.window.",
        )
    return History(long, about, tuple(one.name for one in series if len(one.values) < about["window"]))
