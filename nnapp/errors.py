"""What a user can mend: every such error says the problem and the remedy."""

from __future__ import annotations


class NnappError(Exception):
    """A problem that the person in front of the app or the command line can mend.

    Args:
        problem: What is wrong, with the value that is wrong, in one sentence.
        remedy: What to do about it, in one sentence.

    `ValueError` and `TypeError` are for our own mistakes.
    """

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy

    def as_dict(self) -> dict[str, str]:
        """The error as the command line prints it."""
        return {"problem": self.problem, "remedy": self.remedy}


class DataError(NnappError):
    """The data cannot be read, or cannot be learned from."""


class SpecError(NnappError):
    """A setting has a value that it cannot have."""


class RunError(NnappError):
    """A run does not exist, or is not in a state that allows what was asked."""


class ExportError(NnappError):
    """A file of this format cannot be made from this network."""
