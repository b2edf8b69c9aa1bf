"""How far a window reaches that is to show what is usual: whole turns of the clock or the calendar, where there are some."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.data.specs import DataConfig
from nnapp.data.stamps import Rhythm

COMFORTABLE, MOST = 400, 1500
"""Steps of a window that are preferred at most, and that are taken at most for the sake of a whole day."""
FEWEST = 24
"""Steps of a window for whose sake several turns are put together."""
TURNS = 4
"""Windows that what teaches holds side by side, at least."""
PLAIN = 64
"""Steps of a window where nothing turns."""
AHEAD = 24
"""Steps that are forecast at once, at most."""
DRIFT = 0.8
"""Difference between the last third and the first, in standard deviations of what is left without the trend, from which on a level drifts."""
LIKENESS = 0.3
"""Correlation of a series with itself a season later from which on it has one."""


def watch_window(rhythm: Rhythm | None, values: NDArray[np.float64], teaches: int, data: DataConfig, *, rebuilds: bool) -> tuple[int, int, int]:
    """Window, horizon and season in steps.

    Args:
        rhythm: Of the stamps; None where steps are only counted.
        values: One channel of what teaches, by which a season is found where stamps tell none.
        teaches: Steps of the train part, about.
        data: Window and horizon, where a person has set them.
        rebuilds: Whether the network rebuilds the window: then the horizon is the window.
    """
    season = found_season(values) if rhythm is None or rhythm.days < 1 / 1440 else rhythm.season
    window = data.window or _usual([season, *_turns(rhythm)], max(4, teaches // TURNS))
    return window, horizon_of(window, data, rebuilds=rebuilds), season


def horizon_of(window: int, data: DataConfig, *, rebuilds: bool) -> int:
    """Steps that a window of so many answers: itself where it is rebuilt, else what is asked, else a twelfth of it, up to a day of hours."""
    return window if rebuilds else data.horizon or min(AHEAD, max(1, window // 12))


def found_season(values: NDArray[np.float64]) -> int:
    """Steps after which a series is most like itself, 1 where it never is.

    >>> found_season(np.tile([0.0, 1.0, 5.0, 1.0, 0.0, -3.0], 40))
    6
    """
    count = len(values)
    z = np.nan_to_num(values - np.nanmean(values)) if count else values
    if count < 16 or not np.ptp(z):
        return 1
    z = z - np.polyval(np.polyfit(np.arange(count), z, 1), np.arange(count))
    size = 2 ** int(np.ceil(np.log2(2 * count)))
    power = np.fft.irfft(np.abs(np.fft.rfft(z, size)) ** 2)[: count // 3]
    likeness = power / power[0] * count / (count - np.arange(len(power)))
    peaks = [lag for lag in range(2, len(likeness) - 1) if likeness[lag] >= max(likeness[lag - 1], likeness[lag + 1], LIKENESS)]
    # The first of the peaks that are about as high as the highest: later ones are its multiples.
    best = max((likeness[lag] for lag in peaks), default=0.0)
    return next((lag for lag in peaks if likeness[lag] >= 0.9 * best), 1)


def drifts(values: NDArray[np.float64]) -> bool:
    """Whether a channel's level moves while it teaches by most of what it moves otherwise: later windows would all look unusual.

    >>> drifts(np.arange(90.0) / 10 + np.tile([0.0, 1.0, 2.0], 30)), drifts(np.tile([0.0, 1.0, 2.0], 30))
    (True, False)
    """
    third = len(values) // 3
    if third < 2:
        return False
    places = np.arange(len(values))
    rest = values - np.polyval(np.polyfit(places, values, 1), places)
    return bool(abs(values[-third:].mean() - values[:third].mean()) > DRIFT * max(float(rest.std()), 1e-12 * (1 + float(np.abs(values).max()))))


def _turns(rhythm: Rhythm | None) -> list[int]:
    """Steps of a day and a week, where stamps tell them."""
    if rhythm is None or rhythm.months or rhythm.days >= 1:
        return []
    return [round(1 / rhythm.days), round(7 / rhythm.days)]


def _usual(turns: list[int], most: int) -> int:
    """The longest turn that is comfortable, else the shortest that is possible at all, else a plain number of steps."""
    known = sorted({turn for turn in turns if turn > 1})
    comfortable = [turn for turn in known if turn <= min(most, COMFORTABLE)]
    possible = [turn for turn in known if turn <= min(most, MOST)]
    if not possible:
        return min(PLAIN, most)
    turn = comfortable[-1] if comfortable else possible[0]
    return min(turn * max(1, -(-FEWEST // turn)), max(turn, most))
