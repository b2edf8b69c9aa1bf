"""Parts by name. A part is one file that registers itself; nobody edits a list."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from nnapp.errors import SpecError

T = TypeVar("T")
F = TypeVar("F")


def did_you_mean(name: str, known: list[str]) -> str:
    """A remedy for a name that is not known: the nearest one, else all of them.

    >>> did_you_mean("acuracy", ["accuracy", "rmse"])
    "Did you mean 'accuracy'?"
    """
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Choose one of: {', '.join(known)}."


class Registry(Mapping[str, T]):
    """Parts of one kind by name, filled by importing every module of a package on first use.

    Args:
        kind: What a part is called in an error, as in "architecture".
        package: Dotted name of the package whose modules register the parts.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self._package = package
        self._parts: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[F], F]:
        """Decorate a class or function to make it the part called `name`."""

        def add(part: F) -> F:
            if name in self._parts:
                raise ValueError(f"two parts claim the {self.kind} name {name!r}")
            self._parts[name] = part  # type: ignore[assignment]  # the caller's T, checked where it is read
            return part

        return add

    def withdraw(self, name: str) -> None:
        """Take a part out again, as a plug-in that is unloaded does."""
        del self._load()[name]

    def _load(self) -> dict[str, T]:
        if not self._loaded:
            package = importlib.import_module(self._package)
            for module in pkgutil.iter_modules(package.__path__, f"{self._package}."):
                importlib.import_module(module.name)
            self._loaded = True
        return self._parts

    def __getitem__(self, name: str) -> T:
        parts = self._load()
        if name not in parts:
            raise SpecError(f"There is no {self.kind} called {name!r}.", remedy=did_you_mean(name, sorted(parts)))
        return parts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._load()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._load()))

    def __len__(self) -> int:
        return len(self._load())

    def name_of(self, part: object) -> str:
        """The name under which a part (or the class of an instance) was registered."""
        for name, candidate in self._load().items():
            if candidate is part or candidate is type(part):
                return name
        raise ValueError(f"{part!r} is not a registered {self.kind}")
