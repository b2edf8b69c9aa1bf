"""An explanation of texts as reports: which words count most, and one text with every word's part."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten

import numpy as np
import pandas as pd

from nnapp.explanation.result import Explanation
from nnapp.explanation.views import caveats, row_headline
from nnapp.reports import Headline, Report

SELDOM = "A word that stands in one text only says little about others."
TOP_A_CLASS = 5


def words(explanation: Explanation, output: str | None = None, top: int = 50) -> Report:
    """The words that move the answers most, over all explained texts.

    Table, a row a word in small letters, most movement first: `word`; `texts`, in how many it stands; `mean`, the mean
    attribution where it stands; `total`, the sum of absolute attributions; `share` of all movement, 0-1.
    """
    table = _gathered(explanation, output).head(top)
    towards = output or ("each text's own answer" if len(explanation.outputs) > 1 else explanation.outputs[0])
    headline: Headline = {
        "unit": explanation.unit,
        "rows": len(explanation),
        "explained": towards,
        "first": None if table.empty else str(table["word"].iloc[0]),
    }
    title = "Which words move the answers" if table.empty else f"“{table['word'].iloc[0]}” moves the answers most: {table['share'].iloc[0]:.0%} of all movement"
    return Report("words", title, table, headline, (SELDOM, *caveats(explanation)))


def words_by_output(explanation: Explanation) -> Report:
    """For every class or label the words that speak for it most.

    Table: `output`, `word`, `texts`, `mean`.
    """
    parts = []
    for output in explanation.outputs:
        found = _gathered(explanation, output)
        best = found[found["mean"] > 0].head(TOP_A_CLASS)
        parts.append(best.assign(output=output)[["output", "word", "texts", "mean"]])
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["output", "word", "texts", "mean"])
    return Report("words_by_output", "Which words speak for which answer", table, {"unit": explanation.unit}, (SELDOM, *caveats(explanation)))


def shaded(explanation: Explanation, row: int, output: str | None = None) -> Report:
    """One text with what each of its words adds to the answer.

    Table, a row a word in the text's order: `before`, what stands before it; `word`; `attribution`; `strength`, its
    size as a share of the largest, 0-1. A last row holds what follows the last word, with an empty `word`.
    Headline: see `row_headline`.
    """
    segments = [segment or "" for segment in explanation.cells[row]]
    values = explanation.of(output)[row][: len(segments) // 2]
    largest = float(np.abs(values).max(initial=0.0)) or 1.0
    table = pd.DataFrame(
        {
            "before": segments[0::2],
            "word": [*segments[1::2], ""],
            "attribution": [*values.tolist(), 0.0],
            "strength": [*(np.abs(values) / largest).tolist(), 0.0],
        }
    )
    return Report("shaded", _title(explanation, row, table, output), table, row_headline(explanation, row, output), caveats(explanation))


def _title(explanation: Explanation, row: int, table: pd.DataFrame, output: str | None) -> str:
    """The finding in words."""
    words_ = table[table["word"] != ""]
    if words_.empty:
        return f"The text has no word that the network reads; the answer is {explanation.answer(row)}"
    strongest = words_.iloc[int(words_["strength"].to_numpy().argmax())]
    way = "for" if strongest["attribution"] > 0 else "against"
    what, answer = explanation.explained_class(row, output), shorten(explanation.answer(row), 60, placeholder=" …")
    if explanation.task.is_number:
        return f"“{strongest['word']}” moves {what} {'up' if way == 'for' else 'down'} most; the answer is {answer}"
    return f"“{strongest['word']}” speaks {way} {what} most; the answer is {answer}"


def _gathered(explanation: Explanation, output: str | None) -> pd.DataFrame:
    """All words in small letters with what they did, most movement first."""
    table = pd.DataFrame(list(_each(explanation, output)), columns=["word", "row", "attribution"])
    table["size"] = table["attribution"].abs()
    grouped = table.groupby("word", sort=True)
    made = pd.DataFrame({"texts": grouped["row"].nunique(), "mean": grouped["attribution"].mean(), "total": grouped["size"].sum()})
    made["share"] = made["total"] / (float(made["total"].sum()) or 1.0)
    return made.sort_values("total", ascending=False, kind="stable").reset_index()


def _each(explanation: Explanation, output: str | None) -> Iterator[tuple[str, int, float]]:
    values = explanation.of(output)
    for row, segments in enumerate(explanation.cells):
        for place, word in enumerate(segments[1::2]):
            yield str(word).lower(), row, float(values[row, place])
