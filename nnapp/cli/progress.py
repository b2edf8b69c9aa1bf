"""A run's progress at the terminal, on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


class Standing(Protocol):
    """What is shown of a status."""

    @property
    def message(self) -> str:
        """What is happening, in words."""

    @property
    def state(self) -> str:
        """The state's name."""

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""

    @property
    def epochs(self) -> int | None:
        """Epochs at most."""


@contextmanager
def shown(console: Console, title: str) -> Iterator[Callable[[Standing], None]]:
    """A bar that follows a status: gives the function to call at each change."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[words]}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(title, total=None, words="")

        def follow(status: Standing) -> None:
            words = status.message or status.state
            if status.epochs:
                words = f"epoch {status.epoch} of at most {status.epochs}, {words}"
            progress.update(bar, completed=status.epoch, total=status.epochs, words=words)

        yield follow
