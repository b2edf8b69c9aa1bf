"""What the flight recorder said of a run, with what one click does about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nnapp.runs.work import Event
from nnapp.training.diagnoses import Fix
from nnapp.training.flight_recorder import DIAGNOSIS


@dataclass(frozen=True)
class Remark:
    """One diagnosis, as it was told.

    Attributes:
        time: Seconds since 1970.
        code: Stable name of the diagnosis.
        epoch: At whose end it was made.
        warning: Whether it is more than a note.
        text: In words, with its numbers.
        fixes: What can be done.
    """

    time: float
    code: str
    epoch: int
    warning: bool
    text: str
    fixes: tuple[Fix, ...] = ()

    def fixes_for(self, *, under_way: bool) -> tuple[Fix, ...]:
        """What can still be done: a run that has ended takes no more changes."""
        return tuple(fix for fix in self.fixes if under_way or fix.applies == "new run")


def remarks(events: Sequence[Event]) -> list[Remark]:
    """The diagnoses among the events, newest first."""
    return [_remark(event) for event in reversed(events) if event.kind == DIAGNOSIS]


def newest_of_each(found: Sequence[Remark]) -> tuple[list[Remark], list[Remark]]:
    """Of remarks, newest first: the newest of every diagnosis, and the earlier ones that it has overtaken."""
    newest: dict[str, Remark] = {}
    for remark in found:
        newest.setdefault(remark.code, remark)
    kept = list(newest.values())
    return kept, [remark for remark in found if remark not in kept]


def other_events(events: Sequence[Event]) -> list[Event]:
    """The events that are no diagnoses, in their order."""
    return [event for event in events if event.kind != DIAGNOSIS]


def _remark(event: Event) -> Remark:
    numbers: dict[str, Any] = dict(event.numbers)
    fixes = tuple(Fix.parse(fix) for fix in json.loads(numbers.get("fixes") or "[]"))
    return Remark(event.time, str(numbers.get("code")), int(numbers.get("epoch") or 1), numbers.get("severity") == "warning", event.text, fixes)
