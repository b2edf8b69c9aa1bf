"""Small data on which every network can be tried: separable, of every kind and question."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnapp.architectures import ARCHITECTURES, Architecture
from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import FEATURES, PICTURE, SERIES, SOUND, TOKENS, Dataset, DataSpec, Encoding, InputSpec, Standard
from nnapp.data.layout import SeriesLayout
from nnapp.data.specs import DataKind
from nnapp.tasks import OUTPUT, AnomalySpec, TaskKind, TaskSpec

SIDE = 12
FRAMES, BANDS = 20, 16
LENGTH, VOCABULARY = 7, 30
"""Tokens of a text, and words there are."""
KNOTS = {0: (-2.0, -0.5, 0.5, 2.0), 2: (-1.0, 1.0)}

OVER_TIME: frozenset[TaskKind] = frozenset({"forecasting", "anomaly"})
"""Questions about what comes next: all networks of series answer them by one code, which test_series_networks tries."""


def asked(part: type[Architecture]) -> list[TaskKind]:
    """Questions that a network is tried with: those over time only where it answers no other."""
    return sorted(part.tasks - OVER_TIME or part.tasks)


CASES = [
    (name, kind, task)
    for index, (name, part) in enumerate(ARCHITECTURES.items())
    for kind in sorted(part.accepts)
    for place, task in enumerate(asked(part))
    if (kind not in {"series", "mixed"} and name not in {"transfer", "layers"})
    or (place - index - (sorted(part.accepts).index(kind) if name == "layers" else 0)) % len(asked(part)) == 0
]
"""Every network with every kind of data and every question that it says it takes; those of series and of mixed rows answer by one code and a backbone takes its time, so there questions take turns."""
TURNS = [
    case
    for index, name in enumerate(ARCHITECTURES)
    for own in [[case for case in CASES if case[0] == name and case[2] != "binary"] or [case for case in CASES if case[0] == name]]
    for place, case in enumerate(own)
    if place == index % len(own) or name == "mlp"
]
"""Every network with one kind and question, which take turns; the MLP with all of them. For what depends on the layers, and of the question only on its loss."""
STEPS = 24


def small(name: str) -> Architecture:
    """The network with its default settings but fewer units, filters and blocks, so that tests are quick."""
    part = ARCHITECTURES[name]
    cuts = {"units": 32, "width": 32, "filters": 8, "patterns": 8, "stages": 2, "blocks": 1, "head_width": 8, "heads": 2, "side": 32}
    return part.parse({field: value for field, value in cuts.items() if field in part.model_fields})


def task_of(kind: TaskKind) -> TaskSpec:
    """A question of this kind; the number asked for lies about 100, give or take 20."""
    if kind == "regression":
        return TaskSpec.regression("y", center=100.0, scale=20.0)
    if kind == "anomaly":
        return TaskSpec.watching("a, b", AnomalySpec(rebuild=True, horizon=STEPS, targets=("a", "b"), centers=(1000.0, 0.0), scales=(500.0, 0.01)))
    if kind == "multilabel":
        return TaskSpec.multilabel("y", ("a", "b", "c"))
    return TaskSpec.classification("y", ("a", "b") if kind == "binary" else ("a", "b", "c"))


def data_of(kind: DataKind, task: TaskKind = "binary") -> DataSpec:
    """Four features of very different sizes, two of them with ramps; or grey pictures, or spectrograms, augmented; or texts of seven words."""
    if kind == "tabular":
        encoding = Encoding(center=(0.0, 1000.0, 0.0, 0.0), scale=(1.0, 500.0, 0.01, 1.0), knots=KNOTS)
        return DataSpec(kind=kind, inputs={FEATURES: InputSpec(shape=(4,), encoding=encoding)})
    if kind == "mixed":
        parts = (("tabular", "features"), ("pictures", "picture"), ("text", "tokens"))
        roles = {name: spec.model_copy(update={"role": role}) for part, role in parts for name, spec in data_of(part).inputs.items()}
        return DataSpec(kind=kind, inputs=roles)
    if kind == "series":
        observed = task != "anomaly"
        layout = SeriesLayout(center=(1000.0, 0.0), scale=(500.0, 0.01), observed=observed)
        return DataSpec(kind=kind, inputs={SERIES: InputSpec(shape=(STEPS, 2 + observed), role="series", layout=layout)})
    if kind == "sounds":
        standard = Standard(center=(-40.0,) * BANDS, scale=(15.0,) * BANDS)
        return DataSpec(kind=kind, inputs={SOUND: InputSpec(shape=(FRAMES, BANDS, 1), role="spectrogram", standard=standard, augmentation=Augmentation())})
    if kind == "text":
        return DataSpec(kind=kind, inputs={TOKENS: InputSpec(shape=(LENGTH,), dtype="int32", role="tokens", vocabulary=VOCABULARY)})
    return DataSpec(kind=kind, inputs={PICTURE: InputSpec(shape=(SIDE, SIDE, 1), augmentation=Augmentation(shift=0.1, noise=0.02))})


def separable(kind: DataKind, task: TaskKind, rows: int = 240, seed: int = 0) -> Dataset:
    """Rows whose answer a network can find: `level` of -1, 0 or 1 shows in the features, in the picture's brightness, or in the sound's loudness."""
    chance = np.random.default_rng(seed)
    classes = 2 if task == "binary" else 3
    index = chance.integers(classes, size=rows)
    level = np.linspace(-1, 1, classes)[index]
    data, spec = data_of(kind, task), task_of(task)
    if kind == "mixed":
        parts = [separable(part, task, rows, seed) for part in ("tabular", "text", "pictures")]
        return replace(parts[0], x={name: array for part in parts for name, array in part.x.items()}, data=data)
    if kind == "tabular":
        noise = chance.normal(scale=0.2, size=(rows, 4))
        x = (np.stack([level, level, -level, 0 * level], axis=1) + noise) * [1.0, 500.0, 0.01, 1.0] + [0.0, 1000.0, 0.0, 0.0]
        arrays = {FEATURES: x.astype(np.float32)}
    elif kind == "series":
        x = level[:, None, None] * np.sin(np.linspace(0, 6, STEPS))[None, :, None] + chance.normal(scale=0.2, size=(rows, STEPS, 2))
        there = np.ones((rows, STEPS, data.inputs[SERIES].shape[1] - 2))
        arrays = {SERIES: np.concatenate([x * [500.0, 0.01] + [1000.0, 0.0], there], axis=2).astype(np.float32)}
    elif kind == "sounds":
        x = -40 + 20 * level[:, None, None, None] + chance.normal(scale=5, size=(rows, FRAMES, BANDS, 1))
        arrays = {SOUND: x.clip(-80, 0).astype(np.float32)}
    elif kind == "text":
        # The words 2 to 10, 11 to 19 and 20 to 28 speak for one level each; texts have one to all words.
        x = chance.integers(2, 11, size=(rows, LENGTH)) + 9 * np.round(level + 1).astype(int)[:, None]
        arrays = {TOKENS: np.where(np.arange(LENGTH) < chance.integers(1, LENGTH + 1, size=rows)[:, None], x, 0).astype(np.int32)}
    else:
        x = 128 + 80 * level[:, None, None, None] + chance.normal(scale=15, size=(rows, SIDE, SIDE, 1))
        arrays = {PICTURE: x.clip(0, 255).astype(np.uint8)}
    y = {
        "binary": index[:, None].astype(np.float32),
        "multiclass": index.astype(np.int32),
        "multilabel": np.eye(3, dtype=np.float32)[index],
        "regression": level[:, None].astype(np.float32),
        "anomaly": x.reshape(rows, -1).astype(np.float32) if task == "anomaly" else None,
    }[task]
    return Dataset(arrays, {OUTPUT: y}, np.arange(rows), data, spec)


def halves(part: Dataset) -> tuple[Dataset, Dataset]:
    """The first half of the rows and the second."""
    middle = len(part) // 2
    return part.rows(np.arange(middle)), part.rows(np.arange(middle, len(part)))


def with_labels(part: Dataset, y: np.ndarray) -> Dataset:
    """The same rows with other labels."""
    return replace(part, y={OUTPUT: y})
