"""shap's PermutationExplainer, in a process of its own."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from nnapp.data.specs import DataKind
from nnapp.explanation.base import EXPLAINERS
from nnapp.explanation.compared import Attributions, ComparingExplainer, Subject
from nnapp.explanation.gradients import Progress
from nnapp.explanation.process import attribute_with_shap


@EXPLAINERS.register("shap_permutation")
class ShapPermutation(ComparingExplainer):
    """Lets the row's columns replace the background's one after the other, in random orders there and back."""

    title: ClassVar[str] = "SHAP Permutation"
    sentence: ClassVar[str] = "Adds up exactly for any network and grows gently with the number of columns."
    rank: ClassVar[int] = 40
    accepts: ClassVar[frozenset[DataKind]] = frozenset({"tabular", "mixed", "pictures", "sounds"})
    usual_rows: ClassVar[dict[DataKind, int]] = {"tabular": 50, "mixed": 40, "pictures": 4, "sounds": 4}
    usual_background: ClassVar[dict[DataKind, int]] = {"tabular": 50, "mixed": 8, "pictures": 4, "sounds": 4}

    permutations: Annotated[int, Field(ge=1, le=1_000, description="Random orders tried for each row, each there and back. More are surer and slower.")] = 10
    patches: Annotated[int, Field(ge=2, le=32, description="Squares a side that a picture is divided into. More are finer and slower.")] = 8
    seconds: Annotated[float, Field(gt=0, le=3_600, description="After this time no further row is begun.")] = 300.0

    def attribute(self, subject: Subject, progress: Progress) -> Attributions:
        """Let `shap.PermutationExplainer` do it."""
        return attribute_with_shap(subject, "permutation", self.model_dump(mode="json"), progress)
