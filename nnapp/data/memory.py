"""How much memory the data may take: what the machine, its container and the process' own limits leave, and a share of that."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import psutil

VARIABLE = "NNAPP_MEMORY"
"""Bytes that data may take in memory, where a person says so."""
SHARE = 0.5
"""Of what is free: TensorFlow, the baselines beside it and the pages of mapped files want the rest."""

_CONTAINERS = Path("/sys/fs/cgroup")


def budget() -> int:
    """Bytes that the data of one run may take: `NNAPP_MEMORY`, else half of what is free."""
    asked = os.environ.get(VARIABLE, "")
    return int(asked) if asked.isdigit() else int(SHARE * free())


def free() -> int:
    """Bytes that this process may still take before the machine swaps or somebody ends it."""
    left: list[int] = [psutil.virtual_memory().available, *_left_to_process(), *_left_to_container(Path("/proc/self/cgroup"), _CONTAINERS)]
    return max(0, min(left))


def in_words(size: float) -> str:
    """A number of bytes as people say it.

    >>> in_words(3_140_000_000), in_words(25_000_000), in_words(800_000)
    ('3.1 GB', '25 MB', '0.8 MB')
    """
    if size >= 1e9:
        return f"{size / 1e9:,.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{max(size, 1e5) / 1e6:.1f} MB"


def _left_to_process() -> list[int]:
    """What `ulimit -d` and `ulimit -v` leave."""
    used = psutil.Process().memory_info()
    limits = ((resource.RLIMIT_DATA, used.data), (resource.RLIMIT_AS, used.vms))
    return [limit - taken for kind, taken in limits if (limit := resource.getrlimit(kind)[0]) != resource.RLIM_INFINITY]


def _left_to_container(membership: Path, root: Path) -> list[int]:
    """What each control group around this process leaves; the pages of files do not count, they are given up under pressure."""
    try:
        own = root / membership.read_text("utf-8").rsplit("::", 1)[-1].strip().lstrip("/")
    except OSError:
        return []
    found: list[int] = []
    for group in (own, *own.parents):
        if not group.is_relative_to(root):
            break
        try:
            limit = (group / "memory.max").read_text("utf-8").strip()
            taken = int((group / "memory.current").read_text("utf-8"))
            kept = dict(line.split() for line in (group / "memory.stat").read_text("utf-8").splitlines())
        except (OSError, ValueError):
            continue
        if limit.isdigit():
            found.append(int(limit) - taken + int(kept.get("file", 0)))
    return found
