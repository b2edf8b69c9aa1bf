"""Small changes to training pictures, sounds and texts that do not change their meaning."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nnapp.specs import Spec

Flip = Literal["auto", "none", "horizontal", "vertical", "both"]


_FIELDS = {
    "pictures": ("flip", "shift", "rotation", "zoom", "contrast", "noise"),
    "sounds": ("shift", "noise", "time_mask", "pitch_mask"),
    "text": ("swap", "typos"),
}
"""The fields of `Augmentation` that change examples of a kind of data."""


class Augmentation(Spec):
    """Random changes that stand inside the network while it trains and do nothing when it answers.

    Every example is changed anew in every epoch, so that the network cannot learn examples by heart. Typos alone are
    made beforehand, since letters become token ids before training begins: see `nnapp.data.typos`.
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
            description="Moves a picture by up to this share of its side, a sound by this share of its length, cropping what leaves the frame. "
            "Raise it when the object is not always centred, or the sound not always in the middle.",
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
        float,
        Field(
            ge=0,
            le=0.5,
            description="Adds grain: its standard deviation, as a share of the range from black to white (of a sound, of the spread of its loudness). "
            "Raise it for noisy cameras and microphones.",
        ),
    ] = 0.0

    time_mask: Annotated[
        float,
        Field(
            ge=0, le=0.8, description="Hides a stretch of every sound of up to this share of its length. Raise it when the network clings to single moments."
        ),
    ] = 0.15
    pitch_mask: Annotated[
        float,
        Field(ge=0, le=0.8, description="Hides neighbouring pitches of every sound, up to this share of them. Raise it when microphones or speakers differ."),
    ] = 0.15

    swap: Annotated[
        float,
        Field(
            ge=0,
            le=0.5,
            description="Share of a text's words that change places with a neighbour at each step. Raise it where people write in any order; lower it where "
            "order carries the meaning.",
        ),
    ] = 0.0
    typos: Annotated[
        float,
        Field(
            ge=0,
            le=0.5,
            description="Share of the words of three letters and more that get a slip of the fingers: two letters exchanged, one left out or struck twice. Three such "
            "readings of every training text are made beforehand, and each epoch takes one of them or the text as written. Raise it for texts that are typed in "
            "haste; preparing takes longer.",
        ),
    ] = 0.0

    @classmethod
    def off(cls) -> Augmentation:
        """Pictures and sounds as they are."""
        return cls(flip="none", shift=0.0, time_mask=0.0, pitch_mask=0.0)

    @classmethod
    def idle(cls, kind: str) -> tuple[str, ...]:
        """Fields that mean nothing for a kind of data; all of them where nothing can be augmented.

        >>> Augmentation.idle("sounds")
        ('flip', 'rotation', 'zoom', 'contrast', 'swap', 'typos')
        """
        return tuple(name for name in cls.model_fields if name not in _FIELDS.get(kind, ()))

    def flips(self, channels: int) -> Literal["none", "horizontal", "vertical", "both"]:
        """Which mirror images a picture of so many channels gets.

        >>> Augmentation().flips(channels=3), Augmentation().flips(channels=1)
        ('horizontal', 'none')
        """
        if self.flip == "auto":
            return "none" if channels == 1 else "horizontal"
        return self.flip
