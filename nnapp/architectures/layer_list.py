"""A network that a person puts together, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, SerializeAsAny

from nnapp.anatomy import LayerCost
from nnapp.architectures.base import ARCHITECTURES, Architecture
from nnapp.architectures.inputs import network, picture_input, sound_input, table_input
from nnapp.architectures.layer_specs import LayerSpec, Shape, layers_from, shape_in_words
from nnapp.architectures.layer_specs.base import DoesNotFitError, Flow, need, size
from nnapp.architectures.layer_specs.embedding import Embedding
from nnapp.architectures.series import answered, framed
from nnapp.architectures.words import swap_of, token_ids
from nnapp.data.dataset import DataSpec
from nnapp.data.layout import TokenShape
from nnapp.data.specs import DataKind
from nnapp.errors import SpecError
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras

LayerTuple = Annotated[tuple[SerializeAsAny[LayerSpec], ...], BeforeValidator(layers_from)]
MOST_WEIGHTS = 200_000_000
"""Weights of one layer beyond which it is refused before anything is built."""
TO_ONE_ROW = "Add Flatten or GlobalPool at the end: the answer is read from one row of numbers."


@dataclass(frozen=True)
class Step:
    """One layer of a list as it stands between its neighbours.

    Attributes:
        layer: What it is.
        cost: Its shape, weights and arithmetic; None from the first layer on that does not fit.
        problem: Why it does not fit; empty where it does, or where an earlier one does not.
        remedy: What to do.
    """

    layer: LayerSpec
    cost: LayerCost | None
    problem: str = ""
    remedy: str = ""


def starter(shape: Shape) -> tuple[LayerSpec, ...]:
    """A list to begin with, for what comes in."""
    if isinstance(shape, TokenShape):
        return layers_from("embedding 64, conv 128, globalpool max, dropout 0.3")
    if len(shape) == 1:
        return layers_from("dense 128, norm, dropout 0.2, dense 64")
    if len(shape) == 2:
        return layers_from(
            "conv 32 kernel=7, norm, pool, conv 64 kernel=5, norm, globalpool, dense 64" if shape[0] is None or shape[0] >= 2 else "flatten, dense 64"
        )
    side, parts = min(length or 1 for length in shape[:2]), []
    for filters in (16, 32, 64):
        parts.append(f"conv {filters}, norm")
        if side >= 6:
            parts.append("pool")
            side //= 2
    return layers_from(", ".join([*parts, "flatten" if side <= 8 else "globalpool", "dropout 0.2", "dense 64"]))


def traced(layers: tuple[LayerSpec, ...], shape: Shape) -> list[Step]:
    """Follow a shape through a list, without Keras.

    Args:
        layers: In their order.
        shape: Of one example that comes in.
    """
    steps: list[Step] = []
    fits = True
    for index, layer in enumerate(layers, 1):
        if not fits:
            steps.append(Step(layer, None))
            continue
        try:
            cost = _cost(layer, index, shape)
        except DoesNotFitError as error:
            fits = False
            steps.append(Step(layer, None, f"Layer {index}, {layer.title}: {error.problem}.", error.remedy))
        else:
            steps.append(Step(layer, cost))
            shape = cost.shape
    return steps


def _cost(layer: LayerSpec, index: int, given: Shape) -> LayerCost:
    if isinstance(given, TokenShape) and not isinstance(layer, Embedding):
        raise need("numbers", given, "Put an Embedding layer first: it turns words into numbers.")
    made, weights = layer.shape(given), layer.parameters(given)
    if weights > MOST_WEIGHTS:
        raise DoesNotFitError(f"would hold {weights:,} weights, more than {MOST_WEIGHTS:,}", remedy="Make it smaller, or shrink what comes before it.")
    moving = weights // 2 if layer.kind == "norm" and getattr(layer, "over", "") == "batch" else 0
    return LayerCost(
        name=f"{layer.kind}{index}",
        kind=layer.title,
        shape=made,
        parameters=weights,
        trainable=weights - moving,
        flops=layer.flops(given),
        held=size(made),
    )


def input_shape(data: DataSpec) -> Shape:
    """What comes into the first layer: a table's numbers once they are spread over ramps, a row's texts one behind the other, else the example as it is."""
    if data.kind == "text":
        texts = list(data.inputs.values())
        return TokenShape(sum(spec.shape[0] or 0 for spec in texts), max(spec.vocabulary or 1 for spec in texts))
    (spec,) = data.inputs.values()
    return tuple(spec.shape) if spec.encoding is None else (spec.encoding.width,)


@ARCHITECTURES.register("layers")
class Layers(Architecture):
    """The layers that you list, one after the other."""

    title: ClassVar[str] = "Your own layers"
    sentence: ClassVar[str] = "Put layers together yourself and see at once what fits and what comes out. Choose it to learn, or to try an idea."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular", "pictures", "sounds", "series", "text"})
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "multilabel", "regression", "forecasting"})
    unrolls: ClassVar[bool] = True
    encodes_bins: ClassVar[bool] = True
    rank: ClassVar[int] = 90
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    layers: Annotated[
        LayerTuple,
        Field(
            description="The layers in their order, as conv 32, pool, flatten, dense 64 tanh, dropout 0.3, or as JSON; for texts begin with embedding. Empty: a short list that suits the data. "
            "Add layers when even the training loss stays high; remove some when only that falls."
        ),
    ] = ()
    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of numbers hidden before the answer. Raise it when validation is worse than training.")
    ] = 0.0

    def listed(self, shape: Shape) -> tuple[LayerSpec, ...]:
        """The layers, or the starter for what comes in."""
        return self.layers or starter(shape)

    def check(self, data: DataSpec, task: TaskSpec) -> None:
        """Refuse what does not fit.

        Raises:
            SpecError: Names the layer, what it needs and what it gets.
        """
        super().check(data, task)
        self.check_entry(input_shape(data))

    def check_entry(self, shape: Shape) -> None:
        """Follow a shape through the list, to the row of numbers from which the answer is read.

        Raises:
            SpecError: For the first layer that does not fit, or because the end is no row.
        """
        steps = traced(self.listed(shape), shape)
        for step in steps:
            if step.problem:
                raise SpecError(step.problem, remedy=step.remedy)
        if (problem := end_problem(steps, shape)) is not None:
            raise SpecError(problem, remedy=TO_ONE_ROW)

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """One layer after the other, then the logits."""
        return self._built(data, task, unroll=False)

    def build_for_export(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """The same, recurrent layers without their loop."""
        return self._built(data, task, unroll=True)

    def _built(self, data: DataSpec, task: TaskSpec, *, unroll: bool) -> keras.Model:
        self.check(data, task)
        shape = input_shape(data)
        _, x, there, close = _entry(data, task, self.dropout)
        for index, layer in enumerate(self.listed(shape), 1):
            made = layer.shape(shape)
            x = layer.add(Flow(x, shape, there, unroll, swap_of(data)), f"{layer.kind}{index}")
            there = layer.still_there(there) if there is not None and len(made) == 2 else None
            shape = made
        return close(x)


Close = Callable[[Any], Any]
"""From the last tensor to the finished network."""


def _entry(data: DataSpec, task: TaskSpec, dropout: float) -> tuple[dict[str, Any], Any, Any, Close]:
    """What comes in, scaled; where words stand, for texts; and how the network is closed."""
    there = None
    if data.kind == "series":
        frame = framed(data)
        return frame.inputs, frame.x, None, lambda last: answered(frame, last, task, dropout=dropout, name="layers")
    if data.kind == "text":
        inputs, x, there, _ = token_ids(data)
    else:
        inputs, x = {"tabular": table_input, "pictures": picture_input, "sounds": sound_input}[data.kind](data)
    return inputs, x, there, lambda last: network(inputs, last, task, dropout=dropout, name="layers")


def end_problem(steps: list[Step], shape: Shape) -> str | None:
    """Why no answer can be read from the end of a list; None where it can, or where a layer before does not fit."""
    last = steps[-1].cost if steps else None
    made = last.shape if last is not None else shape
    if len(made) == 1 or (steps and last is None):
        return None
    return f"After the last layer there is {shape_in_words(made)}, not one row of numbers."
