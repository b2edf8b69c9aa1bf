"""Preprocessing: everything between what a person brought and a network's inputs, as one JSON value."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from nnapp.data.dataset import DataSpec
from nnapp.data.findings import Finding
from nnapp.data.specs import DataKind
from nnapp.specs import Spec


class Preprocessing(Spec):
    """Fitted on the train part only; the same value serves training, the command line, the app and every bundle.

    Each kind of data has its own; `nnapp.portable.inputs` applies them as plain JSON.
    """

    kind: DataKind

    def portable(self) -> dict[str, Any]:
        """The content of `preprocessing.json`."""
        return self.model_dump(mode="json")

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that a row must bring; none where examples are files."""
        return ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What fitting it brought to light."""
        return ()

    @property
    @abstractmethod
    def data_spec(self) -> DataSpec:
        """What the network takes in."""
