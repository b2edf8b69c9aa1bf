"""A list of layers as text that a person types: `conv 32, pool, flatten, dense 64 tanh, dropout 0.3`.

A layer is its name, then what differs from the usual: a bare number for its main setting, a bare word for a setting that has it as a
choice, and `setting=value` for any other. Commas or lines stand between layers.
"""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Sequence
from typing import Any

from nnapp.architectures.layer_specs.base import LAYERS, LayerSpec
from nnapp.errors import SpecError

MOST = 60
"""Layers in a list."""


def layers_from(value: object) -> tuple[LayerSpec, ...]:
    """Layers from text, from JSON, or from what a spec's JSON holds.

    Raises:
        SpecError: Says which layer is wrong, and what would be right.

    >>> [layer.kind for layer in layers_from("conv 16 kernel=5, pool, flatten, dense 8 tanh")]
    ['conv', 'pool', 'flatten', 'dense']
    """
    entries = _entries(value)
    if len(entries) > MOST:
        raise SpecError(f"The list has {len(entries)} layers.", remedy=f"Use at most {MOST}.")
    return tuple(_layer(index, entry) for index, entry in enumerate(entries, 1))


def layers_as_text(layers: Sequence[LayerSpec]) -> str:
    """The text of a list, as `layers_from` takes it.

    >>> layers_as_text(layers_from([{"kind": "dense", "units": 8}, {"kind": "dropout", "share": 0.3}]))
    'dense 8, dropout'
    """
    return ", ".join(_text(layer) for layer in layers)


def _entries(value: object) -> list[Any]:
    if isinstance(value, str):
        text = value.strip()
        if not text.startswith(("[", "{")):
            return [entry.strip() for entry in re.split(r"[,;\n]", text) if entry.strip()]
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            remedy = "Write text such as conv 32, pool, flatten, dense 64, or a JSON list of objects with a kind each."
            raise SpecError(f"The list of layers is no JSON: {error.msg} at letter {error.pos + 1}.", remedy=remedy) from error
    if isinstance(value, dict):
        return [value]
    return list(value) if isinstance(value, list | tuple) else [value]


def _layer(index: int, entry: object) -> LayerSpec:
    try:
        if isinstance(entry, LayerSpec):
            return entry
        if isinstance(entry, str):
            return _written(entry)
        if isinstance(entry, dict) and isinstance(entry.get("kind"), str):
            return LAYERS[str(entry["kind"])].parse(entry)
    except SpecError as error:
        raise SpecError(f"Layer {index}: {error.problem}", remedy=error.remedy) from error
    raise SpecError(f"Layer {index} has no kind.", remedy=f"Give it one of: {', '.join(LAYERS)}.")


def _written(text: str) -> LayerSpec:
    """One layer of the text form."""
    kind, *words = text.split()
    part = LAYERS[kind.lower()]
    values: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            values[name] = value
        elif part.main and re.fullmatch(r"[-+\d.e]+", word):
            values[part.main] = word
        elif (choice := _choice_of(part, word)) is not None:
            values[choice] = word
        else:
            raise SpecError(f"{kind} does not know {word!r}.", remedy=f"Write setting=value; its settings are {', '.join(_settings(part)) or 'none'}.")
    return part.parse({}).replaced(values)


def _settings(part: type[LayerSpec]) -> list[str]:
    return [name for name in part.model_fields if name != "kind"]


def _choice_of(part: type[LayerSpec], word: str) -> str | None:
    """The setting that has this word as a choice; a setting that is on or off is meant by its own name."""
    for name in _settings(part):
        if word in typing.get_args(part.model_fields[name].annotation):
            return name
    return None


def _text(layer: LayerSpec) -> str:
    usual = type(layer).parse({})
    values = {name: getattr(layer, name) for name in _settings(type(layer))}
    words = [layer.kind]
    main = type(layer).main
    for name, value in values.items():
        if name == main:
            words += [f"{value:g}" if isinstance(value, float) else str(value)] if value != getattr(usual, name) or _shown(name) else []
        elif value != getattr(usual, name):
            words.append(str(value) if isinstance(value, str) else f"{name}={str(value).lower()}")
    return " ".join(words)


def _shown(name: str) -> bool:
    """Widths are always written: a list without them says little."""
    return name in {"units", "filters"}
