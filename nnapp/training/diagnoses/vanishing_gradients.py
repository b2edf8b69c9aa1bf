"""The first layers hardly learn."""

from __future__ import annotations

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, Fix, said
from nnapp.training.diagnoses.fixes import new_run
from nnapp.training.flight import Flight

RATIO = 1e-3
"""Gradient a weight of an early layer over that of the last one. Glorot and Bengio (2010) see it fall some tenfold over five layers of tanh, and
the registered networks stay above 0.01 (a test says so); a sigmoid layer costs at least a factor of 4."""
LAYERS = 3
"""Fewer layers have no early one."""


@DIAGNOSES.register("vanishing_gradients")
def vanishing_gradients(flight: Flight) -> Diagnosis | None:
    """The gradient of the first half of the layers is far below that of the last."""
    if flight.last.probe is None:
        return None
    layers = [layer for layer in flight.last.probe.layers if layer.multiplies]
    if len(layers) < LAYERS or layers[-1].gradient_a_weight == 0:
        return None
    worst = min(layers[: len(layers) // 2], key=lambda layer: layer.gradient_a_weight)
    ratio = worst.gradient_a_weight / layers[-1].gradient_a_weight
    if ratio >= RATIO:
        return None
    times = "infinitely" if ratio == 0 else f"{said(1 / ratio)} times"
    place = layers.index(worst) + 1
    text = f"Gradients vanish in layer {place} of {len(layers)} ({worst.name}): its weights are pulled {times} less than those of the last layer, so it hardly learns."
    return Diagnosis(
        code="vanishing_gradients",
        text=text,
        numbers={"ratio": ratio, "layer": place, "layers": len(layers)},
        epoch=flight.last.epoch,
        severity="warning",
        measure=min(1 / ratio, 1e12) if ratio else 1e12,
        explains=("one_answer", "underfitting"),
        fixes=_fixes(flight),
    )


def _fixes(flight: Flight) -> tuple[Fix, ...]:
    """What keeps gradients alive, where the network has a setting for it."""
    found = new_run(flight, "Normalise every layer", {"model.normalize": True}) + new_run(flight, "ReLU between layers", {"model.activation": "relu"})
    depth = flight.settings.get("layers")
    shallower = new_run(flight, f"{depth // 2} layers", {"model.layers": depth // 2}) if isinstance(depth, int) and depth > LAYERS else ()
    return found + shallower
