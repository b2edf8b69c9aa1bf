"""A bundle's folder answers raw rows and pictures as the network does, from the command it carries."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import nnapp.portable
from nnapp.data.columns import profile
from nnapp.data.dataset import FEATURES, DataSpec
from nnapp.data.preprocessing import PicturePreprocessing, Preprocessing, TablePreprocessing
from nnapp.data.question import Question
from nnapp.data.specs import PreprocessingConfig
from nnapp.data.table import Reading, Table, text_frame
from nnapp.portable.encoding import encode
from nnapp.portable.errors import PortableError
from nnapp.portable.litert import LiteRT
from nnapp.portable.predict import Bundle, main
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    import keras

pytestmark = [
    pytest.mark.tensorflow,
    # TensorFlow's converter warns about its own interpreter, which nobody here uses.
    pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated.*"),
]

TASK = TaskSpec.classification("answer", ("no", "=yes"))
COLUMNS: dict[str, list[str | None]] = {
    "size": [str(number * 0.25) if number % 7 else None for number in range(80)],
    "price": [f"${number * 1000:,}.00 " for number in range(80)],
    "day": [f"{number % 28 + 1:02}-{number % 12 + 1:02}-2021" for number in range(80)],
    "kind": [("a", "b", "?")[number % 3] for number in range(80)],
}


def fitted_table() -> TablePreprocessing:
    table = Table("t.csv", text_frame({**COLUMNS, "answer": ["1"] * 80}), Reading(format="csv"))
    return TablePreprocessing.fit(table, profile(table), Question(target="answer", kind="regression"), np.arange(80), PreprocessingConfig(), bins=True)


def tflite(model: keras.Model, examples: np.ndarray | None = None) -> bytes:
    """Convert with builtin operators; to int8 where examples are given."""
    import tempfile

    import keras
    import tensorflow as tf

    archive = keras.export.ExportArchive()
    archive.track(model)
    (entry,) = model.inputs
    archive.add_endpoint(
        "serve", partial(model.__call__, training=False), input_signature=[{entry.name: tf.TensorSpec((None, *entry.shape[1:]), tf.float32, entry.name)}]
    )
    with tempfile.TemporaryDirectory() as folder:
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if examples is not None:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = converter.inference_output_type = tf.int8
            converter.representative_dataset = lambda: ({entry.name: row[None]} for row in examples)
        return bytes(converter.convert())


def network(data: DataSpec) -> Any:
    from nnapp.architectures import ARCHITECTURES

    return ARCHITECTURES["mlp" if data.kind == "tabular" else "cnn"]().build(data, TASK)


def write_bundle(folder: Path, preprocessing: Preprocessing, file: bytes, *, encoded_outside: bool = False) -> Path:
    folder.mkdir()
    (folder / "model.tflite").write_bytes(file)
    (folder / "preprocessing.json").write_text(json.dumps(preprocessing.portable()))
    about = {
        "task": TASK.model_dump(mode="json"),
        "format": "tflite",
        "encoded_outside": encoded_outside,
        "inputs": list(preprocessing.data_spec.inputs),
        "output": "output",
        "app": "0",
    }
    (folder / "bundle.json").write_text(json.dumps(about))
    shutil.copytree(Path(nnapp.portable.__file__).parent, folder / "nnapp_portable", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "predict.py").write_text("import sys\nfrom nnapp_portable.predict import main\nraise SystemExit(main(sys.argv[1:]))\n")
    return folder


@pytest.fixture(scope="module")
def table_network() -> tuple[Preprocessing, Any, np.ndarray, np.ndarray]:
    """Preprocessing, network, raw features and the network's own logits."""
    import keras

    keras.utils.set_random_seed(0)
    fitted = fitted_table()
    model = network(fitted.data_spec)
    x = fitted.features(COLUMNS)
    return fitted, model, x, np.asarray(model({FEATURES: x}, training=False))


@pytest.fixture(scope="module")
def table_bundle(table_network: tuple[Preprocessing, Any, np.ndarray, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    fitted, model, _, _ = table_network
    return write_bundle(tmp_path_factory.mktemp("table") / "bundle", fitted, tflite(model))


def run(bundle: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The bundle's command where neither nnapp nor pandas nor TensorFlow can be imported."""
    blocked = "import sys\nfor name in ('nnapp', 'pandas', 'pydantic', 'tensorflow', 'keras', 'sklearn'): sys.modules[name] = None\n"
    script = f"{blocked}import runpy\nsys.path.insert(0, {str(bundle)!r})\nsys.argv = ['predict.py', *{list(arguments)!r}]\nrunpy.run_path({str(bundle / 'predict.py')!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=bundle.parent)


def test_numpy_encodes_as_the_network_does(table_network: tuple[Preprocessing, Any, np.ndarray, np.ndarray]):
    fitted, model, x, logits = table_network
    assert fitted.encoding is not None
    core = network(fitted.data_spec.encoded_outside())
    core.set_weights(model.get_weights())
    outside = encode(x, fitted.encoding.model_dump(mode="json"))
    np.testing.assert_allclose(np.asarray(core({FEATURES: outside}, training=False)), logits, atol=1e-6)


def test_the_file_answers_in_batches_alone_and_for_no_rows(table_network: tuple[Preprocessing, Any, np.ndarray, np.ndarray], table_bundle: Path):
    _, _, x, logits = table_network
    lite = LiteRT(table_bundle / "model.tflite")
    assert (lite.inputs, lite.outputs) == ((FEATURES,), ("output",))
    many = np.tile(x, (10, 1))
    np.testing.assert_allclose(lite.run({FEATURES: many})["output"], np.tile(logits, (10, 1)), atol=1e-5)
    np.testing.assert_allclose(lite.run({FEATURES: x[:1]})["output"], logits[:1], atol=1e-5)
    assert lite.run({FEATURES: x[:0]})["output"].shape == (0, 1)
    assert 0 < lite.latency_ms({FEATURES: x}, rows=20) < 1000
    np.testing.assert_allclose(lite.run({FEATURES: x})["output"], logits, atol=1e-5)


def test_an_int8_file_is_fed_and_read_as_integers(table_network: tuple[Preprocessing, Any, np.ndarray, np.ndarray], tmp_path: Path):
    fitted, model, x, logits = table_network
    assert fitted.encoding is not None
    core = network(fitted.data_spec.encoded_outside())
    core.set_weights(model.get_weights())
    outside = encode(x, fitted.encoding.model_dump(mode="json"))
    bundle = Bundle(write_bundle(tmp_path / "bundle", fitted, tflite(core, outside), encoded_outside=True))
    answers = bundle.answer_table(COLUMNS)
    assert answers.probabilities is not None
    np.testing.assert_allclose(answers.probabilities[:, 1], 1 / (1 + np.exp(-logits[:, 0])), atol=0.05)


def test_a_table_is_answered_from_the_command_line(table_network: tuple[Preprocessing, Any, np.ndarray, np.ndarray], table_bundle: Path, tmp_path: Path):
    _, _, _, logits = table_network
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["extra", "answer", *COLUMNS])
        writer.writerows([("x", "no", *cells) for cells in zip(*COLUMNS.values(), strict=True)])
    done = run(table_bundle, str(path))
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert list(rows[0]) == ["prediction", "p_no", "p_=yes"]
    np.testing.assert_allclose([float(row["p_=yes"]) for row in rows], 1 / (1 + np.exp(-logits[:, 0])), atol=1e-5)
    assert [row["prediction"] for row in rows] == ["'=yes" if logit > 0 else "no" for logit in logits[:, 0]]
    assert run(table_bundle, str(path), "--output", str(tmp_path / "out.csv")).stdout == ""
    assert (tmp_path / "out.csv").read_text() == done.stdout


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("size,price,day\n1,2,01-01-2021\n", "no column 'kind'"),
        ("", "is empty"),
        ("size,price,day,kind\n1,2,3,4,5\n", "Line 2 of rows.csv has 5 cells"),
    ],
)
def test_what_the_caller_can_mend_is_told_in_one_line(table_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, problem: str):
    path = tmp_path / "rows.csv"
    path.write_text(content)
    assert main([str(path)], table_bundle) == 2
    told = capsys.readouterr().err
    assert problem in told
    assert told.count("\n") == 1


def test_places_that_do_not_exist_are_told(table_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(tmp_path / "nothing.csv")], table_bundle) == 2
    path = tmp_path / "rows.csv"
    path.write_text("size,price,day,kind\n1,2,01-01-2021,a\n")
    assert main([str(path), "--output", str(tmp_path / "no" / "out.csv")], table_bundle) == 2
    assert main([str(path)], tmp_path) == 2
    assert capsys.readouterr().err.count("\n") == 3


def test_a_header_alone_is_answered_with_a_header(table_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "rows.csv"
    path.write_text("size,price,day,kind\n")
    assert main([str(path)], table_bundle) == 0
    assert capsys.readouterr().out == "prediction,p_no,p_=yes\n"


def test_pictures_are_answered_one_by_one_and_by_the_folder(tmp_path: Path):
    import keras

    keras.utils.set_random_seed(0)
    fitted = PicturePreprocessing(size=16, channels=3)
    model = network(fitted.data_spec)
    bundle = write_bundle(tmp_path / "bundle", fitted, tflite(model))
    folder = tmp_path / "pictures"
    folder.mkdir()
    draw = np.random.default_rng(0)
    for name in ("b.png", "a.jpg", "c.png"):
        Image.fromarray(draw.integers(0, 255, (24, 16, 3)).astype(np.uint8)).save(folder / name)
    (folder / "notes.txt").write_text("not a picture")
    done = run(bundle, str(folder))
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [row["file"] for row in rows] == ["a.jpg", "b.png", "c.png"]
    alone = run(bundle, str(folder / "b.png")).stdout.splitlines()
    assert float(alone[1].split(",")[2]) == pytest.approx(float(rows[1]["p_no"]), abs=1e-6)
    from nnapp.portable.pictures import open_picture, picture

    x = np.stack([picture(open_picture(folder / row["file"]), 16, 3) for row in rows]).astype(np.float32)
    logits = np.asarray(model({"picture": x}, training=False))[:, 0]
    np.testing.assert_allclose([float(row["p_=yes"]) for row in rows], 1 / (1 + np.exp(-logits)), atol=1e-5)
    with pytest.raises(PortableError, match="answers pictures, not tables"):
        Bundle(bundle).answer_table({"x": ["1"]})


def test_a_bundle_for_tables_refuses_pictures(table_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert main([str(tmp_path / "a.png")], table_bundle) == 2
    assert "answers tables, not files" in capsys.readouterr().err


def test_a_file_that_is_no_network_is_told(tmp_path: Path):
    (tmp_path / "model.tflite").write_bytes(b"not a network")
    with pytest.raises(PortableError, match="no TFLite file"):
        LiteRT(tmp_path / "model.tflite")
