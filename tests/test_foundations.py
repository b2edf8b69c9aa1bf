"""Errors, registry, specs and files: what every room stands on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from nnapp.errors import DataError, SpecError
from nnapp.files import FolderLock, publish, publish_json, publish_text, safe_join, sweep_drafts
from nnapp.registry import Registry
from nnapp.specs import Spec


class Oven(Spec):
    degrees: Annotated[int, Field(ge=0, le=300, description="Heat.")] = 180
    fan: Annotated[bool, Field(description="Moves the air.")] = False
    note: Annotated[str | None, Field(description="A word.")] = None


def test_a_misspelt_setting_is_answered_with_the_one_that_was_meant():
    with pytest.raises(SpecError) as caught:
        Oven.parse({"degres": 200})
    assert caught.value.problem == "There is no setting called 'degres'."
    assert caught.value.remedy == "Did you mean 'degrees'?"


def test_a_value_out_of_bounds_says_the_value_and_the_bound():
    with pytest.raises(SpecError, match=r"degrees cannot be 900.*less than or equal to 300"):
        Oven.parse({"degrees": 900})


def test_text_from_a_command_line_becomes_the_fields_own_type():
    oven = Oven().replaced({"degrees": "220", "fan": "True", "note": "None"})
    assert oven == Oven(degrees=220, fan=True, note=None)


def test_a_spec_survives_json_and_cannot_be_changed():
    oven = Oven(degrees=90)
    assert Oven.from_json(oven.to_json()) == oven
    with pytest.raises(ValueError, match="frozen"):
        oven.degrees = 5  # type: ignore[misc]


def test_a_registry_finds_parts_by_name_and_guesses_what_was_meant():
    shapes: Registry[str] = Registry("shape", "nnapp.tasks")
    shapes.register("circle")("a circle")
    assert shapes["circle"] == "a circle"
    with pytest.raises(SpecError) as caught:
        shapes["circel"]
    assert caught.value.remedy == "Did you mean 'circle'?"


def test_two_parts_cannot_claim_one_name():
    shapes: Registry[str] = Registry("shape", "nnapp.tasks")
    shapes.register("circle")("a circle")
    with pytest.raises(ValueError, match="claim"):
        shapes.register("circle")("another")


def test_a_file_whose_writer_fails_keeps_its_old_text_and_leaves_no_draft(tmp_path: Path):
    target = tmp_path / "status.json"
    publish_text(target, "old")
    with pytest.raises(FileNotFoundError), publish(target) as draft:
        draft.write_text((tmp_path / "a source that is not there").read_text())
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_number_that_is_not_finite_never_reaches_a_file(tmp_path: Path):
    with pytest.raises(ValueError, match="Out of range"):
        publish_json(tmp_path / "x.json", {"loss": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_drafts_of_killed_writers_are_swept(tmp_path: Path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".draft-abc.json").write_text("{")
    sweep_drafts(tmp_path)
    assert list((tmp_path / "run").iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "C:/x", "a\\b", "", "a//b", "%2e%2e/x", "..%252fx", "a\x00b", "./x"])
def test_a_name_that_leaves_its_folder_is_refused(tmp_path: Path, name: str):
    with pytest.raises(DataError):
        safe_join(tmp_path, name)


@given(st.text(max_size=40))
def test_whatever_the_name_the_path_stays_inside(name: str):
    folder = Path("/home/runs")
    try:
        path = safe_join(folder, name)
    except DataError:
        return
    assert path.is_relative_to(folder)
    assert ".." not in path.parts


def test_a_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path):
    path = tmp_path / "lock"
    script = f"from nnapp.files import FolderLock; from pathlib import Path; lock = FolderLock(Path({str(path)!r})); lock.acquire(); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert FolderLock.is_held(path)
        assert not FolderLock(path).acquire()
        holder.kill()
        holder.wait()
    mine = FolderLock(path)
    assert mine.acquire()
    mine.release()
    assert not FolderLock.is_held(path)
