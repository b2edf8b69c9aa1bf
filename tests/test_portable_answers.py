"""From logits to answers and to the predictions file."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from nnapp.portable.answers import decode, write_answers


def test_a_tie_of_two_is_the_commoner_class():
    prediction, probabilities = decode(np.array([[0.0], [1e-3], [-800.0], [800.0]], np.float32), "binary", 0, 1)
    assert prediction.tolist() == [0, 1, 0, 1]
    assert probabilities is not None
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_several_classes_share_one():
    prediction, probabilities = decode(np.array([[1.0, 3.0, 2.0], [1e30, -1e30, 0.0]], np.float32), "multiclass", 0, 1)
    assert prediction.tolist() == [1, 0]
    assert probabilities is not None
    np.testing.assert_allclose(probabilities[0], np.exp([1, 3, 2]) / np.exp([1, 3, 2]).sum())


def test_a_number_is_in_the_targets_units():
    prediction, probabilities = decode(np.array([[0.0], [2.0]], np.float32), "regression", 100.0, 10.0)
    assert prediction.tolist() == [100, 120]
    assert probabilities is None


@pytest.mark.parametrize(("kind", "units"), [("binary", 1), ("multiclass", 3), ("regression", 1)])
def test_no_rows_give_no_answers(kind: str, units: int):
    prediction, _ = decode(np.zeros((0, units), np.float32), kind, 0, 1)
    assert prediction.shape == (0,)


def read(stream: io.StringIO) -> list[list[str]]:
    stream.seek(0)
    return list(csv.reader(stream))


def test_the_file_has_a_class_and_a_probability_each():
    stream = io.StringIO()
    write_answers(stream, np.array([1, 0]), np.array([[0.25, 0.75], [1.0, 0.0]]), ["no", "yes"])
    assert read(stream) == [["prediction", "p_no", "p_yes"], ["yes", "0.25", "0.75"], ["no", "1", "0"]]


def test_media_have_their_file_first_and_numbers_stand_alone():
    stream = io.StringIO()
    write_answers(stream, np.array([1.5, -2.0]), None, [], files=["a.png", "b.png"])
    assert read(stream) == [["file", "prediction"], ["a.png", "1.5"], ["b.png", "-2"]]


def test_text_that_a_spreadsheet_would_run_is_disarmed_and_numbers_are_not():
    stream = io.StringIO()
    names = ["=HYPERLINK(1)", "-1", "@x", "+cmd", "\ttab", 'say "hi", please']
    write_answers(stream, np.arange(6), np.eye(6), names, files=["-f.png", "=f.png", "f.png", "1", "+1.png", "@.png"])
    rows = read(stream)
    assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(1)", "-1", "'@x", "'+cmd", "'\ttab", 'say "hi", please']
    assert [row[0] for row in rows[1:]] == ["'-f.png", "'=f.png", "f.png", "1", "'+1.png", "'@.png"]
    assert rows[0][2] == "p_=HYPERLINK(1)"
