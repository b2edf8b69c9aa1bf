"""Why a run answers as it does."""

from __future__ import annotations

import argparse

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.progress import shown
from nnapp.cli.reports import show_reports
from nnapp.cli.settings import add_run
from nnapp.explanation import EXPLAINERS
from nnapp.runs.api import explain
from nnapp.runs.store import RunStore


@COMMANDS.register("explain")
class Explain(Command):
    """Share each answer among the columns, pixels, moments or words it rests on: SHAP values, with what they leave unexplained."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`RUN [--rows N] [--explainer NAME]`."""
        add_run(parser)
        parser.add_argument("--rows", type=int, default=None, metavar="N", help="Test rows to explain. More rows: surer importances, longer wait.")
        parser.add_argument(
            "--explainer",
            choices=tuple(EXPLAINERS),
            default=None,
            help="How. Default: the usual one of the kind of data: word by word for texts, else expected gradients.",
        )

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: the reports by name, each `title`, `headline`, `table`, `caveats`."""
        run = RunStore(context.home).get(arguments.run)
        with shown(context.progress, f"explaining {run.id}") as follow:
            reports = explain(run, rows=arguments.rows, explainer=arguments.explainer, on_progress=follow)
        return {name: report.to_dict() for name, report in reports.items()}

    def show(self, result: Result, console: Console) -> None:
        """Every report's title, table and caveats."""
        show_reports(result, console)
