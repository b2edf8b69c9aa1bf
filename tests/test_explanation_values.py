"""Explanations without TensorFlow: quadrature, columns, background, players, reports, files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from nnapp.data.dataset import Encoding, InputSpec
from nnapp.errors import DataError, SpecError
from nnapp.explanation import EXPLAINERS, Explanation, load, save, views
from nnapp.explanation.background import blurred, picture_background
from nnapp.explanation.columns import as_written, cells_of, column_names, column_of_feature, numbers_of, sum_by_column
from nnapp.explanation.compared import ComparingExplainer
from nnapp.explanation.gradients import Accuracy, Paths, blocks, integrate
from nnapp.explanation.network import log_odds
from nnapp.explanation.overview import reports
from nnapp.explanation.players import codes, features_of, grid_players, spread_over_pixels
from nnapp.explanation.quadrature import cuts, gauss_legendre
from nnapp.tasks import TaskSpec

MIXED = InputSpec(shape=(5,), feature_names=("age", "age missing", "sex=f", "sex=m", "fare"), feature_columns=("age", "age", "sex", "sex", "fare"))


class Power:
    """f(x) = sum(x ** exponent), with its path integral written by hand: what the quadrature is held against."""

    points = 12

    def __init__(self, exponent: int) -> None:
        self.exponent = exponent
        self.largest = 0

    def outputs(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        return (x.astype(np.float64) ** self.exponent).sum(axis=1, keepdims=True)

    def along(self, x, chosen, background, count, some):
        nodes, weights = (part[some] for part in gauss_legendre(count))
        self.largest = max(self.largest, len(x) * background.shape[1] * len(nodes))
        step = (x[:, None] - background).astype(np.float64)
        points = background[:, :, None] + nodes[None, None, :, None] * step[:, :, None]
        gradient = self.exponent * points ** (self.exponent - 1)
        return ((gradient * weights[None, None, :, None]).sum(axis=2) * step).sum(axis=1)


def paths_of(game: Power, x: NDArray[np.float32], background: NDArray[np.float32]) -> Paths:
    rise = game.outputs(x)[:, 0] - game.outputs(background)[:, 0].mean()
    return Paths(x, np.zeros(len(x), np.int32), background[None], rise)


def test_gauss_legendre_is_exact_for_a_polynomial_of_twice_its_nodes():
    nodes, weights = gauss_legendre(4)
    assert (nodes**7 * weights).sum() == pytest.approx(1 / 8, rel=1e-5)


def test_attributions_of_a_separable_function_are_each_columns_own_rise():
    game, random = Power(3), np.random.default_rng(0)
    x, background = random.normal(size=(5, 2)).astype(np.float32), random.normal(size=(7, 2)).astype(np.float32)
    found = integrate(game, paths_of(game, x, background), Accuracy(4, 4, 1e-3, float("inf")), lambda _share: None)
    assert found.values == pytest.approx(x.astype(float) ** 3 - (background.astype(float) ** 3).mean(axis=0), abs=1e-5)
    assert np.abs(found.residual).max() < 1e-5


def test_nodes_are_added_only_until_the_residual_is_small():
    game = Power(8)
    x, background = np.array([[2.0], [0.0]], np.float32), np.zeros((1, 1), np.float32)
    found = integrate(game, paths_of(game, x, background), Accuracy(2, 64, 1e-3, float("inf")), lambda _share: None)
    assert found.nodes.tolist() == [4, 2]  # 4 nodes are exact for degree 7; nothing moves on the second path
    assert np.abs(found.residual).max() < 1e-3


def test_when_time_is_up_the_error_that_is_left_is_told():
    game = Power(8)
    x, background = np.array([[2.0]], np.float32), np.zeros((1, 1), np.float32)
    found = integrate(game, paths_of(game, x, background), Accuracy(2, 64, 1e-3, 0.0), lambda _share: None)
    assert found.nodes.tolist() == [2]
    assert found.residual[0] == pytest.approx(256 - found.values[0, 0])
    assert abs(found.residual[0]) > 1


def test_no_call_holds_more_points_than_fit():
    game, random = Power(2), np.random.default_rng(0)
    x, background = random.normal(size=(9, 3)).astype(np.float32), random.normal(size=(5, 3)).astype(np.float32)
    integrate(game, paths_of(game, x, background), Accuracy(32, 32, 1.0, float("inf")), lambda _share: None)
    assert game.largest <= game.points


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(1, 100))
def test_blocks_cover_every_point_once_and_none_is_too_large(rows: int, background: int, nodes: int, most: int):
    seen = np.zeros((rows, background, nodes), int)
    for block in blocks(rows, background, nodes, most):
        assert seen[block].size <= most
        seen[block] += 1
    assert (seen == 1).all()


def test_features_are_summed_over_the_column_they_come_from():
    assert column_names(MIXED) == ("age", "sex", "fare")
    values = np.array([[1.0, 0.5, -1.0, 2.0, 7.0]])
    assert sum_by_column(values, column_of_feature(MIXED)).tolist() == [[1.5, 1.0, 7.0]]


def test_columns_of_one_feature_may_stand_anywhere():
    spec = InputSpec(shape=(3,), feature_columns=("b", "a", "b"))
    assert sum_by_column(np.array([[1.0, 2.0, 4.0]]), column_of_feature(spec)).tolist() == [[5.0, 2.0]]


def test_a_category_has_no_number_and_a_number_does():
    x = np.array([[30.0, 0, 1, 0, 7.25], [41.0, 1, 0, 1, 0.0]], np.float32)
    numbers = numbers_of(x, x, MIXED)
    assert numbers[:, 0].tolist() == [30.0, 41.0]
    assert np.isnan(numbers[:, 1]).all()
    assert numbers[:, 2].tolist() == [7.25, 0.0]


def test_cells_are_the_users_own_text_and_a_missing_one_is_none():
    x = np.array([[30.0, 0, 1, 0, 7.25], [41.0, 1, 0, 1, 0.0]], np.float32)
    frame = pd.DataFrame({"fare": ["7.25 £", "0"], "age": ["30", None], "unused": ["x", "y"]}, dtype="str")
    cells = cells_of(frame, x, numbers_of(x, x, MIXED), MIXED)
    assert cells == (("30", "sex=f", "7.25 £"), (None, "sex=m", "0"))


def test_numbers_are_shown_as_the_cells_write_them():
    feature = np.array([[0.0, 18262.0, 1000.0, np.nan], [1.0, 18628.0, 2.5, np.nan], [2.0, 0.0, 0.0, np.nan]])
    cells = (("1000000", "2020-01-01", "£1,000", "red"), ("1000001", "2021-01-01", "£2.50", "blue"), ("1000002", None, "£0", None))
    written = as_written(feature, cells)
    assert written[:, 0].tolist() == [1000000, 1000001, 1000002]
    assert written[:2, 1] == pytest.approx([2020, 2021], abs=0.01)
    assert np.isnan(written[2, 1])
    assert written[:, 2].tolist() == [1000, 2.5, 0]
    assert np.isnan(written[:, 3]).all()


def test_paths_are_cut_where_they_cross_knots():
    encoding = Encoding(center=(0.0, 5.0), scale=(1.0, 2.0), knots={0: (0.0, 0.1, 0.2)})
    x, background = np.array([[1.0, 9.0], [0.0, 9.0]], np.float32), np.array([[[-1.0, 1.0]]], np.float32)
    found = cuts(x, background, encoding, 400)
    assert found.shape == (2, 1, 401)
    for knot in (0.0, 0.1, 0.2):
        raw = knot / np.sqrt(1 - (knot / 3) ** 2)
        assert np.abs(found[0, 0] - (raw + 1) / 2).min() < 2e-3
    few = cuts(x, background, encoding, 2)[0, 0]
    assert few.tolist() == pytest.approx([0, 0.5, 1], abs=0.06)


@settings(max_examples=50, deadline=None)
@given(arrays.arrays(np.float32, (2, 2), elements=st.floats(-4, 4, width=32)), arrays.arrays(np.float32, (1, 3, 2), elements=st.floats(-4, 4, width=32)))
def test_cuts_rise_from_the_background_to_the_row(x: NDArray[np.float32], background: NDArray[np.float32]):
    found = cuts(x, background, Encoding(center=(0.5, 0.0), scale=(1.0, 2.0), knots={0: (-1.0, 0.0, 1.0), 1: (-2.0, 0.5)}), 5)
    assert found.shape == (2, 3, 6)
    assert (found[..., 0] == 0).all()
    assert (found[..., -1] == 1).all()
    assert (np.diff(found, axis=-1) >= 0).all()


@settings(max_examples=50, deadline=None)
@given(arrays.arrays(np.float64, (3, 4), elements=st.floats(-50, 50)))
def test_log_odds_are_those_of_the_softmax(logits: NDArray[np.float64]):
    exact = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = exact / exact.sum(axis=1, keepdims=True)
    others = np.stack([np.delete(p, k, axis=1).sum(axis=1) for k in range(4)], axis=1)
    assert log_odds(logits) == pytest.approx(np.log(p) - np.log(others), rel=1e-6, abs=1e-6)


def test_log_odds_of_a_certain_class_stay_finite():
    found = log_odds(np.array([[2000.0, 0.0, 0.0]]))
    assert found[0, 0] == pytest.approx(2000 - np.log(2))
    assert found[0, 1] == pytest.approx(-2000)


def test_a_blur_keeps_an_even_picture_and_flattens_a_spot():
    even = np.full((1, 9, 7, 3), 80, np.float32)
    assert blurred(even) == pytest.approx(even)
    spot = np.zeros((1, 9, 9, 1), np.float32)
    spot[0, 4, 4] = 255
    assert blurred(spot).max() < 40


def test_every_picture_background_has_the_shape_it_promises():
    train, rows = np.full((3, 4, 4, 1), 10, np.uint8), np.full((2, 4, 4, 1), 200, np.float32)
    shapes = {kind: picture_background(kind, train, rows).shape for kind in ("train", "mean", "blurred", "black")}
    assert shapes == {"train": (1, 3, 4, 4, 1), "mean": (1, 1, 4, 4, 1), "blurred": (2, 1, 4, 4, 1), "black": (1, 1, 4, 4, 1)}


def test_a_players_move_takes_all_features_of_its_column_together():
    pool = np.array([[1, 0, 1, 0, 5], [2, 0, 0, 1, 5]], np.float32)
    player = column_of_feature(MIXED)
    moves = codes(pool, player)
    assert moves.tolist() == [[0, 0, 0], [1, 1, 0]]  # the fare is the same in both: exchanging it changes nothing
    assert features_of(np.array([[1.0, 0.0, 0.0]]), pool, player).tolist() == [[2, 0, 1, 0, 5]]


def test_moves_of_a_row_give_the_row_back():
    pool = np.random.default_rng(0).integers(0, 3, (20, 6)).astype(np.float32)
    player = np.array([0, 1, 1, 2, 0, 2])
    assert features_of(codes(pool, player), pool, player).tolist() == pool.tolist()


def test_a_grid_divides_any_picture_and_its_pixels_share_their_squares_value():
    player = grid_players(5, 7, 3, 2)
    assert sorted(set(player.tolist())) == [0, 1, 2, 3]
    values = np.array([[[1.0], [2.0], [3.0], [4.0]]])
    pixels = spread_over_pixels(values, player, (5, 7, 3))
    assert pixels.shape == (1, 5, 7, 1)
    assert pixels.sum() == pytest.approx(10)
    assert pixels[0, 0, 0, 0] * (player[::3] == 0).sum() == pytest.approx(1)


def test_a_grid_finer_than_the_picture_has_one_player_a_pixel():
    assert len(set(grid_players(3, 4, 1, 32).tolist())) == 12


@pytest.mark.parametrize("name", EXPLAINERS)
def test_every_explainer_explains_itself(name: str):
    explainer = EXPLAINERS[name]
    assert explainer.title
    assert explainer.sentence.endswith(".")
    assert explainer.__doc__
    assert explainer.from_json(explainer().to_json()) == explainer()
    assert set(explainer.usual_rows) == set(explainer.accepts)
    if issubclass(explainer, ComparingExplainer):
        assert set(explainer.usual_background) == set(explainer.accepts)
    for field, info in explainer.model_fields.items():
        assert (info.description or "").endswith("."), field


def test_an_explainers_number_out_of_bounds_is_refused():
    with pytest.raises(SpecError, match=r"rows cannot be 0"):
        EXPLAINERS["expected_gradients"].parse({"rows": 0})


def titanic_like() -> Explanation:
    return Explanation(
        explainer="expected_gradients",
        kind="tabular",
        task=TaskSpec.classification("survived", ("no", "yes")),
        columns=("age", "sex", "fare"),
        outputs=("yes",),
        ids=(4, 8, 15),
        values=np.array([[[0.5], [2.0], [-0.25]], [[-0.5], [-2.0], [0.0]], [[0.1], [1.5], [0.1]]], np.float32),
        base=np.full((3, 1), -0.5),
        output=np.array([[1.75], [-3.0], [1.3]]),
        prediction=np.array([1, 0, 1]),
        truth=np.array([1, 1, 1]),
        cells=(("4", "female", "7.25"), ("40", "male", "8"), (None, "female", "31")),
        numbers=np.array([[4, np.nan, 7.25], [40, np.nan, 8], [np.nan, np.nan, 31]]),
        pictures=None,
        settings={"nodes": 8},
        seconds=0.5,
        notes=("Every row is compared with 100 training rows.",),
    )


def two_of_three_classes() -> Explanation:
    return replace(
        titanic_like(),
        task=TaskSpec.classification("kind", ("a", "b", "c")),
        outputs=("a", "b", "c"),
        values=np.arange(27, dtype=np.float32).reshape(3, 3, 3),
        base=np.zeros((3, 3)),
        output=np.zeros((3, 3)),
        prediction=np.array([2, 0, 1]),
    )


def test_the_residual_is_what_base_and_attributions_leave_over():
    assert titanic_like().residual[:, 0] == pytest.approx([0.0, 0.0, 0.1], abs=1e-6)


def test_without_a_named_output_each_row_is_read_at_its_predicted_class():
    found = two_of_three_classes()
    assert found.of().tolist() == [[2, 5, 8], [9, 12, 15], [19, 22, 25]]
    assert found.of("b").tolist() == [[1, 4, 7], [10, 13, 16], [19, 22, 25]]
    assert [found.explained_class(row) for row in range(3)] == ["c", "a", "b"]


def test_importance_is_the_mean_absolute_attribution_most_first():
    report = views.importance(titanic_like())
    assert report.table["column"].tolist() == ["sex", "age", "fare"]
    assert report.table["importance"].tolist() == pytest.approx([5.5 / 3, 1.1 / 3, 0.35 / 3])
    assert report.table["share"].sum() == pytest.approx(1)
    assert report.title == "sex moves the answers most: 79% of all movement"


def test_importance_of_several_classes_is_averaged_over_them():
    found = two_of_three_classes()
    assert views.importance(found).table.set_index("column")["importance"]["age"] == pytest.approx(found.values[:, 0].mean())
    by_class = views.importance_by_output(found).table
    assert len(by_class) == 9
    assert by_class.query("column == 'fare' and output == 'c'")["importance"].item() == pytest.approx(found.values[:, 2, 2].mean())


def test_the_direction_says_whether_larger_values_push_up():
    found = replace(titanic_like(), numbers=np.array([[1.0, np.nan, 3], [2.0, np.nan, 2], [3.0, np.nan, 1]]))
    found = replace(found, values=np.array([[[1.0], [0], [1]], [[2.0], [0], [2]], [[4.0], [0], [4]]], np.float32))
    direction = views.importance(found).table.set_index("column")["direction"]
    assert direction["age"] == pytest.approx(1)
    assert direction["fare"] == pytest.approx(-1)
    assert np.isnan(direction["sex"])


def test_the_waterfall_goes_from_the_base_to_the_output():
    report = views.waterfall(titanic_like(), 0)
    assert report.table["column"].tolist() == ["sex", "age", "fare"]
    assert report.table["value"].tolist() == ["female", "4", "7.25"]
    assert report.table["start"].iloc[0] == pytest.approx(report.headline["base"])
    assert report.table["end"].iloc[-1] == pytest.approx(report.headline["output"])
    assert (report.table["end"] - report.table["start"]).tolist() == pytest.approx(report.table["attribution"].tolist())
    assert report.headline["probability"] == pytest.approx(1 / (1 + np.exp(-1.75)))
    assert report.headline["explained"] == "yes"
    assert report.headline["id"] == 4


def test_a_long_waterfall_ends_with_all_other_columns_together():
    many = 40
    found = replace(
        titanic_like(),
        columns=tuple(f"c{index}" for index in range(many)),
        cells=(("1",) * many,) * 3,
        numbers=np.ones((3, many)),
        values=np.full((3, many, 1), 0.25, np.float32),
        output=np.full((3, 1), 9.5),
    )
    table = views.waterfall(found, 1, top=10).table
    assert len(table) == 11
    assert table["column"].iloc[-1] == "30 other columns"
    assert table["attribution"].iloc[-1] == pytest.approx(7.5)
    assert table["end"].iloc[-1] == pytest.approx(9.5)


def test_the_beeswarm_has_a_dot_a_row_and_column_with_the_values_level():
    table = views.beeswarm(titanic_like(), top=2).table
    assert table["column"].unique().tolist() == ["sex", "age"]
    age = table[table["column"] == "age"]
    assert age["level"].iloc[:2].tolist() == [0.0, 1.0]
    assert np.isnan(age["level"].iloc[2])
    assert age["value"].isna().tolist() == [False, False, True]
    assert age["attribution"].tolist() == pytest.approx([0.5, -0.5, 0.1])


def test_dependence_sets_a_columns_values_beside_their_attributions():
    report = views.dependence(titanic_like(), "fare")
    assert report.table["number"].tolist() == [7.25, 8.0, 31.0]
    assert report.table["attribution"].tolist() == pytest.approx([-0.25, 0.0, 0.1])
    assert report.headline["direction"] == pytest.approx(1)


def test_a_column_that_the_network_does_not_use_is_told():
    with pytest.raises(DataError) as caught:
        views.dependence(titanic_like(), "fair")
    assert caught.value.remedy == "Did you mean 'fare'?"


def test_a_regressions_numbers_are_in_the_targets_units():
    found = replace(titanic_like(), task=TaskSpec.regression("price", 100.0, 50.0), outputs=("price",), prediction=np.array([175.0, 30.0, 1.0]), truth=None)
    report = views.waterfall(found, 0)
    assert report.headline["unit"] == "price"
    assert report.headline["probability"] is None
    assert report.headline["prediction"] == "175"
    assert report.headline["truth"] is None


@pytest.mark.parametrize("found", [titanic_like(), two_of_three_classes()])
def test_all_reports_survive_json(found: Explanation):
    for name, report in reports(found).items():
        again = type(report).from_dict(json.loads(json.dumps(report.to_dict(), allow_nan=False)))
        assert again.name == name
        assert len(again.table) == len(report.table)


def test_an_explanation_comes_back_from_its_file_as_it_was(tmp_path: Path):
    found = titanic_like()
    save(found, tmp_path / "expected_gradients")
    again = load(tmp_path / "expected_gradients")
    for name, value in vars(found).items():
        if isinstance(value, np.ndarray):
            assert np.array_equal(getattr(again, name), value, equal_nan=True)
            assert getattr(again, name).dtype == value.dtype
        else:
            assert getattr(again, name) == value
    assert [path.name for path in (tmp_path / "expected_gradients").iterdir()] == ["explanation.npz"]


def test_an_explanation_of_pictures_keeps_their_paths_and_pixels(tmp_path: Path):
    pictures = np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3)
    found = Explanation(
        "expected_gradients", "pictures", TaskSpec.classification("class", ("cat", "dog")), (), ("dog",), ("a.png", "b.png"),
        np.ones((2, 4, 4, 1), np.float32), np.zeros((2, 1)), np.full((2, 1), 16.0), np.array([1, 1]), np.array([0, 1]),
        ((), ()), np.zeros((2, 0)), pictures, {}, 1.0, (),
    )  # fmt: skip
    save(found, tmp_path)
    again = load(tmp_path)
    assert np.array_equal(again.pictures, pictures)
    assert again.ids == ("a.png", "b.png")
    assert again.residual.tolist() == [[0.0], [0.0]]
    assert set(reports(again)) == {"rows", "additivity"}
    assert reports(again)["rows"].table["truth"].tolist() == ["cat", "dog"]


def test_an_explanation_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(DataError, match="no explanation called 'shap_kernel'"):
        load(tmp_path / "shap_kernel")


def test_a_file_that_is_not_an_explanation_is_refused_without_unpickling(tmp_path: Path):
    np.savez(tmp_path / "explanation.npz", values=np.array([{"a": 1}], dtype=object))
    with pytest.raises(DataError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "explanation.npz").write_bytes(b"PK not a zip")
    with pytest.raises(DataError, match="cannot be read"):
        load(tmp_path)
