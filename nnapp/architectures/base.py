"""What every network shares: its hyperparameters are its fields, and it builds a plain Keras model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from nnapp.data.dataset import DataSpec
from nnapp.data.specs import DataKind
from nnapp.errors import SpecError
from nnapp.registry import Registry
from nnapp.specs import Spec
from nnapp.tasks import TaskKind, TaskSpec

if TYPE_CHECKING:
    import keras


class Architecture(Spec):
    """A network before it is built: bounded, explained fields, and the way to a `keras.Model`.

    Class attributes say what it is for:
        title: Its name in a menu.
        sentence: When to choose it, for a person who is learning.
        because: Why to begin with it, where it is the recommended one.
        accepts: Kinds of data it takes.
        tasks: Questions it answers.
        rebuilds: Whether it gives back what it takes in, and anomalies are what it cannot rebuild; others find them by forecasting.
        encodes_bins: Whether numbers are to be spread over ramps before the first layer (`Encoding.knots`).
        rank: Order in a menu; the first is the recommended one.
        ranks: The same for single questions, where it differs.
        unrolls: Whether `build_for_export` gives another network than `build`, of the same weights.
        presets: What a preset changes for this network, by path (`model.units`, `training.learning_rate`).
    """

    title: ClassVar[str]
    sentence: ClassVar[str]
    because: ClassVar[str] = ""
    accepts: ClassVar[frozenset[DataKind]]
    tasks: ClassVar[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "regression"})
    rebuilds: ClassVar[bool] = False
    encodes_bins: ClassVar[bool] = False
    rank: ClassVar[int] = 50
    ranks: ClassVar[Mapping[TaskKind, int]] = {}
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    unrolls: ClassVar[bool] = False

    @classmethod
    def preset(cls, name: str, rows: int | None = None) -> Mapping[str, Any]:
        """What a preset changes, by path, for so many examples; the present networks of tables and pictures serve every size alike."""
        del rows
        return cls.presets.get(name, {})

    @abstractmethod
    def build(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """Build the untrained network.

        Args:
            data: Inputs by name; each becomes a float32 `keras.Input` of that name.
            task: What is asked; `task.units` logits come out.

        Returns:
            A functional model of stock Keras layers and operations, `(batch, *shape)` to logits `(batch, units)`
            in float32, named after the task's output. It has been given no optimizer.
            Initial weights follow `keras.utils.set_random_seed`.
        """

    def build_for_export(self, data: DataSpec, task: TaskSpec) -> keras.Model:
        """The network as it is converted: recurrent ones without their loop, which int8 and batches of any size do not bear."""
        return self.build(data, task)

    def check(self, data: DataSpec, task: TaskSpec) -> None:
        """Refuse data or a question that this network is not for.

        Raises:
            SpecError: Names the networks that fit.
        """
        if data.kind not in self.accepts or task.kind not in self.tasks:
            raise SpecError(
                f"The {self.title} network does not take {data.kind} data for {task.kind} questions.",
                remedy=f"Choose one of: {', '.join(suitable(data.kind, task.kind))}.",
            )

    def check_entry(self, shape: tuple[int | None, ...]) -> None:
        """Refuse what can be seen to be wrong without building anything; most networks take every example of their kind of data.

        Args:
            shape: Of one example as the first layer sees it; None where a length is not known yet.

        Raises:
            SpecError: Says what does not fit, and what would.
        """
        del shape


ARCHITECTURES: Registry[type[Architecture]] = Registry("architecture", "nnapp.architectures")


def suitable(kind: DataKind, task: TaskKind | None = None) -> list[str]:
    """Names of the networks for this kind of data (and question), the recommended one first."""
    fitting = [
        (part.rank if task is None else part.ranks.get(task, part.rank), name)
        for name, part in ARCHITECTURES.items()
        if kind in part.accepts and (task is None or task in part.tasks)
    ]
    return [name for _, name in sorted(fitting)]


def recommended(kind: DataKind, rows: int | None = None, task: TaskKind | None = None) -> str:
    """Name of the network to begin with.

    Args:
        kind: What the data is.
        rows: Examples in the train part, where known. The present choices serve every size.
        task: What is asked, where known.
    """
    return suitable(kind, task)[0]
