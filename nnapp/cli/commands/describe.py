"""What a network is made of, before it is trained."""

from __future__ import annotations

import argparse

from rich.console import Console

from nnapp.anatomy import Anatomy, sentence_of
from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.commands.check import opened
from nnapp.cli.progress import shown
from nnapp.cli.settings import add_question, question_settings
from nnapp.cli.show import say, table
from nnapp.data.checks import examine
from nnapp.data.findings import stop_on_errors
from nnapp.data.store import DataStore
from nnapp.runs.desk import describe
from nnapp.runs.spec import plan


@COMMANDS.register("describe")
class Describe(Command):
    """Show a network's layers before it is trained: shapes, weights, arithmetic and memory."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`DATA [--target COL] … [--architecture A] [--preset quick|balanced|best] [--set PATH=VALUE]…`."""
        add_question(parser)
        parser.add_argument("--architecture", metavar="A", help="The network; see the command architectures. Default: the recommended one.")
        parser.add_argument("--preset", choices=("quick", "balanced", "best"), default="balanced", help="Where the settings begin.")

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `architecture`, `parameters`, `trainable`, `flops`, `file_bytes`, `training_bytes`, `batch_size`, `layers`."""
        data, config = opened(DataStore(context.home), arguments)
        settings = question_settings(arguments)
        stop_on_errors(data.findings)
        kind = examine(data, config).question.data
        spec = plan(config, kind, rows=data.rows, architecture=arguments.architecture, preset=arguments.preset, settings=settings)
        with shown(context.progress, "describing the network") as follow:
            found = describe(context.home, spec, on_progress=follow)
        batch_size = spec.training.batch_size_for(max(1, found.rows))
        return {
            "architecture": spec.architecture,
            "parameters": found.parameters,
            "trainable": found.trainable,
            "flops": found.flops,
            "file_bytes": found.file_bytes,
            "training_bytes": found.training_bytes(batch_size, spec.training.optimizer),
            "batch_size": batch_size,
            "layers": [layer.model_dump() for layer in found.layers],
        }

    def show(self, result: Result, console: Console) -> None:
        """The totals, then a line a layer."""
        layers = Anatomy.parse({"layers": result["layers"]}).layers
        say(console, f"{result['architecture']}: {result['parameters']:,} weights, of which {result['trainable']:,} are learned")
        say(console, f"{result['flops']:,} additions and multiplications an answer; {result['file_bytes'] / 1e6:.3g} MB of weights in a file")
        say(console, f"a step of training over {result['batch_size']} rows takes about {result['training_bytes'] / 1e6:.3g} MB beside TensorFlow itself")
        rows = [[layer.name, layer.kind, layer.shape_text, f"{layer.parameters:,}", f"{layer.flops:,}"] for layer in layers]
        table(console, ["layer", "kind", "comes out", "weights", "arithmetic"], rows)
        console.print()
        for kind in dict.fromkeys(layer.kind for layer in layers):
            say(console, f"{kind}: {sentence_of(kind)}")
