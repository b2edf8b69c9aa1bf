"""A bundle answers raw rows and pictures as the app does, where there is nothing but NumPy, LiteRT and Pillow."""

from __future__ import annotations

import csv
import importlib.metadata
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES, recommended
from nnapp.errors import ExportError
from nnapp.export import Exporting, export, export_all, finished_exports
from nnapp.export.trial import compare
from nnapp.inference import KerasPredictor, answers
from tests.export_examples import KERAS_MEETS_NUMPY, trained

pytestmark = [pytest.mark.tensorflow, KERAS_MEETS_NUMPY]

ALLOWED = ("numpy", "ai-edge-litert", "pillow")
# Looks into the folder of allowed packages only, proves that the app's are not there, and runs the script as a person would.
RUN = """
import importlib.util, runpy, sys
site, script, *arguments = sys.argv[1:]
sys.path.append(site)
found = [name for name in ("nnapp", "pandas", "tensorflow", "keras", "sklearn", "pydantic") if importlib.util.find_spec(name)]
assert not found, found
sys.argv = [script, *arguments]
runpy.run_path(script, run_name="__main__")
"""


def distributions(names: tuple[str, ...]) -> set[str]:
    """The distributions and all that they require, extras aside."""
    known: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        try:
            required = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:  # needed on other systems only
            continue
        known.add(name)
        waiting += [re.split(r"[^A-Za-z0-9._-]", entry)[0] for entry in required if "extra ==" not in entry]
    return known


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with links to the allowed packages, and to nothing else."""
    folder = tmp_path_factory.mktemp("site")
    for name in distributions(ALLOWED):
        distribution = importlib.metadata.distribution(name)
        for top in {entry.parts[0] for entry in distribution.files or () if not entry.parts[0].startswith((".", "_"))}:
            if not (folder / top).exists():
                (folder / top).symlink_to(distribution.locate_file(top))
    return folder


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("table")
    exporting = trained(folder, ARCHITECTURES[recommended("tabular")](), "multiclass")
    assert set(export_all(exporting, ("tflite", "tflite-int8", "bundle"))) == {"tflite", "tflite-int8", "bundle"}
    return exporting


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    exporting = trained(tmp_path_factory.mktemp("numbers"), ARCHITECTURES["mlp"](), "regression")
    export(exporting, "bundle")
    return exporting


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    exporting = trained(tmp_path_factory.mktemp("pictures"), ARCHITECTURES[recommended("pictures")](), "multiclass")
    export(exporting, "bundle")
    return exporting


def unpacked(exporting: Exporting, folder: Path) -> Path:
    with zipfile.ZipFile(exporting.folder / "bundle.zip") as archive:
        archive.extractall(folder)
    return folder / "predict.py"


def run(site: Path, script: Path, given: Path) -> list[dict[str, str]]:
    """Answers of `predict.py`, printed as CSV, in the bare environment."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUN, str(site), str(script), str(given)], capture_output=True, text=True, cwd=given.parent, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines()))


def messy_rows(exporting: Exporting, path: Path) -> Path:
    """The raw test rows as somebody else might bring them: semicolons, other order, a column more, the target too."""
    columns = {"extra": ["x"] * len(exporting.test), **dict(reversed(exporting.raw.items()))}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(columns)
        writer.writerows(zip(*(["" if cell is None else cell for cell in cells] for cells in columns.values()), strict=True))
    return path


def same_answers(exporting: Exporting, got: list[dict[str, str]]) -> None:
    """Row by row: the class and every probability that the network itself gives, or the number."""
    ours = answers(KerasPredictor.load(exporting.model), exporting.task, exporting.test.x)
    names = exporting.task.class_names
    assert len(got) == len(ours.prediction)
    for index, row in enumerate(got):
        if ours.probabilities is None:
            assert float(row["prediction"]) == pytest.approx(float(ours.prediction[index]), rel=1e-4)
        else:
            assert row["prediction"] == names[int(ours.prediction[index])]
            np.testing.assert_allclose([float(row[f"p_{name}"]) for name in names], ours.probabilities[index], atol=1e-4)


def test_a_table_is_answered_row_by_row_as_in_the_app(table, site, tmp_path):
    same_answers(table, run(site, unpacked(table, tmp_path / "bundle"), messy_rows(table, tmp_path / "rows.csv")))


def test_numbers_are_predicted_row_by_row_as_in_the_app(numbers, site, tmp_path):
    same_answers(numbers, run(site, unpacked(numbers, tmp_path / "bundle"), messy_rows(numbers, tmp_path / "rows.csv")))


def test_a_folder_of_pictures_is_answered_as_in_the_app_in_the_order_of_names(pictures, site, tmp_path):
    from PIL import Image

    given = tmp_path / "pictures"
    given.mkdir()
    (array,) = pictures.test.x.values()
    for index in reversed(range(len(array))):
        Image.fromarray(array[index, ..., 0]).save(given / f"{index:04}.png")
    got = run(site, unpacked(pictures, tmp_path / "bundle"), given)
    assert [row["file"] for row in got] == [f"{index:04}.png" for index in range(len(array))]
    same_answers(pictures, got)
    (one,) = run(site, tmp_path / "bundle" / "predict.py", given / "0003.png")
    assert one["prediction"] == got[3]["prediction"]


def test_the_bundle_holds_what_the_design_names_and_is_the_same_each_time(table):
    first = (table.folder / "bundle.zip").read_bytes()
    with zipfile.ZipFile(table.folder / "bundle.zip") as archive:
        names = archive.namelist()
        about = json.loads(archive.read("bundle.json"))
        labels = archive.read("labels.txt").decode().split()
    wanted = {"model.tflite", "preprocessing.json", "bundle.json", "labels.txt", "model_card.md", "README.md", "predict.py", "requirements.txt"}
    assert wanted <= set(names)
    assert {"nnapp_portable/predict.py", "nnapp_portable/__init__.py"} <= set(names)
    assert about["format"] == "tflite"
    assert about["encoded_outside"] is False
    assert tuple(labels) == table.task.class_names
    export(table, "bundle")
    assert (table.folder / "bundle.zip").read_bytes() == first


def test_a_bundle_around_int8_encodes_outside_and_says_so(table, site, tmp_path):
    made = export(table, "bundle", inside="tflite-int8")
    assert made.encoded_outside
    got = run(site, unpacked(table, tmp_path / "bundle"), messy_rows(table, tmp_path / "rows.csv"))
    truth = answers(KerasPredictor.load(table.model), table.task, table.test.x)
    agreement = np.mean([row["prediction"] == table.task.class_names[int(answer)] for row, answer in zip(got, truth.prediction, strict=True)])
    assert agreement == pytest.approx(finished_exports(table.folder)["tflite-int8"].agreement)
    export(table, "bundle")


def test_a_bundle_that_answers_otherwise_is_not_offered(table):
    truth = answers(KerasPredictor.load(table.model), table.task, table.test.x)
    rows = [{"prediction": "oak", **{f"p_{name}": "0.25" for name in table.task.class_names}} for _ in truth.prediction]
    with pytest.raises(ExportError, match="answers otherwise than the file"):
        compare(table, truth, rows)


def test_a_missing_column_is_named_on_one_line(table, site, tmp_path):
    script = unpacked(table, tmp_path / "bundle")
    (tmp_path / "rows.csv").write_text("colour,day\nred,2012-01-01\n")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUN, str(site), str(script), str(tmp_path / "rows.csv")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "length" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.accept
def test_a_fresh_environment_with_the_bundles_own_requirements_is_enough(table, tmp_path):
    script = unpacked(table, tmp_path / "bundle")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(tmp_path / "bundle" / "requirements.txt")], check=True)
    rows = messy_rows(table, tmp_path / "rows.csv")
    done = subprocess.run([str(python), str(script), str(rows)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    same_answers(table, list(csv.DictReader(done.stdout.splitlines())))
