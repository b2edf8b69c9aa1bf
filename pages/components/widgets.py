"""One function a widget kind. Each shows the value it is given, and hands a change to `put`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from nnapp.architectures.layer_specs import layers_as_text, layers_from
from nnapp.errors import NnappError
from pages.components.errors import show_error
from pages.components.fields import Field, Widget
from pages.components.text import plain

Put = Callable[[str, Any], None]
RATES = [float(f"{digit}e{power}") for power in range(-6, 1) for digit in (1, 2, 3, 5)]


def _handed_on(field: Field, key: str, put: Put, read: Callable[[Any], Any] = lambda value: value) -> Callable[[], None]:
    """A callback that gives the widget's new value to `put`, as None where it is the default again."""

    def hand_on() -> None:
        value = read(st.session_state[key])
        put(field.name, None if value == field.default else value)

    return hand_on


def _show(key: str, value: Any) -> str:
    """Make the widget called `key` show `value`: the settings decide, the widget follows.

    Told at every run, also where nothing has changed: the browser may have missed the run in which it did.
    """
    st.session_state[key] = value
    return key


def toggle(field: Field, value: Any, put: Put, key: str) -> None:
    """On or off."""
    st.toggle(field.label, key=_show(key, bool(value)), help=field.help, on_change=_handed_on(field, key, put))


def pills(field: Field, value: Any, put: Put, key: str) -> None:
    """One of a few."""
    st.segmented_control(
        field.label,
        field.choices,
        key=_show(key, value),
        required=True,
        format_func=lambda choice: plain(choice).replace("_", " "),
        help=field.help,
        on_change=_handed_on(field, key, put),
    )


def select(field: Field, value: Any, put: Put, key: str) -> None:
    """One of many, with search."""
    st.selectbox(
        field.label,
        field.choices,
        key=_show(key, value),
        format_func=lambda choice: "none" if choice is None else str(choice),
        placeholder="none",
        help=field.help,
        on_change=_handed_on(field, key, put),
    )


def whole(field: Field, value: Any, put: Put, key: str) -> None:
    """A whole number; empty where the app may choose."""
    st.number_input(
        field.label,
        min_value=None if field.low is None else int(field.low) + (not field.low_included),
        max_value=None if field.high is None else int(field.high),
        value=None if field.optional else "min",
        step=_step(field.default),
        key=_show(key, None if value is None else int(value)),
        placeholder="auto" if field.optional else None,
        help=field.help,
        on_change=_handed_on(field, key, put),
    )


def _step(default: Any) -> int:
    """A step in proportion: widths change by dozens, layers by one."""
    if not isinstance(default, int) or default < 32:
        return 1
    return 16 if default < 1000 else 1


def slider(field: Field, value: Any, put: Put, key: str) -> None:
    """A whole number of a small range."""
    if field.low is None or field.high is None:
        raise ValueError(f"{field.name} has no bounds")
    st.slider(field.label, int(field.low), int(field.high), key=_show(key, int(value)), help=field.help, on_change=_handed_on(field, key, put))


def share(field: Field, value: Any, put: Put, key: str) -> None:
    """A part of a whole, in percent for people."""
    if field.low is None or field.high is None:
        raise ValueError(f"{field.name} has no bounds")
    st.slider(
        field.label,
        round(field.low * 100),
        round(field.high * 100),
        step=1,
        format="%d %%",
        key=_show(key, round(float(value) * 100)),
        help=field.help,
        on_change=_handed_on(field, key, put, lambda shown: round(shown / 100, 4)),
    )


def rate(field: Field, value: Any, put: Put, key: str) -> None:
    """A rate: a slider over powers of ten, and the number itself to edit."""
    high = field.high or 1.0
    options = sorted({rate for rate in RATES if rate <= high} | {float(value), float(field.default)} | ({0.0} if field.low_included else set()))
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.select_slider(
        field.label,
        options,
        key=_show(f"{key}.slider", float(value)),
        format_func=lambda shown: f"{shown:g}",
        help=field.help,
        on_change=_handed_on(field, f"{key}.slider", put),
    )
    right.number_input(
        f"{field.label}, as a number",
        min_value=0.0,
        max_value=high,
        step=float(value) / 10 or 1e-5,
        format="%g",
        key=_show(f"{key}.number", float(value)),
        label_visibility="collapsed",
        on_change=_handed_on(field, f"{key}.number", put),
    )


def decimal(field: Field, value: Any, put: Put, key: str) -> None:
    """Any number."""
    st.number_input(
        field.label,
        min_value=field.low,
        max_value=field.high,
        value=None if field.optional else "min",
        step=0.1,
        format="%g",
        key=_show(key, None if value is None else float(value)),
        placeholder="auto" if field.optional else None,
        help=field.help,
        on_change=_handed_on(field, key, put),
    )


def text(field: Field, value: Any, put: Put, key: str) -> None:
    """A few words; empty where nothing need be said."""
    st.text_input(
        field.label,
        key=_show(key, value or ""),
        placeholder="auto" if field.optional else None,
        help=field.help,
        on_change=_handed_on(field, key, put, lambda shown: shown.strip() or None),
    )


def wholes(field: Field, value: Any, put: Put, key: str) -> None:
    """A row of whole numbers, such as the widths of layers."""

    def read(shown: str) -> list[int] | None:
        parts = [part for part in shown.replace(";", ",").replace(" ", ",").split(",") if part]
        return [int(part) for part in parts if part.isdigit()] or None

    st.text_input(field.label, key=_show(key, ", ".join(map(str, value or ()))), help=field.help, on_change=_handed_on(field, key, put, read))


def listing(field: Field, value: Any, put: Put, key: str) -> None:
    """A list of layers as text; what cannot be read stays in the field with the reason under it."""
    wrong = st.session_state.get(f"{key}.wrong")

    def hand_on() -> None:
        text = st.session_state[key].strip()
        try:
            layers_from(text)
        except NnappError as error:
            st.session_state[f"{key}.wrong"] = (text, error.problem, error.remedy)
            return
        st.session_state.pop(f"{key}.wrong", None)
        put(field.name, text or None)

    shown = wrong[0] if wrong else layers_as_text(layers_from(value or ()))
    st.text_area(field.label, key=_show(key, shown), placeholder="auto", help=field.help, on_change=hand_on, height=80)
    if wrong:
        show_error(wrong[1], wrong[2])


DRAW: dict[Widget, Callable[[Field, Any, Put, str], None]] = {
    "toggle": toggle,
    "pills": pills,
    "select": select,
    "whole": whole,
    "slider": slider,
    "share": share,
    "rate": rate,
    "decimal": decimal,
    "text": text,
    "wholes": wholes,
    "listing": listing,
}
