"""The real data sets read with the types, targets and parts that a careful person would give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnapp.data.checks import run_checks
from nnapp.data.columns import profile
from nnapp.data.pictures import Pictures
from nnapp.data.readers import read
from nnapp.data.specs import SplitSpec
from nnapp.data.splits import assign_parts
from nnapp.data.table import Table
from nnapp.data.target import resolve
from tests.data_files import config


def types_of(path: Path) -> dict[str, str]:
    data = read(path, path.name)
    assert isinstance(data, Table)
    return {column.name: column.type for column in profile(data)}


@pytest.mark.parametrize(
    ("name", "rows", "columns", "target", "kind", "classes"),
    [
        ("tab_titanic.csv", 891, 12, "Embarked", "multiclass", 3),
        ("tab_titanic.csv@Survived", 891, 12, "Survived", "binary", 2),
        ("tab_pima_diabetes.csv", 768, 9, "outcome", "binary", 2),
        ("tab_heart_disease_bom.csv", 303, 14, "target", "binary", 2),
        ("tab_mushrooms.csv", 8124, 23, "class", "binary", 2),
        ("tab_california_housing.csv@median_house_value", 20640, 10, "median_house_value", "regression", 0),
        ("tab_boston_housing_noheader.csv", 506, 14, "column_14", "regression", 0),
        ("tab_wine_quality_white_semicolon.csv", 4898, 12, "quality", "multiclass", 7),
        ("tab_bike_sharing_hourly.csv", 13903, 15, "cnt", "regression", 0),
        ("tab_messy_marketing_campaign.csv@Response", 2240, 28, "Response", "binary", 2),
    ],
)
def test_tables_are_read_whole_and_asked_the_right_question(shared_data: Path, name: str, rows: int, columns: int, target: str, kind: str, classes: int):
    file, _, asked = name.partition("@")
    data = read(shared_data / file, file)
    assert isinstance(data, Table)
    question = resolve(data, config(target=asked or None))
    assert (data.rows, len(data.columns)) == (rows, columns)
    assert (question.target, question.kind, len(question.class_names)) == (target, kind, classes)
    findings = run_checks(data, config(target=asked or None), question=question)
    assert not any(finding.severity == "error" for finding in findings)
    assert not any(finding.code == "leaking" for finding in findings)


def test_titanic_leaves_names_tickets_and_numbers_of_passengers_out(shared_data: Path):
    types = types_of(shared_data / "tab_titanic.csv")
    assert {name for name, kind in types.items() if kind in {"identifier", "text"}} == {"PassengerId", "Name", "Ticket"}
    assert (types["Age"], types["Sex"], types["Cabin"]) == ("number", "category", "category")


def test_marketing_has_money_dates_and_trimmed_names(shared_data: Path):
    types = types_of(shared_data / "tab_messy_marketing_campaign.csv")
    assert (types["ID"], types["Income"], types["Dt_Customer"], types["Education"]) == ("identifier", "money", "date", "category")


def test_bike_sharing_has_days_first_and_no_row_number(shared_data: Path):
    data = read(shared_data / "tab_bike_sharing_hourly.csv", "x.csv")
    assert isinstance(data, Table)
    found = {column.name: column for column in profile(data)}
    assert (found["instant"].type, found["dteday"].type, found["dteday"].date_format) == ("identifier", "date", "dmy")
    assert (found["dteday"].earliest, found["dteday"].latest) == ("2011-01-01", "2012-12-31")


def test_all_of_mushrooms_is_categories_and_a_question_mark_is_a_value(shared_data: Path):
    data = read(shared_data / "tab_mushrooms.csv", "x.csv")
    assert isinstance(data, Table)
    found = profile(data)
    assert {column.type for column in found} == {"category"}
    assert "?" in data.cells("stalk-root")
    assert next(column for column in found if column.name == "stalk-root").unique == 5


def test_hints_are_given_where_the_data_are_known_to_need_them(shared_data: Path):
    def codes(name: str, **settings: str) -> dict[str, tuple[str, ...]]:
        return {finding.code: finding.columns for finding in run_checks(read(shared_data / name, name), config(**settings))}

    assert {"glucose", "insulin", "bmi"} <= set(codes("tab_pima_diabetes.csv")["suspicious_zeros"])
    assert "capped_target" in codes("tab_california_housing.csv", target="median_house_value")
    assert {"rare_class", "imbalance", "duplicate_rows"} <= set(codes("tab_wine_quality_white_semicolon.csv"))
    assert "no_header" in codes("tab_boston_housing_noheader.csv")
    assert codes("tab_mushrooms.csv")["constant"] == ("veil-type",)


def test_fashion_mnist_keeps_its_train_and_test_folders_apart(shared_data: Path):
    data = read(shared_data / "images_fashion_mnist_12k.zip", "x.zip")
    assert isinstance(data, Pictures)
    assert (data.rows, len(data.class_names), data.grey, data.skipped) == (12_000, 10, True, ())
    assert set(map(tuple, data.sizes.tolist())) == {(28, 28)}
    assignment = assign_parts(data, resolve(data, config()), SplitSpec())
    assert assignment.counts == {"train": 8_500, "validation": 1_500, "test": 2_000}
    assert all(data.paths[row].startswith("test/") for row in assignment.rows("test"))


def test_cats_and_dogs_have_no_parts_and_get_a_stratified_split(shared_data: Path):
    data = read(shared_data / "images_cats_dogs_800.zip", "x.zip")
    assert isinstance(data, Pictures)
    assert (data.rows, data.class_names, data.grey) == (800, ("cat", "dog"), False)
    assignment = assign_parts(data, resolve(data, config()), SplitSpec())
    assert (assignment.how, assignment.counts) == ("stratified", {"train": 560, "validation": 120, "test": 120})


def test_dates_of_1749_and_gzipped_tables_are_read(shared_data: Path):
    assert types_of(shared_data / "ts_monthly_sunspots.csv")["Month"] == "date"
    assert types_of(shared_data / "ts_ETTh1.csv.gz")["OT"] == "number"
