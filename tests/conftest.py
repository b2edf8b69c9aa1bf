"""Fixtures shared by all rooms' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets beside the project, where they are."""
    if not SHARED.is_dir():
        pytest.skip("the real data sets lie beside the project only on the developers' machines and in CI")
    return SHARED
