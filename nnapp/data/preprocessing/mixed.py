"""Rows of several kinds of columns: what tables, texts and pictures become each, side by side."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import DataSpec, Encoding, InputSpec
from nnapp.data.findings import Finding
from nnapp.data.preprocessing.base import Preprocessing
from nnapp.data.preprocessing.columns import CategoryColumn, DateColumn, NumberColumn
from nnapp.data.preprocessing.pictures import PicturePreprocessing
from nnapp.data.preprocessing.table import TablePreprocessing
from nnapp.data.preprocessing.text import TextColumn, Words, cut_off, token_inputs
from nnapp.specs import Spec


class PictureColumn(Spec):
    """The column whose cells name a picture a row."""

    name: str
    type: Literal["picture"] = "picture"


AnyColumn = Annotated[NumberColumn | DateColumn | CategoryColumn | TextColumn | PictureColumn, Field(discriminator="type")]


class MixedPreprocessing(Preprocessing, Words):
    """The fields of a table's, a text's and a picture's preprocessing, as far as there are such columns.

    Flat, so that the same portable code applies them as for a table, a text or a picture alone.
    """

    kind: Literal["mixed"] = "mixed"
    columns: Annotated[tuple[AnyColumn, ...], Field(description="Those the network learns from, in the table's order.")]
    decimal: str = "."
    feature_names: tuple[str, ...] = ()
    feature_columns: Annotated[tuple[str, ...], Field(description="For each feature the column it comes from.")] = ()
    encoding: Encoding | None = None
    size: Annotated[int | None, Field(description="Side in pixels of the square that pictures are letterboxed to.")] = None
    channels: Annotated[int | None, Field(description="1 for grey pictures, 3 for colour.")] = None
    augmentation: Annotated[Augmentation | None, Field(description="Changes to training pictures; it stands inside the network.")] = None
    told: Annotated[tuple[Finding, ...], Field(description="What was left out while it was fitted.")] = ()

    @property
    def table(self) -> TablePreprocessing | None:
        """The columns that become features, as a table's preprocessing."""
        used: Any = tuple(column for column in self.columns if not isinstance(column, TextColumn | PictureColumn))
        if not used:
            return None
        shared = {name: getattr(self, name) for name in ("decimal", "feature_names", "feature_columns", "encoding")}
        return TablePreprocessing(columns=used, **shared)

    @property
    def texts(self) -> tuple[TextColumn, ...]:
        """The columns that are read word by word."""
        return tuple(column for column in self.columns if isinstance(column, TextColumn))

    @property
    def picture(self) -> PicturePreprocessing | None:
        """What pictures become, as pictures alone would."""
        if self.size is None or self.channels is None:
            return None
        return PicturePreprocessing(size=self.size, channels=self.channels, augmentation=self.augmentation)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that a row must bring."""
        return tuple(column.name for column in self.columns)

    @property
    def data_spec(self) -> DataSpec:
        """An input for all features, one for the picture, one for each text."""
        inputs: dict[str, InputSpec] = {}
        if self.table is not None:
            inputs |= self.table.data_spec.inputs
        if self.picture is not None:
            named = tuple(column.name for column in self.columns if isinstance(column, PictureColumn))
            inputs |= {name: spec.model_copy(update={"feature_names": named}) for name, spec in self.picture.data_spec.inputs.items()}
        return DataSpec(kind=self.kind, inputs=inputs | token_inputs(self.texts, len(self.vocabulary)))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Texts that are cut off, and columns that could not be used."""
        return (*self.told, *cut_off(self.texts))
