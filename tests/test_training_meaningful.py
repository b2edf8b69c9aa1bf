"""A training form shows the fields that do something for the question and its data."""

from __future__ import annotations

import pytest

from nnapp.data.specs import DataKind
from nnapp.tasks import TaskKind
from nnapp.training.config import TrainingConfig
from nnapp.training.meaningful import idle


@pytest.mark.parametrize(
    ("kind", "task", "useless", "useful"),
    [
        ("tabular", "regression", {"class_weights", "label_smoothing", "cutmix"}, {"mixup", "loss"}),
        ("text", "multilabel", {"mixup", "cutmix"}, {"class_weights", "label_smoothing"}),
        ("series", "forecasting", {"class_weights", "mixup", "label_smoothing"}, {"loss", "weight_decay"}),
        ("pictures", "multiclass", {"quantile", "plateau_factor", "momentum"}, {"mixup", "cutmix", "class_weights"}),
    ],
)
def test_what_has_no_effect_is_not_asked(kind: DataKind, task: TaskKind, useless: set[str], useful: set[str]):
    found = set(idle(TrainingConfig(), kind, task))
    assert useless <= found
    assert not useful & found


def test_a_choice_brings_its_own_fields_and_a_field_that_was_set_can_be_set_back():
    chosen = TrainingConfig(optimizer="sgd", schedule="plateau", loss="quantile")
    assert not {"momentum", "nesterov", "plateau_patience", "plateau_factor", "quantile"} & set(idle(chosen, "tabular", "regression"))
    assert "mixup" not in idle(TrainingConfig(mixup=0.2), "text", "binary")
