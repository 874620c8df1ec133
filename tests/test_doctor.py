"""`assistant doctor`: what is wrong is named with its remedy, what is right is not complained about."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest
from little_assistant import LittleAssistant
from serving import serving
from typer.testing import CliRunner

from assistant.access import KeyStore, PeopleStore
from assistant.audit import FILE, AuditLog
from assistant.cli import app
from assistant.doctor import Finding, examine
from assistant.settings import Settings
from assistant.wiring import ingest_paths
from vectorstore.embedding import BUNDLED, PolicyEmbeddings
from vectorstore.store import Store


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embeddings: PolicyEmbeddings) -> Path:
    """A data folder in which all is well."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "models").symlink_to(models_dir / "models")
    text = folder / "thong-bao.txt"
    text.write_text("THÔNG BÁO\nLịch tiếp công dân là thứ Năm hằng tuần tại trụ sở Ủy ban nhân dân tỉnh.\n")
    store = Store(folder / "index", embeddings)
    ingest_paths(Settings(data_dir=folder), [text], store=store)
    store.close()
    return folder


def found(**settings: object) -> dict[str, Finding]:
    """The worst finding of each check."""
    rank = {"ok": 0, "warning": 1, "problem": 2}
    worst: dict[str, Finding] = {}
    for finding in examine(Settings(**settings)):  # type: ignore[arg-type]
        held = worst.get(finding.check)
        if held is None or rank[finding.state] > rank[held.state]:
            worst[finding.check] = finding
    return worst


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_whole_installation_has_no_problem(whole: Path) -> None:
    findings = found(data_dir=whole)
    assert {name for name, finding in findings.items() if finding.state == "problem"} == set()
    assert "1 văn bản" in findings["index"].vietnamese
    assert findings["access"].state == "ok"


def test_an_empty_machine_is_told_both_steps(tmp_path: Path) -> None:
    findings = found(data_dir=tmp_path / "chua-co")
    assert (findings["model"].state, findings["model"].remedy) == ("problem", "assistant models prepare")
    assert findings["index"].state == "problem" and "assistant ingest" in findings["index"].remedy
    assert not (tmp_path / "chua-co").exists()  # looking changes nothing


def test_a_data_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("x")
    assert found(data_dir=tmp_path / "tep" / "kho")["data"].state == "problem"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to someone else")
def test_whoever_does_not_own_the_data_folder_is_told(tmp_path: Path) -> None:
    assert found(data_dir=tmp_path)["owner"].state == "ok"
    os.chown(tmp_path, 1, 1)
    finding = found(data_dir=tmp_path)["owner"]
    assert finding.state == "warning" and finding.remedy.startswith("sudo -u daemon")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    finding = found(data_dir=tmp_path)["data"]
    tmp_path.chmod(0o700)
    assert finding.state == "problem" and "chown" in finding.remedy


def test_an_index_of_another_model_and_a_broken_model(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "index", tmp_path / "index")
    (tmp_path / "models").symlink_to((whole / "models").resolve())
    with sqlite3.connect(tmp_path / "index" / "catalogue.sqlite3") as catalogue:
        catalogue.execute("UPDATE meta SET value = 'bge-m3@1' WHERE key = 'embedding_model'")
    finding = found(data_dir=tmp_path)["index"]
    assert finding.state == "problem" and "bge-m3@1" in finding.vietnamese and "assistant reindex" in finding.remedy
    (tmp_path / "models").unlink()
    (tmp_path / "models" / BUNDLED).mkdir(parents=True)
    assert found(data_dir=tmp_path)["model"].state == "problem"


def test_an_open_host_takes_a_key_an_account_or_a_provider(tmp_path: Path) -> None:
    assert found(data_dir=tmp_path, host="0.0.0.0")["access"].state == "problem"
    KeyStore(tmp_path / "access.sqlite3").close()
    assert "assistant keys create" in found(data_dir=tmp_path, host="0.0.0.0")["access"].remedy
    PeopleStore(tmp_path / "access.sqlite3").create("van-thu", "mật khẩu đủ dài")
    assert found(data_dir=tmp_path, host="0.0.0.0")["access"].state == "ok"
    (tmp_path / "access.sqlite3").chmod(0o644)
    finding = found(data_dir=tmp_path, host="0.0.0.0")["access"]
    assert finding.state == "warning" and "chmod 600" in finding.remedy


def test_servers_that_cannot_be_reached(whole: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    findings = found(data_dir=whole, chroma_url=nowhere, chat_model="openai:x", chat_base_url=nowhere,
                     oidc_issuer=nowhere)  # fmt: skip
    assert {name: findings[name].state for name in ("chroma", "chat", "oidc")} == {
        "chroma": "problem", "chat": "warning", "oidc": "problem"}  # fmt: skip
    assert nowhere in findings["chroma"].vietnamese


def test_a_chat_model_that_is_reached_and_one_that_is_misspelt(whole: Path) -> None:
    with serving(LittleAssistant()) as address:
        chat = {"chat_model": "openai:policy-assistant", "chat_base_url": f"{address}/v1"}
        assert found(data_dir=whole, **chat)["chat"].state == "ok"
    assert "nhà_cung_cấp:tên" in found(data_dir=whole, chat_model="qwen3")["chat"].vietnamese


def test_missing_programs_are_warnings_with_the_package_to_install(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    findings = found(data_dir=whole)
    assert (findings["office"].state, findings["ocr"].state) == ("warning", "warning")
    assert "libreoffice-writer-nogui" in findings["office"].remedy
    english_only = tmp_path / "tesseract"
    english_only.write_text("#!/bin/sh\necho eng\n")
    english_only.chmod(0o755)
    assert "tiếng Việt" in found(data_dir=whole)["ocr"].vietnamese


def test_a_record_that_was_tampered_with(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / FILE)
    log.add({"answer_id": "a", "answer": None})
    log.close()
    assert found(data_dir=tmp_path)["audit"].state == "ok"
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("DROP TRIGGER contents_are_final")
        database.execute("UPDATE contents SET body = '{}'")
    assert found(data_dir=tmp_path)["audit"].state == "problem"


def test_exit_codes_and_json(whole: Path, tmp_path: Path) -> None:
    def run(data: Path) -> tuple[int, list[dict[str, str]]]:
        done = CliRunner().invoke(app, ["doctor", "--json"], env={"ASSISTANT_DATA_DIR": str(data)})
        return done.exit_code, [json.loads(line) for line in done.output.splitlines()]

    code, findings = run(whole)
    assert code == (1 if any(finding["state"] == "warning" for finding in findings) else 0)
    assert run(tmp_path)[0] == 2
    shown = CliRunner().invoke(app, ["doctor"], env={"ASSISTANT_DATA_DIR": str(tmp_path)})
    assert "→ assistant models prepare" in shown.output
    listed = CliRunner().invoke(
        app, ["settings"], env={"ASSISTANT_PORT": "9001", "ASSISTANT_CHAT_API_KEY": "bí mật", "COLUMNS": "200"}
    )
    assert "9001" in listed.output and "bí mật" not in listed.output
