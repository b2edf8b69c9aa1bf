"""Which words moved the answer: Shapley values of the words of a text, by leaving words out. For texts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from nnapp.data.specs import DataKind
from nnapp.explanation.base import EXPLAINERS, Asked, Explainer, ExplanationError
from nnapp.explanation.compared import truth_of
from nnapp.explanation.gradients import Progress
from nnapp.explanation.network import answers_of, output_names
from nnapp.explanation.orders import Orders, shapley
from nnapp.explanation.result import Explanation
from nnapp.explanation.texts import Row, rows_of
from nnapp.explanation.tokens import TokenNetwork

EMPTY_NOTE = (
    "Every text is compared with an empty one: a word's value says what the word adds to the answer, on average over the orders in which words may come."
)


@EXPLAINERS.register("words")
class Words(Explainer):
    """Builds every text up word by word in random orders, there and back, and sees what each word adds to the answer."""

    title: ClassVar[str] = "Word by word"
    sentence: ClassVar[str] = "Leaves words out of the text in many orders and sees what becomes of the answer: Shapley values, which add up exactly."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"text"})
    rank: ClassVar[int] = 5
    usual_rows: ClassVar[dict[DataKind, int]] = {"text": 120}

    orders: Annotated[int, Field(ge=2, le=1_000, description="Random orders tried for each text at most, each there and back. More are surer and slower.")] = 32
    tolerance: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="Doubt about a word's value that is small enough, as a share of how far answers usually lie from that to an empty text. "
            "Texts below it get no more orders. Lower is slower.",
        ),
    ] = 0.02
    seconds: Annotated[
        float, Field(gt=0, le=3_600, description="After this time no more orders are tried, and no further text is begun; the doubt left is told.")
    ] = 60.0

    def look(self, asked: Asked, progress: Progress) -> Explanation:
        """Cut into words, leave them out in turns, and keep the words with what they did."""
        texts = _texts(asked)
        network = TokenNetwork(asked.model, asked.rows.data, asked.rows.task)
        orders = Orders(self.orders, self.tolerance, time.monotonic() + self.seconds, self.seed)
        found = shapley(network, texts, orders, progress)
        done = len(found.values)
        rows = asked.rows.rows(np.arange(done))
        most = max((text.words for text in texts[:done]), default=0)
        late = (f"Time was up after {done} of {len(texts)} texts.",) if done < len(texts) else ()
        doubt = f"Up to {found.orders} orders of words were tried, each there and back; a word's value is sure to about ±{found.doubt:.2g}."
        return Explanation(
            explainer=EXPLAINERS.name_of(self),
            kind="text",
            task=rows.task,
            columns=(),
            outputs=output_names(rows.task),
            ids=tuple(rows.ids.tolist()),
            values=padded(found.values, most),
            base=np.repeat(found.base[None], done, axis=0),
            output=found.output,
            prediction=answers_of(found.output, rows.task),
            truth=truth_of(rows),
            cells=tuple(text.segments for text in texts[:done]),
            numbers=np.zeros((done, 0)),
            pictures=None,
            settings=self.model_dump(mode="json"),
            seconds=0.0,
            notes=(EMPTY_NOTE, doubt, *late),
        )


def _texts(asked: Asked) -> list[Row]:
    """The rows' texts, cut into words whose tokens are what the network was given.

    Raises:
        ExplanationError: If the texts themselves are not there.
    """
    if asked.cells is None or "vocabulary" not in asked.preprocessing:
        raise ExplanationError("The texts themselves are not there, so their words cannot be shown.", remedy="Explain a run whose upload is still stored.")
    columns = [column["name"] for column in asked.preprocessing["columns"]]
    return rows_of({name: [_cell(cell) for cell in asked.cells[name]] for name in columns}, asked.preprocessing)


def _cell(cell: Any) -> str | None:
    """A frame says a missing cell in several ways, none of which is text."""
    return cell if isinstance(cell, str) else None


def padded(values: Sequence[NDArray[np.float64]], words: int) -> NDArray[np.float32]:
    """Values of texts of different lengths as one array `(n, words, o)`, zeros behind the last word."""
    made = np.zeros((len(values), words, values[0].shape[1]), np.float32)
    for row, each in enumerate(values):
        made[row, : len(each)] = each
    return made
