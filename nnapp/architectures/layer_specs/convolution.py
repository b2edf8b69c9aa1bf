"""Layers that slide a window over a picture or a series: Conv, Separable, Pool, GlobalPool."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.layer_specs.base import LAYERS, Flow, LayerSpec, Shape, Tensor, need, size, windows
from nnapp.architectures.layer_specs.dense import BEND_TEXT, Bend, bent

PLACES = "a picture (height, width, channels) or a series (steps, channels)"
BEFORE_FLATTEN = "Move it before Flatten or GlobalPool, or put a Sequence layer before it."


class Window(LayerSpec):
    """What slides over places: it needs at least one axis of them."""

    def need_places(self, given: Shape) -> None:
        """Refuse a row of numbers."""
        if len(given) not in {2, 3}:
            raise need(PLACES, given, BEFORE_FLATTEN)


class Filters(Window):
    """A window that looks for learned patterns."""

    main: ClassVar[str] = "filters"

    filters: Annotated[int, Field(ge=1, le=1024, description="Patterns looked for: channels that come out. Raise it for varied pictures.")] = 32
    kernel: Annotated[int, Field(ge=1, le=15, description="Side of the window. 3 is usual; raise it for long patterns in a series.")] = 3
    stride: Annotated[int, Field(ge=1, le=8, description="Steps of the window. 2 halves what comes out, and the time.")] = 1
    activation: Annotated[Bend, Field(description=BEND_TEXT)] = "relu"

    def shape(self, given: Shape) -> Shape:
        """Every length over the stride; the channels become the filters."""
        self.need_places(given)
        return (*(windows(length, self.stride) for length in given[:-1]), self.filters)

    def flops(self, given: Shape) -> int:
        """Every weight at every place."""
        return 2 * size(self.shape(given)[:-1]) * self.parameters(given)

    @property
    def window(self) -> int:
        """Side of the window. With a stride and a kernel of 1 TensorFlow's oneDNN crashes when it learns: it is then the stride."""
        return self.stride if self.kernel == 1 else self.kernel

    @property
    def settings(self) -> dict[str, object]:
        """What Keras is told."""
        return {"filters": self.filters, "kernel_size": self.window, "strides": self.stride, "padding": "same"}

    def still_there(self, there: Tensor) -> Tensor:
        """A word within the step."""
        from keras import layers

        return there if self.stride == 1 else layers.MaxPooling1D(self.stride, padding="same")(there)

    def places(self, given: Shape) -> int:
        """Numbers of one channel in a window."""
        return self.window**2 if len(given) == 3 else self.window


@LAYERS.register("conv")
class Conv(Filters):
    """A convolution, over a picture or along a series."""

    title: ClassVar[str] = "Conv"
    sentence: ClassVar[str] = "Slides a small window over the picture or along the series and looks for learned patterns."

    kind: Annotated[Literal["conv"], Field(description="Which layer it is, as its registry calls it.")] = "conv"

    def parameters(self, given: Shape) -> int:
        """A window over all channels for each filter, and an offset."""
        return (self.places(given) * (given[-1] or 1) + 1) * self.filters

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' Conv2D or Conv1D, then the bend."""
        from keras import layers

        made = layers.Conv2D if len(flow.x.shape) == 4 else layers.Conv1D
        return bent(made(**self.settings, kernel_initializer="he_normal", name=name)(flow.x), self.activation, name)


@LAYERS.register("separable")
class Separable(Filters):
    """A convolution in two cheap steps."""

    title: ClassVar[str] = "Separable"
    sentence: ClassVar[str] = "A convolution in two cheap steps: each channel apart, then all mixed. Fewer weights than Conv."

    kind: Annotated[Literal["separable"], Field(description="Which layer it is, as its registry calls it.")] = "separable"

    def parameters(self, given: Shape) -> int:
        """A window for each channel, then a weight for each channel and filter, and an offset."""
        channels = given[-1] or 1
        return self.places(given) * channels + (channels + 1) * self.filters

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' SeparableConv2D or SeparableConv1D, then the bend."""
        from keras import layers

        made = layers.SeparableConv2D if len(flow.x.shape) == 4 else layers.SeparableConv1D
        return bent(made(**self.settings, name=name)(flow.x), self.activation, name)


@LAYERS.register("pool")
class Pool(Window):
    """Makes a picture smaller or a series shorter."""

    title: ClassVar[str] = "Pool"
    sentence: ClassVar[str] = "Keeps the largest number (or the mean) of each small window: smaller, and less sensitive to where a pattern lies."
    main: ClassVar[str] = "size"

    kind: Annotated[Literal["pool"], Field(description="Which layer it is, as its registry calls it.")] = "pool"
    size: Annotated[int, Field(ge=2, le=16, description="Side of the window, and its step. 2 halves every side.")] = 2
    take: Annotated[
        Literal["max", "average"], Field(description="What is kept of a window. The largest number tells whether a pattern is there; the mean is calmer.")
    ] = "max"

    def shape(self, given: Shape) -> Shape:
        """Every length over the size, rounded down."""
        self.need_places(given)
        if any(length is not None and length < self.size for length in given[:-1]):
            raise need(f"at least {self.size} places a side", given, "Remove it, or one of the layers before it that shrink.")
        return (*(None if length is None else length // self.size for length in given[:-1]), given[-1])

    def flops(self, given: Shape) -> int:
        """Every number is looked at once."""
        return size(given)

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' pooling of the same rank."""
        from keras import layers

        kind = "Max" if self.take == "max" else "Average"
        return getattr(layers, f"{kind}Pooling{len(flow.x.shape) - 2}D")(self.size, name=name)(flow.x)

    def still_there(self, there: Tensor) -> Tensor:
        """A word within the window."""
        from keras import layers

        return layers.MaxPooling1D(self.size)(there)


@LAYERS.register("globalpool")
class GlobalPool(Window):
    """One number a channel."""

    title: ClassVar[str] = "GlobalPool"
    sentence: ClassVar[str] = "Keeps one number a channel, the mean or the largest: what was found, not where. Then comes the answer."

    kind: Annotated[Literal["globalpool"], Field(description="Which layer it is, as its registry calls it.")] = "globalpool"
    take: Annotated[
        Literal["average", "max"], Field(description="What is kept of a channel. The mean is the usual choice; the largest number finds small things.")
    ] = "average"

    def shape(self, given: Shape) -> Shape:
        """The channels."""
        self.need_places(given)
        return (given[-1],)

    def flops(self, given: Shape) -> int:
        """Every number is looked at once."""
        return size(given)

    def add(self, flow: Flow, name: str) -> Tensor:
        """Keras' global pooling of the same rank; of texts over the places that hold a word."""
        from keras import layers, ops

        kind = "Max" if self.take == "max" else "Average"
        pool = getattr(layers, f"Global{kind}Pooling{len(flow.x.shape) - 2}D")(name=name)
        if flow.there is None:
            return pool(flow.x)
        made = pool(ops.multiply(flow.x, flow.there))
        if self.take == "max":
            return made
        share = ops.maximum(ops.mean(flow.there, axis=1), 1.0 / int(flow.there.shape[1]))
        return ops.divide(made, share)
