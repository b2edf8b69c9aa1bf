"""Who may import whom, and what the web process must never load."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import PROJECT

HEAVY = ("tensorflow", "keras", "shap", "sklearn", "numba")

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
import nnapp
WORKERS_ONLY = {"nnapp.runs.worker", "nnapp.__main__"}
for module in pkgutil.walk_packages(nnapp.__path__, "nnapp."):
    if module.name not in WORKERS_ONLY:
        importlib.import_module(module.name)
print(",".join(name for name in %r if name in sys.modules))
"""


def test_importing_all_of_nnapp_loads_neither_tensorflow_nor_keras_nor_shap():
    done = subprocess.run([sys.executable, "-c", IMPORT_EVERYTHING % (HEAVY,)], capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_nothing_under_nnapp_imports_streamlit():
    guilty = [path for path in (PROJECT / "nnapp").rglob("*.py") if re.search(r"^\s*(import|from) streamlit", path.read_text("utf-8"), re.MULTILINE)]
    assert guilty == []


def test_nothing_of_a_users_is_ever_unpickled():
    forbidden = re.compile(r"\b(import (pickle|joblib|cloudpickle|dill)|allow_pickle=True|read_pickle|safe_mode=False)")
    sources = [*(PROJECT / "nnapp").rglob("*.py"), *(PROJECT / "pages").rglob("*.py"), PROJECT / "app.py"]
    guilty = [str(path.relative_to(PROJECT)) for path in sources if forbidden.search(path.read_text("utf-8"))]
    assert guilty == []


# What a distribution is imported as, where that is not its own name.
MODULES = {
    "scikit-learn": "sklearn",
    "pillow": "PIL",
    "nvidia-ml-py": "pynvml",
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "import-linter": "importlinter",
    "pytest-xdist": "xdist",
    "pandas-stubs": None,
}


def declared() -> list[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    return [*project["project"]["dependencies"], *project["dependency-groups"]["test"]]


@pytest.mark.tensorflow
def test_every_declared_dependency_has_a_floor_and_imports():
    assert all(">=" in requirement for requirement in declared())
    names = [requirement.split(">=")[0] for requirement in declared()]
    modules = [MODULES.get(name, name.replace("-", "_")) for name in names]
    script = "import importlib, warnings; warnings.simplefilter('ignore')\n" + "\n".join(f"importlib.import_module({module!r})" for module in modules if module)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_lock_names_the_version_that_is_installed():
    locked = dict(re.findall(r"^([a-z0-9.-]+)==(\S+)$", (PROJECT / "requirements.txt").read_text("utf-8"), re.MULTILINE))
    assert {"tensorflow", "keras", "streamlit"} <= set(locked)
    for name in ("tensorflow", "keras", "streamlit", "ai-edge-litert", "plotly"):
        assert importlib.metadata.version(name) == locked[name]
