"""Breast cancer, Wisconsin diagnostic (Wolberg, Street and Mangasarian 1995)."""

from __future__ import annotations

from pathlib import Path

from nnapp.data.samples import sample, write_table


@sample("breast-cancer", "Breast cancer", "569 biopsies, 30 measurements of cell nuclei: is the tumour malignant or benign?")
def write(folder: Path) -> Path:
    """Thirty measurements and the diagnosis."""
    from sklearn.datasets import load_breast_cancer

    cancer = load_breast_cancer()
    header = [str(name).replace(" ", "_") for name in cancer.feature_names]
    rows = ([*map(float, row), str(cancer.target_names[label])] for row, label in zip(cancer.data, cancer.target, strict=True))
    return write_table(folder / "breast_cancer.csv", [*header, "diagnosis"], rows)
