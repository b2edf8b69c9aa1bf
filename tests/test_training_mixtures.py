"""Mixed rows, accumulated gradients and half the digits: what they compute, in every loop, and when they are resumed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnapp.data.dataset import FEATURES, PICTURE
from nnapp.errors import SpecError
from nnapp.tasks import OUTPUT
from nnapp.training import Silence, TrainingConfig, train
from nnapp.training.compilation import compile_model
from nnapp.training.engines import ENGINES, Sitting
from nnapp.training.mixing import check_mixing
from nnapp.training.precision import computing_in
from nnapp.training.weights import arrays
from tests.architecture_samples import halves, separable, small
from tests.test_training_engines import BATCH, PLAIN, hold_the_same, network
from tests.test_training_loop import DETERMINED, Notebook, fit, same

ROWS = 153
PICKY = [{"precision": "float16", "clipping": 1.0, "accumulation": 2, "class_weights": "balanced"}, {"mixup": 0.4}, {"precision": "bfloat16"}]


@pytest.mark.parametrize(
    ("settings", "remedy"), [({"mixup": 0.2}, "mixup to 0"), ({"accumulation": 2}, "accumulation to 1"), ({"precision": "float16"}, "bfloat16")]
)
def test_what_is_for_one_device_is_refused_for_several(settings: dict, remedy: str):
    with pytest.raises(SpecError) as refusal:
        TrainingConfig().replaced({"replicas": 2, **settings})
    assert remedy in refusal.value.remedy


def test_what_cannot_be_mixed_is_refused_in_plain_words():
    check_mixing(TrainingConfig(mixup=0.2), "tabular")
    check_mixing(TrainingConfig(mixup=0.2, cutmix=1.0), "pictures")
    with pytest.raises(SpecError, match=r"CutMix cuts rectangles out of pictures; tabular data have none\. Set training\.cutmix to 0"):
        check_mixing(TrainingConfig(cutmix=1.0), "tabular")


def fitted(loop: str, name: str, part, settings: dict, *, epochs: int = 1):
    """A network after some epochs of one loop."""
    config = PLAIN.replaced(settings)
    with computing_in(config.precision):
        model = network(name, part, sure=True)
    compile_model(model, part.task, config, steps_per_epoch=10, kind=part.data.kind)
    made = ENGINES[loop](model, Sitting(arrays(part, config), BATCH, 10 * epochs))
    for epoch in range(epochs):
        made.run(np.random.default_rng(epoch).permutation(len(part)), lambda taken: True)
    return model, float(model.get_metrics_result()["loss"])


@pytest.mark.tensorflow
@pytest.mark.parametrize(("loop", "settings"), [*[("chunk-graph", each) for each in PICKY], ("chunk-xla", PICKY[0])], ids=str)
def test_every_loop_ends_where_fit_ends(settings: dict, loop: str):
    part = separable("tabular", "multiclass", rows=ROWS)
    (ours, loss), (theirs, their_loss) = fitted(loop, "mlp", part, settings), fitted("fit", "mlp", part, settings)
    hold_the_same(ours, theirs, loss, their_loss)


@pytest.mark.tensorflow
def test_mixed_pictures_end_in_the_chunk_loop_where_fit_ends():
    part = separable("pictures", "binary", rows=96)
    found = [fitted(loop, "mobilenet", part, {"cutmix": 1.0, "mixup": 0.5}) for loop in ("chunk-graph", "fit")]
    hold_the_same(found[0][0], found[1][0], found[0][1], found[1][1])


@pytest.mark.tensorflow
def test_a_mixed_row_lies_between_two_rows_and_a_cut_picture_keeps_the_share_of_its_pixels():
    import tensorflow as tf

    from nnapp.training.mixing import _mixed

    draws = tf.constant(np.random.default_rng(0).random((4, 2000)), tf.float32)
    steps = np.arange(2000, dtype=np.float32)[:, None]
    blended, kept = _mixed({FEATURES: tf.constant(steps)}, TrainingConfig(mixup=0.4), draws)
    np.testing.assert_allclose(blended[FEATURES][:, 0], kept * steps[:, 0] + (1 - kept) * steps[::-1, 0], atol=1e-2)
    expected = np.random.default_rng(1).beta(0.4, 0.4, 2000)
    np.testing.assert_allclose(np.quantile(kept, [0.1, 0.3, 0.5, 0.9]), np.quantile(expected, [0.1, 0.3, 0.5, 0.9]), atol=0.06)
    pictures = np.zeros((2000, 8, 10, 1), np.float32)
    pictures[:1000] = 255
    cut, kept = _mixed({PICTURE: tf.constant(pictures)}, TrainingConfig(cutmix=1.0), draws)
    np.testing.assert_allclose(cut[PICTURE][:1000].numpy().mean(axis=(1, 2, 3)) / 255, kept[:1000], atol=1e-5)
    assert 0.5 < float(np.mean(kept)) < 0.85


@pytest.mark.tensorflow
def test_accumulated_batches_learn_as_one_batch_as_large():
    part = separable("tabular", "regression", rows=12 * BATCH)
    config = PLAIN.replaced({"optimizer": "sgd", "learning_rate": 0.05, "clipping": 0.5, "weight_decay": 0.0})
    order, found = np.random.default_rng(3).permutation(len(part)), []
    for size, accumulation in ((BATCH, 3), (3 * BATCH, 1)):
        architecture = small("mlp").replaced({"normalize": "none", "dropout": 0.0})
        import keras

        keras.utils.set_random_seed(1)
        model = architecture.build(part.data, part.task)
        compile_model(model, part.task, config.replaced({"accumulation": accumulation}), steps_per_epoch=len(part) // size, kind="tabular")
        ENGINES["chunk-graph"](model, Sitting(arrays(part, config), size, 10)).run(order, lambda taken: True)
        found.append(model)
        assert int(model.optimizer.iterations) == 4
    hold_the_same(found[0], found[1], 1.0, 1.0)


@pytest.mark.tensorflow
def test_more_batches_to_a_step_than_an_epoch_has_still_learn(tmp_path: Path):
    book = Notebook()
    fit(tmp_path, TrainingConfig(epochs=10, accumulation=1000, learning_rate=0.02, warm_up=0.0), book)
    assert book.values("loss", "validation")[-1] < 0.9 * book.values("loss", "validation")[0]


@pytest.mark.tensorflow
@pytest.mark.parametrize("settings", [{"mixup": 0.4, "accumulation": 3}, {"precision": "float16", "accumulation": 2}], ids=str)
def test_a_resumed_run_ends_as_the_uninterrupted_one(tmp_path: Path, settings: dict, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnapp.training.stream.BETWEEN_LOOKS", 0.0)
    monkeypatch.setattr("nnapp.training.engines.chunk.GROWTH", 1)
    config = DETERMINED.replaced({**settings, "epochs": 2})
    whole = fit(tmp_path / "whole", config, name="mlp")
    paused = fit(tmp_path / "parts", config, Notebook("pause", after=17), name="mlp")
    assert paused.steps == 17
    assert same(whole, fit(tmp_path / "parts", config, name="mlp"))


@pytest.mark.tensorflow
@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_a_network_trained_with_half_the_digits_learns_and_is_kept_in_float32(tmp_path: Path, precision: str):
    data = halves(separable("pictures", "binary", rows=96))
    config = TrainingConfig(epochs=6, batch_size=16, precision=precision, learning_rate=5e-3)
    result = train(lambda: small("cnn").build(data[0].data, data[0].task), *data, data[0].task, config, recorder=Silence(), checkpoint=tmp_path)
    assert {layer.compute_dtype for layer in result.model.layers} == {"float32"}
    assert ((np.asarray(result.model(data[1].x, training=False)) > 0) == (data[1].y[OUTPUT] == 1)).mean() > 0.9


@pytest.mark.tensorflow
def test_mixing_makes_the_answers_less_sure(tmp_path: Path):
    data = halves(separable("tabular", "binary", rows=400))
    sure = {}
    for share in (0.0, 1.0):
        model = fit(tmp_path / str(share), TrainingConfig(epochs=25, learning_rate=0.02, mixup=share, early_stopping=False), data=data, name="mlp").model
        logits = np.asarray(model(data[1].x, training=False))
        assert ((logits > 0) == (data[1].y[OUTPUT] == 1)).mean() > 0.95
        sure[share] = np.abs(logits).mean()
    assert sure[1.0] < 0.7 * sure[0.0]
