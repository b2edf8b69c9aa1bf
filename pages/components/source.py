"""The data a page is about, read once for all visitors, and what the settings make of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from nnapp.data.checks import run_checks
from nnapp.data.columns import ColumnProfile, profile_as
from nnapp.data.findings import Finding, by_severity
from nnapp.data.pictures import Data
from nnapp.data.specs import DataConfig, SplitSpec
from nnapp.data.splits import Assignment, assign_parts
from nnapp.data.store import DataStore
from nnapp.data.table import Table
from nnapp.data.target import Question, resolve
from nnapp.runs.folder import Run
from pages.components import address
from pages.components.home import home, run_here

keep = st.cache_resource(max_entries=6, ttl=3600, show_spinner="Reading the data")
"""One reading serves every visitor, an hour long."""


def data_store() -> DataStore:
    """The uploads of the home."""
    return DataStore(home())


def sha_here() -> str | None:
    """The data the page is about: that of the address, else that of the run in the address."""
    run = run_here()
    return address.data_sha() or (run.spec.data.sha256 if run else None)


def under(settings: address.Settings, head: str) -> dict[str, Any]:
    """The settings of one spec: `{"data.target": "y"}` under "data" is `{"target": "y"}`."""
    return {path.removeprefix(f"{head}."): value for path, value in settings.items() if path.startswith(f"{head}.")}


def data_config(sha: str) -> DataConfig:
    """The data and how its columns are meant, as the settings say."""
    return DataConfig.parse({"sha256": sha, **under(address.settings(), "data")})


def split_spec() -> SplitSpec:
    """How the rows are divided, as the settings say."""
    return SplitSpec.parse(under(address.settings(), "split"))


def open_data(config: DataConfig, *, test: bool = False) -> Data:
    """Read an upload, or its official test file; one reading serves every visitor, who must not change it."""
    sha = config.test_sha256 if test and config.test_sha256 else config.sha256
    return _opened(str(home()), sha, config.skip_bad_rows, config.kind)


def profiles(config: DataConfig) -> tuple[ColumnProfile, ...]:
    """What every column of a table is, as proposed or as chosen; none for pictures."""
    return _profiled(str(home()), config.to_json())


def proposed(config: DataConfig) -> tuple[ColumnProfile, ...]:
    """What every column of a table seems to be, whatever was chosen."""
    return profiles(DataConfig(sha256=config.sha256, skip_bad_rows=config.skip_bad_rows, kind=config.kind))


def question(config: DataConfig) -> Question:
    """What is asked, once the settings and the data are put together."""
    return _resolved(str(home()), config.to_json())


def findings(config: DataConfig) -> tuple[Finding, ...]:
    """What is worth knowing before training, errors first."""
    return _checked(str(home()), config.to_json())


def parts(config: DataConfig, split: SplitSpec) -> Assignment:
    """Which row belongs to which part."""
    return _divided(str(home()), config.to_json(), split.to_json())


@keep
def _opened(folder: str, sha: str, skip_bad_rows: bool, kind: str) -> Data:
    return data_store().open(sha, skip_bad_rows, kind)


@keep
def _profiled(folder: str, config_json: str) -> tuple[ColumnProfile, ...]:
    config = DataConfig.from_json(config_json)
    data = _opened(folder, config.sha256, config.skip_bad_rows, config.kind)
    return profile_as(data, config) if isinstance(data, Table) else ()


@keep
def _resolved(folder: str, config_json: str) -> Question:
    config = DataConfig.from_json(config_json)
    return resolve(_opened(folder, config.sha256, config.skip_bad_rows, config.kind), config, _profiled(folder, config_json) or None)


@keep
def _checked(folder: str, config_json: str) -> tuple[Finding, ...]:
    config = DataConfig.from_json(config_json)
    return by_severity(run_checks(_opened(folder, config.sha256, config.skip_bad_rows, config.kind), config))


@keep
def _divided(folder: str, config_json: str, split_json: str) -> Assignment:
    config, split = DataConfig.from_json(config_json), SplitSpec.from_json(split_json)
    test = None if config.test_sha256 is None else _opened(folder, config.test_sha256, config.skip_bad_rows, config.kind)
    data = _opened(folder, config.sha256, config.skip_bad_rows, config.kind)
    return assign_parts(data, _resolved(folder, config_json), split, test)


def source_of(run: Run) -> Data:
    """The upload that the test part came from."""
    return open_data(run.spec.data, test=True)
