"""shap's KernelExplainer, in a process of its own."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from nnapp.data.specs import DataKind
from nnapp.explanation.base import EXPLAINERS
from nnapp.explanation.compared import Attributions, ComparingExplainer, Subject
from nnapp.explanation.gradients import Progress
from nnapp.explanation.process import attribute_with_shap


@EXPLAINERS.register("shap_kernel")
class ShapKernel(ComparingExplainer):
    """Exchanges columns between the row and the background, and fits what each exchange did to the answer."""

    title: ClassVar[str] = "SHAP Kernel"
    sentence: ClassVar[str] = "The reference for few columns: needs no gradients, but thousands of answers a row."
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular", "mixed", "pictures", "sounds"})
    usual_rows: ClassVar[dict[DataKind, int]] = {"tabular": 50, "mixed": 20, "pictures": 4, "sounds": 4}
    usual_background: ClassVar[dict[DataKind, int]] = {"tabular": 30, "mixed": 8, "pictures": 4, "sounds": 4}

    samples: Annotated[
        int | None,
        Field(ge=50, le=100_000, description="Combinations of columns tried for each row. More are surer and slower. Empty: 2,048 plus twice the columns."),
    ] = None
    patches: Annotated[int, Field(ge=2, le=32, description="Squares a side that a picture is divided into. More are finer and slower.")] = 8
    seconds: Annotated[float, Field(gt=0, le=3_600, description="After this time no further row is begun.")] = 300.0

    def attribute(self, subject: Subject, progress: Progress) -> Attributions:
        """Let `shap.KernelExplainer` do it."""
        return attribute_with_shap(subject, "kernel", self.model_dump(mode="json"), progress)
