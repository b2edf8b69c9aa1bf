"""A bundle is unpacked and its `predict.py` run on raw test rows, before it is offered."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from nnapp.data.dataset import PICTURE
from nnapp.errors import ExportError
from nnapp.export.base import Exporting
from nnapp.export.spec import Export
from nnapp.export.watch_trial import compare_steps
from nnapp.inference.base import answers
from nnapp.inference.lite import LiteRTPredictor
from nnapp.portable.beside import picture_column
from nnapp.tasks import Answers

ROWS = 2000
PICTURES = 50
MIXED = 200
"""Rows that may have a picture each."""
SECONDS = 120
CLOSE = 1e-4
"""Allowed difference of probabilities, and relative one of numbers: rows are batched differently."""


def try_bundle(exporting: Exporting, inner: Export, bundle: Path) -> tuple[str, ...]:
    """Run a bundle on test rows and compare its answers with the file's own.

    Returns:
        A caveat where there were no raw rows to try it on.

    Raises:
        ExportError: When it fails, or answers otherwise.
    """
    most = {"pictures": PICTURES, "mixed": MIXED, "series": len(exporting.test), "sounds": len(exporting.files)}.get(exporting.data.kind, ROWS)
    count = min(len(exporting.test), most)
    if count == 0 or (exporting.data.kind not in {"pictures", "sounds"} and not exporting.raw):
        return ("Its predict.py was not tried: there were no raw test rows at hand.",)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(folder / "bundle")
        write = {"pictures": write_pictures, "sounds": write_sounds}.get(exporting.data.kind, write_table)
        given = write(exporting, count, folder)
        got = run_bundle(folder / "bundle" / "predict.py", given, folder / "answers.csv")
    if exporting.task.kind == "anomaly":
        compare_steps(exporting, Path(inner.path), got, encoded_outside=inner.encoded_outside)
        return ()
    test = exporting.test.rows(np.arange(count))
    predictor = LiteRTPredictor(Path(inner.path), exporting.data, encoded_outside=inner.encoded_outside)
    compare(exporting, answers(predictor, exporting.task, test.x), got)
    return ()


def write_table(exporting: Exporting, count: int, folder: Path) -> Path:
    """The raw cells of the first test rows that the network reads, as CSV."""
    # A series may have many rows: all of them go with it.
    rows = None if exporting.data.kind == "series" else count
    wanted = [column["name"] for column in exporting.preprocessing["columns"]]
    cells = [["" if cell is None else cell for cell in exporting.raw[name][:rows]] for name in wanted]
    named = picture_column(exporting.preprocessing)
    if named is not None:
        # As the network sees them, black ones being none: letterboxed once more they stay what they are.
        drawn = [path.relative_to(folder).as_posix() for path in sorted(write_pictures(exporting, count, folder).iterdir())]
        seen: Any = np.asarray(exporting.test.x[PICTURE][:count]).reshape(count, -1).any(axis=1)
        cells[wanted.index(named)] = [name if there else "" for name, there in zip(drawn, seen, strict=True)]
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(wanted)
        writer.writerows(zip(*cells, strict=True))
    return path


def write_pictures(exporting: Exporting, count: int, folder: Path) -> Path:
    """The first test pictures as PNG files whose names keep their order."""
    from PIL import Image

    pictures = folder / "pictures"
    pictures.mkdir()
    for index, picture in enumerate(np.asarray(exporting.test.x[PICTURE][:count], np.uint8)):
        Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture).save(pictures / f"{index:06}.png")
    return pictures


def write_sounds(exporting: Exporting, count: int, folder: Path) -> Path:
    """The first test sounds as they came, under names that keep their order."""
    sounds = folder / "sounds"
    sounds.mkdir()
    for index, (name, data) in enumerate(exporting.files[:count]):
        (sounds / f"{index:06}{Path(name).suffix}").write_bytes(data)
    return sounds


def run_bundle(script: Path, given: Path, output: Path) -> list[dict[str, str]]:
    """Run `predict.py` on its own, and read what it wrote."""
    command = [sys.executable, "-I", str(script), str(given), "--output", str(output)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=script.parent, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise ExportError(f"The bundle's predict.py took longer than {SECONDS} seconds.", remedy="Export it as tflite instead.") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
        raise ExportError(f"The bundle's predict.py failed on the test rows: {last}", remedy="Export it as tflite instead.")
    with output.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def compare(exporting: Exporting, expected: Answers, got: list[dict[str, str]]) -> None:
    """Refuse a bundle whose rows are not the file's own answers."""
    task = exporting.task
    if len(got) != len(expected.prediction):
        raise ExportError(f"The bundle gave {len(got)} answers for {len(expected.prediction)} test rows.", remedy="Export it as tflite instead.")
    if expected.probabilities is None:
        theirs = np.array([[float(row["prediction"])] for row in got])
        ours = np.asarray(expected.prediction, np.float64)[:, None]
        allowed = CLOSE * np.maximum(np.abs(ours), task.output.scale)
    else:
        theirs = np.array([[float(cell) for name, cell in row.items() if name.startswith("p_")] for row in got])
        ours, allowed = expected.probabilities, np.full((1, 1), CLOSE)
    wrong = np.flatnonzero((np.abs(theirs - ours) > allowed).any(axis=1))
    if len(wrong):
        raise ExportError(
            f"The bundle answers otherwise than the file on {len(wrong)} of {len(got)} test rows, first on row {exporting.test.ids[wrong[0]]}.",
            remedy="Export it as tflite instead.",
        )
