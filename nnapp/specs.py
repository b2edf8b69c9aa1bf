"""Frozen, bounded values that cross a process or the disk: the one place a setting is declared.

A form, a flag, a check, the JSON and the help text all come from the same typed field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from nnapp.errors import SpecError
from nnapp.registry import did_you_mean


class Spec(BaseModel):
    """A frozen value of typed, bounded, explained fields that survives JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Make a spec from plain values; a wrong name or value is a `SpecError` that says what is allowed."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise _explained(error, list(cls.model_fields)) from error

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote."""
        return cls.parse(json.loads(text))

    def to_json(self) -> str:
        """One JSON object, indented; numbers that are not finite cannot occur."""
        return self.model_dump_json(indent=2)

    def replaced(self, values: Mapping[str, Any]) -> Self:
        """A copy with some fields changed, checked like a new one.

        Values may be text, as a command line gives them: `{"epochs": "5"}`.
        """
        return self.parse({**self.model_dump(), **{name: _literal(value) for name, value in values.items()}})


def _literal(value: object) -> object:
    """Text from a command line as the JSON value it spells (`true`, `3`, `null`), else as itself."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value.lower() if value in {"True", "False"} else value)
    except json.JSONDecodeError:
        return {"None": None}.get(value, value)


def _explained(error: ValidationError, fields: list[str]) -> SpecError:
    """The first complaint of pydantic as problem and remedy."""
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"]) or "value"
    if first["type"] == "extra_forbidden":
        return SpecError(f"There is no setting called {path!r}.", remedy=did_you_mean(path, fields))
    value = first.get("input")
    return SpecError(f"{path} cannot be {value!r}.", remedy=f"{first['msg']}.")
