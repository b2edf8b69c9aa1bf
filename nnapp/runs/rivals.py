"""The baselines of a run, fitted beside its training."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING

from nnapp.runs.folder import Run
from nnapp.runs.recorder import FolderRecorder

if TYPE_CHECKING:
    from nnapp.data.dataset import Parts
    from nnapp.metrics import Rival

FAREWELL = 5.0
"""Seconds that the baselines still have once a stop has been asked."""


class Rivals:
    """A block beside which the baselines are fitted; each is a process of its own, so a thread suffices here.

    Args:
        run: Gets `baselines.json`; what an earlier worker has fitted is taken as it is.
        parts: The network's own data.
        recorder: Told when they fail; a run does not fail with its baselines.
    """

    def __init__(self, run: Run, parts: Parts, recorder: FolderRecorder) -> None:
        self._run = run
        self._parts = parts
        self._recorder = recorder
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="baselines")
        self._future: Future[tuple[Rival, ...]] | None = None
        self._deadline = float("inf")

    def __enter__(self) -> Rivals:
        from nnapp.baselines import load_baselines, run_baselines

        if known := load_baselines(self._run.folder):
            self._future = Future()
            self._future.set_result(known)
        else:
            self._future = self._threads.submit(run_baselines, self._parts, self._run.folder, given_up=self._given_up)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._deadline = 0.0
        self._threads.shutdown(wait=True)

    def results(self) -> tuple[Rival, ...]:
        """Wait for the baselines; not for long when the run was asked to stop."""
        if self._future is None:
            raise ValueError("asked outside the block")
        if not self._future.done():
            self._recorder.phase("baselines")
        if (error := self._future.exception()) is not None:
            self._recorder.event("baselines", f"The baselines could not be fitted: {error}")
            return ()
        return self._future.result()

    def _given_up(self) -> bool:
        if self._deadline == float("inf") and self._recorder.work.command == "stop":
            self._deadline = time.monotonic() + FAREWELL
        return time.monotonic() > self._deadline
