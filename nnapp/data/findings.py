"""Finding: something worth knowing about the data, and what one click does about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field

from nnapp.errors import DataError, NnappError
from nnapp.specs import Spec

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


class Finding(Spec):
    """One sentence on what is the case, one on what to do, and the settings that do it.

    An error stops training, a warning does not, and an info says what nnapp decided by itself.
    """

    code: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", description="Stable name for programs.")]
    severity: Severity
    problem: str
    remedy: str
    columns: tuple[str, ...] = ()
    fix: Annotated[dict[str, Any], Field(description="Settings that one click applies, as in {'data.types': {'Name': 'ignored'}}.")] = {}
    fix_label: str = ""


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then warnings, then infos; otherwise in the order they came."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))


def stop_on_errors(findings: Iterable[Finding]) -> None:
    """Refuse to go on where a finding is an error.

    Raises:
        DataError: With the first error's problem and remedy.
    """
    for finding in findings:
        if finding.severity == "error":
            raise DataError(finding.problem, remedy=finding.remedy)


def from_error(code: str, error: NnappError) -> Finding:
    """An error that was raised, as a finding: a page lists it beside the others."""
    return Finding(code=code, severity="error", problem=error.problem, remedy=error.remedy)


def quoted(names: Iterable[object], most: int = 3) -> str:
    """Names as people list them, the long tail counted.

    >>> quoted(["a", "b"])
    "'a' and 'b'"
    >>> quoted(["a", "b", "c", "d", "e"])
    "'a', 'b', 'c' and 2 more"
    """
    listed = [repr(short(name)) for name in names]
    if len(listed) > most:
        return f"{', '.join(listed[:most])} and {len(listed) - most} more"
    return " and ".join([", ".join(listed[:-1]), listed[-1]]) if len(listed) > 1 else "".join(listed)


def short(value: object, most: int = 60) -> str:
    """A cell or name cut to a length that fits a sentence."""
    text = str(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(2_000, "row"), counted(2, "class", "classes")
    ('1 row', '2,000 rows', '2 classes')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
