"""Networks: one file each, a frozen class that is its own hyperparameters and builds its own Keras model."""

from nnapp.architectures.base import ARCHITECTURES, Architecture, recommended, suitable

__all__ = ["ARCHITECTURES", "Architecture", "recommended", "suitable"]
