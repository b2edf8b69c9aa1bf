"""An explanation as reports: the tables that charts draw, pages show and the command line prints.

`output` is a name of `Explanation.outputs`; None follows the class predicted for each row. Attributions are in
`Explanation.unit`: log-odds, or the target's units.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnapp.errors import DataError
from nnapp.explanation.result import Explanation, sigmoid
from nnapp.registry import did_you_mean
from nnapp.reports import Headline, Report

UNIT_NOTE = "0 log-odds are 50 %, +1 is 73 %, +2.2 is 90 %, +4.6 is 99 %; below zero the same way down."
CAUSE_NOTE = "This says what the network uses, not what causes the answer in the world."


def importance(explanation: Explanation, output: str | None = None) -> Report:
    """How much each column moves the answers, most first.

    Table, a row a column: `column`; `importance`, the mean absolute attribution (over all outputs if `output` is
    None); `share` of the sum, 0-1; `direction`, the rank correlation of value and attribution, -1 to 1 (missing for
    categories and where several classes are averaged): above 0, larger values push the answer up.
    """
    picked = explanation.values if output is None else explanation.of(output)[..., None]
    size = np.abs(picked).mean(axis=(0, 2), dtype=np.float64) if len(explanation) else np.zeros(len(explanation.columns))
    one = explanation.of(output) if output is not None or (len(explanation.outputs) == 1 and explanation.unit_is_fixed) else None
    table = pd.DataFrame(
        {
            "column": list(explanation.columns),
            "importance": size,
            "share": size / (size.sum() or 1.0),
            "direction": [np.nan if one is None else rank_correlation(explanation.numbers[:, place], one[:, place]) for place in range(len(size))],
        }
    ).sort_values("importance", ascending=False, kind="stable", ignore_index=True)
    first = table.iloc[0] if len(table) else None
    headline: Headline = {
        "unit": explanation.unit,
        "rows": len(explanation),
        "first": None if first is None else str(first["column"]),
        "share": None if first is None else float(first["share"]),
    }
    title = "Which columns move the answers" if first is None else f"{first['column']} moves the answers most: {first['share']:.0%} of all movement"
    return Report("importance", title, table, headline, caveats(explanation))


def importance_by_output(explanation: Explanation) -> Report:
    """How much each column moves each class.

    Table, a row a column and output: `column`, `output`, `importance` (mean absolute attribution).
    """
    size = np.abs(explanation.values).mean(axis=0, dtype=np.float64) if len(explanation) else np.zeros((len(explanation.columns), len(explanation.outputs)))
    table = pd.DataFrame(
        [(column, output, size[place, which]) for which, output in enumerate(explanation.outputs) for place, column in enumerate(explanation.columns)],
        columns=["column", "output", "importance"],
    )
    return Report("importance_by_output", "Which columns move which class", table, {"unit": explanation.unit}, caveats(explanation))


def beeswarm(explanation: Explanation, output: str | None = None, top: int = 20) -> Report:
    """Every attribution of the `top` most important columns: one dot a row and column.

    Table: `row` (position), `id`, `column`, `value` (the cell's text, or None), `number` (NaN for categories),
    `level` (rank of the number among the rows, 0 lowest to 1 highest; NaN for categories and missing cells),
    `attribution`, `output` (class it pushes towards). Columns come most important first.
    """
    values = explanation.of(output)
    order: list[int] = np.argsort(-np.abs(values).mean(axis=0), kind="stable")[:top].tolist() if len(explanation) else []
    frames = [_column_frame(explanation, place, values[:, place], output) for place in order]
    columns = ["row", "id", "column", "value", "number", "level", "attribution", "output"]
    table = pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    left_out = len(explanation.columns) - len(order)
    told = (*caveats(explanation), *((f"{left_out} less important columns are not shown.",) if left_out > 0 else ()))
    return Report("beeswarm", "What each value does to the answer", table, {"unit": explanation.unit, "rows": len(explanation)}, told)


def dependence(explanation: Explanation, column: str, output: str | None = None) -> Report:
    """The value of one column against its attribution.

    Table, a row an explained row: `row`, `id`, `value`, `number`, `level`, `attribution`, `output`.
    """
    place = _place(explanation, column)
    table = _column_frame(explanation, place, explanation.of(output)[:, place], output).drop(columns="column")
    numeric = bool(table["number"].notna().any())
    correlation = rank_correlation(explanation.numbers[:, place], table["attribution"].to_numpy(dtype=np.float64)) if numeric else float("nan")
    headline: Headline = {"column": column, "unit": explanation.unit, "numeric": numeric, "direction": None if np.isnan(correlation) else correlation}
    return Report("dependence", f"What {column} does to the answer", table, headline, caveats(explanation))


def waterfall(explanation: Explanation, row: int, output: str | None = None, top: int = 12) -> Report:
    """How the answer for one row comes about, from the base to the output.

    Table, in the order to be drawn, largest movement first: `column` (the last may stand for all others together),
    `value`, `attribution`, `start`, `end`. The first starts at `base`, the last ends at `output - residual`.
    Headline: `unit`, `base`, `output`, `residual`, `explained` (the class or target), `prediction`, `truth`,
    `probability` and `base_probability` (None for a regression).
    """
    values, which = explanation.of(output)[row], int(explanation.output_index(output)[row])
    order = np.argsort(-np.abs(values), kind="stable")
    shown = order[:top] if len(order) > top + 1 else order
    names: list[str] = [explanation.columns[place] for place in shown]
    texts: list[str | None] = [explanation.cells[row][place] for place in shown]
    moves = values[shown].tolist()
    if len(shown) < len(order):
        names.append(f"{len(order) - len(shown)} other columns")
        texts.append(None)
        moves.append(float(values[order[top:]].sum()))
    base = float(explanation.base[row, which])
    ends = base + np.cumsum(moves)
    table = pd.DataFrame({"column": names, "value": pd.Series(texts, dtype="str"), "attribution": moves, "start": ends - moves, "end": ends})
    return Report("waterfall", _waterfall_title(explanation, row, names, moves, output), table, row_headline(explanation, row, output), caveats(explanation))


def row_headline(explanation: Explanation, row: int, output: str | None = None) -> Headline:
    """Base, output, residual and probabilities of one row; see `waterfall`."""
    which = int(explanation.output_index(output)[row])
    base, end = float(explanation.base[row, which]), float(explanation.output[row, which])
    classes = not explanation.task.is_number
    return {
        "row": row,
        "id": explanation.ids[row],
        "unit": explanation.unit,
        "explained": explanation.explained_class(row, output),
        "prediction": explanation.answer(row),
        "truth": None if explanation.truth is None else explanation.words_of(explanation.truth[row]),
        "base": base,
        "output": end,
        "residual": float(explanation.residual[row, which]),
        "probability": float(sigmoid(np.array(end))) if classes else None,
        "base_probability": float(sigmoid(np.array(base))) if classes else None,
    }


def rows(explanation: Explanation) -> Report:
    """The explained rows or pictures, one each.

    Table: the keys of `row_headline` but `unit`, and `share_up`: the part of all movement that pushed up, 0-1.
    """
    lines = [row_headline(explanation, row) for row in range(len(explanation))]
    table = pd.DataFrame(lines, columns=[*lines[0]] if lines else ["row", "id"]).drop(columns="unit", errors="ignore")
    flat = explanation.of().reshape(len(explanation), -1)
    total = np.abs(flat).sum(axis=1)
    table["share_up"] = np.divide(np.maximum(flat, 0).sum(axis=1), total, out=np.zeros(len(flat)), where=total > 0)
    return Report("rows", "The explained rows", table, {"rows": len(explanation), "unit": explanation.unit}, caveats(explanation))


def additivity(explanation: Explanation) -> Report:
    """How well base and attributions add up to the output.

    Table, a row an output: `output`, `mean_residual` and `max_residual` (absolute, in `unit`), `spread` (how far
    outputs usually lie from their base), `relative` (largest residual over spread). Headline: `relative` and
    `mean_relative` of the worst output.
    """
    size, spread = np.abs(explanation.residual), explanation.spread
    largest = size.max(axis=0, initial=0.0)
    relative = np.divide(largest, spread, out=np.zeros_like(spread), where=spread > 0)
    mean = size.mean(axis=0) if len(size) else np.zeros_like(spread)
    table = pd.DataFrame(
        {"output": list(explanation.outputs), "mean_residual": mean, "max_residual": largest, "spread": spread, "relative": relative},
    )
    worst = float(relative.max(initial=0.0))
    usual = float(np.divide(mean, spread, out=np.zeros_like(spread), where=spread > 0).max(initial=0.0))
    title = f"Base and attributions miss the answer by {usual:.2%} of its usual movement on average, {worst:.2%} at most"
    headline: Headline = {"relative": worst, "mean_relative": usual, "unit": explanation.unit, "seconds": explanation.seconds}
    return Report("additivity", title, table, headline, explanation.notes)


def rank_correlation(numbers: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Spearman's correlation over the rows that have a number; NaN where there is none."""
    known = np.isfinite(numbers)
    if known.sum() < 3 or np.ptp(numbers[known]) == 0 or np.ptp(values[known]) == 0:
        return float("nan")
    ranks = [pd.Series(part[known]).rank().to_numpy(dtype=np.float64) for part in (numbers, values)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def levels(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank of each number among its own, 0 lowest to 1 highest, ties in the middle; NaN stays.

    >>> levels(np.array([5.0, 1.0, np.nan, 9.0])).tolist()
    [0.5, 0.0, nan, 1.0]
    """
    ranks = pd.Series(numbers).rank().to_numpy(dtype=np.float64)
    known = int(np.isfinite(numbers).sum())
    return np.asarray((ranks - 1) / (known - 1)) if known > 1 else np.where(np.isfinite(numbers), 0.5, np.nan)


def _column_frame(explanation: Explanation, place: int, values: NDArray[np.float64], output: str | None) -> pd.DataFrame:
    count = len(explanation)
    return pd.DataFrame(
        {
            "row": np.arange(count),
            "id": list(explanation.ids),
            "column": explanation.columns[place],
            "value": pd.Series([cells[place] for cells in explanation.cells], dtype="str"),
            "number": explanation.numbers[:, place],
            "level": levels(explanation.numbers[:, place]),
            "attribution": values,
            "output": [explanation.explained_class(row, output) for row in range(count)],
        }
    )


def _place(explanation: Explanation, column: str) -> int:
    if column not in explanation.columns:
        raise DataError(f"The network does not use a column called {column!r}.", remedy=did_you_mean(column, list(explanation.columns)))
    return explanation.columns.index(column)


def _waterfall_title(explanation: Explanation, row: int, names: list[str], moves: list[float], output: str | None) -> str:
    if not names:
        return f"The answer is {explanation.answer(row)}"
    way = "up" if moves[0] > 0 else "down"
    return f"{names[0]} moves {explanation.explained_class(row, output)} {way} most; the answer is {explanation.answer(row)}"


def caveats(explanation: Explanation) -> tuple[str, ...]:
    """What a reader of any report on it must know."""
    unit = (UNIT_NOTE,) if not explanation.task.is_number else ()
    return (*explanation.notes, *unit, CAUSE_NOTE)
