"""Changes of settings that several diagnoses propose; one that the settings do not allow is not proposed."""

from __future__ import annotations

from collections.abc import Mapping

from nnapp.errors import SpecError
from nnapp.training.diagnoses.base import Fix, Value, said
from nnapp.training.flight import Flight
from nnapp.training.steering import STEERABLE

SIZES = ("units", "width", "filters")
"""Fields of a network that say how wide it is; the first that it has counts."""
ROUND = 3
"""Digits of a proposed number."""


def new_run(flight: Flight, words: str, changes: Mapping[str, Value]) -> tuple[Fix, ...]:
    """A change for a run that begins anew; nothing where it changes nothing or cannot be."""
    changes = {path: value for path, value in changes.items() if _present(flight, path) != value}
    return (Fix(words=words, changes=dict(changes), applies="new run"),) if changes and _allowed(flight, changes) else ()


def either(flight: Flight, words: str, changes: Mapping[str, Value]) -> tuple[Fix, ...]:
    """A change that the run itself can take too, unless this was its last epoch."""
    found = new_run(flight, words, changes)
    steerable = flight.last.epoch < flight.config.epochs and all(path.removeprefix("training.") in STEERABLE for path in changes)
    return (*(fix.model_copy(update={"applies": "same run"}) for fix in found if steerable), *found)


def slower(flight: Flight, factor: float = 10.0) -> tuple[Fix, ...]:
    """A learning rate that many times lower."""
    rate = _rounded(flight.config.learning_rate / factor)
    return either(flight, f"Learning rate {said(rate)}", {"training.learning_rate": rate})


def faster(flight: Flight, factor: float = 10.0) -> tuple[Fix, ...]:
    """A learning rate that many times higher."""
    rate = _rounded(flight.config.learning_rate * factor)
    return either(flight, f"Learning rate {said(rate)}", {"training.learning_rate": rate})


def clipped(flight: Flight) -> tuple[Fix, ...]:
    """No gradient longer than 1."""
    return either(flight, "Limit the gradient to 1", {"training.clipping": 1.0})


def decayed(flight: Flight) -> tuple[Fix, ...]:
    """Weights that shrink ten times faster, by at most a tenth."""
    decay = _rounded(min(0.1, 10 * flight.config.weight_decay or 0.01))
    return either(flight, f"Weight decay {said(decay)}", {"training.weight_decay": decay}) if decay > flight.config.weight_decay else ()


def more_dropout(flight: Flight) -> tuple[Fix, ...]:
    """A fifth of the units more hidden at each step."""
    present = flight.settings.get("dropout")
    if not isinstance(present, float | int) or present >= 0.5:
        return ()
    share = _rounded(min(0.5, present + 0.2))
    return new_run(flight, f"Dropout {said(share)}", {"model.dropout": share})


def resized(flight: Flight, factor: float) -> tuple[Fix, ...]:
    """A wider or narrower network."""
    name = next((name for name in SIZES if isinstance(flight.settings.get(name), int)), None)
    if name is None:
        return ()
    size = max(1, round(flight.settings[name] * factor))
    return new_run(flight, f"{name.capitalize()} {size}", {f"model.{name}": size})


def _present(flight: Flight, path: str) -> object:
    section, _, name = path.partition(".")
    return {"training": flight.config.model_dump(), "model": dict(flight.settings)}.get(section, {}).get(name)


def _allowed(flight: Flight, changes: Mapping[str, Value]) -> bool:
    """Whether the fields of the training take these values; those of a network were kept within bounds by their makers."""
    training = {path.removeprefix("training."): value for path, value in changes.items() if path.startswith("training.")}
    try:
        flight.config.replaced(training)
    except SpecError:
        return False
    return all(path.removeprefix("model.") in flight.settings for path in changes if path.startswith("model."))


def _rounded(value: float) -> float:
    """At most three digits.

    >>> _rounded(0.1 + 0.2)
    0.3
    """
    return float(f"{value:.{ROUND}g}")
