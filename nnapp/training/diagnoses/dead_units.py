"""Units that answer no row at all."""

from __future__ import annotations

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis, said
from nnapp.training.diagnoses.fixes import new_run, slower
from nnapp.training.flight import Flight

SHARE = 0.5
"""Share of a layer's units: a few are common (Lu et al. 2020, "Dying ReLU and initialization"), but half a layer lost is a network of another size."""


@DIAGNOSES.register("dead_units")
def dead_units(flight: Flight) -> Diagnosis | None:
    """More than half of a layer is silent on every probed row, and so cannot learn any more."""
    layers = [layer for layer in flight.last.probe.layers if layer.dead is not None] if flight.last.probe else []
    worst = max(layers, key=lambda layer: layer.dead or 0.0, default=None)
    if worst is None or worst.dead is None or worst.dead <= SHARE:
        return None
    share = f"{said(100 * worst.dead)} %"
    text = f"In {worst.name}, {share} of the units are zero for every row looked at: they are dead, that is, they get no gradient and stay as they are."
    return Diagnosis(
        code="dead_units",
        text=text,
        numbers={"share": worst.dead},
        epoch=flight.last.epoch,
        severity="warning",
        measure=worst.dead,
        subject=worst.name,
        explains=("one_answer", "underfitting", "vanishing_gradients"),
        fixes=(*new_run(flight, "Leaky ReLU between layers", {"model.activation": "leaky_relu"}), *slower(flight, 3.0)),
    )
