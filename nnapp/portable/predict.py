"""A bundle: a folder with a network, its preprocessing and these files, that answers raw rows and picture files as the app did."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .answers import decode, write_answers
from .encoding import encode
from .errors import PortableError
from .features import features
from .litert import LiteRT
from .tables import read_columns

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm"})
_AT_ONCE = 64
"""Pictures held in memory at once."""


class Answers(NamedTuple):
    """Answers to `n` examples.

    Attributes:
        prediction: Class indices (int64) or values in the target's units (float64), shape `(n,)`.
        probabilities: Shape `(n, k)`; None for a regression.
        class_names: By class index; empty for a regression.
        files: Name of each picture; None for a table.
    """

    prediction: np.ndarray
    probabilities: np.ndarray | None
    class_names: tuple[str, ...]
    files: tuple[str, ...] | None = None

    @property
    def texts(self) -> list[str]:
        """Class names, or numbers as text."""
        return [self.class_names[int(index)] if self.class_names else repr(float(index)) for index in self.prediction]


class Bundle:
    """A bundle's folder, ready to answer.

    Args:
        folder: With `bundle.json`, `preprocessing.json` and `model.tflite`.
        threads: Threads an answer may use.

    Raises:
        PortableError: If a file is missing or damaged.
    """

    def __init__(self, folder: str | Path, threads: int = 1) -> None:
        folder = Path(folder)
        self.about: dict[str, Any] = _json(folder / "bundle.json")
        self.preprocessing: dict[str, Any] = _json(folder / "preprocessing.json")
        self._lite = LiteRT(folder / "model.tflite", threads)
        task = self.about["task"]
        self.kind: str = task["kind"]
        (self._output,) = task["outputs"].values()
        self.class_names: tuple[str, ...] = tuple(self._output["class_names"])

    @property
    def takes_pictures(self) -> bool:
        """Whether pictures are asked for, not tables."""
        return bool(self.preprocessing["kind"] == "pictures")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a table must have."""
        return tuple(column["name"] for column in self.preprocessing.get("columns", ()))

    def answer_table(self, columns: Mapping[str, Sequence[str | None]], decimal: str | None = None) -> Answers:
        """Answers to rows of cells of text.

        Args:
            columns: Cells by column name, all of one length; the target and other columns are ignored.
            decimal: The sign with which these numbers are surely written; None for the training file's.

        Raises:
            PortableError: If a column is missing, or the bundle asks for pictures.
        """
        if self.takes_pictures:
            raise PortableError("This bundle answers pictures, not tables.", "Give a picture or a folder of pictures.")
        x = features(columns, self.preprocessing, decimal)
        if self.about["encoded_outside"]:
            x = encode(x, self.preprocessing["encoding"])
        return self._decoded(self._logits(x))

    def answer_pictures(self, paths: Sequence[str | Path | bytes]) -> Answers:
        """Answers to picture files, in their order.

        Args:
            paths: Paths, or the bytes of files.

        Raises:
            PortableError: If one cannot be opened, or the bundle asks for tables.
        """
        if not self.takes_pictures:
            raise PortableError(
                "This bundle answers tables, not pictures.", f"Give a CSV, TSV or JSON lines file with the columns {', '.join(self.columns[:12])}."
            )
        from .pictures import open_picture, picture

        size, channels = self.preprocessing["size"], self.preprocessing["channels"]
        batches = [paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE)]
        logits = [self._logits(np.stack([picture(open_picture(path), size, channels) for path in batch])) for batch in batches]
        names = tuple(Path(path).name if isinstance(path, str | Path) else "" for path in paths)
        units = int(self._output["shape"][-1])
        return self._decoded(np.concatenate(logits) if logits else np.zeros((0, units), np.float32))._replace(files=names)

    def answer(self, source: str | Path) -> Answers:
        """Answers to a table, one picture, or a flat folder of pictures sorted by name.

        Raises:
            PortableError: If there is nothing there that this bundle answers.
        """
        source = Path(source)
        if not source.exists():
            raise PortableError(f"There is no file or folder {str(source)!r}.", "Check the path.")
        if source.is_dir():
            return self.answer_pictures(picture_files(source))
        if source.suffix.lower() in PICTURE_SUFFIXES or self.takes_pictures:
            return self.answer_pictures([source])
        return self.answer_table(read_columns(source, expected=self.columns, decimal=self.preprocessing["decimal"]))

    def _logits(self, x: np.ndarray) -> np.ndarray:
        """The network's raw outputs, shape `(n, units)`."""
        (logits,) = self._lite.run({self.about["input"]: x}).values()
        return logits.reshape(len(x), int(self._output["shape"][-1]))

    def _decoded(self, logits: np.ndarray) -> Answers:
        prediction, probabilities = decode(logits, self.kind, self._output["center"], self._output["scale"])
        return Answers(prediction, probabilities, self.class_names)


def picture_files(folder: Path) -> list[Path]:
    """The pictures directly in a folder, sorted by name.

    Raises:
        PortableError: If there are none.
    """
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file() and not path.name.startswith("."))
    if not found:
        raise PortableError(f"The folder {folder.name!r} has no pictures directly in it.", "Give the folder that the picture files lie in.")
    return found


def main(argv: Sequence[str], folder: str | Path | None = None) -> int:
    """The bundle's command: `predict.py INPUT [--output CSV]`.

    Args:
        argv: Arguments without the program's name.
        folder: The bundle; the folder above this package if not given.

    Returns:
        0, or 2 for what the caller can mend, told on stderr.
    """
    parser = argparse.ArgumentParser(prog="predict.py", description="Answer a table (CSV, TSV, JSON lines), one picture, or a folder of pictures.")
    parser.add_argument("input", metavar="INPUT", help="the table, the picture, or the folder")
    parser.add_argument("--output", metavar="CSV", help="where the answers go; printed if left out")
    arguments = parser.parse_args(list(argv))
    try:
        bundle = Bundle(folder or Path(__file__).resolve().parent.parent)
        answers = bundle.answer(arguments.input)
        with _opened(arguments.output) as stream:
            write_answers(stream, answers.prediction, answers.probabilities, answers.class_names, files=answers.files)
            stream.flush()
    except PortableError as error:
        sys.stderr.write(f"{error.problem} {error.remedy}\n")
        return 2
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still to be flushed goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _opened(path: str | None) -> Any:
    """The output file, or stdout, which stays open."""
    if path is None:
        return contextlib.nullcontext(sys.stdout)
    try:
        return Path(path).open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise PortableError(f"{path!r} cannot be written ({error.strerror}).", "Choose a place where you may write.") from error


def _json(path: Path) -> dict[str, Any]:
    """A JSON file of the bundle."""
    try:
        value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PortableError(f"The bundle's {path.name} is missing or damaged.", "Unpack the whole bundle anew.") from error
    return value
