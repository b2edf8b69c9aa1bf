"""Data larger than memory: decoded pictures go to a file that nobody has to clean up, and it is told."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import textwrap
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from nnapp.data import decoding, memory
from nnapp.data.checks import run_checks
from nnapp.data.checks.picture_memory import ON_DISK
from nnapp.data.dataset import PICTURE, Parts
from nnapp.data.decoding import Decoding
from nnapp.data.findings import Finding
from nnapp.data.pictures import Pictures
from nnapp.data.prepare import prepare
from nnapp.data.specs import PARTS, DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.errors import DataError
from nnapp.tasks import OUTPUT
from tests.conftest import PROJECT
from tests.data_files import config, read_zip, two_classes, zipped

SIDE = 32
DECODED = 24 * SIDE * SIDE * 3
"""Bytes of 24 colour pictures."""


def prepared(folder: Path) -> tuple[Parts, tuple[Finding, ...]]:
    store = DataStore(folder / "home")
    data = DataConfig(sha256=store.add(zipped(folder, two_classes())), image_size=SIDE)
    ready = prepare(store, data, SplitSpec(), PreprocessingConfig(), bins=False)
    return ready.parts, ready.findings


def mapped(array: np.ndarray) -> bool:
    """Whether an array is a view of a mapped file."""
    while isinstance(array, np.ndarray):
        if isinstance(array, np.memmap):
            return True
        array = array.base
    return False


def files_below(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_pictures_beyond_the_budget_lie_on_disk_with_the_same_pixels_and_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(memory.VARIABLE, str(DECODED))
    inside, said = prepared(tmp_path)
    assert ON_DISK not in {finding.code for finding in said}
    monkeypatch.setenv(memory.VARIABLE, str(DECODED - 1))
    outside, said = prepared(tmp_path)
    (told,) = [finding for finding in said if finding.code == ON_DISK]
    assert "take 0.1 MB" in told.problem
    assert "kept on disk and read as needed" in told.problem
    assert told.fix == {"data.image_size": 24}
    for part in PARTS:
        assert mapped(outside[part].x[PICTURE])
        assert not mapped(inside[part].x[PICTURE])
        np.testing.assert_array_equal(outside[part].x[PICTURE], inside[part].x[PICTURE])
        np.testing.assert_array_equal(outside[part].y[OUTPUT], inside[part].y[OUTPUT])
        assert outside[part].ids.tolist() == inside[part].ids.tolist()


def test_the_parts_are_stretches_of_one_array_so_that_nothing_is_held_twice(tmp_path: Path):
    parts, _ = prepared(tmp_path)
    bases = {id(parts[part].x[PICTURE].base) for part in PARTS}
    assert len(bases) == 1


def test_the_file_has_no_name_so_that_a_killed_process_leaves_nothing_and_gives_the_disk_back(tmp_path: Path):
    program = f"""
        from pathlib import Path
        import sys, time
        from nnapp.data.memory import room
        array = room((50, 200, 200, 3), Path({str(tmp_path)!r}))
        array[:] = 7
        print("full", flush=True)
        time.sleep(60)
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, cwd=PROJECT)
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"full\n"
        assert files_below(tmp_path) == set()
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert files_below(tmp_path) == set()


def test_a_full_disk_is_told_before_anything_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(memory.VARIABLE, "1000")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(decoding.shutil, "disk_usage", lambda _: usage(1, 1, decoding.SPARE_DISK))
    data = read_zip(tmp_path, two_classes())
    assert isinstance(data, Pictures)
    found = {finding.code: finding for finding in run_checks(data, config(image_size=SIDE))}["picture_memory"]
    assert found.severity == "error"
    assert found.remedy == "Free 0.1 MB on the disk."
    monkeypatch.setenv(memory.VARIABLE, str(24 * 16 * 16 * 3))
    found = {finding.code: finding for finding in run_checks(data, config(image_size=SIDE))}["picture_memory"]
    assert found.remedy == "Choose image_size 16, which fits in memory, or free 0.1 MB on the disk."


def test_a_disk_that_fills_up_meanwhile_is_an_error_and_no_crash(tmp_path: Path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
        with pytest.raises(DataError, match="no room on the disk"):
            memory.room((4, 200, 200, 3), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_decoding_to_disk_takes_no_memory_of_the_process_own(tmp_path: Path):
    path = zipped(tmp_path, two_classes(100))
    program = f"""
        import re
        from pathlib import Path
        from nnapp.data.memory import room
        from nnapp.data.readers import read

        def own():
            return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

        data = read(Path({str(path)!r}), "pictures.zip")
        data.load(256, 3, into=room((200, 256, 256, 3), Path({str(tmp_path)!r})))  # threads and buffers are there from now on
        before = own()
        kept = data.load(512, 3, into=room((200, 512, 512, 3), Path({str(tmp_path)!r})))
        print(kept.nbytes, own() - before)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, cwd=PROJECT, check=True)
    size, grown = map(int, done.stdout.split())
    assert size == 200 * 512 * 512 * 3
    assert grown < size / 4


def test_free_memory_is_bounded_by_the_limit_of_the_process_and_of_its_container(tmp_path: Path):
    group = tmp_path / "a" / "b"
    group.mkdir(parents=True)
    for folder, limit in ((group, "max"), (group.parent, "3000")):
        (folder / "memory.max").write_text(f"{limit}\n")
        (folder / "memory.current").write_text("2500\n")
        (folder / "memory.stat").write_text("anon 1500\nfile 1000\n")
    (tmp_path / "membership").write_text("0::/a/b\n")
    assert memory._left_to_container(tmp_path / "membership", tmp_path) == [1500]
    program = "import resource as r; r.setrlimit(r.RLIMIT_DATA, (1 << 30, -1)); from nnapp.data.memory import free; print(free())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert 1 << 28 < int(done.stdout) < 1 << 30


def test_half_of_the_free_memory_is_the_budget_unless_a_person_says_otherwise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(memory.VARIABLE, raising=False)
    assert memory.budget() == pytest.approx(memory.free() / 2, rel=0.2)
    monkeypatch.setenv(memory.VARIABLE, "12345")
    assert memory.budget() == 12345


def test_an_official_test_file_counts_too(tmp_path: Path):
    data = read_zip(tmp_path, two_classes())
    assert isinstance(data, Pictures)
    assert Decoding.of(data, SIDE, 2 * data.rows).bytes == 2 * DECODED
    assert Decoding.of(data, SIDE).folder.samefile(tmp_path)
