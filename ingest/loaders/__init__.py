"""Reading a file into clean text: one loader a format, chosen by what the file is, not only by its name."""

from ingest.loaders.base import RawDocument
from ingest.loaders.dispatch import SUPPORTED_SUFFIXES, load

__all__ = ["SUPPORTED_SUFFIXES", "RawDocument", "load"]
