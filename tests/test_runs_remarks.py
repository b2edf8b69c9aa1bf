"""Remarks: a diagnosis that was written as an event is read back with its fixes."""

from __future__ import annotations

from pathlib import Path

from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.remarks import Remark, newest_of_each, other_events, remarks
from nnapp.runs.status import Status
from nnapp.runs.work import Work
from nnapp.tasks import TaskSpec
from nnapp.training.diagnoses import Diagnosis, Fix
from nnapp.training.flight_recorder import FlightRecorder
from nnapp.training.stream import Stream

LOWER = Fix(words="Learning rate 0.1", changes={"training.learning_rate": 0.1}, applies="same run")
AGAIN = Fix(words="Learning rate 0.1", changes={"training.learning_rate": 0.1}, applies="new run")


def found(code: str, epoch: int, *fixes: Fix) -> Diagnosis:
    return Diagnosis(code=code, text=f"It is {code}.", numbers={"now": 5.0}, epoch=epoch, severity="warning", measure=1.0, fixes=fixes)


def test_what_was_told_is_read_back_newest_first_with_what_to_do(tmp_path: Path):
    work = Work(tmp_path)
    work.write_json("status.json", Status().model_dump())
    with FolderRecorder(work) as recorder:
        flight = FlightRecorder(Stream(recorder), TaskSpec.regression("y", 0.0, 1.0))
        recorder.event("early_stopping", "Stopped.")
        flight._tell(found("rate_too_high", 2, LOWER, AGAIN), step=20)
        flight._tell(found("memorising", 9), step=90)
    events = work.events()[0]
    newest, oldest = remarks(events)
    assert (newest.text, newest.code, newest.epoch, newest.warning, newest.fixes) == ("It is memorising.", "memorising", 9, True, ())
    assert (oldest.epoch, oldest.fixes) == (2, (LOWER, AGAIN))
    assert oldest.fixes_for(under_way=True) == (LOWER, AGAIN)
    assert oldest.fixes_for(under_way=False) == (AGAIN,)
    assert [event.kind for event in other_events(events)] == ["early_stopping"]
    assert next(event for event in events if event.kind == "diagnosis").numbers["now"] == 5.0


def test_the_newest_of_each_diagnosis_overtakes_the_earlier_ones():
    made = [Remark(time, code, epoch, True, code) for time, code, epoch in ((3.0, "a", 30), (2.0, "b", 20), (1.0, "a", 10))]
    newest, earlier = newest_of_each(made)
    assert newest == made[:2]
    assert earlier == made[2:]
