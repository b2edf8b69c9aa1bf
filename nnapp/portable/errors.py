"""What the person who brings the data can mend; the app turns it into its own errors."""

from __future__ import annotations


class PortableError(ValueError):
    """A problem with the given data.

    Args:
        problem: What is wrong, with the value that is wrong, in one sentence.
        remedy: What to do about it, in one sentence.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy
