"""Finding and mending what disagrees between the catalogue, Chroma and the lexical index."""

from vectorstore.maintenance.check import check
from vectorstore.maintenance.findings import Finding
from vectorstore.maintenance.repair import Rebuilder, repair

__all__ = ["Finding", "Rebuilder", "check", "repair"]
