"""Who begins next when more runs wait than there are slots."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice

import pytest

from nnapp.runs.api import wait
from nnapp.runs.launch import ProcessLauncher
from nnapp.runs.status import Status
from nnapp.runs.store import RunStore
from nnapp.runs.turns import beginning, in_turn, this_person, turns, waiting_words, why_so_many
from nnapp.runs.worker import Order
from tests.homes import LIMIT, HeldRun, doomed, until

WAITING = [("a1", "ann"), ("a2", "ann"), ("a3", "ann"), ("b1", "bob"), ("b2", "bob"), ("c1", "cleo")]


def test_one_persons_runs_begin_oldest_first() -> None:
    assert list(in_turn([("first", "ann"), ("second", "ann"), ("third", "ann")], ["ann"], {"ann": 9.0})) == ["first", "second", "third"]


def test_people_who_have_never_begun_one_take_turns_in_the_order_in_which_they_came() -> None:
    assert list(in_turn(WAITING, [], {})) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_whoever_has_the_fewest_under_way_is_next() -> None:
    assert list(in_turn(WAITING, ["ann", "ann", "bob"], {"ann": 1.0, "bob": 2.0})) == ["c1", "b1", "a1", "b2", "a2", "a3"]


def test_of_equals_the_one_whose_last_start_is_longest_ago_is_next() -> None:
    assert next(in_turn(WAITING, [], {"ann": 30.0, "bob": 20.0, "cleo": 10.0})) == "c1"
    assert next(in_turn(WAITING, [], {"ann": 30.0, "cleo": 10.0})) == "b1", "who has never begun one goes before all others"


def test_a_hundred_runs_of_one_person_hold_up_another_by_one_at_most() -> None:
    flood = [(f"a{number}", "ann") for number in range(100)]
    assert list(islice(in_turn([*flood, ("b", "bob")], ["ann"], {"ann": 1.0}), 1)) == ["b"]


def test_what_is_under_way_or_paused_or_final_takes_no_turn_but_a_final_run_was_a_start() -> None:
    def status(state: str, owner: str, started: float | None = None) -> Status:
        return Status.parse({"state": state, "owner": owner, "started": started})

    works = [
        ("done", status("finished", "bob", 50.0)),
        ("on", status("running", "cleo", 60.0)),
        ("rests", status("paused", "cleo", 40.0)),
        ("c", status("queued", "cleo")),
        ("b", status("queued", "bob")),
        ("a", status("queued", "ann")),
    ]
    assert turns(works) == ["a", "b", "c"]


def test_a_person_is_told_how_many_are_ahead_and_how_many_train_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_SLOTS", "3")
    assert waiting_words(1) == "1 run is ahead of yours; this machine trains 3 at a time"
    assert why_so_many(3) == "NNAPP_SLOTS says 3."


@pytest.mark.processes
def test_the_store_and_the_supervisor_keep_the_same_order(store: RunStore) -> None:
    held = HeldRun(store, "ann")
    runs = {name: doomed(store, owner) for name, owner in (("a1", "ann"), ("a2", "ann"), ("b1", "bob"), ("c1", "cleo"), ("b2", "bob"))}
    expected = ["b1", "c1", "a1", "b2", "a2"]
    assert [store.position(runs[name]) for name in expected] == [1, 2, 3, 4, 5]
    ProcessLauncher(store.home).ensure()
    until(lambda: runs["a1"].status.message == "2 runs are ahead of yours; this machine trains 1 at a time", "the third is told")
    assert runs["b1"].status.message == "yours is next; this machine trains 1 at a time"
    held.run.status_file.change(lambda _: {"state": "stopped"})
    held.lock.release()
    for run in runs.values():
        assert wait(run, limit=LIMIT).status.state == "failed"
    assert sorted(runs, key=lambda name: runs[name].status.started or 0.0) == expected


@pytest.mark.processes
def test_a_run_that_wants_two_places_is_not_overtaken_by_those_that_want_one(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_SLOTS", "2")
    held = HeldRun(store)
    wide, narrow = doomed(store, replicas=2), doomed(store)
    ProcessLauncher(store.home).ensure()
    until(lambda: wide.status.message == "yours is next, as soon as 2 places are free; this machine trains 2 at a time", "the wide one is told")
    until(lambda: narrow.status.message == "1 run is ahead of yours; this machine trains 2 at a time", "the narrow one is told")
    held.run.status_file.change(lambda _: {"state": "stopped"})
    held.lock.release()
    for run in (wide, narrow):
        assert wait(run, limit=LIMIT).status.state == "failed"
    assert (wide.status.started or 0.0) < (narrow.status.started or 0.0)


@pytest.mark.processes
def test_a_run_that_wants_more_places_than_there_are_begins_alone_and_says_itself_what_is_missing(store: RunStore) -> None:
    wide = doomed(store, replicas=8)
    ProcessLauncher(store.home).ensure()
    assert wait(wide, limit=LIMIT).status.state == "failed"
    assert wide.status.places == 8


def test_nobody_overtakes_whoever_waits_for_several_places() -> None:
    assert list(beginning([1, 2, 1], 2)) == [True, False, False]
    assert list(beginning([2, 1, 1], 3)) == [True, True, False]
    assert list(beginning([1, 1], 0)) == [False, False]


def test_several_places_of_one_person_count_as_several_runs() -> None:
    def status(state: str, owner: str, places: int = 1) -> Status:
        return Status(state=state, owner=owner, places=places)  # type: ignore[arg-type]

    works = [("wide", status("running", "ann", 2)), ("on", status("running", "bob")), ("a", status("queued", "ann")), ("b", status("queued", "bob"))]
    assert turns(works) == ["b", "a"]


@pytest.mark.processes
def test_a_worker_with_several_gpus_is_told_all_of_them_and_says_so(store: RunStore) -> None:
    run = doomed(store, replicas=2)
    order = Order(folder=str(run.folder), kind="train", gpu=1, gpus=(1, 3))
    subprocess.run([sys.executable, "-m", "nnapp.runs.worker", order.to_json()], check=True, capture_output=True, timeout=LIMIT)
    assert (run.status.gpu, run.status.gpus) == (1, (1, 3))
    assert Order(folder="", kind="train", gpu=2).given == (2,)
    assert Order(folder="", kind="train").given == ()


def test_a_run_is_the_systems_users_unless_somebody_else_is_named(store: RunStore) -> None:
    assert doomed(store).status.owner == this_person()
    assert doomed(store, "bob@example.org").status.owner == "bob@example.org"
