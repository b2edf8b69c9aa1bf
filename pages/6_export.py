"""Export: files that answer as the network does; each is run on the whole test part before it is offered."""

from __future__ import annotations

import streamlit as st

from pages.components.empty import needs_run
from pages.components.formats import code_to_run, comparison, format_rows, made
from pages.components.run_header import run_header, trained_run

run = trained_run()
if run is None:
    needs_run("Export", "Here you take a network away as a file. Each file is run on the whole test part first, so that you know what you get.")
    st.stop()

run_header(run)
st.markdown(
    "Every file is run on the whole test part before it is offered: its score, the share of answers it has in common with the network, "
    "the answers that flipped, and its time for one row on one thread."
)
exports = made(run)
format_rows(run, exports)
comparison(exports)
if exports:
    code_to_run(run, exports)
