"""The `assistant` command as a user runs it: what it prints, how it ends, and what it says when something is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.cli import main

SAMPLE = Path(__file__).resolve().parents[1] / "eval" / "sample" / "documents"
FILES = ["bao-cao-dan-van-2022.txt", "quyet-dinh-14-2021-qd-ubnd.txt", "quyet-dinh-22-2023-qd-ubnd.txt"]
PLAN = "ke-hoach-186-kh-ubnd-2023.txt"
LAND = "Năm 2022 Nhân dân hiến bao nhiêu ha đất?"
COMMAND = Path(sys.executable).with_name("assistant")
CITATION = {"n", "document_id", "source", "title", "symbol", "locator", "page", "quote", "start", "end", "url"}
DOCUMENT = {
    "document_id", "version", "source", "title", "kind", "symbol", "organ", "level", "place", "issue_date",
    "published_date", "event_date", "period", "signer", "status", "pages", "chunks", "warnings",
}  # fmt: skip
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(data: Path, **settings: str) -> dict[str, str]:
    """This machine's, with no settings but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    kept["COLUMNS"] = "200"
    return {**kept, "ASSISTANT_DATA_DIR": str(data), **{f"ASSISTANT_{name}": value for name, value in settings.items()}}


def run_in(data: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), *arguments],
        env=environment(data, **settings),
        cwd=data,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def empty(models_dir: Path, tmp_path: Path) -> Path:
    """A data folder with a model and nothing else."""
    (tmp_path / "models").symlink_to(models_dir / "models")
    return tmp_path


@pytest.fixture(scope="module")
def filled(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few of the sample documents."""
    data = tmp_path_factory.mktemp("filled")
    (data / "models").symlink_to(models_dir / "models")
    done = run_in(data, "ingest", *[str(SAMPLE / name) for name in FILES])
    assert done.returncode == 0, done.stderr
    assert "Thêm mới" in done.stdout and re.search(rf"Thêm mới\D+{len(FILES)}\D", done.stdout)
    return data


def refused(done: subprocess.CompletedProcess[str], vietnamese: str, english: str, code: int = 2) -> None:
    """It ended with a message in both languages and nothing of the program's insides."""
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stdout + done.stderr
    said = " ".join(done.stderr.split())
    assert re.search(vietnamese, said), said
    assert re.search(english, said), said


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The command within this process: for what is refused before anything is opened."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        for name in set(os.environ) - set(environment(tmp_path)):
            monkeypatch.delenv(name)
        for name, value in environment(tmp_path, **settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["assistant", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        return subprocess.CompletedProcess(sys.argv, int(ended.value.code or 0), said.out, said.err)

    return run


# --- ingest --------------------------------------------------------------------------------------------------------
def test_ingest_twice_leaves_unchanged_files_alone(filled: Path) -> None:
    done = run_in(filled, "ingest", str(SAMPLE / FILES[0]), "--json")
    (line,) = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, line["outcome"], line["path"]) == (0, "unchanged", str(SAMPLE / FILES[0]))


def test_ingest_reports_what_failed_and_exits_1(empty: Path) -> None:
    folder = empty / "van-ban"
    folder.mkdir()
    shutil.copy(SAMPLE / PLAN, folder)
    (folder / "hong.pdf").write_bytes(b"%PDF-1.4 hong")
    done = run_in(empty, "ingest", str(folder), "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert {Path(line["path"]).name: line["outcome"] for line in lines} == {PLAN: "added", "hong.pdf": "failed"}
    assert all(set(line) >= {"path", "outcome", "reason", "chunks", "document_id"} for line in lines)
    assert next(line for line in lines if line["outcome"] == "failed")["reason"]
    again = run_in(empty, "ingest", str(folder))
    assert again.returncode == 1 and "hong.pdf" in again.stdout and "Không đổi" in again.stdout


def test_ingest_of_nothing_readable_exits_2(empty: Path) -> None:
    folder = empty / "trong"
    folder.mkdir()
    done = run_in(empty, "ingest", str(folder))
    assert done.returncode == 2 and "Không có tệp nào để nạp" in done.stdout and not done.stderr.strip()


def test_ingest_if_empty_does_nothing_to_a_filled_store(filled: Path) -> None:
    done = run_in(filled, "ingest", "--if-empty", "/khong/co/thu/muc")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_missing_folder_is_named(empty: Path) -> None:
    done = run_in(empty, "ingest", str(empty / "khong-co"))
    refused(done, r"Không tìm thấy .*khong-co", r"khong-co does not exist")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_named(empty: Path) -> None:
    (empty / "khoa").mkdir(mode=0)
    refused(run_in(empty, "ingest", str(empty / "khoa")), "Không đọc được thư mục .*khoa", "Cannot read folder")


# --- ask, search, documents ------------------------------------------------------------------------------------------
def test_ask_prints_the_answer_and_its_sources(filled: Path) -> None:
    done = run_in(filled, "ask", LAND)
    assert done.returncode == 0 and done.stderr == ""
    shown = " ".join(done.stdout.split())
    assert "Nhân dân hiến 26,7 ha đất" in shown and "[1]" in shown
    assert "Nguồn trích dẫn" in shown and "bao-cao-dan-van-2022.txt" in shown and "342-BC/BDVTU" in shown


def answer(data: Path, *arguments: str, **settings: str) -> dict[str, Any]:
    done = run_in(data, "ask", "--json", *arguments, **settings)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def land(filled: Path) -> dict[str, Any]:
    """The answer to LAND as JSON."""
    return answer(filled, LAND)


def test_ask_as_json_keeps_the_contract(land: dict[str, Any]) -> None:
    assert set(land) >= {
        "id", "status", "reason", "answer", "claims", "citations", "standalone_question", "confidence", "model",
        "timings_ms",
    }  # fmt: skip
    assert (land["status"], land["reason"], land["model"]) == ("answered", None, "extractive")
    assert all(set(citation) >= CITATION for citation in land["citations"])
    assert land["claims"][0]["citations"] == [1]


def test_decomposed_letters_give_the_same_answer(filled: Path, land: dict[str, Any]) -> None:
    decomposed = answer(filled, unicodedata.normalize("NFD", LAND))
    for part in ("answer", "citations", "standalone_question", "confidence"):
        assert decomposed[part] == land[part]


def test_ask_takes_filters_and_a_day(filled: Path) -> None:
    question = "Tổ hòa giải ở cơ sở được hỗ trợ bao nhiêu đồng mỗi tháng?"
    assert "150.000" in answer(filled, question, "--as-of", "2022-06-01")["answer"]
    cited = answer(filled, question, "--symbol", "22/2023/QĐ-UBND")["citations"]
    assert {citation["symbol"] for citation in cited} <= {"22/2023/QĐ-UBND"}
    assert not answer(filled, question, "--collection", "khac")["citations"]


def test_search_as_json_gives_one_hit_a_line(filled: Path) -> None:
    done = run_in(filled, "search", LAND, "-k", "3", "--json")
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert all(set(hit) >= (CITATION - {"n"}) | {"score", "dense", "lexical", "chunk_id"} for hit in hits)
    assert "26,7 ha" in hits[0]["quote"]


def test_documents_as_json_keep_the_contract(filled: Path) -> None:
    done = run_in(filled, "documents", "--json")
    rows = {row["source"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert set(rows) == set(FILES)
    assert all(set(row) >= DOCUMENT for row in rows.values())
    report, decision = rows[FILES[0]], rows[FILES[1]]
    assert (report["kind"], report["symbol"], report["issue_date"]) == ("Báo cáo", "342-BC/BDVTU", "2022-12-12")
    assert (decision["kind"], decision["level"], decision["issue_date"]) == ("Quyết định", "province", "2021-05-28")
    assert decision["signer"] == "Trịnh Thu Lan" and decision["event_date"] is None and decision["chunks"] > 0
    assert isinstance(decision["warnings"], list)
    assert "342-BC/BDVTU" in run_in(filled, "documents").stdout


# --- what is wrong with a request ------------------------------------------------------------------------------------
@pytest.mark.parametrize("question", ["", "  "])
def test_an_empty_question_is_refused(here: Run, question: str) -> None:
    refused(here("ask", question), "Câu hỏi trống", "question is empty")
    refused(here("search", question), "Câu hỏi trống", "question is empty")


def test_a_question_of_20000_characters_is_refused(filled: Path, here: Run) -> None:
    long = "đất đai " * 2500
    refused(run_in(filled, "ask", long), "không được dài quá 4000 ký tự", "at most 4000 characters")
    refused(here("search", long), "không được dài quá 4000 ký tự", "at most 4000 characters")


@pytest.mark.parametrize(
    ("options", "vietnamese", "english"),
    [
        (["--as-of", "hôm qua"], "as_of phải là ngày", "as_of must be a date"),
        (["--mode", "nhanh"], "mode phải là một trong", "mode must be one of"),
        (["--year-from", "12"], "year_from phải từ 1900", "year_from must be at least 1900"),
    ],
)
def test_a_wrong_option_is_named(here: Run, options: list[str], vietnamese: str, english: str) -> None:
    refused(here("ask", LAND, *options), vietnamese, english)


def test_without_an_index_it_says_how_to_make_one(empty: Path) -> None:
    refused(run_in(empty, "ask", LAND), "chưa có văn bản.*assistant ingest", "no documents yet.*assistant ingest")
    done = run_in(empty, "documents", "--json")
    assert (done.returncode, done.stdout) == (0, "")


# --- what is wrong with the settings ---------------------------------------------------------------------------------
def test_an_unknown_setting_is_named(empty: Path, here: Run, tmp_path: Path) -> None:
    refused(run_in(empty, "documents", MO_HINH="x"), "Biến cấu hình không có: ASSISTANT_MO_HINH", "Unknown setting")
    (tmp_path / ".env").write_text("ASSISTANT_CHAT_MODLE=openai:x\n")
    refused(here("documents"), "Biến cấu hình không có: ASSISTANT_CHAT_MODLE", "Unknown setting")


@pytest.mark.parametrize(
    ("setting", "vietnamese", "english"),
    [
        ({"PORT": "0"}, "ASSISTANT_PORT phải từ 1", "ASSISTANT_PORT must be at least 1"),
        ({"RETRIEVE_K": "nhiều"}, "ASSISTANT_RETRIEVE_K phải là số nguyên", "ASSISTANT_RETRIEVE_K must be an integer"),
        ({"UNSUPPORTED_CLAIMS": "giữ"}, "ASSISTANT_UNSUPPORTED_CLAIMS phải là", "ASSISTANT_UNSUPPORTED_CLAIMS must be"),
    ],
)
def test_a_bad_setting_is_named(here: Run, setting: dict[str, str], vietnamese: str, english: str) -> None:
    refused(here("documents", **setting), vietnamese, english)


def test_a_setting_left_empty_has_its_default(filled: Path, land: dict[str, Any]) -> None:
    empty = {"EMBEDDING_MODEL": "", "CHROMA_URL": "", "CHAT_MODEL": "", "PORT": "", "CONCURRENT_REQUESTS": ""}
    assert answer(filled, LAND, **empty)["answer"] == land["answer"]


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("x")
    done = subprocess.run(
        [str(COMMAND), "documents"], env=environment(tmp_path / "tep"), capture_output=True, text=True, timeout=60
    )
    refused(done, r"tep\b", r"tep\b")


def test_an_unprepared_model_says_what_to_run(tmp_path: Path) -> None:
    refused(run_in(tmp_path, "ask", LAND), "Chưa có mô hình.*assistant models prepare", "Run: assistant models prepare")


def test_a_broken_model_folder_is_named(filled: Path, tmp_path: Path) -> None:
    broken = tmp_path / "mo-hinh-hong"
    broken.mkdir()
    (broken / "config.json").write_text("{hỏng")
    refused(run_in(tmp_path, "models", "prepare", str(broken)), "mo-hinh-hong", "mo-hinh-hong")
    refused(run_in(filled, "ask", LAND, EMBEDDING_MODEL=str(broken)), "mo-hinh-hong", "mo-hinh-hong")


def test_models_prepare_of_a_prepared_model_is_quick_and_quiet(empty: Path) -> None:
    done = run_in(empty, "models", "prepare")
    assert done.returncode == 0 and done.stdout == ""


# --- serve -----------------------------------------------------------------------------------------------------------
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_port_in_use_is_named(filled: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        refused(run_in(filled, "serve", "--port", str(port)), f"127.0.0.1:{port}.*--port", f"Cannot listen on .*{port}")


def test_serve_answers_and_stops_when_told(filled: Path) -> None:
    port = free_port()
    command = [str(COMMAND), "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment(filled), cwd=filled, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:  # fmt: skip
        deadline = time.monotonic() + 60
        while True:
            assert server.poll() is None and time.monotonic() < deadline
            try:
                if client.get("/healthz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        found = client.post("/v1/ask", json={"question": LAND}).json()
        assert found["status"] == "answered" and "26,7 ha" in found["answer"]
        assert not any("torch" in line for line in Path(f"/proc/{server.pid}/maps").read_text().splitlines())
        assert answer(filled, LAND)["answer"] == found["answer"]  # the command works beside the server
        server.send_signal(signal.SIGTERM)
        output, errors = server.communicate(timeout=60)
    assert server.returncode in (0, -signal.SIGTERM)
    assert f"http://127.0.0.1:{port}" in output
    assert "Traceback" not in output + errors


def test_answering_needs_no_training_framework(filled: Path) -> None:
    code = """
import json, sys
from assistant.server import open_server
from assistant.settings import load_settings
from fastapi.testclient import TestClient
running = open_server(load_settings())
with TestClient(running.app, client=("127.0.0.1", 50000)) as client:
    response = client.post("/v1/ask", json={"question": sys.argv[1]})
    assert response.json().get("status") == "answered", response.text
running.close()
print(json.dumps(sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules))))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, LAND],
        env=environment(filled),
        cwd=filled,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize("arguments", [[], ["--help"], ["ask", "--help"], ["ingest", "--help"], ["models", "--help"]])
def test_help_is_in_vietnamese(tmp_path: Path, arguments: list[str]) -> None:
    done = run_in(tmp_path, *arguments)
    assert "Traceback" not in done.stderr
    assert re.search("văn bản|trích dẫn|mô hình", (done.stdout + done.stderr).lower())
