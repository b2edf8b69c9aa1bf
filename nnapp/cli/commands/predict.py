"""Answers for new data."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.deliver import check_place
from nnapp.cli.settings import add_run
from nnapp.cli.show import say
from nnapp.runs.api import predict
from nnapp.runs.store import RunStore


@COMMANDS.register("predict")
class Predict(Command):
    """Answer a table, a picture or a folder of pictures with a run's network; a forecast goes on by itself. Other columns and the target are ignored."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`RUN [DATA] [--output CSV]`."""
        add_run(parser)
        parser.add_argument(
            "data",
            metavar="DATA",
            type=Path,
            nargs="?",
            help="A table, one picture, or a flat folder of pictures; for rows that name pictures, a folder or zip with the table and the pictures. Left out: a forecast goes on from the end of the data it was trained on.",
        )
        parser.add_argument(
            "--output", type=Path, metavar="CSV", help="Where the answers go. Default: DATA's (or RUN's) name with .predictions.csv, in the current folder."
        )

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `rows`, `path`."""
        run = RunStore(context.home).get(arguments.run)
        output: Path = arguments.output or Path(f"{run.id if arguments.data is None else arguments.data.resolve().stem}.predictions.csv")
        check_place(output)
        return {"rows": predict(run, arguments.data, output.resolve()), "path": str(output.resolve())}

    def show(self, result: Result, console: Console) -> None:
        """Where the answers are."""
        say(console, f"{result['rows']:,} answers in {result['path']}.")
