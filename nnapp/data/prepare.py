"""From an upload and the settings to the three parts of arrays that a network learns from and is judged on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnapp.data.answers import is_known, known_answers
from nnapp.data.augmentation import Augmentation
from nnapp.data.checks import picture_memory, run_checks, sound_memory
from nnapp.data.columns import profile_as
from nnapp.data.dataset import Dataset, DataSpec, Parts
from nnapp.data.findings import Finding, by_severity, stop_on_errors
from nnapp.data.folders import ClassFolders
from nnapp.data.kinds import KINDS, Given
from nnapp.data.pictures import Data
from nnapp.data.preprocessing import Preprocessing
from nnapp.data.question import Question
from nnapp.data.readers import typed
from nnapp.data.specs import PARTS, DataConfig, Part, PreprocessingConfig, SplitSpec
from nnapp.data.splits import assign_parts
from nnapp.data.store import DataStore
from nnapp.data.table import Table
from nnapp.data.target import resolve
from nnapp.data.watch import prepare_watch
from nnapp.data.weighing import weighed
from nnapp.data.windows import prepare_windows
from nnapp.errors import DataError
from nnapp.tasks import OUTPUT, TaskSpec

ON_DISK = frozenset({picture_memory.ON_DISK, sound_memory.ON_DISK, typed.ON_DISK})
"""Findings that say that what memory does not hold lies in a file."""
Values = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True)
class Prepared:
    """Everything training needs to know of the data.

    Attributes:
        parts: Train, validation and test.
        preprocessing: Fitted on the train part.
        data: What the network takes in.
        task: What is asked.
        findings: Of reading, checking and dividing, the gravest first.
        watched: Every step of every part, where a series is watched for anomalies.
    """

    parts: Parts
    preprocessing: Preprocessing
    data: DataSpec
    task: TaskSpec
    findings: tuple[Finding, ...]
    watched: Dataset | None = None

    def asking(self, task: TaskSpec) -> Prepared:
        """The same data under a task that says more: from which probability on a label is given, or from which error on a step is unusual."""
        parts = Parts(*(replace(self.parts[part], task=task) for part in PARTS))
        return replace(self, task=task, parts=parts, watched=None if self.watched is None else replace(self.watched, task=task))


def prepare(
    store: DataStore,
    data: DataConfig,
    split: SplitSpec,
    preprocessing: PreprocessingConfig,
    *,
    bins: bool,
    augmentation: Augmentation | None = None,
    rebuilds: bool = False,
) -> Prepared:
    """Read, question, check, divide, fit and transform; the same every time for the same settings.

    Args:
        store: Where the uploads are.
        data: Which upload, and how it is meant.
        split: How it is divided; with an official test file, into train and validation only.
        preprocessing: How cells become numbers.
        bins: Whether the network wants numbers spread over ramps.
        augmentation: Changes to training pictures and sounds.
        rebuilds: Whether the network finds anomalies by rebuilding what it sees, instead of by forecasting.

    Raises:
        DataError: If the data cannot be learned from, with the cause and the fix.
    """
    read, test = _opened(store, data)
    profiles = () if isinstance(read, ClassFolders) else profile_as(read, data)
    question = resolve(read, data, profiles or None)
    checked = run_checks(read, data, profiles=profiles or None, question=question, test=test)
    stop_on_errors(checked)
    if question.kind == "forecasting":
        assert isinstance(read, Table)
        assert test is None or isinstance(test, Table)
        parts, windows, spec, task, told = prepare_windows(read, test, data=data, split=split, question=question, profiles=profiles)
        return Prepared(parts, windows, spec, task, by_severity((*checked, *(finding for finding in told if finding not in checked))))
    if question.kind == "anomaly":
        assert isinstance(read, Table)
        assert test is None or isinstance(test, Table)
        parts, watched, windows, task, told = prepare_watch(
            read, test, data=data, split=split, preprocessing=preprocessing, question=question, profiles=profiles, rebuilds=rebuilds
        )
        return Prepared(parts, windows, windows.data_spec, task, by_severity((*checked, *(finding for finding in told if finding not in checked))), watched)
    assignment = assign_parts(read, question, split, test)
    rows = {part: assignment.rows(part) for part in PARTS}
    answers, _ = known_answers(read, question)
    fitted = KINDS[question.data].fit(Given(read, profiles, question, rows["train"], data, preprocessing, augmentation, bins))
    task = task_of(question, answers[rows["train"]])

    on_disk = any(finding.code in ON_DISK for finding in checked)
    parts = _divided(read, rows, answers, fitted, task, on_disk=on_disk)
    parts = weighed(parts, read, rows, data)
    parts = replace(parts, train=replace(parts.train, readings=KINDS[question.data].readings(read, rows["train"], fitted, split.seed)))
    if test is not None:
        parts = replace(parts, test=_official(test, question, fitted, task, on_disk=on_disk))
    return Prepared(parts, fitted, fitted.data_spec, task, by_severity((*checked, *assignment.findings, *fitted.findings)))


def outline(
    store: DataStore,
    data: DataConfig,
    split: SplitSpec,
    preprocessing: PreprocessingConfig,
    *,
    bins: bool,
    augmentation: Augmentation | None = None,
    rebuilds: bool = False,
) -> tuple[DataSpec, TaskSpec, int]:
    """What a network would take and be asked, and how many rows it would learn from; pictures are not decoded.

    The arguments and errors are those of `prepare`.
    """
    read, test = _opened(store, data)
    profiles = () if isinstance(read, ClassFolders) else profile_as(read, data)
    question = resolve(read, data, profiles or None)
    if question.kind in {"forecasting", "anomaly"}:
        ready = prepare(store, data, split, preprocessing, bins=bins, rebuilds=rebuilds)
        return ready.data, ready.task, len(ready.parts.train)
    rows = assign_parts(read, question, split, test).rows("train")
    answers, _ = known_answers(read, question)
    fitted = KINDS[question.data].fit(Given(read, profiles, question, rows, data, preprocessing, augmentation, bins))
    return fitted.data_spec, task_of(question, answers[rows]), len(rows)


def _opened(store: DataStore, data: DataConfig) -> tuple[Data, Data | None]:
    """The upload and the official test file, if there is one; refused where reading them went wrong."""
    read = store.open(data.sha256, data.skip_bad_rows, data.kind)
    stop_on_errors(read.findings)
    if data.test_sha256 is None:
        return read, None
    test = store.open(data.test_sha256, data.skip_bad_rows, data.kind)
    stop_on_errors(test.findings)
    if type(test) is not type(read):
        problem = f"The test file {test.name} holds {test.kinds[0]} data, {read.name} {read.kinds[0]} data."
        raise DataError(problem, remedy="Bring a test file of the same kind, or none.")
    return read, test


def _divided(data: Data, rows: dict[Part, NDArray[np.int64]], answers: Values, fitted: Preprocessing, task: TaskSpec, *, on_disk: bool) -> Parts:
    """The arrays of every part: stretches of one, so that nothing is held twice."""
    whole = make_dataset(data, np.concatenate([rows[part] for part in PARTS]), answers, fitted, task, on_disk=on_disk)
    made, at = {}, 0
    for part in PARTS:
        made[part] = whole.rows(slice(at, at + len(rows[part])))
        at += len(rows[part])
    return Parts(train=made["train"], validation=made["validation"], test=made["test"])


def make_dataset(data: Data, rows: NDArray[np.int64], answers: Values, fitted: Preprocessing, task: TaskSpec, *, on_disk: bool = False) -> Dataset:
    """The arrays of some examples.

    Args:
        data: The upload, or an official test file.
        rows: Positions of the wanted examples.
        answers: Of every example of `data`, as `known_answers` gives them.
        fitted: From what was brought to inputs.
        task: Tells how answers are coded.
        on_disk: Whether decoded pictures lie in a file instead of in memory.
    """
    kind = KINDS[fitted.kind]
    inputs = dict(kind.inputs(data, rows, fitted, on_disk=on_disk))
    return Dataset(inputs, {OUTPUT: coded(answers[rows], task)}, kind.ids(data, rows), fitted.data_spec, task)


def coded(answers: Values, task: TaskSpec) -> NDArray[np.generic]:
    """Answers as the loss wants them: see `Dataset.y`.

    >>> coded(np.array([0, 1]), TaskSpec.classification("y", ("no", "yes"))).tolist()
    [[0.0], [1.0]]
    """
    if task.kind == "multiclass":
        return answers.astype(np.int32)
    if task.kind == "multilabel":
        return answers.astype(np.float32)
    if task.kind == "binary":
        return answers.astype(np.float32)[:, None]
    return ((answers - task.output.center) / task.output.scale).astype(np.float32)[:, None]


def task_of(question: Question, answers_train: Values) -> TaskSpec:
    """The question as a task; a regression's centre and scale are mean and standard deviation of the train part."""
    if question.kind == "multilabel":
        return TaskSpec.multilabel(question.target, question.class_names)
    if not question.is_number:
        return TaskSpec.classification(question.target, question.class_names)
    scale = float(np.std(answers_train))
    return TaskSpec.regression(question.target, float(np.mean(answers_train)), scale if scale > 0 else 1.0)


def _official(test: Data, question: Question, fitted: Preprocessing, task: TaskSpec, *, on_disk: bool) -> Dataset:
    """The test part from a file of its own: rows whose answer is known."""
    answers, _ = known_answers(test, question)
    rows = np.flatnonzero(is_known(answers))
    if not len(rows):
        raise DataError(
            f"No row of the test file {test.name} has a {question.target!r} that the training data know.",
            remedy="Bring a test file with the answers in it, or none.",
        )
    return make_dataset(test, rows, answers, fitted, task, on_disk=on_disk)
