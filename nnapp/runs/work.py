"""What runs and jobs have in common: a folder with a status, a lock, requests, a result or a failure."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from nnapp.errors import RunError
from nnapp.files import FolderLock, publish_json
from nnapp.runs.lines import LineWriter, whole_lines
from nnapp.runs.status import UNDER_WAY, Command, Failure, State, Status, StatusFile
from nnapp.specs import Spec

COMMANDS: tuple[Command, ...] = ("stop", "pause")
STEERING = "steer.json"
"""Settings that somebody wants changed from here on."""
CLAIM_PATIENCE = 2.0
"""Seconds a worker tries for its lock: whoever asks whether it is held has it for an instant."""


class Event(Spec):
    """Something that happened, in words: one JSON line."""

    time: float
    kind: str
    text: str
    numbers: dict[str, float | int | str | None] = {}


class Work:
    """A folder in which one worker at a time does something, and all may look.

    Args:
        folder: `runs/<run>` or `runs/<run>/jobs/<job>`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status_file = StatusFile(folder)

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def status(self) -> Status:
        """Where it stands now, read afresh."""
        return self.status_file.read()

    @property
    def state(self) -> State:
        """The status's state, but `lost` where the file says that a worker has it and no living one does."""
        found = self.status.state
        if found in UNDER_WAY and not self.is_locked:
            again = self.status.state  # it may have ended between the two looks
            return "lost" if again in UNDER_WAY else again
        return found

    @property
    def failure(self) -> Failure | None:
        """Why it failed, if it did; what failed once and goes on has no failure."""
        found = self.read_json("failure.json") if self.status.state == "failed" else None
        return None if found is None else Failure.parse(found)

    @property
    def result(self) -> dict[str, Any] | None:
        """What came of it, once it has ended well."""
        found = self.read_json("result.json")
        return found if isinstance(found, dict) else None

    @property
    def is_locked(self) -> bool:
        """Whether a living worker has it. A free lock is the only proof that a worker is lost."""
        return FolderLock.is_held(self.lock_path)

    @property
    def lock_path(self) -> Path:
        """The file whose lock the worker holds."""
        return self.folder / "worker.lock"

    @property
    def log_path(self) -> Path:
        """Everything the worker and its libraries print."""
        return self.folder / "log.txt"

    def events(self, offset: int = 0) -> tuple[list[Event], int]:
        """The events from a byte offset on, and the offset for next time."""
        values, end = whole_lines(self.folder / "events.jsonl", offset)
        return [Event.parse(value) for value in values], end

    def add_event(self, kind: str, text: str, **numbers: float | int | str | None) -> None:
        """Append an event; only whoever has the work in hand may."""
        writer = LineWriter(self.folder / "events.jsonl")
        writer.write(Event(time=time.time(), kind=kind, text=text, numbers=numbers).model_dump())
        writer.close()

    def read_json(self, name: str) -> Any | None:
        """The value in a published file of the folder; None while it is not there."""
        try:
            return json.loads((self.folder / name).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write_json(self, name: str, value: Any) -> None:
        """Publish a value in the folder, which must still be there."""
        self.must_exist()
        publish_json(self.folder / name, value)

    def must_exist(self) -> None:
        """Raise `RunError` when somebody has deleted the folder."""
        if not self.folder.is_dir():
            raise RunError(f"{self.id} is no longer there.", remedy="It has been deleted; choose another run.")

    @property
    def command(self) -> Command | None:
        """What has been asked of the worker and is not done yet."""
        return next((command for command in COMMANDS if (self.folder / command).exists()), None)

    def clear_commands(self) -> None:
        """Forget what was asked: it has been done, or taken back."""
        for name in (*COMMANDS, STEERING):
            (self.folder / name).unlink(missing_ok=True)

    def request(self, command: Literal["stop", "pause", "resume"]) -> Status:
        """Ask for a stop (the best so far is kept), a pause, or to go on after one or after a failure.

        Returns:
            The status as it then is: `stopping` while a worker sees to it, `stopped` where none had begun.

        Raises:
            RunError: If it has ended, or if `resume` was asked and there is nothing to go on with.
        """
        decide: dict[str, Callable[[Status], dict[str, Any]]] = {"stop": self._stop, "pause": self._pause, "resume": self._resume}
        after = self.status_file.change(decide[command])
        if command == "resume":
            os.utime(self.folder.parent)  # the supervisor does not look again at what has failed before its folder has changed
        return after

    def _stop(self, status: Status) -> dict[str, Any]:
        self._must_be_open(status)
        if status.state in {"queued", "paused", "lost"} and not self.has_progress:
            return {"state": "stopped", "message": "Stopped before it began.", "ended": time.time()}
        (self.folder / "stop").touch()
        return {"state": "stopping", "message": "stopping"} if status.is_under_way else {"state": "queued"}

    def _pause(self, status: Status) -> dict[str, Any]:
        self._must_be_open(status)
        if status.state == "queued":
            return {"state": "paused", "message": "Paused."}
        if status.is_under_way:
            (self.folder / "pause").touch()
            return {"message": "pausing"}
        return {}

    def _resume(self, status: Status) -> dict[str, Any]:
        if status.state == "failed":
            return self._resume_failed(status)
        if status.state != "paused" and self.command != "pause":
            raise RunError(f"{self.id} is {status.state}, not paused.", remedy="Only a run that is paused or has failed can be resumed.")
        (self.folder / "pause").unlink(missing_ok=True)
        return {"state": "queued", "message": ""} if status.state == "paused" else {}

    def _resume_failed(self, status: Status) -> dict[str, Any]:
        """Go on from the checkpoint; nobody has the work in hand, so the event is ours to write."""
        if not self.can_resume(status):
            raise RunError(f"{self.id} has failed and left nothing to go on with.", remedy="Start a new run to train again.")
        for command in COMMANDS:
            (self.folder / command).unlink(missing_ok=True)
        problem = self.failure.problem if self.failure else ""
        self.add_event("retried", f"You let it go on after a failure: {problem}", problem=problem, epoch=status.epoch)
        return {"state": "queued", "message": "", "ended": None, "retries": 0}

    def can_resume(self, status: Status) -> bool:
        """Whether it is paused, or has failed for a reason that can be mended or after a checkpoint."""
        if status.state != "failed":
            return status.state == "paused"
        return self.has_progress or (self.failure is not None and not self.failure.fault)

    def _must_be_open(self, status: Status) -> None:
        if status.is_final:
            raise RunError(f"{self.id} is already {status.state}.", remedy="Start a new run to train again.")

    @property
    def has_progress(self) -> bool:
        """Whether there is something that a stop would keep."""
        return (self.folder / "checkpoint").is_dir()
