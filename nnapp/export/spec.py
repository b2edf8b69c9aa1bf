"""Export: a file that has been run on the whole test part, and what came of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nnapp.specs import Spec

SHOWN_IDS = 1000
"""Flipped samples that are listed at most; all are counted."""


class Change(Spec):
    """What the conversion did to the headline metric on the test part: the file's value minus the network's."""

    metric: str
    value: float | None
    low: Annotated[float | None, Field(description="Lower end of the 95 % interval, by paired bootstrap.")] = None
    high: float | None = None
    verdict: Literal["better", "worse", "indistinguishable"] = "indistinguishable"


class Export(Spec):
    """The passport of an exported file. Conversion without these numbers is not an export."""

    format: str
    path: Annotated[str, Field(description="Where the file lies.")]
    bytes: Annotated[int, Field(ge=0, description="Its size.")]
    rows: Annotated[int, Field(ge=0, description="Examples of the test part, all of which it was run on.")]
    test: Annotated[dict[str, float | None], Field(description="The file's own metrics on the test part.")]
    network: Annotated[dict[str, float | None], Field(description="The Keras network's metrics on the same rows.")]
    agreement: Annotated[
        float | None, Field(description="Share of rows with the network's answer; for a regression within 1 % of the target's standard deviation of it.")
    ]
    max_abs_error: Annotated[
        float | None, Field(description="Largest difference of any logit; for a regression in standard deviations of the target. None without rows.")
    ]
    flipped: Annotated[int, Field(ge=0, description="Rows that do not agree.")]
    flipped_ids: Annotated[tuple[int | str, ...], Field(description="Their row numbers or picture paths, the first 1,000.")] = ()
    flipped_by_class: Annotated[dict[str, int], Field(description="Where the damage is: flipped rows by true class.")] = {}
    change: Change | None = None
    latency_ms: Annotated[float | None, Field(description="Median for one row on one thread, in milliseconds.")] = None
    seconds: Annotated[float, Field(ge=0, description="Wall time of the conversion, without the start of its process.")] = 0.0
    encoded_outside: Annotated[bool, Field(description="Whether the numbers must be encoded before they are fed in; the bundle does so.")] = False
    caveats: Annotated[tuple[str, ...], Field(description="What to know before using it, as sentences.")] = ()
    remedy: Annotated[str, Field(description="What to do about a loss of accuracy. Empty where there is none.")] = ""
