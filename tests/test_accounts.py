"""Local accounts: made on the command line, hashed slowly, signed in with at a limited rate, closed at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from little_assistant import LittleAssistant
from typer.testing import CliRunner

from assistant.access import KeyStore, PeopleStore, check_binding
from assistant.api import create_app
from assistant.api.gate import WRONG_KEYS_PER_MINUTE, WRONG_PASSWORDS
from assistant.cli import app
from assistant.server import identity_provider
from assistant.settings import load_settings
from vectorstore.errors import ConfigurationError, InvalidInputError, NotFoundError

PASSWORD = "mật khẩu đủ dài"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # for what is not about the hash itself


@pytest.fixture
def people() -> PeopleStore:
    people = PeopleStore(hasher=QUICK)
    people.create("Lan@Tinh", PASSWORD, collections=["default"])
    return people


def browser(people: PeopleStore, address: str = "192.0.2.7", keys: KeyStore | None = None) -> TestClient:
    server = create_app(LittleAssistant(), keys=keys, people=people)
    return TestClient(server, client=(address, 1), follow_redirects=False)


def sign_in(client: TestClient, name: str = "lan@tinh", password: str = PASSWORD) -> int:
    return client.post("/sign-in", data={"name": name, "password": password, "next": "/"}).status_code


def test_only_a_slow_hash_is_kept(tmp_path: Path) -> None:
    people = PeopleStore(tmp_path / "access.sqlite3")
    people.create("lan", PASSWORD)
    people.close()
    held = (tmp_path / "access.sqlite3").read_bytes()
    assert PASSWORD.encode() not in held
    assert b"$argon2id$" in held


def test_signing_in_and_out(people: PeopleStore) -> None:
    client = browser(people, keys=KeyStore())
    assert client.get("/v1/documents").status_code == 401
    page = client.get("/sign-in").text
    assert "Tên tài khoản" in page and "Khóa truy cập" not in page  # no key was ever made
    assert sign_in(client, " LAN@tinh ") == 303
    assert client.get("/v1/documents").json()["total"] == 3
    assert client.post("/v1/ask", json={"question": "x"}).status_code == 401
    client.post("/sign-out")
    assert client.get("/v1/documents").status_code == 401


@pytest.mark.parametrize(
    ("name", "password"), [("lan@tinh", "sai rồi, sai rồi"), ("minh", PASSWORD), ("lan@tinh", ""), ("\ud7ff", PASSWORD)]
)
def test_what_is_wrong_is_not_told_apart(people: PeopleStore, name: str, password: str) -> None:
    client = browser(people)
    answer = client.post("/sign-in", data={"name": name, "password": password})
    assert answer.status_code == 401
    assert "Tên tài khoản hoặc mật khẩu không đúng." in answer.text
    assert "set-cookie" not in answer.headers


def test_guessing_is_slowed_by_address_and_by_account(people: PeopleStore) -> None:
    people.create("minh", PASSWORD)
    client = browser(people)
    assert sign_in(client) == 303
    wrong = [sign_in(client, "minh", f"đoán lần {n} thôi") for n in range(WRONG_KEYS_PER_MINUTE + 1)]
    assert wrong == [401] * WRONG_KEYS_PER_MINUTE + [429]
    assert sign_in(client, "minh") == 429  # a right guess is not told from a wrong one
    assert sign_in(client) == 303  # known from before
    far = TestClient(client.app, client=("198.51.100.9", 1), follow_redirects=False)
    assert WRONG_PASSWORDS == WRONG_KEYS_PER_MINUTE
    assert sign_in(far, "minh") == 429  # many addresses do not help against one account
    assert sign_in(far) == 303


def test_closing_an_account_and_changing_a_password_end_sessions_at_once(people: PeopleStore) -> None:
    client = browser(people)
    for end in (lambda: people.disable("lan@tinh"), lambda: people.set_password("lan@tinh", PASSWORD + "!")):
        people.disable("lan@tinh", disabled=False)
        assert sign_in(client) == 303
        assert client.get("/v1/documents").status_code == 200
        end()
        assert client.get("/v1/documents").status_code == 401
        assert sign_in(client) == 401
    assert sign_in(client, password=PASSWORD + "!") == 303


@pytest.mark.parametrize(("name", "password"), [
    ("a", PASSWORD), ("có dấu", PASSWORD), ("lan", "ngắn"), ("lan", "lan-lan-lan-lan"), ("lan", "x" * 201),
    ("lan@tinh", PASSWORD),
])  # fmt: skip
def test_names_and_passwords_that_will_not_do(people: PeopleStore, name: str, password: str) -> None:
    with pytest.raises(InvalidInputError):
        people.create(name, password)


def test_a_server_with_accounts_may_be_open_to_others(people: PeopleStore) -> None:
    with pytest.raises(ConfigurationError):
        check_binding("0.0.0.0", KeyStore(), PeopleStore().in_use())
    check_binding("0.0.0.0", KeyStore(), people.in_use())


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    def run(*arguments: str, given: str | None = None) -> str:
        environment = {"ASSISTANT_DATA_DIR": str(tmp_path)}
        done = CliRunner().invoke(app, ["accounts", *arguments], env=environment, input=given)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    return run


def test_command_line(tmp_path: Path, run: Callable[..., str]) -> None:
    run("create", "van-thu", "--collection", "A", "--password-stdin", given=f"{PASSWORD}\n")
    run("create", "sep", "--role", "admin", given=f"{PASSWORD}\n{PASSWORD}\n")
    rows = [json.loads(line) for line in run("list", "--json").splitlines()]
    assert [(row["name"], row["role"], row["collections"]) for row in rows] == [
        ("sep", "admin", None), ("van-thu", "reader", ["A"])]  # fmt: skip
    run("passwd", "van-thu", "--password-stdin", given=f"{PASSWORD} mới\n")
    run("disable", "sep")
    people = PeopleStore(tmp_path / "access.sqlite3")
    assert people.check("van-thu", f"{PASSWORD} mới") is not None
    assert people.get("sep").disabled is not None
    run("enable", "sep")
    assert people.get("sep").disabled is None
    assert "van-thu" in run("list")
    for wrong in (["disable", "ai-do"], ["create", "x1", "--role", "chúa", "--password-stdin"]):
        with pytest.raises((InvalidInputError, NotFoundError)):
            run(*wrong, given=f"{PASSWORD}\n")


def test_sessions_end_by_themselves(people: PeopleStore) -> None:
    token = people.open_account_session(people.get("lan@tinh"))
    assert people.session_reader(token) is not None
    people._database.execute("UPDATE person_sessions SET expires = ?", (time.time() - 1,))
    assert people.session_reader(token) is None


def test_an_identity_provider_is_configured_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert identity_provider(load_settings()) is None
    monkeypatch.setenv("ASSISTANT_OIDC_ISSUER", "https://sso.tinh.vn")
    with pytest.raises(ConfigurationError, match="OIDC_GROUPS"):
        identity_provider(load_settings())
    monkeypatch.setenv("ASSISTANT_OIDC_CLIENT_ID", "tro-ly")
    monkeypatch.setenv("ASSISTANT_OIDC_GROUPS", '{"dan-van": {"collections": ["tinh"]}}')
    known = identity_provider(load_settings())
    assert known is not None and known.grants["dan-van"].collections == ("tinh",)
    for wrong in ("dan-van", '{"a": {"role": "chúa"}}', '{"a": {"quyền": 1}}'):
        monkeypatch.setenv("ASSISTANT_OIDC_GROUPS", wrong)
        with pytest.raises(ConfigurationError, match="Cấu hình sai"):
            load_settings()
