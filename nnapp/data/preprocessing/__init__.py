"""From raw cells and pictures to the arrays of a network: fitted on the train part only, kept as JSON."""

from nnapp.data.preprocessing.columns import CategoryColumn, DateColumn, NumberColumn
from nnapp.data.preprocessing.preprocessing import Preprocessing

__all__ = ["CategoryColumn", "DateColumn", "NumberColumn", "Preprocessing"]
