"""The command line's manners: one JSON object, plain refusals, and nothing that needs TensorFlow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nnapp.cli.command import COMMANDS
from tests.command_line import nnapp, refusal, result

DESIGNED = {"check", "train", "evaluate", "explain", "export", "predict", "runs", "pause", "resume", "stop", "delete", "architectures", "samples", "card"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_every_command_of_the_design_is_there():
    assert set(COMMANDS) >= DESIGNED


@pytest.mark.parametrize("name", sorted(DESIGNED))
def test_every_command_says_in_a_sentence_what_it_does(name: str):
    sentence = (COMMANDS[name].__doc__ or "").strip()
    assert sentence.endswith(".")


def test_a_wrong_flag_is_refused_like_any_other_mistake(home: Path):
    assert "--wrong" in refusal("runs", "--wrong", home=home)["problem"]


def test_a_command_that_does_not_exist_is_refused_with_those_that_do(home: Path):
    error = refusal("trian", home=home)
    assert "trian" in error["problem"]
    assert "train" in error["problem"] + error["remedy"]


def test_without_json_a_refusal_is_two_plain_sentences_on_stderr(home: Path, tmp_path: Path):
    answer = nnapp("check", tmp_path / "nothing.csv", home=home)
    assert answer.code == 2
    assert answer.stdout == ""
    assert "nothing.csv" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_setting_without_a_value_is_refused(home: Path, tmp_path: Path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    assert "training.epochs" in refusal("train", tmp_path / "t.csv", "--set", "training.epochs", home=home)["problem"]


def test_a_misspelt_setting_is_answered_with_the_one_that_was_meant(home: Path):
    iris = result("samples", "--write", "iris", "--output", home.parent / "iris.csv", home=home)["path"]
    error = refusal("train", iris, "--set", "training.epoch=5", home=home)
    assert "training.epochs" in error["remedy"]


def test_a_value_out_of_bounds_is_refused_before_anything_starts(home: Path):
    iris = result("samples", "--write", "iris", "--output", home.parent / "iris.csv", home=home)["path"]
    assert "epochs" in refusal("train", iris, "--set", "training.epochs=0", home=home)["problem"]
    assert result("runs", home=home) == {"runs": []}


@pytest.mark.parametrize("command", ["evaluate", "explain", "card", "stop", "pause", "resume", "delete"])
def test_a_run_that_does_not_exist_is_refused_by_every_command(command: str, home: Path):
    assert "nowhere" in refusal(command, "nowhere", home=home)["problem"]


def test_a_sample_is_written_checked_and_understood(home: Path, tmp_path: Path):
    path = result("samples", "--write", "breast-cancer", "--output", tmp_path / "cancer.csv", home=home)["path"]
    checked = result("check", path, home=home)
    assert checked["kind"] == "tabular"
    assert checked["rows"] == 569
    assert {column["type"] for column in checked["columns"]} == {"number", "category"}
    assert not [finding for finding in checked["findings"] if finding["severity"] == "error"]


def test_pictures_are_checked_by_class(home: Path, tmp_path: Path):
    path = result("samples", "--write", "digits", "--output", tmp_path / "digits.zip", home=home)["path"]
    checked = result("check", path, home=home)
    assert checked["kind"] == "pictures"
    assert checked["rows"] == 1797
    assert [each["name"] for each in checked["classes"]] == list("0123456789")


def test_a_file_is_not_written_into_a_folder_that_is_not_there(home: Path, tmp_path: Path):
    assert "folder" in refusal("samples", "--write", "iris", "--output", tmp_path / "no" / "iris.csv", home=home)["problem"]


def test_every_hyperparameter_of_every_network_is_listed_with_a_sentence(home: Path):
    for part in result("architectures", home=home)["architectures"]:
        assert part["sentence"].endswith(".")
        assert all(field["description"] for field in part["hyperparameters"].values())


def test_people_get_tables_and_programs_get_json(home: Path):
    for_people = nnapp("samples", home=home)
    assert for_people.code == 0
    assert "iris" in for_people.stdout
    with pytest.raises(json.JSONDecodeError):
        json.loads(for_people.stdout)
