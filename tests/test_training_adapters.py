"""LoRA: layers that were taken over stay, small matrices learn beside them, and the network that is kept knows nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.training import Silence, TrainingConfig, train
from nnapp.training.beginning import Beginning, StartConfig
from nnapp.training.checkpoint import Progress
from tests.architecture_samples import halves, separable, small
from tests.test_training_loop import Notebook, same

pytestmark = pytest.mark.tensorflow


def begun(model: Any, **start: Any) -> Beginning:
    """What begins with all of a network's own weights but those of its read-out."""
    from nnapp.training.beginning import fitting, weights_of

    weights = {name: arrays for name, arrays in weights_of(model).items() if name != "output"}
    return Beginning(StartConfig(weights="x", **start), fitting(model, weights), weights)


@pytest.mark.parametrize(("name", "kind"), [("vit", "pictures"), ("text_cnn", "text")])
def test_the_merged_network_answers_as_the_one_with_small_matrices(name: str, kind: Any):
    import keras

    from nnapp.training.adapters import merged

    rows = separable(kind, "multiclass", rows=20)
    keras.utils.set_random_seed(3)
    plain, adapted = (small(name).build(rows.data, rows.task) for _ in range(2))
    beginning = begun(plain, lora_rank=3)
    beginning.give(adapted)
    adapted.set_weights(plain.get_weights())
    before = plain(rows.x, training=False).numpy()
    assert beginning.adapt(adapted) > 0
    np.testing.assert_array_equal(adapted(rows.x, training=False).numpy(), before)  # one of each pair begins at 0
    for weight in adapted.weights:
        if weight.name.startswith("lora_"):
            weight.assign(np.random.default_rng(1).normal(scale=0.1, size=weight.shape))
    wanted = adapted(rows.x, training=False).numpy()
    assert np.abs(wanted - before).max() > 1e-3
    plain.set_weights(merged(adapted))
    np.testing.assert_allclose(plain(rows.x, training=False).numpy(), wanted, rtol=1e-5, atol=1e-5)


class TestTraining:
    """With the residual network: any will do."""

    LEARN, CHECK = halves(separable("tabular", "multiclass", rows=200))

    def build(self) -> Any:
        return small("residual").build(self.LEARN.data, self.LEARN.task)

    def fit(self, folder: Path, recorder: Any = None, engine: str = "auto", **start: Any) -> Any:
        import keras

        keras.utils.set_random_seed(7)
        beginning = begun(self.build(), **start)
        config = TrainingConfig(epochs=3, batch_size=16, deterministic=True, early_stopping=False, learning_rate=0.01, engine=engine)
        recorder = recorder or Silence()
        return beginning, train(self.build, self.LEARN, self.CHECK, self.LEARN.task, config, recorder=recorder, checkpoint=folder, beginning=beginning)

    def test_what_is_added_to_a_matrix_has_the_rank_that_was_asked_for_and_nothing_else_moves(self, tmp_path: Path):
        from nnapp.training.beginning import weights_of

        book = Notebook()
        beginning, done_ = self.fit(tmp_path, book, engine="fit", frozen_epochs=1, fine_tune_rate=0.01, lora_rank=2)
        assert [text for kind, text in book.events if kind == "steered"] == [
            "From epoch 2 on the small matrices beside the layers learn too, with a learning rate of 0.01."
        ]
        found = weights_of(done_.model)
        ranks = []
        for name, arrays in beginning.weights.items():
            for old, new in zip(arrays, found[name], strict=True):
                if old.ndim == 2:
                    ranks.append(np.linalg.matrix_rank(np.float64(new) - old, tol=1e-5))
                else:
                    np.testing.assert_array_equal(old, new, err_msg=name)
        assert ranks
        assert set(ranks) == {2}
        assert not any(weight.name.startswith("lora_") for weight in done_.model.weights)

    def test_a_run_that_was_paused_in_either_stage_ends_as_the_uninterrupted_one(self, tmp_path: Path):
        start = {"engine": "chunk-graph", "frozen_epochs": 1, "fine_tune_rate": 0.01, "lora_rank": 2}
        whole = self.fit(tmp_path / "whole", **start)[1]
        for after in (3, 14):  # steps; an epoch has 7
            paused = self.fit(tmp_path / f"{after}", Notebook(give="pause", after=after), **start)[1]
            assert paused.ended == "paused"
            assert same(self.fit(tmp_path / f"{after}", **start)[1], whole)

    def test_the_optimizer_remembers_nothing_of_what_never_learns(self):
        model = self.build()
        beginning = begun(model, lora_rank=2)
        beginning.adapt(model)
        beginning.free(model)
        free = {weight.path for weight in model.trainable_weights}
        assert all(path.startswith("output/") or "/lora_" in path for path in free)
        beginning.hold(model, frozen=True)
        assert {weight.path.split("/")[0] for weight in model.trainable_weights} == {"output"}
        assert beginning.is_frozen(Progress())
