"""Train a network."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.commands.check import opened
from nnapp.cli.progress import shown
from nnapp.cli.settings import add_question, question_settings
from nnapp.cli.show import number, say, scores
from nnapp.data.checks import examine, run_checks
from nnapp.data.findings import stop_on_errors
from nnapp.data.store import DataStore
from nnapp.runs.api import done, start_run, wait_or_stop
from nnapp.runs.folder import Run
from nnapp.runs.foreign import keep_weights
from nnapp.runs.spec import RunSpec, plan
from nnapp.runs.store import RunStore

INTERRUPTED = 130


@COMMANDS.register("train")
class Train(Command):
    """Train a network on a data file and judge it on the test part, beside simple baselines."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`DATA [--test DATA2] [--target COL] … [--detach]`."""
        add_settings(parser)
        parser.add_argument("--name", default="", help="What to call the run.")
        parser.add_argument("--detach", action="store_true", help="Return at once; the run goes on in the background.")

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `run`, `status`, `folder`, `task`, `architecture`, `rows`, `epochs`, `seconds`, `test`, `intervals`, `baselines`."""
        store = RunStore(context.home)
        spec = spec_of(arguments, context)
        run = start_run(store, spec)
        if arguments.detach:
            return _begun(run, spec)
        with shown(context.progress, f"run {run.id}") as follow:
            interrupted = wait_or_stop(run, follow)
        if interrupted:
            self.exit_code = INTERRUPTED
        return _result(run, spec)

    def show(self, result: Result, console: Console) -> None:
        """The scores beside the baselines', the verdict, and what to do next."""
        say(console, f"Run {result['run']} {result['status']}: {result['folder']}")
        if result.get("test"):
            rows = ", ".join(f"{count:,} {part}" for part, count in result["rows"].items())
            say(console, f"{result['architecture']}, {result['task']}; rows: {rows}; {result['epochs']} epochs in {number(result['seconds'])} s")
            scores(console, result)
        if result.get("verdict"):
            say(console, result["verdict"])


def add_settings(parser: argparse.ArgumentParser) -> None:
    """What says what is trained on what."""
    add_question(parser)
    parser.add_argument("--test", metavar="DATA2", help="An official test file, used for the final judgement only.")
    parser.add_argument("--architecture", metavar="A", help="The network; see the command architectures. Default: the recommended one.")
    parser.add_argument(
        "--preset", choices=("quick", "balanced", "best"), default="balanced", help="Where the settings begin. quick: a result within a minute."
    )


def spec_of(arguments: argparse.Namespace, context: Context) -> RunSpec:
    """The run as the flags mean it; data that cannot be learned from is refused here."""
    store = DataStore(context.home)
    data, config = opened(store, arguments)
    if arguments.test:
        config = config.replaced({"test_sha256": store.add(arguments.test)})
    stop_on_errors(data.findings)
    examined = examine(data, config)
    stop_on_errors(run_checks(data, config, profiles=examined.profiles, question=examined.question))
    return plan(
        config,
        examined.question.data,
        rows=data.rows,
        task=examined.question.kind,
        architecture=arguments.architecture,
        preset=arguments.preset,
        settings=_with_file(question_settings(arguments), context),
        name=getattr(arguments, "name", ""),
    )


def _with_file(settings: dict[str, str], context: Context) -> dict[str, str]:
    """A `.keras` file that is named by its path is brought into the home, as the app does with one that is dropped in."""
    wanted = settings.get("start.weights", "")
    if wanted.endswith(".keras") and Path(wanted).is_file():
        return {**settings, "start.weights": keep_weights(context.home, wanted, Path(wanted).read_bytes())}
    return settings


def _begun(run: Run, spec: RunSpec) -> Result:
    """The keys that exist before there is a result; the others are null."""
    unknown = dict.fromkeys(("task", "rows", "epochs", "seconds", "test", "intervals", "baselines"))
    return {"run": run.id, "status": run.status.state, "folder": str(run.folder), "architecture": spec.architecture, **unknown}


def _result(run: Run, spec: RunSpec) -> Result:
    state = run.status.state
    nothing_kept = state == "paused" or (state == "stopped" and run.result is None)
    return _begun(run, spec) if nothing_kept else {**_begun(run, spec), **done(run)}
