"""TrainingConfig: how to fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from nnapp.errors import SpecError
from nnapp.specs import Spec
from nnapp.tasks import TaskSpec
from nnapp.tasks.losses import loss_for
from nnapp.training.choices import EngineName, LossName, OptimizerName, ScheduleName

if TYPE_CHECKING:
    import keras

SMALLEST_BATCH, LARGEST_BATCH = 32, 256
"""Bounds of the batch size that is chosen from the rows."""


def automatic_batch_size(rows: int) -> int:
    """The power of two nearest below a hundredth of the rows, within bounds.

    >>> automatic_batch_size(150), automatic_batch_size(15_000), automatic_batch_size(1_000_000)
    (32, 128, 256)
    """
    size = SMALLEST_BATCH
    while size * 2 <= min(rows / 100, LARGEST_BATCH):
        size *= 2
    return size


def _weights_word(value: Any) -> Any:
    """`true` and `false` are what other programs write for `balanced` and `none`."""
    return {True: "balanced", False: "none", None: "none"}.get(value, value) if isinstance(value, bool | None) else value


class TrainingConfig(Spec):
    """How to fit. The field texts are the form's labels and the command line's help.

    Class attributes say how a form shows it:
        groups: Fields that belong together, by what they are about.
    """

    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Steps and their size": (
            "optimizer",
            "momentum",
            "nesterov",
            "schedule",
            "warm_up",
            "final_rate",
            "plateau_patience",
            "plateau_factor",
            "clipping",
            "accumulation",
        ),
        "What is made small": ("loss", "label_smoothing", "quantile"),
        "Against learning by heart": ("weight_decay", "l1", "l2", "mixup", "cutmix", "patience"),
        "Chance and speed": ("seed", "deterministic", "engine", "replicas", "precision"),
    }

    epochs: Annotated[
        int, Field(ge=1, le=10_000, description="Passes over the training rows, at most. Raise it when the validation curve still falls at the end.")
    ] = 50
    batch_size: Annotated[
        int | None,
        Field(ge=1, le=65_536, description="Rows between two steps. Empty: chosen from the rows. Larger is faster an epoch, smaller often learns better."),
    ] = None
    learning_rate: Annotated[
        float, Field(gt=0, le=10, description="Size of a step. Lower it when the loss jumps or becomes infinite; raise it when it hardly moves.")
    ] = 1e-3
    optimizer: Annotated[OptimizerName, Field(description="The rule that turns gradients into steps. AdamW suits nearly everything.")] = "adamw"
    momentum: Annotated[
        float,
        Field(ge=0, le=0.999, description="SGD only: share of the last step that is taken again. Raise it for smoother, longer strides; 0 is plain descent."),
    ] = 0.9
    nesterov: Annotated[
        bool,
        Field(description="SGD only: look ahead along the momentum before the gradient is taken. Usually a little better; turn it off to repeat old recipes."),
    ] = True
    schedule: Annotated[
        ScheduleName,
        Field(
            description="How the learning rate changes. Cosine ends with fine steps, one_cycle rises first, step and exponential fall, "
            "plateau falls when validation no longer improves, constant keeps one size. All begin with the warm-up, but for one_cycle."
        ),
    ] = "cosine"
    final_rate: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="Share of the peak learning rate that is left at the end of a falling schedule (plateau: the lowest it falls to). "
            "Raise it when the last epochs stand still.",
        ),
    ] = 0.01
    plateau_patience: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            description="Schedule plateau only: epochs without a better validation loss before the rate falls. "
            "Keep it below the patience of early stopping; raise it when the curve is ragged.",
        ),
    ] = 3
    plateau_factor: Annotated[
        float, Field(ge=0.05, le=0.95, description="Schedule plateau only: what is left of the rate after a fall. Raise it for gentler falls.")
    ] = 0.3
    warm_up: Annotated[
        float,
        Field(ge=0, le=0.5, description="Share of the run in which the learning rate grows from almost nothing. Raise it when the first epochs are wild."),
    ] = 0.05
    weight_decay: Annotated[
        float, Field(ge=0, le=1, description="How strongly weights are pulled towards zero. Raise it when validation is worse than training.")
    ] = 1e-2
    l1: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="L1 penalty",
            description="Price of the size of every weight, added to the training loss: drives weights that are not needed to zero. "
            "Begin with 1e-5; raise it for a sparser network.",
        ),
    ] = 0.0
    l2: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="L2 penalty",
            description="Price of the square of every weight, added to the training loss: keeps weights small. "
            "With AdamW or Lion raise the weight decay instead; with SGD begin with 1e-4.",
        ),
    ] = 0.0
    mixup: Annotated[
        float,
        Field(
            ge=0,
            le=4,
            description="Blends every row with another, inputs and answers alike, so that the network is less sure of itself. 0 is off; 0.2 blends a little, "
            "1 anything. Tables and pictures; the training loss and accuracy are then those of blends. Raise it when validation is worse than training.",
        ),
    ] = 0.0
    cutmix: Annotated[
        float,
        Field(
            ge=0,
            le=4,
            title="CutMix",
            description="Pastes a rectangle of another picture into every picture, and answers for both. 0 is off; 1 takes rectangles of any size. "
            "Pictures only; with mixup, either is drawn for each picture. Raise it when the network looks at one detail only.",
        ),
    ] = 0.0
    loss: Annotated[LossName, Field(description="What is made small. Auto: cross-entropy for classes, squared error for numbers.")] = "auto"
    label_smoothing: Annotated[
        float, Field(ge=0, le=0.5, description="Share of certainty taken from the true class. Raise it when some labels are wrong; classes only.")
    ] = 0.0
    quantile: Annotated[
        float,
        Field(
            ge=0.01,
            le=0.99,
            description="Loss quantile only: share of the truths that should lie below the answer. 0.5 is the median; raise it where too little costs more.",
        ),
    ] = 0.5
    clipping: Annotated[
        float | None, Field(gt=0, le=1000, description="Largest length of the whole gradient. Set it to about 1 when the loss jumps; empty: no limit.")
    ] = None
    accumulation: Annotated[
        int,
        Field(
            ge=1,
            le=1024,
            title="Gradient accumulation",
            description="Batches whose gradients are averaged into one step: learns as from a batch so many times larger, in the memory of one. "
            "Raise it when memory forces a small batch; normalisation by batch still sees the small ones.",
        ),
    ] = 1
    early_stopping: Annotated[bool, Field(description="End when validation no longer improves. The best epoch's weights are kept either way.")] = True
    patience: Annotated[
        int, Field(ge=1, le=1000, description="Epochs without a better validation loss before the run ends. Raise it when the curve is ragged.")
    ] = 8
    class_weights: Annotated[
        Literal["none", "balanced"],
        BeforeValidator(_weights_word),
        Field(description="Balanced counts rare classes as much as common ones: finds more of the rare, at the price of accuracy."),
    ] = "none"
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="Start of all chance: first weights, order of rows, dropout. The same seed repeats a run.")] = 42
    deterministic: Annotated[bool, Field(description="Make a repeated run equal to the last bit, at some cost in speed.")] = False
    engine: Annotated[
        EngineName,
        Field(description="The loop that runs the steps. All learn the same; auto measures and takes the fastest, fit is Keras' own."),
    ] = "auto"
    replicas: Annotated[
        int,
        Field(
            ge=1,
            le=8,
            description="GPUs that share every batch; each takes its part. The result is the same to rounding, except that batch normalisation "
            "sees the smaller parts. Raise it for large pictures or networks only: a small one waits longer for the others than it computes.",
        ),
    ] = 1
    precision: Annotated[
        Literal["float32", "bfloat16", "float16"],
        Field(
            description="How finely layers compute while training; weights stay float32, and so does the network that is kept. Half the digits save memory and, "
            "on a GPU with tensor cores, time: choose bfloat16 where it has it, else float16 (the loss is scaled by itself). On most processors it is slower."
        ),
    ] = "float32"

    @model_validator(mode="after")
    def _loop_for_several(self) -> Self:
        only_one = {"mixup": 0, "cutmix": 0, "accumulation": 1}
        for name, off in only_one.items() if self.replicas > 1 else ():
            if getattr(self, name) != off:
                raise SpecError(
                    f"{name} is for one device, and {self.replicas} replicas were asked for.",
                    remedy=f"Set training.{name} to {off}, or training.replicas to 1.",
                )
        if self.replicas > 1 and self.precision == "float16":
            problem = f"precision cannot be 'float16' with {self.replicas} replicas: the loss is scaled for one device."
            raise SpecError(problem, remedy="Set training.precision to bfloat16 or float32, or training.replicas to 1.")
        if self.replicas > 1 and self.engine not in {"auto", "fit"}:
            problem = f"engine cannot be {self.engine!r} with {self.replicas} replicas: that loop is for one device."
            raise SpecError(problem, remedy="Set training.engine to auto or fit, or training.replicas to 1.")
        return self

    @property
    def loop(self) -> str:
        """Name of the engine that runs the steps: several devices have only one loop."""
        return "fit" if self.replicas > 1 else self.engine

    def loss_of(self, task: TaskSpec) -> keras.losses.Loss:
        """The Keras loss of a task's logits. Loads Keras."""
        return loss_for(task, self.loss, self.label_smoothing, self.quantile)

    def batch_size_for(self, rows: int) -> int:
        """The batch size, chosen from the rows where it is not set."""
        return min(self.batch_size or automatic_batch_size(rows), rows)
