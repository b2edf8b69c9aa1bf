"""Model: choose a network, look at its settings, train it."""

from __future__ import annotations

import streamlit as st

from nnapp.architectures import ARCHITECTURES
from nnapp.data.augmentation import Augmentation
from nnapp.data.findings import stop_on_errors
from nnapp.data.specs import PreprocessingConfig
from nnapp.runs.api import start_run
from nnapp.runs.launch import ProcessLauncher
from nnapp.training import TrainingConfig
from pages.components import address
from pages.components.cards import architecture_cards, presets
from pages.components.empty import needs_data
from pages.components.errors import explained
from pages.components.home import home, person, run_here, run_store
from pages.components.plan import adopt, chosen_architecture, fields, planned
from pages.components.source import data_config, findings, open_data, question, sha_here
from pages.components.spec_form import spec_form
from pages.components.text import plain, several, short

adopt(run_here())
sha = sha_here()
if sha is None:
    needs_data()
    st.stop()

config = data_config(sha)
data = open_data(config)
asked = question(config)
name = chosen_architecture(asked.data, data.rows)

left, right = st.columns([3, 1], vertical_alignment="bottom")
left.title("Which network?")
with right.container(horizontal=True, horizontal_alignment="right"):
    train = st.button("Train", type="primary", icon=":material/play_arrow:")
goal = "a number" if asked.kind == "regression" else f"one of {several(len(asked.class_names), 'class', 'classes')}"
st.markdown(f"It learns to predict **{plain(short(asked.target))}**, {goal}, from {several(data.rows, 'example')} of {plain(short(data.name))}.")
architecture_cards(asked.data, asked.kind, data.rows, name)
presets()

with explained():
    spec, proposed = planned(sha, asked.data, data.rows), planned(sha, asked.data, data.rows, changed=False)
    if train:
        stop_on_errors(findings(config))
        run = start_run(run_store(), spec, owner=person())
        st.switch_page("pages/3_train.py", query_params={"run": run.id})
    network, training = st.columns(2, gap="large")
    with network:
        st.subheader(ARCHITECTURES[name].title)
        spec_form(type(spec.model), fields(spec, "model"), address.putting("model"), key=f"model.{name}", proposed=fields(proposed, "model"))
        if asked.data == "pictures":
            st.subheader("Augmentation")
            spec_form(
                Augmentation, fields(spec, "augmentation"), address.putting("augmentation"), key="augmentation", proposed=fields(proposed, "augmentation")
            )
    with training:
        st.subheader("Training")
        basic = ["epochs", "batch_size", "learning_rate", "early_stopping", "class_weights"]
        spec_form(
            TrainingConfig,
            fields(spec, "training"),
            address.putting("training"),
            key="training",
            proposed=fields(proposed, "training"),
            basic=basic,
        )
        if asked.data == "tabular":
            with st.expander("Preparation of the columns", icon=":material/tune:"):
                spec_form(
                    PreprocessingConfig,
                    fields(spec, "preprocessing"),
                    address.putting("preprocessing"),
                    key="preparation",
                    proposed=fields(proposed, "preprocessing"),
                )
    # Last, when the page is drawn: TensorFlow is imported while the person looks at it.
    ProcessLauncher(home()).ensure()
