"""Files in class folders: what a zip of pictures and a zip of sounds have in common."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Self

from nnapp.data.archives import open_archive, read_entry
from nnapp.data.findings import Finding
from nnapp.data.specs import DataKind, Part
from nnapp.errors import DataError

THREADS = 2
"""Files decoded at once: the largest that are accepted take some hundred megabytes each."""


@dataclass(frozen=True)
class ClassFolders(ABC):
    """Files by class folder, every one of which is known to open.

    Attributes:
        name: File name of the archive as it came.
        archive: The zip they are read from.
        paths: Name of each within the archive, `(n,)`, in natural order.
        labels: Class of each, `(n,)`.
        parts: The part each belongs to where the archive has train, validation and test folders, else None.
        digests: CRC-32 and length of each file: equal for equal files.
        skipped: Names that were left out, each with its reason.
        findings: What reading brought to light.
    """

    kinds: ClassVar[tuple[DataKind, ...]]
    """What a network can be fed with from it."""
    noun: ClassVar[str]
    """What one of them is called."""
    version: ClassVar[int]
    """Raised when a reading would come out otherwise."""

    name: str
    archive: Path
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    parts: tuple[Part | None, ...]
    digests: tuple[str, ...] = field(default=(), kw_only=True)
    skipped: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)
    findings: tuple[Finding, ...] = field(default=(), kw_only=True)

    @property
    def rows(self) -> int:
        """Number of files."""
        return len(self.paths)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The class folders in natural order: 2 before 10."""
        return tuple(sorted(set(self.labels), key=natural))

    @cached_property
    def known(self) -> frozenset[str]:
        """Paths, for quick asking."""
        return frozenset(self.paths)

    def contents(self, paths: Sequence[str]) -> dict[str, bytes]:
        """Several files as they came, by path, the archive opened once.

        Raises:
            DataError: If the archive has no such file.
        """
        unknown = next((path for path in paths if path not in self.known), None)
        if unknown is not None:
            raise DataError(f"{self.name} has no {self.noun} called {unknown!r}.", remedy="Choose one of those listed.")
        with open_archive(self.archive, self.name) as archive:
            return {path: read_entry(archive, path) for path in paths}

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What the kind itself knows of its files, as JSON."""

    @classmethod
    @abstractmethod
    def from_facts(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The fields that `facts` told."""

    def to_json(self) -> str:
        """The reading without the archive's place, so that it need not be done twice."""
        values = {name: getattr(self, name) for name in ("paths", "labels", "parts", "digests", "skipped")}
        findings = [finding.model_dump(mode="json") for finding in self.findings]
        return json.dumps({**values, **self.facts(), "version": self.version, "findings": findings}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, name: str, archive: Path) -> Self | None:
        """Read what `to_json` wrote; None if an older nnapp wrote it, which may have seen other things."""
        values: dict[str, Any] = json.loads(text)
        if values.get("version") != cls.version:
            return None
        return cls(
            name,
            archive,
            tuple(values["paths"]),
            tuple(values["labels"]),
            tuple(values["parts"]),
            **cls.from_facts(values),
            digests=tuple(values["digests"]),
            skipped=tuple((path, why) for path, why in values["skipped"]),
            findings=tuple(Finding.parse(finding) for finding in values["findings"]),
        )


def natural(name: str) -> tuple[Any, ...]:
    """Sorting key by which 2 stands before 10.

    >>> sorted(["10", "9", "a2", "a10"], key=natural)
    ['9', '10', 'a2', 'a10']
    """
    pieces: list[tuple[int, int, str]] = []
    digits = ""
    for letter in [*name, ""]:
        if letter.isascii() and letter.isdigit():
            digits += letter
            continue
        if digits:
            pieces.append((0, int(digits[:18]), digits))
            digits = ""
        if letter:
            pieces.append((1, 0, letter))
    return (*pieces,)


def batches(items: list[int], size: int) -> Iterator[list[int]]:
    """Consecutive slices: what is read ahead while threads work is bounded."""
    stream: Iterable[int] = iter(items)
    while batch := list(islice(stream, size)):
        yield batch
