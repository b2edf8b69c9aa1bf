"""The stages of a run, each of which leaves a file in its folder. Keras is loaded inside the functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from nnapp.errors import ExportError
from nnapp.files import publish
from nnapp.runs.answering import lay_out
from nnapp.runs.begin import begin
from nnapp.runs.folder import Run
from nnapp.runs.recorder import FolderRecorder, Interrupted
from nnapp.runs.spec import RunSpec
from nnapp.specs import Spec
from nnapp.training.steering import Steered

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from nnapp.data.prepare import Prepared
    from nnapp.data.specs import Part
    from nnapp.export import Exporting
    from nnapp.metrics import Predictions

MODEL = "model.keras"
FORMAT_IN_USE = "tflite"
"""With this file the web process and the command line answer."""
PREDICTIONS = "predictions.parquet"


MOST_TRIED = 20
"""Sounds that a bundle is tried on."""


class Fitted(Spec):
    """How the fitting went, as `training.json` keeps it."""

    epochs: Annotated[int, Field(description="Whole epochs.")]
    best_epoch: int
    seconds: Annotated[float, Field(description="Wall time of fitting, compilation and validation included.")]
    stopped_early: bool
    ended: Literal["finished", "stopped"]
    steps: int
    batch_size: int
    too_large: Annotated[tuple[int, ...], Field(description="Batch sizes that memory did not hold; the run began anew with half the last one.")] = ()
    device: str
    engine: Annotated[str, Field(description="The loop that ran the last steps; empty in runs older than it.")] = ""
    parameters: Annotated[int, Field(description="Weights of the network.")]
    steering: Annotated[tuple[Steered, ...], Field(description="What was changed on the way; the run can be repeated only with it.")] = ()


def read_data(run: Run, spec: RunSpec, recorder: FolderRecorder) -> Prepared:
    """Read the upload, divide it and turn it into arrays; the same every time for the same spec."""
    recorder.phase("reading")
    from nnapp.data.prepare import ON_DISK, prepare
    from nnapp.data.store import DataStore

    part = type(spec.model)
    prepared = prepare(
        DataStore(run.home), spec.data, spec.split, spec.preprocessing, bins=part.encodes_bins, augmentation=spec.augmentation, rebuilds=part.rebuilds
    )
    for finding in prepared.findings:
        if finding.code in ON_DISK:
            recorder.event(finding.code, finding.problem)
    recorder.phase("preparing")
    spec.model.check(prepared.data, prepared.task)
    kept = run.task  # which may say more, once the network is trained
    return prepared if kept is None or kept.kind != prepared.task.kind else prepared.asking(kept)


def keep_data(run: Run, prepared: Prepared) -> None:
    """Leaves `preprocessing.json`, `data.json`, `findings.json`, `rows.json` and `task.json`."""
    run.write_json("preprocessing.json", prepared.preprocessing.model_dump(mode="json"))
    run.write_json("data.json", prepared.data.model_dump(mode="json"))
    run.write_json("findings.json", [finding.model_dump(mode="json") for finding in prepared.findings])
    run.write_json("rows.json", prepared.parts.rows)
    run.write_json("task.json", prepared.task.model_dump(mode="json"))


def fit(run: Run, spec: RunSpec, prepared: Prepared, recorder: FolderRecorder) -> tuple[keras.Model, Fitted]:
    """Train, going on from the checkpoint; a network that an earlier worker has finished is taken as it is.

    Leaves `model.keras`, then `training.json`.

    Raises:
        Interrupted: If a pause was asked; the checkpoint is written.
    """
    from nnapp.training.devices import describe_device
    from nnapp.training.train import Augmented, train

    known, path = run.read_json("training.json"), run.folder / MODEL
    if known is not None and path.exists():
        return load_model(run), Fitted.parse(known)
    device = describe_device().shared_by(spec.training.replicas).title
    recorder.phase("training", epochs=spec.training.epochs, device=device)
    parts = prepared.parts
    beginning = begin(run, spec, prepared, recorder)
    result = train(
        lambda: spec.model.build(prepared.data, prepared.task),
        parts.train,
        parts.validation,
        prepared.task,
        spec.training,
        recorder=recorder,
        checkpoint=run.folder / "checkpoint",
        augmented=Augmented(spec.augmentation, lambda augmentation: spec.model.build(prepared.data.augmented(augmentation), prepared.task)),
        hyperparameters=spec.model.model_dump(),
        beginning=beginning,
    )
    if result.ended == "paused":
        raise Interrupted("pause")
    if recorder.steering() is not None:
        recorder.event("steered_late", "The training ended before your last change could take effect.")
    run.must_exist()
    with publish(path) as draft:
        result.model.save(draft)
    fitted = Fitted(
        epochs=result.epochs,
        best_epoch=result.best_epoch,
        seconds=result.seconds,
        stopped_early=result.stopped_early,
        ended=result.ended,
        steps=result.steps,
        batch_size=result.batch_size,
        too_large=result.too_large,
        device=device,
        engine=result.engine,
        parameters=result.model.count_params(),
        steering=result.steering,
    )
    run.write_json("training.json", fitted.model_dump(mode="json"))
    return result.model, fitted


def answers(run: Run, model: keras.Model, prepared: Prepared) -> Predictions:
    """The network's answers to all three parts. Leaves `predictions.parquet`."""
    from nnapp.data.specs import PARTS
    from nnapp.inference.keras_network import KerasPredictor
    from nnapp.metrics import Predictions

    predictor = KerasPredictor(model)
    if prepared.watched is not None:
        predictions = Predictions.of_steps(prepared.watched, predictor.logits(prepared.watched.x))
        run.must_exist()
        predictions.to_parquet(run.folder / PREDICTIONS)
        return predictions
    found = [Predictions.of_dataset(part, prepared.task.decode(predictor.logits(part.x)), name) for name in PARTS if len(part := prepared.parts[name])]
    predictions = Predictions.joined(found)
    run.must_exist()
    predictions.to_parquet(run.folder / PREDICTIONS)
    return predictions


def load_model(run: Run) -> keras.Model:
    """The trained network, ready to answer."""
    from nnapp.inference.keras_network import KerasPredictor

    return KerasPredictor.load(run.folder / MODEL).model


def raw_cells(run: Run, spec: RunSpec, prepared: Prepared, part: Part) -> pd.DataFrame | None:
    """The raw cells of one part, in its order; None for pictures."""
    from nnapp.data.store import DataStore
    from nnapp.data.table import Table

    official = part == "test" and spec.data.test_sha256 is not None
    data = DataStore(run.home).open((spec.data.test_sha256 if official else None) or spec.data.sha256, spec.data.skip_bad_rows, spec.data.kind)
    if not isinstance(data, Table) or prepared.task.kind in {"forecasting", "anomaly"}:
        return None  # pictures, or windows that no rows of their own belong to
    frame: pd.DataFrame = data.rows_of(prepared.parts[part].ids.astype("int64"))
    return frame


def watched_cells(run: Run, spec: RunSpec) -> pd.DataFrame | None:
    """The raw cells of the table whose end is judged, all of them, since windows reach far back; None where it is too long to be tried whole."""
    from nnapp.data.store import DataStore
    from nnapp.data.table import Table
    from nnapp.export.watch_trial import ROWS

    data = DataStore(run.home).open(spec.data.test_sha256 or spec.data.sha256, spec.data.skip_bad_rows, spec.data.kind)
    return data.frame if isinstance(data, Table) and data.rows <= ROWS else None


def raw_sounds(run: Run, spec: RunSpec, prepared: Prepared) -> tuple[tuple[str, bytes], ...]:
    """The first test sounds as they came; none of another kind of data."""
    from nnapp.data.sounds import Sounds
    from nnapp.data.store import DataStore

    data = DataStore(run.home).open(spec.data.test_sha256 or spec.data.sha256)
    if not isinstance(data, Sounds):
        return ()
    return tuple(data.contents([str(name) for name in prepared.parts.test.ids[:MOST_TRIED]]).items())


def exporting_of(run: Run, spec: RunSpec, prepared: Prepared) -> Exporting:
    """The trained network as the exporters take it."""
    from nnapp.export import Exporting

    cells = watched_cells(run, spec) if prepared.watched is not None else raw_cells(run, spec, prepared, "test")
    known = {} if cells is None else {str(name): [cell if isinstance(cell, str) else None for cell in cells[name]] for name in cells}
    return Exporting(
        model=run.folder / MODEL,
        architecture=spec.model,
        data=prepared.data,
        task=prepared.task,
        preprocessing=prepared.preprocessing.model_dump(mode="json"),
        train=prepared.parts.train,
        test=prepared.parts.test,
        folder=run.folder / "exports",
        card=run.card or "",
        raw=known,
        files=raw_sounds(run, spec, prepared),
    )


def export_for_use(run: Run, spec: RunSpec, prepared: Prepared, recorder: FolderRecorder) -> None:
    """Make the file with which the web process answers; a network that has no such form is told and is no failure.

    Leaves `exports/` and `use/`.
    """
    from nnapp.export import export

    exporting = exporting_of(run, spec, prepared)
    try:
        lay_out(run, exporting, export(exporting, FORMAT_IN_USE))
    except ExportError as error:
        recorder.event("export", f"No TFLite file: {error.problem} {error.remedy}")
