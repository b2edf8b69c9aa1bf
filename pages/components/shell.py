"""What stands around every page: its name, the logo, the rail."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components import address
from pages.components.charts import theme
from pages.components.errors import explained
from pages.components.home import PROJECT
from pages.components.rail import rail

PAGE_WIDTH = 1240
"""Pixels: lines stay readable on a wide screen."""


def shell(pages: list[Any]) -> None:
    """Draw the frame and the page that the address names."""
    st.set_page_config(page_title="nnapp", page_icon=PROJECT / "static" / "favicon.png", layout="wide")
    page = st.navigation(pages, position="hidden")
    address.settings()
    address.show()
    st.logo(PROJECT / "static" / f"logo-{theme()}.svg", icon_image=PROJECT / "static" / f"mark-{theme()}.svg", size="large")
    with st.sidebar, explained():
        rail(page.title)
    with st.container(horizontal_alignment="center"), st.container(width=PAGE_WIDTH), explained():
        page.run()
