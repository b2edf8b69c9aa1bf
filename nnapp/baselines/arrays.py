"""From the network's data sets to the plain features of simple methods."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nnapp.baselines.base import Arrays
from nnapp.data.dataset import Dataset, Parts
from nnapp.metrics import true_answers
from nnapp.metrics.steps import anomaly_of

SIDE = 16
"""Pictures are averaged down to 16x16."""
_COLOUR_SIDE = 4
STRETCHES, BANDS = 8, 16
"""Sounds are averaged over so many stretches of time and bands of pitch."""


def arrays_of(parts: Parts) -> Arrays:
    """The parts as features and true answers; the test part's truth stays behind."""
    return Arrays(
        features_of(parts.train), true_answers(parts.train), features_of(parts.validation), true_answers(parts.validation), features_of(parts.test),
        words=sum(math.prod(side or 0 for side in spec.shape) for spec in parts.train.data.inputs.values() if spec.role == "tokens"),
        weights=parts.train.weights,
    )  # fmt: skip


def features_of(dataset: Dataset) -> NDArray[np.float32]:
    """Features, float32 `(n, d)`.

    A table's are as they are; a picture's brightness at 16x16 and, where there is colour,
    the channels at 4x4; a sound's loudness by 16 bands of pitch in 8 stretches of time, and the mean and spread of each band;
    of a forecast the history of its targets; of a watched series every step, its series and its place in the season first; of rows with several kinds of columns
    all of that side by side, token ids last."""
    if dataset.data.kind == "pictures":
        (pictures,) = dataset.x.values()
        return _pixels(pictures)
    if dataset.data.kind == "sounds":
        (spectrograms,) = dataset.x.values()
        return _spectrograms(spectrograms)
    if dataset.data.kind == "mixed":
        return _side_by_side(dataset)
    if dataset.along is not None:
        steps = dataset.along
        phase = steps.slots % anomaly_of(dataset.task).season
        return np.column_stack([steps.series, phase, steps.values])[steps.judged].astype(np.float32)
    forecast = dataset.task.output.forecast
    if forecast is not None:
        ((name, windows),) = dataset.x.items()
        layout = dataset.data.inputs[name].layout
        assert layout is not None  # every forecast's input has one
        return np.asarray(windows[:, :, list(layout.targets)], np.float32).reshape(len(dataset), -1)
    return np.concatenate([array.reshape(len(dataset), -1).astype(np.float32) for array in dataset.x.values()], axis=1)


def _side_by_side(dataset: Dataset) -> NDArray[np.float32]:
    """Features and the shrunk picture, then the token ids."""
    roles = {name: spec.role for name, spec in dataset.data.inputs.items()}
    ordered = sorted(roles, key=lambda name: roles[name] == "tokens")
    return np.concatenate([_pixels(dataset.x[name]) if roles[name] == "picture" else dataset.x[name].astype(np.float32) for name in ordered], axis=1)


def _pixels(pictures: NDArray[np.generic]) -> NDArray[np.float32]:
    """Pictures `(n, height, width, channels)` as `(n, 256)` or, in colour, `(n, 304)`."""
    if not len(pictures):
        return np.zeros((0, SIDE * SIDE), dtype=np.float32)
    blocks = [_averages(pictures[start : start + 500].astype(np.float32)) for start in range(0, len(pictures), 500)]
    return np.concatenate(blocks)


def _spectrograms(sounds: NDArray[np.generic]) -> NDArray[np.float32]:
    """Sounds `(n, frames, bands, 1)` as `(n, 160)`."""
    blocks = [_heard(sounds[start : start + 500, :, :, 0].astype(np.float32)) for start in range(0, max(len(sounds), 1), 500)]
    return np.concatenate(blocks)


def _heard(sounds: NDArray[np.float32]) -> NDArray[np.float32]:
    times, bands = _areas(sounds.shape[1], STRETCHES), _areas(sounds.shape[2], BANDS)
    coarse = np.einsum("ntb,jb->ntj", sounds, bands, optimize=True)
    grid = np.einsum("it,ntj->nij", times, coarse, optimize=True).reshape(len(sounds), -1)
    return np.concatenate([grid, coarse.mean(axis=1), coarse.std(axis=1)], axis=1).astype(np.float32)


def _averages(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    n, _, _, channels = pictures.shape
    grey = _shrunk(pictures.mean(axis=3, keepdims=True), SIDE).reshape(n, -1)
    if channels == 1:
        return grey
    return np.concatenate([grey, _shrunk(pictures, _COLOUR_SIDE).reshape(n, -1)], axis=1)


def _shrunk(pictures: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Mean over areas: `(n, height, width, c)` to `(n, side, side, c)`."""
    rows, columns = (_areas(length, side) for length in pictures.shape[1:3])
    means: NDArray[np.float32] = np.einsum("ih,nhwc,jw->nijc", rows, pictures, columns, optimize=True).astype(np.float32)
    return means


def _areas(length: int, side: int) -> NDArray[np.float32]:
    """Shares with which `length` pixels enter each of `side` equal stretches, `(side, length)`; rows sum to 1."""
    edges = np.linspace(0, length, side + 1)
    low, high = np.arange(length), np.arange(1, length + 1)
    overlap = np.minimum(high, edges[1:, None]) - np.maximum(low, edges[:-1, None])
    shares: NDArray[np.float32] = (np.clip(overlap, 0, None) * side / length).astype(np.float32)
    return shares
