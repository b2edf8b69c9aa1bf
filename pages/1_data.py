"""Data: bring it, see what it is, say what to predict."""

from __future__ import annotations

import streamlit as st

from nnapp.data.table import Table
from pages.components import address
from pages.components.bring import bring, uploader
from pages.components.columns_table import columns_table
from pages.components.data_charts import balance, one_column
from pages.components.data_head import choose_positive, choose_target, choose_weights, opened, strip
from pages.components.findings import show_findings
from pages.components.kind_forms import TITLES, augmented_as, files_form
from pages.components.preview import preview
from pages.components.series_look import forecast_settings, series_look
from pages.components.source import findings, parts, profiles, proposed, question, sha_here, split_spec
from pages.components.split_form import split_form
from pages.components.text import plain, short

sha = sha_here()
if sha is None:
    st.title("What do you want to predict?")
    st.markdown("Bring examples whose answer is known. nnapp reads them, trains a network, and tells you honestly how well it answers new ones.")
    bring()
    st.stop()

config, data = opened(sha)
left, right = st.columns([3, 2], vertical_alignment="bottom")
left.title(plain(short(data.name, 60)))
with right.container(horizontal=True, horizontal_alignment="right"):
    if st.button("Other data", icon=":material/upload_file:"):
        st.query_params.clear()
        st.rerun()
    go_on = st.button("Choose a network", type="primary", icon=":material/arrow_forward:", icon_position="right")

found = findings(config)
if isinstance(data, Table):
    choose_target(data, config, profiles(config))
if any(finding.severity == "error" for finding in found):
    show_findings(found)
    if isinstance(data, Table):
        columns_table(profiles(config), proposed(config), config, config.target or "")
    st.stop()
asked = question(config)
divided = parts(config, split_spec())
strip(data, asked, divided)
forecast_settings(config, asked)
if go_on:
    st.switch_page("pages/2_model.py", query_params=address.here(data=sha))
show_findings((*found, *divided.findings))

look, columns, answers, split = st.tabs(["Look at it", "Columns" if isinstance(data, Table) else TITLES[asked.data], "Answers", "Split"])
with look:
    if isinstance(data, Table):
        series_look(data, config, split_spec(), asked)
    preview(data)
with columns:
    if isinstance(data, Table):
        columns_table(profiles(config), proposed(config), config, asked.target, asked.data, asked=asked)
        choose_weights(config, profiles(config))
        one_column(data, profiles(config))
        if augmented_as(data, asked.data) == "pictures":
            files_form(config, asked.data)
    else:
        files_form(config, asked.data)
with answers:
    if asked.kind == "binary":
        choose_positive(asked)
    balance(data, asked, profiles(config))
with split:
    split_form(data, config, asked)
    if config.test_sha256 is None:
        uploader("Official test file", key="test", help_text="Used for the final judgement and for nothing else.", setting="data.test_sha256")
    elif st.button("Leave the official test file out", icon=":material/close:"):
        address.change({"data.test_sha256": None})
        st.rerun()
