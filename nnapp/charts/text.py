"""Names that people brought, on charts: never markup, never too long."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable

from nnapp.metrics.scoring import text_of_number

LONGEST = 22


def safe(text: object) -> str:
    """Text that plotly shows letter by letter: no tags, no templates, no formulas, no control characters.

    >>> safe("<b>fat</b> $x$ %{y}")
    '&lt;b&gt;fat&lt;/b&gt; &#36;x&#36; &#37;{y}'
    """
    visible = "".join(" " if letter.isspace() else letter for letter in str(text) if _is_shown(letter))
    # `&` first; the semicolons keep the five from running into what follows.
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("$", "&#36;"), ("%{", "&#37;{")):
        visible = visible.replace(letter, entity)
    return visible


def _is_shown(letter: str) -> bool:
    """What is invisible or turns the reading direction is dropped; the two joiners that scripts and emoji need are kept."""
    return letter.isspace() or letter in "\u200c\u200d" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}


def short(text: object, longest: int = LONGEST) -> str:
    """At most `longest` letters: the middle gives way, since names often share a beginning.

    >>> short("number_of_times_pregnant_before", 15)
    'number_…_before'
    """
    whole = " ".join(str(text).split())
    if len(whole) <= longest:
        return whole
    end = (longest - 1) // 2
    return f"{whole[: longest - 1 - end]}…{whole[-end:]}"


def label(text: object, longest: int = LONGEST) -> str:
    """A name for an axis or a legend: shortened, then escaped."""
    return safe(short(text, longest))


def labels(names: Iterable[object], longest: int = LONGEST) -> list[str]:
    """One label a name."""
    return [label(name, longest) for name in names]


def percent(share: float) -> str:
    """A share for people.

    Nothing but all is 100 %.

    >>> percent(0.8612), percent(0.005), percent(0.998), percent(0.99999), percent(1.0)
    ('86 %', '0.5 %', '99.8 %', 'over 99.9 %', '100 %')
    """
    value = 100 * share
    if 99.5 <= value < 100:
        return f"{value:.1f} %" if value < 99.95 else "over 99.9 %"
    return f"{value:.1f} %" if 0 < value < 9.95 and round(value, 1) != round(value) else f"{value:.0f} %"


def one_in(share: float) -> str:
    """A share in the words people use.

    >>> one_in(0.2), one_in(0.55), one_in(0.34), one_in(0.02)
    ('one time in five', 'more than half of the time', 'one time in three', 'in 2 % of cases')
    """
    numbers = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
    if share > 0.52:
        return "nearly always" if share > 0.9 else "more than half of the time"
    times = round(1 / share) if share > 0 else 0
    return f"one time in {numbers[times]}" if times in numbers else f"in {percent(share)} of cases"


def brief(value: float) -> str:
    """A number for people without idle zeros, with a true minus.

    >>> brief(3.0), brief(-0.8), brief(21600.0), brief(0.0125)
    ('3', '−0.8', '21,600', '0.0125')
    """
    text = text_of_number(abs(value))
    if "." in text and "e" not in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 else text


def signed(value: float) -> str:
    """A change for people.

    >>> signed(0.5), signed(-2.0), signed(0.0)
    ('+0.5', '−2', '0')
    """
    return f"+{brief(value)}" if value > 0 else brief(value)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> count(1, "row"), count(1200, "row"), count(2, "class", "classes")
    ('1 row', '1,200 rows', '2 classes')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def wrapped(text: str, width: int) -> str:
    """Escaped text broken into lines for plotly, which does not break lines itself."""
    return "<br>".join(safe(line) for line in textwrap.wrap(text, width))
