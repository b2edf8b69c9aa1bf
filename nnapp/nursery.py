"""Nursery: Python's own fork server, which imports the heavy libraries once, so that children need not.

It must never use TensorFlow: a process forked after that hangs. Importing it is harmless.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Literal

from nnapp.children import FORKS, Child, Program, start

OPENING_LIMIT = 180.0
"""Seconds in which its imports must be done; after that children are started without it."""
AGAIN = 30.0
"""Seconds between two attempts: one that cannot open must not be started for ever."""
State = Literal["opening", "open", "closed"]


class Nursery:
    """The fork server of this process; a process has one at most. It ends when this process and all its children have ended.

    Args:
        modules: What it imports; none of them may start a thread or touch a device.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = list(modules)
        self._opened = -AGAIN
        self._thread: threading.Thread | None = None
        self.server: int | None = None
        """Its process id, once it has answered."""

    @property
    def state(self) -> State:
        """Whether it takes children."""
        if self.server is not None:
            return "open" if _lives(self.server) else "closed"
        hopeful = self._thread is not None and self._thread.is_alive() and time.monotonic() - self._opened < OPENING_LIMIT
        return "opening" if hopeful else "closed"

    def tend(self) -> None:
        """Open it, in the background, if it is not open; again if it has died. Cheap, so that it may be called at every look."""
        if self.state != "closed" or time.monotonic() - self._opened < AGAIN or (self._thread is not None and self._thread.is_alive()):
            return
        self.server, self._opened = None, time.monotonic()
        self._thread = threading.Thread(target=self._open, name="nursery", daemon=True)
        self._thread.start()

    def start(self, program: Program) -> Child:
        """Start a child: by itself where the nursery is not open."""
        return start(program, fork=self.state == "open")

    def _open(self) -> None:
        """Start the server and a first child, which comes when the imports are done."""
        multiprocessing.set_forkserver_preload(self._modules)
        hearing, telling = FORKS.Pipe(duplex=False)
        with contextlib.suppress(OSError, EOFError), hearing, telling:
            first = FORKS.Process(target=_tell_parent, args=(telling,), daemon=True)
            first.start()
            telling.close()
            self.server = hearing.recv()
            first.join()


def _tell_parent(telling: Connection) -> None:
    telling.send(os.getppid())


def _lives(pid: int) -> bool:
    """Whether a child of ours has not ended; its end is left for Python's own code to see."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False
