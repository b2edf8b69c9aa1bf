"""A run's model card."""

from __future__ import annotations

import argparse

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.settings import add_run
from nnapp.cli.show import say
from nnapp.errors import RunError
from nnapp.runs.store import RunStore


@COMMANDS.register("card")
class Card(Command):
    """Print a run's model card: data, network, scores with intervals, limits."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`RUN`."""
        add_run(parser)

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `run`, `card` (Markdown)."""
        run = RunStore(context.home).get(arguments.run)
        if run.card is None:
            raise RunError(f"Run {run.id} is {run.status.state} and has no model card.", remedy="The card is written when a run ends; wait, or train again.")
        return {"run": run.id, "card": run.card}

    def show(self, result: Result, console: Console) -> None:
        """The Markdown as it is."""
        say(console, result["card"])
