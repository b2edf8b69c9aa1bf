"""A zip of class folders of pictures."""

from __future__ import annotations

import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from nnapp.data.archives import Unreadable, is_junk, open_archive, read_entry, why_left_out
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.parts import part_called
from nnapp.data.pictures import THREADS, Pictures, natural
from nnapp.data.readers import PICTURE_SUFFIXES, reader, suffixes
from nnapp.data.readers.source import Source
from nnapp.data.specs import Part
from nnapp.errors import DataError
from nnapp.portable.errors import PortableError
from nnapp.portable.pictures import open_picture

_FORM = "Put the pictures of each class into a folder of its own, as in cat/1.jpg and dog/1.jpg, and zip the folders."
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"


@dataclass(frozen=True)
class _Seen:
    """One picture that opens."""

    size: tuple[int, int]
    grey: bool


@reader("pictures", (".zip",), lambda source: not source.packed and source.head.startswith((_ZIP, _EMPTY_ZIP)))
def read_pictures(source: Source, skip_bad_rows: bool) -> Pictures:
    """Every picture is decoded once, so that what does not open is known now."""
    with open_archive(source.path, source.name) as archive:
        skipped: list[tuple[str, str]] = []
        entries = _candidates(archive, source.name, skipped)
        places = _places(list(entries), skipped)
        if not places:
            raise DataError(f"The pictures in {source.name} lie in no class folders.", remedy=_FORM)
        names = sorted(places, key=natural)
        with ThreadPoolExecutor(THREADS) as pool:
            seen = list(pool.map(lambda name: _look(archive, name), names))
        skipped += [(name, found) for name, found in zip(names, seen, strict=True) if isinstance(found, str)]
        good = [(name, found) for name, found in zip(names, seen, strict=True) if isinstance(found, _Seen)]
        digests = tuple(f"{entries[name].CRC:08x}-{entries[name].file_size}" for name, _ in good)
    if not good:
        raise DataError(f"No picture in {source.name} can be opened ({skipped[-1][0]!r}: {skipped[-1][1]}).", remedy="Save the pictures again as PNG or JPEG.")
    return Pictures(
        source.name,
        source.path,
        tuple(name for name, _ in good),
        tuple(places[name][1] for name, _ in good),
        tuple(places[name][0] for name, _ in good),
        np.array([found.size for _, found in good], np.int64).reshape(-1, 2),
        all(found.grey for _, found in good),
        digests,
        tuple(skipped),
        _told(skipped),
    )


def _candidates(archive: zipfile.ZipFile, name: str, skipped: list[tuple[str, str]]) -> dict[str, zipfile.ZipInfo]:
    """Entries named like pictures that may be opened; the others are listed with the reason."""
    entries: dict[str, zipfile.ZipInfo] = {}
    others: list[str] = []
    for entry in archive.infolist():
        reason = why_left_out(entry)
        if entry.is_dir() or (reason is None and is_junk(entry.filename)):
            continue
        if reason is None and PurePosixPath(entry.filename).suffix.lower() not in PICTURE_SUFFIXES:
            others.append(entry.filename)
            reason = "its name is not that of a picture"
        if reason is None and entry.filename in entries:
            reason = "the archive has it twice"
        if reason is None:
            entries[entry.filename] = entry
        else:
            skipped.append((entry.filename, reason))
    if not entries:
        raise _no_pictures(name, others or [skipped_name for skipped_name, _ in skipped])
    return entries


def _no_pictures(name: str, others: list[str]) -> DataError:
    """Say what is in the archive instead."""
    if not others:
        return DataError(f"{name} is empty: it holds no pictures.", remedy=_FORM)
    if any(PurePosixPath(other).suffix.lower() in {".zip", ".7z", ".rar", ".tar", ".gz"} for other in others):
        return DataError(f"{name} holds other archives ({quoted(others, 2)}), which are not unpacked.", remedy=f"Unpack them first. {_FORM}")
    tables = [other for other in others if PurePosixPath(other).suffix.lower() in suffixes()]
    if len(tables) == len(others) <= 20 and tables:
        return DataError(
            f"{name} holds {'a table' if len(tables) == 1 else 'tables'} ({quoted(tables, 2)}), not pictures.", remedy="Unpack it and upload the table itself."
        )
    return DataError(f"{name} has {counted(len(others), 'file')} and none is a picture (the first is {others[0][:60]!r}).", remedy=_FORM)


def _places(names: list[str], skipped: list[tuple[str, str]]) -> dict[str, tuple[Part | None, str]]:
    """Part and class of each picture by its folders; a folder around everything is looked through."""
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


def _wrapped(folders: list[tuple[str, ...]]) -> bool:
    """Whether one folder holds everything and has folders inside."""
    return all(len(parts) > 1 for parts in folders) and len({parts[0] for parts in folders}) == 1


def _look(archive: zipfile.ZipFile, name: str) -> _Seen | str:
    """Decode one picture; a text is the reason why it cannot be."""
    try:
        image = open_picture(read_entry(archive, name))
    except Unreadable as error:
        return str(error)
    except PortableError as error:
        return error.problem.removeprefix("The picture ").rstrip(".")
    return _Seen(image.size, image.mode == "L")


def _told(skipped: list[tuple[str, str]]) -> tuple[Finding, ...]:
    """One finding for all that was left out."""
    if not skipped:
        return ()
    problem = f"{counted(len(skipped), 'file was', 'files were')} skipped: {'; '.join(f'{name[:60]!r}, {why}' for name, why in skipped[:3])}"
    more = f", and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    remedy = "The other pictures are used. Save those again, or remove them."
    return (Finding(code="pictures_skipped", severity="warning", problem=f"{problem}{more}.", remedy=remedy),)
