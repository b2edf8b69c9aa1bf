"""What an export format is, and what it is given."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from nnapp.architectures import Architecture
from nnapp.data.dataset import Dataset, DataSpec
from nnapp.export.spec import Export
from nnapp.inference.base import Predictor
from nnapp.registry import Registry
from nnapp.tasks import TaskSpec

if TYPE_CHECKING:
    from nnapp.export.source import Source


@dataclass(frozen=True)
class Exporting:
    """A trained network, and all that its files are made of and judged by.

    Attributes:
        model: The `.keras` file.
        architecture: What it was built from.
        data: Its inputs.
        task: What it answers.
        preprocessing: Plain values of `preprocessing.json`.
        train: The train part: what quantisation looks at.
        test: The test part: every file is run on all of it.
        folder: Where the files go (`exports/`).
        card: The model card, as Markdown.
        raw: Columns of raw cells, in the order of `test`, where they are at hand: a bundle is then run on them.
        files: Name and bytes of the first sounds of `test`, as they came: they cannot be made again from spectrograms.
    """

    model: Path
    architecture: Architecture
    data: DataSpec
    task: TaskSpec
    preprocessing: Mapping[str, Any]
    train: Dataset
    test: Dataset
    folder: Path
    card: str = ""
    raw: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    files: Sequence[tuple[str, bytes]] = ()


class Exporter(ABC):
    """A format. Subclass `Converted` or `Packed`.

    Class attributes:
        title: Its name for people.
        sentence: When to choose it.
        file: Name of the file in `exports/`.
        rank: Order in a menu.
    """

    title: ClassVar[str]
    sentence: ClassVar[str]
    file: ClassVar[str]
    rank: ClassVar[int] = 50


class Converted(Exporter):
    """A format that is made from the network itself, in a child process.

    Class attributes:
        encoded_outside: Whether the file wants a table's numbers encoded.
    """

    encoded_outside: ClassVar[bool] = False

    @abstractmethod
    def convert(self, source: Source, output: Path) -> None:
        """Write the file. Runs in a child process, which may crash.

        Raises:
            ExportError: When the network has no such form.
        """

    @abstractmethod
    def predictor(self, source: Source, path: Path) -> Predictor:
        """The written file, ready to answer raw inputs. Runs in the child."""

    @abstractmethod
    def latency_ms(self, source: Source, path: Path) -> float:
        """Median time for one row on one thread. Runs in the child."""


class Packed(Exporter):
    """A format that is packed around another one.

    Class attributes:
        inside: Name of the format that it holds unless another is asked for.
    """

    inside: ClassVar[str]

    @abstractmethod
    def pack(self, exporting: Exporting, inner: Export, output: Path) -> tuple[str, ...]:
        """Write the file around `inner`, and try it; returns caveats.

        Raises:
            ExportError: When it does not answer as `inner` does.
        """


EXPORTERS: Registry[type[Exporter]] = Registry("export format", "nnapp.export.formats")
