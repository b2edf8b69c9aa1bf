"""An autoencoder of windows: squeezes a window through a few numbers and gives it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from nnapp.architectures.base import ARCHITECTURES
from nnapp.architectures.inputs import Tensor, network
from nnapp.architectures.series import Frame, SeriesNetwork, framed
from nnapp.data.dataset import DataSpec
from nnapp.tasks import OUTPUT, TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


@ARCHITECTURES.register("autoencoder")
class Autoencoder(SeriesNetwork):
    """What it has seen often enough passes the narrow middle; what is unusual does not, and is given back wrongly (Hinton and Salakhutdinov 2006)."""

    title: ClassVar[str] = "Autoencoder"
    sentence: ClassVar[str] = (
        "Squeezes a window of the series through a few numbers and rebuilds it: what it cannot rebuild is unusual. "
        "Choose it first for anomalies; the other networks find them by forecasting."
    )
    because: ClassVar[str] = "It sees a whole window at once, so it notices an unusual day as well as a single wild value."
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"anomaly"})
    rebuilds: ClassVar[bool] = True
    rank: ClassVar[int] = 5
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"quick": {"model.units": 64}, "best": {"model.units": 256}}

    form: Annotated[
        Literal["dense", "convolution"],
        Field(
            description="Dense looks at all steps of the window at once: choose it where each step has its place, as in a day. "
            "Convolution looks for short shapes wherever they stand: choose it for waves and vibration."
        ),
    ] = "dense"
    units: Annotated[
        int, Field(ge=1, le=4096, description="Units on both sides of the middle. Raise it when usual windows are rebuilt badly, lower it to train faster.")
    ] = 128
    squeeze: Annotated[
        float,
        Field(
            ge=0.005,
            le=0.5,
            description="Numbers in the narrow middle, as a share of those in a window. Lower it when anomalies are rebuilt too well and missed; "
            "raise it when usual windows are flagged.",
        ),
    ] = 0.05
    dropout: Annotated[
        float,
        Field(ge=0, le=0.9, description="Share of the units hidden while training. Raise it when the end of what teaches is rebuilt worse than the rest."),
    ] = 0.0

    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Squeeze the window, then answer every step of every watched channel."""
        import keras
        from keras import layers, ops

        self.check(data, task)
        frame = framed(data)
        x = layers.GaussianNoise(self.jitter, name="jitter")(frame.x) if self.jitter else frame.x
        x = self.body(x, frame, places=True)
        if frame.mean is None:
            return network(frame.inputs, x, task, dropout=self.dropout, name="autoencoder")
        x = layers.Dropout(self.dropout, name="dropout_output")(x) if self.dropout else x
        steps = layers.Reshape(tuple(frame.wanted.shape[1:]), name="steps")(layers.Dense(task.units, dtype="float32", name="rebuilt")(x))
        whole = layers.Reshape((task.units,), dtype="float32", name=OUTPUT)(ops.add(steps, frame.mean))
        return keras.Model(frame.inputs, whole, name="autoencoder")

    def body(self, x: Tensor, frame: Frame, *, places: bool) -> Tensor:
        """Narrow, then wide again; the read-out gives the window back."""
        from keras import layers

        steps, channels = frame.wanted.shape[1:]
        if self.form == "convolution":
            for index, filters in enumerate((32, 16), start=1):
                x = layers.Conv1D(filters, 7, strides=2, padding="same", activation="relu", kernel_initializer="he_normal", name=f"shape{index}")(x)
        x = layers.Flatten(name="flat")(x)
        x = layers.Dense(self.units, activation="gelu", kernel_initializer="he_normal", name="narrowing")(x)
        x = layers.Dense(max(2, round(self.squeeze * steps * channels)), name="middle")(x)
        return layers.Dense(self.units, activation="gelu", kernel_initializer="he_normal", name="widening")(x)
