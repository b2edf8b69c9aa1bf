"""The end of a series that a forecast goes on from: as it is, and as a person changes it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnapp.data.stamps import rhythm_of
from nnapp.portable.stamps import regular_series, stamp_texts
from nnapp.runs.history import Cells, History
from nnapp.runs.outlook import outlook
from nnapp.tasks import Answers, ForecastSpec

FORECAST = ForecastSpec(horizon=2, targets=("load",), centers=(0.0,), scales=(1.0,), naive=(1.0,))
ABOUT: dict[str, Any] = {"id": "", "date": "", "date_format": "", "months": 0, "days": 1.0, "offset": 0.0, "channels": ["load"], "targets": [0],
                         "fill": [0.0], "decimal": ".", "window": 10, "calendar": []}  # fmt: skip


def known(cells: Cells, **about: Any) -> History:
    told = {**ABOUT, **about}
    return History(tuple(regular_series(cells, told)), told)


def loads(cells: Cells, name: str = "load") -> list[float]:
    return [float(str(cell).replace(",", ".")) for cell in cells[name]]


def test_a_series_without_stamps_is_neither_doubled_nor_counted_anew_by_being_looked_at():
    history = known({"load": [str(step) for step in range(50)]})
    last = history.last("")
    assert last["load"].tolist() == list(range(40, 50))
    cells = history.changed("", last)
    assert loads(cells) == list(range(50))
    past, ahead = outlook(cells, Answers(np.array([[7.0, 8.0]]), None), history.about, FORECAST, "load")
    assert past["when"].tolist() == [str(step) for step in range(30, 50)]
    assert past["value"].tolist() == list(range(30, 50))
    assert ahead["when"].tolist() == ["50", "51"]


def test_steps_that_are_changed_added_and_taken_away_stand_where_a_person_put_them():
    history = known({"load": [str(step) for step in range(50)]})
    last = history.last("")
    last.loc[9, "load"] = 99.5
    last.loc[10, "load"] = 100.0
    assert loads(history.changed("", last.drop(index=0))) == [*range(40), *range(41, 49), 99.5, 100.0]


def test_of_a_series_with_stamps_two_windows_are_kept_and_a_decimal_comma_is_written():
    days = [str(np.datetime64("2024-01-01") + step) for step in range(30)]
    cells: Cells = {"day": [*days, *days], "shop": ["north"] * 30 + ["south"] * 30, "load": [f"{step},5" for step in range(60)]}
    history = known(cells, id="shop", date="day", date_format="ymd", decimal=",")
    last = history.last("south")
    assert list(last) == ["day", "load"]
    last.loc[9, "load"] = 1.25
    changed = history.changed("south", last)
    assert changed["day"] == days[10:]
    assert set(changed["shop"]) == {"south"}
    assert loads(changed) == [*(step + 0.5 for step in range(40, 59)), 1.25]
    assert changed["load"][-1] == "1,25"


def test_a_cell_that_is_emptied_is_bridged():
    history = known({"load": [str(step) for step in range(50)]})
    last = history.last("")
    last.loc[5, "load"] = None
    cells = history.changed("", last)
    assert cells["load"][45] is None
    (one,) = regular_series(cells, history.about)
    assert one.values[45, 0] == pytest.approx(45)


@pytest.mark.parametrize(
    ("stamps", "after"),
    [
        ([f"2024-01-01 10:00:{step // 10:02d}.{step % 10}" for step in range(70)], "2024-01-01 10:00:07.0"),
        ([f"{1_700_000_000 + step / 2}" for step in range(70)], "1700000035.0"),
        ([f"{1_700_000_000_000 + 20 * step}" for step in range(70)], "1700000001400"),
        ([f"2024-01-01T10:{step // 60:02d}:{step % 60:02d}.25" for step in range(70)], "2024-01-01 10:01:10.25"),
        ([f"2024-01-{1 + step // 4:02d} {6 * (step % 4) + 3:02d}:00" for step in range(70)], "2024-01-18 15:00:00"),
        ([f"{np.datetime64('2024-01-01') + step} 18:00" for step in range(70)], "2024-03-11 18:00:00"),
        ([f"{1_700_000_000_000_000 + 100_000 * step}" for step in range(70)], "1.700000007e+15"),
    ],
)
def test_stamps_that_are_written_are_read_again_as_the_steps_that_they_were(stamps: list[str], after: str):
    rhythm = rhythm_of(stamps)
    assert rhythm is not None
    assert rhythm.regular == 1.0
    cells: Cells = {"when": list(stamps), "load": [str(step) for step in range(70)]}
    history = known(cells, date="when", date_format=rhythm.form, months=rhythm.months, days=rhythm.days, offset=rhythm.offset, window=35)
    again = known(history.cells(windows=2), **history.about)
    np.testing.assert_array_equal(again.series[0].values, history.series[0].values)
    assert (len(again.series[0].values), again.series[0].doubled, again.series[0].start) == (70, 0, history.series[0].start)
    assert stamp_texts(np.array([again.series[0].start + 70]), history.about) == [after]
