"""`.keras` files that somebody brings: looked through before Keras sees them, then opened in a child of their own.

Opening a foreign network is running a foreign program: its configuration names the classes that Keras makes. So nothing is opened but
known layers of known modules with bounded numbers, and the child has bounded memory and time.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.children import Program, start
from nnapp.errors import RunError
from nnapp.files import publish, safe_join

MOST_BYTES, MOST_CONFIG = 2 << 30, 20 << 20
"""Bounds of all files in it, and of its description."""
MOST_NUMBER, MOST_VALUES = 10_000_000, 500_000
"""Bounds of a single number of the description, and of the number of its values."""
MEMORY, SECONDS = 8 << 30, 120.0
"""What the child may take."""
FILES = {"metadata.json", "config.json", "model.weights.h5"}
MODULES = {"keras", "keras.layers", "keras.initializers", "keras.regularizers", "keras.constraints", "keras.src.ops.numpy", "keras.src.ops.nn", None}
MODULES |= {"keras.src.models.functional", "keras.src.models.sequential", "keras.optimizers", "keras.optimizers.schedules", "keras.losses", "keras.metrics"}
"""Whose classes may be made. None stands for plain values such as the tensors between layers."""
FORBIDDEN = {
    "Lambda",
    "TFSMLayer",
    "TorchModuleWrapper",
    "JaxLayer",
    "FlaxLayer",
    "TextVectorization",
    "StringLookup",
    "IntegerLookup",
    "Vectorize",
    "HashedCrossing",
}
"""Classes of those modules that run code or read files."""
AGAIN = "Save the network again with Keras 3, from stock layers only: model.save('network.keras')."


def check_foreign(path: Path, called: str = "") -> None:
    """Look through a `.keras` file without Keras.

    Args:
        path: The file.
        called: Its name for people, where the path does not tell.

    Raises:
        RunError: With what is wrong with it, in a sentence.
    """
    name = (called or path.name)[:80]
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, name)
            with archive.open("config.json") as stream:
                text = stream.read(MOST_CONFIG + 1)
            if len(text) > MOST_CONFIG or archive.testzip() is not None:
                raise RunError(f"{name} is damaged or too large to be looked through.", remedy=AGAIN)
            config = json.loads(text)
    except (zipfile.BadZipFile, EOFError, OSError, json.JSONDecodeError, UnicodeDecodeError, RecursionError, NotImplementedError) as error:
        raise RunError(f"{name} is no .keras file, or is damaged.", remedy=f"{AGAIN} Files of .h5 and folders are not taken.") from error
    _check_values(config, name)


def keep_weights(home: Path, name: str, content: bytes) -> str:
    """Keep a `.keras` file that somebody has brought, once it has been looked through, in the home's folder `weights`.

    Returns:
        The name under which `start.weights` finds it.

    Raises:
        RunError: If it is not safe to open.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", Path(name).stem).strip(".")[:80] or "network"
    path = safe_join(home / "weights", f"{plain}.keras")
    with publish(path) as draft:
        draft.write_bytes(content)
        check_foreign(draft, name)
    return path.name


def _check_entries(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    inside = {info.filename for info in infos}
    if strange := sorted(inside - FILES):
        raise RunError(f"{name} holds {strange[0][:80]!r}, which a network of stock layers does not need.", remedy=AGAIN)
    if inside != FILES or len(infos) != len(FILES):
        raise RunError(f"{name} lacks {min(FILES - inside, default='a file of its own')}.", remedy=AGAIN)
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise RunError(f"{name} would unpack to more than {MOST_BYTES >> 30} GB.", remedy="Bring a smaller network.")


def _check_values(config: Any, name: str) -> None:
    """Every class that the description names, and every number in it."""
    for count, (key, value) in enumerate(_walk(config)):
        if count > MOST_VALUES:
            raise RunError(f"The description of {name} is too long.", remedy="Bring a smaller network.")
        if isinstance(value, dict) and "class_name" in value:
            _check_class(value, name)
        elif isinstance(value, int | float) and not isinstance(value, bool) and not (abs(value) <= MOST_NUMBER) and key not in {"seed", "shared_object_id"}:
            raise RunError(f"{name} asks for {key} = {value}, beyond {MOST_NUMBER:,}.", remedy="Bring a smaller network.")


def _check_class(value: dict[str, Any], name: str) -> None:
    module, made, registered = value.get("module"), str(value["class_name"]), value.get("registered_name")
    own = isinstance(registered, str) and registered not in {made, ""} and module not in MODULES - {None}
    named = (
        isinstance(module, str | None)
        and module in MODULES
        and (module is not None or made in {"__tuple__", "__keras_tensor__", "__tensor__", "__numpy__", "slice"})
    )
    if made in FORBIDDEN or not named or own or ">" in str(registered):
        what = f"{module}.{made}" if module else made
        raise RunError(f"{name} uses {what[:120]!r}, which could run code of its own, so it is not opened.", remedy=AGAIN)


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every value below, with the name it stands under; no recursion, since the depth is the file's choice."""
    todo: list[tuple[str, Any]] = [("", value)]
    while todo:
        key, value = todo.pop()
        yield key, value
        if isinstance(value, dict):
            todo += [(str(name), item) for name, item in value.items()]
        elif isinstance(value, list):
            todo += [(key, item) for item in value]


def foreign_weights(path: Path, scratch: Path) -> dict[str, list[NDArray[np.generic]]]:
    """The weights of a foreign network by layer, taken out by a child that ends when it takes too much.

    Args:
        path: The file.
        scratch: Folder of ours for the child's log and result.

    Raises:
        RunError: If it is not safe to open, or cannot be opened.
    """
    check_foreign(path)
    result = scratch / "weights.npz"
    program = Program(module="nnapp.runs.foreign", arguments=(str(path), str(result)), log=str(scratch / "foreign.log"))
    child = start(program, fork=False)
    code = child.wait(SECONDS)
    if code is None:
        child.kill()
    if code != 0 or not result.exists():
        raise RunError(f"{path.name[:80]} could not be opened.", remedy=AGAIN)
    return read_weights(result.read_bytes())


def read_weights(packed: bytes) -> dict[str, list[NDArray[np.generic]]]:
    """What `write_weights` packed."""
    found: dict[str, list[NDArray[np.generic]]] = {}
    with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
        for name in sorted(stored.files, key=lambda each: (each.rpartition("/")[0], int(each.rpartition("/")[2]))):
            found.setdefault(name.rpartition("/")[0], []).append(stored[name])
    return found


def write_weights(path: Path, weights: dict[str, list[NDArray[np.generic]]]) -> None:
    """Pack weights as plain arrays, `layer/0`, `layer/1`, and so on."""
    with path.open("wb") as stream:
        np.savez(stream, **{f"{layer}/{index}": array for layer, arrays in weights.items() for index, array in enumerate(arrays)})  # type: ignore[arg-type]


def main(arguments: Sequence[str]) -> int:
    """The child: bound the memory, open in safe mode, keep the arrays only."""
    source, result = map(Path, arguments)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import keras

    from nnapp.training.beginning import weights_of

    write_weights(result, weights_of(keras.saving.load_model(source, compile=False, safe_mode=True)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
