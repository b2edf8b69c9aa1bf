"""From what a person brought to the arrays of a network: fitted on the train part only, kept as JSON."""

from nnapp.data.preprocessing.base import Preprocessing
from nnapp.data.preprocessing.columns import CategoryColumn, DateColumn, NumberColumn
from nnapp.data.preprocessing.mixed import MixedPreprocessing
from nnapp.data.preprocessing.pictures import PicturePreprocessing
from nnapp.data.preprocessing.series import SeriesPreprocessing
from nnapp.data.preprocessing.sounds import SoundPreprocessing
from nnapp.data.preprocessing.table import TablePreprocessing
from nnapp.data.preprocessing.text import TextColumn, TextPreprocessing

__all__ = [
    "CategoryColumn",
    "DateColumn",
    "MixedPreprocessing",
    "NumberColumn",
    "PicturePreprocessing",
    "Preprocessing",
    "SeriesPreprocessing",
    "SoundPreprocessing",
    "TablePreprocessing",
    "TextColumn",
    "TextPreprocessing",
]
