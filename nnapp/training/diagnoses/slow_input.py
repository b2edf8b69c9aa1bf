"""The network waits for its rows."""

from __future__ import annotations

from nnapp.training.diagnoses.base import DIAGNOSES, Diagnosis
from nnapp.training.diagnoses.fixes import new_run
from nnapp.training.flight import Flight

SHARE = 0.5
"""Share of an epoch spent waiting above which the input, not the network, sets the pace."""
EPOCHS = 3
"""In a row: the first one reads what is not in memory yet."""


@DIAGNOSES.register("slow_input")
def slow_input(flight: Flight) -> Diagnosis | None:
    """More than half of the last epochs went by in waiting for rows."""
    shares = [record.input_share for record in flight.history[-EPOCHS:] if record.input_share is not None]
    if len(shares) < EPOCHS or min(shares) <= SHARE:
        return None
    share = sum(shares) / EPOCHS
    text = (
        f"The network is faster than its input: it waited for rows in {100 * share:.0f} % of the last {EPOCHS} epochs. "
        f"{flight.last.rows_per_second:,.0f} rows a second is what the input gives."
    )
    batch = min(2 * flight.batch_size, flight.rows)
    return Diagnosis(
        code="slow_input",
        text=text,
        numbers={"share": share, "rows_per_second": flight.last.rows_per_second},
        epoch=flight.last.epoch,
        severity="note",
        measure=share,
        fixes=new_run(flight, f"Batches of {batch} rows", {"training.batch_size": batch}) if batch > flight.batch_size else (),
    )
