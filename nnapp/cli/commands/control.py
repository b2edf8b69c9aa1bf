"""Commands to a run that is queued, running or done."""

from __future__ import annotations

import argparse
from typing import ClassVar, Literal

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.settings import add_run, settings
from nnapp.cli.show import say
from nnapp.runs.launch import ProcessLauncher
from nnapp.runs.steer import asked
from nnapp.runs.store import RunStore
from nnapp.training.steering import STEERABLE, Steering, in_short


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
    """Let a run that is paused or has failed go on from where its checkpoint is."""

    request = "resume"


@COMMANDS.register("stop")
class Stop(Control):
    """Stop a run and keep its best epoch."""

    request = "stop"


@COMMANDS.register("steer")
class Steer(Command):
    """Change settings of a run that waits, runs or is paused, from here on."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`RUN --set PATH=VALUE …`."""
        add_run(parser)
        steerable = ", ".join(f"training.{name}" for name in STEERABLE)
        parser.add_argument(
            "--set",
            action="append",
            required=True,
            metavar="PATH=VALUE",
            dest="set",
            help=f"One of {steerable}; for pictures and sounds also augmentation.*. Repeatable.",
        )

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `run`, `status`, `steering` (all that is asked and has not taken effect)."""
        run = RunStore(context.home).get(arguments.run)
        steering = Steering.of(settings(arguments.set))
        run.steer(steering)
        ProcessLauncher(context.home).ensure()
        return {"run": run.id, "status": run.state, "steering": (asked(run) or steering).model_dump()}

    def show(self, result: Result, console: Console) -> None:
        """What changes, and when."""
        changes = in_short(Steering.parse(result["steering"]))
        when = "when it goes on" if result["status"] in {"queued", "paused", "failed"} else "within a second or two"
        say(console, f"Run {result['run']} is {result['status']}; {changes} will hold {when}.")


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
