"""Finds the weights that a network is to begin with: of photographs, of an earlier run, or of a file in the home."""

from __future__ import annotations

import math
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nnapp.errors import NnappError, RunError
from nnapp.files import safe_join
from nnapp.runs.folder import Run
from nnapp.runs.foreign import foreign_weights
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.spec import RunSpec
from nnapp.runs.store import RunStore
from nnapp.training.beginning import Beginning, Weights, fitting, weights_of

if TYPE_CHECKING:
    import keras

    from nnapp.data.prepare import Prepared

FILE = "start.json"
"""In the run's folder: what was taken over, so that a resumed run keeps the same layers."""
PATIENCE = 10.0
"""Seconds without an answer after which a download is given up."""
PHOTOGRAPHS = "imagenet"


def begin(run: Run, spec: RunSpec, prepared: Prepared, recorder: FolderRecorder) -> Beginning | None:
    """What the network begins with, or None where it begins by chance. Leaves `start.json`.

    Photographs' weights that cannot be had are told in an event, and the network begins by chance: a run on a machine without a
    network is better than none.

    Raises:
        RunError: If a run or file that was named is not there, is not safe, or fits nowhere.
    """
    wanted = spec.start.weights.strip()
    if not wanted:
        if spec.start.lora_rank:
            recorder.event("start", "start.lora_rank is without effect, since the network begins by chance: set start.weights too.")
        return None
    known = run.read_json(FILE)
    if known is not None and (run.folder / "checkpoint" / "state.npz").exists():
        return Beginning(spec.start, frozenset(known["layers"])) if known["layers"] else None
    recorder.phase("fetching weights")
    try:
        weights = found(run.home, wanted, spec)
    except NnappError as error:
        if wanted != PHOTOGRAPHS:
            raise
        recorder.event("start", f"The network begins untrained. {error.problem} {error.remedy}")
        run.write_json(FILE, {"layers": []})
        return None
    model = spec.model.build(prepared.data, prepared.task)
    layers = fitting(model, weights)
    if not layers:
        problem = f"No layer of this network has the name and shape of one of {wanted[:80]!r}."
        raise RunError(problem, remedy="Choose the same network with the same settings and picture size as it was trained with.")
    beginning = Beginning(spec.start, layers, weights)
    recorder.event("start", f"{len(layers)} layers begin with the weights of {wanted[:80]}.{_pairs(beginning, model)}")
    run.write_json(FILE, {"layers": sorted(layers)})
    return beginning


def _pairs(beginning: Beginning, model: keras.Model) -> str:
    """What learns beside the layers that were taken over, where small matrices do.

    Raises:
        RunError: If no layer can have them.
    """
    rank = beginning.config.lora_rank
    if not rank:
        return ""
    whole, adapted = model.count_params(), beginning.adapt(model)
    if not adapted:
        problem = "None of the layers that were taken over is dense, an attention or an embedding, so small matrices (LoRA) have no place beside them."
        raise RunError(problem, remedy="Set start.lora_rank to 0, so that whole layers learn.")
    beginning.free(model)
    learned = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    return f" Small matrices of rank {rank} learn beside {adapted} of them: {learned:,} numbers are learned, the network has {whole:,}."


def found(home: Path, wanted: str, spec: RunSpec) -> Weights:
    """The weights that a setting names: `imagenet`, a file in the home's folder `weights`, or a run."""
    if wanted == PHOTOGRAPHS:
        return _of_photographs(home, spec)
    if wanted.endswith((".keras", ".h5", ".npz")):
        return _of_file(home, wanted)
    path = RunStore(home).get(wanted).folder / "model.keras"
    from nnapp.inference.keras_network import KerasPredictor

    return weights_of(KerasPredictor.load(path).model)


def _of_file(home: Path, name: str) -> Weights:
    path = safe_join(home / "weights", name)
    if not path.is_file():
        raise RunError(f"There is no file {name[:80]!r} in {home / 'weights'}.", remedy="Put the .keras file there, or name a run.")
    with tempfile.TemporaryDirectory() as scratch:
        return foreign_weights(path, Path(scratch))


def _of_photographs(home: Path, spec: RunSpec) -> Weights:
    """From a file in the home where somebody has put one, else from where Keras keeps its own."""
    backbone = getattr(spec.model, "backbone", None)
    if backbone is None:
        raise RunError(f"There are no {PHOTOGRAPHS} weights for this network.", remedy="Choose the architecture transfer, or name a run.")
    if (home / "weights" / f"{backbone}.keras").is_file():
        return _of_file(home, f"{backbone}.keras")
    from nnapp.architectures.transfer import application

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        return weights_of(application(backbone, (224, 224, 3), PHOTOGRAPHS))
    except Exception as error:  # urllib, Keras and sockets raise what they like; all of it means that there are no weights
        problem = f"The weights of {backbone} could not be downloaded: {str(error).splitlines()[0][:160] if str(error) else type(error).__name__}."
        remedy = f"Let this machine reach the internet once, or put them as {backbone}.keras into {home / 'weights'}."
        raise RunError(problem, remedy=remedy) from error
    finally:
        socket.setdefaulttimeout(before)
