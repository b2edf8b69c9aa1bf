"""Every sample is a file that reads without a warning and asks the question it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnapp.data.checks import run_checks
from nnapp.data.readers import read
from nnapp.data.samples import SAMPLES
from nnapp.data.target import resolve
from nnapp.files import sha256_of
from tests.data_files import config

QUESTIONS = {
    "iris": (150, "species", ("setosa", "versicolor", "virginica")),
    "breast-cancer": (569, "diagnosis", ("benign", "malignant")),
    "wine": (178, "grower", ("grower 1", "grower 2", "grower 3")),
    "digits": (1_797, "class", tuple("0123456789")),
    "diabetes": (442, "progression", ()),
}


def test_the_samples_are_the_promised_ones():
    assert set(SAMPLES) >= set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_sample_reads_without_a_warning_and_asks_its_question(tmp_path: Path, name: str):
    sample = SAMPLES[name]
    path = sample.write(tmp_path)
    data = read(path, path.name)
    question = resolve(data, config())
    assert (data.rows, question.target, question.class_names) == QUESTIONS[name]
    assert [finding for finding in run_checks(data, config(), question=question) if finding.severity != "info"] == []
    assert (sample.name, sample.sentence.endswith((".", "?"))) == (name, True)


def test_a_sample_is_the_same_file_each_time(tmp_path: Path):
    hashes = set()
    for folder in ("a", "b"):
        with SAMPLES["digits"].write(tmp_path / folder).open("rb") as stream:
            hashes.add(sha256_of(stream))
    assert len(hashes) == 1
