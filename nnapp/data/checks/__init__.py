"""Checks: one file each, a finding or nothing. Errors stop training, warnings do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nnapp.data.checks.examined import Examined, examine
from nnapp.data.columns import ColumnProfile
from nnapp.data.findings import Finding, by_severity, from_error
from nnapp.data.pictures import Data
from nnapp.data.question import Question
from nnapp.data.series_findings import series_findings
from nnapp.data.specs import DataConfig
from nnapp.errors import DataError
from nnapp.registry import Registry

__all__ = ["CHECKS", "Check", "Examined", "examine", "run_checks"]

Check = Callable[[Examined], Finding | None]

CHECKS: Registry[Check] = Registry("check", __name__)


def run_checks(
    data: Data,
    config: DataConfig,
    *,
    profiles: Sequence[ColumnProfile] | None = None,
    question: Question | None = None,
    test: Data | None = None,
) -> tuple[Finding, ...]:
    """Everything worth knowing before training, errors first.

    Args:
        data: What would be trained on.
        config: Target, types and task as far as they are chosen.
        profiles: Of the table with `config.types`, if at hand.
        question: As `resolve` gave it, if at hand.
        test: The official test file, if there is one.
    """
    try:
        examined = examine(data, config, profiles=profiles, question=question, test=test)
    except DataError as error:
        return by_severity((*data.findings, from_error("no_question", error)))
    told = [finding for check in CHECKS.values() if (finding := check(examined)) is not None]
    if examined.question.kind == "forecasting" and examined.table is not None:
        told += series_findings(examined.table, examined.question, examined.profiles, all_channels=examined.config.all_channels)
    return by_severity((*data.findings, *examined.question.findings, *told))
