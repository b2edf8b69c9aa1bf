"""Where a network's first weights come from, and how layers that begin with learned ones are kept and then let go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.specs import Spec
from nnapp.tasks import OUTPUT
from nnapp.training.adapters import adapt, learn_by_pairs
from nnapp.training.checkpoint import Progress
from nnapp.training.steering import Steered, Steering

if TYPE_CHECKING:
    import keras

Weights = Mapping[str, list[NDArray[np.generic]]]
"""Arrays of each layer by its name, in Keras' order."""
TUNING, ADAPTING = "all layers learn", "small matrices learn"
"""Begin the label of the mark on the curve."""


class StartConfig(Spec):
    """What a network begins with."""

    weights: Annotated[
        str,
        Field(
            max_length=200,
            description="Empty: by chance. imagenet: what a backbone learned from a million photographs. A run's id, or the name of a file in the "
            "home's folder weights: every layer of the same name and shape takes over what it holds.",
        ),
    ] = ""
    frozen_epochs: Annotated[
        int,
        Field(
            ge=0,
            le=1000,
            description="Epochs in which layers that were taken over stay as they are and only new ones learn. Raise it when rows are few, 0 for thousands.",
        ),
    ] = 3
    fine_tune_rate: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="Learning rate from then on, when all layers learn. Keep it small, or what was taken over is lost; raise it for unlike pictures.",
        ),
    ] = 1e-4
    lora_rank: Annotated[
        int,
        Field(
            ge=0,
            le=256,
            description="0: layers that were taken over learn as a whole. Above: they stay for good, and beside each dense or attention layer two small "
            "matrices learn, this many columns wide (LoRA). Raise it from 4 when the task is unlike the old one, lower it when rows are few.",
        ),
    ] = 0


@dataclass(frozen=True)
class Beginning:
    """Learned weights for some layers of a network.

    Attributes:
        config: How long they stay, and the rate after it.
        layers: Names of the layers that take weights over.
        weights: The weights; empty where a checkpoint holds what has become of them.
    """

    config: StartConfig
    layers: frozenset[str]
    weights: Weights = field(default_factory=dict)

    def give(self, model: keras.Model) -> None:
        """Put the weights into the network."""
        for layer in leaves(model):
            if layer.name in self.layers and layer.name in self.weights:
                layer.set_weights(self.weights[layer.name])

    def adapt(self, model: keras.Model) -> int:
        """Put pairs of small matrices into the layers that were taken over, where they are asked for; the read-out learns as it is.

        Returns:
            How many layers have them.
        """
        if not self.config.lora_rank:
            return 0
        return sum(adapt(layer, self.config.lora_rank) for layer in leaves(model) if layer.name in self.layers - {OUTPUT})

    def free(self, model: keras.Model) -> None:
        """Let everything learn that ever will, so that the optimizer remembers something for each such weight."""
        for layer in leaves(model):
            layer.trainable = True
        if self.config.lora_rank:
            self.hold(model, frozen=False)

    def hold(self, model: keras.Model, *, frozen: bool) -> None:
        """Let the layers that were taken over learn, or not.

        The read-out always does, and batch normalisation that was taken over never: small data would spoil its means.
        """
        for layer in leaves(model):
            if layer.name not in self.layers:
                continue
            if self.config.lora_rank and layer.name != OUTPUT:
                learn_by_pairs(layer, learns=not frozen)
            else:
                normalizes = type(layer).__name__ == "BatchNormalization"
                layer.trainable = layer.name == OUTPUT or not (frozen or normalizes)

    def is_frozen(self, progress: Progress) -> bool:
        """Whether the layers are still kept as they were."""
        return self.config.frozen_epochs > 0 and not any(each.label.startswith((TUNING, ADAPTING)) for each in progress.steering)

    def thawed(self, progress: Progress, *, patience: int | None) -> Steered | None:
        """The change that lets all layers learn, where it is time: after the frozen epochs, or when the new layers improve no more."""
        early = patience is not None and progress.waited >= patience
        if progress.steps_in_epoch or not self.is_frozen(progress) or (progress.epoch < self.config.frozen_epochs and not early):
            return None
        rate = self.config.fine_tune_rate
        learns, mark = ("the small matrices beside the layers learn too", ADAPTING) if self.config.lora_rank else ("all layers learn", TUNING)
        return Steered(
            step=progress.steps,
            epoch=float(progress.epoch),
            changes=Steering(training={"learning_rate": rate}),
            text=f"From epoch {progress.epoch + 1} on {learns}, with a learning rate of {rate:g}.",
            label=f"{mark}, rate {rate:g}",
        )


def leaves(model: Any) -> Iterator[Any]:
    """Every layer, those of networks within the network too."""
    for layer in model.layers:
        if getattr(layer, "layers", None):
            yield from leaves(layer)
        else:
            yield layer


def weights_of(model: keras.Model) -> dict[str, list[NDArray[np.generic]]]:
    """What a network holds, by layer."""
    return {layer.name: [np.asarray(weight) for weight in layer.get_weights()] for layer in leaves(model) if layer.weights}


def fitting(model: keras.Model, weights: Weights) -> frozenset[str]:
    """Names of the layers of a network that can take weights over."""
    found = {layer.name: [tuple(weight.shape) for weight in layer.weights] for layer in leaves(model) if layer.weights}
    return frozenset(name for name, shapes in found.items() if name in weights and shapes == [array.shape for array in weights[name]])
