"""Starts the child process in which shap works, follows it, and takes its result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nnapp
from nnapp.explanation.base import ExplanationError
from nnapp.explanation.columns import column_names, column_of_feature
from nnapp.explanation.compared import Attributions, Subject
from nnapp.explanation.gradients import Progress
from nnapp.explanation.network import output_names
from nnapp.explanation.players import grid_players, spread_over_pixels
from nnapp.explanation.side_by_side import column_of_number

BY_COLUMN = frozenset({"tabular", "mixed"})
"""Kinds of data whose players are columns."""
GRACE = 120.0
"""Seconds beyond the explainer's own for starting TensorFlow and ending the last row; then the child is killed."""


def attribute_with_shap(subject: Subject, way: str, settings: dict[str, Any], progress: Progress) -> Attributions:
    """Let shap attribute all outputs of the subject's rows, in a process of its own.

    Args:
        subject: The network and the rows.
        way: A name of `nnapp.explanation.child.WAYS`.
        settings: The explainer's fields: `seconds`, `seed` and those of its way.
        progress: Told the share of rows that is done.

    Raises:
        ExplanationError: If the child dies or takes too long.
    """
    player = players_of(subject, int(settings["patches"]))
    with tempfile.TemporaryDirectory(prefix="nnapp-shap-") as name:
        folder = Path(name)
        job = {"way": way, "settings": settings, "data": subject.rows.data.model_dump(mode="json"), "task": subject.rows.task.model_dump(mode="json")}
        (folder / "job.json").write_text(json.dumps(job, allow_nan=False), encoding="utf-8")
        np.savez(folder / "arrays.npz", x=subject.x, background=subject.background, player=player)
        subject.model.save(folder / "model.keras")
        run_child(folder, len(subject.x), settings["seconds"] + GRACE, progress)
        with np.load(folder / "result.npz", allow_pickle=False) as stored:
            values, base = stored["values"], stored["base"]
    done = len(values)
    output = subject.network.outputs(subject.x[:done])
    if subject.rows.data.kind not in BY_COLUMN:
        height, width, channels = subject.network.shape
        values = spread_over_pixels(values, player, (height, width, channels))
    return Attributions(values, base, output, output_names(subject.rows.task), _notes(subject, player, done))


def players_of(subject: Subject, patches: int) -> NDArray[np.int64]:
    """Player of each flattened feature: columns, or the squares of a grid."""
    if subject.rows.data.kind == "mixed":
        return column_of_number(subject.rows.data)
    if subject.rows.data.kind != "tabular":
        height, width, channels = subject.network.shape
        return grid_players(height, width, channels, patches)
    return column_of_feature(subject.rows.data.inputs[subject.network.input])


def run_child(folder: Path, rows: int, limit: float, progress: Progress) -> None:
    """Run the child to its end, telling its progress."""
    root = str(Path(nnapp.__file__).resolve().parent.parent)
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    environment = {**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
    log = folder / "log.txt"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "nnapp.explanation.child", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
        ) as child,
    ):
        late = threading.Event()
        killer = threading.Timer(limit, _kill, (child, late))
        killer.start()
        try:
            for line in child.stdout or ():
                if line.strip().isdigit():
                    progress(int(line) / rows)
            code = child.wait()
        finally:
            killer.cancel()
            child.kill()
    if code:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        why = "it took too long" if late.is_set() else (last[0] if last else "it said nothing")
        raise ExplanationError(f"shap's explainer ended with code {code}: {why}.", remedy="Choose fewer rows or background rows, or expected gradients.")


def _kill(child: subprocess.Popen[str], late: threading.Event) -> None:
    late.set()
    child.kill()


def _notes(subject: Subject, player: NDArray[np.int64], done: int) -> tuple[str, ...]:
    whole = len(subject.x)
    late = (f"Time was up after {done} of {whole} rows.",) if done < whole else ()
    if subject.rows.data.kind == "mixed":
        return (
            f"Each of the {int(player.max()) + 1} columns is one player: a number, a category, a whole text or a whole picture is exchanged at once.",
            *late,
        )
    if subject.rows.data.kind != "tabular":
        return (f"The picture was divided into {int(player.max()) + 1} squares; each pixel has its part of its square's attribution.", *late)
    several = len(column_names(subject.rows.data.inputs[subject.network.input]))
    return (f"Each of the {several} columns is one player: all its features are exchanged together.", *late)
