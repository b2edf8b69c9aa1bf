"""Numbers and names as a person reads them."""

from __future__ import annotations

import math
import re

MARKDOWN = re.compile(r"[\\`*\[\]<>$:~|@]|(?<![^\W_])_|_(?![^\W_])|(?<=[wW])\.|&(?=#?\w+;)|^[#+\-=]")
"""What Markdown reads in one line of text: an underscore within a word and a full stop are only themselves, `www.` is a link."""
NUMBERED = re.compile(r"^(\d+)([.)])")


def plain(text: object) -> str:
    """Text of a user (a column, class or file name) that Markdown shows as it is.

    >>> plain("a*b :red[x]"), plain("petal_length_cm"), plain("1. first")
    ('a\\\\*b \\\\:red\\\\[x\\\\]', 'petal_length_cm', '1\\\\. first')
    """
    return NUMBERED.sub(r"\1\\\2", MARKDOWN.sub(r"\\\g<0>", " ".join(str(text).split())))


def short(text: object, most: int = 40) -> str:
    """The beginning of a long text.

    >>> short("abcdef", 4)
    'abc…'
    """
    words = " ".join(str(text).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def number(value: float | None) -> str:
    """At most three significant digits, thousands grouped; a dash where there is no number.

    >>> [number(x) for x in (None, 0.0, 0.83456, 47077.4, 12, 1e-7)]
    ['–', '0', '0.835', '47,100', '12', '1e-07']
    """
    if value is None or not math.isfinite(value):
        return "–"
    if float(value).is_integer() and abs(value) < 1000:
        return str(int(value))
    if abs(value) >= 1000:
        digits = max(0, int(math.log10(abs(value))) - 2)
        return f"{round(value, -digits):,.0f}"
    return f"{value:.3g}"


def count(value: int) -> str:
    """A whole number, thousands grouped.

    >>> count(20640)
    '20,640'
    """
    return f"{value:,}"


def percent(share: float | None) -> str:
    """A share as people say it.

    Nothing but all is 100 %.

    >>> percent(0.8345), percent(1.0), percent(0.99999), percent(None)
    ('83.5 %', '100 %', 'over 99.9 %', '–')
    """
    if share is None or not math.isfinite(share):
        return "–"
    if 0.9995 <= share < 1:
        return "over 99.9 %"
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def size(count_of_bytes: int | None) -> str:
    """Bytes in a unit that fits.

    >>> size(999), size(23_400), size(5_000_000)
    ('999 B', '23.4 kB', '5 MB')
    """
    if count_of_bytes is None:
        return "–"
    amount, unit = float(count_of_bytes), "B"
    for unit in ("B", "kB", "MB", "GB"):  # the unit reached is what is shown
        if amount < 1000:
            break
        if unit != "GB":
            amount /= 1000
    return f"{amount:.3g} {unit}"


def duration(seconds: float | None) -> str:
    """A length of time in at most two units.

    >>> duration(0.4), duration(75), duration(3720)
    ('0.4 s', '1 min 15 s', '1 h 2 min')
    """
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def words(name: str) -> str:
    """A field's name as a label.

    >>> words("learning_rate")
    'Learning rate'
    """
    return name.replace("_", " ").capitalize()


def several(amount: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun.

    >>> several(1, "row"), several(1200, "class", "classes")
    ('1 row', '1,200 classes')
    """
    return f"{amount:,} {noun if amount == 1 else plural or noun + 's'}"
