"""Runs a `.tflite` file with ai-edge-litert, by input name, in batches; integers in and out are (de)quantised here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .errors import PortableError

BATCH = 256
"""Rows a call, where the file takes any number."""
BATCH_VALUES = 4_000_000
"""Input numbers a call at most, which bounds the memory that large pictures take."""


class LiteRT:
    """A TFLite file.

    Args:
        path: The file.
        threads: Threads an answer may use.

    Attributes:
        inputs: Names of the inputs.
        outputs: Names of the outputs; the only one is called `output`.

    Raises:
        PortableError: If the file is none, or ai-edge-litert is not installed.
    """

    def __init__(self, path: str | Path, threads: int = 1) -> None:
        self._interpreter = _interpreter(Path(path), threads)
        signatures = self._interpreter.get_signature_list()
        # Tensors are called `serve_features:0`; only the signature knows the input's own name.
        runner = self._interpreter.get_signature_runner(next(iter(signatures))) if signatures else None
        inputs = runner.get_input_details() if runner else _by_name(self._interpreter.get_input_details())
        outputs = runner.get_output_details() if runner else _by_name(self._interpreter.get_output_details())
        self._inputs: dict[str, dict[str, Any]] = dict(inputs)
        self._outputs: dict[str, dict[str, Any]] = {"output": next(iter(outputs.values()))} if len(outputs) == 1 else dict(outputs)
        self._rows = 0
        self.inputs = tuple(self._inputs)
        self.outputs = tuple(self._outputs)

    def run(self, x: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Answers for `n` examples.

        Args:
            x: By input name, each `(n, *shape)`, numbers as the network was trained on.

        Returns:
            By output name, float32 logits `(n, units)`.
        """
        count = len(next(iter(x.values())))
        size = self._batch_size(x)
        pieces: dict[str, list[np.ndarray]] = {name: [] for name in self._outputs}
        # At least one call, so that no rows have the right shape too.
        for start in range(0, max(count, 1), size):
            batch = {name: array[start : start + size] for name, array in x.items()}
            for name, array in self._call(batch, size).items():
                pieces[name].append(array[: len(next(iter(batch.values())))])
        return {name: np.concatenate(arrays) for name, arrays in pieces.items()}

    def latency_ms(self, x: Mapping[str, np.ndarray], rows: int = 200) -> float:
        """Median time in milliseconds for one row, over `rows` calls (fewer where they are slow: a second in all)."""
        one = {name: array[:1] for name, array in x.items()}
        self._call(one, 1)
        self._fill(one)
        times: list[float] = []
        begin = time.perf_counter()
        while len(times) < rows and (len(times) < 5 or time.perf_counter() - begin < 1.0):
            start = time.perf_counter()
            self._interpreter.invoke()
            times.append(time.perf_counter() - start)
        return float(np.median(times)) * 1000

    def _batch_size(self, x: Mapping[str, np.ndarray]) -> int:
        """Rows a call: what the file fixes, else as many as memory and the number of rows suggest."""
        for details in self._inputs.values():
            signature = details.get("shape_signature", details["shape"])
            if len(signature) and signature[0] > 0:
                return int(signature[0])
        values = sum(int(np.prod(array.shape[1:])) for array in x.values())
        return max(1, min(BATCH, BATCH_VALUES // max(1, values), len(next(iter(x.values())))))

    def _call(self, batch: Mapping[str, np.ndarray], size: int) -> dict[str, np.ndarray]:
        """One call with `size` rows; a shorter batch is filled up with zeros, so that the interpreter need not be laid out anew."""
        if self._rows != size:
            for details in self._inputs.values():
                if int(details["shape"][0]) != size or self._rows:
                    self._interpreter.resize_tensor_input(details["index"], [size, *map(int, details["shape"][1:])])
            self._interpreter.allocate_tensors()
            self._rows = size
        lacking = size - len(next(iter(batch.values())))
        if lacking:
            batch = {name: np.concatenate([array, np.zeros((lacking, *array.shape[1:]), array.dtype)]) for name, array in batch.items()}
        self._fill(batch)
        self._interpreter.invoke()
        return {name: _real(self._interpreter.get_tensor(details["index"]), details) for name, details in self._outputs.items()}

    def _fill(self, batch: Mapping[str, np.ndarray]) -> None:
        """Write the inputs."""
        for name, details in self._inputs.items():
            if name not in batch:
                raise ValueError(f"input {name!r} is missing; given are {sorted(batch)}")
            self._interpreter.set_tensor(details["index"], _stored(batch[name], details))


def _interpreter(path: Path, threads: int) -> Any:
    """The file loaded, nothing laid out yet."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise PortableError("The package ai-edge-litert is not installed.", "Run: python -m pip install ai-edge-litert") from error
    if not path.is_file():
        raise PortableError(f"There is no file {path.name!r}.", "Unpack the whole bundle, or export the network again.")
    try:
        return Interpreter(model_path=str(path), num_threads=threads)
    except (ValueError, RuntimeError) as error:
        raise PortableError(f"{path.name} is no TFLite file that this version of LiteRT can run.", "Export the network again.") from error


def _by_name(details: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Tensors by the middle of their names, for files without a signature."""
    return {entry["name"].split(":")[0].removeprefix("serving_default_").removeprefix("serve_"): entry for entry in details}


def _stored(array: np.ndarray, details: Mapping[str, Any]) -> np.ndarray:
    """Numbers as the file keeps them: integers of a fixed step where it is quantised."""
    kind: np.dtype[Any] = np.dtype(details["dtype"])
    step, zero = details["quantization"]
    if step and np.issubdtype(kind, np.integer):
        bounds = np.iinfo(kind)
        whole = np.clip(np.rint(array.astype(np.float32) / np.float32(step)) + zero, bounds.min, bounds.max)
        return np.asarray(whole, dtype=kind)
    return np.ascontiguousarray(array, dtype=kind)


def _real(array: np.ndarray, details: Mapping[str, Any]) -> np.ndarray:
    """What the file kept as integers, as float32."""
    step, zero = details["quantization"]
    if step and np.issubdtype(array.dtype, np.integer):
        return (array.astype(np.float32) - np.float32(zero)) * np.float32(step)
    return np.array(array, dtype=np.float32)
