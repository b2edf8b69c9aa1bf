"""Series on the Data page: lines over time with their holes and parts, a few of every class, and what a forecast is asked."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from nnapp.charts.panels import by_class as draw_classes
from nnapp.charts.panels import over_time as draw_over_time
from nnapp.data import series_overview
from nnapp.data.columns import profile_as
from nnapp.data.overview import column_table
from nnapp.data.series_overview import MOST_POINTS, OverTime
from nnapp.data.specs import DataConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.data.target import resolve
from tests.test_app_pages import opened, words

DAY = np.datetime64("2024-01-01")


def stored(folder: Path, header: list[str], rows: list[list[object]]) -> tuple[DataStore, str]:
    path = folder / "data.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    store = DataStore(folder / "home")
    return store, store.add(path)


def look(store: DataStore, sha: str, series: str | None = None) -> OverTime:
    config = DataConfig(sha256=sha, task="forecasting")
    table = store.open(sha)
    profiles = profile_as(table, config)
    return series_overview.over_time(table, resolve(table, config, profiles), profiles, config, SplitSpec(), series=series)


def test_a_series_is_drawn_over_time_with_its_holes_and_parts(tmp_path: Path):
    rows = [[DAY + step, step % 7, round(step * 0.1, 2)] for step in range(100) if step not in {20, 21}]
    found = look(*stored(tmp_path, ["day", "price", "sold"], rows))
    assert found.panels == ("sold", "price")
    assert found.said("sold") == "sold and 1 other column: 100 steps from 2024-01-01 to 2024-04-09 (a step is one day); 2 steps have no row"
    sold = found.table[found.table["panel"] == "sold"]
    assert sold["value"].isna().sum() == 2
    assert sold["part"].value_counts().to_dict() == {"train": 70, "validation": 15, "test": 15}
    for theme in ("light", "dark"):
        chart = draw_over_time(found.table, panels=found.panels, title="x", missing=found.missing, theme=theme)
        assert [line.name for line in chart.figure.data if line.mode == "markers"] == ["no row in the file"] * 2
        assert "bridged by a straight line" in chart.caption


def test_of_several_series_the_target_of_the_first_few_is_drawn_or_every_column_of_one(tmp_path: Path):
    rows = [[DAY + step, f"shop {shop}", 0.5, shop + step % 7] for shop in range(8) for step in range(60)]
    store, sha = stored(tmp_path, ["day", "shop", "price", "sold"], rows)
    every, one = look(store, sha), look(store, sha, "shop 3")
    assert (len(every.names), every.panels[0], every.more) == (8, "shop 0", 2)
    assert "the first 6 drawn" in every.said("sold")
    assert one.panels == ("sold", "price")
    assert one.table["value"].max() == 3 + 6


def test_known_anomalies_of_a_watch_are_shaded_where_they_lie_and_columns_have_its_roles(tmp_path: Path):
    rows = [[DAY + step, round(step % 7 + 0.5, 1), int(step in {50, 51, 52, 80})] for step in range(100)]
    store, sha = stored(tmp_path, ["day", "load", "is_anomaly"], rows)
    config = DataConfig(sha256=sha)
    table = store.open(sha)
    profiles = profile_as(table, config)
    asked = resolve(table, config, profiles)
    found = series_overview.over_time(table, asked, profiles, config, SplitSpec())
    assert found.marked == (("load", "2024-02-20", "2024-02-22"), ("load", "2024-03-21", "2024-03-21"))
    chart = draw_over_time(found.table, panels=found.panels, title="x", marked=found.marked)
    assert [(shape.x0, shape.x1) for shape in chart.figure.layout.shapes] == [span[1:] for span in found.marked]
    assert chart.caption.endswith("which the network never sees.")
    roles = column_table(profiles, asked.target, asked.data, asked=asked).set_index("column")["role"].to_dict()
    assert roles == {"day": "tells the time", "load": "watched", "is_anomaly": "only scores"}


def test_a_long_series_is_thinned_and_keeps_its_spike(tmp_path: Path):
    rows = [[str(np.datetime64("2024-01-01T00:00") + np.timedelta64(step, "h")), 999 if step == 7_777 else step % 24] for step in range(10_000)]
    found = look(*stored(tmp_path, ["when", "load"], rows))
    assert len(found.table) <= MOST_POINTS
    assert found.table["value"].max() == 999


def classes(folder: Path, header: list[str], rows: list[list[object]]):
    store, sha = stored(folder, header, rows)
    table, config = store.open(sha), DataConfig(sha256=sha)
    return series_overview.by_class(table, resolve(table, config, profile_as(table, config)))


def test_a_few_whole_series_of_every_class_are_drawn(tmp_path: Path):
    waves = [[f"{'up' if row % 2 else 'down'}", *(round((1 if row % 2 else -1) * np.sin(step / 3) + row / 100, 3) for step in range(30))] for row in range(20)]
    table = classes(tmp_path, ["label", *(f"t{step}" for step in range(30))], waves)
    assert table.groupby("panel")["example"].max().to_dict() == {"label: down": 3, "label: up": 3}
    chart = draw_classes(table)
    assert chart.title == "A few series of every class, as lines"
    assert len(chart.figure.data) == 6


def test_of_several_channels_one_series_a_class_is_drawn(tmp_path: Path):
    rows = [[f"s{one}", step, "ab"[one % 2], np.sin(step + one), step] for one in range(10) for step in range(15)]
    table = classes(tmp_path, ["series_id", "step", "label", "x", "y"], rows)
    assert set(table["channel"]) == {"x", "y"}
    assert table["example"].max() == 1
    assert draw_classes(table, theme="dark").title == "One series of every class, as a line a channel"


def test_the_data_page_shows_series_as_lines_and_asks_how_far_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sha = stored(tmp_path, ["day", "shop", "sold"], [[DAY + step, shop, step % 7 + step / 100] for shop in ("north", "south") for step in range(60)])[1]
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path / "home"))
    at = opened(data=sha)
    next(button for button in at.button if button.label == "Forecast it").click().run()  # row by row, until somebody says so
    assert not at.exception
    assert "sold of 2 series: 60 steps from 2024-01-01 to 2024-02-29 (a step is one day); no step is missing" in words(at).replace("\\", "")
    assert {"Horizon", "Window"} <= {field.label for field in at.number_input}
    at.selectbox(key="look.series").select("south").run()
    assert not at.exception


def test_the_data_page_of_rows_without_stamps_shows_them_in_their_order_and_leads_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sha = stored(tmp_path, ["a", "b"], [[step % 5 + 0.5, step % 7 + step / 100] for step in range(100)])[1]
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path / "home"))
    at = opened(data=sha, set='{"data.task":"forecasting"}')
    assert "70 / 15 / 15 %" in [one.value for one in at.metric]
    assert "b and 1 other column: 100 steps from 0 to 99; no step is missing" in words(at).replace("\\", "")
    assert next(button for button in at.button if button.label == "Choose a network").disabled is False
