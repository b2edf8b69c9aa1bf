"""Small changes to training pictures that do not change their meaning."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nnapp.specs import Spec

Flip = Literal["auto", "none", "horizontal", "vertical", "both"]


class Augmentation(Spec):
    """Random changes that stand inside the network while it trains and do nothing when it answers.

    Every picture is changed anew in every epoch, so that the network cannot learn pictures by heart.
    """

    flip: Annotated[
        Flip,
        Field(
            description="Mirrors pictures. Auto mirrors colour pictures left to right and leaves grey ones, often digits or letters, alone. "
            "Choose none where left and right mean something."
        ),
    ] = "auto"
    shift: Annotated[
        float,
        Field(
            ge=0,
            le=0.5,
            description="Moves the picture by up to this share of its side, cropping what leaves the frame. Raise it when the object is not always centred.",
        ),
    ] = 0.08
    rotation: Annotated[
        float,
        Field(
            ge=0, le=180, description="Turns the picture by up to this many degrees. Raise it for pictures without an upright, such as cells or aerial views."
        ),
    ] = 0.0
    zoom: Annotated[
        float, Field(ge=0, le=0.5, description="Enlarges or shrinks the picture by up to this share. Raise it when the distance to the object varies.")
    ] = 0.0
    contrast: Annotated[
        float, Field(ge=0, le=0.9, description="Changes the contrast by up to this share. Raise it when light varies; lower it when brightness is the clue.")
    ] = 0.0
    noise: Annotated[
        float, Field(ge=0, le=0.5, description="Adds grain: its standard deviation, as a share of the range from black to white. Raise it for noisy cameras.")
    ] = 0.0

    @classmethod
    def off(cls) -> Augmentation:
        """Pictures as they are."""
        return cls(flip="none", shift=0.0)

    def flips(self, channels: int) -> Literal["none", "horizontal", "vertical", "both"]:
        """Which mirror images a picture of so many channels gets.

        >>> Augmentation().flips(channels=3), Augmentation().flips(channels=1)
        ('horizontal', 'none')
        """
        if self.flip == "auto":
            return "none" if channels == 1 else "horizontal"
        return self.flip
