"""Kinds of data, one file each: what a network is fed with, and how an upload becomes that."""

from nnapp.data.kinds.base import KINDS, Given, Kind

__all__ = ["KINDS", "Given", "Kind"]
