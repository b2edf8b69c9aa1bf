"""The numbers of a run on their way to a recorder."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from nnapp.training.records import Command, Metric, Recorder, Split
from nnapp.training.steering import Steering

BETWEEN_LOOKS = 0.5
"""Seconds between two numbers within an epoch, and between two looks at the commands."""


class Stream:
    """Thins what an engine tells to about two numbers a second.

    Args:
        recorder: Takes the numbers, gives the commands.
        clock: Seconds that only grow.
    """

    def __init__(self, recorder: Recorder, clock: Callable[[], float] = time.monotonic) -> None:
        self._recorder, self._clock = recorder, clock
        self._zero = clock()
        self._looked = clock()
        self.command: Command | None = None

    def go_on(self, seconds: float) -> None:
        """Count the seconds of earlier sittings too."""
        self._zero -= seconds

    @property
    def seconds(self) -> float:
        """Wall time of fitting so far, all sittings together."""
        return self._clock() - self._zero

    def due(self) -> bool:
        """Whether it is time to look again; if so the time begins anew."""
        now = self._clock()
        if now - self._looked < BETWEEN_LOOKS:
            return False
        self._looked = now
        return True

    def look(self) -> Command | None:
        """The command given, once it has been given."""
        self.command = self.command or self._recorder.command()
        return self.command

    def steering(self) -> Steering | None:
        """What is to be changed; nothing once a command has been given, which comes first."""
        return None if self.command else self._recorder.steering()

    def steered(self, taken: Steering) -> None:
        """Say that a change holds."""
        self._recorder.steered(taken)

    def tell(self, step: int, epoch: float, split: Split, numbers: Mapping[str, float]) -> None:
        """Record some numbers of one moment."""
        for name, value in numbers.items():
            self._recorder.metric(Metric(step=step, epoch=epoch, split=split, name=name, value=value, seconds=self.seconds))

    def event(self, kind: str, text: str, **numbers: float | str) -> None:
        """Record a remark."""
        self._recorder.event(kind, text, **numbers)
