"""Swaps and typos: what they do to texts while a network learns, and that they are the same in every loop and when resumed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import TOKENS, DataSpec
from nnapp.data.prepare import prepare
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.data.typos import READINGS, with_typos
from nnapp.tasks import OUTPUT
from nnapp.training.config import TrainingConfig
from nnapp.training.order import epoch_order
from nnapp.training.weights import arrays
from tests.architecture_samples import data_of, separable, small

WORDS = ("apples", "bananas", "cherries", "dates")


@given(st.lists(st.one_of(st.none(), st.text(max_size=60))), st.integers(0, 2**31 - 1))
@example(["xy\xb2", "\xb2\xb2\xb2"], 0)  # small digits are parts of words to a regular expression
def test_typos_change_letters_within_words_and_nothing_else(texts: list[str | None], seed: int):
    made = with_typos(texts, 1.0, seed)
    assert made == with_typos(texts, 1.0, seed)
    assert with_typos(texts, 0.0, seed) == texts
    for before, after in zip(texts, made, strict=True):
        assert (before is None) == (after is None)
        if before is not None and after is not None:
            assert [letter for letter in before if not letter.isalpha()] == [letter for letter in after if not letter.isalpha()]
            assert set(after) <= set(before)


def test_about_the_share_of_the_words_gets_a_typo_and_short_ones_and_numbers_none():
    text = " ".join(["wonderful"] * 2000)
    (made,) = with_typos([text], 0.2, seed=1)
    assert made is not None
    assert np.mean([word != "wonderful" for word in made.split()]) == pytest.approx(0.2, abs=0.03)
    assert with_typos(["we go 2022 !"], 1.0, seed=1) == ["we go 2022 !"]


def table(folder: Path) -> DataConfig:
    random = np.random.default_rng(0)
    lines = ["text,label"] + [f"{' '.join(random.choice(WORDS, 6))} {index % 7},{'ab'[index % 2]}" for index in range(120)]
    (folder / "texts.csv").write_text("\n".join(lines), encoding="utf-8")
    return DataConfig(sha256=DataStore(folder).add(folder / "texts.csv"), kind="text")


def test_only_the_train_part_has_readings_with_typos_and_one_of_four_is_taken_in_every_epoch(tmp_path: Path):
    config = table(tmp_path)

    def made(typos: float):
        return prepare(DataStore(tmp_path), config, SplitSpec(), PreprocessingConfig(), bins=False, augmentation=Augmentation(typos=typos))

    plain, noisy = made(0.0), made(0.5)
    assert (plain.parts.train.readings, noisy.parts.validation.readings, noisy.parts.test.readings) == ((), (), ())
    train = noisy.parts.train
    assert len(train.readings) == READINGS
    np.testing.assert_array_equal(train.x[TOKENS], plain.parts.train.x[TOKENS])
    assert all((reading[TOKENS] != train.x[TOKENS]).any(axis=1).mean() > 0.5 for reading in train.readings)
    np.testing.assert_array_equal(train.readings[1][TOKENS], made(0.5).parts.train.readings[1][TOKENS])
    held, rows = arrays(train, TrainingConfig()), len(train)
    assert (len(held), len(held.x[TOKENS]), held.readings) == (rows, 4 * rows, 4)
    order = epoch_order(len(held), seed=1, epoch=2, readings=held.readings)
    assert sorted(order % rows) == list(range(rows))
    assert set(order // rows) == {0, 1, 2, 3}
    np.testing.assert_array_equal(held.y[order], train.y[OUTPUT][order % rows])
    np.testing.assert_array_equal(epoch_order(50, 3, 4) % 50, epoch_order(50, 3, 4, readings=4) % 50)


def swapping(share: float) -> DataSpec:
    data = data_of("text")
    return data.model_copy(update={"inputs": {name: spec.model_copy(update={"augmentation": Augmentation(swap=share)}) for name, spec in data.inputs.items()}})


@pytest.mark.tensorflow
def test_swaps_exchange_neighbours_while_learning_and_never_with_a_blank():
    import keras

    from nnapp.architectures.words import swapped, words_there

    keras.utils.set_random_seed(1)
    ids = keras.Input((7,), dtype="int32")
    there = words_there(ids)
    words = keras.ops.multiply(keras.ops.cast(keras.ops.expand_dims(ids, -1), "float32"), there)
    model = keras.Model(ids, swapped(words, there, 0.4, "swap"))
    texts = np.tile(np.array([[1, 2, 3, 4, 5, 0, 0], [1, 2, 3, 4, 5, 6, 7]], np.int32), (2000, 1))
    np.testing.assert_array_equal(model(texts, training=False)[..., 0], texts)
    found = np.asarray(model(texts, training=True))[..., 0]
    np.testing.assert_array_equal(np.sort(found, axis=1), np.sort(texts, axis=1))
    assert (found[::2, 5:] == 0).all()
    assert (found != texts)[1::2].mean() == pytest.approx(0.34, abs=0.04)  # the first and the last word have one neighbour only
    assert np.abs(found - texts).max() <= 2  # a word may meet one neighbour in each of the two rounds


@pytest.mark.tensorflow
def test_a_network_whose_words_change_places_learns_the_same_in_both_loops():
    from tests.test_training_engines import BATCH, engine, hold_the_same

    part = separable("text", "binary", rows=120)
    noisy = tuple({TOKENS: np.roll(part.x[TOKENS], shift, axis=0)} for shift in (1, 2))
    part = replace(part, data=swapping(0.3), readings=noisy)
    order = epoch_order(len(part), 1, 0, readings=3)[: 5 * BATCH]
    ends = []
    for loop in ("fit", "chunk-graph"):
        made = engine("text_bag", loop, part)
        made.run(order, lambda taken: True)
        ends.append((made.model, float(made.model.get_metrics_result()["loss"])))
    hold_the_same(ends[0][0], ends[1][0], ends[0][1], ends[1][1])
    assert small("text_bag").build(swapping(0.3).unchanging(), part.task).count_params() == ends[0][0].count_params()
