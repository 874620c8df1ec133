"""Backing up while everything is in use, and getting the same answers from what is restored."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assistant.access import KeyStore
from assistant.api import ConversationStore, FeedbackFile, Library
from assistant.api.feedback import Opinion
from assistant.backup import back_up, read_manifest, restore
from assistant.chain import PolicyAssistant
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.wiring import CorpusEditing, open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import InvalidInputError, NotFoundError, NotReadyError
from vectorstore.store import Store

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted((ROOT / "eval" / "sample" / "documents").iterdir())
LINES = (ROOT / "eval" / "sample" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
QUESTIONS = [json.loads(line) for line in LINES[::4]]
ANSWER = {
    "status": "abstained", "reason": "not_found", "answer": "Không có.",
    "standalone_question": "Hỏi?", "confidence": 0.1, "model": "extractive",
}  # fmt: skip
UPLOAD = "BÁO CÁO\nKết quả hòa giải năm 2022\n\nNăm 2022, toàn huyện có {} tổ hòa giải, hòa giải thành 310 vụ việc.\n"


def settings(folder: Path, models: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    if not (folder / "models").exists():
        (folder / "models").symlink_to(models / "models")
    return Settings(data_dir=folder)


def answers(assistant: PolicyAssistant) -> list[dict[str, Any]]:
    """Everything about the answers but how long they took and what they are called."""
    found = []
    for row in QUESTIONS:
        roles = ("user", "assistant")
        turns = [Turn(role=r, content=c) for pair in row["history"] for r, c in zip(roles, pair, strict=True)]  # type: ignore[arg-type]
        answer = assistant.ask(Query(question=row["question"], history=tuple(turns), as_of=row.get("as_of")))
        found.append(answer.model_dump(exclude={"timings_ms", "id"}))
    return found


@pytest.fixture(scope="module")
def full(
    tmp_path_factory: pytest.TempPathFactory, sample_assistant: PolicyAssistant, embeddings: PolicyEmbeddings
) -> Path:
    """A data folder with everything in it; its documents come from the backup of one that is open."""
    work = tmp_path_factory.mktemp("full")
    (opened,) = [
        row["file"] for row in sample_assistant.store.catalogue.rows("PRAGMA database_list") if row["name"] == "main"
    ]
    back_up(Path(opened).parents[1], work / "sample.zip")
    folder = work / "kho"
    restore(work / "sample.zip", folder)
    with closing(Store(folder / "index", embeddings)) as store:
        with closing(ConversationStore(folder / "conversations.sqlite3")) as conversations:
            conversation = conversations.create("anonymous", "Hòa giải")
            conversations.add("anonymous", conversation.id, "Hỏi?", Answer.model_validate(ANSWER))
        opinion = {"question": "Hỏi?", "answer": ANSWER, "rating": "up"}
        FeedbackFile(folder / "feedback.jsonl").add(Opinion.model_validate_json(json.dumps(opinion)), "anonymous")
        library = Library(CorpusEditing(store), folder)
        library.submit("anonymous", "default", [("hoa-giai.txt", io.BytesIO(UPLOAD.format(142).encode()))], None)
        library._worker.shutdown(wait=True)
        library.close()
    with closing(KeyStore(folder / "access.sqlite3")) as keys:
        keys.create("Cổng thông tin")
    return folder


def asked_of(folder: Path, models: Path, embeddings: PolicyEmbeddings) -> list[dict[str, Any]]:
    with closing(Store(folder / "index", embeddings)) as store:
        return answers(open_assistant(settings(folder, models), store))


def dump(database: sqlite3.Connection) -> list[str]:
    """Everything in it, but for which state of the index it is and where that is: the index is made anew."""
    own = ("INSERT INTO \"meta\" VALUES('lexical'", "INSERT INTO \"meta\" VALUES('state'")
    return sorted(line for line in database.iterdump() if not line.startswith(own))


def test_a_restored_folder_answers_alike_and_has_everything(
    full: Path, tmp_path: Path, models_dir: Path, embeddings: PolicyEmbeddings
) -> None:
    before = asked_of(full, models_dir, embeddings)
    manifest = back_up(full, tmp_path / "kho.zip")
    assert (tmp_path / "kho.zip").stat().st_mode & 0o777 == 0o600
    assert manifest.documents == len(DOCUMENTS) + 1 and manifest == read_manifest(tmp_path / "kho.zip")
    fresh = tmp_path / "may-moi"
    assert restore(tmp_path / "kho.zip", fresh) == (manifest, None)
    assert asked_of(fresh, models_dir, embeddings) == before
    for name in ("feedback.jsonl", *(f"originals/{path.name}" for path in (full / "originals").glob("[0-9a-f]*"))):
        assert (fresh / name).read_bytes() == (full / name).read_bytes()
    for database in ("conversations", "access", "jobs", "originals/originals", "index/catalogue"):
        with (
            closing(sqlite3.connect(full / f"{database}.sqlite3")) as old,
            closing(sqlite3.connect(fresh / f"{database}.sqlite3")) as new,
        ):
            assert dump(old) == dump(new)


def test_a_backup_during_uploads_and_removals_is_a_whole_state(
    tmp_path: Path, embeddings: PolicyEmbeddings, models_dir: Path
) -> None:
    folder = tmp_path / "kho"
    settings(folder, models_dir)
    store = Store(folder / "index", embeddings)
    library = Library(CorpusEditing(store), folder)
    library.submit("ai", "default", [("0.txt", io.BytesIO(UPLOAD.format(0).encode()))], None)
    stop = threading.Event()

    def edit() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            job = library.submit("ai", "default", [("x.txt", io.BytesIO(UPLOAD.format(number).encode()))], None)
            while library.jobs.get(job.id).status in ("queued", "running"):
                pass
            if number % 2:
                library.remove(library.jobs.get(job.id).files[0].document_id)

    editing = threading.Thread(target=edit)
    editing.start()
    for number in range(8):
        back_up(folder, tmp_path / f"{number}.zip")
    stop.set()
    editing.join()
    library.close()
    store.close()
    for number in range(8):
        copy = tmp_path / f"ban-{number}"
        restore(tmp_path / f"{number}.zip", copy)
        with closing(Store(copy / "index", embeddings)) as restored:
            again = Library(CorpusEditing(restored), copy)
            again.close()  # lets the upload at hand finish
            again = Library(CorpusEditing(restored), copy)
            again._worker.shutdown(wait=True)
            assert not again.jobs.unfinished()
            for document in restored.listing():
                found = again.originals.find(document.document_id, document.version)
                assert found is not None and restored.document(document.document_id).text in found[0].read_text()  # type: ignore[union-attr]
            again.close()
            assert restored.dense.chunk_ids() == restored.lexical.chunk_ids() == restored.catalogue.ready_chunk_ids()


def test_what_is_there_is_not_overwritten_unless_forced(
    full: Path, tmp_path: Path, embeddings: PolicyEmbeddings, models_dir: Path
) -> None:
    back_up(full, tmp_path / "kho.zip")
    folder = tmp_path / "khac"
    with closing(Store(folder / "index", embeddings)) as store:
        ingest([DOCUMENTS[0]], store)
        with pytest.raises(NotReadyError, match="đang được dùng"):
            restore(tmp_path / "kho.zip", folder, force=True)
    with pytest.raises(InvalidInputError, match="--force"):
        restore(tmp_path / "kho.zip", folder)
    _, replaced = restore(tmp_path / "kho.zip", folder, force=True)
    assert replaced and (replaced / "index" / "catalogue.sqlite3").exists()
    with closing(Store(folder / "index", embeddings)) as store:
        assert len(store.listing()) == len(DOCUMENTS) + 1
        assert store.dense.chunk_ids() == store.lexical.chunk_ids() == store.catalogue.ready_chunk_ids()
    back_up(folder, tmp_path / "hai.zip")  # what was replaced is no part of it
    assert not any("replaced" in member.path for member in read_manifest(tmp_path / "hai.zip").members)


def bit_flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 4
    file.write_bytes(content)


def alter(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Write the archive again with another manifest."""

    def apply(file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            held = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(held["manifest.json"])
        change(manifest)
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in (held | {"manifest.json": json.dumps(manifest).encode()}).items():
                archive.writestr(name, content)

    return apply


def outside(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(held.pop("manifest.json"))
    manifest["members"][0]["path"] = "../ngoai"
    names = [member["path"] for member in manifest["members"]]
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in zip(names, held.values(), strict=True):
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (bit_flip, "hỏng"),
        (lambda file: file.write_bytes(file.read_bytes()[:5000]), "không đọc được"),
        (lambda file: file.write_bytes(b"khong phai"), "không đọc được"),
        (lambda file: file.unlink(), "Không có tệp"),
        (alter(lambda m: m["members"].pop()), "không khớp bảng kê"),
        (alter(lambda m: m.update(format=2)), "mới hơn"),
        (alter(lambda m: m.update(catalogue_schema=99)), "mới hơn"),
        (alter(lambda m: m.pop("members")), "bảng kê"),
        (alter(lambda m: m["members"][0].update(sha256="0" * 64)), "hỏng"),
        (outside, "không khớp bảng kê"),
    ],
    ids=["flip", "cut", "other", "none", "more", "format", "schema", "manifest", "sum", "outside"],
)
def test_a_damaged_or_newer_backup_changes_nothing(
    full: Path, tmp_path: Path, damage: Callable[[Path], object], message: str
) -> None:
    file, folder = tmp_path / "kho.zip", tmp_path / "kho"
    back_up(full, file)
    damage(file)
    with pytest.raises(InvalidInputError, match=message):
        restore(file, folder)
    held = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "use.lock"]
    assert held == [file] * file.exists()


def test_nothing_to_back_up_and_nowhere_to_write_are_said(full: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="Không có gì để sao lưu"):
        back_up(tmp_path, tmp_path / "kho.zip")
    with pytest.raises(NotReadyError, match="Chưa sao lưu được"):
        back_up(full, tmp_path / "khong-co" / "kho.zip")
    (tmp_path / "day").write_bytes(b"x")
    with pytest.raises(NotReadyError, match="Chưa khôi phục được"):
        file = tmp_path / "kho.zip"
        back_up(full, file)
        restore(file, tmp_path / "day" / "kho")


KILLED_AT_MOVE = (
    "import os, sys, signal; from pathlib import Path; from assistant.backup import restore\n"
    "moves = [0]\n"
    "def audit(event, arguments):\n"
    "    if event == 'os.rename':\n"
    "        moves[0] += 1\n"
    "        if moves[0] == int(sys.argv[3]): os.kill(os.getpid(), signal.SIGKILL)\n"
    "sys.addaudithook(audit)\n"
    "restore(Path(sys.argv[1]), Path(sys.argv[2]), force=True)\n"
)


def test_killed_at_every_move_a_restore_is_old_refused_or_new(
    full: Path, tmp_path: Path, embeddings: PolicyEmbeddings
) -> None:
    file, folder = tmp_path / "kho.zip", tmp_path / "khac"
    back_up(full, file)
    with closing(Store(folder / "index", embeddings)) as store:
        ingest([DOCUMENTS[0]], store)
    seen, move = set(), 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    while True:
        move += 3
        copy = tmp_path / f"ban-{move}"
        shutil.copytree(folder, copy)
        done = subprocess.run([sys.executable, "-c", KILLED_AT_MOVE, str(file), str(copy), str(move)], env=environment,
                              check=False)  # fmt: skip
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        try:
            with closing(Store(copy / "index", embeddings)) as store:
                seen.add(len(store.listing()))
        except NotReadyError as error:
            assert "assistant restore" in str(error)
            seen.add(-1)
        restore(file, copy, force=True)
        with closing(Store(copy / "index", embeddings)) as store:
            assert len(store.listing()) == len(DOCUMENTS) + 1
        shutil.rmtree(copy)
    assert -1 in seen and move > 6
