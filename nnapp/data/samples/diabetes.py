"""Diabetes progression (Efron et al. 2004)."""

from __future__ import annotations

from pathlib import Path

from nnapp.data.samples import sample, write_table

_NAMES = {"bp": "blood_pressure", "s1": "cholesterol", "s2": "ldl", "s3": "hdl", "s4": "cholesterol_by_hdl", "s5": "log_triglycerides", "s6": "glucose"}


@sample("diabetes", "Diabetes", "442 patients, 10 measurements: how far has the disease gone a year later? A number is predicted.")
def write(folder: Path) -> Path:
    """Ten measurements in their own units, and the progression."""
    from sklearn.datasets import load_diabetes

    diabetes = load_diabetes(scaled=False)
    header = [_NAMES.get(name, name) for name in diabetes.feature_names]
    rows = ([*map(float, row), int(value)] for row, value in zip(diabetes.data, diabetes.target, strict=True))
    return write_table(folder / "diabetes.csv", [*header, "progression"], rows)
