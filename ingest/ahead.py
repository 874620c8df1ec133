"""Files in their order, with what takes long done ahead: while one is stored, the next is embedded, and one read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event

from ingest.loaders.apart import LOADER
from ingest.results import FileResult
from vectorstore.records import Chunk, Document
from vectorstore.store import Store
from vectorstore.store_writing import Vectors

_AGAIN_S = 0.2  # between two attempts to end what is being read
_AT_A_TIME = 128  # passages embedded until it is looked whether anybody still wants them


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that has been read, or its result where there is nothing to store."""

    document: Document | None = None
    chunks: Sequence[Chunk] = ()
    size_and_time: tuple[int, int] = (0, 0)
    result: FileResult | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """A file on its way: what it was read as, and the vectors of its chunks, None where they are not needed."""

    read: Callable[[], Prepared]
    embedded: Callable[[], list[Vectors] | None]


class Ahead:
    """Reads in one thread and embeds in another, each one file after the other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._embedder = ThreadPoolExecutor(1, thread_name_prefix="embed-ahead")
        self._reading: deque[Future[Prepared]] = deque(maxlen=4)
        self._given_up = Event()

    def prepared(self, files: Iterable[FileResult | Callable[[], Prepared]]) -> Generator[Coming, None, None]:
        """What becomes of files in their order: a result that is known, or what reads one and never raises."""
        coming: deque[Coming] = deque()
        try:
            for file in files:
                coming.append(self._coming(file))
                if len(coming) > 2:  # one to store, one to embed and one to read
                    yield coming.popleft()
            while coming:
                yield coming.popleft()
        except BaseException:  # also when the caller stops listening: nobody waits for the file that is being read
            self._give_up()
            raise
        finally:
            self._reader.shutdown(wait=True, cancel_futures=True)
            self._embedder.shutdown(wait=True, cancel_futures=True)

    def _coming(self, file: FileResult | Callable[[], Prepared]) -> Coming:
        if isinstance(file, FileResult):
            known = Prepared(result=file)
            return Coming(lambda: known, lambda: None)
        reading = self._reader.submit(file)
        self._reading.append(reading)
        return Coming(reading.result, self._embedder.submit(self._embed, reading).result)

    def _embed(self, reading: Future[Prepared]) -> list[Vectors] | None:
        """The vectors of the chunks of a file that has been read, unless its text is in the store already."""
        prepared = reading.result()
        if (own := prepared.document) is None or self._store.find_by_content(own.content_hash, own.collection):
            return None
        found: list[Vectors] = []
        for start in range(0, len(prepared.chunks), _AT_A_TIME):
            if self._given_up.is_set():
                raise CancelledError
            found += self._store.embedded(prepared.chunks[start : start + _AT_A_TIME])
        return found

    def _give_up(self) -> None:
        self._given_up.set()
        self._reader.shutdown(wait=False, cancel_futures=True)
        while reading := [each for each in self._reading if not each.done()]:  # one may be about to start
            LOADER.interrupt()
            wait(reading, timeout=_AGAIN_S)
