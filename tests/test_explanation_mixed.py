"""Rows of several inputs are explained column by column: a whole text and a whole picture count as one each."""

import numpy as np
import pytest

from nnapp.errors import NnappError
from nnapp.explanation import EXPLAINERS, explain, explainers_for
from nnapp.explanation.network import Network
from nnapp.explanation.overview import reports
from nnapp.explanation.side_by_side import column_names, column_of_number, laid_out
from nnapp.inference.keras_network import KerasPredictor
from tests.architecture_samples import LENGTH, SIDE, halves, separable, small

KERAS_MEETS_NUMPY = "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"


def test_numbers_laid_side_by_side_know_their_column():
    part = separable("mixed", "binary", rows=6)
    names = column_names(part.data)
    assert names == ("feature_1", "feature_2", "feature_3", "feature_4", "picture", "tokens")
    flat, column = laid_out(part), column_of_number(part.data)
    assert flat.shape == (6, 4 + SIDE * SIDE + LENGTH)
    np.testing.assert_array_equal(flat[:, column == 5], part.x["tokens"])
    np.testing.assert_array_equal(flat[:, column == 4], part.x["picture"].reshape(6, -1))


@pytest.mark.tensorflow
@pytest.mark.filterwarnings(KERAS_MEETS_NUMPY)
def test_columns_texts_and_pictures_share_the_answer_out_exactly():
    learn, check = halves(separable("mixed", "multiclass", rows=60))
    model = small("branches").build(learn.data, learn.task)
    network = Network(model, check.data, check.task)
    logits = KerasPredictor(model).logits(check.x)
    np.testing.assert_allclose(np.asarray(network.logits(laid_out(check))), logits, atol=1e-5)
    assert explainers_for("mixed")[0] == "shap_permutation"
    explainer = EXPLAINERS["shap_permutation"].parse({"rows": 3, "background": 5, "permutations": 2})
    found = explain(explainer, model, learn, check)
    assert found.values.shape == (3, 6, 3)
    assert np.abs(found.residual).max() < 1e-3
    assert found.columns[-2:] == ("picture", "tokens")
    assert {"importance", "beeswarm", "additivity", "rows"} <= set(reports(found))
    with pytest.raises(NnappError, match="does not explain mixed data") as refused:
        explain(EXPLAINERS["expected_gradients"](), model, learn, check)
    assert "shap_permutation" in refused.value.remedy
