"""Files that appear whole or not at all, locks that die with their holder, and archives that cannot harm."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from nnapp.errors import DataError

DRAFT_PREFIX = ".draft-"


@contextlib.contextmanager
def publish(path: Path) -> Iterator[Path]:
    """Write a file beside its place and move it there when the block ends without an error.

    Yields the draft's path. Whoever looks sees the old file, the new file, or none; never a half.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=DRAFT_PREFIX, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.chmod(0o644)
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def publish_text(path: Path, text: str) -> None:
    """Publish a text file (UTF-8)."""
    with publish(path) as draft:
        draft.write_text(text, encoding="utf-8")


def publish_json(path: Path, value: Any) -> None:
    """Publish a JSON file; a number that is not finite is our own mistake and raises `ValueError`."""
    publish_text(path, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep_drafts(folder: Path) -> None:
    """Remove what writers killed half-way left behind, files and folders. Call it only where no writer is at work."""
    for draft in list(folder.rglob(f"{DRAFT_PREFIX}*")):
        if draft.is_dir() and not draft.is_symlink():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)


def sha256_of(source: BinaryIO) -> str:
    """Hexadecimal SHA-256 of a stream, read in blocks."""
    digest = hashlib.sha256()
    while block := source.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def safe_join(folder: Path, name: str) -> Path:
    """The path of `name` directly or deeper inside `folder`, refused if it would leave it.

    Raises:
        DataError: For `..`, absolute paths, drive letters, backslashes, NUL, or percent-escapes of them.
    """
    parts = name.split("/")
    hostile = (
        not name
        or name.startswith("/")
        or "\\" in name
        or "\x00" in name
        or re.match(r"^[A-Za-z]:", name) is not None
        or re.search(r"%(25)*(2e|2f|5c|00)", name, re.IGNORECASE) is not None
        or any(part in {"", ".", ".."} for part in parts)
    )
    if hostile:
        raise DataError(f"The name {name[:80]!r} points outside its folder.", remedy="Use a plain name without '..' or slashes.")
    return folder.joinpath(*parts)


class FolderLock:
    """An exclusive lock on a file, released by the kernel when its holder ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: IO[str] | None = None

    def acquire(self, patience: float = 0.0) -> bool:
        """Take the lock if it is free; say whether it is ours.

        Args:
            patience: Seconds to go on trying: a probe (`is_held`) holds a free lock for an instant.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = self._path.open("a+", encoding="utf-8")
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    handle.close()
                    return False
                time.sleep(0.01)
            else:
                self._handle = handle
                return True

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    @property
    def is_ours(self) -> bool:
        """Whether we hold it, and its file is still the one at its path: a deleted folder's lock guards nothing."""
        if self._handle is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._handle.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    @staticmethod
    def is_held(path: Path) -> bool:
        """Whether some living process holds the lock."""
        if not path.exists():
            return False
        probe = FolderLock(path)
        if probe.acquire():
            probe.release()
            return False
        return True


@contextlib.contextmanager
def brief_lock(path: Path) -> Iterator[None]:
    """Wait for a lock that is only ever held for an instant."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
