"""The learning-rate finder (Smith 2017): let the rate grow while the network learns, and see where the loss falls fastest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.dataset import Dataset
from nnapp.specs import Spec
from nnapp.tasks import TaskSpec
from nnapp.training.config import TrainingConfig
from nnapp.training.order import epoch_order
from nnapp.training.weights import arrays

if TYPE_CHECKING:
    import keras

LOWEST, HIGHEST = 1e-6, 10.0
"""Where the rate begins and where it would end."""
STEPS = 140
"""Twenty for every power of ten."""
MEMORY = 0.9
"""Share of the smoothed loss that comes from the steps before."""
DIVERGED = 3.0
"""The search ends when the smoothed loss is so many times the lowest."""
LEAST_FALL = 0.02
"""Share by which the loss must fall for anything to be said."""
AROUND = 4
"""Steps on either side over which the slope is taken."""
ROUND = (1, 2, 3, 5)
"""First digits of a suggestion: nobody knows a rate more finely."""


class RateCurve(Spec):
    """What was found: the loss of one step by its learning rate."""

    rates: Annotated[tuple[float, ...], Field(description="Learning rate of every step, rising by the same factor.")]
    losses: Annotated[tuple[float, ...], Field(description="Training loss of the step's own batch, before the step.")]
    smoothed: Annotated[tuple[float, ...], Field(description="The same as a moving average.")]
    suggestion: Annotated[float | None, Field(description="The rate where the loss falls fastest; None where it never falls.")] = None
    batch_size: Annotated[int, Field(ge=1, description="Rows a step.")] = 1

    @property
    def sentence(self) -> str:
        """The finding in words."""
        if self.suggestion is None:
            return "The loss falls at no rate: look at the data, or try another network, before the learning rate"
        return f"The loss falls fastest at a learning rate of about {self.suggestion:g}"


def find_rate(
    build: Callable[[], keras.Model], part: Dataset, task: TaskSpec, config: TrainingConfig, *, progress: Callable[[float], None] = lambda share: None
) -> RateCurve:
    """Train a network of its own for some steps, each at a higher rate than the one before, and forget it.

    Args:
        build: Makes the untrained network.
        part: Rows to learn from.
        task: What is asked.
        config: How it would be fitted; schedule, warm-up and accumulation do not count.
        progress: Told the share that is done.
    """
    size = config.batch_size_for(len(part))
    step = _stepper(build, part, task, config, size)
    rates = LOWEST * (HIGHEST / LOWEST) ** (np.arange(STEPS) / (STEPS - 1))
    losses: list[float] = []
    each_epoch = len(part) // size
    for number in range(STEPS):
        epoch, place = divmod(number, each_epoch)
        order = epoch_order(len(part), config.seed, epoch)
        loss = step(order[place * size : (place + 1) * size])
        if not np.isfinite(loss):
            break
        losses.append(loss)
        level = smoothed(losses)
        if level[-1] > DIVERGED * abs(level.min()) and number > STEPS // 10:
            break
        progress((number + 1) / STEPS)
    level = smoothed(losses)
    done = rates[: len(losses)]
    return RateCurve(rates=tuple(done.tolist()), losses=tuple(losses), smoothed=tuple(level.tolist()), suggestion=suggested(done, level), batch_size=size)


def smoothed(losses: Sequence[float]) -> NDArray[np.float64]:
    """Exponential moving average, without the pull towards zero at its beginning.

    >>> smoothed([1.0, 1.0, 1.0]).round(3).tolist()
    [1.0, 1.0, 1.0]
    """
    level, weight, found = 0.0, 0.0, []
    for loss in losses:
        level, weight = MEMORY * level + (1 - MEMORY) * loss, MEMORY * weight + (1 - MEMORY)
        found.append(level / weight)
    return np.array(found, np.float64)


def suggested(rates: NDArray[np.float64], level: NDArray[np.float64]) -> float | None:
    """The rate at which a smoothed loss falls fastest, before its lowest point; None where it hardly falls.

    >>> rates = 10.0 ** np.linspace(-6, 1, 141)
    >>> suggested(rates, 1 / (1 + np.exp(4 * (np.log10(rates) + 3))))
    0.001
    """
    if len(level) < 3 * AROUND:
        return None
    lowest = int(level.argmin())
    if lowest < AROUND or level[lowest] > level[:lowest].max() - LEAST_FALL * abs(level[:lowest].max()):
        return None
    slopes = [level[min(place + AROUND, lowest)] - level[max(place - AROUND, 0)] for place in range(lowest)]
    return _rounded(float(rates[int(np.argmin(slopes))]))


def _rounded(rate: float) -> float:
    """The nearest rate with one digit, of those that a form offers."""
    power = int(np.floor(np.log10(rate)))
    offered = [float(f"{digit}e{place}") for place in (power, power + 1) for digit in ROUND]
    return min(offered, key=lambda each: abs(np.log(each / rate)))


def _stepper(build: Callable[[], keras.Model], part: Dataset, task: TaskSpec, config: TrainingConfig, size: int) -> Callable[[NDArray[np.int64]], float]:
    """A function that takes one step on some rows and gives the loss of their batch."""
    import keras
    import tensorflow as tf

    from nnapp.training.compilation import compile_model
    from nnapp.training.precision import computing_in

    keras.utils.set_random_seed(config.seed)
    with computing_in(config.precision):
        model = build()
    plain = config.replaced({"schedule": "constant", "warm_up": 0.0, "accumulation": 1, "learning_rate": LOWEST, "replicas": 1})
    compile_model(model, task, plain, steps_per_epoch=STEPS, kind=part.data.kind)

    class Rising(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras is not typed
        def __call__(self, step: Any) -> Any:
            return LOWEST * (HIGHEST / LOWEST) ** (keras.ops.cast(step, "float32") / (STEPS - 1))

    getattr(model.optimizer, "inner_optimizer", model.optimizer).learning_rate = Rising()
    known = arrays(part, config)
    train_step = tf.function(model.train_step, autograph=False)

    def step(rows: NDArray[np.int64]) -> float:
        rows = np.sort(rows)  # a file on the disk is read in its own order
        batch = ({name: tf.constant(array[rows]) for name, array in known.x.items()}, tf.constant(known.y[rows]))
        model.reset_metrics()
        told = train_step(batch if known.weights is None else (*batch, tf.constant(known.weights[rows])))
        return float(told["loss"])

    return step
