"""Files to take away."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.deliver import check_place, deliver
from nnapp.cli.progress import shown
from nnapp.cli.settings import add_run
from nnapp.cli.show import number, say, table
from nnapp.export import EXPORTERS
from nnapp.runs.api import export
from nnapp.runs.store import RunStore


@COMMANDS.register("export")
class Export(Command):
    """Make a file of a run's network, and run it on the whole test part before handing it over."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`RUN --format F [--output PATH]`."""
        add_run(parser)
        parser.add_argument(
            "--format", required=True, choices=tuple(EXPORTERS), help="tflite for phones, tflite-int8 for microcontrollers, bundle to answer raw rows."
        )
        parser.add_argument("--output", type=Path, metavar="PATH", help="Where the file goes. Default: it stays in the run's folder.")

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `path`, `bytes`, `agreement`, `max_abs_error`, `test`, `flipped`, `latency_ms`."""
        run = RunStore(context.home).get(arguments.run)
        if arguments.output:
            check_place(arguments.output)
        with shown(context.progress, f"exporting {arguments.format}") as follow:
            made = export(run, arguments.format, on_progress=follow)
        path = run.folder / made["path"]
        return {**made, "path": str(deliver(path, arguments.output) if arguments.output else path)}

    def show(self, result: Result, console: Console) -> None:
        """The passport of the file."""
        say(console, f"{result['path']} ({result['bytes']:,} bytes)")
        rows = [[name, number(value)] for name, value in result["test"].items()]
        rows += [[name, result[name]] for name in ("agreement", "max_abs_error", "flipped", "latency_ms")]
        table(console, ["on the test part", "value"], rows)
        for caveat in result.get("caveats", ()):
            say(console, caveat)
