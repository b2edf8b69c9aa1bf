"""RunSpec: everything that is needed to repeat a run, and how single settings are changed by their path."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, Self

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator

from nnapp.architectures import ARCHITECTURES, Architecture, recommended
from nnapp.data.augmentation import Augmentation
from nnapp.data.specs import DataConfig, DataKind, PreprocessingConfig, SplitSpec
from nnapp.errors import SpecError
from nnapp.registry import did_you_mean
from nnapp.specs import Spec
from nnapp.tasks import TaskKind
from nnapp.training import TrainingConfig
from nnapp.training.beginning import StartConfig
from nnapp.training.presets import PresetName, preset_settings

SECTIONS = ("model", "training", "split", "data", "preprocessing", "augmentation", "start")
"""What the first word of a setting's path may be; the second is a field of that section's spec."""
_PACKAGES = ("nnapp", "tensorflow", "keras", "numpy", "pandas", "scikit-learn", "pillow")


class RunSpec(Spec):
    """What a run is asked to do. With the same versions and device it can be repeated from this alone."""

    name: Annotated[str, Field(max_length=200, description="What you call it. Empty: its id.")] = ""
    data: DataConfig
    split: SplitSpec = SplitSpec()
    preprocessing: PreprocessingConfig = PreprocessingConfig()
    augmentation: Annotated[Augmentation, Field(description="Changes to training pictures, sounds and texts; without effect on tables.")] = Augmentation()
    architecture: Annotated[str, Field(description="Name of the network in its registry.")]
    model: Annotated[SerializeAsAny[Architecture], Field(description="The network's hyperparameters.")]
    training: TrainingConfig = TrainingConfig()
    start: Annotated[StartConfig, Field(description="What the network begins with.")] = StartConfig()
    preset: Annotated[PresetName, Field(description="What the settings began with.")] = "balanced"
    versions: Annotated[dict[str, str], Field(description="What was installed when the run was made.")] = {}

    @field_validator("model", mode="before")
    @classmethod
    def _named_architecture(cls, value: Any, info: ValidationInfo) -> Any:
        """The hyperparameters belong to the class that `architecture` names."""
        part = ARCHITECTURES[info.data["architecture"]]
        if isinstance(value, Architecture):
            if type(value) is not part:
                raise ValueError(f"{type(value).__name__} is not the architecture {info.data['architecture']!r}")
            return value
        return part.parse(value)

    def with_settings(self, settings: Mapping[str, Any]) -> Self:
        """A copy with some settings changed, each named by its path.

        Args:
            settings: As `{"model.units": "128", "training.epochs": 5, "data.types.Name": "ignored"}`;
                text is read as a command line means it.

        Raises:
            SpecError: For a path that does not exist (with the nearest that does), or a value out of bounds.
        """
        changed: dict[str, Spec] = {}
        for path, value in settings.items():
            section, field, key = self._where(path)
            spec = changed.get(section, getattr(self, section))
            present = getattr(spec, field)
            if isinstance(present, dict) and (key or isinstance(value, Mapping)):
                value = {**present, **({key: value} if key else value)}  # noqa: PLW2901  # one entry of several
            changed[section] = _replaced(section, spec, field, value)
        return self.model_copy(update=changed)

    def _where(self, path: str) -> tuple[str, str, str]:
        """A path as section, field and (for a field that holds names) the key; a key may have dots in it."""
        section, _, rest = path.partition(".")
        known = {f"{name}.{field}": (name, field) for name in SECTIONS for field in type(getattr(self, name)).model_fields}
        field, _, key = rest.partition(".")
        if f"{section}.{field}" not in known or (key and not isinstance(getattr(getattr(self, section), field), dict)):
            same = [full for full, (_, field) in known.items() if field == path.rpartition(".")[2]]
            remedy = f"Did you mean {same[0]!r}?" if same else did_you_mean(path, sorted(known))
            raise SpecError(f"There is no setting called {path!r}.", remedy=remedy)
        return section, field, key


def plan(
    data: DataConfig,
    kind: DataKind,
    *,
    rows: int | None = None,
    task: TaskKind | None = None,
    architecture: str | None = None,
    preset: PresetName = "balanced",
    settings: Mapping[str, Any] | None = None,
    name: str = "",
) -> RunSpec:
    """The run that a person means who has said only some of it.

    Args:
        data: The upload and how its columns are meant.
        kind: What the upload is.
        rows: Examples, where known.
        task: What is asked, where known.
        architecture: Name of the network; the recommended one when it is not given.
        preset: Where the settings begin.
        settings: Settings by path; they win over the preset.
        name: What to call the run.

    Raises:
        SpecError: For a name or value that cannot be.
    """
    chosen = architecture or recommended(kind, rows, task)
    begun = {**preset_settings(preset, chosen, rows), **(settings or {})}
    values = {"name": name.strip(), "data": data, "architecture": chosen, "model": ARCHITECTURES[chosen](), "preset": preset, "versions": installed()}
    return RunSpec.parse(values).with_settings(begun)


def installed() -> dict[str, str]:
    """Versions of what a run depends on, without importing any of it."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _replaced(section: str, spec: Spec, field: str, value: Any) -> Spec:
    """A section with one field changed; text stays text where the field wants text (`--set data.positive=1`)."""
    try:
        if isinstance(value, str) and value not in {"null", "None"}:
            with contextlib.suppress(SpecError):
                return spec.parse({**spec.model_dump(), field: value})
        return spec.replaced({field: value})
    except SpecError as error:
        raise SpecError(f"{section}.{error.problem}", remedy=error.remedy) from error
