"""Dense and lexical search by a distributed engine, for more passages than one machine holds.

The engine keeps one row a passage: its vector, the weights of its terms, and fields of its document; the rows of a
collection are a partition, which has graphs of its own. What belongs to a state, and how much a word counts, is in
the catalogue, as with the embedded indexes.
"""

from vectorstore.catalogue import Catalogue
from vectorstore.engine.address import EngineAddress
from vectorstore.engine.milvus import MilvusIndex
from vectorstore.engine.search import EngineSearch

__all__ = ["EngineAddress", "EngineSearch", "open_engine"]


def open_engine(address: EngineAddress, catalogue: Catalogue, dimensions: int) -> EngineSearch:
    """Search by the server at the address, for vectors of so many dimensions; it is connected to when it is needed."""
    return EngineSearch(MilvusIndex(address, catalogue, dimensions))
