"""Fixtures shared by all rooms' tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnapp.runs.store import RunStore
from tests.homes import supervised

collect_ignore = ["crashing.py"]
"""Whoever imports it gets an export format that kills its process; the search for doctests must not."""
PROJECT = Path(__file__).resolve().parent.parent
os.environ.setdefault("NNAPP_IDLE_SECONDS", "30")  # the supervisors of homes that no test needs any more leave soon
SHARED = PROJECT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets beside the project, where they are."""
    if not SHARED.is_dir():
        pytest.skip("the real data sets lie beside the project only on the developers' machines and in CI")
    return SHARED


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunStore]:
    """A store of runs with one place, whose supervisor leaves with the test and imports nothing ahead."""
    monkeypatch.setenv("NNAPP_WARM", "0")
    monkeypatch.setenv("NNAPP_SLOTS", "1")
    with supervised(tmp_path / "home") as found:
        yield found
