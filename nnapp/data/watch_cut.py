"""Where the parts of a watched series begin, and windows that are too long for it."""

from __future__ import annotations

from itertools import count

from nnapp.data.findings import counted
from nnapp.data.specs import DataConfig
from nnapp.data.watch_window import horizon_of
from nnapp.data.windows import Cut
from nnapp.errors import DataError


def watch_cut(steps: int, usual: float, validation: float, horizon: int, *, rebuilds: bool) -> Cut:
    """Divide a series by time; what chooses holds at least one window of which half is new, or one whole horizon of a forecast.

    Args:
        steps: Of the series.
        usual: Share of them that teaches and chooses.
        validation: Share of those that chooses.
        horizon: Steps that a window answers.
        rebuilds: Whether it answers itself.

    >>> watch_cut(400, 0.5, 0.15, 24, rebuilds=True)
    Cut(train=170, validation=200, steps=400)
    >>> watch_cut(400, 0.5, 0.15, 80, rebuilds=False)
    Cut(train=120, validation=200, steps=400)
    """
    learned = round(usual * steps)
    new = horizon - horizon // 2 if rebuilds else horizon
    chosen = max(round(validation * learned), min(horizon, learned // 4), new, 1)
    return Cut(max(0, learned - chosen), learned, steps)


def teaches(cut: Cut, window: int, horizon: int) -> bool:
    """Whether the train part holds a window and, side by side with it, what comes after."""
    return cut.train >= window + horizon


def fewest_steps(usual: float, validation: float, window: int, horizon: int, *, rebuilds: bool) -> int:
    """Steps that a series needs to teach with such windows.

    >>> fewest_steps(0.5, 0.15, 24, 24, rebuilds=True)
    126
    """
    return next(steps for steps in count(window + horizon) if teaches(watch_cut(steps, usual, validation, horizon, rebuilds=rebuilds), window, horizon))


def refuse_too_long(steps: int, usual: float, validation: float, data: DataConfig, *, window: int, horizon: int, rebuilds: bool) -> None:
    """See that the longest series leaves something to learn from and to choose by.

    Raises:
        DataError: If it does not, with the longest window, or horizon, that fits.
    """

    def fits(back: int, ahead: int) -> bool:
        return teaches(watch_cut(steps, usual, validation, ahead, rebuilds=rebuilds), back, ahead)

    if fits(window, horizon):
        return
    back = max((size for size in range(2, window) if fits(size, horizon_of(size, data, rebuilds=rebuilds))), default=0)
    ahead = 0 if rebuilds else max((size for size in range(1, horizon) if fits(window, size)), default=0)
    shorter = f"data.window to {back:,} at most" if back else f"data.horizon to {ahead:,} at most" if ahead else "a shorter data.window and data.horizon"
    raise DataError(
        f"{counted(round(usual * steps), 'step')} teach, and one window looks at {window + (0 if rebuilds else horizon):,}: "
        "too little is left to learn from and to choose by.",
        remedy=f"Set {shorter}, bring a longer series, or let a larger share teach (data.usual_share).",
    )
