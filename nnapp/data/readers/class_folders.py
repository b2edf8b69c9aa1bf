"""Zips of class folders, whatever lies in them: which entries are looked at, and what their folders say."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

from nnapp.data.archives import Unreadable, is_junk, open_archive, read_entry, why_left_out
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.folders import THREADS, natural
from nnapp.data.media import MEDIA, TEXTS, Medium, media_words, medium_of
from nnapp.data.parts import part_called
from nnapp.data.readers import suffixes
from nnapp.data.readers.source import Source
from nnapp.data.specs import Part
from nnapp.errors import DataError
from nnapp.portable.errors import PortableError

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip begins, and how one without entries does."""
_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz"})

Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Found(Generic[Seen]):
    """What opened, in natural order, and what did not.

    Attributes:
        files: The fields that all class folders share, to be handed to a `ClassFolders`.
        seen: What looking at each file told.
    """

    files: dict[str, Any]
    seen: tuple[Seen, ...]


def holds(source: Source, medium: str) -> bool:
    """Whether an upload is a zip of this medium; one that holds none at all is left to the pictures' reader, which says so."""
    if not is_zip(source):
        return False
    try:
        with open_archive(source.path, source.name) as archive:
            told = medium_of(name for name in archive.namelist() if not is_junk(name))
    except DataError:
        told = None
    if told is None and holds_texts(source):
        return False
    return (told or next(iter(MEDIA))) == medium


def is_zip(source: Source) -> bool:
    """Whether an upload is a zip, packed no second time."""
    return not source.packed and source.head.startswith(_ZIP)


def holds_texts(source: Source) -> bool:
    """Whether an upload is a zip most of whose files are text files in folders, with something in them."""
    if not is_zip(source):
        return False
    try:
        with open_archive(source.path, source.name) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir() and not is_junk(entry.filename)]
    except DataError:
        return False
    names = [PurePosixPath(entry.filename) for entry in files if entry.file_size]
    return sum(name.suffix.lower() in TEXTS.suffixes and len(name.parts) > 1 for name in names) > 0.5 * len(files)


def look_through(source: Source, medium: Medium, look: Callable[[bytes], Seen]) -> Found[Seen]:
    """Open every file of a zip once, so that what does not open is known now.

    Args:
        source: The zip.
        medium: What is looked for.
        look: From a file's bytes to what is worth knowing of it; raises `PortableError` where it does not open.

    Raises:
        DataError: If nothing opens, or nothing lies in class folders.
    """

    def one(name: str) -> Seen | str:
        try:
            return look(read_entry(archive, name))
        except Unreadable as error:
            return str(error)
        except PortableError as error:
            return error.problem.removeprefix(f"The {medium.noun} ").rstrip(".")

    skipped: list[tuple[str, str]] = []
    with open_archive(source.path, source.name) as archive:
        entries = _candidates(archive, source.name, medium, skipped)
        places = _places(list(entries), skipped)
        if not places:
            raise DataError(f"The {medium.noun}s in {source.name} lie in no class folders.", remedy=medium.form)
        names = sorted(places, key=natural)
        with ThreadPoolExecutor(THREADS) as pool:
            seen = list(pool.map(one, names))
    skipped += [(name, found) for name, found in zip(names, seen, strict=True) if isinstance(found, str)]
    good = [(name, found) for name, found in zip(names, seen, strict=True) if not isinstance(found, str)]
    if not good:
        raise DataError(f"No {medium.noun} in {source.name} can be opened ({skipped[-1][0]!r}: {skipped[-1][1]}).", remedy=medium.again)
    paths = tuple(name for name, _ in good)
    files = {
        "name": source.name,
        "archive": source.path,
        "paths": paths,
        "labels": tuple(places[name][1] for name in paths),
        "parts": tuple(places[name][0] for name in paths),
        "digests": tuple(f"{entries[name].CRC:08x}-{entries[name].file_size}" for name in paths),
        "skipped": tuple(skipped),
        "findings": _told(skipped, medium),
    }
    return Found(files, tuple(found for _, found in good))


def _candidates(archive: zipfile.ZipFile, name: str, medium: Medium, skipped: list[tuple[str, str]]) -> dict[str, zipfile.ZipInfo]:
    """Entries named like files of the medium that may be opened; the others are listed with the reason."""
    entries: dict[str, zipfile.ZipInfo] = {}
    others: list[str] = []
    for entry in archive.infolist():
        reason = why_left_out(entry)
        if entry.is_dir() or (reason is None and is_junk(entry.filename)):
            continue
        if reason is None and not medium.has(entry.filename):
            others.append(entry.filename)
            reason = f"its name is not that of a {medium.noun}"
        if reason is None and entry.filename in entries:
            reason = "the archive has it twice"
        if reason is None:
            entries[entry.filename] = entry
        else:
            skipped.append((entry.filename, reason))
    if not entries:
        raise _nothing(name, medium, others or [skipped_name for skipped_name, _ in skipped])
    return entries


def _nothing(name: str, medium: Medium, others: list[str]) -> DataError:
    """Say what is in the archive instead."""
    if not others:
        return DataError(f"{name} is empty: it holds no {media_words()}.", remedy=medium.form)
    if any(PurePosixPath(other).suffix.lower() in _ARCHIVES for other in others):
        return DataError(f"{name} holds other archives ({quoted(others, 2)}), which are not unpacked.", remedy=f"Unpack them first. {medium.form}")
    tables = [other for other in others if PurePosixPath(other).suffix.lower() in suffixes()]
    if len(tables) == len(others) <= 20 and tables:
        a_table = "a table" if len(tables) == 1 else "tables"
        return DataError(f"{name} holds {a_table} ({quoted(tables, 2)}), not {media_words()}.", remedy="Unpack it and upload the table itself.")
    return DataError(f"{name} has {counted(len(others), 'file')} and none is a {_nouns()} (the first is {others[0][:60]!r}).", remedy=medium.form)


def _nouns() -> str:
    return " or a ".join(medium.noun for medium in MEDIA.values())


def _places(names: list[str], skipped: list[tuple[str, str]]) -> dict[str, tuple[Part | None, str]]:
    """Part and class of each file by its folders; a folder around everything is looked through."""
    folders = {name: PurePosixPath(name).parts[:-1] for name in names}
    while _wrapped(list(folders.values())):
        folders = {name: parts[1:] for name, parts in folders.items()}
    outermost = Counter(parts[0] for parts in folders.values() if parts)
    official = len(outermost) > 1 and all(part_called(folder) for folder in outermost) and any(part_called(folder) == "train" for folder in outermost)
    places: dict[str, tuple[Part | None, str]] = {}
    for name, parts in folders.items():
        part = part_called(parts[0]) if official and parts else None
        inner = parts[1:] if part else parts
        if inner:
            places[name] = (part, inner[0])
        else:
            skipped.append((name, "it lies in no class folder"))
    return places


def named_by_folders(names: Sequence[str]) -> dict[str, str]:
    """The class that each file's folder names, where it lies in one."""
    return {name: label for name, (_, label) in _places(list(names), []).items()}


def _wrapped(folders: list[tuple[str, ...]]) -> bool:
    """Whether one folder holds everything and has folders inside."""
    return all(len(parts) > 1 for parts in folders) and len({parts[0] for parts in folders}) == 1


def _told(skipped: list[tuple[str, str]], medium: Medium) -> tuple[Finding, ...]:
    """One finding for all that was left out."""
    if not skipped:
        return ()
    problem = f"{counted(len(skipped), 'file was', 'files were')} skipped: {'; '.join(f'{name[:60]!r}, {why}' for name, why in skipped[:3])}"
    more = f", and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    remedy = f"The other {medium.noun}s are used. Save those again, or remove them."
    return (Finding(code=f"{medium.noun}s_skipped", severity="warning", problem=f"{problem}{more}.", remedy=remedy),)
