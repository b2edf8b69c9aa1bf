"""Where a run or a job stands: one small JSON file, changed only under a lock held for an instant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from nnapp.errors import RunError, SpecError
from nnapp.files import brief_lock, publish_json, publish_text
from nnapp.specs import Spec

State = Literal["queued", "running", "paused", "stopping", "finished", "stopped", "failed", "lost"]
Command = Literal["stop", "pause"]
FINAL: frozenset[State] = frozenset({"finished", "stopped", "failed"})
"""States that nothing leaves by itself."""
UNDER_WAY: frozenset[State] = frozenset({"running", "stopping"})
"""States in which a worker holds the lock, or has been lost."""


class Status(Spec):
    """Where a run or a job stands. Times are seconds since 1970, UTC."""

    state: State = "queued"
    message: Annotated[str, Field(description="What is happening, in words: reading, preparing, training, …")] = ""
    pid: Annotated[int | None, Field(description="The worker's process id, also after it has ended.")] = None
    heartbeat: Annotated[float | None, Field(description="When the worker last said that it lives.")] = None
    epoch: Annotated[int, Field(ge=0, description="Epochs that are complete.")] = 0
    epochs: Annotated[int | None, Field(description="Epochs at most.")] = None
    step: Annotated[int, Field(ge=0, description="Optimizer steps so far.")] = 0
    device: Annotated[str, Field(description="What it runs on, in words.")] = ""
    gpu: Annotated[int | None, Field(description="Index of the GPU given to the worker; None on a CPU.")] = None
    gpus: Annotated[tuple[int, ...], Field(description="Indices of all GPUs given to it; `gpu` is the first.")] = ()
    places: Annotated[int, Field(ge=1, description="Places it takes: GPUs that are to share its batches.")] = 1
    owner: Annotated[str, Field(description="Whose it is: people take turns.")] = ""
    created: float = 0.0
    started: Annotated[float | None, Field(description="When a worker first took it.")] = None
    ended: float | None = None
    retries: Annotated[int, Field(ge=0, description="Times a worker was lost since the last progress.")] = 0
    retry_epoch: Annotated[int, Field(ge=0, description="Epochs that were complete when a worker was last lost.")] = 0

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in FINAL

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has it, as far as the file says."""
        return self.state in UNDER_WAY


class Failure(Spec):
    """Why something ended without a result; published before the status says `failed`."""

    problem: str
    remedy: str
    detail: Annotated[str, Field(description="For who wants to know: the traceback, or the end of the log.")] = ""
    fault: Annotated[bool, Field(description="Whether it is nnapp's own mistake, which nobody else can mend.")] = False


class StatusFile:
    """`status.json` of a folder.

    Args:
        folder: The run's or job's folder. It must exist: nothing here brings a deleted one back.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "status.json"

    def exists(self) -> bool:
        """Whether the folder is there, and whole."""
        return self._path.exists()

    def read(self) -> Status:
        """The status as it is now.

        Raises:
            RunError: If the folder is gone, or the file is none of ours.
        """
        try:
            return Status.from_json(self._path.read_bytes())
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._gone() from error
        except (SpecError, ValueError, TypeError) as error:
            raise RunError(f"The status of {self._folder.name} cannot be read: {error}.", remedy="Delete its folder; this nnapp did not write it.") from error

    def change(self, decide: Callable[[Status], dict[str, Any]]) -> Status:
        """Read, decide and write while nobody else can.

        Args:
            decide: Given the present status, the fields to change; none leaves the file as it is.

        Returns:
            The status as it then is.
        """
        if not self._path.exists():
            raise self._gone()
        with brief_lock(self._folder / "status.lock"):
            before = self.read()
            changes = decide(before)
            if not changes:
                return before
            after = before.model_copy(update=changes)
            publish_text(self._path, Status.model_validate(after.model_dump()).to_json())
        return after

    def fail(self, failure: Failure, *, ended: float) -> Status:
        """Publish the reason, then the state `failed`; a final state is left as it is."""
        if self.read().is_final:
            return self.read()
        publish_json(self._folder / "failure.json", failure.model_dump())
        return self.change(lambda status: {} if status.is_final else {"state": "failed", "message": failure.problem, "ended": ended})

    def _gone(self) -> RunError:
        return RunError(f"{self._folder.name} is no longer there.", remedy="It has been deleted; choose another run.")
