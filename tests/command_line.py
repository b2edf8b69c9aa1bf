"""The command line as a program drives it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnapp.cli.main import main
from tests.conftest import PROJECT


@dataclass(frozen=True)
class Answer:
    """What one command printed and how it ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        value = json.loads(self.stdout)
        assert isinstance(value, dict)
        return value


def nnapp(*words: object, home: Path, cwd: Path | None = None, limit: float = 600) -> Answer:
    """Run `python -m nnapp WORDS --home HOME` in a process of its own."""
    command = [sys.executable, "-m", "nnapp", *map(str, words), "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd or PROJECT, env=environment, timeout=limit, check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


def inline(*words: object, home: Path) -> Answer:
    """The same in this process: the command line's own `main`, without the seconds that a new interpreter costs."""
    out, err = io.StringIO(), io.StringIO()
    hook = sys.excepthook
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*map(str, words), "--home", str(home)])
    finally:
        sys.excepthook = hook
    return Answer(code, out.getvalue(), err.getvalue())


def result(*words: object, home: Path) -> dict[str, Any]:
    """The JSON result of a command that must succeed."""
    answer = inline(*words, "--json", home=home)
    assert answer.code == 0, answer.stdout + answer.stderr
    return answer.json


def refusal(*words: object, home: Path) -> dict[str, str]:
    """The problem and remedy of a command that the user must mend."""
    answer = inline(*words, "--json", home=home)
    assert answer.code == 2, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
    error = answer.json["error"]
    assert set(error) == {"problem", "remedy"}
    assert error["problem"]
    assert error["remedy"]
    return error
