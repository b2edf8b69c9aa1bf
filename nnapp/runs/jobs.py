"""Jobs: what is asked of a trained run and needs Keras or much time. The same folder as a run's, only smaller."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from nnapp.files import publish_json, publish_text
from nnapp.runs.status import Status
from nnapp.runs.work import Work
from nnapp.specs import Spec

DESK = "desk/settings"
"""Whose jobs belong to no run: they ask about settings that nobody has trained with. It lies as deep in a home as a run does."""


class JobSpec(Spec):
    """What is asked."""

    kind: Annotated[str, Field(description="Name of a file of nnapp.runs.kinds: export, explain, evaluate.")]
    arguments: dict[str, Any] = {}


class Job(Work):
    """A handle on `runs/<run>/jobs/<job>`."""

    @property
    def spec(self) -> JobSpec:
        """What was asked."""
        return JobSpec.from_json((self.folder / "spec.json").read_bytes())

    @property
    def kind(self) -> str:
        """Who does it."""
        return self.spec.kind

    @property
    def run_folder(self) -> Path:
        """The run it belongs to."""
        return self.folder.parent.parent


def create_folder(parent: Path, files: dict[str, Any], *, owner: str = "", places: int = 1) -> Path:
    """Make a folder that appears whole, under a new short name that sorts by time.

    Args:
        parent: Where.
        files: JSON values by file name; `status.json` is added.
        owner: Whose it is.
        places: Places it takes when it begins.

    Returns:
        `parent/20261121-093015-abcd`, the time in UTC.
    """
    parent.mkdir(parents=True, exist_ok=True)
    now = time.time()
    while True:
        name = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{secrets.token_hex(2)}"
        draft = parent / f".draft-{name}"
        draft.mkdir()
        for file, value in files.items():
            publish_json(draft / file, value)
        publish_text(draft / "status.json", Status(created=now, owner=owner, places=places).to_json())
        try:
            draft.rename(parent / name)
        except OSError:  # taken: a rename onto a folder that holds files is refused
            for file_path in draft.iterdir():
                file_path.unlink()
            draft.rmdir()
        else:
            return parent / name


def folders(parent: Path) -> list[str]:
    """Names of the finished folders in `parent`, oldest first."""
    if not parent.is_dir():
        return []
    return sorted(entry.name for entry in parent.iterdir() if not entry.name.startswith(".") and (entry / "status.json").exists())
