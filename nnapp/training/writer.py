"""Checkpoints written beside the training: it waits for them only where it must."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from nnapp.training.checkpoint import Snapshot, save


class CheckpointWriter:
    """Writes one checkpoint at a time in a thread of its own; its errors come out of the next call.

    Args:
        folder: Where checkpoints go.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoint")
        self._writing: Future[None] | None = None

    def __enter__(self) -> CheckpointWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._threads.shutdown(wait=True)

    @property
    def is_busy(self) -> bool:
        """Whether the last checkpoint is still being written; raises the error of one that could not be."""
        if self._writing is not None and self._writing.done():
            self.wait()
        return self._writing is not None

    def begin(self, state: Snapshot) -> None:
        """Begin to write a checkpoint, after the one before it."""
        self.wait()
        self._writing = self._threads.submit(save, self._folder, state)

    def wait(self) -> None:
        """Return when the last checkpoint is in place, or raise why it is not."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()
