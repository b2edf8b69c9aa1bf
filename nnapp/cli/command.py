"""What a command is, and where the commands are found."""

from __future__ import annotations

import argparse
import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from nnapp.registry import Registry

Result = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """Where a command works and how it talks.

    Attributes:
        home: The store, `models/` unless `--home` or `NNAPP_HOME` say otherwise.
        progress: Writes to stderr, so that stdout holds the result alone.
    """

    home: Path
    progress: Console


class Command(ABC):
    """One command. The class's docstring is its help; `run` does it, `show` says it to a person."""

    def __init__(self) -> None:
        self.exit_code = 0

    @abstractmethod
    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the flags."""

    @abstractmethod
    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Do it and return the JSON object, keys as the design lists them."""

    @abstractmethod
    def show(self, result: Result, console: Console) -> None:
        """Print the result for a person."""


COMMANDS: Registry[type[Command]] = Registry("command", "nnapp.cli.commands")


def default_home() -> Path:
    """`NNAPP_HOME`, else `models/` in the current folder."""
    return Path(os.environ.get("NNAPP_HOME") or "models")
