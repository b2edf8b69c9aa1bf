"""`python -m nnapp.runs.supervisor HOME`: one process a home that starts what waits and looks after what runs.

It is started on demand and leaves by itself. Workers do not depend on it: when it is killed they go
on, and the next one adopts them.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import FrameType

from nnapp.children import start
from nnapp.errors import RunError
from nnapp.files import FolderLock
from nnapp.nursery import Nursery
from nnapp.runs.board import Board
from nnapp.runs.devices import gpus, least_used, slots
from nnapp.runs.folder import Run
from nnapp.runs.hands import WARM_MODULES, Hand, program_of
from nnapp.runs.jobs import Job
from nnapp.runs.losses import take_back
from nnapp.runs.status import Status
from nnapp.runs.store import RunStore, drop_ballast
from nnapp.runs.turns import beginning, in_turn, waiting_words

LOCK = "supervisor.lock"
LOG = "supervisor.log"
PID = "supervisor.pid"
LOG_LIMIT = 10 << 20
TICK = 0.2
"""Seconds between two looks."""
IDLE = 600.0
"""Seconds without anything to do after which it leaves."""
JOB_SLOTS = 1
"""Jobs at once. They have a slot of their own, so that an export never waits behind a long training."""


class Supervisor:
    """Looks after one home. Call it only with the home's lock in hand.

    Args:
        home: The store's folder.
        idle: Seconds without work after which it leaves.
        warm: Whether to keep a nursery with TensorFlow imported, from which workers are forked.
    """

    def __init__(self, home: Path, *, idle: float = IDLE, warm: bool = True) -> None:
        self._home = home
        self._idle = idle
        self._board = Board(home)
        self._busy: list[Hand] = []
        self._nursery = Nursery(WARM_MODULES) if warm else None
        self._slots = slots()
        self._gpus = [gpu.index for gpu in gpus()]
        self._last_work = time.monotonic()

    def look(self) -> bool:
        """Settle what has ended, begin what may begin.

        Returns:
            Whether anything waits or is under way.
        """
        self._settle_ended()
        if self._nursery is not None:
            self._nursery.tend()
        runs, jobs = self._board.runs(), self._board.jobs()
        works: list[tuple[Run | Job, Status]] = [*runs, *jobs]
        for work, status in works:
            if (status.is_under_way or status.state == "lost") and not self._has_hand(work) and not work.is_locked:
                self._take_back(work, None)
        self._begin(runs, self._slots, self._board.last_starts(runs))
        self._begin(jobs, JOB_SLOTS, {})
        busy = bool(self._busy) or any(status.state != "paused" for _, status in works)
        if busy:
            self._last_work = time.monotonic()
        return busy

    @property
    def is_idle(self) -> bool:
        """Whether there has been nothing to do for so long that it may leave."""
        return time.monotonic() - self._last_work > self._idle

    @property
    def has_hands(self) -> bool:
        """Whether workers of its own are at work."""
        return bool(self._busy)

    def _settle_ended(self) -> None:
        for hand in list(self._busy):
            code = hand.child.wait(0)
            if code is None:
                continue
            self._busy.remove(hand)
            # A worker that found the work in other hands has just left; the lock says who has it.
            if hand.work.status_file.exists() and not hand.work.is_locked:
                self._take_back(hand.work, code)

    @staticmethod
    def _take_back(work: Run | Job, returncode: int | None) -> None:
        with contextlib.suppress(RunError):  # deleted meanwhile
            take_back(work, returncode)

    def _has_hand(self, work: Run | Job) -> bool:
        return any(hand.work.folder == work.folder for hand in self._busy)

    def _begin(self, works: Sequence[tuple[Run | Job, Status]], places: int, last_starts: Mapping[str, float]) -> None:
        """Start those whose turn it is, as long as a place is free; live workers of an earlier supervisor take places too."""
        active = [status for work, status in works if status.is_under_way or self._has_hand(work)]
        taken = [status.owner for status in active for _ in range(status.places)]
        waiting = [((work, status), status.owner) for work, status in works if status.state == "queued" and not self._has_hand(work)]
        # Where there are fewer places than one wants it begins alone, and says itself what is missing.
        free = max(0, places - sum(min(status.places, places) for status in active))
        line = list(in_turn(waiting, taken, last_starts))
        wanted = [min(status.places, places) for _, status in line]
        begun = list(beginning(wanted, free))
        for place, (work, status) in enumerate(line):
            begins = begun[place]
            with contextlib.suppress(RunError, FileNotFoundError):  # deleted meanwhile
                self._tell(work, status, "starting" if begins else waiting_words(place - sum(begun), places, wanted[place]))
                if begins and (self._nursery is None or self._nursery.state != "opening"):
                    self._start(work, self._gpus_for(status.places, works))

    @staticmethod
    def _tell(work: Run | Job, known: Status, message: str) -> None:
        """Say how it stands with what waits; written only when that has changed, since it is said at every look."""
        if message != known.message and (message == "starting" or isinstance(work, Run)):
            work.status_file.change(lambda status: {"message": message} if status.state == "queued" else {})

    def _start(self, work: Run | Job, given: tuple[int, ...]) -> None:
        program = program_of(work, given)
        child = start(program) if self._nursery is None else self._nursery.start(program)
        self._busy.append(Hand(child, work, given))

    def _gpus_for(self, count: int, works: Sequence[tuple[Run | Job, Status]]) -> tuple[int, ...]:
        """The GPUs with the least work on them; none on a CPU."""
        adopted = [status for work, status in works if status.is_under_way and not self._has_hand(work)]
        used = [*(hand.gpus for hand in self._busy), *(status.gpus for status in adopted)]
        return least_used(self._gpus, chain.from_iterable(used), count)


def serve(home: Path, lock: FolderLock, *, idle: float, warm: bool) -> bool:
    """Look after a home until there has been nothing to do for `idle` seconds, or the home is gone.

    Returns:
        Whether workers are still at work, which go on.
    """
    leaving = threading.Event()

    def leave(number: int, frame: FrameType | None) -> None:
        leaving.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    supervisor = Supervisor(home, idle=idle, warm=warm)
    RunStore(home).sweep()
    while lock.is_ours and not leaving.wait(TICK):
        look_even_on_a_full_disk(supervisor, home)
        if supervisor.is_idle:
            lock.release()
            # Whoever asked for something before this moment saw a lock that was held, and started nobody.
            if not _anything_waits(home) or not lock.acquire():
                break
    lock.release()
    return supervisor.has_hands


def look_even_on_a_full_disk(supervisor: Supervisor, home: Path) -> None:
    """One look; where the disk is full the ballast goes, and the next look finds room for a few words."""
    try:
        supervisor.look()
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        drop_ballast(home)


def _anything_waits(home: Path) -> bool:
    board = Board(home)
    return any(status.state != "paused" for _, status in [*board.runs(), *board.jobs()])


def main(argv: Sequence[str]) -> int:
    """Take the home's lock, detach from whoever started us, and serve; leave at once if another serves already."""
    parser = argparse.ArgumentParser(description="Look after the runs of a home.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--idle", type=float, default=float(os.environ.get("NNAPP_IDLE_SECONDS") or IDLE))
    parser.add_argument("--detach", action="store_true", help="Go on in the background; return when the lock is taken.")
    arguments = parser.parse_args(argv)
    home: Path = arguments.home.resolve()
    lock = FolderLock(home / LOCK)
    if not home.is_dir() or not lock.acquire(patience=0.2):
        return 0
    if arguments.detach:
        if child := os.fork():
            # The child has the lock too. Whoever started us reaps this process and finds the pid written.
            (home / PID).write_text(str(child), encoding="utf-8")
            os._exit(0)
        os.setsid()
    else:
        (home / PID).write_text(str(os.getpid()), encoding="utf-8")
    if serve(home, lock, idle=arguments.idle, warm=os.environ.get("NNAPP_WARM", "1") != "0"):
        # Python would wait for the workers that it has forked.
        os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
