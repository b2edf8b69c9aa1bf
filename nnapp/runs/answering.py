"""Answers in the asking process itself: LiteRT runs the exported file, TensorFlow is not loaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnapp.errors import DataError, RunError
from nnapp.files import publish
from nnapp.runs.folder import Run
from nnapp.runs.history import history

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnapp.data.table import Table
    from nnapp.export import Export, Exporting
    from nnapp.portable.beside import Open
    from nnapp.portable.inputs import FileKind
    from nnapp.portable.predict import Answers, Bundle

USE = "use"
"""Folder of a run that is laid out like an unpacked bundle."""
AS_A_BUNDLE_READS = frozenset({".csv", ".tsv", ".jsonl", ".ndjson"})
"""Read by the very code that a bundle carries; the app's readers know more formats."""
Cells = Mapping[str, Sequence[str | None]]


def lay_out(run: Run, exporting: Exporting, made: Export) -> None:
    """Leaves `use/`: the TFLite file, `preprocessing.json` and `bundle.json`, as a bundle has them."""
    from nnapp.export.bundle import MODEL, description

    run.write_json(f"{USE}/preprocessing.json", dict(exporting.preprocessing))
    run.write_json(f"{USE}/bundle.json", description(exporting, made))
    with publish(run.folder / USE / MODEL) as draft:
        shutil.copyfile(made.path, draft)


def predict(run: Run, data: Path | Cells | None, output: Path) -> int:
    """Answer a table, one picture, or a flat folder of pictures, and write the answers as CSV.

    Args:
        run: A trained run whose TFLite file is there.
        data: A file of any kind that the app reads, a folder of pictures, or columns of text cells by name.
            The target and columns that the network does not know are ignored. None: a forecast goes on from the end of the data it was trained on.
        output: The CSV: `prediction`, then a probability a class; `file` first for pictures.

    Returns:
        Answers written.

    Raises:
        RunError: If the run has no TFLite file.
        DataError: If the data cannot be read, or lack a column.
    """
    from nnapp.portable.errors import PortableError

    if data is None:
        data = history(run).cells()
    try:
        answers = answered(bundle_of(run), data)
    except PortableError as error:
        raise DataError(error.problem, remedy=error.remedy) from error
    with publish(output) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        answers.write(stream)
    return len(answers.prediction)


def channel_values(data: Path, name: str) -> NDArray[np.float64]:
    """The numbers of one column of a table that is answered, row by row, shape `(n,)`; NaN where there is none.

    Raises:
        DataError: If the file is no table that can be read.
    """
    from nnapp.data.readers import read
    from nnapp.data.table import Table
    from nnapp.portable.cells import numbers

    table = read(data, data.name, kind="tabular")
    if not isinstance(table, Table):
        raise DataError(f"{data.name} holds pictures.", remedy="This network answers the rows of a table: bring a table.")
    return table.texts(name).numbers(numbers, table.reading.decimal)


def bundle_of(run: Run) -> Bundle:
    """The run's network as its bundle would answer.

    Raises:
        RunError: If the run has no TFLite file.
        PortableError: If a file is damaged.
    """
    from nnapp.portable.predict import Bundle

    folder = run.folder / USE
    if not (folder / "bundle.json").exists():
        raise RunError(f"Run {run.id} has no TFLite file to answer with.", remedy=f"Make one: python -m nnapp export {run.id} --format tflite.")
    return Bundle(folder)


def answered(bundle: Bundle, data: Path | Cells) -> Answers:
    """The bundle's answers to data of any kind that the app reads.

    Raises:
        DataError: If the data are not there, or not of the bundle's kind.
        PortableError: If they lack a column, or cannot be read by the bundle itself.
    """
    from nnapp.data.readers import read
    from nnapp.data.table import Table
    from nnapp.portable.beside import picture_column
    from nnapp.portable.inputs import file_kind
    from nnapp.portable.texts import TEXT_SUFFIXES, text_rows

    asked = file_kind(bundle.preprocessing)
    if asked is not None:
        return bundle.answer_files(brought_files(data, asked))
    if not isinstance(data, Path):
        return bundle.answer_table(data)
    if (data.is_dir() or data.suffix.lower() in TEXT_SUFFIXES) and text_rows(data, bundle.preprocessing) is not None:
        return bundle.answer(data)
    if data.is_dir() and picture_column(bundle.preprocessing) is not None:
        return bundle.answer(data)
    if not data.is_file():
        raise DataError(f"There is no file {str(data)[:200]!r}.", remedy="Check the path; this network answers the rows of a table.")
    if data.suffix.lower() in AS_A_BUNDLE_READS:
        return bundle.answer(data)
    table = read(data, data.name, kind="tabular")  # it may lack the column of answers, which speaks for a table
    if not isinstance(table, Table):
        raise DataError(f"{data.name} holds pictures.", remedy="This network answers the rows of a table: bring a table.")
    with beside(table, data, bundle.preprocessing) as opened:
        return bundle.answer_table({name: table.cells(name) for name in table.columns}, decimal=table.reading.decimal, opened=opened)


@contextmanager
def beside(table: Table, path: Path, preprocessing: Mapping[str, Any]) -> Iterator[Open | None]:
    """Opens the pictures that a table's cells name: those of its zip, else those in its folder; None where the network takes none."""
    from nnapp.data.archives import open_archive, read_entry
    from nnapp.data.picture_table import PictureTable
    from nnapp.portable.beside import beside_table, picture_column
    from nnapp.portable.errors import PortableError
    from nnapp.portable.inputs import PICTURE_SUFFIXES

    if picture_column(preprocessing) is None:
        yield None
    elif not isinstance(table, PictureTable):
        yield beside_table(path, PICTURE_SUFFIXES)
    else:
        named = {cell: table.picture_of(row) for row, cell in enumerate(table.cells(table.column))}
        with open_archive(path, table.name) as archive:

            def opened(cell: str) -> bytes:
                name = named.get(cell)
                if name is None:
                    raise PortableError(
                        f"{table.name} has no picture {cell[:80]!r} that opens.", "Put it into the zip, or empty the cell: the row is answered without."
                    )
                return read_entry(archive, name)

            yield opened


def brought_files(data: Path | Cells, kind: FileKind) -> list[Path]:
    """One file, or those of a folder in the order of their names."""
    from nnapp.portable.inputs import files_in

    if not isinstance(data, Path):
        raise DataError(f"This network answers {kind.noun}s, not rows.", remedy=f"Bring a {kind.noun} or a folder of {kind.noun}s.")
    if not data.exists():
        raise DataError(f"There is no file or folder {str(data)[:200]!r}.", remedy=f"Bring a {kind.noun}, or a flat folder of {kind.noun}s.")
    return files_in(data, kind) if data.is_dir() else [data]
