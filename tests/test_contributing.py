"""What CONTRIBUTING.md and README.md promise is true: their examples run, their folders and registries exist."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from nnapp.architectures import ARCHITECTURES
from nnapp.cli.main import parser
from nnapp.evaluation import EVALUATIONS
from nnapp.metrics import Predictions
from nnapp.registry import Registry
from nnapp.tasks import TaskSpec
from tests.conftest import PROJECT

CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
README = (PROJECT / "README.md").read_text("utf-8")


def example(path: str) -> str:
    """The first Python block after the file name."""
    return re.split(r"```python\n", CONTRIBUTING[CONTRIBUTING.index(f"`{path}`") :])[1].split("```")[0]


def test_the_evaluation_example_reports_how_sure_wrong_answers_were():
    assert "surprise" not in EVALUATIONS
    exec(compile(example("nnapp/evaluation/surprise.py"), "surprise.py", "exec", dont_inherit=True), {"__name__": "surprise"})
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    task = TaskSpec.classification("pet", ("cat", "dog"))
    answers = Predictions(np.arange(3), np.array(["test"] * 3), np.array([0, 0, 1]), probabilities.argmax(axis=1), probabilities, task)
    try:
        report = EVALUATIONS["surprise"](answers)
    finally:
        EVALUATIONS.withdraw("surprise")
    assert report.headline == {"surprise": pytest.approx(0.8)}


@pytest.mark.tensorflow
def test_the_architecture_example_builds_and_squeezes():
    from benchmarks.subjects import network, table

    exec(compile(example("nnapp/architectures/bottleneck.py"), "bottleneck.py", "exec", dont_inherit=True), {"__name__": "bottleneck"})
    try:
        model = network(table(10), "bottleneck", narrow=3)
    finally:
        ARCHITECTURES.withdraw("bottleneck")
    assert 3 in [layer.units for layer in model.layers if hasattr(layer, "units")]


def test_every_folder_and_registry_of_the_table_of_parts_exists():
    rows = re.findall(r"^\| (?:a|an|something)[^|]* \| ([^|]*) \| ([^|]*) \|$", CONTRIBUTING, re.MULTILINE)
    assert len(rows) > 10
    names = {name for _, registries in rows for name in re.findall(r"`([A-Z]+)`", registries)}
    found = set()
    for places, _ in rows:
        for place in re.findall(r"`(nnapp/[a-z/]+)/`", places):
            assert (PROJECT / place).is_dir(), place
            for module in (place.replace("/", "."), place.rpartition("/")[0].replace("/", "."), f"{place.replace('/', '.')}.base"):
                found |= _registries(module)
    found |= _registries("nnapp.runs.perform") | _registries("nnapp.cli.command")
    assert names <= found


def _registries(module: str) -> set[str]:
    try:
        loaded = importlib.import_module(module)
    except ModuleNotFoundError:
        return set()
    return {name for name, value in vars(loaded).items() if isinstance(value, Registry)}


def test_every_command_in_the_readme_can_be_parsed():
    lines = re.findall(r"^\$ python -m nnapp (.*)$", README, re.MULTILINE)
    assert len(lines) >= 7
    for line in lines:
        assert parser().parse_args(shlex.split(line)).command


def test_the_readme_begins_with_the_two_commands_that_the_makefile_has():
    first = README.split("```")[1]
    assert re.findall(r"^make (\w+)", first, re.MULTILINE) == ["run", "test"]
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    assert all(f"\n{target}:" in makefile for target in ("run", "test", "check", "accept", "bench", "lock"))


def test_every_link_of_the_documents_leads_to_a_file():
    for document in (PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / Path(link)).exists(), link
