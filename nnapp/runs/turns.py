"""Turns: who begins next when more runs wait than there are slots, fair between people."""

from __future__ import annotations

import getpass
import math
import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import TypeVar

from nnapp.runs.devices import gpus, slots
from nnapp.runs.status import Status

T = TypeVar("T")


def in_turn(waiting: Iterable[tuple[T, str]], under_way: Iterable[str], last_starts: Mapping[str, float]) -> Iterator[T]:
    """What waits, in the order in which it begins, each one that begins counting for those after it.

    Next is the oldest of the person who has the fewest under way; of several such people, of the one
    whose last start is longest ago; of several who have never started, the oldest of all.

    Args:
        waiting: What waits and whose it is, oldest first.
        under_way: Whose each place is that is taken.
        last_starts: When each person's last one began, seconds; who is missing has never begun one.

    >>> list(in_turn([("a1", "ann"), ("a2", "ann"), ("b1", "bob")], [], {}))
    ['a1', 'b1', 'a2']
    >>> list(in_turn([("a1", "ann"), ("b1", "bob")], ["ann"], {"ann": 5.0}))
    ['b1', 'a1']
    """
    lines: dict[str, deque[tuple[int, T]]] = {}
    for age, (work, owner) in enumerate(waiting):
        lines.setdefault(owner, deque()).append((age, work))
    busy, last = Counter(under_way), dict(last_starts)
    clock = count(max(last.values(), default=0.0) + 1)
    while lines:
        owner = min(lines, key=lambda each: (busy[each], last.get(each, -math.inf), lines[each][0][0]))
        yield lines[owner].popleft()[1]
        busy[owner] += 1
        last[owner] = next(clock)
        if not lines[owner]:
            del lines[owner]


def beginning(wanted: Iterable[int], free: int) -> Iterator[bool]:
    """Which of those who wait begin now.

    Nobody overtakes: what wants several places keeps those that become free, or else what wants one would take each of them.

    Args:
        wanted: Places that each wants, in their turn.
        free: Places that nobody has.

    >>> list(beginning([1, 2, 1], 2))
    [True, False, False]
    """
    for places in wanted:
        begins = places <= free
        free = free - places if begins else 0
        yield begins


def last_starts(statuses: Iterable[Status]) -> dict[str, float]:
    """When each person's last run began."""
    found: dict[str, float] = {}
    for status in statuses:
        if status.started is not None:
            found[status.owner] = max(status.started, found.get(status.owner, 0.0))
    return found


def turns(works: Iterable[tuple[T, Status]]) -> list[T]:
    """Those of all works that are queued, in the order in which they begin."""
    by_age = sorted(works, key=lambda each: each[1].created)
    waiting = [(work, status.owner) for work, status in by_age if status.state == "queued"]
    under_way = [status.owner for _, status in by_age if status.is_under_way for _ in range(status.places)]
    return list(in_turn(waiting, under_way, last_starts(status for _, status in by_age)))


def waiting_words(ahead: int, places: int | None = None, wants: int = 1) -> str:
    """What a person is told whose run waits.

    Args:
        ahead: Runs that begin before it.
        places: Trainings at once; this machine's when not given.
        wants: Places that it takes.

    >>> waiting_words(2, 1)
    '2 runs are ahead of yours; this machine trains 1 at a time'
    >>> waiting_words(0, 3)
    'yours is next; this machine trains 3 at a time'
    >>> waiting_words(0, 3, wants=2)
    'yours is next, as soon as 2 places are free; this machine trains 3 at a time'
    """
    once = "" if wants == 1 else f", as soon as {wants} places are free"
    before = "yours is next" if ahead == 0 else "1 run is ahead of yours" if ahead == 1 else f"{ahead} runs are ahead of yours"
    return f"{before}{once}; this machine trains {slots() if places is None else places} at a time"


def why_so_many(places: int) -> str:
    """Why this machine trains so many at a time, for the page."""
    if os.environ.get("NNAPP_SLOTS"):
        return f"NNAPP_SLOTS says {places}."
    return "One for each GPU." if gpus() else "Without a GPU, two would only slow each other down."


def this_person() -> str:
    """The person at the command line, as the system calls them.

    >>> this_person() != ""
    True
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return f"user {os.getuid()}"
