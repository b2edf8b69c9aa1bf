"""`.keras` files that somebody brings: hostile ones are refused with a sentence before Keras sees them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from nnapp.errors import RunError
from nnapp.runs.foreign import check_foreign, keep_weights


def dense(**changes: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": "Dense", "config": {"units": 8}, "registered_name": None, **changes}


def packed(config: Any, **more: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        archive.writestr("model.weights.h5", b"")
        for name, content in more.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def network(*layers: Any) -> dict[str, Any]:
    return {"module": "keras", "class_name": "Sequential", "config": {"layers": list(layers)}, "registered_name": None}


HOSTILE = {
    "a layer of Python code": packed(network(dense(class_name="Lambda"))),
    "a class of any module": packed(network(dense(module="os", class_name="system"))),
    "a function of Keras' tools": packed(network(dense(module="keras.utils", class_name="get_file"))),
    "a function in place of a bend": packed(network(dense(config={"activation": {"module": "builtins", "class_name": "function", "config": "eval"}}))),
    "no module at all": packed(network(dense(module=None))),
    "a registered class": packed(network(dense(registered_name="Custom>Dense"))),
    "a saved model": packed(network(dense(class_name="TFSMLayer", config={"filepath": "/tmp"}))),
    "a vocabulary from a path": packed(network(dense(class_name="StringLookup", config={"vocabulary": "/etc/passwd"}))),
    "ten thousand million units": packed(network(dense(config={"units": 10**10}))),
    "not a number": packed('{"class_name": "Sequential", "module": "keras", "config": {"rate": NaN}}'),
    "a file outside": packed(network(dense()), **{"../../evil.py": b"x"}),
    "a pickle": packed(network(dense()), **{"model.pkl": b"x"}),
    "a description without end": packed("[" * 100_000),
    "no zip": b"\x89HDF\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_network_is_refused_in_a_sentence_and_not_kept(tmp_path: Path, what: str):
    with pytest.raises(RunError) as caught:
        keep_weights(tmp_path, "evil.keras", HOSTILE[what])
    assert caught.value.problem.startswith(("evil.keras", "The description of evil.keras"))
    assert caught.value.problem.endswith(".")
    assert caught.value.remedy
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_network_of_stock_layers_is_kept_under_a_plain_name(tmp_path: Path):
    assert keep_weights(tmp_path, "../../my net?.keras", packed(network(dense()))) == "my_net_.keras"
    assert (tmp_path / "weights" / "my_net_.keras").is_file()


def test_the_collected_hostile_networks_are_refused_and_the_control_is_not(shared_data: Path):
    files = sorted((shared_data / "hostile" / "models").glob("*.keras"))
    assert files
    for path in files:
        if path.name.startswith("00_"):
            check_foreign(path)
            continue
        with pytest.raises(RunError):
            check_foreign(path)
