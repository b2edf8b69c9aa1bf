"""The interface of a loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnapp.registry import Registry

if TYPE_CHECKING:
    import keras

Tick = Callable[[int], bool]
"""Called between executions with the steps taken so far in this call; False ends the call early."""


@dataclass(frozen=True)
class Arrays:
    """What a network learns from or is checked on.

    Attributes:
        x: By input name, each `(n, *shape)`.
        y: Labels as `Dataset.y` has them.
        weights: `(n,)` float32, sample weights times class weights, or None.
        readings: How many readings of each of the `n / readings` rows there are: all of the first reading, then all of the second, and so on.
    """

    x: dict[str, NDArray[np.generic]]
    y: NDArray[np.generic]
    weights: NDArray[np.float32] | None
    readings: int = 1

    def __len__(self) -> int:
        """Rows, each counted once."""
        return len(self.y) // self.readings


@dataclass(frozen=True)
class Sitting:
    """What an engine knows of the run beside its network.

    Attributes:
        train: Rows to learn from.
        batch_size: Rows a step; the last step of an epoch may have fewer.
        steps: Steps that the run may still take; what is worth compiling depends on it.
        deterministic: Whether nothing may depend on a clock.
    """

    train: Arrays
    batch_size: int
    steps: int
    deterministic: bool = False


class Engine(ABC):
    """A loop over the steps of one epoch of a compiled Keras model.

    An engine holds no state of the run: all of it lies in the model's variables and its optimizer, so that a
    checkpoint of those, and the rest of the epoch's order, is all that a resumed run needs.

    Args:
        model: Compiled; its own `train_step` is what every engine runs.
        sitting: The rows, and how many at a time.
    """

    sentence: ClassVar[str]
    """What runs the steps, for the list of what happened."""

    def __init__(self, model: keras.Model, sitting: Sitting) -> None:
        self.model = model
        self.sitting = sitting

    @property
    def train(self) -> Arrays:
        """Rows to learn from."""
        return self.sitting.train

    @property
    def batch_size(self) -> int:
        """Rows a step."""
        return self.sitting.batch_size

    @property
    def waited(self) -> float | None:
        """Seconds so far in which the steps waited for their rows; None where the loop does not know."""
        return None

    @property
    def choice(self) -> str:
        """Name of the loop in use, as the registry has it."""
        return ENGINES.name_of(self)

    def run(self, order: NDArray[np.int64], tick: Tick) -> int:
        """Reset the model's metrics, then take one step for every batch of rows, in this order.

        Args:
            order: Positions in `train`, all of an epoch or what is left of it.
            tick: Called after some steps, about twice a second or more often, and after the last.

        Returns:
            Steps taken: all of them, or fewer where `tick` returned False.
        """
        self.model.reset_metrics()
        return self.advance(order, tick)

    @abstractmethod
    def advance(self, order: NDArray[np.int64], tick: Tick) -> int:
        """`run`, but the metrics go on from where they are, where the loop can do so."""


ENGINES: Registry[type[Engine]] = Registry("engine", "nnapp.training.engines")
