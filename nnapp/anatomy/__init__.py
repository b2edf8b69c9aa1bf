"""What a network is made of, before it is trained: layers with their shapes, weights, arithmetic and memory."""

from nnapp.anatomy.cost import Anatomy, LayerCost, memory_for_training
from nnapp.anatomy.sentences import sentence_of

__all__ = ["Anatomy", "LayerCost", "memory_for_training", "sentence_of"]
