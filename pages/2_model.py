"""Model: choose a network, look at its settings, train it."""

from __future__ import annotations

import streamlit as st

from nnapp.data.findings import stop_on_errors
from nnapp.data.kinds import KINDS
from nnapp.runs.api import start_run
from nnapp.runs.launch import ProcessLauncher
from pages.components.anatomy import network_section
from pages.components.cards import architecture_cards, presets
from pages.components.empty import needs_data
from pages.components.errors import explained
from pages.components.home import home, person, run_here, run_store
from pages.components.kind_forms import augmented_as
from pages.components.plan import adopt, chosen_architecture, learning, planned
from pages.components.run_forms import network_form, training_form
from pages.components.source import data_config, findings, open_data, question, sha_here

adopt(run_here())
sha = sha_here()
if sha is None:
    needs_data()
    st.stop()

config = data_config(sha)
data = open_data(config)
asked = question(config)
name = chosen_architecture(asked.data, data.rows, asked.kind)

left, right = st.columns([3, 1], vertical_alignment="bottom")
left.title("Which network?")
with right.container(horizontal=True, horizontal_alignment="right"):
    train = st.button("Train", type="primary", icon=":material/play_arrow:")
st.markdown(learning(asked, data))
architecture_cards(asked.data, asked.kind, data.rows, name)
presets()

with explained():
    spec, proposed = planned(sha, asked.data, data.rows, task=asked.kind), planned(sha, asked.data, data.rows, task=asked.kind, changed=False)
    entry = KINDS[asked.data].entry_shape(data, config)
    if train:
        stop_on_errors(findings(config))
        spec.model.check_entry(entry)
        run = start_run(run_store(), spec, owner=person())
        st.switch_page("pages/3_train.py", query_params={"run": run.id})
    network, training = st.columns(2, gap="large")
    with network:
        network_form(spec, proposed, augmented_as(data, asked.data), entry)
    with training:
        training_form(spec, proposed, asked.data, asked.kind)
    # Last, when the page is drawn: TensorFlow is imported while the person looks at it.
    ProcessLauncher(home()).ensure()
    network_section(spec, entry)
