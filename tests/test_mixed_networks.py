"""A branch for every kind of column that there is, and for no other."""

import numpy as np
import pytest

from tests.architecture_samples import separable, small

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]
WHOLE = separable("mixed", "multiclass", rows=5)


def of_roles(*roles: str):
    return WHOLE.data.model_copy(update={"inputs": {name: spec for name, spec in WHOLE.data.inputs.items() if spec.role in roles}})


@pytest.mark.parametrize("roles", [("features",), ("picture", "tokens"), ("features", "tokens")], ids="-".join)
def test_branches_join_or_add_whatever_kinds_of_columns_there_are(roles):
    data = of_roles(*roles)
    for settings in ({"together": "joined"}, {"together": "added", "text": "words", "normalize": "none"}):
        model = small("branches").replaced(settings).build(data, WHOLE.task)
        assert [tensor.name for tensor in model.inputs] == list(data.inputs)
        logits = np.asarray(model({name: WHOLE.x[name] for name in data.inputs}, training=False))
        assert logits.shape == (5, 3)
        assert np.isfinite(logits).all()


def test_texts_share_their_words_and_a_black_picture_is_none():
    import keras

    data = of_roles("picture", "tokens")
    twice = data.model_copy(update={"inputs": {**data.inputs, "tokens_2": data.inputs["tokens"]}})
    model = small("branches").build(twice, WHOLE.task)
    assert sum(isinstance(layer, keras.layers.Embedding) for layer in model.layers) == 1
    seen = keras.Model(model.inputs, model.get_layer("seen").output)
    x = {"picture": WHOLE.x["picture"].copy(), "tokens": WHOLE.x["tokens"], "tokens_2": WHOLE.x["tokens"]}
    x["picture"][0] = 0
    there = np.asarray(seen(x, training=False))[:, -1]
    np.testing.assert_allclose(there, [0, 1, 1, 1, 1], atol=1e-6)
