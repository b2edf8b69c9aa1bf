"""Any number of labels a row: read, divided, decided by thresholds, scored, written."""

import io

import numpy as np
import pytest

from nnapp.data.answers import is_known, known_answers, strata_of
from nnapp.data.checks import run_checks
from nnapp.data.labels import are_joined
from nnapp.data.prepare import prepare
from nnapp.data.readers import read
from nnapp.data.specs import DataConfig, PreprocessingConfig, SplitSpec
from nnapp.data.store import DataStore
from nnapp.data.target import resolve
from nnapp.errors import DataError
from nnapp.evaluation import evaluate
from nnapp.export.parity import agrees
from nnapp.metrics import Predictions, bootstrap, score
from nnapp.metrics.thresholds import best_thresholds
from nnapp.portable.answers import decode, write_answers
from nnapp.tasks import Answers, TaskSpec
from nnapp.training.weights import row_weights

SHA = "0" * 64
TASK = TaskSpec.multilabel("mood", ("anger", "fear", "joy"))


@pytest.fixture
def moods(tmp_path):
    labels = ["joy", "joy|fear", "anger", "", "fear", " anger | joy "]
    rows = "".join(f'"words about {labels[index % 6]} number {index}",{labels[index % 6]}\n' for index in range(120))
    path = tmp_path / "moods.csv"
    path.write_text("text,labels\n" + rows, encoding="utf-8")
    return path


def test_labels_joined_by_bars_are_asked_as_several_labels(moods):
    table = read(moods, moods.name)
    asked = resolve(table, DataConfig(sha256=SHA))
    assert (asked.kind, asked.data, asked.target, asked.class_names) == ("multilabel", "text", "labels", ("anger", "fear", "joy"))
    answers, _ = known_answers(table, asked)
    assert answers[:6].tolist() == [[0, 0, 1], [0, 1, 1], [1, 0, 0], [0, 0, 0], [0, 1, 0], [1, 0, 1]]
    codes = {finding.code for finding in run_checks(table, DataConfig(sha256=SHA))}
    assert {"several_labels", "no_labels"} <= codes
    assert resolve(table, DataConfig(sha256=SHA, task="multiclass")).kind == "multiclass"


def test_columns_of_yes_and_no_are_labels_and_no_inputs(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("text,rude,kind\n" + "".join(f"some words {index},{index % 2},{'yes' if index % 3 else 'no'}\n" for index in range(60)), encoding="utf-8")
    table = read(path, path.name)
    asked = resolve(table, DataConfig(sha256=SHA, target="rude, kind"))
    assert (asked.kind, asked.class_names, asked.targets, asked.data) == ("multilabel", ("rude", "kind"), ("rude", "kind"), "text")
    answers, _ = known_answers(table, asked)
    assert answers[:3].tolist() == [[0, 0], [1, 1], [0, 1]]
    with pytest.raises(DataError, match="several labels a row"):
        resolve(table, DataConfig(sha256=SHA, target="rude,kind", task="binary"))


def test_a_column_of_classes_with_a_lone_bar_stays_one_of_classes(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("a,kind\n" + "".join(f"{index},{'x|y' if index == 0 else 'xy'[index % 2]}\n" for index in range(400)), encoding="utf-8")
    assert not are_joined(read(path, path.name).texts("kind"))


def test_parts_share_the_rarest_labels(moods, tmp_path):
    store = DataStore(tmp_path / "home")
    made = prepare(store, DataConfig(sha256=store.add(moods)), SplitSpec(), PreprocessingConfig(), bins=False)
    assert made.parts.train.y["output"].shape == (made.parts.rows["train"], 3)
    for part in ("train", "validation", "test"):
        assert made.parts[part].y["output"].sum(axis=0).min() > 0
    assert strata_of(np.array([[1, 1], [1, 0], [0, 0]])).tolist() == [1, 0, 2]
    assert is_known(np.array([[1, 0], [-1, -1]])).tolist() == [True, False]


def test_thresholds_decide_and_travel_with_the_task():
    task = TaskSpec.from_json(TASK.with_thresholds((0.2, 0.5, 0.9)).to_json())
    logits = np.log(np.array([[0.3, 0.4, 0.8]]) / (1 - np.array([[0.3, 0.4, 0.8]]))).astype(np.float32)
    assert task.decode(logits).prediction.tolist() == [[1, 0, 0]]
    assert TASK.decode(logits).prediction.tolist() == [[0, 0, 1]]
    output = task.model_dump(mode="json")["outputs"]["output"]
    np.testing.assert_array_equal(decode(logits, "multilabel", 0.0, 1.0, output["thresholds"])[0], [[1, 0, 0]])


def test_rare_labels_share_a_threshold():
    happened = np.zeros((200, 2), int)
    happened[:100, 0] = 1
    happened[:3, 1] = 1
    chances = np.stack([np.where(happened[:, 0] == 1, 0.4, 0.2), np.full(200, 0.1)], axis=1)
    own, shared = best_thresholds(happened, chances)
    assert 0.2 <= own < 0.4
    assert shared in np.round(np.arange(0.02, 0.91, 0.01), 2)


def test_metrics_of_several_labels_have_known_answers():
    truth = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 0]])
    given = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0]])
    found = score(TASK, truth, Answers(given, np.where(given == 1, 0.9, 0.1)))
    assert found["micro_f1"] == pytest.approx(2 * 3 / (4 + 4))
    assert found["macro_f1"] == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert found["subset_accuracy"] == 0.5
    assert found["hamming_accuracy"] == pytest.approx(10 / 12)
    assert found["roc_auc"] is not None
    assert set(bootstrap(TASK, truth, Answers(given, np.where(given == 1, 0.9, 0.1)), resamples=50)) >= {"micro_f1", "subset_accuracy"}


def test_answers_are_written_with_bars_and_kept_whole(tmp_path):
    given, chances = np.array([[1, 0, 1], [0, 0, 0]]), np.array([[0.9, 0.25, 0.5], [0.0, 0.125, 0.0]])
    stream = io.StringIO()
    write_answers(stream, given, chances, TASK.class_names)
    assert stream.getvalue() == "prediction,p_anger,p_fear,p_joy\nanger|joy,0.9,0.25,0.5\n,0,0.125,0\n"
    kept = Predictions(np.arange(2), np.array(["test", "test"]), given[::-1], given, chances, TASK)
    kept.to_parquet(tmp_path / "predictions.parquet")
    again = Predictions.from_parquet(tmp_path / "predictions.parquet")
    np.testing.assert_array_equal(again.y_true, given[::-1])
    assert again.truth_text(0) == "none"
    reports = evaluate(again)
    assert reports["labels"].table.set_index("label").loc["anger", "given"] == 1
    assert len(reports["worst_samples"].table) == 2
    assert agrees(TASK, Answers(given, chances), Answers(given[::-1], chances)).tolist() == [False, False]


def test_balanced_rows_of_several_labels_count_as_their_labels_want():
    weights = row_weights(np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32), None, balanced=True)
    assert weights.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2.0])
