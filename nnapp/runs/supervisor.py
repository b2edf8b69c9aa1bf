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
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from nnapp.errors import RunError
from nnapp.files import FolderLock
from nnapp.runs.board import Board
from nnapp.runs.devices import gpus, slots
from nnapp.runs.folder import Run
from nnapp.runs.hands import Hand
from nnapp.runs.jobs import Job
from nnapp.runs.losses import take_back
from nnapp.runs.status import Status
from nnapp.runs.store import RunStore, drop_ballast

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
SPARE_AFTER = 15.0
"""Seconds that work must have been going on before the next worker is warmed up beside it: a short run keeps the CPU for itself."""
SPARE_AGAIN = 30.0
"""Seconds between two attempts at a warm worker: one that cannot be started must not be started for ever."""


class Supervisor:
    """Looks after one home. Call it only with the home's lock in hand.

    Args:
        home: The store's folder.
        idle: Seconds without work after which it leaves.
        warm: Whether to keep a worker with TensorFlow imported.
    """

    def __init__(self, home: Path, *, idle: float = IDLE, warm: bool = True) -> None:
        self._home = home
        self._idle = idle
        self._warm = warm
        self._board = Board(home)
        self._busy: list[Hand] = []
        self._spare: Hand | None = None
        self._spare_tried = -SPARE_AGAIN
        self._slots = slots()
        self._gpus = [gpu.index for gpu in gpus()]
        self._last_work = time.monotonic()

    def look(self) -> bool:
        """Settle what has ended, begin what may begin.

        Returns:
            Whether anything waits or is under way.
        """
        self._settle_ended()
        runs, jobs = self._board.runs(), self._board.jobs()
        works: list[tuple[Run | Job, Status]] = [*runs, *jobs]
        for work, status in works:
            if (status.is_under_way or status.state == "lost") and not self._has_hand(work) and not work.is_locked:
                self._take_back(work, None)
        self._begin(runs, self._slots)
        self._begin(jobs, JOB_SLOTS)
        busy = bool(self._busy) or any(status.state != "paused" for _, status in works)
        self._keep_spare(busy)
        if busy:
            self._last_work = time.monotonic()
        return busy

    @property
    def is_idle(self) -> bool:
        """Whether there has been nothing to do for so long that it may leave."""
        return time.monotonic() - self._last_work > self._idle

    def leave(self) -> None:
        """Send the waiting worker home. Those at work go on."""
        if self._spare is not None:
            self._spare.dismiss()
            self._spare.process.wait()
            self._spare = None

    def _settle_ended(self) -> None:
        for hand in list(self._busy):
            code = hand.process.poll()
            if code is None or hand.work is None:
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
        return any(hand.work is not None and hand.work.folder == work.folder for hand in self._busy)

    def _begin(self, works: Sequence[tuple[Run | Job, Status]], places: int) -> None:
        """Start the oldest that wait, as long as a place is free; live workers of an earlier supervisor take places too."""
        taken = sum(status.is_under_way or self._has_hand(work) for work, status in works)
        waiting = [work for work, status in works if status.state == "queued" and not self._has_hand(work)]
        for work in waiting[: max(0, places - taken)]:
            hand, self._spare = self._spare or Hand(self._home / LOG, warm=self._warm), None
            with contextlib.suppress(RunError):  # deleted meanwhile: the worker finds nothing to do
                work.status_file.change(lambda status: {"message": "starting"} if status.state == "queued" else {})
            hand.give(work, self._gpu_for(works))
            self._busy.append(hand)

    def _gpu_for(self, works: Sequence[tuple[Run | Job, Status]]) -> int | None:
        """The GPU with the least work on it; None on a CPU."""
        if not self._gpus:
            return None
        used = [hand.gpu for hand in self._busy] + [status.gpu for work, status in works if status.is_under_way and not self._has_hand(work)]
        return min(self._gpus, key=lambda index: (used.count(index), index))

    def _keep_spare(self, busy: bool) -> None:
        if self._spare is not None and self._spare.process.poll() is not None:
            self._spare.dismiss()
            self._spare = None
        now = time.monotonic()
        quiet = all(now - hand.since > SPARE_AFTER for hand in self._busy) and (bool(self._busy) or not busy)
        if self._warm and self._spare is None and quiet and now - self._spare_tried > SPARE_AGAIN:
            self._spare_tried = now
            self._spare = Hand(self._home / LOG, warm=True)


def serve(home: Path, lock: FolderLock, *, idle: float, warm: bool) -> None:
    """Look after a home until there has been nothing to do for `idle` seconds, or the home is gone."""
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
    supervisor.leave()
    lock.release()


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
    serve(home, lock, idle=arguments.idle, warm=os.environ.get("NNAPP_WARM", "1") != "0")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
