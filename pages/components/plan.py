"""The run that the settings describe, before it is started; and a run's settings, to change and train again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nnapp.architectures import ARCHITECTURES, recommended, suitable
from nnapp.data.pictures import Data
from nnapp.data.question import Question
from nnapp.data.specs import DataConfig, DataKind
from nnapp.runs.folder import Run
from nnapp.runs.spec import SECTIONS, RunSpec, plan
from nnapp.tasks import TaskKind
from pages.components import address
from pages.components.source import data_config, data_store
from pages.components.text import plain, several, short


def adopt(run: Run | None) -> None:
    """Where the address names a run and no data, take over the run's data and settings, to be changed for the next."""
    if run is None or address.data_sha():
        return
    address.begin(run.spec.data.sha256, settings_of(run.spec))


def settings_of(spec: RunSpec) -> address.Settings:
    """What was changed from the proposed settings."""
    usual = plan(DataConfig(sha256=spec.data.sha256), min(spec.model.accepts), architecture=spec.architecture, preset=spec.preset)
    found: address.Settings = {"architecture": spec.architecture, "preset": spec.preset}
    for section in SECTIONS:
        mine, theirs = getattr(spec, section).model_dump(mode="json"), getattr(usual, section).model_dump(mode="json")
        found |= {f"{section}.{name}": value for name, value in mine.items() if value != theirs[name]}
    return {path: value for path, value in found.items() if value is not None}


def chosen_architecture(kind: DataKind, rows: int, task: TaskKind | None = None) -> str:
    """The network in the settings, else the recommended one."""
    name = str(address.settings().get("architecture", ""))
    return name if name in suitable(kind, task) else recommended(kind, rows, task)


def planned(sha: str, kind: DataKind, rows: int, *, task: TaskKind | None = None, changed: bool = True) -> RunSpec:
    """The run as the settings say.

    Args:
        sha: The data.
        kind: What the data are.
        rows: How many examples.
        task: What is asked.
        changed: False gives what is proposed: the preset and network, without any setting changed.
    """
    settings, name = address.settings(), chosen_architecture(kind, rows, task)
    more: dict[str, Any] = {path: value for path, value in settings.items() if path.partition(".")[0] in SECTIONS and not path.startswith("data.")}
    return plan(
        data_config(sha),
        kind,
        rows=rows,
        architecture=name,
        preset=settings.get("preset", "balanced"),
        settings=more if changed else {},
        name=str(settings.get("name") or usual_name(sha, name)),
    )


def learning(asked: Question, data: Data) -> str:
    """What the network is going to learn, as a sentence."""
    of = f"{several(data.rows, 'step' if asked.kind == 'anomaly' else 'example')} of {plain(short(data.name))}"
    if asked.kind == "anomaly":
        names = ", ".join(f"**{plain(short(name))}**" for name in asked.channels[:4]) + (
            f" and {len(asked.channels) - 4} more" if len(asked.channels) > 4 else ""
        )
        return f"It learns how {names} usually goes, from the first {100 * asked.usual:.0f} % of {of}, and flags what goes otherwise."
    return f"It learns to predict **{plain(short(asked.target))}**, {asked.goal}, from {of}."


def usual_name(sha: str, architecture: str) -> str:
    """What a run is called unless a person says otherwise."""
    return f"{Path(data_store().name(sha)).stem[:100]}, {ARCHITECTURES[architecture].title}"


def fields(spec: RunSpec, section: str) -> dict[str, Any]:
    """A section's fields and values."""
    return dict(getattr(spec, section).model_dump())
