"""The samples that come with scikit-learn."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.deliver import deliver
from nnapp.cli.show import say, table
from nnapp.data.samples import SAMPLES
from nnapp.errors import SpecError


@COMMANDS.register("samples")
class Samples(Command):
    """List the samples, or write one as a file to try things with."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`--write NAME [--output PATH]`."""
        parser.add_argument("--write", metavar="NAME", help="Write this sample as a file.")
        parser.add_argument("--output", type=Path, help="Where to. Default: its own file name in the current folder.")

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `samples` [{`name`, `title`, `sentence`}]; with `--write` also `path`."""
        if arguments.output and not arguments.write:
            raise SpecError("--output needs --write NAME.", remedy=f"Say which sample: {', '.join(SAMPLES)}.")
        listed: Result = {"samples": [{"name": name, "title": SAMPLES[name].title, "sentence": SAMPLES[name].sentence} for name in SAMPLES]}
        if arguments.write:
            made = SAMPLES[arguments.write].write(context.home / "samples")
            listed["path"] = str(deliver(made, arguments.output or Path(made.name)))
        return listed

    def show(self, result: Result, console: Console) -> None:
        """The list, or where the file is."""
        if "path" in result:
            say(console, f"Written to {result['path']}.")
        else:
            table(console, ["sample", "what it is"], [[sample["name"], sample["sentence"]] for sample in result["samples"]])
