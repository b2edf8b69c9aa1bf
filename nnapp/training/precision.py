"""Networks whose layers compute with half the digits, while their weights keep all of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """What is built within computes so; its weights, its logits and the loss are float32 (Micikevicius et al. 2018).

    A network that is compiled under `float16` gets Keras' optimizer that scales the loss, because gradients would
    else vanish. The network that is kept at the end is built outside, in float32, and takes the weights as they are.

    Args:
        precision: `float32`, `bfloat16` or `float16`.
    """
    import keras

    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision if precision == "float32" else f"mixed_{precision}")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(usual)
