"""The runs there are."""

from __future__ import annotations

import argparse

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.show import number, say, table
from nnapp.runs.api import summary
from nnapp.runs.store import RunStore


@COMMANDS.register("runs")
class Runs(Command):
    """List the runs, newest first."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """No flags of its own."""

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `runs` [{`run`, `name`, `status`, `pid`, `folder`, `task`, `architecture`, `epoch`, `test`}]."""
        return {"runs": [summary(run) for run in RunStore(context.home).list()]}

    def show(self, result: Result, console: Console) -> None:
        """One line a run."""
        if not result["runs"]:
            say(console, "There are no runs yet. Train one: python -m nnapp train DATA")
            return
        headings = ["run", "name", "status", "task", "architecture", "epoch", "test"]
        table(console, headings, ([*(run[key] for key in headings[:-1]), _scores(run["test"])] for run in result["runs"]))


def _scores(test: dict[str, float | None] | None) -> str:
    return ", ".join(f"{name} {number(value)}" for name, value in list((test or {}).items())[:3]) or "-"
