"""Watches for anomalies: when one is proposed, what teaches and what is judged, and data that say too little."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from nnapp.data.checks import run_checks
from nnapp.data.dataset import SERIES
from nnapp.data.prepare import outline, prepare
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.splits import assign_parts
from nnapp.data.store import DataStore
from nnapp.data.target import resolve
from nnapp.data.watch_window import found_season
from nnapp.errors import DataError, NnappError
from nnapp.metrics.steps import settled
from nnapp.portable.errors import PortableError
from nnapp.portable.inputs import from_rows
from nnapp.portable.watch import watch_rows
from tests.watched_files import ODD, ready, stamped, watched, written

HEADER = ["when", "load", "is_anomaly"]


def told(store: DataStore, config: DataConfig) -> dict[str, str]:
    return {finding.code: finding.problem for finding in ready(store, config).findings}


def test_rare_marked_stretches_beside_stamps_ask_what_is_unusual_and_one_click_undoes_it(tmp_path):
    store, config = written(tmp_path, HEADER, watched())
    prepared = ready(store, config)
    assert prepared.task.kind == "anomaly"
    assert prepared.task.target == "load"
    proposed = next(finding for finding in prepared.findings if finding.code == "anomaly_proposed")
    assert "the network never sees it" in proposed.problem
    assert proposed.fix == {"data.task": "binary", "data.target": "is_anomaly"}


def clicked(store: DataStore, config: DataConfig, code: str) -> DataConfig:
    """The settings once a finding's button is pressed."""
    found = next(one for one in run_checks(store.open(config.sha256), config) if one.code == code)
    return config.replaced({name.removeprefix("data."): value for name, value in found.fix.items()})


def test_a_mark_in_the_middle_is_predicted_row_by_row_after_the_click_and_watched_after_another(tmp_path):
    store, config = written(tmp_path, ["when", "is_anomaly", "load"], [[stamp, mark, value] for stamp, value, mark in watched()])
    table = store.open(config.sha256)
    by_row = clicked(store, config, "anomaly_proposed")
    assert (resolve(table, by_row).kind, resolve(table, by_row).target) == ("binary", "is_anomaly")
    again = resolve(table, clicked(store, by_row, "watch_possible"))
    assert (again.kind, again.channels, again.label) == ("anomaly", ("load",), "is_anomaly")


def test_a_target_that_somebody_names_is_predicted_and_a_watch_is_offered(tmp_path):
    store, config = written(tmp_path, ["when", "load", "failure"], watched())
    assert resolve(store.open(config.sha256), config).kind == "anomaly"
    named = config.replaced({"target": "failure"})
    assert (resolve(store.open(config.sha256), named).kind, resolve(store.open(config.sha256), named).target) == ("binary", "failure")
    assert resolve(store.open(config.sha256), clicked(store, named, "watch_possible")).label == "failure"


def test_a_mark_of_another_name_is_told_and_one_click_takes_it_away_from_the_network(tmp_path):
    store, config = written(tmp_path, ["when", "load", "broken"], watched())
    config = config.replaced({"task": "anomaly"})
    assert resolve(store.open(config.sha256), config).channels == ("load", "broken")
    mended = resolve(store.open(config.sha256), clicked(store, config, "mark_watched"))
    assert (mended.channels, mended.label) == (("load",), "broken")
    assert resolve(store.open(config.sha256), config.replaced({"target": "load,broken"})).findings == ()  # somebody wants it so


@pytest.mark.parametrize("steps", [400, 90])
def test_steps_that_repeat_by_nature_are_no_doubled_rows_and_steps_are_not_told_as_few_rows(tmp_path, steps):
    store, config = written(tmp_path, ["load"], [[step % 24 + step % 7 / 10] for step in range(steps)])
    codes = {one.code for one in run_checks(store.open(config.sha256), config.replaced({"task": "anomaly"}))}
    assert not codes & {"duplicate_rows", "few_rows", "too_few_rows"}


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("is_anomaly", lambda step: int(step % 3 > 0)),  # most of the rows are no rare thing
        ("label", lambda step: int(step % 10 == 0)),  # a name that says little, and rows that stand alone
        ("weekend", lambda step: int(step in ODD)),  # a name of something else
    ],
)
def test_marks_that_are_common_or_alone_or_called_otherwise_propose_nothing(tmp_path, name, mark):
    rows = [[stamp, value, mark(step)] for step, (stamp, value, _) in enumerate(watched())]
    store, config = written(tmp_path, ["when", "load", name], rows)
    assert resolve(store.open(config.sha256), config).kind == "binary"


def test_the_mark_is_never_fed_and_never_watched(tmp_path):
    rows = [[*row, row[2]] for row in watched()]
    store, config = written(tmp_path, ["when", "load", "is_anomaly", "changepoint"], rows)
    prepared = ready(store, config.replaced({"task": "anomaly"}))
    spec = prepared.data.inputs[SERIES]
    assert spec.feature_names == ("load",)
    assert {column["name"] for column in prepared.preprocessing.portable()["columns"]} == {"when", "load"}
    np.testing.assert_array_equal(prepared.watched.along.labels, [row[2] for row in rows])


def test_the_beginning_teaches_its_end_chooses_and_the_rest_is_judged(tmp_path):
    store, config = written(tmp_path, HEADER, watched())
    prepared = ready(store, config)
    parts = prepared.watched.along.parts
    assert [int((parts == name).sum()) for name in ("train", "validation", "test")] == [306, 54, 360]
    assert (np.diff([["train", "validation", "test"].index(part) for part in parts]) >= 0).all()
    # Windows that teach reach no step that chooses or is judged.
    along = prepared.parts.train.along
    assert along.slots[along.at].max() + prepared.task.output.anomaly.horizon <= along.slots[0] + 306
    assert prepared.parts.test.along.judged.sum() == 360
    shown = assign_parts(store.open(config.sha256), resolve(store.open(config.sha256), config), SplitSpec())
    assert shown.counts == {"train": 306, "validation": 54, "test": 360}
    less = ready(store, config.replaced({"usual_share": 0.3}))
    assert int((less.watched.along.parts == "test").sum()) == 504


def test_a_forecasting_network_gets_the_steps_before_and_an_autoencoder_the_window_itself(tmp_path):
    store, config = written(tmp_path, HEADER, watched())
    before, itself = ready(store, config, rebuilds=False), ready(store, config)
    assert itself.task.output.anomaly.horizon == itself.preprocessing.window
    assert before.task.output.anomaly.horizon == before.preprocessing.window // 12
    x, y = itself.parts.train.x[SERIES], itself.parts.train.y["output"]
    center, scale = itself.task.units_of_target
    np.testing.assert_allclose(y * scale + center, x[:, :, 0], rtol=1e-5)
    data, task, rows = outline(store, config, SplitSpec(), PreprocessingConfig(), bins=False, rebuilds=True)
    assert (data, task, rows) == (itself.data, itself.task, len(itself.parts.train))


def test_another_file_is_judged_where_one_is_given(tmp_path):
    store, config = written(tmp_path, HEADER, watched())
    path = tmp_path / "later.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *watched(seed=1)])
    prepared = ready(store, config.replaced({"test_sha256": store.add(path)}))
    parts = prepared.watched.along.parts
    assert [int((parts == name).sum()) for name in ("train", "validation", "test")] == [612, 108, 720]


def test_stamps_that_lack_are_bridged_and_told(tmp_path):
    rows = [row for step, row in enumerate(watched()) if step % 50 != 7]
    store, config = written(tmp_path, HEADER, rows)
    assert "lack a row" in told(store, config)["stamps_missing"]
    assert len(ready(store, config).watched.along.slots) == 720


def test_rows_without_stamps_are_counted_and_their_season_is_found(tmp_path):
    rows = [[value, mark] for _, value, mark in watched()]
    store, config = written(tmp_path, ["load", "is_anomaly"], rows)
    prepared = ready(store, config.replaced({"task": "anomaly"}))
    assert prepared.task.output.anomaly.season == 24
    assert "no_stamps" in {finding.code for finding in prepared.findings}
    assert found_season(np.random.default_rng(0).normal(size=300)) == 1


def test_several_channels_and_several_series_are_watched_each_by_itself(tmp_path):
    rows = [[stamp, site, value * size, value] for stamp, value, _ in watched(400) for site, size in (("north", 1.0), ("south", 3.0))]
    store, config = written(tmp_path, ["when", "site", "load", "heat"], rows)
    prepared = ready(store, config.replaced({"task": "anomaly"}))
    assert prepared.task.output.anomaly.targets == ("load", "heat")
    assert np.unique(prepared.watched.along.series).tolist() == [0, 1]
    one = ready(store, config.replaced({"task": "anomaly", "target": "heat"}))
    assert one.task.output.anomaly.targets == ("heat",)


@pytest.mark.parametrize(
    ("header", "rows", "settings", "says"),
    [
        (HEADER, watched(30), {}, "30 steps"),
        (["when", "word"], [[stamp, "a"] for stamp in stamped(99)], {}, "holds no numbers"),
        (HEADER, watched(), {"target": "lod"}, "no column 'lod'"),
        (HEADER, watched(), {"anomaly_label": "load"}, "does not say by 1 and 0"),
        (HEADER, watched(), {"window": 400}, "one window looks at 400"),
        (HEADER, watched(400), {"window": 120}, "one window looks at 120"),
    ],
)
def test_what_cannot_be_watched_is_refused_in_plain_words(tmp_path, header, rows, settings, says):
    store, config = written(tmp_path, header, rows)
    with pytest.raises(NnappError) as caught:
        ready(store, config.replaced({"task": "anomaly", **settings}))
    assert says in caught.value.problem
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("rebuilds", "settings", "fits"), [(True, {"window": 120}, "data.window to 75"), (False, {"window": 40, "horizon": 100}, "data.horizon to 80")]
)
def test_a_window_that_leaves_nothing_to_learn_from_is_refused_with_the_longest_that_fits(tmp_path, rebuilds, settings, fits):
    store, config = written(tmp_path, HEADER, watched(400))
    with pytest.raises(DataError) as caught:
        ready(store, config.replaced({"task": "anomaly", **settings}), rebuilds=rebuilds)
    assert f"Set {fits} at most" in caught.value.remedy
    name, size = fits.removeprefix("data.").split(" to ")
    parts = ready(store, config.replaced({"task": "anomaly", **settings, name: int(size)}), rebuilds=rebuilds).parts
    assert all(len(part) for part in (parts.train, parts.validation, parts.test))


def test_the_scale_comes_from_the_steps_that_teach_alone(tmp_path):
    rows = [[stamp, step % 2 + 1000 * (step >= 120), 0] for step, stamp in enumerate(stamped(400))]
    store, config = written(tmp_path, HEADER, rows)
    prepared = ready(store, config.replaced({"task": "anomaly", "window": 40, "horizon": 80, "target": "load"}), rebuilds=False)
    assert prepared.watched.along.parts.tolist().count("train") == 120  # 200 teach, and a whole horizon of them chooses
    assert prepared.task.output.anomaly.scales == (0.5,)


@pytest.fixture
def uneven(tmp_path):
    """Three series, of which the first is too short; `still` never moves except in that one."""
    lengths = {"aa": 60, "north": 400, "south": 400}
    return written(
        tmp_path, ["when", "site", "load", "still"], [[row[0], site, row[1], step if site == "aa" else 5] for site, steps in lengths.items() for step, row in enumerate(watched(steps))]
    )  # fmt: skip


def test_a_series_that_is_too_short_is_told_and_left_out_and_findings_are_of_the_others(uneven):
    store, config = uneven
    found = told(store, config.replaced({"task": "anomaly", "window": 72}))
    assert "1 of 3 series ('aa') has fewer than" in found["series_short"]
    assert "'still' does not change" in found["constant_series"]
    assert "of 800 steps" in found["watch"]


def test_the_table_that_taught_is_answered_though_one_of_its_series_is_too_short(uneven):
    store, config = uneven
    prepared = ready(store, config.replaced({"task": "anomaly", "window": 72, "target": "load"}))
    table = store.open(config.sha256)
    columns = {name: table.cells(name) for name in ("when", "site", "load")}
    preprocessing = prepared.preprocessing.portable()
    windows = from_rows(columns, preprocessing)[SERIES]
    np.testing.assert_array_equal(windows, prepared.watched.x[SERIES])
    task = settled(prepared.watched, windows[:, ::-1, 0])
    leading, flags = watch_rows(columns, preprocessing, task.output.anomaly.model_dump(), windows[:, ::-1, 0])
    assert [cell == "" for cell in leading["score"]] == [site == "aa" for site in columns["site"]]
    assert len(flags) == 860


def test_series_of_another_file_are_no_continuation_of_those_that_taught(uneven, tmp_path):
    store, config = uneven
    rows = [[row[0], site, row[1], 5] for site in ("west", "short") for row in watched(40 if site == "short" else 200, seed=2)]
    path = tmp_path / "later.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["when", "site", "load", "still"], *rows])
    prepared = ready(store, config.replaced({"task": "anomaly", "window": 72, "test_sha256": store.add(path)}))
    assert np.unique(prepared.parts.train.along.series).tolist() == [0, 1]
    assert np.unique(prepared.parts.test.along.series).tolist() == [2]
    assert any("'short'" in finding.problem for finding in prepared.findings if finding.code == "series_short")


@pytest.mark.parametrize(
    ("mark", "value", "code", "says"),
    [
        (lambda step: 1, lambda step: step % 24, "marks_useless", "marks every row"),
        (lambda step: 0, lambda step: step % 24, "marks_useless", "marks no row"),
        (lambda step: int(step < 24), lambda step: step % 24, "marks_not_judged", "No marked stretch lies in the part that is judged"),
        (lambda step: int(step in ODD), lambda step: 5 + max(0, step - 500), "constant_series", "every other value will be flagged"),
    ],
)
def test_what_says_little_is_watched_and_told(tmp_path, mark, value, code, says):
    rows = [[stamp, value(step), mark(step)] for step, stamp in enumerate(stamped(720))]
    store, config = written(tmp_path, HEADER, rows)
    found = told(store, config.replaced({"task": "anomaly", "target": "load"}))
    assert says in found[code]
    assert not [one for one in run_checks(store.open(config.sha256), config.replaced({"task": "anomaly"})) if one.severity == "error"]


def test_a_table_to_be_answered_must_bring_every_channel(tmp_path):
    store, config = written(tmp_path, HEADER, watched())
    preprocessing = ready(store, config).preprocessing.portable()
    with pytest.raises(PortableError) as caught:
        from_rows({"when": stamped(300)}, preprocessing)
    assert "load" in caught.value.problem
    with pytest.raises(PortableError) as caught:
        from_rows({"when": stamped(3), "load": ["1", "2", "3"]}, preprocessing)
    assert "3 steps" in caught.value.problem


def test_series_of_one_example_each_are_no_watch(tmp_path):
    rows = [[series, step, float(step % 5), "odd" if series % 2 else "even"] for series in range(20) for step in range(30)]
    store, config = written(tmp_path, ["series_id", "step", "x", "label"], rows)
    with pytest.raises(DataError) as caught:
        prepare(store, config.replaced({"task": "anomaly"}), SplitSpec(), PreprocessingConfig(), bins=False)
    assert "tabular" in caught.value.remedy


def test_rows_of_several_series_that_take_turns_without_stamps_are_each_given_their_own_score():
    columns = {"machine": ["a", "b"] * 6, "load": [str(value) for step in range(6) for value in (step, 10 * step)]}
    about = {"id": "machine", "date": "", "date_format": "", "months": 0, "days": 1.0, "channels": ["load"], "targets": [0], "fill": [0.0], "decimal": ".",
             "calendar": [], "window": 2, "horizon": 2, "rebuild": True, "every": 2}  # fmt: skip
    told = {"horizon": 2, "centers": [0.0], "scales": [1.0], "typical": [[1.0]], "smooth": 1, "threshold": 1.0}
    leading, flags = watch_rows(columns, about, told, np.zeros((6, 2)))  # a network that always expects nothing: the error is the value itself
    assert leading["score"] == [f"{float(cell):g}" for cell in columns["load"]]
    assert flags.tolist() == [float(cell) > 1 for cell in map(float, columns["load"])]


def test_a_year_beside_a_month_is_neither_a_stamp_nor_watched(tmp_path):
    rows = [[2000 + step // 12, step % 12 + 1, step % 12 + step % 5 / 10] for step in range(400)]
    store, config = written(tmp_path, ["year", "month", "load"], rows)
    table, config = store.open(config.sha256), config.replaced({"task": "anomaly"})
    question = resolve(table, config)
    assert (question.date, question.channels) == ("", ("load",))
