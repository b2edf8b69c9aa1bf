"""Runs whose data do not fit into memory: the same answers, and within the limit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nnapp.data import memory
from nnapp.data.checks.picture_memory import ON_DISK
from nnapp.data.prepare import prepare
from nnapp.data.specs import PARTS, DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.training import Silence, TrainingConfig, TrainingResult, train
from tests.architecture_samples import small
from tests.conftest import PROJECT
from tests.data_files import picture_bytes, two_classes, zipped

pytestmark = pytest.mark.tensorflow

GIGABYTE = 1 << 30


def trained(folder: Path) -> tuple[TrainingResult, list[np.ndarray], set[str]]:
    """A network fitted to 96 pictures, its logits for the three parts, and the codes of the findings."""
    from nnapp.inference.keras_network import KerasPredictor

    store = DataStore(folder / "home")
    data = DataConfig(sha256=store.add(zipped(folder, two_classes(48))), image_size=24)
    ready = prepare(store, data, SplitSpec(), PreprocessingConfig(), bins=False)
    parts, config = ready.parts, TrainingConfig(epochs=2, batch_size=8, deterministic=True, early_stopping=False)
    result = train(
        lambda: small("cnn").build(ready.data, ready.task), parts.train, parts.validation, ready.task, config, recorder=Silence(), checkpoint=folder / "kept"
    )
    predictor = KerasPredictor(result.model)
    return result, [predictor.logits(parts[part].x) for part in PARTS], {finding.code for finding in ready.findings}


def test_a_network_of_pictures_on_disk_has_the_weights_and_answers_of_one_of_pictures_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = {}
    for place, budget in (("memory", 1 << 40), ("disk", 1)):
        (tmp_path / place).mkdir()
        monkeypatch.setenv(memory.VARIABLE, str(budget))
        found[place] = trained(tmp_path / place)
    assert ON_DISK not in found["memory"][2]
    assert ON_DISK in found["disk"][2]
    for one, other in zip(found["memory"][0].model.get_weights(), found["disk"][0].model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(found["memory"][1], found["disk"][1], strict=True):
        np.testing.assert_array_equal(one, other)


RUN = """
    import json, resource, sys
    from pathlib import Path

    import numpy as np

    limit = int(sys.argv[4]) << 30
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    try:
        np.empty(limit, np.uint8)
    except MemoryError:
        print("the limit holds", file=sys.stderr)
    from nnapp.data.specs import DataConfig
    from nnapp.data.store import DataStore
    from nnapp.runs.api import start_run
    from nnapp.runs.launch import InlineLauncher
    from nnapp.runs.spec import plan
    from nnapp.runs.store import RunStore

    home = Path(sys.argv[1])
    asked = json.loads(sys.argv[3])
    data = DataConfig(sha256=DataStore(home).add(Path(sys.argv[2])), **asked["data"])
    run = start_run(RunStore(home), plan(data, asked["kind"], architecture=asked["architecture"], settings=asked["settings"]), InlineLauncher())
    events = [event.kind for event in run.events()[0]]
    print(json.dumps({"state": run.state, "events": events, "rows": run.read_json("rows.json"), "failure": run.failure and run.failure.problem}))
"""


@pytest.mark.accept
def test_pictures_of_3_gb_train_under_a_limit_of_2_gb(tmp_path: Path):
    contents = [(label, picture_bytes(16, 16, seed=index + 1000 * place, form="JPEG")) for place, label in enumerate("ab") for index in range(50)]
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for index in range(66_000):
            label, content = contents[index % len(contents)]
            archive.writestr(f"{label}/{index}.jpg", content)
    settings = {"training.epochs": 1, "training.batch_size": 64, "model.filters": 4}
    told = run_under_a_limit(tmp_path / "many.zip", {"kind": "pictures", "architecture": "cnn", "data": {"image_size": 128}, "settings": settings}, 2)
    assert sum(told["rows"].values()) * 128 * 128 * 3 > 3 * GIGABYTE
    assert told["state"] == "finished", told
    assert ON_DISK in told["events"]


@pytest.mark.accept
def test_a_table_that_takes_3_gb_in_memory_trains_where_tensorflow_and_all_else_may_take_3_gb(tmp_path: Path):
    random = np.random.default_rng(0)
    for start in range(0, 2_000_000, 100_000):
        x = random.normal(size=(100_000, 18)).round(5)
        frame = pd.DataFrame(x, columns=[f"x{index}" for index in range(18)]).assign(city=random.choice(["Bern", "Basel", "Genf"], 100_000))
        frame["y"] = np.where(x[:, 0] + x[:, 1] * x[:, 2] > 0, "yes", "no")
        frame.to_csv(tmp_path / "long.csv", mode="a", header=start == 0, index=False)
    asked = {"kind": "tabular", "architecture": "mlp", "data": {"target": "y"}, "settings": {"training.epochs": 1, "training.batch_size": 1024}}
    told = run_under_a_limit(tmp_path / "long.csv", asked, 3)
    assert sum(told["rows"].values()) == 2_000_000
    assert told["state"] == "finished", told
    assert "table_on_disk" in told["events"]


def run_under_a_limit(path: Path, asked: dict[str, Any], gigabytes: int) -> dict[str, Any]:
    """What a run in a process that may take so much memory tells; nothing large is left behind."""
    home = path.parent / "home"
    words = [sys.executable, "-c", textwrap.dedent(RUN), str(home), str(path), json.dumps(asked), str(gigabytes)]
    limits = {"MALLOC_ARENA_MAX": "2", memory.VARIABLE: str(GIGABYTE)}
    done = subprocess.run(words, capture_output=True, text=True, cwd=PROJECT, env={**os.environ, **limits}, timeout=1200, check=False)
    assert "the limit holds" in done.stderr
    assert done.returncode == 0, done.stderr[-3000:]
    left = [found for found in (home / "data").rglob("*") if found.is_file() and found.name != "upload" and found.stat().st_size > 100 << 20]
    assert left == []
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
