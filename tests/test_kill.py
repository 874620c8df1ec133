"""kill -9 at any moment: after the next run the index is the one that an undisturbed run makes."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from assistant.settings import Settings
from assistant.types import Query
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

TESTS = Path(__file__).parent
SAMPLE = TESTS.parent / "eval" / "sample" / "documents"
KILLED = -9
KILLS, LINES = 26, 12
Order = Callable[..., dict[str, Any]]

FIRST = "BÁO CÁO\nKết quả hòa giải năm 2022\n\nNăm 2022, toàn huyện có 142 tổ hòa giải, hòa giải thành 310 vụ việc.\n"
SECOND = FIRST.replace("310", "312").replace("142 tổ", "145 tổ")


@pytest.fixture(scope="module")
def order(models_dir: Path) -> Iterator[Order]:
    """Give an order to a process that forks a fresh one for it, and get what became of that."""
    command = [sys.executable, str(TESTS / "forking.py"), str(models_dir), str(SAMPLE)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as forks:
        assert forks.stdin and forks.stdout
        assert forks.stdout.readline() == "ready\n"

        def send(run: str, folder: Path, **options: Any) -> dict[str, Any]:
            assert forks.stdin and forks.stdout
            print(json.dumps({"run": run, "folder": str(folder), **options}), file=forks.stdin, flush=True)
            answer: dict[str, Any] = json.loads(forks.stdout.readline())
            return answer

        yield send
        forks.stdin.close()


def held(order: Order, folder: Path) -> dict[str, Any]:
    """Everything the index holds."""
    assert order("look", folder)["status"] == 0
    content: dict[str, Any] = pickle.loads((folder / "held.pickle").read_bytes())
    return content


def assert_same(found: dict[str, Any], clean: dict[str, Any]) -> None:
    assert found.keys() == clean.keys()
    for part in clean.keys() - {"vectors"}:
        assert found[part] == clean[part], part
    assert found["vectors"].keys() == clean["vectors"].keys()
    for chunk_id, vector in clean["vectors"].items():
        assert found["vectors"][chunk_id] == pytest.approx(vector, abs=1e-6)


def assert_whole(found: dict[str, Any], clean: dict[str, Any]) -> None:
    """What is there is as it should be, and both indexes hold exactly that."""
    for part in ("documents", "sources", "chunks"):
        assert set(found[part]) <= set(clean[part])
    assert {row[:2] for row in found["documents"]} == {row[1:3] for row in found["chunks"]}
    assert found["vectors"].keys() == found["lexical"] == {row[0] for row in found["chunks"]}
    assert all(vector == pytest.approx(clean["vectors"][name], abs=1e-6) for name, vector in found["vectors"].items())


def test_killed_at_any_time_the_next_run_makes_the_same_index(order: Order, tmp_path: Path) -> None:
    documents, clean_folder = str(SAMPLE), tmp_path / "clean"
    assert order("ingest", clean_folder, documents=documents, traced=True, adding=True)["status"] == 0
    clean = held(order, clean_folder)
    assert len(clean["documents"]) == len(list(SAMPLE.iterdir())) and len(clean["vectors"]) == len(clean["chunks"])
    lines = int((clean_folder / "lines").read_text()) // len(clean["documents"])  # of adding one
    moments, kills, spread = Random(3), 0, set()
    folder = tmp_path / "killed"
    while kills < KILLS:  # each run goes on from the last, over some two documents
        line, after = moments.randint(1, 4 * lines), moments.uniform(0, 0.03)
        status = order("ingest", folder, documents=documents, line=line, after=after, adding=True)["status"]
        assert status in (KILLED, 0)
        kills += status == KILLED
        if kills % 3 == 0:
            found = held(order, folder)
            assert_whole(found, clean)
            spread.add(len(found["documents"]))
        if status == 0:
            assert_same(held(order, folder), clean)
            shutil.rmtree(folder)
        elif kills % 9 == 0:
            shutil.copytree(folder, tmp_path / f"copy-{kills}", dirs_exist_ok=True)
            assert order("ingest", tmp_path / f"copy-{kills}", documents=documents)["status"] == 0
            assert_same(held(order, tmp_path / f"copy-{kills}"), clean)
    assert order("ingest", folder, documents=documents)["status"] == 0
    assert_same(held(order, folder), clean)
    assert len(spread) > 3


@pytest.mark.parametrize("run", ["ingest", "remove"])
def test_killed_at_any_line_a_document_is_old_or_new_and_nothing_between(
    order: Order, tmp_path: Path, run: str
) -> None:
    documents, old, new = tmp_path / "van-ban", tmp_path / "cu", tmp_path / "moi"
    documents.mkdir()
    (documents / "hoa-giai.txt").write_text(FIRST, encoding="utf-8")
    assert order("ingest", old, documents=str(documents))["status"] == 0
    (documents / "hoa-giai.txt").write_text(SECOND, encoding="utf-8")
    shutil.copytree(old, new)
    assert order(run, new, documents=str(documents), traced=True)["status"] == 0
    before, after = held(order, old), held(order, new)
    assert before["lexical"] != after["lexical"]
    seen, lines = set(), int((new / "lines").read_text())
    for line in range(LINES // 2, lines, lines // LINES):
        folder = tmp_path / f"dong-{line}"
        shutil.copytree(old, folder)
        assert order(run, folder, documents=str(documents), line=line)["status"] == KILLED
        found = held(order, folder)
        seen.add(found["lexical"] == after["lexical"])
        assert_same(found, after if found["lexical"] == after["lexical"] else before)
        assert order(run, folder, documents=str(documents))["status"] == 0
        assert_same(held(order, folder), after)
        shutil.rmtree(folder)
    assert seen == {False, True}


def test_old_content_answers_while_new_is_ingested(
    embeddings: PolicyEmbeddings, models_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "models").symlink_to(models_dir / "models")
    store = Store(tmp_path / "index", embeddings)
    ingest([SAMPLE / "bao-cao-dan-van-2022.txt"], store)
    assistant = open_assistant(Settings(data_dir=tmp_path), store)
    old = Query(question="Năm 2022 Nhân dân hiến bao nhiêu ha đất?")
    new = Query(question="Tổng kinh phí thực hiện Kế hoạch 186/KH-UBND là bao nhiêu?")
    assert "26,7 ha đất" in assistant.ask(old).answer
    assert assistant.ask(new).status == "abstained"
    environment = {**os.environ, "ASSISTANT_DATA_DIR": str(tmp_path)}
    others = [str(path) for path in sorted(SAMPLE.iterdir()) if "dan-van-202" not in path.name]
    command = [sys.executable, "-m", "assistant.cli", "ingest", *others]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as ingesting:
        asked = 0
        while ingesting.poll() is None:
            answer = assistant.ask(old)
            assert "26,7 ha đất" in answer.answer
            asked += 1
            time.sleep(0.05)
    assert ingesting.returncode == 0 and asked > 3
    answer = assistant.ask(new)
    store.close()
    assert "4.680 triệu đồng" in answer.answer
    assert np.mean([citation.source == "ke-hoach-186-kh-ubnd-2023.txt" for citation in answer.citations]) == 1
