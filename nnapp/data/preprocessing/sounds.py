"""Sounds: one rate, one length, a log-mel spectrogram."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nnapp.data.augmentation import Augmentation
from nnapp.data.dataset import SOUND, DataSpec, InputSpec, Standard
from nnapp.data.preprocessing.base import Preprocessing


class SoundPreprocessing(Preprocessing):
    """From a sound file to decibels by moment and pitch; `nnapp.portable.sounds` computes them."""

    kind: Literal["sounds"] = "sounds"
    rate: Annotated[int, Field(description="Samples a second that every sound is brought to.")]
    samples: Annotated[int, Field(description="Samples of every sound, once it is padded with silence or cut to its loudest stretch.")]
    frame: Annotated[int, Field(description="Samples of which one moment of the spectrogram is made.")]
    hop: Annotated[int, Field(description="Samples from one moment to the next.")]
    mels: Annotated[int, Field(description="Bands of pitch.")]
    low: Annotated[float, Field(description="Hertz at which the lowest band begins.")]
    high: Annotated[float, Field(description="Hertz at which the highest band ends.")]
    relative: Annotated[bool, Field(description="Whether 0 decibels is each sound's loudest moment, or full scale.")] = True
    standard: Annotated[Standard, Field(description="Mean and spread of every band in the train part; applied inside the network.")]
    augmentation: Annotated[Augmentation | None, Field(description="Changes to training sounds; it stands inside the network.")] = None

    @property
    def frames(self) -> int:
        """Moments of a spectrogram."""
        return 1 + (self.samples - self.frame) // self.hop

    @property
    def seconds(self) -> float:
        """How much of a sound the network hears."""
        return self.samples / self.rate

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one spectrogram: moments, bands, 1."""
        return self.frames, self.mels, 1

    @property
    def data_spec(self) -> DataSpec:
        """One input: the spectrogram in decibels."""
        sound = InputSpec(shape=self.shape, role="spectrogram", standard=self.standard, augmentation=self.augmentation)
        return DataSpec(kind=self.kind, inputs={SOUND: sound})
