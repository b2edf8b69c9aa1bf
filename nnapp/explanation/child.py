"""A process of its own for shap: `python -m nnapp.explanation.child FOLDER`.

It reads `job.json`, `arrays.npz` and the network, explains row by row, tells each on stdout, and publishes
`result.npz`. Started by `nnapp.explanation.process`; nothing else imports shap.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.data.dataset import DataSpec
from nnapp.explanation.network import Network
from nnapp.explanation.players import codes, features_of
from nnapp.files import publish
from nnapp.tasks import TaskSpec

Game = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Moves `(m, players)` to outputs `(m, o)`."""
Player = Callable[[Game, NDArray[np.float64], NDArray[np.float64], dict[str, Any]], tuple[NDArray[np.float64], NDArray[np.float64]]]
"""Game, the background's moves, the row's moves `(1, players)`, settings to values `(players, o)` and base `(o,)`."""


def kernel(game: Game, background: NDArray[np.float64], row: NDArray[np.float64], settings: dict[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`shap.KernelExplainer`: weighted least squares over coalitions."""
    import shap

    explainer = shap.KernelExplainer(game, background)
    values = np.asarray(explainer.shap_values(row, nsamples=settings["samples"] or "auto", l1_reg=0, silent=True))
    return values.reshape(row.shape[1], -1), np.atleast_1d(np.asarray(explainer.expected_value, dtype=np.float64))


def permutation(
    game: Game, background: NDArray[np.float64], row: NDArray[np.float64], settings: dict[str, Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`shap.PermutationExplainer`: players join in random orders, forwards and backwards."""
    import shap

    masker = shap.maskers.Independent(background, max_samples=len(background))
    explainer = shap.PermutationExplainer(game, masker, seed=settings["seed"])
    found = explainer(row, max_evals=settings["permutations"] * (2 * row.shape[1] + 1), silent=True)
    return np.asarray(found.values).reshape(row.shape[1], -1), np.atleast_1d(np.asarray(found.base_values[0], dtype=np.float64))


WAYS: dict[str, Player] = {"kernel": kernel, "permutation": permutation}


def attribute(folder: Path) -> None:
    """Do the job in a folder; rows that do not fit its time are left out."""
    import keras

    job = json.loads((folder / "job.json").read_text("utf-8"))
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        x, background, player = stored["x"], stored["background"], stored["player"]
    model = keras.models.load_model(folder / "model.keras", compile=False, safe_mode=True)
    network = Network(model, DataSpec.parse(job["data"]), TaskSpec.parse(job["task"]))
    deadline = time.monotonic() + job["settings"]["seconds"]
    np.random.seed(job["settings"]["seed"])  # KernelExplainer draws from NumPy's global state
    values, base = [], []
    for row in range(len(x)):
        own = background[0 if len(background) == 1 else row]
        found = one_row(network, x[row], own, player, job)
        values.append(found[0])
        base.append(found[1])
        sys.stdout.write(f"{row + 1}\n")
        sys.stdout.flush()
        if time.monotonic() > deadline:
            break
    with publish(folder / "result.npz") as draft, draft.open("wb") as stream:
        np.savez(stream, values=np.stack(values), base=np.stack(base))


def one_row(
    network: Network, x: NDArray[np.float32], background: NDArray[np.float32], player: NDArray[np.int64], job: dict[str, Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values `(players, o)` and base `(o,)` of one row against its background `(m, *shape)`."""
    pool = np.concatenate([background, x[None]]).reshape(len(background) + 1, -1)
    moves = codes(pool, player)

    def game(asked: NDArray[np.float64]) -> NDArray[np.float64]:
        blocks = [asked[start : start + network.points] for start in range(0, len(asked), network.points)]
        return np.concatenate([network.outputs(features_of(block, pool, player).reshape(-1, *network.shape)) for block in blocks])

    return WAYS[job["way"]](game, moves[:-1], moves[-1:], job["settings"])


if __name__ == "__main__":
    attribute(Path(sys.argv[1]))
