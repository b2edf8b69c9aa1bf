"""The reports on how well a run answers."""

from __future__ import annotations

import argparse

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.reports import show_reports
from nnapp.cli.settings import add_run
from nnapp.runs.api import evaluation
from nnapp.runs.store import RunStore


@COMMANDS.register("evaluate")
class Evaluate(Command):
    """Judge a run on its test part: scores, confusion, curves, worst samples."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`RUN`."""
        add_run(parser)

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: the reports by name, each `title`, `headline`, `table`, `caveats`."""
        return {name: report.to_dict() for name, report in evaluation(RunStore(context.home).get(arguments.run)).items()}

    def show(self, result: Result, console: Console) -> None:
        """Every report's title, table and caveats."""
        show_reports(result, console)
