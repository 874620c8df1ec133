"""API keys: made, shown once, kept hashed, ended; and the server that refuses to be open without them."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from little_assistant import LittleAssistant
from typer.testing import CliRunner

from assistant.access import KeyStore, check_binding, is_loopback
from assistant.api import create_app
from assistant.api.gate import WRONG_KEYS_PER_MINUTE
from assistant.cli import app
from vectorstore.errors import ConfigurationError, InvalidInputError, NotFoundError

LOCAL = ("127.0.0.1", 1)


def test_a_key_opens_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "access.sqlite3"
    keys = KeyStore(path)
    key, text = keys.create("Cổng tỉnh", "editor", ["A", "B"], per_minute=5)
    reader = keys.reader(text)
    assert reader is not None
    assert (reader.id, reader.role, reader.collections, reader.per_minute) == (key.id, "editor", {"A", "B"}, 5)
    assert reader.may("reader")
    assert not reader.may("admin")
    secret = text.split("_", 2)[2]  # it may hold "_" itself
    keys.close()
    assert secret.encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


CHANGES = (str.upper, lambda t: t[:-1], lambda t: t + "x", lambda t: t[3:], lambda t: f" {t}", lambda t: "")


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_else_opens(change: Callable[[str], str]) -> None:
    keys = KeyStore()
    _, text = keys.create("a")
    assert keys.reader(change(text)) is None
    assert keys.reader("pa_é_\ud800") is None


def test_expired_and_revoked_keys_open_nothing() -> None:
    keys = KeyStore()
    _, expired = keys.create("a", expires=time.time() - 1)
    key, revoked = keys.create("b", expires=time.time() + 100)
    assert keys.reader(expired) is None
    assert keys.reader(revoked) is not None
    keys.revoke(key.id)
    assert keys.reader(revoked) is None
    assert keys.in_use()  # the last key gone does not open the server to everyone
    with pytest.raises(NotFoundError):
        keys.revoke("khong-co")
    with pytest.raises(InvalidInputError):
        keys.create("  ")


def test_command_line_shows_a_key_once(tmp_path: Path) -> None:
    environment = {"ASSISTANT_DATA_DIR": str(tmp_path)}
    runner = CliRunner()

    def run(*arguments: str) -> str:
        result = runner.invoke(app, ["keys", *arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.output

    made = json.loads(
        run("create", "Cổng [b]x[/b]", "--collection", "A", "--role", "editor", "--expires", "30", "--json")
    )
    assert 29 < (KeyStore(tmp_path / "access.sqlite3").get(made["id"]).expires or 0) / 86400 - time.time() / 86400 < 31
    listed = json.loads(run("list", "--json"))
    assert listed["name"] == "Cổng [b]x[/b]"
    assert listed["collections"] == ["A"]
    assert made["key"] not in run("list") + run("list", "--json")
    assert made["id"] in run("revoke", made["id"])
    assert KeyStore(tmp_path / "access.sqlite3").reader(made["key"]) is None
    for wrong in (["create", "a", "--role", "chúa"], ["create", "a", "--expires", "mai"], ["revoke", "x"]):
        assert isinstance(
            runner.invoke(app, ["keys", *wrong], env=environment).exception, InvalidInputError | NotFoundError
        )


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.9.9.9", True), ("::ffff:127.0.0.1", True),
     ("0.0.0.0", False), ("::", False), ("10.0.0.5", False), ("example.vn", False), ("", False)],
)  # fmt: skip
def test_what_is_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
    keys = KeyStore()
    if expected:
        check_binding(host, keys)
        return
    with pytest.raises(ConfigurationError, match="assistant keys create"):
        check_binding(host, keys)
    keys.create("a")
    check_binding(host, keys)


def test_serving_others_without_keys_is_refused_with_exit_code_2(tmp_path: Path) -> None:
    environment = {**os.environ, "ASSISTANT_DATA_DIR": str(tmp_path)}
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "assistant.cli", "serve", "--host", "0.0.0.0", "--port", str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert done.returncode == 2
    assert "assistant keys create" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_keys_only_this_machine_is_served_and_the_first_key_ends_that() -> None:
    keys = KeyStore()
    server = create_app(LittleAssistant(), keys=keys)
    here, elsewhere = (TestClient(server, client=address) for address in (LOCAL, ("192.0.2.7", 1)))
    assert here.get("/v1/documents").status_code == 200
    assert elsewhere.get("/v1/documents").status_code == 401
    assert elsewhere.get("/healthz").status_code == 200
    _, text = keys.create("a")
    assert here.get("/v1/documents").status_code == 401
    for scheme in ("Bearer", "bearer"):
        assert elsewhere.get("/v1/documents", headers={"Authorization": f"{scheme} {text}"}).status_code == 200
    for header in (text, f"Basic {text}", "Bearer", f"Bearer {text} {text}"):
        assert elsewhere.get("/v1/documents", headers={"Authorization": header}).status_code == 401
    assert elsewhere.get(f"/v1/documents?key={text}").status_code == 401


def test_guessing_is_slowed_without_stopping_those_who_have_a_key() -> None:
    keys = KeyStore()
    _, text = keys.create("a")
    _, other = keys.create("b")
    client = TestClient(create_app(LittleAssistant(), keys=keys), client=("192.0.2.7", 1))

    def listed(key: str) -> int:
        return client.get("/v1/documents", headers={"Authorization": f"Bearer {key}"}).status_code

    assert listed(text) == 200
    statuses = [listed(f"pa_000000000000_{number}") for number in range(WRONG_KEYS_PER_MINUTE + 2)]
    assert statuses == [401] * WRONG_KEYS_PER_MINUTE + [429] * 2
    assert listed(text) == 200  # known from before
    assert listed(other) == 429  # a right guess is not told from a wrong one
    refused = client.post("/sign-in", data={"key": other})
    assert refused.status_code == 429
    elsewhere = TestClient(client.app, client=("192.0.2.8", 1), headers={"Authorization": f"Bearer {other}"})
    assert elsewhere.get("/v1/documents").status_code == 200


def test_each_key_has_its_own_rate() -> None:
    keys = KeyStore()
    texts = [keys.create(name, per_minute=2)[1] for name in ("a", "b")]
    client = TestClient(create_app(LittleAssistant(), keys=keys))

    def ask(key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return client.post("/v1/search", json={"question": "mô hình"}, headers=headers).status_code

    assert [ask(texts[0]) for _ in range(3)] == [200, 200, 429]
    assert ask(texts[1]) == 200


def test_keys_made_before_keys_had_origins_still_open(tmp_path: Path) -> None:
    text = "pa_0123456789ab_geheim"
    with sqlite3.connect(tmp_path / "access.sqlite3") as old:
        old.execute(
            "CREATE TABLE keys (id TEXT PRIMARY KEY, hash TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, "
            "collections TEXT, per_minute INTEGER, created REAL NOT NULL, expires REAL, last_used REAL, revoked REAL)"
        )
        row = ("0123456789ab", hashlib.sha256(text.encode()).hexdigest(), "cũ", "editor", '["A"]', 5, 1.0)
        old.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)", row)
    old.close()
    for _ in range(2):  # opened once, and again
        keys = KeyStore(tmp_path / "access.sqlite3")
        reader = keys.reader(text)
        assert reader is not None and reader.collections == {"A"} and not reader.origins
        keys.close()
