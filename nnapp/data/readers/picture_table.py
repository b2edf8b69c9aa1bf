"""A zip that holds a table and the pictures that one of its columns names."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from nnapp.data.archives import Unreadable, is_junk, open_archive, read_entry, why_left_out
from nnapp.data.columns import profile
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.folders import natural
from nnapp.data.media import MEDIA, TABLE_SUFFIXES, medium_of
from nnapp.data.picture_table import PictureTable
from nnapp.data.pictures import Pictures
from nnapp.data.readers import read, reader
from nnapp.data.readers.class_folders import is_zip, named_by_folders
from nnapp.data.readers.named_pictures import Named, Seen, looked_at, naming_column, told
from nnapp.data.readers.source import Source
from nnapp.data.table import Table
from nnapp.data.target import propose_target
from nnapp.errors import DataError, NnappError

MOST_TABLES = 12
"""Tables that are looked into."""
ABOUT_FILES = frozenset({"size", "bytes", "filesize", "file_size", "width", "height", "channels", "format", "mode"})
"""Columns, lower case, that tell of the files and not of what they show."""
_FORM = "One of its columns must hold the pictures' names, as in img/1.jpg. Without a table, put the pictures of each class into a folder of its own."


def _brings_both(source: Source) -> bool:
    """Whether an upload is a zip of pictures with a table that names them, or with a table and nothing else that says a class."""
    if not is_zip(source):
        return False
    try:
        with open_archive(source.path, source.name) as archive:
            names = [name for name in archive.namelist() if not is_junk(name) and not name.endswith("/")]
    except DataError:
        return False
    pictures = [name for name in names if MEDIA["pictures"].has(name)]
    tables = [name for name in names if PurePosixPath(name).suffix.lower() in TABLE_SUFFIXES]
    if medium_of(names) != "pictures" or not 1 <= len(tables) <= MOST_TABLES:
        return False
    named = _naming(source, tables, pictures)
    folders = named_by_folders(pictures)
    if len(set(folders.values())) < 2:
        return True  # the folders say no class, so a table must
    more = any(_says_more(table, one, folders) for table, one in named.values())
    source.known["says_more"] = more
    return more if source.kind == "auto" else bool(named) and source.kind != "pictures"


def _says_more(table: Table, named: Named, folders: Mapping[str, str]) -> bool:
    """Whether a table says more than the folders do: an index of class folders tells of the files, and says their class again."""
    about = [column for column in table.columns if column == named.column or column.strip().lower() in ABOUT_FILES]
    profiles = profile(table, dict.fromkeys(about, "ignored"))
    classes = [folders.get(files[0]) if len(files) == 1 else None for files in named.files]
    try:
        propose_target(table, profiles)
    except DataError:
        return False
    said = [one for one in profiles if one.type not in {"identifier", "date", "ignored", "picture"}]
    return not all(_says_again(table.cells(one.name), classes) for one in said)


def _says_again(cells: Sequence[str | None], classes: Sequence[str | None]) -> bool:
    """Whether cells stand for classes, one for one."""
    pairs = {pair for pair in zip(cells, classes, strict=True) if None not in pair}
    return len(pairs) == len({cell for cell, _ in pairs}) == len({label for _, label in pairs})


@reader("picture_table", (".zip",), _brings_both)
def read_picture_table(source: Source, skip_bad_rows: bool) -> PictureTable:
    """The table, and every picture that it names decoded once, so that what does not open is known now."""
    found: dict[str, tuple[Table, Named]] = source.known["naming"]
    if not found and source.known["failed"]:
        raise source.known["failed"][0]  # the table that did not open may be the one that names them
    if not found:
        looked = quoted(source.known["tables"])
        raise DataError(f"No column of {looked} in {source.name} names the pictures beside it.", remedy=_FORM)
    if len(found) > 1:
        raise DataError(f"{source.name} holds several tables that name its pictures: {quoted(found)}.", remedy="Leave one of them in the zip.")
    ((entry, (table, named)),) = found.items()
    if skip_bad_rows:
        table = _table_in(source, entry, skip_bad_rows=True)
        named = Named.of(table, named.column, named.beside)
    seen = looked_at(source, named)
    whole = _joined(source, table, named, seen)
    if not len(whole.pictures.paths):
        problem = f"None of the pictures that column {named.column!r} of {source.name} names can be opened."
        raise DataError(problem, remedy=MEDIA["pictures"].again)
    lacking = told(table, named, seen, left_out=skip_bad_rows)
    if skip_bad_rows:
        whole = whole.with_pictures_only()
    return replace(whole, findings=(_found(whole, PurePosixPath(entry).name), *_folders(whole), *table.findings, *lacking))


def _naming(source: Source, tables: Sequence[str], pictures: Sequence[str]) -> dict[str, tuple[Table, Named]]:
    """The tables of a zip that have a column of its pictures' names, each with that column; found once a source."""
    if "naming" not in source.known:
        found: dict[str, tuple[Table, Named]] = {}
        failed: list[NnappError] = []
        for entry in tables:
            try:
                table = _table_in(source, entry)
            except NnappError as error:
                failed.append(error)
                continue
            named = naming_column(table, pictures, PurePosixPath(entry).parent)
            if named is not None:
                found[entry] = table, named
        source.known |= {"naming": found, "tables": list(tables), "failed": failed}
    named_tables: dict[str, tuple[Table, Named]] = source.known["naming"]
    return named_tables


def _table_in(source: Source, entry: str, *, skip_bad_rows: bool = False) -> Table:
    """One entry of the zip, read as if it had been uploaded by itself."""
    with open_archive(source.path, source.name) as archive:
        reason = why_left_out(archive.getinfo(entry))
        if reason is not None:
            raise DataError(f"{entry} in {source.name} is left out: {reason}.", remedy="Make the zip again.")
        try:
            content = read_entry(archive, entry)
        except Unreadable as error:
            raise DataError(f"{entry} in {source.name} cannot be read: {error}.", remedy="Make the zip again.") from error
    name = PurePosixPath(entry).name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{PurePosixPath(entry).suffix.lower()}"
        path.write_bytes(content)
        table = read(path, name, skip_bad_rows=skip_bad_rows)
    if not isinstance(table, Table):
        raise DataError(f"{name} in {source.name} is no table.", remedy="Put a CSV or Excel file beside the pictures.")
    return table


def _joined(source: Source, table: Table, named: Named, seen: Seen) -> PictureTable:
    """Rows and pictures put together."""
    good = sorted((path for path, look in seen.items() if not isinstance(look, str)), key=natural)
    place = {path: index for index, path in enumerate(good)}
    looks = [look for path in good if not isinstance(look := seen[path], str)]
    pictures = Pictures(
        name=source.name,
        archive=source.path,
        paths=tuple(good),
        labels=("",) * len(good),
        parts=(None,) * len(good),
        sizes=np.array([(width, height) for width, height, _ in looks], np.int64).reshape(-1, 2),
        grey=all(grey for _, _, grey in looks),
    )
    places = np.array([place.get(names[0], -1) if len(names) == 1 else -1 for names in named.files], np.int64)
    return PictureTable(source.name, table.frame, table.reading, folder=table.folder, column=named.column, pictures=pictures, places=places)


def _found(table: PictureTable, entry: str) -> Finding:
    """How the zip was understood."""
    problem = f"Column {table.column!r} of {entry} names a picture a row: {len(table.pictures.paths):,} different ones are seen beside the other columns."
    remedy = "Leave them out if they do not matter. Training is then quicker."
    return Finding(
        code="pictures_named",
        severity="info",
        problem=problem,
        remedy=remedy,
        columns=(table.column,),
        fix={"data.types": {table.column: "ignored"}},
        fix_label="Leave the pictures out",
    )


def _folders(table: PictureTable) -> tuple[Finding, ...]:
    """That the folders say classes too, with the way to take them instead."""
    classes = sorted(set(named_by_folders(table.pictures.paths).values()), key=natural)
    if len(classes) < 2:
        return ()
    problem = f"The folders of {table.name} could be {counted(len(classes), 'class', 'classes')} too ({quoted(classes)}), but the table is asked."
    remedy = "Take the folders for the classes if the table only lists the pictures."
    fix = {"data.kind": "pictures", "data.target": None, "data.task": None}
    return (Finding(code="folders_beside", severity="info", problem=problem, remedy=remedy, fix=fix, fix_label="Folders are classes"),)
