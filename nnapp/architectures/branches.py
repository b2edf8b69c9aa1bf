"""A branch for each kind of column, and what they find put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.blocks import ACTIVATION_TEXT, Activation, Initialize, Normalize, coarse, conv_stages, dense, dropped
from nnapp.architectures.cnn import GRID, automatic_stages
from nnapp.architectures.inputs import network, picture_input, table_input
from nnapp.architectures.words import TEXT_TASKS, Width, WordDropout, each_text, phrases, summed
from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.tasks import OUTPUT, TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras

Tensor = Any
"""A symbolic Keras tensor."""
STEPS: Mapping[str, Any] = {"training.learning_rate": 2e-3}
"""Words want larger steps than a table's network, and are learned by heart within few passes."""


@ARCHITECTURES.register("branches")
class Branches(Architecture):
    """Dense layers for the features, phrases of every text, convolutions for the picture; then layers that see all of it."""

    title: ClassVar[str] = "Branches"
    sentence: ClassVar[str] = (
        "One branch for the numbers and categories, one for each text, one for the picture; what they find is put together. Choose it first for mixed tables."
    )
    because: ClassVar[str] = "It reads every column in the way that suits it, and learns what they say together."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"mixed"})
    tasks: ClassVar[frozenset[TaskKind]] = TEXT_TASKS
    encodes_bins: ClassVar[bool] = True
    rank: ClassVar[int] = 10
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "quick": {**STEPS, "training.epochs": 10, "training.patience": 3, "model.units": 64, "model.width": 32, "model.filters": 48},
        "balanced": {**STEPS, "training.epochs": 40, "training.patience": 6},
        "best": {**STEPS, "training.epochs": 80, "training.patience": 12, "model.units": 256, "model.width": 128, "model.filters": 192},
    }

    together: Annotated[
        Literal["joined", "added"],
        Field(
            description="Joined: layers see what all branches found, so that a word can mean something else beside a large number. "
            "Added: each branch answers by itself, and the answers are added up; choose it when rows are few, or to see what each kind knows."
        ),
    ] = "joined"
    units: Annotated[
        int, Field(ge=1, le=2048, description="Units of every dense layer. Raise it when even the training loss stays high; lower it for small files.")
    ] = 128
    layers: Annotated[
        int, Field(ge=0, le=8, description="Dense layers of the branch for numbers and categories. Raise it when they explain the answer in many steps.")
    ] = 2
    text: Annotated[
        Literal["phrases", "words"],
        Field(
            description="Phrases looks for one to three words in a row, wherever they stand. Words adds up what each word says: for few rows and long texts."
        ),
    ] = "phrases"
    width: Width = 64
    filters: Annotated[int, Field(ge=1, le=1024, description="Phrases of each length that are looked for in a text. Raise it for varied texts.")] = 96
    patterns: Annotated[
        int,
        Field(ge=1, le=256, description="Patterns looked for in the first stage of a picture; every stage has twice as many. Raise it for varied pictures."),
    ] = 24
    activation: Annotated[Activation, Field(description=ACTIVATION_TEXT)] = "relu"
    normalize: Normalize = "batch"
    initializer: Initialize = "he"
    word_dropout: WordDropout = 0.1
    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of what each branch found that is hidden at each step. Raise it when validation is worse than training.")
    ] = 0.3

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """A branch for every kind of input there is, then what joins them."""
        from keras import Model, layers

        self.check(data, task)
        inputs: dict[str, Tensor] = {}
        found: dict[str, Tensor] = {}
        for branch in (self._features, self._texts, self._picture):
            entered, ends = branch(data)
            inputs |= entered
            found |= {name: dropped(end, self.dropout, f"{name}_found") for name, end in ends.items()}
        inputs = {name: inputs[name] for name in data.inputs}
        if self.together == "added":
            votes = [layers.Dense(task.units, use_bias=not index, name=f"{name}_vote")(end) for index, (name, end) in enumerate(found.items())]
            logits = layers.Add(name="votes")(votes) if len(votes) > 1 else votes[0]
            return Model(inputs, layers.Activation("linear", dtype="float32", name=OUTPUT)(logits), name="branches")
        joined = layers.Concatenate(name="joined")(list(found.values())) if len(found) > 1 else next(iter(found.values()))
        return network(inputs, self._dense(joined, "together"), task, dropout=self.dropout, name="branches")

    def _features(self, data: DataSpec) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Numbers, categories and dates."""
        own = data.of_role("features")
        if not own.inputs:
            return {}, {}
        inputs, x = table_input(own)
        for index in range(1, self.layers + 1):
            x = self._dense(x, f"hidden{index}")
        return inputs, {"features": x}

    def _texts(self, data: DataSpec) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Every text by itself; all share their words."""
        from keras import layers

        if not data.of_role("tokens").inputs:
            return {}, {}
        inputs, texts = each_text(data, self.width, self.word_dropout)
        found = {}
        for name, (words, there) in texts.items():
            x = summed(words, there)
            if self.text == "phrases":
                x = layers.Concatenate(name=f"{name}_said")([x, *phrases(words, self.filters, 3, f"{name}_")])
            # Brought to one range with the other branches, which share a scale where they are joined in an int8 file.
            found[name] = self._dense(dropped(x, self.dropout, f"{name}_said"), name)
        return inputs, found

    def _picture(self, data: DataSpec) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """What is seen where; and whether there is a picture at all, for a black one is none."""
        from keras import layers, ops

        own = data.of_role("picture")
        if not own.inputs:
            return {}, {}
        inputs, x = picture_input(own)
        (raw,) = inputs.values()
        style: dict[str, Any] = {"activation": self.activation, "normalize": self.normalize, "initializer": self.initializer}
        x = conv_stages(x, automatic_stages(min(x.shape[1:3])), 1, self.patterns, style)
        x = layers.Dropout(self.dropout, name="dropout_flat")(layers.Flatten(name="flat")(coarse(x, GRID, "grid")))
        # Through tanh, because in an int8 file a minimum would force the scale of pixels upon what it is joined with.
        brightest = ops.max(ops.reshape(raw, (-1, raw.shape[1] * raw.shape[2] * raw.shape[3])), axis=1, keepdims=True)
        return inputs, {"picture": layers.Concatenate(name="seen")([self._dense(x, "picture"), ops.tanh(brightest)])}

    def _dense(self, x: Tensor, name: str) -> Tensor:
        """A dense layer as the settings want it."""
        return dense(x, self.units, activation=self.activation, normalize=self.normalize, initializer=self.initializer, name=name)
