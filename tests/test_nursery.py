"""The nursery and its children as real processes; what they import here is light."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nnapp.children import Forked, Program, Spawned
from nnapp.nursery import Nursery
from tests.conftest import PROJECT
from tests.homes import LIMIT, until

pytestmark = pytest.mark.processes

PLAY = '''
"""What the children of these tests do: `main` takes the name of a game and the folder to play in."""
import json, os, resource, signal, sys, time
from pathlib import Path
from nnapp.children import Program, start


def main(arguments):
    game, folder = arguments[0], Path(arguments[1])
    if game == "tell":
        about = {"parent": os.getppid(), "session": os.getsid(0), "group": os.getpgid(0), "me": os.getenv("ME"), "pid": os.getpid()}
        print(json.dumps(about), flush=True)
        print("also this", file=sys.stderr)
        return 3
    if game == "crash":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGSEGV)
    if game == "nest":
        child = start(Program(module="play", arguments=("tell", str(folder)), log=str(folder / "inner.txt")))
        (folder / "kind.txt").write_text(type(child).__name__)
        return child.wait()
    if game == "leave":
        child = start(Program(module="play", arguments=("hold", str(folder)), log=str(folder / "inner.txt")))
        (folder / "inner.pid").write_text(str(child.pid))
        child.wait()
    if game == "hold":  # one long call that never gives Python's lock away
        sum(range(10**13))
    if game == "wait":
        print("up", flush=True)
        time.sleep(600)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "play.py").write_text(PLAY)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROJECT), str(tmp_path)]))
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    return tmp_path


@pytest.fixture
def nursery(folder: Path) -> Iterator[Nursery]:
    found = Nursery(["json", "nnapp.children"])
    found.tend()
    until(lambda: found.state != "opening", "the nursery is open")
    assert found.server is not None
    yield found
    if found.state == "open":
        os.kill(found.server, signal.SIGKILL)
        until(lambda: found.state == "closed", "the nursery is closed")


def program(game: str, folder: Path, *, tied: bool = True) -> Program:
    return Program(module="play", arguments=(game, str(folder)), log=str(folder / "log.txt"), environment={"ME": "a child"}, tied=tied)


def told(folder: Path, name: str = "log.txt") -> dict[str, object]:
    words = json.loads((folder / name).read_text().splitlines()[0])
    assert isinstance(words, dict)
    return words


def test_a_forked_and_a_spawned_child_cannot_tell_which_they_are(nursery: Nursery, folder: Path) -> None:
    kinds: tuple[type[Forked | Spawned], ...] = (Forked, Spawned)
    for kind in kinds:
        child = kind(program("tell", folder))
        assert child.wait(LIMIT) == 3
        about = told(folder)
        (folder / "log.txt").rename(folder / "before.txt")
        assert about["me"] == "a child"
        assert about["session"] == about["group"] == about["pid"] == child.pid
        assert "also this" in (folder / "before.txt").read_text()


def test_a_child_is_forked_from_the_nursery_once_that_is_open_and_spawned_before(nursery: Nursery, folder: Path) -> None:
    before, after = Nursery(["json"]).start(program("tell", folder)), nursery.start(program("tell", folder))
    assert (type(before), type(after)) == (Spawned, Forked)
    assert (before.wait(LIMIT), after.wait(LIMIT)) == (3, 3)
    parents = [json.loads(line)["parent"] for line in (folder / "log.txt").read_text().splitlines() if line.startswith("{")]
    assert sorted(parents) == sorted([os.getpid(), nursery.server])


@pytest.mark.parametrize("kind", [Forked, Spawned])
def test_a_crash_is_the_signals_number_below_zero(kind: type[Forked | Spawned], nursery: Nursery, folder: Path) -> None:
    assert kind(program("crash", folder)).wait(LIMIT) == -signal.SIGSEGV


@pytest.mark.parametrize("kind", [Forked, Spawned])
def test_a_child_that_takes_too_long_is_seen_to_live_and_can_be_ended(kind: type[Forked | Spawned], nursery: Nursery, folder: Path) -> None:
    child = kind(program("wait", folder))
    assert child.wait(0) is None
    assert child.wait(0.05) is None
    child.kill()
    assert child.wait(LIMIT) == -signal.SIGKILL
    assert not psutil.pid_exists(child.pid)


def test_a_childs_own_child_comes_from_the_same_nursery(nursery: Nursery, folder: Path) -> None:
    assert nursery.start(program("nest", folder, tied=False)).wait(LIMIT) == 3
    assert (folder / "kind.txt").read_text() == "Forked"
    assert told(folder, "inner.txt")["parent"] == nursery.server


def test_a_tied_child_ends_with_its_starter_even_within_a_call_that_holds_pythons_lock(nursery: Nursery, folder: Path) -> None:
    starter = nursery.start(program("leave", folder, tied=False))
    until(lambda: (folder / "inner.pid").exists() and (folder / "inner.pid").read_text() != "", "the inner child has begun")
    inner = int((folder / "inner.pid").read_text())
    assert psutil.pid_exists(inner)
    os.kill(starter.pid, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(inner), "the inner child has ended")


def test_a_child_that_is_not_tied_outlives_the_nursery_whose_death_is_no_word_about_it(nursery: Nursery, folder: Path) -> None:
    assert nursery.server is not None
    child = nursery.start(program("wait", folder, tied=False))
    until(lambda: (folder / "log.txt").exists() and "up" in (folder / "log.txt").read_text(), "the child is up")
    os.kill(nursery.server, signal.SIGKILL)
    assert child.wait(LIMIT) == 255
    assert psutil.pid_exists(child.pid)
    os.kill(child.pid, signal.SIGKILL)


def test_a_killed_nursery_is_noticed_children_are_spawned_meanwhile_and_it_opens_again(nursery: Nursery, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert nursery.server is not None
    first = nursery.server
    os.kill(first, signal.SIGKILL)
    until(lambda: nursery.state == "closed", "the nursery is closed")
    child = nursery.start(program("tell", folder))
    assert isinstance(child, Spawned)
    assert child.wait(LIMIT) == 3
    nursery.tend()
    assert nursery.state == "closed", "not again so soon"
    monkeypatch.setattr("nnapp.nursery.AGAIN", 0.0)
    nursery.tend()
    until(lambda: nursery.state == "open", "it is open again")
    assert nursery.server != first


def test_a_nursery_whose_imports_fail_is_closed(folder: Path) -> None:
    (folder / "broken.py").write_text("1 / 0")
    nursery = Nursery(["broken"])
    nursery.tend()
    until(lambda: nursery.state == "closed", "it is closed")
    child = nursery.start(program("tell", folder))
    assert isinstance(child, Spawned)
    assert child.wait(LIMIT) == 3
