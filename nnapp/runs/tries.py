"""Tries: what is asked of settings before there is a run of them. A folder like a run's, but among the runs of nobody."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from pathlib import Path

from nnapp.files import publish_json
from nnapp.runs.folder import Run
from nnapp.runs.jobs import Job, JobSpec, create_folder, folders
from nnapp.runs.spec import RunSpec
from nnapp.runs.turns import this_person

FOLDER = "tries"
KEPT = 50
"""Settings whose tries are kept, the newest; they are small, and quickly made again."""
OPEN_FOR = 3600.0
"""Seconds in which a try is surely not removed: somebody may be at work on it."""


def try_of(home: Path, spec: RunSpec) -> Run:
    """The folder of these settings, whatever the run is to be called and whatever rate it has now; it may not exist yet."""
    said = spec.model_dump(
        mode="json", exclude={"name": True, "preset": True, "versions": True, "training": {"learning_rate", "epochs", "early_stopping", "patience"}}
    )
    return Run(home / FOLDER / hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16])


def ask_try(home: Path, spec: RunSpec, kind: str, owner: str | None = None) -> Job:
    """Put a job about settings into the queue; a launcher then sees that it is done. No run is touched by it."""
    made = try_of(home, spec)
    made.folder.mkdir(parents=True, exist_ok=True)
    _sweep(home / FOLDER, made.folder)
    publish_json(made.folder / "spec.json", spec.model_dump(mode="json"))
    return Job(create_folder(made.folder / "jobs", {"spec.json": JobSpec(kind=kind).model_dump()}, owner=owner or this_person()))


def newest_try(home: Path, spec: RunSpec) -> Job | None:
    """What was asked last about these settings."""
    made = try_of(home, spec)
    known = folders(made.folder / "jobs")
    return Job(made.folder / "jobs" / known[-1]) if known else None


def known_tries(folder: Path) -> list[Path]:
    """All that there are."""
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _sweep(folder: Path, spared: Path) -> None:
    """Remove the oldest tries beyond those that are kept."""
    with contextlib.suppress(OSError):  # another process sweeps too
        aged = sorted((entry.stat().st_mtime, entry) for entry in folder.iterdir() if entry != spared)
        for changed, entry in aged[: max(0, len(aged) - KEPT)]:
            if time.time() - changed > OPEN_FOR:
                shutil.rmtree(entry, ignore_errors=True)
