"""Files that the cells of a table name: pictures that lie beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import PortableError

Open = Callable[[str], Any]
"""From the name that a cell gives to a file: its path, or its bytes."""
_MOST_LISTED = 3


class Beside:
    """Files by the names that people write for them.

    A cell may give the whole path, the path from the table's own folder, the end of a path, or no suffix; capitals do
    not matter. Only files that are listed can be found, so that no name leads anywhere else.

    Args:
        names: Paths of the files, with slashes.
        folder: The table's own folder among them; empty where it lies at the top.
    """

    def __init__(self, names: Iterable[str], folder: str = "") -> None:
        self._folder = f"{folder}/" if folder else ""
        self._exact: dict[str, str] = {}
        self._ends: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):  # a zip may hold an entry twice, of which the last is opened
            self._exact[name] = name
            parts = name.casefold().split("/")
            for start in range(len(parts)):
                end = "/".join(parts[start:])
                for key in {end, _without_suffix(end)}:
                    self._ends.setdefault(key, []).append(name)

    def find(self, cell: str | None) -> tuple[str, ...]:
        """The files that a cell may mean: none, the one, or several that are called alike.

        >>> beside = Beside(["img/1.png", "a/2.png", "b/2.png"])
        >>> beside.find("1.png"), beside.find("IMG\\\\1.PNG"), beside.find("img/1"), beside.find("2.png"), beside.find("../1.png")
        (('img/1.png',), ('img/1.png',), ('img/1.png',), ('a/2.png', 'b/2.png'), ())
        """
        name = file_name(cell)
        for path in (self._folder + name, name):
            if path in self._exact:
                return (path,)
        return tuple(self._ends.get(name.casefold(), ())) if name else ()


def file_name(cell: str | None) -> str:
    """A cell as a path: blanks around dropped, slashes of one kind, no dot before.

    >>> file_name(" .\\\\img\\\\1.png ")
    'img/1.png'
    """
    name = (cell or "").strip().replace("\\", "/")
    while name.startswith("./"):
        name = name[2:]
    return name


def leads_outside(cell: str | None) -> bool:
    """Whether a cell names a file that cannot lie beside the table.

    >>> leads_outside("../1.png"), leads_outside("/tmp/1.png"), leads_outside("C:\\\\1.png"), leads_outside("a..png")
    (True, True, True, False)
    """
    name = file_name(cell)
    return name.startswith("/") or ".." in name.split("/") or name[1:2] == ":"


def picture_column(preprocessing: Mapping[str, Any]) -> str | None:
    """The column whose cells name a picture a row, where the network takes one."""
    return next((column["name"] for column in preprocessing.get("columns", ()) if column.get("type") == "picture"), None)


def beside_table(table: Path, suffixes: Iterable[str]) -> Open:
    """Opens the files that lie in a table's folder, or in folders within it, by the names in its cells; links are not followed.

    Args:
        table: The table's path.
        suffixes: What the files' names end in, lower case with the dot.
    """
    root = table.resolve().parent
    wanted = frozenset(suffixes)
    found = [path for path in root.rglob("*") if path.suffix.lower() in wanted and path.is_file() and not path.is_symlink()]
    beside = Beside([path.relative_to(root).as_posix() for path in found if path.resolve().is_relative_to(root)])

    def opened(cell: str) -> Path:
        names = beside.find(cell)
        if len(names) != 1:
            raise _unclear(cell, names, table.name)
        return root / names[0]

    return opened


def named_files(cells: Sequence[str | None], column: str, opened: Open | None) -> list[Any]:
    """The file of each row, None where the cell is empty: such a row has no picture.

    Raises:
        PortableError: If a cell names a file that is not there, or if nothing says where the files lie.
    """
    if opened is None:
        if any(file_name(cell) for cell in cells):
            raise PortableError(f"The cells of {column!r} name pictures, but no pictures came with them.", "Bring the table in one folder with its pictures.")
        return [None] * len(cells)
    files: list[Any] = []
    lacking: list[PortableError] = []
    for cell in cells:
        try:
            files.append(opened(cell) if cell is not None and file_name(cell) else None)
        except PortableError as error:
            lacking.append(error)
    if lacking:
        others = f" So it is with {len(lacking)} rows." if len(lacking) > 1 else ""
        raise PortableError(lacking[0].problem + others, lacking[0].remedy)
    return files


def _unclear(cell: str, names: Sequence[str], table: str) -> PortableError:
    shown = cell.strip()[:80]
    if names:
        listed = ", ".join(repr(name) for name in names[:_MOST_LISTED])
        return PortableError(f"The picture {shown!r} may be any of {listed}.", "Write its folder before the name.")
    return PortableError(
        f"There is no picture {shown!r} beside {table}.", "Put it into the table's folder, or empty the cell: the row is then answered without."
    )


def _without_suffix(name: str) -> str:
    """A path without what follows its last dot."""
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.rpartition('.')[0] or last}"
