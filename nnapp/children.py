"""Children: processes that run `main(arguments)` of a module, forked from a nursery where there is one, else by themselves.

Both ways begin in a session of their own, print into a file, have their starter's environment and end
with the same codes, so that nobody but this file need know which it was.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import forkserver
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import Field

import nnapp
from nnapp.specs import Spec

PROJECT = Path(nnapp.__file__).resolve().parent.parent
"""The folder that holds the package: children must import the same nnapp."""
FORKS = multiprocessing.get_context("forkserver")


class Program(Spec):
    """What a child does."""

    module: Annotated[str, Field(description="Its `main` takes the arguments and returns the exit code, as `python -m` would.")]
    arguments: tuple[str, ...] = ()
    log: Annotated[str, Field(description="The file to which all that it prints is added.")]
    environment: Annotated[dict[str, str], Field(description="On top of its starter's.")] = {}
    tied: Annotated[bool, Field(description="Whether a forked child ends with its starter; what else outlives it is found by its environment.")] = True


class Child(Protocol):
    """A process that was started here."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def wait(self, seconds: float | None = None) -> int | None:
        """Its exit code, minus a signal's number where that ended it; None when it is still alive after so many seconds."""

    def kill(self) -> None:
        """End it at once."""


def start(program: Program, *, fork: bool | None = None) -> Child:
    """Start a child.

    Args:
        program: What it does.
        fork: Whether this process has a nursery that is open; when not given, whether it came from one.

    Raises:
        OSError: If there is no place for its log, or no process to be had.
    """
    if came_from_nursery() if fork is None else fork:
        with contextlib.suppress(OSError, EOFError):  # the nursery has died meanwhile
            return Forked(program)
    return Spawned(program)


def came_from_nursery() -> bool:
    """Whether this process was forked from one, which it may then ask for more."""
    return forkserver.get_inherited_fds() is not None


def child_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment of a child: the same nnapp, a quiet TensorFlow that shares its GPU."""
    paths = dict.fromkeys([str(PROJECT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))])
    fixed = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1", "KERAS_BACKEND": "tensorflow", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
    return {"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ, **fixed, **(more or {})}


class Spawned:
    """A child with an interpreter of its own, which imports everything anew."""

    def __init__(self, program: Program) -> None:
        words = [sys.executable, "-m", program.module, *program.arguments]
        with Path(program.log).open("ab") as log:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=child_environment(program.environment), start_new_session=True, close_fds=True
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def wait(self, seconds: float | None = None) -> int | None:
        """Its exit code, or None."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()


class Forked:
    """A child of the nursery, with everything imported.

    Its exit code is 255 where the nursery, which would tell it, has died: the child itself may then still live.
    """

    def __init__(self, program: Program) -> None:
        words = (program.to_json(), child_environment(program.environment))
        # Python ends a daemon with its starter, and would otherwise wait for it.
        self._process = FORKS.Process(target=_live, args=words, daemon=program.tied)
        self._process.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    def wait(self, seconds: float | None = None) -> int | None:
        """Its exit code, or None."""
        self._process.join(seconds)
        return self._process.exitcode

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join()


def _live(program_json: str, environment: dict[str, str]) -> None:
    """What a forked child does first: become what `Spawned` makes of an interpreter."""
    program = Program.from_json(program_json)
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    log = os.open(program.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    if program.tied:
        _end_with_starter()
    # Python means that children of a fork server use it too, and has given us its address, but would start another.
    setattr(forkserver._forkserver, "ensure_running", lambda: None)  # noqa: B010  # a method may not be assigned to
    sys.exit(importlib.import_module(program.module).main(program.arguments))


def _end_with_starter() -> None:
    """Let the kernel end this process when its starter ends, even within a converter that holds Python's lock.

    The starter alone has the other end of a pipe; when that is closed, the kernel sends SIGIO.
    """
    starter = multiprocessing.parent_process()
    if starter is None:
        raise ValueError("a forked child without a starter")
    sentinel = starter.sentinel
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if not starter.is_alive():
        os._exit(1)
