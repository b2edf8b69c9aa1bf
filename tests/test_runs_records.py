"""What a worker tells: lines that are whole, metrics, events and failures."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.data.specs import DataConfig
from nnapp.errors import RunError
from nnapp.runs.failures import FailureTold, ended_by, explained
from nnapp.runs.folder import Run
from nnapp.runs.lines import LineWriter, whole_lines
from nnapp.runs.recorder import FolderRecorder
from nnapp.runs.spec import plan
from nnapp.runs.status import Failure
from nnapp.runs.store import RunStore
from nnapp.training.records import Metric

DATA = DataConfig(sha256="0" * 64)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "home")


def new_run(store: RunStore, name: str = "") -> Run:
    return store.create(plan(DATA, "tabular", name=name))


def metric(step: int, value: float = 1.0, *, epoch: float = 1.0) -> Metric:
    return Metric(step=step, epoch=epoch, split="train", name="loss", value=value, seconds=0.0)


def test_the_reason_is_there_before_the_status_says_failed(store: RunStore) -> None:
    run = new_run(store)
    seen: list[bool] = []

    def look() -> None:
        while run.status.state != "failed":
            pass
        seen.append(run.failure is not None)

    thread = threading.Thread(target=look)
    thread.start()
    run.status_file.fail(Failure(problem="It broke.", remedy="Mend it."), ended=1.0)
    thread.join()
    assert seen == [True]
    run.status_file.fail(Failure(problem="Later.", remedy="No."), ended=2.0)
    assert run.failure == Failure(problem="It broke.", remedy="Mend it.")


def test_a_reader_leaves_a_torn_last_line_for_next_time(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": 2}\n{"a"')
    values, end = whole_lines(path)
    assert ([value["a"] for value in values], end) == ([1, 2], 18)
    assert whole_lines(path, end) == ([], end)
    with path.open("ab") as lines:
        lines.write(b": 3}\n")
    assert whole_lines(path, end)[0] == [{"a": 3}]
    assert whole_lines(tmp_path / "none.jsonl") == ([], 0)


def test_a_writer_cuts_off_the_torn_line_of_a_killed_one(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": ')
    writer = LineWriter(path)
    writer.write({"a": float("nan")})
    writer.close()
    assert [json.loads(line) for line in path.read_text().splitlines()] == [{"a": 1}, {"a": None}]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=20), st.booleans())), max_size=8), st.data())
def test_reading_in_pieces_gives_every_line_once(tmp_path_factory: pytest.TempPathFactory, values: list[dict[str, object]], data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("lines") / "lines.jsonl"
    whole = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    found, offset, written = [], 0, 0
    while written < len(whole):
        written = data.draw(st.integers(written + 1, len(whole)))
        path.write_bytes(whole[:written])
        more, offset = whole_lines(path, offset)
        found += more
    assert found == values


def test_metrics_events_and_progress_are_told_in_the_folder(store: RunStore) -> None:
    run = new_run(store)
    with FolderRecorder(run) as recorder:
        recorder.phase("training", epochs=5)
        recorder.metric(metric(10))
        recorder.metric(Metric(step=10, epoch=1.0, split="validation", name="loss", value=2.0, seconds=0.5))
        recorder.event("note", "Half way.", epoch=1)
        recorder.phase("evaluating")
        run.status_file.change(lambda _: {"state": "running"})
        run.request("stop")
        assert recorder.command() == "stop"
    found, end = run.metrics()
    assert [(each.split, each.value) for each in found] == [("train", 1.0), ("validation", 2.0)]
    assert run.metrics(end) == ([], end)
    assert [(event.kind, event.numbers) for event in run.events()[0]] == [("note", {"epoch": 1})]
    status = run.status
    assert (status.epoch, status.epochs, status.step, status.message) == (1, 5, 10, "stopping")


def test_a_run_that_goes_on_forgets_the_metrics_later_than_its_checkpoint(store: RunStore) -> None:
    run = new_run(store)
    with FolderRecorder(run) as first:
        for step in (10, 20, 30):
            first.metric(metric(step))
    with FolderRecorder(run) as second:
        second.event("resumed", "Going on.", epoch=2, step=20)
        second.metric(metric(25))
    assert [each.step for each in run.metrics()[0]] == [10, 20, 25]
    with FolderRecorder(run) as third:
        third.metric(metric(10, 5.0))
    assert [(each.step, each.value) for each in run.metrics()[0]] == [(10, 5.0)]


def test_a_deleted_folder_is_noticed_and_not_brought_back(store: RunStore) -> None:
    run, gone = new_run(store), threading.Event()
    with FolderRecorder(run, on_gone=gone.set) as recorder:
        store.delete(run)
        assert recorder.command() == "stop"
        assert gone.wait(10)
    assert not run.folder.exists()


def test_what_was_told_of_a_step_is_told_once_and_its_epochs_stand_in_the_status(store: RunStore) -> None:
    run = new_run(store)
    for step in (5, 5, 6):
        with FolderRecorder(run) as recorder:
            recorder.event("steered", "You set the epochs from 50 to 80.", step=step, epochs=80)
            recorder.phase("training")
    assert [event.numbers["step"] for event in run.events()[0]] == [5, 6]
    assert run.status.epochs == 80


@pytest.mark.parametrize(
    ("error", "problem", "remedy"),
    [
        (RunError("It is so.", remedy="Do this."), "It is so.", "Do this."),
        (MemoryError(), "The memory did not suffice while training.", "smaller batch"),
        (OSError(28, "No space left on device"), "The disk is full: it could not go on training.", "Delete old runs"),
        (RuntimeError("write failed: No space left on device"), "The disk is full: it could not go on training.", "resume it"),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate"), "The memory did not suffice while training.", "smaller batch"),
        (KeyError("x"), "It failed while training: KeyError: 'x'.", "fault of nnapp's"),
    ],
)
def test_every_failure_has_a_problem_a_remedy_and_a_detail(error: Exception, problem: str, remedy: str) -> None:
    failure = explained(error, "training")
    assert failure.problem == problem
    assert remedy in failure.remedy
    assert type(error).__name__ in failure.detail


def test_signal_9_is_told_as_probably_out_of_memory() -> None:
    assert "out of memory" in ended_by(-9)[0]
    assert "signal 11 (SIGSEGV)" in ended_by(-11)[0]
    assert ended_by(1) == ended_by(None)


def test_an_exception_is_told_in_the_folder_before_it_goes_on(store: RunStore) -> None:
    run = new_run(store)
    run.status_file.change(lambda _: {"state": "running", "message": "preparing"})
    with pytest.raises(KeyError), FailureTold(run, store.home):
        raise KeyError("column")
    assert run.status.state == "failed"
    assert run.failure is not None
    assert run.failure.problem == "It failed while preparing: KeyError: 'column'."
