"""The layers of a list, one under the other: each with what comes out of it, to be changed, moved, removed and added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from nnapp.architectures.layer_list import TO_ONE_ROW, Layers, Step, end_problem, traced
from nnapp.architectures.layer_specs import LAYERS, LayerSpec, Shape, layers_as_text, shape_in_words
from nnapp.data.layout import TokenShape
from pages.components.errors import show_error
from pages.components.spec_form import spec_form
from pages.components.text import several

Put = Callable[[str, Any], None]


def layer_editor(model: Layers, shape: Shape, put: Put) -> None:
    """Draw the list; every change is handed on as the whole list's text.

    Args:
        model: With the list, which may be empty.
        shape: Of what comes in, as far as it is known.
        put: Takes the new text of the field `layers`.
    """
    listed = model.listed(shape)
    steps = traced(listed, shape)

    def save(layers: Sequence[LayerSpec]) -> None:
        put("layers", layers_as_text(layers) or None)

    st.caption(_comes_in(shape))
    known = None not in shape
    for index, step in enumerate(steps):
        _row(index, step, listed, save, known=known)
    if (problem := end_problem(steps, shape)) is not None:
        show_error(problem, TO_ONE_ROW)
    _add(listed, save)


def _comes_in(shape: Shape) -> str:
    """What the first layer gets, as far as it is known before training."""
    if isinstance(shape, TokenShape):
        return "In come the words of a text, as many as training decides: begin with Embedding."
    if shape == (None, None):
        return "In comes a series: its steps, each with the numbers of all channels."
    return f"In comes {shape_in_words(shape)}." if None not in shape else "In comes a row of numbers: the prepared columns."


def _row(index: int, step: Step, listed: tuple[LayerSpec, ...], save: Callable[[Sequence[LayerSpec]], None], *, known: bool) -> None:
    """One layer: what it is, what comes out of it, and what can be done with it."""
    layer, others = step.layer, [*listed[:index], *listed[index + 1 :]]
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"layer.{index}"):
        st.markdown(f"**{index + 1} {layer.title}** {_after(step)}", width="stretch", help=f"{layer.sentence} {_weights(step, known=known)}".strip())
        with st.container(horizontal=True, gap="xsmall", width="content"):
            if len(type(layer).model_fields) > 1:
                with st.popover("", icon=":material/tune:", type="tertiary", help=f"Settings of layer {index + 1}", key=f"layer.{index}.settings"):
                    _settings(index, layer, listed, save)
            _button("arrow_upward", f"Move layer {index + 1} up", index == 0, lambda: save([*listed[: index - 1], layer, listed[index - 1], *others[index:]]))
            _button(
                "arrow_downward", f"Move layer {index + 1} down", index == len(listed) - 1, lambda: save([*others[: index + 1], layer, *others[index + 1 :]])
            )
            _button("delete", f"Remove layer {index + 1}", len(listed) == 1, lambda: save(others))
    if step.problem:
        show_error(step.problem, step.remedy)


def _settings(index: int, layer: LayerSpec, listed: tuple[LayerSpec, ...], save: Callable[[Sequence[LayerSpec]], None]) -> None:
    def change(name: str, value: Any) -> None:
        usual = type(layer).parse({})
        changed = layer.replaced({name: getattr(usual, name) if value is None else value})
        save([*listed[:index], changed, *listed[index + 1 :]])

    spec_form(type(layer), layer.model_dump(), change, key=f"layer.{index}.{layer.kind}", leave_out=("kind",))


def _after(step: Step) -> str:
    """What comes out."""
    return f"→ {step.cost.shape_text}" if step.cost else ""


def _weights(step: Step, *, known: bool) -> str:
    """How many weights it holds."""
    return f"It holds {several(step.cost.parameters, 'weight')}." if step.cost and known else ""


def _button(icon: str, words: str, disabled: bool, act: Callable[[], None]) -> None:
    """A small button without words; its help says what it does."""
    st.button("", icon=f":material/{icon}:", key=f"layer.{words}", help=words, disabled=disabled, on_click=act, type="tertiary")


def _add(listed: tuple[LayerSpec, ...], save: Callable[[Sequence[LayerSpec]], None]) -> None:
    """Choose a layer and put it at the end."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = st.selectbox("Another layer", list(LAYERS), format_func=lambda name: LAYERS[name].title, key="layer.kind", width="stretch")
        st.button("Add", icon=":material/add:", key="layer.add", on_click=lambda: save([*listed, LAYERS[kind].parse({})]))
    st.caption(LAYERS[kind].sentence)
