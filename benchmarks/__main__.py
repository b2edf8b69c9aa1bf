"""Measure everything and write RESULTS.md."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from pathlib import Path

from benchmarks.measure import Comparison, Taking
from nnapp.training.devices import describe_device

SUBJECTS = ("engines", "training", "takings", "first_point", "inference", "attribution", "reading")


def main(names: list[str]) -> None:
    rows: list[Comparison] = []
    takings: list[Taking] = []
    for name in names or SUBJECTS:
        subject = importlib.import_module(f"benchmarks.{name}")
        for comparison in subject.comparisons() if hasattr(subject, "comparisons") else ():
            rows.append(comparison)
            print(f"{comparison.name}: {comparison.ratio:.2f} times {comparison.other} ({comparison.same})", flush=True)
        for taking in subject.takings() if hasattr(subject, "takings") else ():
            takings.append(taking)
            print(f"{taking.name}: {taking.found} ({taking.bound})", flush=True)
    table = "\n".join(f"| {row.name} | {row.other} | {row.ratio:.3g} | {row.same} |" for row in rows)
    taken = "\n".join(f"| {each.name} | {each.found} | {each.bound} |" for each in takings)
    text = (
        "# What nnapp costs beside what you would run instead\n\n"
        "Ratio of CPU seconds, theirs over ours (above 1: nnapp takes less), the lower of the ratio of medians and the ratio of minima, "
        "variants interleaved over 5 rounds. Seconds are not written down: they belong to one machine. "
        f"Measured with Python {platform.python_version()} on {describe_device().title}, {os.cpu_count()} cores; the first table's loops on one of them.\n\n"
        f"| what | against | ratio | same work because |\n|---|---|---|---|\n{table}\n\n| what | takes | aim |\n|---|---|---|\n{taken}\n"
    )
    if not names:
        Path(__file__).with_name("RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
