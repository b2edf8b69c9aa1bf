"""An export format whose converter crashes, for those who import this."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from nnapp.export.base import EXPORTERS
from nnapp.export.formats.keras_file import KerasFile
from nnapp.export.source import Source


@EXPORTERS.register("crash")
class Crash(KerasFile):
    """As Keras, but that it ends the process."""

    def convert(self, source: Source, output: Path) -> None:
        """Read the network, and die of it."""
        source.model.save(output)
        os.kill(os.getpid(), signal.SIGSEGV)
