"""Files for the user, where they asked for them: whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

from nnapp.errors import SpecError
from nnapp.files import publish


def deliver(made: Path, wanted: Path) -> Path:
    """Copy a file to where the user wants it, replacing what is there only when it is whole.

    Returns:
        The absolute path.
    """
    check_place(wanted)
    target = (wanted / made.name if wanted.is_dir() else wanted).resolve()
    if target != made.resolve():
        with publish(target) as draft:
            shutil.copyfile(made, draft)
    return target


def check_place(wanted: Path) -> None:
    """Refuse a place that cannot hold a file, before the work is done.

    Raises:
        SpecError: If its folder does not exist.
    """
    if not wanted.resolve().parent.is_dir():
        raise SpecError(f"There is no folder {str(wanted.resolve().parent)!r} to write {wanted.name!r} to.", remedy="Make it, or give another --output.")
