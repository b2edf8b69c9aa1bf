"""Commands to a run that is queued, running or done."""

from __future__ import annotations

import argparse
from typing import ClassVar, Literal

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.settings import add_run
from nnapp.cli.show import say
from nnapp.runs.launch import ProcessLauncher
from nnapp.runs.store import RunStore


class Control(Command):
    """A request to a run."""

    request: ClassVar[Literal["pause", "resume", "stop"]]

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`RUN`."""
        add_run(parser)

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `run`, `status`."""
        run = RunStore(context.home).get(arguments.run)
        state = run.request(self.request).state
        ProcessLauncher(context.home).ensure()
        return {"run": run.id, "status": state}

    def show(self, result: Result, console: Console) -> None:
        """The state it is in now."""
        say(console, f"Run {result['run']} is {result['status']}.")


@COMMANDS.register("pause")
class Pause(Control):
    """Pause a run; it keeps its place in the training and goes on with resume."""

    request = "pause"


@COMMANDS.register("resume")
class Resume(Control):
    """Let a paused run go on where it was."""

    request = "resume"


@COMMANDS.register("stop")
class Stop(Control):
    """Stop a run and keep its best epoch."""

    request = "stop"


@COMMANDS.register("delete")
class Delete(Command):
    """Delete a run and all its files, for good."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`RUN`."""
        add_run(parser)

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `run`, `status`."""
        store = RunStore(context.home)
        run = store.get(arguments.run)
        store.delete(run)
        return {"run": run.id, "status": "deleted"}

    def show(self, result: Result, console: Console) -> None:
        """That it is gone."""
        say(console, f"Run {result['run']} is deleted.")
