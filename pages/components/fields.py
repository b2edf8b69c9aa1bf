"""What a form needs to know of a Spec's field: bounds, choices, help, and the widget that fits its meaning."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from typing import Any, Literal

import annotated_types
from pydantic.fields import FieldInfo

from nnapp.specs import Spec
from pages.components.text import number, words

Widget = Literal["toggle", "pills", "select", "whole", "slider", "share", "rate", "decimal", "text", "wholes", "listing"]
PILLS_AT_MOST = 5
LETTERS_AT_MOST = 44
"""Longer rows of pills wrap on a small screen; then a select is calmer."""


@dataclass(frozen=True)
class Field:
    """One setting as a form shows it.

    Attributes:
        widget: How it is asked.
        default: Its value when nothing is said: the class's own, or what a preset proposes.
        low: Least value, inside where `low_included`.
        high: Greatest value.
        choices: What may be chosen, for pills and selects.
        optional: Whether nothing (None) is an answer, shown as "auto".
    """

    name: str
    label: str
    help: str
    widget: Widget
    default: Any
    low: float | None = None
    low_included: bool = True
    high: float | None = None
    choices: tuple[Any, ...] = ()
    optional: bool = False


def fields_of(spec_type: type[Spec]) -> list[Field]:
    """The fields that a form can ask, in the order of the class; nested specs and mappings are asked by their own forms."""
    found = [_field(name, info) for name, info in spec_type.model_fields.items()]
    return [field for field in found if field is not None]


def _field(name: str, info: FieldInfo) -> Field | None:
    kinds, optional = _kinds(info.annotation)
    low, low_included, high = _bounds(info)
    widget, choices = _widget(name, kinds, low, high)
    if optional and widget == "slider":  # a slider cannot be empty
        widget = "whole"
    if widget is None:
        return None
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    return Field(
        name=name,
        label=info.title or words(name),
        help=_help(info, low, low_included, high),
        widget=widget,
        default=default,
        low=low,
        low_included=low_included,
        high=high,
        choices=choices,
        optional=optional,
    )


def _kinds(annotation: Any) -> tuple[list[Any], bool]:
    """The alternatives of an annotation without None, and whether None is one of them."""
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        alternatives = list(typing.get_args(annotation))
        return [kind for kind in alternatives if kind is not type(None)], type(None) in alternatives
    return [annotation], False


def _bounds(info: FieldInfo) -> tuple[float | None, bool, float | None]:
    """Least value, whether it is allowed itself, and greatest value."""
    low, included, high = None, True, None
    parts = list(info.metadata)
    for kind in typing.get_args(info.annotation) if typing.get_origin(info.annotation) in {typing.Union, types.UnionType} else ():
        parts.extend(getattr(kind, "__metadata__", ()))
    for part in [constraint for item in parts for constraint in getattr(item, "metadata", [item])]:
        if isinstance(part, annotated_types.Ge):
            low, included = float(part.ge), True  # type: ignore[arg-type]  # numbers only in our specs
        elif isinstance(part, annotated_types.Gt):
            low, included = float(part.gt), False  # type: ignore[arg-type]
        elif isinstance(part, annotated_types.Le):
            high = float(part.le)  # type: ignore[arg-type]
        elif isinstance(part, annotated_types.Lt):
            high = float(part.lt)  # type: ignore[arg-type]
    return low, included, high


def _widget(name: str, kinds: list[Any], low: float | None, high: float | None) -> tuple[Widget | None, tuple[Any, ...]]:
    """The widget that fits a field's meaning, and its choices."""
    literals = [choice for kind in kinds if typing.get_origin(kind) is Literal for choice in typing.get_args(kind)]
    plain_kinds = [getattr(kind, "__origin__", kind) if hasattr(kind, "__metadata__") else kind for kind in kinds]
    widget: Widget | None = None
    if literals:
        few = len(literals) <= PILLS_AT_MOST and sum(len(str(choice)) for choice in literals) <= LETTERS_AT_MOST
        widget = "pills" if few else "select"
    elif bool in plain_kinds:
        widget = "toggle"
    elif float in plain_kinds:
        widget = _float_widget(name, low, high)
    elif int in plain_kinds:
        widget = "slider" if low is not None and high is not None and high - low <= 16 else "whole"
    elif str in plain_kinds:
        widget = "text"
    elif any(typing.get_origin(kind) is tuple and typing.get_args(kind)[0] is int for kind in plain_kinds):
        widget = "wholes"
    elif any(typing.get_origin(kind) is tuple and _is_spec(typing.get_args(kind)[0]) for kind in plain_kinds):
        widget = "listing"
    return widget, tuple(literals)


def _is_spec(kind: Any) -> bool:
    """Whether a type is a spec, with or without remarks of pydantic's."""
    bare = getattr(kind, "__origin__", kind)
    return isinstance(bare, type) and issubclass(bare, Spec)


def _float_widget(name: str, low: float | None, high: float | None) -> Widget:
    """A rate spans powers of ten; a share lies between nothing and all."""
    if low == 0 and high is not None and name.endswith(("rate", "decay", "l1", "l2")):
        return "rate"
    if low is not None and high is not None and high <= 1:
        return "share"
    return "decimal"


def _help(info: FieldInfo, low: float | None, low_included: bool, high: float | None) -> str:
    """The field's own sentence and its bounds."""
    parts = [info.description or ""]
    if low is not None and high is not None:
        parts.append(f"Between {number(low)} and {number(high)}." if low_included else f"Above {number(low)}, up to {number(high)}.")
    elif low is not None:
        parts.append(f"At least {number(low)}." if low_included else f"Above {number(low)}.")
    return " ".join(part for part in parts if part)


def said(value: Any) -> str:
    """A value in words.

    >>> said(None), said(True), said((64, 32)), said(0.001)
    ('chosen for you', 'on', '64, 32', '0.001')
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None or value in ("", ()):
        return "chosen for you"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return number(value) if isinstance(value, float) else str(value)
