"""Flags that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from nnapp.errors import SpecError


def settings(pairs: Sequence[str]) -> dict[str, str]:
    """`PATH=VALUE` words as a dictionary; a later one wins.

    >>> settings(["training.epochs=5", "model.units=64"])
    {'training.epochs': '5', 'model.units': '64'}
    """
    found = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path.strip():
            raise SpecError(f"--set {pair!r} has no value.", remedy="Write it as --set training.epochs=5.")
        found[path.strip()] = value.strip()
    return found


def add_run(parser: argparse.ArgumentParser) -> None:
    """The argument RUN."""
    parser.add_argument("run", metavar="RUN", help="A run's id, or an unambiguous beginning of it.")


def add_question(parser: argparse.ArgumentParser) -> None:
    """What is asked of the data, and single settings by path."""
    parser.add_argument("data", metavar="DATA", help="A table (CSV, TSV, Excel, Parquet, JSON lines), or a zip or folder of class folders with pictures.")
    parser.add_argument("--target", help="Column to predict. Default: proposed from the names.")
    parser.add_argument(
        "--task",
        choices=("auto", "binary", "multiclass", "multilabel", "regression", "forecasting", "anomaly"),
        default=None,
        help="What to answer. Default: seen from the target.",
    )
    parser.add_argument("--positive", help="The class to be found, of two. Default: the rarer one.")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="set", help="Any setting, as --set training.epochs=5. Repeatable.")


def question_settings(arguments: argparse.Namespace) -> dict[str, str]:
    """The flags of `add_question` as settings by path; `--set` wins."""
    flags = {"data.target": arguments.target, "data.task": arguments.task, "data.positive": arguments.positive}
    return {**{path: value for path, value in flags.items() if value is not None}, **settings(arguments.set)}
