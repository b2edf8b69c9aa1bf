"""Forms whose fields depend on the kind of data: only those that mean something for it are shown."""

from __future__ import annotations

import streamlit as st

from nnapp.data.augmentation import Augmentation
from nnapp.data.picture_table import PictureTable
from nnapp.data.pictures import Data
from nnapp.data.specs import DataConfig, DataKind, PreprocessingConfig
from nnapp.runs.spec import RunSpec
from nnapp.tasks import TaskKind
from pages.components import address
from pages.components.plan import fields
from pages.components.spec_form import spec_form

SIZES: dict[DataKind, tuple[str, ...]] = {"pictures": ("image_size",), "mixed": ("image_size",), "sounds": ("sound_seconds", "sound_rate")}
"""Fields of `DataConfig` that say how large files are taken in."""
TITLES: dict[DataKind, str] = {"pictures": "Size", "sounds": "Length and rate"}
"""What that is called."""
PREPARATION: dict[DataKind, tuple[str, ...]] = {
    "tabular": ("max_categories", "bins"),
    "mixed": ("max_categories", "bins", "words", "vocabulary", "lowercase", "length"),
    "series": ("each_series",),
    "sounds": ("sound_bands", "sound_step", "sound_loudness"),
    "text": ("words", "vocabulary", "lowercase", "length"),
}
"""Fields of `PreprocessingConfig` that mean something."""
WATCH, WATCH_TITLE = ("margin", "smoothing"), "When a step is flagged"
"""The same for a watch for anomalies."""
PREPARATION_TITLES: dict[DataKind, str] = {
    "tabular": "Preparation of the columns",
    "mixed": "Preparation of columns and texts",
    "series": "Preparation of the series",
    "sounds": "Spectrogram",
    "text": "Words",
}


def augmented_as(data: Data, kind: DataKind) -> DataKind:
    """The kind whose augmentation means something: that of pictures, where rows come with some and the network sees them."""
    return "pictures" if kind == "mixed" and isinstance(data, PictureTable) else kind


def files_form(config: DataConfig, kind: DataKind) -> None:
    """How large the files are taken in."""
    shown = SIZES.get(kind, ())
    spec_form(DataConfig, config.model_dump(), address.putting("data"), key="data", basic=shown, leave_out=set(DataConfig.model_fields) - set(shown))


def augmentation_form(spec: RunSpec, proposed: RunSpec, kind: DataKind) -> None:
    """Changes to training examples, where the kind knows some."""
    idle = Augmentation.idle(kind)
    if len(idle) == len(Augmentation.model_fields):
        return
    st.subheader("Augmentation")
    spec_form(
        Augmentation,
        fields(spec, "augmentation"),
        address.putting("augmentation"),
        key="augmentation",
        proposed=fields(proposed, "augmentation"),
        leave_out=idle,
    )


def preparation_form(spec: RunSpec, proposed: RunSpec, kind: DataKind, task: TaskKind) -> None:
    """How what was brought becomes numbers, where there is a choice; of a watch, from which error on a step is flagged."""
    shown = WATCH if task == "anomaly" else PREPARATION.get(kind, ())
    if not shown:
        return
    with st.expander(WATCH_TITLE if task == "anomaly" else PREPARATION_TITLES[kind], icon=":material/tune:"):
        spec_form(
            PreprocessingConfig,
            fields(spec, "preprocessing"),
            address.putting("preprocessing"),
            key="preparation",
            proposed=fields(proposed, "preprocessing"),
            leave_out=set(PreprocessingConfig.model_fields) - set(shown),
        )
