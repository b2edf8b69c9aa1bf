"""Iris flowers (Fisher 1936)."""

from __future__ import annotations

from pathlib import Path

from nnapp.data.samples import sample, write_table


@sample("iris", "Iris", "150 flowers, measured in centimetres: which of three species is it? The classic first data set.")
def write(folder: Path) -> Path:
    """Four lengths and the species."""
    from sklearn.datasets import load_iris

    iris = load_iris()
    header = [name.replace(" (cm)", "").replace(" ", "_") + "_cm" for name in iris.feature_names]
    rows = ([*map(float, row), str(iris.target_names[label])] for row, label in zip(iris.data, iris.target, strict=True))
    return write_table(folder / "iris.csv", [*header, "species"], rows)
