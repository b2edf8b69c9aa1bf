"""What a worker tells while it works: metrics, events, phases and a heartbeat; and what it is asked meanwhile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from nnapp.errors import RunError
from nnapp.files import publish_text
from nnapp.runs.failures import is_full_disk
from nnapp.runs.lines import LineWriter, whole_lines
from nnapp.runs.status import Command
from nnapp.runs.work import STEERING, Event, Work

if TYPE_CHECKING:
    from nnapp.training.records import Metric
    from nnapp.training.steering import Steering

BEAT = 1.0
"""Seconds between two looks of the heartbeat's thread."""
QUIET = 5.0
"""Seconds after which the heartbeat is written although nothing has changed."""
LOOK = 0.4
"""Seconds for which an answer to "is anything asked?" is good."""


class Interrupted(Exception):  # noqa: N818  # not an error: somebody asked for it
    """The work ends early because somebody asked for it.

    Args:
        command: What was asked.
    """

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self.command: Command = command


class FolderRecorder:
    """Writes a worker's progress into its folder; it is the `Recorder` that training talks to.

    Args:
        work: The run or job in hand.
        on_gone: Called from the heartbeat's thread when the folder has been deleted: nobody
            wants the result any more.
        on_stop: Called from there when a stop has been asked; None for work that looks for itself.
    """

    def __init__(self, work: Work, on_gone: Callable[[], None] | None = None, on_stop: Callable[[], None] | None = None) -> None:
        self.work = work
        self._on_gone = on_gone
        self._on_stop = on_stop
        self._metrics = LineWriter(work.folder / "metrics.jsonl")
        self._events = LineWriter(work.folder / "events.jsonl")
        self._first_metric = True
        self._progress: dict[str, Any] = {}
        self._progress_lock = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._looked = 0.0
        self._command: Command | None = None

    def __enter__(self) -> FolderRecorder:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()
        self._metrics.close()
        self._events.close()

    def metric(self, metric: Metric) -> None:
        """Append one metric; the first one of a run that begins anew removes what is not earlier."""
        if self._first_metric:
            self._keep_metrics_until(metric.step - 1)
        self._metrics.write(metric.model_dump())
        epochs_done = {"epoch": int(metric.epoch)} if metric.split == "validation" else {}
        self._note({"step": metric.step, **epochs_done})

    def event(self, kind: str, text: str, **numbers: float | int | str | None) -> None:
        """Append an event; of a run that goes on or begins anew (`resumed`, `smaller_batch`, with its `step`) the later metrics are removed.

        What was told of a step already is not told again: a run that was killed in between repeats itself.
        Where `epochs` is among the numbers, it is what the status says from now on.
        """
        step = numbers.get("step")
        if kind in {"resumed", "smaller_batch"} and isinstance(step, int | float):
            self._keep_metrics_until(int(step))
        elif step is not None and any((known.kind, known.text, known.numbers.get("step")) == (kind, text, step) for known in self.work.events()[0]):
            return
        if "epochs" in numbers:
            self._note({"epochs": numbers["epochs"]})
        self._events.write(Event(time=time.time(), kind=kind, text=text, numbers=numbers).model_dump())

    def command(self) -> Command | None:
        """What has been asked; looked up at most every `LOOK` seconds."""
        if time.monotonic() - self._looked > LOOK:
            self._looked = time.monotonic()
            self._command = self.work.command if self.work.folder.is_dir() else "stop"
        return self._command

    def steering(self) -> Steering | None:
        """What is to be changed; while nothing is, one look whether a file is there."""
        if not (self.work.folder / STEERING).exists():
            return None
        from nnapp.runs.steer import asked

        return asked(self.work)

    def steered(self, taken: Steering) -> None:
        """Forget a change that holds."""
        from nnapp.runs.steer import taken as forget

        forget(self.work, taken)

    def check(self) -> None:
        """Raise `Interrupted` when a stop or a pause has been asked."""
        if command := self.work.command:
            raise Interrupted(command)

    def phase(self, message: str, **fields: Any) -> None:
        """Say what is being done now, at once.

        Args:
            message: In words, as "training".
            fields: Other fields of the status, as `epochs` or `device`.
        """
        self._note({"message": message, **fields})
        self._write()

    def progress(self, message: str) -> None:
        """Say how far it is; written with the next heartbeat, so that it may be called often."""
        self._note({"message": message})

    def _note(self, fields: dict[str, Any]) -> None:
        with self._progress_lock:
            self._progress.update(fields)

    def _write(self) -> None:
        with self._progress_lock:
            fields, self._progress = self._progress, {}
        self.work.status_file.change(lambda _: {**fields, "heartbeat": time.time()})

    def _beat(self) -> None:
        written = time.monotonic()
        while not self._done.wait(BEAT):
            if not self.work.status_file.exists():
                if self._on_gone is not None:
                    self._on_gone()
                return
            if self._on_stop is not None and self.work.command == "stop":
                self._on_stop()
                return
            if self._progress or time.monotonic() - written > QUIET:
                written = time.monotonic()
                try:
                    self._write()
                except RunError:  # deleted between the look and the write: the next look sees it
                    continue
                except OSError as error:  # a full disk is told by whoever writes something that matters
                    if not is_full_disk(error):
                        raise

    def _keep_metrics_until(self, step: int) -> None:
        """A run taken up from a checkpoint repeats the steps since then: their old lines go."""
        self._first_metric = False
        path = self.work.folder / "metrics.jsonl"
        values, _ = whole_lines(path)
        earlier = [value for value in values if value["step"] <= step]
        if len(earlier) < len(values):
            publish_text(path, "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in earlier))
