"""The benchmarks are run by hand, seldom: what they use must not be gone by then."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import benchmarks

NEEDS_TORCH = "torch_twin"
"""Runs in an environment of its own."""


@pytest.mark.parametrize("name", sorted({found.name for found in pkgutil.iter_modules(benchmarks.__path__)} - {NEEDS_TORCH, "__main__"}))
def test_everything_that_a_benchmark_uses_is_there(name: str):
    importlib.import_module(f"benchmarks.{name}")
