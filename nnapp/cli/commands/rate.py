"""Look for a learning rate."""

from __future__ import annotations

import argparse

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.commands.train import add_settings, spec_of
from nnapp.cli.progress import shown
from nnapp.cli.show import say
from nnapp.runs.desk import find_rate


@COMMANDS.register("rate")
class Rate(Command):
    """Look for the learning rate: train a network for some steps with a rate that grows, and see where the loss falls fastest. No run is made."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Those of `train` that say what is trained."""
        add_settings(parser)

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `suggestion` (null where the loss falls at no rate), `rates`, `losses`, `smoothed`, `batch_size`, `finding`."""
        with shown(context.progress, "looking for the learning rate") as follow:
            curve = find_rate(context.home, spec_of(arguments, context), follow)
        return {**curve.model_dump(mode="json"), "finding": curve.sentence}

    def show(self, result: Result, console: Console) -> None:
        """The finding, and how it is taken over."""
        say(console, f"{result['finding']}.")
        if result["suggestion"] is not None:
            say(console, f"Take it with --set training.learning_rate={result['suggestion']:g}.")
