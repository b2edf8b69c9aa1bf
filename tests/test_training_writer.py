"""Checkpoints beside the training: in place when they must be, and their errors come out."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from nnapp.training.checkpoint import FILE, Progress, progress_in, save
from nnapp.training.steering import Steered, Steering
from nnapp.training.writer import CheckpointWriter


def state(step: int, size: int = 4) -> dict:
    progress = Progress(steps=step, steering=(Steered(step=1, epoch=0.5, changes=Steering(training={"patience": 3})),))
    return {"now0": np.full(size, step, np.float32), "progress": np.frombuffer(progress.model_dump_json().encode(), np.uint8)}


def test_training_goes_on_while_a_checkpoint_is_written_and_waits_where_it_must(tmp_path: Path):
    with CheckpointWriter(tmp_path) as writer:
        writer.begin(state(1))
        writer.wait()
        assert progress_in(tmp_path).steps == 1
        writer.begin(state(2, size=20_000_000))
        assert writer.is_busy
        writer.wait()
        assert not writer.is_busy
    assert progress_in(tmp_path).steps == 2
    assert progress_in(tmp_path).steering[0].changes.training == {"patience": 3}


def test_a_second_checkpoint_comes_after_the_first(tmp_path: Path):
    with CheckpointWriter(tmp_path) as writer:
        for step in range(1, 20):
            writer.begin(state(step, size=50_000))
    assert progress_in(tmp_path).steps == 19


def test_what_could_not_be_written_is_raised_where_the_loop_looks(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.touch()
    with CheckpointWriter(blocked) as writer:
        writer.begin(state(1))
        time.sleep(0.5)
        with pytest.raises(OSError, match="exists"):
            assert not writer.is_busy
        writer.begin(state(2))
        with pytest.raises(OSError, match="exists"):
            writer.wait()


def test_a_reader_sees_one_whole_checkpoint_or_the_other(tmp_path: Path):
    save(tmp_path, state(1))
    seen, done = [], threading.Event()

    def look() -> None:
        while not done.is_set():
            with np.load(tmp_path / FILE) as stored:
                seen.append((int(stored["now0"][0]), progress_in(tmp_path).steps >= 1))

    reader = threading.Thread(target=look)
    reader.start()
    for step in range(2, 40):
        save(tmp_path, state(step, size=10_000))
    done.set()
    reader.join()
    assert len(seen) > 5
    assert all(whole for _, whole in seen)
    assert [step for step, _ in seen] == sorted(step for step, _ in seen)
