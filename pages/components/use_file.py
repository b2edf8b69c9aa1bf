"""Asking about one example: a form for each kind, of files by the noun that `nnapp.portable.inputs` has for it."""

from __future__ import annotations

from collections.abc import Callable

from nnapp.runs.folder import Run
from pages.components.use_form import row_form
from pages.components.use_picture import picture_form
from pages.components.use_series import series_form
from pages.components.use_sound import sound_form

FORMS: dict[str, Callable[[], bytes | None]] = {"picture": picture_form, "sound": sound_form}
"""Ask for a file and show it; None while there is none."""

Columns = dict[str, list[str | None]]
ROW_FORMS: dict[str, Callable[[Run], Columns | None]] = {"series": series_form}
"""Ask for one example of a table by the kind of data; what is not named is asked for column by column."""


def columns_form(run: Run) -> Columns | None:
    """The cells of one example, by column; None while there are none."""
    return ROW_FORMS.get((run.preprocessing or {})["kind"], row_form)(run)
