"""A form drawn from the typed fields of a Spec: label, help, bounds and widget all come from the field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from nnapp.specs import Spec
from pages.components.fields import Field, fields_of, said
from pages.components.widgets import DRAW

Put = Callable[[str, Any], None]


def spec_form(
    spec_type: type[Spec],
    values: Mapping[str, Any],
    put: Put,
    *,
    key: str,
    proposed: Mapping[str, Any] | None = None,
    basic: Collection[str] | None = None,
    leave_out: Collection[str] = (),
    columns: int = 2,
    advanced_label: str = "Advanced",
) -> None:
    """Draw one widget a field; a change is handed to `put(field name, value)` before the page runs again.

    Args:
        spec_type: Whose fields are asked.
        values: The present value of every field; fields not named show their default.
        put: Takes the new value of a field, or None where the field goes back to its default.
        key: Distinguishes this form's widgets from another's.
        proposed: What the fields are when nothing is said, where that is not their default.
        basic: Fields shown at once; the rest is folded under Advanced. None shows all.
        leave_out: Fields that are asked elsewhere.
        columns: Widgets side by side on a wide screen.
        advanced_label: What the folded part is called.
    """
    fields = [_proposing(field, proposed or {}) for field in fields_of(spec_type) if field.name not in leave_out]
    shown = [field for field in fields if basic is None or field.name in basic]
    folded = [field for field in fields if field not in shown]
    _grid(shown, values, put, key, columns)
    if folded:
        with st.expander(advanced_label, icon=":material/tune:"):
            _grid(folded, values, put, key, columns)


def _proposing(field: Field, proposed: Mapping[str, Any]) -> Field:
    """The field with what is proposed for it, told in its help."""
    value = proposed.get(field.name, field.default)
    return replace(field, default=value, help=f"{field.help} Proposed: {said(value)}.")


def _grid(fields: list[Field], values: Mapping[str, Any], put: Put, key: str, columns: int) -> None:
    """Draw fields row by row, so that the order of reading is the order of the fields also on a narrow screen."""
    for start in range(0, len(fields), columns):
        for place, field in zip(st.columns(columns, gap="medium"), fields[start : start + columns], strict=False):
            with place:
                DRAW[field.widget](field, values.get(field.name, field.default), put, f"{key}.{field.name}")
