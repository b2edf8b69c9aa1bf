"""From cells to features: fitted on the train part only, the same in the app and in a bundle."""

from __future__ import annotations

import importlib.util
import itertools
import json
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnapp.portable
from nnapp.data.columns import profile
from nnapp.data.preprocessing import TablePreprocessing
from nnapp.data.question import Question
from nnapp.data.specs import ColumnType, PreprocessingConfig
from nnapp.data.table import Reading, Table, text_frame
from nnapp.errors import DataError
from nnapp.portable.encoding import encode
from nnapp.portable.features import features

Cells = list[str | None]


def table_of(columns: dict[str, Cells], decimal: str = ".") -> Table:
    return Table("test.csv", text_frame(columns), Reading(format="csv", decimal=decimal))


def fit(columns: dict[str, Cells], types: dict[str, ColumnType], train: int | None = None, ramps: bool = True, **config: int) -> TablePreprocessing:
    """Fit on the first `train` rows; the target is a column of its own."""
    rows = len(next(iter(columns.values())))
    table = table_of({**columns, "target": ["1"] * rows})
    profiles = profile(table, types)
    question = Question(target="target", kind="regression")
    return TablePreprocessing.fit(table, profiles, question, np.arange(train or rows), PreprocessingConfig(**config), bins=ramps)


def column(preprocessing: TablePreprocessing, columns: dict[str, Cells], name: str) -> list[float]:
    return preprocessing.features(columns)[:, preprocessing.feature_names.index(name)].tolist()


def test_numbers_stay_in_their_units_and_gaps_get_the_train_median_and_a_mark():
    fitted = fit({"x": ["1", "2", None, "9", "1000", "oops"]}, {"x": "number"}, train=4)
    assert fitted.feature_names == ("x", "x is missing")
    assert fitted.features({"x": ["5", "", "oops", "1e400"]}).tolist() == [[5, 0], [2, 1], [2, 1], [2, 1]]


def test_a_column_without_gaps_in_the_train_part_has_no_mark_but_still_answers():
    fitted = fit({"x": ["1", "2", "3"]}, {"x": "number"})
    assert fitted.feature_names == ("x",)
    assert fitted.features({"x": [None, "7"]}).tolist() == [[2], [7]]


def test_categories_unknown_rare_and_missing():
    cells: Cells = ["a"] * 5 + ["b"] * 4 + ["c", None, "d"]
    fitted = fit({"k": cells}, {"k": "category"})
    assert fitted.feature_names == ("k = a", "k = b", "k is other", "k is missing")
    rows = fitted.features({"k": ["a", " b ", "c", "never seen", None, "NA", ""]})
    assert rows.argmax(axis=1).tolist() == [0, 1, 2, 2, 3, 3, 3]
    assert (rows.sum(axis=1) == 1).all()


def test_an_unknown_category_is_all_zeros_where_the_train_part_had_no_rare_ones():
    fitted = fit({"k": ["a", "b"] * 5}, {"k": "category"})
    assert fitted.features({"k": ["z", None, "a"]}).tolist() == [[0, 0], [0, 0], [1, 0]]


def test_a_question_mark_is_a_category():
    fitted = fit({"k": ["?", "b"] * 5}, {"k": "category"})
    assert column(fitted, {"k": ["?", "b"]}, "k = ?") == [1, 0]


def test_whole_numbers_name_the_same_category_with_and_without_their_point():
    fitted = fit({"k": ["1.0", "2.0"] * 5}, {"k": "category"})
    assert column(fitted, {"k": ["1", "1.0", "2"]}, "k = 1") == [1, 1, 0]


def test_at_most_so_many_categories_get_an_input_of_their_own():
    cells: Cells = [f"c{index % 30:02}" for index in range(600)]
    fitted = fit({"k": cells}, {"k": "category"}, max_categories=5)
    assert len(fitted.feature_names) == 6
    assert fitted.features({"k": cells}).sum() == 600


def test_what_only_validation_and_test_show_is_not_learned():
    cells: Cells = ["a", "b"] * 5 + ["c"] * 10
    assert fit({"k": cells}, {"k": "category"}, train=10).feature_names == ("k = a", "k = b")
    numbers: Cells = ["1", "2", "3"] + ["1000"] * 10
    fitted = fit({"x": numbers}, {"x": "number"}, train=3)
    assert fitted.encoding is not None
    assert fitted.encoding.center == (2.0,)
    alike = {"x": ["5"] * 10 + ["6"] * 10, "y": ["1", "2"] * 10}
    assert fit(alike, {"x": "number", "y": "number"}, train=10).names == ("y",)


def test_dates_become_days_and_places_in_their_cycles():
    cells: Cells = [f"{day:02}-{month:02}-2020" for month in range(1, 13) for day in range(1, 29)]
    fitted = fit({"d": cells}, {"d": "date"})
    assert fitted.feature_names == ("d", "d sine of year", "d cosine of year", "d sine of week", "d cosine of week")
    row = fitted.features({"d": ["15-06-2020"]})[0]
    assert row[0] == 18428
    assert row[1] ** 2 + row[2] ** 2 == pytest.approx(1)
    assert math.atan2(row[3], row[4]) % (2 * math.pi) == pytest.approx(18428 % 7 / 7 * 2 * math.pi, abs=1e-3)


def test_months_since_1749_have_a_year_but_no_week():
    cells: Cells = [f"{year}-{month:02}" for year in range(1749, 1790) for month in range(1, 13)]
    fitted = fit({"Month": cells}, {"Month": "date"})
    assert fitted.feature_names == ("Month", "Month sine of year", "Month cosine of year")
    assert column(fitted, {"Month": ["1749-01"]}, "Month") == [-80718.0]


def test_hours_of_the_day_are_a_cycle():
    cells: Cells = [f"2020-01-{day:02} {hour:02}:00:00" for day in range(1, 10) for hour in range(24)]
    assert "t sine of day" in fit({"t": cells}, {"t": "date"}).feature_names


def test_money_and_decimal_commas():
    fitted = fit({"m": ["$84,835.00 ", "$1.00", "(5)", None]}, {"m": "money"})
    assert column(fitted, {"m": ["$84,835.00 ", "-$2.50"]}, "m") == [84835, -2.5]
    table = table_of({"m": ["1.234,56 €", "8,5 €", "-3,00 €"], "target": ["1"] * 3}, decimal=",")
    german = TablePreprocessing.fit(table, profile(table), Question(target="target", kind="regression"), np.arange(3), PreprocessingConfig(), bins=False)
    assert german.features({"m": ["1.234,56 €", "2 €"]})[:, 0].tolist() == [np.float32(1234.56), 2]


def test_a_file_written_with_the_other_decimal_sign_is_still_understood():
    fitted = fit({"x": ["1.5", "2.5", "4.0"]}, {"x": "number"})
    assert column(fitted, {"x": ["1,5", "2,25"]}, "x") == [1.5, 2.25]


def test_typed_numbers_have_a_point_whatever_the_training_file_was_written_with():
    table = table_of({"x": ["1,5", "2,25", "1.000,125"], "target": ["1"] * 3}, decimal=",")
    german = TablePreprocessing.fit(table, profile(table), Question(target="target", kind="regression"), np.arange(3), PreprocessingConfig(), bins=False)
    assert german.features({"x": ["1.125", "3"]}).tolist() == [[1125], [3]]
    assert german.features({"x": ["1.125", "3"]}, decimal=".").tolist() == [[1.125], [3]]
    amounts = fit({"m": ["1.234,56 €", "8,5 €", "-3,00 €"]}, {"m": "money"})
    assert amounts.features({"m": ["1.250 €"]}, decimal=".").tolist() == [[1250]]


def test_large_numbers_that_are_nearly_alike_stay_apart():
    cells: Cells = [str(1_600_000_000 + second) for second in range(100)]
    fitted = fit({"t": cells}, {"t": "number"})
    assert len(np.unique(fitted.features({"t": cells}))) == 100


def test_the_encoding_leaves_zeros_and_ones_and_standardises_numbers():
    columns: dict[str, Cells] = {"x": [str(number) for number in range(2000)], "k": ["a", "b"] * 1000, "flag": ["0", "1"] * 1000}
    fitted = fit(columns, {"x": "number", "k": "category", "flag": "number"})
    assert fitted.encoding is not None
    assert list(fitted.encoding.knots) == [0]
    encoded = encode(fitted.features(columns), fitted.encoding.model_dump(mode="json"))
    assert encoded.shape == (2000, fitted.encoding.width)
    np.testing.assert_allclose(encoded[:, 1:4], fitted.features(columns)[:, 1:4], atol=1e-6)
    assert np.median(encoded[:, 0]) == pytest.approx(0, abs=0.01)
    assert np.quantile(encoded[:, 0], 0.75) == pytest.approx(0.5, abs=0.02)
    ramps = encoded[:, 4:]
    assert ramps.min() == 0
    assert ramps.max() == 1
    np.testing.assert_allclose(ramps.mean(axis=0), np.linspace(1, 0, ramps.shape[1] + 2)[1:-1], atol=0.05)


def test_ramps_can_be_left_out_and_grow_with_the_rows():
    small: dict[str, Cells] = {"x": [str(number) for number in range(40)]}
    large: dict[str, Cells] = {"x": [str(number) for number in range(4000)]}
    widths = [
        fitted.data_spec.inputs["features"].encoding.width  # type: ignore[union-attr]
        for fitted in (
            fit(large, {"x": "number"}, ramps=False),
            fit(large, {"x": "number"}, bins=0),
            fit(small, {"x": "number"}),
            fit(large, {"x": "number"}),
            fit(large, {"x": "number"}, bins=16),
        )
    ]
    assert widths == [1, 1, 1 + 4, 1 + 40, 1 + 16]


def test_many_alike_values_still_leave_several_knots():
    cells: Cells = ["0"] * 900 + [str(number) for number in range(100)]
    knots = fit({"x": cells}, {"x": "number"}).encoding.knots[0]  # type: ignore[union-attr]
    assert len(knots) > 10
    assert all(later > earlier for earlier, later in itertools.pairwise(knots))


@pytest.mark.parametrize("cells", [["5"] * 10, [None] * 10, [""] * 10, ["nan"] * 10])
def test_columns_that_say_nothing_are_left_out(cells: Cells):
    fitted = fit({"x": cells, "y": [str(number) for number in range(10)]}, {"x": "number", "y": "number"})
    assert fitted.names == ("y",)


def test_no_column_at_all_is_told():
    with pytest.raises(DataError, match="no column to learn from"):
        fit({"x": ["5"] * 10, "id": [f"r{number}" for number in range(10)]}, {"x": "number", "id": "identifier"})


def test_a_missing_column_is_named_and_extra_ones_are_ignored():
    fitted = fit({"age": ["1", "2"], "size": ["3", "4"]}, {"age": "number", "size": "number"})
    with pytest.raises(DataError, match="have no column 'size'"):
        fitted.features({"age": ["1"], "x": ["1"]})
    assert fitted.features({"size": ["3"], "other": ["x"], " age ": ["1"]}).tolist() == [[1, 3]]


def test_headless_data_of_the_right_width_are_taken_in_order():
    fitted = fit({"column_2": ["1", "2"], "column_3": ["3", "4"]}, {"column_2": "number", "column_3": "number"})
    assert fitted.features({"column_1": ["8"], "column_2": ["9"]}).tolist() == [[8, 9]]


def test_preprocessing_survives_json_bit_by_bit():
    cells: Cells = [repr(number) for number in np.random.default_rng(0).normal(size=300).tolist()]
    fitted = fit({"x": cells, "k": ["a", "b", None] * 100}, {"x": "number", "k": "category"})
    assert TablePreprocessing.from_json(fitted.to_json()) == fitted


# The bundle's path: the package as it lies in a bundle, plain lists of text, JSON from a file.


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The portable files, copied and imported under the bundle's name."""
    folder = tmp_path_factory.mktemp("bundle") / "nnapp_portable"
    shutil.copytree(Path(nnapp.portable.__file__).parent, folder)
    spec = importlib.util.spec_from_file_location("nnapp_portable", folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["nnapp_portable"] = module
    spec.loader.exec_module(module)
    return module


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERISH = st.one_of(
    st.floats().map(repr),
    st.integers(-(10**6), 10**6).map(str),
    st.from_regex(r"-?\$?\d{1,3}(,\d{3})*(\.\d{2})? ?", fullmatch=True),
    st.sampled_from(["NA", "?", "1.234,5", "∞"]),
)
DATISH = st.one_of(st.dates().map(str), st.from_regex(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", fullmatch=True), st.datetimes().map(str))
ANY = st.one_of(st.none(), TEXT, NUMBERISH, DATISH)
ROWS = st.lists(st.tuples(ANY, ANY, ANY, ANY), min_size=1, max_size=40)


def test_a_huge_number_among_small_ones_and_gaps_stays_within_float32():
    column = ["0", "0", None, None, "1", "1.1e22"]
    fitted = fit({"number": column, "steady": list("123456")}, {"number": "number", "steady": "number"})
    assert fitted.encoding is not None
    encoded = encode(fitted.features(text_frame({"number": ["1.1e22", "-1e30", "0"], "steady": ["1"] * 3})), fitted.encoding.model_dump(mode="json"))
    assert encoded[:2, 0].tolist() == [3.0, -3.0]


@settings(deadline=None, max_examples=40)
@given(train=ROWS, new=ROWS)
def test_app_and_bundle_give_the_same_bits_and_finite_features_for_any_text(
    bundled: ModuleType, train: list[tuple[str | None, ...]], new: list[tuple[str | None, ...]]
):
    kinds: dict[str, ColumnType] = {"number": "number", "money": "money", "date": "date", "category": "category"}
    columns: dict[str, Cells] = {name: [row[index] for row in train] for index, name in enumerate(kinds)}
    columns["steady"] = [str(index) for index in range(len(train))]
    try:
        fitted = fit(columns, {**kinds, "steady": "number"})
    except DataError:
        return  # one row only: nothing varies
    unseen: dict[str, Cells] = {name: [row[index] for row in new] for index, name in enumerate(kinds)}
    unseen["steady"] = ["1"] * len(new)
    app = fitted.features(text_frame(unseen))
    module = importlib.import_module("nnapp_portable.features")
    bundle = module.features(unseen, json.loads(json.dumps(fitted.portable(), allow_nan=False)))
    assert app.dtype == np.float32
    assert app.shape == (len(new), len(fitted.feature_names))
    assert np.isfinite(app).all()
    assert app.tobytes() == bundle.tobytes()
    assert fitted.encoding is not None
    encoded = encode(app, fitted.encoding.model_dump(mode="json"))
    assert np.isfinite(encoded).all()
    assert np.abs(encoded).max() <= 3.0
    other = importlib.import_module("nnapp_portable.encoding").encode(bundle, fitted.portable()["encoding"])
    assert encoded.tobytes() == other.tobytes()


def test_rows_answer_alone_as_they_do_together():
    columns: dict[str, Cells] = {"x": [str(number) for number in range(50)], "k": ["a", "b", "c", None, "b"] * 10}
    fitted = fit(columns, {"x": "number", "k": "category"})
    together = fitted.features(columns)
    alone = np.concatenate([fitted.features({name: [cells[row]] for name, cells in columns.items()}) for row in range(50)])
    np.testing.assert_array_equal(together, alone)


def test_the_bundles_files_need_neither_pandas_nor_pydantic_nor_pillow_for_tables(bundled: ModuleType):
    script = (
        "import sys\n"
        "for name in ('pandas', 'pydantic', 'PIL', 'sklearn', 'tensorflow', 'nnapp', 'ai_edge_litert'): sys.modules[name] = None\n"
        "from nnapp_portable import answers, cells, dialect, encoding, features, litert, moments, predict, tables\n"
    )
    folder = Path(str(bundled.__file__)).parent.parent
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_half_a_million_cells_of_each_kind_are_quick():
    rows = 500_000
    draw = np.random.default_rng(0)
    columns: dict[str, Cells] = {
        "x": [repr(number) for number in draw.normal(size=rows).tolist()],
        "k": [f"c{number}" for number in draw.integers(0, 5000, rows).tolist()],
    }
    fitted = fit({name: cells[:2000] for name, cells in columns.items()}, {"x": "number", "k": "category"}, max_categories=20)
    start = time.process_time()
    assert features(columns, fitted.portable()).shape[0] == rows
    assert time.process_time() - start < 3.0
