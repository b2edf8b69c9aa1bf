"""The app. Streamlit runs this file to draw the shell and a page; the server imports it to serve them and the app's own routes."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

if __name__ == "__main__":
    from pages.components.shell import shell

    pages = [
        st.Page("pages/1_data.py", title="Data", icon=":material/table_view:", default=True),
        st.Page("pages/2_model.py", title="Model", icon=":material/account_tree:"),
        st.Page("pages/3_train.py", title="Train", icon=":material/show_chart:"),
        st.Page("pages/4_results.py", title="Results", icon=":material/grading:"),
        st.Page("pages/5_explain.py", title="Explain", icon=":material/contact_support:"),
        st.Page("pages/6_export.py", title="Export", icon=":material/download:"),
        st.Page("pages/7_use.py", title="Use", icon=":material/play_circle:"),
        st.Page("pages/8_runs.py", title="Runs", icon=":material/list_alt:"),
    ]
    shell(pages)
else:
    from pages.components.routes import ROUTES, lifespan, serve_through_the_shell

    serve_through_the_shell()
    app = st.App(Path(__file__).resolve(), routes=ROUTES, lifespan=lifespan)
