"""The data store: every upload kept once, by its SHA-256, as it came."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import Field

from nnapp.data.archives import MAX_ENTRIES, is_junk
from nnapp.data.findings import counted, short
from nnapp.data.folders import ClassFolders, natural
from nnapp.data.long_table import as_series
from nnapp.data.media import FILE_SUFFIXES, TABLE_SUFFIXES, media_words
from nnapp.data.pictures import Data, Pictures
from nnapp.data.readers import read
from nnapp.data.sounds import Sounds
from nnapp.errors import DataError
from nnapp.files import DRAFT_PREFIX, publish_json, publish_text, sync_folder
from nnapp.specs import Spec

MAX_UPLOAD_BYTES = 64 << 30
FOLDERS: tuple[type[ClassFolders], ...] = (Pictures, Sounds)
"""What is decoded once; its reading is kept."""
_BLOCK = 1 << 20


class Upload(Spec):
    """What the store knows of one upload."""

    sha256: str
    name: Annotated[str, Field(description="File name as it came.")]
    bytes: int
    added: Annotated[float, Field(description="Seconds since 1970.")]


class DataStore:
    """Uploads in `data/<sha256>/` under the home folder (`models/`).

    Args:
        home: The home folder; made when something is added.
    """

    def __init__(self, home: Path) -> None:
        self._folder = Path(home) / "data"

    def add(self, path: Path | str, name: str | None = None) -> str:
        """Store a file, or a folder of class folders (packed into a zip that is the same each time).

        Returns:
            The SHA-256 by which it is known from now on.

        Raises:
            DataError: If there is nothing at `path`, or it is empty or too large.
        """
        path = Path(path)
        if path.is_dir():
            with tempfile.TemporaryFile() as stream:
                _pack(path, stream)
                stream.seek(0)
                return self._receive(stream, name or f"{path.resolve().name}.zip")
        if not path.is_file():
            raise DataError(f"There is no file {short(path, 200)!r}.", remedy="Check the path; a data file or a folder of class folders is needed.")
        with path.open("rb") as stream:
            return self._receive(stream, name or path.name)

    def add_bytes(self, buffer: bytes | bytearray | memoryview | BinaryIO, name: str) -> str:
        """Store what a browser sent.

        Args:
            buffer: The bytes, or a stream of them, read from where it stands.
            name: The name the person knows it by; used for messages and suffix only, never as a path.
        """
        stream = io.BytesIO(buffer) if isinstance(buffer, bytes | bytearray | memoryview) else buffer
        return self._receive(stream, name)

    def upload(self, sha256: str) -> Path:
        """The file as it came.

        Raises:
            DataError: If the store has no such upload.
        """
        path = self._entry(sha256) / "upload"
        if not path.is_file():
            raise DataError(f"There is no upload {sha256[:12]} in the data store.", remedy="Upload the file again.")
        return path

    def about(self, sha256: str) -> Upload:
        """Name, size and day of an upload."""
        self.upload(sha256)
        return Upload.from_json((self._entry(sha256) / "about.json").read_text("utf-8"))

    def name(self, sha256: str) -> str:
        """The name an upload came with."""
        return self.about(sha256).name

    def open(self, sha256: str, skip_bad_rows: bool = False, kind: str = "auto") -> Data:
        """Read an upload. Pictures and sounds are decoded once; their reading is kept beside the upload.

        Args:
            sha256: Which one.
            skip_bad_rows: Leave out rows with too many or too few cells.
            kind: What it is to be taken for; `auto` takes a table with several rows a series as one example a series.

        Raises:
            DataError: If it cannot be read, with cause and fix.
        """
        path, name = self.upload(sha256), self.name(sha256)
        for files in FOLDERS:
            kept = self._kept(sha256, files, kind)
            known = files.from_json(kept.read_text("utf-8"), name, path) if kept.is_file() else None
            if known is not None:
                return known
        data = read(path, name, skip_bad_rows=skip_bad_rows, notes=self._entry(sha256), kind=kind)
        if isinstance(data, ClassFolders):
            publish_text(self._kept(sha256, type(data), kind), data.to_json())
            return data
        return as_series(data, asked=kind == "series") if kind in {"auto", "series"} and data.picture_column is None else data

    def list(self) -> tuple[Upload, ...]:
        """All uploads, the newest first."""
        found = [self.about(folder.name) for folder in self._folder.glob("*") if (folder / "about.json").is_file() and (folder / "upload").is_file()]
        return tuple(sorted(found, key=lambda upload: (-upload.added, upload.name)))

    def _entry(self, sha256: str) -> Path:
        """The folder of an upload; a name that is no SHA-256 never becomes a path."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise DataError(f"{short(sha256)!r} is not the SHA-256 of an upload.", remedy="Use the 64 characters that adding the file gave.")
        return self._folder / sha256

    def _kept(self, sha256: str, files: type[ClassFolders], kind: str) -> Path:
        """Where the reading of files in folders is kept; by itself where a person asked, since the upload may be a table with pictures, too."""
        return self._entry(sha256) / f"{files.noun}s{'' if kind == 'auto' else f'_as_{kind}'}.json"

    def _receive(self, stream: BinaryIO, name: str) -> str:
        """Copy a stream to its place, hashing on the way."""
        name = _plain(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=DRAFT_PREFIX, dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as written:
                sha256, size = _copy(stream, written, name, shutil.disk_usage(self._folder).free)
                written.flush()
                os.fsync(written.fileno())
            entry = self._entry(sha256)
            entry.mkdir(exist_ok=True)
            if not (entry / "upload").is_file():
                Path(draft).chmod(0o444)
                Path(draft).replace(entry / "upload")
                sync_folder(entry)
        finally:
            Path(draft).unlink(missing_ok=True)
        publish_json(entry / "about.json", Upload(sha256=sha256, name=name, bytes=size, added=time.time()).model_dump())
        return sha256


def _copy(source: BinaryIO, target: BinaryIO, name: str, free: int) -> tuple[str, int]:
    """Copy in blocks; SHA-256 and number of bytes."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        size += len(block)
        if size > MAX_UPLOAD_BYTES:
            raise DataError(f"{name} is larger than {MAX_UPLOAD_BYTES >> 30} GB.", remedy="Bring fewer rows or files, or smaller ones.")
        if 2 * size > free:
            raise DataError(f"There is no room for {name} on this disk ({free / 1e9:.1f} GB are free).", remedy="Delete old runs or other files first.")
        digest.update(block)
        target.write(block)
    if size == 0:
        raise DataError(f"{name} is empty: it has no bytes at all.", remedy="Choose a file with data in it.")
    return digest.hexdigest(), size


def _plain(name: str) -> str:
    """The last piece of a file name, without control characters, cut to 120 characters with its suffix kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(letter for letter in last if letter.isprintable()).strip() or "upload"
    stem, dot, suffix = clean.rpartition(".")
    if len(clean) <= 120 or not dot:
        return clean[:120]
    return f"{stem[: 115 - len(suffix[:10])]}….{suffix[:10]}"


def _pack(folder: Path, stream: BinaryIO) -> None:
    """Zip the pictures or sounds of a folder, and the tables at its top: the same files give the same bytes. Links are not followed."""
    media = (path for path in folder.rglob("*") if path.suffix.lower() in FILE_SUFFIXES)
    tables = (path for path in folder.glob("*") if path.suffix.lower() in TABLE_SUFFIXES)  # one may name the pictures
    found = [path for path in (*media, *tables) if path.is_file() and not path.is_symlink()]
    names = {path.relative_to(folder).as_posix(): path for path in found if path.resolve().is_relative_to(folder.resolve())}
    kept = sorted((name for name in names if not is_junk(name)), key=natural)
    if not any(path.suffix.lower() in FILE_SUFFIXES for path in found):
        raise DataError(
            f"The folder {folder.name} has no {media_words()} in it.", remedy=f"Put the files of each class into a folder ({', '.join(sorted(FILE_SUFFIXES))})."
        )
    if len(kept) > MAX_ENTRIES:
        raise DataError(f"The folder {folder.name} has {counted(len(kept), 'file')}; at most {MAX_ENTRIES:,} are accepted.", remedy="Bring fewer.")
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in kept:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            with archive.open(entry, "w") as target, names[name].open("rb") as source:
                shutil.copyfileobj(source, target, _BLOCK)
