"""What there is to train on, as the web process sees it."""

from __future__ import annotations

import pytest

from nnapp.runs.devices import cores, cpu, cpu_name, devices, slots


def test_devices_are_described_without_tensorflow() -> None:
    processor = cpu()
    assert processor.name == cpu_name() != ""
    assert 0 < processor.memory_used < processor.memory
    assert str(cores()) in processor.sentence
    assert len(devices()) >= 1


def test_the_number_of_trainings_at_once_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_SLOTS", "3")
    assert slots() == 3
    monkeypatch.setenv("NNAPP_SLOTS", "none")
    assert slots() >= 1
