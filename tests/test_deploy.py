"""What is delivered for servers: container files, service, proxy (run for real where nginx is there), bundle."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
import yaml
from little_assistant import LittleAssistant
from playwright.sync_api import expect, sync_playwright
from serving import serving
from test_widget import CHROMIUM, FLAGS, free_port

from assistant.access import KeyStore
from assistant.api import ServiceLimits
from assistant.deploy.bundle import DELIVERED, HERE, SUMS, pack, write_sums
from assistant.deploy.closure import PREPARING, needed
from assistant.server import path_prefix
from assistant.types import Delta, Event, Query
from assistant.ui.strings import VIETNAMESE

ROOT = Path(__file__).parents[1]
QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")


# --- containers and service ------------------------------------------------------------------------------------------
def test_dockerfile_passes_hadolint_and_ends_without_root() -> None:
    linter = shutil.which("hadolint") or str(Path(sys.executable).with_name("hadolint"))
    done = subprocess.run([linter, str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert users[-1] not in ("root", "0")


def test_compose_names_what_this_version_speaks_with() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert services["chroma"]["image"] == f"chromadb/chroma:{version('chromadb')}"
    assistant = services["assistant"]
    assert assistant["environment"]["ASSISTANT_CHROMA_URL"] == "http://chroma:8000"
    assert assistant["read_only"] and assistant["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in assistant["ports"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_service_is_one_that_systemd_reads(tmp_path: Path) -> None:
    unit = tmp_path / "policy-assistant.service"
    text = (HERE / unit.name).read_text().replace("=policy-assistant\n", "=daemon\n")
    unit.write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "policy-assistant.service" not in done.stderr, done.stderr


# --- behind nginx ----------------------------------------------------------------------------------------------------
class Gated(LittleAssistant):
    """Says its first words, then waits until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def stream(self, query: Query) -> Iterator[Event]:
        for event in super().stream(query):
            yield event
            if isinstance(event, Delta):
                assert self.go_on.wait(60)


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[str]:
    """nginx with the example as it is delivered, but for the port of the assistant."""
    port = free_port()
    example = (HERE / "nginx.conf").read_text().replace("http://127.0.0.1:7860", upstream)
    (folder / "tmp").mkdir()
    temporary = "".join(
        f"{kind}_temp_path {folder}/tmp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr error; events {{}}\n"
        f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port};\n{example}\n}} }}\n"
    )
    process = subprocess.Popen([str(shutil.which("nginx")), "-c", str(folder / "nginx.conf"), "-e", "stderr"])
    try:
        while True:
            assert process.poll() is None, "nginx did not start"
            try:
                httpx.get(f"http://127.0.0.1:{port}/tro-ly/healthz", timeout=5)
                break
            except httpx.ConnectError:
                continue
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@needs_nginx
def test_nginx_streams_under_a_path_of_another_site(tmp_path: Path) -> None:
    assistant, keys = Gated(), KeyStore()
    _, key = keys.create("a")
    headers = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
    limits = ServiceLimits(max_body_bytes=4_000_000)
    with (
        serving(assistant, limits, root_path=path_prefix("https://tinh.vn/tro-ly/"), keys=keys) as upstream,
        nginx(tmp_path, upstream) as site,
        httpx.Client(base_url=site, timeout=60) as client,
    ):
        with client.stream("POST", "/tro-ly/v1/ask", json={"question": QUESTION}, headers=headers) as answer:
            lines = answer.iter_lines()
            assert any('"delta"' in line for line in lines)  # while the assistant has not gone on
            assistant.go_on.set()
            assert any("event: done" in line for line in lines)
        page = client.get("/tro-ly/", headers={"Accept": "text/html"})
        assert page.headers["location"] == "/tro-ly/sign-in?next=%2F"
        signed = client.post("/tro-ly/sign-in", data={"key": key, "next": "/"})
        assert signed.headers["location"] == "/tro-ly/"
        assert "Path=/tro-ly" in signed.headers["set-cookie"]
        assert client.get("/tro-ly/v1/documents").json()["total"] == 3
        assert client.get("/tro-ly/widget.js").status_code == 200
        assert client.get("/tro-ly").status_code == 301
        upload = {"file": ("a.txt", b"x" * 2_000_000)}  # more than nginx takes unless it is told to
        refused = client.post("/tro-ly/v1/documents", files=upload, headers=headers)
        assert refused.json()["type"] == "/problems/method-not-allowed"  # it came through; this server takes no files


@needs_nginx
@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
def test_the_chat_works_under_a_path(tmp_path: Path) -> None:
    wrong: list[str] = []
    with (
        serving(LittleAssistant(), root_path="/tro-ly") as upstream,
        nginx(tmp_path, upstream) as site,
        sync_playwright() as playwright,
    ):
        inside = (f"{site}/tro-ly/", "data:")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        page = browser.new_page()
        page.on("response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.on("request", lambda r: None if r.url.startswith(inside) else wrong.append(r.url))
        page.goto(f"{site}/tro-ly/")
        expect(page.get_by_role("heading", name=VIETNAMESE.greeting)).to_be_visible(timeout=30_000)
        page.get_by_role("textbox", name="Câu hỏi").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#pa-current .exchange:not(.working)")).to_contain_text("8 triệu đồng", timeout=30_000)
        page.locator("#pa-current button.cite").click()
        expect(page.locator("#pa-viewer mark")).to_contain_text("8 triệu đồng")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải về .docx").click()
        assert download.value.suggested_filename.endswith(".docx")
        browser.close()
    assert wrong == []


# --- the bundle ------------------------------------------------------------------------------------------------------
def test_what_is_delivered_serves_and_does_not_prepare() -> None:
    names = needed("policy-assistant")
    assert {"fastapi", "chromadb", "gradio", "onnxruntime", "tantivy", "uvicorn", "uvloop"} <= set(names)
    assert not PREPARING & set(names)
    assert "scipy" not in names and "scikit-learn" not in names  # they only come with what prepares models
    assert names["chromadb"] == version("chromadb")


def little_bundle(folder: Path) -> Path:
    """A bundle as `make bundle` lays it out, with one small wheel and a model that is a word."""
    (folder / "wheels").mkdir(parents=True)
    (folder / "models" / "m").mkdir(parents=True)
    (folder / "models" / "m" / "model.onnx").write_text("x")
    with zipfile.ZipFile(folder / "wheels" / "policy_assistant-9-py3-none-any.whl", "w") as wheel:
        info = "policy_assistant-9.dist-info"
        wheel.writestr("little.py", "import os, sys\ndef main(): print(sys.argv[1:], os.listdir(os.environ['D']))\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: policy-assistant\nVersion: 9\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\nassistant = little:main\n")
        wheel.writestr(f"{info}/RECORD", "")
    for name in DELIVERED:
        shutil.copy2(HERE / name, folder / name)
    (folder / "PYTHON").write_text(f"{sys.version_info.major}.{sys.version_info.minor}\n")
    write_sums(folder)
    return folder


def install(folder: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(folder / "install.sh"), str(target)]
    environment = {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable}
    return subprocess.run(command, capture_output=True, text=True, timeout=180, env=environment, check=False)


def test_an_archive_installs_and_starts(tmp_path: Path) -> None:
    archive = pack(little_bundle(tmp_path / "goi"), tmp_path / "dist")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "mo", filter="data")
    target = tmp_path / "opt"
    done = install(tmp_path / "mo" / "goi", target)
    assert done.returncode == 0, done.stderr
    assert (target / "data" / "models" / "m" / "model.onnx").read_text() == "x"
    empty = tmp_path / "kho"
    environment = {"ASSISTANT_DATA_DIR": str(empty), "D": str(empty), "PATH": "/usr/bin:/bin"}
    command = ["sh", str(target / "start.sh"), "serve"]
    started = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert started.stdout == "['serve'] ['models']\n"  # an empty data folder gets the model


def test_a_bundle_that_does_not_fit_says_why(tmp_path: Path) -> None:
    folder = little_bundle(tmp_path / "goi")
    (folder / "PYTHON").write_text("3.9\n")
    write_sums(folder)
    refused = install(folder, tmp_path / "opt")
    assert refused.returncode == 2
    assert "dành cho Python 3.9" in refused.stderr
    (folder / "models" / "m" / "model.onnx").write_text("y")
    refused = install(folder, tmp_path / "opt")
    assert (refused.returncode, "damaged" in refused.stderr) == (2, True)
    assert not (tmp_path / "opt").exists()


def test_sums_are_those_that_sha256sum_reads(tmp_path: Path) -> None:
    folder = little_bundle(tmp_path / "goi")
    lines = dict(reversed(line.split("  ")) for line in (folder / SUMS).read_text().splitlines())
    assert lines["models/m/model.onnx"] == hashlib.sha256(b"x").hexdigest()
    assert json.dumps(sorted(lines)).count("wheels/") == 1
