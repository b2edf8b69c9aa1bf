"""Float16 weights, written into a float32 TFLite file. Needs TensorFlow, but to import."""

from __future__ import annotations

from typing import Any

import numpy as np

LEAST = 1024
"""Smaller matrices are left alone: there is nothing to save."""
LARGEST = float(np.finfo(np.float16).max)


def halved(content: bytes) -> bytes:
    """Store the weight matrices of a file in float16, each with a DEQUANTIZE operator before its use.

    The converter's own float16 mode rounds every constant, and with them the encoding inside the network: a centre of
    250,000 is beyond float16, and a date in days keeps three digits of five. So only matrices are touched here: what
    has at least two axes longer than 1, `LEAST` numbers, and none beyond float16.

    Args:
        content: A float32 `.tflite` file.

    Returns:
        The file, about half as large; arithmetic stays in float32.
    """
    from tensorflow.lite.python import schema_py_generated as schema
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.convert_bytearray_to_object(content)
    code = _dequantize_code(model, schema)
    for graph in model.subgraphs:
        added = [_halve(model, graph, index, code, schema) for index in _matrices(model, graph, schema)]
        graph.operators = [*added, *graph.operators]
    _forget(model)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def _matrices(model: Any, graph: Any, schema: Any) -> list[int]:
    """Indices of the constant float32 matrices of a graph that are worth halving."""
    found = []
    for index, tensor in enumerate(graph.tensors):
        data = model.buffers[tensor.buffer].data
        if data is None or tensor.type != schema.TensorType.FLOAT32 or sum(size > 1 for size in tensor.shape) < 2:
            continue
        values = _floats(data)
        if len(values) >= LEAST and np.abs(values).max() <= LARGEST:
            found.append(index)
    return found


def _floats(data: Any) -> np.ndarray:
    return np.frombuffer(np.asarray(data, np.uint8).tobytes(), "<f4")


def _halve(model: Any, graph: Any, index: int, code: int, schema: Any) -> Any:
    """Add the float16 twin of a tensor; what was the constant becomes the result of the operator that is returned."""
    tensor = graph.tensors[index]
    halves = schema.BufferT()
    halves.data = np.frombuffer(_floats(model.buffers[tensor.buffer].data).astype("<f2").tobytes(), np.uint8)
    model.buffers.append(halves)
    twin = schema.TensorT()
    twin.shape, twin.type, twin.buffer = tensor.shape, schema.TensorType.FLOAT16, len(model.buffers) - 1
    twin.name = tensor.name + b"_float16"
    twin.hasRank = True
    graph.tensors.append(twin)
    # Results of operators have a buffer without data; the old one may serve other tensors still.
    model.buffers.append(schema.BufferT())
    tensor.buffer = len(model.buffers) - 1
    operator = schema.OperatorT()
    operator.opcodeIndex = code
    operator.inputs, operator.outputs = [len(graph.tensors) - 1], [index]
    operator.builtinOptionsType = schema.BuiltinOptions.DequantizeOptions
    operator.builtinOptions = schema.DequantizeOptionsT()
    return operator


def _forget(model: Any) -> None:
    """Empty the buffers that no tensor points to any more."""
    used = {tensor.buffer for graph in model.subgraphs for tensor in graph.tensors} | {entry.buffer for entry in model.metadata or ()}
    for index, buffer in enumerate(model.buffers):
        if index not in used:
            buffer.data = None


def _dequantize_code(model: Any, schema: Any) -> int:
    """Index of the operator code of DEQUANTIZE, added where it is missing."""
    wanted = schema.BuiltinOperator.DEQUANTIZE
    for index, code in enumerate(model.operatorCodes):
        if max(code.builtinCode, code.deprecatedBuiltinCode) == wanted:
            return index
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = wanted
    # Version 3 takes float16 in.
    code.version = 3
    model.operatorCodes.append(code)
    return len(model.operatorCodes) - 1
