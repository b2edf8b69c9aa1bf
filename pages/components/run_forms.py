"""The forms over a run that is not started: the network's settings, and how it is trained."""

from __future__ import annotations

import streamlit as st

from nnapp.architectures import ARCHITECTURES
from nnapp.architectures.layer_list import Layers
from nnapp.architectures.layer_specs import Shape
from nnapp.data.specs import DataKind
from nnapp.runs.foreign import keep_weights
from nnapp.runs.spec import RunSpec
from nnapp.tasks import TaskKind
from nnapp.tasks.losses import losses_for
from nnapp.training.config import TrainingConfig
from nnapp.training.meaningful import idle
from pages.components import address
from pages.components.errors import explained
from pages.components.home import home
from pages.components.kind_forms import augmentation_form, preparation_form
from pages.components.layer_editor import layer_editor
from pages.components.plan import fields
from pages.components.rate_finder import rate_finder
from pages.components.spec_form import spec_form

BASIC = ["epochs", "batch_size", "learning_rate", "early_stopping", "class_weights"]
"""Of the training, what is shown at once."""


def network_form(spec: RunSpec, proposed: RunSpec, kind: DataKind, entry: Shape) -> None:
    """The network's own settings, and the augmentation where there is some.

    Args:
        spec: What the settings say.
        proposed: What they are when nothing is said.
        kind: Whose augmentation means something.
        entry: The shape of one example, as far as it is known.
    """
    st.subheader(ARCHITECTURES[spec.architecture].title)
    _form(spec, proposed, "model", key=f"model.{spec.architecture}")
    if isinstance(spec.model, Layers):
        layer_editor(spec.model, entry, address.putting("model"))
    augmentation_form(spec, proposed, kind)


def training_form(spec: RunSpec, proposed: RunSpec, kind: DataKind, task: TaskKind) -> None:
    """How it is trained, and how what was brought becomes numbers: the fields that do something for these data and this question."""
    st.subheader("Training")
    spec_form(
        TrainingConfig,
        fields(spec, "training"),
        address.putting("training"),
        key="training",
        proposed=fields(proposed, "training"),
        choices={"loss": losses_for(task)},
        basic=BASIC,
        leave_out=idle(spec.training, kind, task),
    )
    rate_finder(spec)
    preparation_form(spec, proposed, kind, task)
    with st.expander("What it begins with", icon=":material/start:"):
        _form(spec, proposed, "start", key="start")
        brought = st.file_uploader("A .keras file of yours", type="keras", key="start.file", help="It is looked through before it is opened.")
        if brought is not None and st.button("Begin with this file", key="start.use"):
            with explained():
                address.change({"start.weights": keep_weights(home(), brought.name, brought.getvalue())})
                st.rerun()


def _form(spec: RunSpec, proposed: RunSpec, section: str, *, key: str) -> None:
    """The form over one section of a run."""
    spec_form(type(getattr(spec, section)), fields(spec, section), address.putting(section), key=key, proposed=fields(proposed, section))
