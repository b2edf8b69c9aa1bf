"""What happened to a run that a learning curve must show."""

from __future__ import annotations

from collections.abc import Sequence

from nnapp.runs.work import Event


def marks(events: Sequence[Event]) -> list[tuple[float, str]]:
    """Epoch and a few words for every change, resumption and restart, as `learning_curves` draws them.

    >>> marks([Event(time=0.0, kind="steered", text="", numbers={"epoch": 2.5, "label": "patience 20"})])
    [(2.5, 'patience 20')]
    """
    found, words = [], "resumed"
    for event in events:
        epoch = event.numbers.get("epoch")
        if event.kind in {"lost", "retried"}:
            words = "restarted"
        elif event.kind in {"steered", "resumed"} and isinstance(epoch, int | float):
            found.append((float(epoch), str(event.numbers.get("label") or words)))
            words = "resumed" if event.kind == "resumed" else words
    return found
