"""One door to what is stored: the catalogue (the record), Chroma and the lexical index (derived from it)."""

from __future__ import annotations

import logging
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Literal

from filelock import FileLock

from vectorstore.catalogue import Catalogue
from vectorstore.chroma import DenseIndex
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.engine import EngineAddress, open_engine
from vectorstore.errors import ConfigurationError, NotReadyError
from vectorstore.files import FileMemory
from vectorstore.in_use import InUse
from vectorstore.lexical_snapshots import LexicalSnapshots
from vectorstore.listing import Listings
from vectorstore.mending import recover
from vectorstore.nearest import Nearest
from vectorstore.published import PublishedCatalogue, ReadOnly
from vectorstore.store_reading import ReadingStore
from vectorstore.store_writing import MODEL, WritingStore

Mend = Literal["always", "if possible", "never"]
log = logging.getLogger(__name__)


class Store(ReadingStore, WritingStore):
    """Documents and their chunks, added all or nothing, found by vector or by words.

    Opening with an embedding model other than the one the index was made with raises ConfigurationError.
    """

    def __init__(
        self,
        path: Path,
        embeddings: PolicyEmbeddings,
        chroma_url: str | None = None,
        *,
        other_model: bool = False,
        mend: Mend = "always",
        published: bool = False,
        publishing: bool = False,
        engine: EngineAddress | None = None,
    ) -> None:
        """Open or make the store at `path`; `other_model` opens it as it is, to be reindexed or checked.

        What a killed writer left is mended now: `always`, or NotReadyError is raised; `if possible`, which a Chroma
        server that is away can put off to the next opening; or `never`, where another process sees to that.
        `published`: another host publishes its index at `path`, and it can only be read. `publishing`: this one's is,
        so that what a state retires stays in the dense index until a later one is published. `engine`: a server that
        searches in the place of Chroma and the lexical index.
        """
        self.path, self._publishing = path, publishing
        with ExitStack() as opened:
            self._in_use = None if published else opened.enter_context(closing(InUse(path)))
            self.embeddings = embeddings
            self.collections = None
            file = path / "catalogue.sqlite3"
            self.catalogue = PublishedCatalogue(file) if published else Catalogue(file)
            self.files = FileMemory(self.catalogue)
            if not other_model:
                self._check_model()
            self._lexical = None
            self.snapshots = LexicalSnapshots(path / "lexical")
            self.words = self.catalogue.words_of(None)
            self._listings = Listings()
            self.engine = None
            if engine:
                self.engine = open_engine(engine, self.catalogue, embeddings.dimensions)
                self.dense = self.engine.index
            else:
                self.dense = chroma = DenseIndex(path / "chroma", chroma_url)
                self._nearest = Nearest(chroma)
            self.write_lock = ReadOnly() if published else FileLock(path / "write.lock")
            if not (other_model or published or mend == "never"):
                self._mend(mend)
            opened.pop_all()  # it is open: `close` lets go of it

    def _check_model(self) -> None:
        made_with = self.catalogue.get_meta(MODEL)
        if made_with and made_with != self.embeddings.model_id:
            raise ConfigurationError(
                f"Chỉ mục được tạo bằng mô hình {made_with}, nhưng cấu hình đang chọn {self.embeddings.model_id}. "
                "Đặt lại ASSISTANT_EMBEDDING_MODEL hoặc chạy `assistant reindex` để lập lại chỉ mục.",
                f"The index was made with model {made_with}, but {self.embeddings.model_id} is configured. "
                "Reset ASSISTANT_EMBEDDING_MODEL or run `assistant reindex`.",
            )

    def _mend(self, mend: Mend) -> None:
        try:
            recover(self)
        except NotReadyError as error:
            if mend == "always" or not self.dense.remote:
                raise
            log.warning("nothing can be mended now: %s", error.english)

    def close(self) -> None:
        """Let go of the files."""
        self.dense.close()
        self.catalogue.close()
        if self._in_use:
            self._in_use.close()
