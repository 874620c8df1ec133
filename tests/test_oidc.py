"""Signing in with an identity provider: a real one, on loopback, and one whose answers are changed on the way."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from little_assistant import LittleAssistant
from oidc_provider import Proxy, free_port, provider, proxy
from serving import serving

from assistant.access import Grant, KeyStore, combined
from assistant.api import Provider
from assistant.audit import AuditLog

QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
GRANTS = {
    "dan-van": Grant(collections=("default",)),
    "noi-vu": Grant(collections=("B",)),
    "quan-tri": Grant(role="admin"),
}


@pytest.fixture(scope="module")
def identity() -> Iterator[Proxy]:
    with provider() as address, proxy(address) as between:
        for person, groups in (("lan", ["dan-van"]), ("minh", ["noi-vu", "khác"]), ("chi", ["quan-tri"]), ("ai", [])):
            claims = {"name": person.title(), "groups": groups}
            httpx.put(f"{address}/users/{person}", json=claims).raise_for_status()
        yield between


@pytest.fixture(scope="module")
def log() -> AuditLog:
    return AuditLog()


@pytest.fixture(scope="module")
def address(identity: Proxy, log: AuditLog) -> Iterator[str]:
    known = Provider(identity.address, "tro-ly", "bi-mat", grants=GRANTS)
    with serving(LittleAssistant(), keys=KeyStore(), audit=log, provider=known) as address:
        yield address


@pytest.fixture(autouse=True)
def untampered(identity: Proxy) -> Iterator[None]:
    yield
    identity.tamper = lambda answer: answer


def begin(browser: httpx.Client, next: str = "/") -> str:
    """Where the assistant sends a browser that wants to sign in."""
    sent = browser.get("/sign-in/oidc/start", params={"next": next})
    assert sent.status_code == 302
    return sent.headers["location"]


def agree(at: str, person: str) -> str:
    """Where the provider sends the browser once the person has agreed."""
    answer = httpx.post(at, data={"sub": person})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def sign_in(browser: httpx.Client, person: str, next: str = "/") -> httpx.Response:
    return browser.get(agree(begin(browser, next), person))


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as browser:
        yield browser


def refused(answer: httpx.Response, browser: httpx.Client, problem: str = "failed") -> None:
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?problem={problem}")
    assert "policy_session" not in browser.cookies
    assert browser.get("/config").status_code == 401


def test_a_person_signs_in_asks_and_signs_out(browser: httpx.Client, log: AuditLog) -> None:
    page = browser.get("/?x=1", headers={"Accept": "text/html"})
    assert page.headers["location"] == "/sign-in?next=%2F%3Fx%3D1"
    assert 'href="sign-in/oidc/start?next=/%3Fx%3D1"' in browser.get(page.headers["location"]).text
    at = urlsplit(begin(browser, "/?x=1"))
    asked = parse_qs(at.query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{browser.base_url}/sign-in/oidc/callback".replace("//sign", "/sign")]
    assert asked["nonce"][0] and asked["state"][0]
    answer = browser.get(agree(at.geturl(), "lan"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/?x=1")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("policy_session"))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert browser.get("/v1/documents").json()["total"] == 3
    assert browser.get("/metrics").status_code == 403
    assert browser.post("/v1/ask", json={"question": QUESTION}).status_code == 401  # as with every cookie
    browser.post("/sign-out")
    assert browser.get("/v1/documents").status_code == 401


def test_groups_decide_what_is_seen(browser: httpx.Client, address: str) -> None:
    assert sign_in(browser, "minh").headers["location"] == "/"
    assert browser.get("/v1/documents").json()["total"] == 0  # nothing is in collection B
    with httpx.Client(base_url=address, timeout=30) as other:
        sign_in(other, "chi")
        assert other.get("/metrics").status_code == 200
    with httpx.Client(base_url=address, timeout=30) as stranger:
        refused(sign_in(stranger, "ai"), stranger, "no-group")


def test_it_leads_nowhere_else(browser: httpx.Client) -> None:
    assert sign_in(browser, "lan", next="//evil.example").headers["location"] == "/"


def test_an_answer_to_a_question_nobody_asked_is_refused(browser: httpx.Client, address: str) -> None:
    """State: the address of a sign-in begun in another browser, or in none, or used twice."""
    with httpx.Client(base_url=address, timeout=30) as attacker:
        back = agree(begin(attacker), "chi")
    refused(browser.get(back), browser)
    begin(browser)
    refused(browser.get(back), browser)
    refused(browser.get("/sign-in/oidc/callback?code=x&state=y"), browser)
    refused(browser.get("/sign-in/oidc/callback"), browser)
    used = agree(begin(browser), "lan")
    assert browser.get(used).headers["location"] == "/"
    browser.cookies.clear()
    refused(browser.get(used), browser)


def test_who_does_not_agree_is_not_signed_in(browser: httpx.Client) -> None:
    answer = httpx.post(begin(browser), data={"action": "deny"})
    refused(browser.get(answer.headers["location"]), browser)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, without a look at the signature."""
    head, claims = (base64.urlsafe_b64decode(piece + "==") for piece in token.split(".")[:2])
    return json.loads(head), json.loads(claims)


def other_key(token: str) -> str:
    head, claims = opened(token)
    return jwt.encode(head, {**claims, "groups": ["quan-tri"]}, RSAKey.generate_key(2048, {"kid": head.get("kid")}))


def unsigned(token: str) -> str:
    return f"{part({'alg': 'none'})}.{part(opened(token)[1])}."


def altered(token: str) -> str:
    head, claims = opened(token)
    return f"{part(head)}.{part({**claims, 'groups': ['quan-tri']})}.{token.split('.')[2]}"


FORGERIES = {
    "signed by another key": other_key,
    "not signed": unsigned,
    "claims altered": altered,
    "signature cut off": lambda token: token.rpartition(".")[0] + ".",
    "no token at all": lambda token: "",
    "not a token": lambda token: "abc",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_opens_nothing(browser: httpx.Client, identity: Proxy, forgery: str) -> None:
    identity.tamper = lambda answer: {**answer, "id_token": FORGERIES[forgery](answer["id_token"])}
    refused(sign_in(browser, "lan"), browser)


def test_an_answer_without_an_id_token_opens_nothing(browser: httpx.Client, identity: Proxy) -> None:
    identity.tamper = lambda answer: {name: value for name, value in answer.items() if name != "id_token"}
    refused(sign_in(browser, "lan"), browser)


def test_a_token_of_another_sign_in_opens_nothing(browser: httpx.Client, identity: Proxy, address: str) -> None:
    """Nonce: a genuine token, signed by the provider for this application, from another browser."""
    with httpx.Client(base_url=address, timeout=30) as other:
        sign_in(other, "chi")
    stolen = identity.seen[-1]
    identity.tamper = lambda answer: {**answer, "id_token": stolen["id_token"]}
    refused(sign_in(browser, "lan"), browser)


def test_a_token_for_another_application_opens_nothing(browser: httpx.Client, identity: Proxy) -> None:
    """Audience: a genuine token with the right nonce, made for another client of the provider."""
    at = begin(browser)
    nonce = parse_qs(urlsplit(at).query)["nonce"][0]
    query = {"client_id": "khac", "response_type": "code", "scope": "openid", "redirect_uri": "http://127.0.0.1/x",
             "state": "s", "nonce": f"{nonce}"}  # fmt: skip
    code = parse_qs(urlsplit(agree(f"{identity.address}/oauth2/authorize?{httpx.QueryParams(query)}", "lan")).query)
    form = {"grant_type": "authorization_code", "code": code["code"][0], "redirect_uri": "http://127.0.0.1/x",
            "client_id": "khac", "client_secret": "x"}  # fmt: skip
    other = httpx.post(f"{identity.address}/oauth2/token", data=form).json()
    assert opened(other["id_token"])[1]["aud"] in ("khac", ["khac"])
    assert opened(other["id_token"])[1]["nonce"] == nonce
    back = agree(at.replace(nonce, "doi-ten"), "lan")  # the provider takes a nonce once
    identity.tamper = lambda answer: {**answer, "id_token": other["id_token"]}
    refused(browser.get(back), browser)


def test_an_expired_token_opens_nothing() -> None:
    with provider(token_seconds=-3600) as issuer:
        httpx.put(f"{issuer}/users/lan", json={"groups": ["dan-van"]}).raise_for_status()
        known = Provider(issuer, "tro-ly", "x", grants=GRANTS)
        with serving(LittleAssistant(), provider=known) as address, httpx.Client(base_url=address) as browser:
            refused(sign_in(browser, "lan"), browser)


def test_another_issuer_than_the_configured_one_opens_nothing(identity: Proxy) -> None:
    """The provider calls itself by the name it is asked under; here that is not the name configured."""
    known = Provider(identity.address.replace("127.0.0.1", "localhost"), "tro-ly", "x", grants=GRANTS)
    identity.tamper = lambda answer: {**answer, "id_token": identity.seen[0]["id_token"]}
    with serving(LittleAssistant(), provider=known) as address, httpx.Client(base_url=address) as browser:
        refused(sign_in(browser, "lan"), browser)


def test_a_provider_that_is_away_is_said_to_be() -> None:
    known = Provider(f"http://127.0.0.1:{free_port()}", "tro-ly", grants=GRANTS, name="Cổng cán bộ")
    with serving(LittleAssistant(), provider=known) as address, httpx.Client(base_url=address) as browser:
        sent = browser.get("/sign-in/oidc/start")
        assert sent.headers["location"] == "/sign-in?problem=unreachable"
        page = browser.get(sent.headers["location"]).text
        assert "Chưa kết nối được hệ thống đăng nhập" in page
        assert "Đăng nhập bằng Cổng cán bộ" in page


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["không biết"], None),
        (["a"], Grant(collections=("A",))),
        (["a", "a", "b"], Grant(collections=("A", "B"))),
        (["edit-b"], Grant(role="editor", collections=("B",))),
        (["a", "edit-b"], Grant(collections=("A", "B"))),  # what may be done in B must not spread to A
        (["b", "edit-b"], Grant(role="editor", collections=("B",))),
        (["edit-b", "edit-a", "a"], Grant(role="editor", collections=("A", "B"))),
        (["a", "all"], Grant()),
        (["edit-b", "all"], Grant()),
        (["a", "admin"], Grant(role="admin")),
    ],
)
def test_what_groups_open_together(groups: list[str], expected: Grant | None) -> None:
    grants = {"a": Grant(collections=("A",)), "b": Grant(collections=("B",)), "all": Grant(),
              "edit-a": Grant(role="editor", collections=("A",)), "edit-b": Grant(role="editor", collections=("B",)),
              "admin": Grant(role="admin")}  # fmt: skip
    assert combined(groups, grants) == expected
