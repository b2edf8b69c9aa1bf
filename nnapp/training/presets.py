"""Three ways to begin: what each changes in the settings of a run, by path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from nnapp.architectures import ARCHITECTURES
from nnapp.errors import SpecError
from nnapp.registry import did_you_mean

PresetName = Literal["quick", "balanced", "best"]


@dataclass(frozen=True)
class Preset:
    """A way to begin.

    Attributes:
        title: Its name in a menu.
        sentence: What it trades for what.
        training: Settings of `TrainingConfig` that differ from the defaults.
    """

    title: str
    sentence: str
    training: dict[str, Any]


PRESETS: dict[str, Preset] = {
    "quick": Preset("Quick", "A first result within a minute, to see whether the data can be learned from.", {"epochs": 12, "patience": 4}),
    "balanced": Preset("Balanced", "Good results in minutes. The one to begin with.", {}),
    "best": Preset("Best", "Trains longer, on a larger network. For when the data are settled.", {"epochs": 120, "patience": 20}),
}


def preset_settings(preset: str, architecture: str, rows: int | None = None) -> dict[str, Any]:
    """What a preset changes, as the paths that `--set` takes.

    Args:
        preset: `quick`, `balanced` or `best`.
        architecture: Name of the network; it says itself what it becomes under each preset.
        rows: Examples, where known.

    Raises:
        SpecError: For an unknown preset or network.

    >>> preset_settings("quick", "linear")
    {'training.epochs': 12, 'training.patience': 4}
    """
    if preset not in PRESETS:
        raise SpecError(f"There is no preset called {preset!r}.", remedy=did_you_mean(preset, list(PRESETS)))
    training = {f"training.{name}": value for name, value in PRESETS[preset].training.items()}
    return training | dict(ARCHITECTURES[architecture].preset(preset, rows))
