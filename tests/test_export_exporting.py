"""What happens around a conversion: formats, files that are there already, networks that are not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.data.dataset import Dataset, DataSpec, InputSpec
from nnapp.errors import ExportError, SpecError
from nnapp.export import EXPORTERS, Converted, Export, Exporting, Packed, export, export_all, finished_exports
from nnapp.tasks import OUTPUT, TaskSpec

DESIGN = {"tflite", "tflite-float16", "tflite-dynamic", "tflite-int8", "saved-model", "keras", "bundle"}


@pytest.fixture
def untrained(tmp_path):
    """A run that has not finished: everything but the network."""
    task = TaskSpec.classification("kind", ("a", "b"))
    data = DataSpec(kind="tabular", inputs={"features": InputSpec(shape=(1,))})
    part = Dataset({"features": np.zeros((2, 1), np.float32)}, {OUTPUT: np.zeros((2, 1), np.float32)}, np.arange(2), data, task)
    return Exporting(tmp_path / "model.keras", ARCHITECTURES["linear"](), data, task, {}, part, part, tmp_path / "exports")


def passport(folder: Path, name: str) -> Export:
    """A file that lies there, with a passport that says little."""
    folder.mkdir(exist_ok=True)
    (folder / EXPORTERS[name].file).write_bytes(b"file")
    made = Export(format=name, path="/elsewhere/file", bytes=4, rows=0, test={}, network={}, agreement=None, max_abs_error=None, flipped=0)
    (folder / f"{name}.json").write_text(made.to_json(), encoding="utf-8")
    return made


def test_every_format_of_the_design_is_there_with_a_sentence_and_a_file_of_its_own():
    assert set(EXPORTERS) >= DESIGN
    files = [part.file for part in EXPORTERS.values()]
    assert len(set(files)) == len(files)
    for part in EXPORTERS.values():
        assert issubclass(part, Converted | Packed)
        assert part.sentence.endswith(".")
        assert part.title


def test_a_format_with_a_typo_names_the_nearest_one(untrained):
    with pytest.raises(SpecError, match="Did you mean 'tflite-int8'"):
        export(untrained, "tflite-in8")


def test_a_network_that_is_not_trained_yet_is_told_at_once_for_every_format(untrained):
    found = export_all(untrained, ("tflite", "bundle", "keras"))
    assert list(found) == ["tflite", "bundle", "keras"]
    for error in found.values():
        assert isinstance(error, ExportError)
        assert "no trained network" in error.problem
    with pytest.raises(ExportError, match="finish training"):
        export(untrained, "bundle")


def test_finished_exports_are_found_where_the_folder_is_now_and_only_with_their_file(tmp_path):
    passport(tmp_path / "exports", "tflite")
    passport(tmp_path / "exports", "keras")
    (tmp_path / "exports" / EXPORTERS["keras"].file).unlink()
    found = finished_exports(tmp_path / "exports")
    assert list(found) == ["tflite"]
    assert found["tflite"].path == str(tmp_path / "exports" / "model.tflite")
    assert finished_exports(tmp_path / "nowhere") == {}


def test_a_bundle_without_raw_rows_at_hand_says_that_it_was_not_tried(untrained):
    untrained.model.write_bytes(b"older than the file")
    passport(untrained.folder, "tflite")
    made = export(dataclasses.replace(untrained, preprocessing={"kind": "tabular", "columns": []}), "bundle")
    assert any("not tried" in caveat for caveat in made.caveats)
    assert Path(made.path).name == "bundle.zip"
