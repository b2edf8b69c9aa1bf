"""Why something failed, in plain words, and how it gets to the disk even when the disk is full."""

from __future__ import annotations

import errno
import os
import signal
import time
import traceback
from pathlib import Path
from types import TracebackType

from nnapp.errors import NnappError
from nnapp.runs.status import Failure
from nnapp.runs.store import drop_ballast
from nnapp.runs.work import Work

OUT_OF_MEMORY = "Close other programs and resume it, or train again with a smaller batch, network or picture size."
FULL_DISK = "Delete old runs or other files, and resume it: it goes on from its last checkpoint."
REPORT = "This is a fault of nnapp's. Please report it with the detail below."
TAIL = 8000
"""Bytes of a log that are kept as detail."""


def explained(error: BaseException, doing: str) -> Failure:
    """An exception as problem, remedy and detail.

    Args:
        error: What was raised.
        doing: The phase it was raised in, as "training".
    """
    detail = "".join(traceback.format_exception(error))[-TAIL:]
    if isinstance(error, NnappError):
        return Failure(problem=error.problem, remedy=error.remedy, detail=detail)
    if is_full_disk(error):
        return Failure(problem=f"The disk is full: it could not go on {doing}.", remedy=FULL_DISK, detail=detail)
    if is_out_of_memory(error):
        return Failure(problem=f"The memory did not suffice while {doing}.", remedy=OUT_OF_MEMORY, detail=detail)
    text = next(iter(str(error).strip().splitlines()), "")[:300]
    problem = f"It failed while {doing}: {type(error).__name__}: {text}".rstrip(" :.") + "."
    return Failure(problem=problem, remedy=REPORT, detail=detail, fault=True)


def is_full_disk(error: BaseException) -> bool:
    """Whether something could not be written for want of room, a quota or a limit on files; libraries often keep only the words."""
    numbers = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    words = [os.strerror(number) for number in numbers]
    return (isinstance(error, OSError) and error.errno in numbers) or any(word in str(error) for word in words)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory, of the machine or of its GPU, ran out."""
    words = ("RESOURCE_EXHAUSTED", "OOM when allocating", "out of memory", "Out of memory")
    return isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError" or any(word in str(error) for word in words)


def ended_by(returncode: int | None) -> tuple[str, str]:
    """What a worker's exit code says, as problem and remedy.

    Args:
        returncode: As `Popen.returncode`: negative for a signal; None when another process was its parent.
    """
    if returncode == -signal.SIGKILL:
        return "The worker was killed (signal 9), probably because the machine ran out of memory.", OUT_OF_MEMORY
    if returncode is not None and returncode < 0:
        known = {each.value: f" ({each.name})" for each in signal.Signals}
        return f"The worker ended by signal {-returncode}{known.get(-returncode, '')}.", REPORT
    return "The worker ended without a word.", "Look at the log, and start the run again."


def log_tail(*paths: Path) -> str:
    """The end of the first log that says anything."""
    for path in paths:
        if path.exists():
            with path.open("rb") as log:
                log.seek(max(0, path.stat().st_size - TAIL))
                if text := log.read().decode("utf-8", "replace").strip():
                    return text
    return ""


def write_failure(work: Work, failure: Failure, home: Path) -> None:
    """Fail the work: the reason first, then the state; on a full disk the ballast makes room for both."""
    try:
        work.status_file.fail(failure, ended=time.time())
    except OSError as error:
        if not is_full_disk(error):
            raise
        drop_ballast(home)
        work.status_file.fail(failure, ended=time.time())


class FailureTold:
    """A block whose every exception, ours or not, is told in the folder before it goes on its way.

    Args:
        work: What fails with the block.
        home: Where the ballast lies.
    """

    def __init__(self, work: Work, home: Path) -> None:
        self._work = work
        self._home = home

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, Exception) and self._work.status_file.exists():
            doing = self._work.status.message.rstrip(".") or "starting"
            write_failure(self._work, explained(error, doing), self._home)
