"""Data to begin with: each sample writes the file that a person would have uploaded."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from nnapp.files import publish
from nnapp.registry import Registry


@dataclass(frozen=True)
class Sample:
    """A data set that comes with nnapp's libraries.

    Attributes:
        name: As the command line calls it.
        title: As the page calls it.
        sentence: What it is and what is predicted.
        write: Makes the file in a folder and gives its path.
    """

    name: str
    title: str
    sentence: str
    write: Callable[[Path], Path]


SAMPLES: Registry[Sample] = Registry("sample", __name__)


def sample(name: str, title: str, sentence: str) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
    """Decorate a function that writes a file to make it a sample."""

    def add(write: Callable[[Path], Path]) -> Callable[[Path], Path]:
        SAMPLES.register(name)(Sample(name, title, sentence, write))
        return write

    return add


def write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> Path:
    """Write a CSV file, whole or not at all."""
    with publish(path) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path
