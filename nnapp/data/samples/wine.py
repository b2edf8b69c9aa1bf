"""Wine recognition (Forina et al. 1988)."""

from __future__ import annotations

from pathlib import Path

from nnapp.data.samples import sample, write_table


@sample("wine", "Wine", "178 wines, 13 chemical measurements: which of three growers made it?")
def write(folder: Path) -> Path:
    """Thirteen measurements and the grower."""
    from sklearn.datasets import load_wine

    wine = load_wine()
    header = [str(name).replace("/", "_") for name in wine.feature_names]
    rows = ([*map(float, row), f"grower {label + 1}"] for row, label in zip(wine.data, wine.target, strict=True))
    return write_table(folder / "wine.csv", [*header, "grower"], rows)
