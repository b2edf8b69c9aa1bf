"""How the examples are divided: only what does something for the question that is asked."""

from __future__ import annotations

import streamlit as st

from nnapp.data.pictures import Data
from nnapp.data.specs import DataConfig, SplitSpec
from nnapp.data.table import Table
from nnapp.data.target import Question
from pages.components import address
from pages.components.source import split_spec
from pages.components.spec_form import spec_form

ALL_OF_A_FILE = "All of this series teaches, but for its end, which chooses the best epoch; the official test file is judged."


def split_form(data: Data, config: DataConfig, asked: Question) -> None:
    """The settings of the split; of a watch for anomalies, whose beginning always teaches, only the share of it that chooses."""
    names = {"column": data.columns} if isinstance(data, Table) else {}
    leave_out: set[str] = set() if names else {"column"}
    if asked.kind == "anomaly":
        leave_out = set(SplitSpec.model_fields) - {"validation"}
        usual, chooses = asked.usual, split_spec().validation
        st.markdown(
            ALL_OF_A_FILE
            if config.test_sha256 is not None
            else f"The first **{100 * usual:.3g} %** of the series teach what is usual, and the rest is judged: *Usual share*, above the tabs, says how much. "
            f"Of what teaches, the last {100 * chooses:.3g} % choose the best epoch, about {100 * usual * chooses:.3g} % of all steps; a little more where one window needs it."
        )
    spec_form(SplitSpec, split_spec().model_dump(), address.putting("split"), key="split", choices=names, leave_out=leave_out)
