"""Following folders: files that come, change, move and go."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from ingest.watch import Batch, follow
from vectorstore.errors import NotFoundError

TEXT = "Kết quả hòa giải\n\nNăm 2022, toàn huyện có 142 tổ hòa giải, hòa giải thành 310 vụ việc.\n"


@pytest.fixture
def batches(tmp_path: Path) -> Iterator["Queue[Batch]"]:
    """What is told of the folder `van-ban`, which holds one file, after its first batch has been taken."""
    folder = tmp_path / "van-ban"
    folder.mkdir()
    (folder / "co-san.txt").write_text(TEXT, encoding="utf-8")
    told: Queue[Batch] = Queue()
    stop = threading.Event()
    thread = threading.Thread(target=lambda: [told.put(batch) for batch in follow([folder], stop, settled=0.3)])
    thread.start()
    try:
        assert told.get(timeout=30) == Batch(changed=(folder / "co-san.txt",))
        yield told
    finally:
        stop.set()
        thread.join(timeout=30)
    assert not thread.is_alive()


def test_files_that_come_change_move_and_go(batches: "Queue[Batch]", tmp_path: Path) -> None:
    folder = tmp_path / "van-ban"
    (folder / "anh.png").write_bytes(b"\x89PNG")
    (folder / "~$moi.docx").write_bytes(b"lock")
    (folder / "moi.txt").write_text(TEXT, encoding="utf-8")
    assert batches.get(timeout=30) == Batch(changed=(folder / "moi.txt",))
    (tmp_path / "xa").mkdir()
    (tmp_path / "xa" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "xa").rename(folder / "xa")
    assert batches.get(timeout=30).changed == (folder / "xa" / "a.txt",)
    (folder / "moi.txt").unlink()
    assert folder / "moi.txt" in batches.get(timeout=30).removed


def test_a_wrong_path_is_said_before_anything_is_watched(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        next(follow([tmp_path / "khong-co"], threading.Event()))


def test_the_command_follows_and_ends_well_on_interrupt(models_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "van-ban"
    folder.mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(models_dir / "models")
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    command = [sys.executable, "-m", "assistant.cli", "ingest", "--watch", "--json", str(folder)]
    environment = {**os.environ, "ASSISTANT_DATA_DIR": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert first["outcome"] == "added"
        (folder / "a.txt").write_text(TEXT.replace("310", "311"), encoding="utf-8")
        assert json.loads(process.stdout.readline())["outcome"] == "new_version"
        (folder / "a.txt").unlink()
        gone = json.loads(process.stdout.readline())
        assert (gone["outcome"], gone["document_id"]) == ("removed", first["document_id"])
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
