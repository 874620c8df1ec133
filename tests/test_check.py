"""Whatever is planted in a data folder is found by `assistant check`, and mended or said to need a backup."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tantivy

from assistant.api import Library
from assistant.backup.members import CATALOGUE
from assistant.maintenance import check_all, repair_all
from assistant.settings import Settings
from assistant.wiring import CorpusEditing
from ingest.pipeline import ingest
from vectorstore.chroma import DenseIndex
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.lexical import LexicalIndex
from vectorstore.records import Chunk
from vectorstore.store import Store

ROOT = Path(__file__).parents[1]
REPORT = """BÁO CÁO
Kết quả hòa giải ở cơ sở năm 2022 của huyện Sông Đà

I. Kết quả

Năm 2022, toàn huyện có 142 tổ hòa giải với 820 hòa giải viên. Các tổ đã hòa giải thành 310 vụ việc.

II. Phương hướng

Năm 2023, huyện phấn đấu mỗi thôn có một tổ hòa giải. Phòng Tư pháp mở hai lớp bồi dưỡng cho hòa giải viên.
"""
NOTICE = REPORT.replace("hòa giải", "tiếp công dân").replace("310", "75")
Plant = Callable[[Path], object]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, embeddings: PolicyEmbeddings, models_dir: Path) -> Path:
    """An upload with two versions, an ingested file, and a short one; then nothing is open."""
    folder = tmp_path_factory.mktemp("clean") / "kho"
    folder.mkdir()
    (folder / "models").symlink_to(models_dir / "models")
    files = folder.with_name("tep")
    files.mkdir()
    (files / "tiep-dan.txt").write_text(NOTICE, encoding="utf-8")
    with closing(Store(folder / "index", embeddings)) as store:
        ingest([files], store)
        library = Library(CorpusEditing(store), folder)
        for text in (REPORT, REPORT.replace("310", "312")):
            library.submit("ai", "default", [("hoa-giai.txt", io.BytesIO(text.encode()))], None)
        library._worker.shutdown(wait=True)
        library.close()
        assert sorted(len(store.catalogue.versions(d.document_id)) for d in store.listing()) == [1, 2]
    return folder


@pytest.fixture
def folder(clean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "kho", symlinks=True))


def contents(folder: Path, embeddings: PolicyEmbeddings) -> dict[str, Any]:
    with closing(Store(folder / "index", embeddings, other_model=True)) as store:
        tables = ("documents", "sources", "chunks", "unigrams", "bigrams")
        held: dict[str, Any] = {t: sorted(tuple(r) for r in store.catalogue.rows(f"SELECT * FROM {t}")) for t in tables}
        ids = sorted(store.catalogue.ready_chunk_ids())
        found = store.dense.entries(ids)
        held["dense"] = {i: (labels, np.round(v, 4).tolist()) for i, (labels, v) in found.items()}
        held["ids"] = store.dense.chunk_ids(), sorted(store.lexical.chunk_ids())
    return held


def sql(*statements: str) -> Plant:
    """Change the catalogue from outside: no checksum follows."""

    def plant(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "index" / "catalogue.sqlite3")) as database, database:
            for statement in statements:
                assert database.execute(statement).rowcount

    return plant


def stray(**changes: Any) -> Chunk:
    text = "Năm 2022, toàn huyện có 999 tổ hòa giải."
    return replace(Chunk("d-la", 1, 0, len(text), text, ((0, len(text)),)), **changes)


def some_chunk(folder: Path) -> Chunk:
    from vectorstore.catalogue import Catalogue

    with closing(Catalogue(folder / "index" / "catalogue.sqlite3")) as catalogue:
        (chunk_id, *_) = sorted(catalogue.ready_chunk_ids())
        return catalogue.chunks([chunk_id])[chunk_id][0]


def in_dense(change: Callable[[DenseIndex, Chunk], object]) -> Plant:
    def plant(folder: Path) -> None:
        with closing(DenseIndex(folder / "index" / "chroma")) as index:
            change(index, some_chunk(folder))

    return plant


def relabel(index: DenseIndex, chunk: Chunk) -> None:
    own = index.vectors([chunk.chunk_id])[chunk.chunk_id]
    index.add("default", [replace(chunk, kind="caption")], own[None, :])


def in_lexical(change: Callable[[LexicalIndex, Chunk], object]) -> Plant:
    """Change the current snapshot in place, which the program never does."""

    def plant(folder: Path) -> None:
        (snapshot,) = (folder / "index" / "lexical").glob("*/*")
        change(LexicalIndex(snapshot), some_chunk(folder))

    return plant


def put_twice(index: LexicalIndex, chunk: Chunk) -> None:
    """A second entry with the id of one that is there."""
    writer = index._index.writer(heap_size=64_000_000, num_threads=1)
    writer.add_document(tantivy.Document(chunk_id=chunk.chunk_id, document_id=chunk.document_id, accented="năm"))
    writer.commit()
    writer.wait_merging_threads()


def flip(pattern: str) -> Plant:
    """One bit in the middle of each file."""

    def plant(folder: Path) -> None:
        (*files,) = folder.glob(pattern)
        assert files
        for file in files:
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 16
            file.write_bytes(content)

    return plant


def cut(pattern: str) -> Plant:
    def plant(folder: Path) -> None:
        (*files,) = folder.glob(pattern)
        assert files
        for file in files:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    return plant


VECTOR = np.eye(1, 384, 5, dtype=np.float32)
ONE = "(SELECT min(chunk_id) FROM chunks)"
MENDED: dict[str, tuple[Plant, str]] = {
    "chunk text": (sql(f"UPDATE chunks SET record = replace(record, '20', '21') WHERE chunk_id = {ONE}"),
                   "chunk-altered"),
    "chunk record": (sql(f"UPDATE chunks SET record = '[1' WHERE chunk_id = {ONE}"), "chunk-altered"),
    "chunk vector": (sql(f"UPDATE chunks SET vector = zeroblob(1536) WHERE chunk_id = {ONE}"), "chunk-altered"),
    "no vector": (sql(f"UPDATE chunks SET vector = x'' WHERE chunk_id = {ONE}"), "chunk-altered"),
    "sentences": (sql(f"UPDATE chunks SET sentence_vectors = x'00' WHERE chunk_id = {ONE}"), "chunk-altered"),
    "chunk gone": (sql(f"DELETE FROM chunks WHERE chunk_id = {ONE}"), "chunk-lost"),
    "chunk of nobody": (
        sql(f"INSERT INTO chunks SELECT 'x', 'd-la', 1, start, record, x'', x'' FROM chunks WHERE chunk_id = {ONE}"),
        "row-orphaned"),
    "upload altered": (sql("UPDATE documents SET text = '' WHERE source = 'hoa-giai.txt'"), "document-altered"),
    "upload gone": (sql("DELETE FROM documents WHERE source = 'hoa-giai.txt' AND version = 2"), "document-lost"),
    "file altered": (sql("UPDATE documents SET text = 'khác' WHERE source = 'tiep-dan.txt'"), "document-altered"),
    "metadata": (sql("UPDATE documents SET record = replace(record, 'BÁO', 'BẢO')"), "document-altered"),
    "no record": (sql("UPDATE documents SET record = '{}' WHERE version = 1"), "document-altered"),
    "two current": (sql("UPDATE documents SET state = 'ready' WHERE state = 'old'"), "state-wrong"),
    "none current": (sql("UPDATE documents SET state = 'old' WHERE state = 'ready'"), "state-wrong"),
    "source": (sql("INSERT INTO sources VALUES ('la.txt', 'default', 'd-la', 1)"), "row-orphaned"),
    "counts": (sql("UPDATE unigrams SET count = count + 1", "DELETE FROM bigrams"), "words-wrong"),
    "dense extra": (in_dense(lambda index, chunk: index.add("default", [stray()], VECTOR)), "dense-extra"),
    "dense in another collection": (in_dense(lambda index, chunk: index.add("khac", [chunk], VECTOR)), "dense-extra"),
    "dense missing": (in_dense(lambda index, chunk: index.delete([chunk.chunk_id])), "dense-missing"),
    "dense vector": (in_dense(lambda index, chunk: index.add("default", [chunk], VECTOR)), "dense-vector"),
    "dense labels": (in_dense(relabel), "dense-labels"),
    "dense cut": (cut("index/chroma/chroma.sqlite3"), "dense-unreadable"),
    "dense gone": (lambda folder: shutil.rmtree(folder / "index" / "chroma"), "dense-unreadable"),
    "lexical extra": (in_lexical(lambda index, chunk: index.write([stray()], ())), "lexical-extra"),
    "lexical missing": (in_lexical(lambda index, chunk: index.write((), [chunk.chunk_id])), "lexical-missing"),
    "lexical text": (in_lexical(lambda index, chunk: index.write([replace(chunk, text="sai")], ())), "lexical-text"),
    "lexical twice": (in_lexical(put_twice), "lexical-twice"),
    "lexical flip": (flip("index/lexical/*/*/*.idx"), "lexical-unreadable"),
    "lexical flip terms": (flip("index/lexical/*/*/*.term"), "lexical-unreadable"),
    "lexical cut": (cut("index/lexical/*/*/*.store"), "lexical-unreadable"),
    "lexical meta": (cut("index/lexical/*/*/meta.json"), "lexical-unreadable"),
    "lexical gone": (lambda folder: shutil.rmtree(folder / "index" / "lexical"), "lexical-unreadable"),
    "left over": (lambda folder: (folder / "originals" / ("0" * 64)).write_bytes(b"x"), "original-orphaned"),
}  # fmt: skip


@pytest.mark.parametrize("name", MENDED)
def test_what_is_planted_is_found_and_mended(
    clean: Path, folder: Path, embeddings: PolicyEmbeddings, name: str
) -> None:
    plant, kind = MENDED[name]
    settings = Settings(data_dir=folder)
    plant(folder)
    found = check_all(settings, embeddings)
    assert kind in {finding.kind for finding in found}
    assert all(finding.vietnamese and finding.english for finding in found)
    before, after = repair_all(settings, embeddings)
    assert set(before) == set(found)
    assert after == []
    assert check_all(settings, embeddings) == []
    mended, right = contents(folder, embeddings), contents(clean, embeddings)
    different = [part for part in right if mended[part] != right[part]]
    assert not different


BEYOND: dict[str, tuple[Plant, str]] = {
    "catalogue pages": (lambda folder: overwrite(folder / CATALOGUE, 5000, 9000), "catalogue-corrupt"),
    "catalogue header": (lambda folder: overwrite(folder / CATALOGUE, 0, 100), "catalogue-corrupt"),
    "catalogue cut": (cut("index/catalogue.sqlite3"), "catalogue-corrupt"),
    "jobs": (cut("jobs.sqlite3"), "database-corrupt"),
    "original altered": (flip("originals/" + "[0-9a-f]" * 64), "original-altered"),
    "original gone": (
        lambda folder: [path.unlink() for path in (folder / "originals").glob("[0-9a-f]" * 64)], "original-lost"),
    "text nowhere": (
        lambda folder: [
            sql("UPDATE documents SET text = 'khác' WHERE source = 'tiep-dan.txt'",
                "UPDATE files SET path = '/khong-co' || path")(folder)], "document-altered"),
}  # fmt: skip


def overwrite(file: Path, start: int, end: int) -> None:
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    content = bytearray(file.read_bytes())
    content[start:end] = bytes(end - start)
    file.write_bytes(content)


@pytest.mark.parametrize("name", BEYOND)
def test_what_only_a_backup_holds_is_said(folder: Path, embeddings: PolicyEmbeddings, name: str) -> None:
    plant, kind = BEYOND[name]
    plant(folder)
    settings = Settings(data_dir=folder)
    for found in (check_all(settings, embeddings), repair_all(settings, embeddings)[1]):
        assert kind in {finding.kind for finding in found if finding.mend == "restore" or finding.kind == kind}


def test_the_commands_say_it_and_their_exit_codes_too(folder: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        environment = {**os.environ, "ASSISTANT_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-m", "assistant.cli", *arguments], env=environment, capture_output=True,
                              text=True, check=False)  # fmt: skip
        return done.returncode, done.stdout

    assert run("check") == (0, "Không có sai lệch nào.\n")
    shutil.rmtree(folder / "index" / "lexical")
    code, shown = run("check", "--json")
    assert code == 1 and {json.loads(line)["kind"] for line in shown.splitlines()} == {"lexical-unreadable"}
    assert run("repair")[0] == 0
    cut("index/catalogue.sqlite3")(folder)
    code, shown = run("repair")
    assert code == 2 and "assistant restore" in shown
