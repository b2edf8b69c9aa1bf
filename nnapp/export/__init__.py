"""Files that answer as the network does: each is run on the whole test part before it is offered."""

from nnapp.export.base import EXPORTERS, Converted, Exporter, Exporting, Packed
from nnapp.export.card import CardFacts, model_card
from nnapp.export.exporting import export, export_all, finished_exports
from nnapp.export.spec import Change, Export

__all__ = [
    "EXPORTERS",
    "CardFacts",
    "Change",
    "Converted",
    "Export",
    "Exporter",
    "Exporting",
    "Packed",
    "export",
    "export_all",
    "finished_exports",
    "model_card",
]
