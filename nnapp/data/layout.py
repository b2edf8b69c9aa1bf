"""What the places of an example mean to a network: SeriesLayout for steps and channels, TokenShape for token ids."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nnapp.specs import Spec


class TokenShape(tuple[int | None, ...]):
    """The shape of a text's token ids, `(length,)`: numbers that name words, and mean nothing by their size.

    Attributes:
        vocabulary: How many different ones there are; None where it is not known yet.
    """

    vocabulary: int | None

    def __new__(cls, length: int | None, vocabulary: int | None = None) -> TokenShape:
        """Of so many tokens; None where the length is not known yet."""
        made = super().__new__(cls, (length,))
        made.vocabulary = vocabulary
        return made

    def __getnewargs__(self) -> tuple[int | None, int | None]:
        """What a copy is made from: a tuple would hand itself over as the length."""
        return self[0], self.vocabulary


class SeriesLayout(Spec):
    """The numeric stage between raw values and the first layer, fixed by the train part, and what of it is asked for.

    The channels stand in this order: values, calendar (`calendar` of them), and, where `observed` is set, one that says by 1
    which steps are there. Values and calendar are standardised by `center` and `scale`; the values then once more by the mean
    and spread of each series or window itself, where `each` is set.
    """

    center: Annotated[tuple[float, ...], Field(description="For each channel but `observed`, in its own units.")]
    scale: Annotated[tuple[float, ...], Field(description="For each channel but `observed`, in its own units.")]
    calendar: Annotated[int, Field(ge=0, description="Channels that say the time of day, week or year.")] = 0
    observed: Annotated[bool, Field(description="The last channel says which steps are there.")] = False
    each: Annotated[bool, Field(description="Every series or window is standardised by its own mean and spread.")] = False
    level: Annotated[bool, Field(description="Every window is measured from its own last value, and keeps its size.")] = False
    returns: Annotated[bool, Field(description="With `level`: the series comes back to its mean, so that its level says where it will go.")] = False
    centred: Annotated[bool, Field(description="Every window is measured from its own mean, and keeps its size.")] = False
    targets: Annotated[tuple[int, ...], Field(description="Channels that are forecast, or rebuilt.")] = ()
    horizon: Annotated[int, Field(ge=0, description="Steps after the input that are forecast.")] = 0

    @property
    def values(self) -> int:
        """Channels that are measured, not calendar."""
        return len(self.center) - self.calendar

    def scaled_outside(self) -> SeriesLayout:
        """The same once NumPy has standardised values and calendar."""
        count = len(self.center)
        return self.model_copy(update={"center": (0.0,) * count, "scale": (1.0,) * count})
