"""What is in the data, and what is wrong with it."""

from __future__ import annotations

import argparse
from collections import Counter

from rich.console import Console

from nnapp.cli.command import COMMANDS, Command, Context, Result
from nnapp.cli.settings import add_question, question_settings
from nnapp.cli.show import say, table
from nnapp.data.checks import run_checks
from nnapp.data.checks.examined import examine
from nnapp.data.columns import profile_as
from nnapp.data.pictures import Data
from nnapp.data.specs import DataConfig, DataKind
from nnapp.data.store import DataStore
from nnapp.data.table import Table
from nnapp.errors import DataError
from nnapp.runs.spec import plan


@COMMANDS.register("check")
class Check(Command):
    """Look at a data file: kind, columns or classes, and findings with their remedies."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """`DATA [--target COL] [--task T] [--positive CLASS] [--set PATH=VALUE]`."""
        add_question(parser)

    def run(self, arguments: argparse.Namespace, context: Context) -> Result:
        """Keys: `kind`, `rows`, `columns` or `classes`, `findings` [{`code`, `severity`, `problem`, `remedy`}]."""
        store = DataStore(context.home)
        data, config = opened(store, arguments)
        findings = [finding.model_dump(include={"code", "severity", "problem", "remedy", "columns"}) for finding in run_checks(data, config)]
        if isinstance(data, Table):
            columns = [column.model_dump(include={"name", "type", "reason", "missing", "unique"}) for column in profile_as(data, config)]
            return {"kind": _kind(data, config), "rows": data.rows, "columns": columns, "findings": findings}
        classes = [{"name": name, "rows": count} for name, count in sorted(Counter(data.labels).items())]
        return {"kind": data.kinds[0], "rows": data.rows, "classes": classes, "findings": findings}

    def show(self, result: Result, console: Console) -> None:
        """Columns or classes, then the findings, worst first."""
        say(console, f"{result['rows']:,} {'rows' if 'columns' in result else result['kind']}")
        if "columns" in result:
            columns = ([column["name"], column["type"], column["missing"], column["unique"], column["reason"]] for column in result["columns"])
            table(console, ["column", "type", "missing", "different", "why this type"], columns)
        else:
            table(console, ["class", result["kind"]], ([each["name"], each["rows"]] for each in result["classes"]))
        for finding in result["findings"]:
            console.print()
            say(console, f"{finding['severity']}: {finding['problem']}\n{finding['remedy']}")


def _kind(data: Data, config: DataConfig) -> DataKind:
    """What a network would be fed with; what the data are first taken for where no question can be asked of them."""
    try:
        return examine(data, config).question.data
    except DataError:
        return data.kinds[0]


def opened(store: DataStore, arguments: argparse.Namespace) -> tuple[Data, DataConfig]:
    """Store DATA, open it, and settle how it is meant by the flags."""
    sha256 = store.add(arguments.data)
    wanted = {path: value for path, value in question_settings(arguments).items() if path.startswith("data.")}
    config = plan(DataConfig(sha256=sha256), "tabular", settings=wanted).data  # the kind is settled by the question
    return store.open(sha256, config.skip_bad_rows, config.kind), config
