"""A bundle: a folder with a network, its preprocessing and these files, that answers raw rows and picture files as the app did."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np

from .answers import answer_text, decode, interval_of, units_of, write_answers
from .beside import Open, beside_table, picture_column
from .errors import PortableError
from .inputs import FILE_KINDS, PICTURE_SUFFIXES, File, Inputs, encoded_outside, file_kind, files_in, from_files, from_rows, leading_columns
from .litert import LiteRT
from .tables import TABLE_SUFFIXES, read_columns
from .texts import text_rows

_AT_ONCE = 64
"""Files held in memory at once."""
_ROWS_AT_ONCE = 256
"""Rows with pictures held in memory at once."""


class Answers(NamedTuple):
    """Answers to `n` examples.

    Attributes:
        prediction: Class indices (int64) or values in the target's units (float64), shape `(n,)`; of several labels 0 and 1, shape `(n, k)`.
        probabilities: Shape `(n, k)`; None for a regression.
        class_names: By class index; empty for a regression.
        files: Name of each file; None for a table.
        leading: What stands before each answer, by column name: the series that is answered, where a table has several rows a series.
        interval: Low and high end of a forecast's values, shape `(n, 2)`; None where there is none.
    """

    prediction: np.ndarray
    probabilities: np.ndarray | None
    class_names: tuple[str, ...]
    files: tuple[str, ...] | None = None
    leading: Mapping[str, Sequence[str]] = {}
    interval: np.ndarray | None = None

    @property
    def texts(self) -> list[str]:
        """Class names, or numbers as text."""
        return [answer_text(answer, self.class_names) if self.class_names else repr(float(answer)) for answer in self.prediction.tolist()]

    def write(self, stream: TextIO) -> None:
        """Write the predictions CSV."""
        write_answers(stream, self.prediction, self.probabilities, self.class_names, files=self.files, leading=self.leading, interval=self.interval)


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
    def columns(self) -> tuple[str, ...]:
        """The columns that a table must have."""
        return tuple(column["name"] for column in self.preprocessing.get("columns", ()))

    def answer_table(self, columns: Mapping[str, Sequence[str | None]], decimal: str | None = None, opened: Open | None = None) -> Answers:
        """Answers to rows of cells of text.

        Args:
            columns: Cells by column name, all of one length; the target and other columns are ignored.
            decimal: The sign with which these numbers are surely written; None for the training file's.
            opened: Opens the pictures that cells name, where the network takes one a row: gives a path or the bytes of a file.

        Raises:
            PortableError: If a column or a picture is missing, or the network asks for files.
        """
        # Pictures are many numbers: rows that have one are answered some at a time.
        blocks = [columns] if picture_column(self.preprocessing) is None else _in_blocks(columns)
        logits = np.concatenate([self._row_logits(block, decimal, opened) for block in blocks])
        if self.kind == "anomaly":
            from .watch import watch_rows

            leading, flags = watch_rows(columns, self.preprocessing, self._output["anomaly"], logits, decimal)
            return Answers(flags, None, (), leading=leading)
        answers = self._decoded(logits)
        if self.kind == "forecasting":
            from .stamps import forecast_rows

            leading = forecast_rows(columns, self.preprocessing, self._output["forecast"], decimal)
            ends = None if answers.interval is None else np.moveaxis(answers.interval, 1, 2).reshape(-1, 2)
            return answers._replace(prediction=answers.prediction.reshape(-1), leading=leading, interval=ends)
        return answers._replace(leading=leading_columns(columns, self.preprocessing))

    def _row_logits(self, columns: Mapping[str, Sequence[str | None]], decimal: str | None, opened: Open | None) -> np.ndarray:
        """The network's raw outputs for rows of cells."""
        x = from_rows(columns, self.preprocessing, decimal, opened=opened)
        return self._logits(encoded_outside(x, self.preprocessing) if self.about["encoded_outside"] else x)

    def answer_files(self, files: Sequence[File]) -> Answers:
        """Answers to picture files, in their order.

        Args:
            files: Paths, or the bytes of files.

        Raises:
            PortableError: If one cannot be opened, or the network asks for rows.
        """
        batches = [files[start : start + _AT_ONCE] for start in range(0, len(files), _AT_ONCE)] or [files]
        logits = [self._logits(from_files(batch, self.preprocessing)) for batch in batches]
        names = tuple(Path(file).name if isinstance(file, str | Path) else "" for file in files)
        return self._decoded(np.concatenate(logits))._replace(files=names)

    def answer(self, source: str | Path) -> Answers:
        """Answers to a table, one file of the network's kind, or a flat folder of them sorted by name.

        Where a column names a picture a row, the pictures lie in the table's folder, which may be given instead of the table.

        Raises:
            PortableError: If there is nothing there that this bundle answers.
        """
        source = Path(source)
        if not source.exists():
            raise PortableError(f"There is no file or folder {str(source)!r}.", "Check the path.")
        texts = text_rows(source, self.preprocessing)
        if texts is not None:
            return self.answer_table(texts[0])._replace(files=texts[1])
        asked = file_kind(self.preprocessing)
        if asked is not None:
            return self.answer_files(files_in(source, asked) if source.is_dir() else [source])
        if picture_column(self.preprocessing) is not None:
            if source.suffix.lower() == ".zip":
                raise PortableError(f"{source.name} is packed.", "Unpack it, and give the folder with the table and its pictures.")
            table = the_table(source) if source.is_dir() else source
            cells = read_columns(table, expected=self.columns, decimal=self.preprocessing["decimal"])
            return self.answer_table(cells, opened=beside_table(table, PICTURE_SUFFIXES))
        if source.is_dir() or any(source.suffix.lower() in kind.suffixes for kind in FILE_KINDS.values()):
            return self.answer_files([source])  # tells what is asked for instead
        return self.answer_table(read_columns(source, expected=self.columns, decimal=self.preprocessing["decimal"]))

    def _logits(self, x: Inputs) -> np.ndarray:
        """The network's raw outputs, shape `(n, units)`."""
        (logits,) = self._lite.run(x).values()
        rows = len(next(iter(x.values())))
        return logits.reshape(rows, int(self._output["shape"][-1]))

    def _decoded(self, logits: np.ndarray) -> Answers:
        prediction, probabilities = decode(logits, self.kind, *units_of(self._output), self._output.get("thresholds", ()))
        return Answers(prediction, probabilities, self.class_names, interval=interval_of(logits, self._output))


def main(argv: Sequence[str], folder: str | Path | None = None) -> int:
    """The bundle's command: `predict.py INPUT [--output CSV]`.

    Args:
        argv: Arguments without the program's name.
        folder: The bundle; the folder above this package if not given.

    Returns:
        0, or 2 for what the caller can mend, told on stderr.
    """
    parser = argparse.ArgumentParser(
        prog="predict.py",
        description="Answer a table (CSV, TSV, JSON lines), or one file or a folder of files of the kind the network was trained on; for rows with pictures, a folder with the table and its pictures.",
    )
    parser.add_argument("input", metavar="INPUT", help="the table, the file, or the folder of files")
    parser.add_argument("--output", metavar="CSV", help="where the answers go; printed if left out")
    arguments = parser.parse_args(list(argv))
    try:
        bundle = Bundle(folder or Path(__file__).resolve().parent.parent)
        answers = bundle.answer(arguments.input)
        with _opened(arguments.output) as stream:
            answers.write(stream)
            stream.flush()
    except PortableError as error:
        sys.stderr.write(f"{error.problem} {error.remedy}\n")
        return 2
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still to be flushed goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def the_table(folder: Path) -> Path:
    """The one table at the top of a folder.

    Raises:
        PortableError: If there is none, or several.
    """
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in TABLE_SUFFIXES and path.is_file() and not path.name.startswith("."))
    if len(found) != 1:
        problem = f"The folder {folder.name!r} has {'no table' if not found else f'{len(found)} tables'} directly in it."
        raise PortableError(problem, f"Give the table itself ({', '.join(sorted(TABLE_SUFFIXES))}); its pictures are sought in its folder.")
    return found[0]


def _in_blocks(columns: Mapping[str, Sequence[str | None]]) -> list[dict[str, Sequence[str | None]]]:
    """The same rows, some at a time; one block without rows where there are none."""
    rows = len(next(iter(columns.values()), ()))
    return [{name: cells[start : start + _ROWS_AT_ONCE] for name, cells in columns.items()} for start in range(0, max(rows, 1), _ROWS_AT_ONCE)]


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
