"""Parse, run, print: JSON for programs, tables for people, and errors that say the remedy."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from rich.console import Console

from nnapp.cli.command import COMMANDS, Context, default_home
from nnapp.cli.show import say
from nnapp.errors import NnappError, SpecError

USER_CAN_MEND = 2
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """Raises `SpecError` for a wrong flag, so that it is told like any other error."""

    def error(self, message: str) -> NoReturn:
        """Turn argparse's complaint into problem and remedy."""
        raise SpecError(f"{message[:1].upper()}{message[1:]}.", remedy=f"See `{self.prog} --help`.")


def parser() -> Parser:
    """The whole command line."""
    common = Parser(add_help=False)
    common.add_argument("--home", type=Path, default=None, help="Folder of uploads and runs. Default: NNAPP_HOME, else models/.")
    common.add_argument("--json", action="store_true", help="Print exactly one JSON object on stdout.")
    root = Parser(prog="python -m nnapp", description="Train a network on your data, judge it, ask it why, export it.", parents=[common])
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for name in COMMANDS:
        summary = (COMMANDS[name].__doc__ or "").strip().splitlines()[0]
        # The flags of the whole may stand after the command too; SUPPRESS keeps an earlier value.
        after = Parser(add_help=False, argument_default=argparse.SUPPRESS)
        after.add_argument("--home", type=Path, help="Folder of uploads and runs.")
        after.add_argument("--json", action="store_true", help="Print exactly one JSON object on stdout.")
        COMMANDS[name]().arguments(commands.add_parser(name, help=summary, description=summary, parents=[after]))
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0, or 2 for what the user can mend, or 130 after Ctrl-C. A fault of ours ends with a traceback and 1.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    out, err = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
    if as_json:
        sys.excepthook = _fault_as_json
    try:
        arguments = parser().parse_args(words)
        command = COMMANDS[arguments.command]()
        result = command.run(arguments, Context(home=(arguments.home or default_home()).resolve(), progress=err))
    except NnappError as error:
        if as_json:
            _print_json({"error": error.as_dict()})
        else:
            say(err, f"{error.problem}\n{error.remedy}")
        return USER_CAN_MEND
    except KeyboardInterrupt:
        say(err, "Interrupted.")
        return INTERRUPTED
    if as_json:
        _print_json(result)
    else:
        command.show(result, out)
    return command.exit_code


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def _fault_as_json(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Keep stdout one JSON object even when the fault is ours; the traceback still goes to stderr."""
    fault = {"problem": f"nnapp failed: {kind.__name__}: {error}", "remedy": "This is a fault of nnapp's. Please report it with the text on stderr."}
    _print_json({"error": fault})
    sys.__excepthook__(kind, error, trace)
