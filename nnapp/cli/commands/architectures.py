"""The networks there are."""

from __future__ import annotations

import argparse

from rich.console import Console

from nnapp.architectures import ARCHITECTURES
from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.show import say, table


@COMMANDS.register("architectures")
class Architectures(Command):
    """List the networks, when to use each, and its hyperparameters."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """No flags of its own."""

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `architectures` [{`name`, `title`, `sentence`, `accepts`, `tasks`, `hyperparameters`}]."""
        return {"architectures": [_described(name) for name in ARCHITECTURES]}

    def show(self, result: Result, console: Console) -> None:
        """A paragraph a network."""
        for part in result["architectures"]:
            say(console, f"{part['name']} ({', '.join(part['accepts'])}): {part['sentence']}")
            rows = [[f"model.{name}", field["default"], field["description"]] for name, field in part["hyperparameters"].items()]
            table(console, ["setting", "default", "what it does"], rows)
            console.print()


def _described(name: str) -> Result:
    part = ARCHITECTURES[name]
    schema = part.model_json_schema()["properties"] if part.model_fields else {}
    return {
        "name": name,
        "title": part.title,
        "sentence": part.sentence,
        "accepts": sorted(part.accepts),
        "tasks": sorted(part.tasks),
        "hyperparameters": {field: {"default": about.get("default"), **about} for field, about in schema.items()},
    }
