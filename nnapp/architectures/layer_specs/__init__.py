"""Layers that a person puts into a list: small frozen specs that know what they need and what comes out, without Keras."""

from nnapp.architectures.layer_specs.base import LAYERS, LayerSpec, Shape, shape_in_words
from nnapp.architectures.layer_specs.text import layers_as_text, layers_from

__all__ = ["LAYERS", "LayerSpec", "Shape", "layers_as_text", "layers_from", "shape_in_words"]
