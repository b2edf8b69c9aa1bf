"""The question: which column is predicted, and whether the answer is a class or a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.data.anomaly_question import anomaly_question
from nnapp.data.answers import NO_ANSWER, class_texts, is_known, known_answers
from nnapp.data.columns import NUMERIC, ColumnProfile, profile_as
from nnapp.data.findings import Finding, counted, quoted
from nnapp.data.folders import ClassFolders, natural
from nnapp.data.forecast_question import forecast_question
from nnapp.data.labels import MOST_LABELS, are_joined, label_counts
from nnapp.data.long_table import LongTable
from nnapp.data.pictures import Data
from nnapp.data.question import Question
from nnapp.data.series_question import as_series_question, steps_of
from nnapp.data.specs import DataConfig, DataKind
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.registry import did_you_mean

TARGET_NAMES = ("target", "label", "class", "y", "labels")
CLASS_NAMES = ("label", "class")
MOST_WHOLE_CLASSES = 20
MOST_CLASSES = 1_000
Asked = tuple[Table, DataConfig, Sequence[ColumnProfile]]
"""A table, what a person said of it, and its columns."""

__all__ = ["NO_ANSWER", "Question", "known_answers", "propose_target", "resolve"]


def propose_target(table: Table, profiles: Sequence[ColumnProfile]) -> tuple[str, str]:
    """The column that is most likely meant to be predicted, and why.

    A column named target, label, class, y or labels; else the last that is neither an identifier nor a date, and holds
    something to answer with (free text and empty columns do not).

    Raises:
        DataError: If no column can be one.
    """
    _refuse_empty(table)
    by_name = {profiled.name.strip().lower(): profiled.name for profiled in reversed(profiles)}
    for name in TARGET_NAMES:
        if name in by_name:
            return by_name[name], f"its name is {by_name[name]!r}"
    possible = [profiled for profiled in profiles if profiled.type not in {"identifier", "date", "ignored", "text", "picture"}]
    if not possible and len(profiles) == 1:
        problem = f"{table.name} has one column only, {profiles[0].name!r}: there is nothing to predict it from."
        raise DataError(problem, remedy="Bring columns that may explain it, beside the answer.")
    if not possible:
        raise DataError(
            f"No column of {table.name} can be predicted: all are identifiers, dates, free text or empty.",
            remedy="Bring a column with the answers: a class or a number a row.",
        )
    return possible[-1].name, "it is the last column that is neither an identifier nor a date"


def _refuse_empty(table: Table) -> None:
    if table.rows == 0:
        raise DataError(f"{table.name} has column names but no rows.", remedy="Bring a file with data under its header.")


def resolve(data: Data, config: DataConfig, profiles: Sequence[ColumnProfile] | None = None) -> Question:
    """Decide target, kind of answer and classes, by the settings where they say it, else by looking.

    Args:
        data: A table, or files in class folders.
        config: Empty target and automatic task are filled in; what was decided is told in the findings.
        profiles: Of the table with `config.types`, if they are at hand.

    Raises:
        DataError: If the target does not exist, or cannot be predicted as asked.
    """
    if config.kind not in {"auto", *data.kinds}:
        raise DataError(f"{data.name} cannot be taken as {config.kind}.", remedy=f"Choose one of: auto, {', '.join(data.kinds)}.")
    if isinstance(data, ClassFolders):
        return _of_folders(data, config)
    _refuse_empty(data)
    profiles = profile_as(data, config) if profiles is None else profiles
    if not isinstance(data, LongTable):
        over_time = anomaly_question(data, config, profiles) or forecast_question(data, config, profiles)
        if over_time is not None:
            return over_time
    elif config.task == "anomaly":
        problem = f"{data.name} is read as {counted(data.rows, 'series', 'series')}, each one example, and an anomaly is looked for along a series."
        raise DataError(problem, remedy="Take it as a table of steps instead (data.kind tabular).")
    findings: list[Finding] = []
    wide = steps_of(data, config, profiles)
    target = config.target
    if target is None:
        target, why = propose_target(data, [one for one in profiles if wide is None or one.name not in wide.columns])
        problem = f"The target is {target!r}, because {why}."
        remedy = "If you want to predict something else, choose another target (--target on the command line)."
        findings.append(Finding(code="target_proposed", severity="info", problem=problem, remedy=remedy, columns=(target,)))
    profiled = next((one for one in profiles if one.name == target), None)
    if profiled is None and (columns := several_columns(data, target)):
        return _of_labels((data, config, profiles), target, columns, findings)
    if profiled is None:
        raise DataError(f"{data.name} has no column {target!r}.", remedy=did_you_mean(target, list(data.columns)))
    return as_series_question(_of_column(data, config, profiles, profiled, findings), data, wide)


def several_columns(table: Table, target: str) -> tuple[str, ...]:
    """The columns that `a,b,c` names; none if it does not name at least two."""
    names = tuple(name.strip() for name in target.split(","))
    return names if len(names) > 1 and len(set(names)) == len(names) and set(names) <= set(table.columns) else ()


def _of_labels(asked: Asked, target: str, columns: tuple[str, ...], findings: list[Finding]) -> Question:
    """Any number of labels a row: those of a column, joined by bars, or columns of yes and no."""
    table, config, profiles = asked
    if config.task not in {"auto", "multilabel"}:
        raise DataError(
            f"{target!r} holds several labels a row, so it cannot be asked as {config.task}.", remedy="Use --task multilabel, or one column as target."
        )
    names = columns or tuple(sorted(label_counts(table.texts(target)), key=natural))
    if len(names) < 2 or len(names) > MOST_LABELS:
        problem = f"The target {target!r} holds {counted(len(names), 'label')}; several labels at once need 2 to {MOST_LABELS:,}."
        raise DataError(problem, remedy="Join the labels of a row by |, or choose another task.")
    fed = config.kind if config.kind != "auto" else _fed(profiles, columns or (target,), config)
    question = Question(target=target, kind="multilabel", columns=columns, class_names=names, data=fed)
    answers, told = known_answers(table, question)
    known = is_known(answers)
    none, lost = int((known & (answers == 0).all(axis=1)).sum()), int((~known).sum())
    if lost == table.rows:
        raise DataError(f"No row of {quoted(columns)} says yes or no.", remedy="Write 1 and 0, yes and no, or true and false into the columns of labels.")
    if not columns and config.task == "auto":
        problem = f"{target!r} holds several labels a row, joined by |: {counted(len(names), 'label')}, of which any number may hold."
        remedy = "If every different cell is meant as a class of its own, use --task multiclass."
        fix = {"data.task": "multiclass"}
        findings.append(
            Finding(code="several_labels", severity="info", problem=problem, remedy=remedy, columns=(target,), fix=fix, fix_label="One class a row")
        )
    if none:
        problem = f"{counted(none, 'row has', 'rows have')} no label at all; they are taken to have none of them."
        findings.append(
            Finding(code="no_labels", severity="info", problem=problem, remedy="Fill in the labels if they are only not known.", columns=question.targets)
        )
    if lost:
        problem = f"{counted(lost, 'row says', 'rows say')} neither yes nor no in {quoted(columns)} and cannot be learned from."
        findings.append(Finding(code="target_missing", severity="warning", problem=problem, remedy="They are left out. Write 1 or 0.", columns=columns))
    return question.model_copy(update={"findings": (*findings, *told)})


def _fed(profiles: Sequence[ColumnProfile], targets: tuple[str, ...], config: DataConfig) -> DataKind:
    """What a network is fed with from a table: texts and other columns together where both say something, or pictures came with it."""
    others = [column for column in profiles if column.name not in targets]
    if any(column.type == "picture" for column in others):
        return "mixed"
    if not any(column.feeds("text") for column in others):
        return "tabular"
    if not any(column.feeds("tabular") for column in others):
        return "text"
    # Names and addresses are texts too, but a network that reads them learns them by heart.
    return "mixed" if any(column.has_sentences or config.types.get(column.name) == "text" for column in others) else "tabular"


def _of_column(table: Table, config: DataConfig, profiles: Sequence[ColumnProfile], column: ColumnProfile, findings: list[Finding]) -> Question:
    """The question that a column asks."""
    if config.task == "multilabel" or (config.task == "auto" and column.minimum is None and are_joined(table.texts(column.name))):
        return _of_labels((table, config, profiles), column.name, (), findings)
    different, rows = table.texts(column.name).counts()
    counts: Counter[str] = Counter()
    for text, count in zip(class_texts(list(different)), rows.tolist(), strict=True):
        if text is not None:
            counts[text] += count
    _refuse_impossible(table, config, column, counts)
    kind = config.task if config.task != "auto" else _kind(column, counts, findings)
    question = Question(target=column.name, kind="regression") if kind == "regression" else _classification(column.name, config, counts)
    answers, told = known_answers(table, question)
    findings += told
    lacking = int(np.count_nonzero(answers == NO_ANSWER if kind != "regression" else ~np.isfinite(answers)))
    if 0 < lacking < table.rows:
        problem = (
            f"{counted(lacking, 'row has', 'rows have')} no {'number' if kind == 'regression' else 'value'} in {column.name!r} and cannot be learned from."
        )
        remedy = "They are left out. Fill them in if you know the answers."
        findings.append(Finding(code="target_missing", severity="warning", problem=problem, remedy=remedy, columns=(column.name,)))
    return question.model_copy(update={"findings": tuple(findings), "data": config.kind if config.kind != "auto" else _fed(profiles, (column.name,), config)})


def _refuse_impossible(table: Table, config: DataConfig, column: ColumnProfile, counts: Counter[str]) -> None:
    """Columns that no network of these kinds can predict."""
    other = "Choose a column that holds a class or a number a row."
    if not counts:
        raise DataError(f"The target {column.name!r} is empty: every cell is missing.", remedy=other)
    if column.type == "date":
        raise DataError(f"The target {column.name!r} is a date, which is neither a class nor a number.", remedy=other)
    numeric = column.type in NUMERIC or column.minimum is not None
    if config.task == "regression" and not numeric:
        example = next(iter(counts))
        raise DataError(f"The target {column.name!r} holds words such as {example!r}, so it cannot be predicted as a number.", remedy="Use --task multiclass.")
    wants_classes = config.task in {"binary", "multiclass"} or not numeric
    if wants_classes and (len(counts) > MOST_CLASSES or (len(counts) > 20 and len(counts) > 0.5 * sum(counts.values()))):
        remedy = "Predict it as a number (--task regression)." if numeric else other
        raise DataError(f"The target {column.name!r} has {len(counts):,} different values in {table.rows:,} rows, too many for classes.", remedy=remedy)
    if config.task == "binary" and len(counts) > 2:
        raise DataError(f"The target {column.name!r} has {len(counts)} classes, not two: {quoted(counts)}.", remedy="Use --task multiclass.")


def _kind(column: ColumnProfile, counts: Counter[str], findings: list[Finding]) -> str:
    """Class or number, for a target whose task is not given."""
    if column.type == "money":
        return "regression"
    if column.minimum is None:
        return "multiclass"
    named = column.name.strip().lower() in CLASS_NAMES
    few = len(counts) <= MOST_WHOLE_CLASSES and min(counts.values()) >= 2
    if column.whole and (named or few) and len(counts) <= MOST_CLASSES:
        if len(counts) == 1:
            return "multiclass"
        why = f"its name is {column.name!r}" if named else f"there are only {counted(len(counts), 'different one')}, each repeated"
        findings.append(
            Finding(
                code="numbers_as_classes",
                severity="info",
                problem=f"The whole numbers of {column.name!r} are taken for classes, because {why}.",
                remedy="If they measure something, predict a number instead (--task regression).",
                columns=(column.name,),
                fix={"data.task": "regression"},
                fix_label="Predict a number",
            )
        )
        return "multiclass"
    return "regression"


def _classification(target: str, config: DataConfig, counts: Counter[str]) -> Question:
    """Classes in natural order; of two, the one to be found stands second."""
    names = sorted(counts, key=natural)
    if len(names) != 2:
        return Question(target=target, kind="multiclass", class_names=tuple(names))
    positive = config.positive
    if positive is None:
        positive = min(reversed(names), key=lambda name: counts[name])
    elif positive not in names:
        raise DataError(f"The target {target!r} has no class {positive!r}.", remedy=f"Choose one of its classes: {quoted(names)}.")
    negative = next(name for name in names if name != positive)
    return Question(target=target, kind="binary", class_names=(negative, positive), positive=positive)


def _of_folders(files: ClassFolders, config: DataConfig) -> Question:
    """The class is the folder."""
    if config.target not in {None, "class"}:
        raise DataError(f"{files.noun.capitalize()}s have no column {config.target!r}: their class is their folder.", remedy="Leave the target out.")
    if config.task in {"regression", "multilabel"}:
        raise DataError(f"The {files.noun}s of {files.name} are sorted into classes, one each.", remedy="Leave the task out.")
    question = _classification("class", config, Counter(files.labels))
    if config.task == "binary" and len(question.class_names) > 2:
        raise DataError(f"{files.name} has {len(question.class_names)} classes, not two.", remedy="Use --task multiclass.")
    return question.model_copy(update={"data": files.kinds[0]})


def class_counts(answers: NDArray[np.generic], classes: int) -> NDArray[np.int64]:
    """Examples a class (or label), shape `(classes,)`; rows without an answer are not counted."""
    codes = np.asarray(answers, np.int64)
    if codes.ndim > 1:
        return np.asarray((codes == 1).sum(axis=0), np.int64)
    return np.bincount(codes[codes >= 0], minlength=classes)
