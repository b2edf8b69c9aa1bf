"""Every architecture in every format: what holds for all of them, present and future."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES, Architecture
from nnapp.export import EXPORTERS, Converted, Export, Exporting, export, finished_exports
from nnapp.export.exporting import job_for, offered
from nnapp.export.process import LOG, outcome, run_child
from nnapp.inference import KerasPredictor, LiteRTPredictor, answers
from nnapp.metrics import judged_ids
from tests.export_examples import KERAS_MEETS_NUMPY, trained

pytestmark = [pytest.mark.tensorflow, KERAS_MEETS_NUMPY]

FORMATS = tuple(name for name in EXPORTERS if issubclass(EXPORTERS[name], Converted))
TASKS = ("multiclass", "regression", "binary")
# How far a logit may be off, as a share of the largest one: the notes' measurements with room to spare.
CLOSE = {"keras": 1e-5, "saved-model": 1e-5, "tflite": 1e-5, "tflite-float16": 0.005, "tflite-dynamic": 0.1, "tflite-int8": 0.3}
SIZE = {"tflite-float16": 0.75, "tflite-dynamic": 0.6, "tflite-int8": 0.6}


def cases(*, everything: bool = False) -> list[tuple[str, str]]:
    """Each architecture with a question; the questions take turns unless all are wanted."""
    found = []
    for index, name in enumerate(ARCHITECTURES):
        tasks = [task for task in TASKS if task in ARCHITECTURES[name].tasks and ("tabular" in ARCHITECTURES[name].accepts or task != "regression")]
        tasks = tasks or sorted(ARCHITECTURES[name].tasks)
        found += [(name, task) for task in (tasks if everything else [tasks[index % len(tasks)]])]
    return found


def _tried(name: str) -> Architecture:
    """The network as it is offered, but for one that enlarges small pictures and one of several networks side by side, which would take the tests' time."""
    part = ARCHITECTURES[name]
    cuts = {"side": 32, "patterns": 8}
    return part.parse({field: value for field, value in cuts.items() if field in part.model_fields})


def make(folder: Path, wanted: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[Exporting, dict[str, Export]]]:
    """Train every network here, convert them all in one child, and judge the files."""
    ready = {}
    for name, task in wanted:
        exporting = trained(folder / f"{name}-{task}", _tried(name), task)
        results = folder / f"{name}-{task}" / "results"
        results.mkdir()
        exporting.folder.mkdir()
        ready[name, task] = exporting, job_for(exporting, FORMATS, results)
    code = run_child([job for _, job in ready.values()])
    first = next(iter(ready.values()))[1]
    assert code == 0, (Path(first.results) / LOG).read_text("utf-8")[-3000:]
    found = {}
    for case, (exporting, job) in ready.items():
        made = {name: outcome(job, name) for name in FORMATS}
        found[case] = exporting, {name: offered(exporting, name, done, Path(job.results)) for name, done in made.items()}
    return found


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return make(tmp_path_factory.mktemp("contract"), cases())


def hold(exporting: Exporting, exports: dict[str, Export]) -> None:
    """What a user may rely on."""
    metric = {"regression": "rmse", "anomaly": "event_f1"}.get(exporting.task.kind, "accuracy")
    largest = max(1.0, float(np.abs(KerasPredictor.load(exporting.model).logits(exporting.test.x)).max()))
    for name, made in exports.items():
        assert made.rows == len(judged_ids(exporting.test))
        assert made.max_abs_error <= CLOSE[name] * largest, name
        assert made.bytes == Path(made.path).stat().st_size
        assert 0 < made.latency_ms < 100
        # Without its loop a recurrent network holds one copy of the cell a word, whose plan takes room in every format.
        room = 40_000 + exports["tflite"].bytes if type(exporting.architecture).unrolls else 0
        assert made.bytes - room <= SIZE.get(name, 3) * exports["tflite"].bytes + (4096 if name in SIZE else 65_536), name
        before, after = made.network[metric], made.test[metric]
        if metric == "rmse":
            # A hundred rows say so much and no more: real data are held to one point in make accept.
            assert after <= before * 1.03, name
            assert bool(made.remedy) == (after > before * 1.01 + 1e-9), name
        else:
            # A hundred rows and whole numbers of 8 bits: a second row may change sides, and then the passport says so.
            allowed = max(0.01, 1 / made.rows) + 1e-9
            assert before - after <= (max(allowed, 2 / made.rows + 1e-9) if name == "tflite-int8" else allowed), name
            assert bool(made.remedy) == (before - after > allowed), name
    for name in ("keras", "saved-model", "tflite"):
        assert exports[name].agreement == 1.0
        assert exports[name].flipped == 0


@pytest.mark.parametrize("case", cases(), ids="-".join)
def test_every_file_keeps_what_the_network_knows(everything, case):
    exporting, exports = everything[case]
    hold(exporting, exports)
    network = exports["tflite"].network
    if exporting.task.kind == "anomaly":
        assert network["event_recall"] == 1.0
    else:
        assert network["accuracy"] > 0.6 if exporting.task.class_names else network["r2"] > 0


@pytest.mark.accept
def test_every_file_keeps_what_the_network_knows_for_every_question(tmp_path):
    for exporting, exports in make(tmp_path, cases(everything=True)).values():
        hold(exporting, exports)


@pytest.mark.parametrize("case", cases(), ids="-".join)
def test_a_file_answers_here_as_its_passport_says(everything, case):
    exporting, exports = everything[case]
    truth = KerasPredictor.load(exporting.model)
    ours = answers(truth, exporting.task, exporting.test.x)
    for name in ("tflite", "tflite-int8"):
        file = LiteRTPredictor(Path(exports[name].path), exporting.data, encoded_outside=exports[name].encoded_outside)
        same = answers(file, exporting.task, exporting.test.x).prediction == ours.prediction
        if exporting.task.class_names:
            assert int((~same).sum()) == exports[name].flipped
            assert exporting.test.ids[~same].tolist() == list(exports[name].flipped_ids)


@pytest.mark.parametrize("case", cases(), ids="-".join)
def test_an_int8_file_has_whole_numbers_at_both_ends(everything, case):
    from ai_edge_litert.interpreter import Interpreter

    exporting, exports = everything[case]
    whole = {np.dtype(spec.fed).type for spec in exporting.data.inputs.values()} - {np.float32}  # ids stay what they are
    interpreter = Interpreter(model_path=exports["tflite-int8"].path)
    for details in (*interpreter.get_input_details(), *interpreter.get_output_details()):
        assert details["dtype"] in {np.int8, *whole}


@pytest.mark.parametrize("case", cases(), ids="-".join)
def test_a_bundle_is_packed_around_the_file_that_is_there_and_is_tried_on_raw_rows(everything, case):
    exporting, exports = everything[case]
    made = export(exporting, "bundle")
    assert made.caveats == ()
    assert made.test == exports["tflite"].test
    small = export(exporting, "bundle", inside="tflite-int8")
    assert small.agreement == exports["tflite-int8"].agreement
    assert small.bytes < made.bytes
    assert {*FORMATS, "bundle"} == set(finished_exports(exporting.folder))
