"""A form drawn from the typed fields of a Spec: label, help, bounds and widget all come from the field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from nnapp.specs import Spec
from pages.components.fields import Field, fields_of, said
from pages.components.widgets import DRAW

Put = Callable[[str, Any], None]
LETTERS_BESIDE = 24
FOLDED_TOGETHER = 10
"""Folded fields that one list still shows well; more are divided, where their spec says how."""
WIDE = {"rate", "listing"}
"""Widgets that need the whole width."""


def spec_form(
    spec_type: type[Spec],
    values: Mapping[str, Any],
    put: Put,
    *,
    key: str,
    proposed: Mapping[str, Any] | None = None,
    choices: Mapping[str, Sequence[Any]] | None = None,
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
        choices: What may be chosen for a field whose type alone does not tell, such as the name of a column.
        basic: Fields shown at once; the rest is folded under Advanced. None shows all.
        leave_out: Fields that are asked elsewhere.
        columns: Widgets side by side on a wide screen.
        advanced_label: What the folded part is called.
    """
    fields = [_offering(_proposing(field, proposed or {}), choices or {}) for field in fields_of(spec_type) if field.name not in leave_out]
    shown = [field for field in fields if basic is None or field.name in basic]
    folded = [field for field in fields if field not in shown]
    _grid(shown, values, put, key, columns)
    for title, together in _grouped(folded, spec_type, advanced_label):
        with st.expander(title, icon=":material/tune:"):
            _grid(together, values, put, key, columns)


def _grouped(folded: list[Field], spec_type: type[Spec], usual: str) -> list[tuple[str, list[Field]]]:
    """The folded fields under the titles that the spec gives them; those it names nowhere, and all of a short list, under the usual one."""
    groups: Mapping[str, Sequence[str]] = getattr(spec_type, "groups", {}) if len(folded) > FOLDED_TOGETHER else {}
    found = [(title, [field for field in folded if field.name in names]) for title, names in groups.items()]
    named = {name for names in groups.values() for name in names}
    found.append((usual, [field for field in folded if field.name not in named]))
    return [(title, together) for title, together in found if together]


def _proposing(field: Field, proposed: Mapping[str, Any]) -> Field:
    """The field with what is proposed for it, told in its help."""
    value = proposed.get(field.name, field.default)
    return replace(field, default=value, help=f"{field.help} Proposed: {said(value)}.")


def _offering(field: Field, choices: Mapping[str, Sequence[Any]]) -> Field:
    """The field as a select, where its choices are known here only."""
    return replace(field, widget="select", choices=tuple(dict.fromkeys((field.default, *choices[field.name])))) if field.name in choices else field


def _grid(fields: list[Field], values: Mapping[str, Any], put: Put, key: str, columns: int) -> None:
    """Draw fields row by row, so that the order of reading is the order of the fields also on a narrow screen."""
    for row in _rows(fields, columns):
        for place, field in zip(st.columns(1 if _is_wide(row) else columns, gap="medium"), row, strict=False):
            with place:
                DRAW["select" if columns > 1 and _too_long(field) else field.widget](field, values.get(field.name, field.default), put, f"{key}.{field.name}")


def _too_long(field: Field) -> bool:
    """Whether a row of pills would not fit beside another field."""
    return field.widget == "pills" and sum(len(str(choice)) + 4 for choice in field.choices) > LETTERS_BESIDE


def _rows(fields: list[Field], columns: int) -> list[list[Field]]:
    """Fields by row; a wide one has its own."""
    rows: list[list[Field]] = []
    for field in fields:
        if not rows or len(rows[-1]) == columns or field.widget in WIDE or _is_wide(rows[-1]):
            rows.append([])
        rows[-1].append(field)
    return rows


def _is_wide(row: list[Field]) -> bool:
    """Whether a row holds one field that takes all of it."""
    return len(row) == 1 and row[0].widget in WIDE
