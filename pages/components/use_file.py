"""Asking about one file: a form for each kind, by the noun that `nnapp.portable.inputs` has for it."""

from __future__ import annotations

from collections.abc import Callable

from pages.components.use_picture import picture_form

FORMS: dict[str, Callable[[], bytes | None]] = {"picture": picture_form}
"""Ask for a file and show it; None while there is none."""
