"""The clients printed in the README, run as they stand against a server with keys."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import serving

from assistant.access import KeyStore
from assistant.chain import PolicyAssistant
from assistant.reference import markdown
from assistant.settings import PREFIX, Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
PRINTED = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def environment(sample_assistant: PolicyAssistant) -> Iterator[dict[str, str]]:
    keys = KeyStore()
    _, key = keys.create("README")
    with serving(sample_assistant, keys=keys) as address:
        yield {**os.environ, "POLICY_KEY": key, "ADDRESS": address}


def example(language: str, holding: str) -> str:
    """The one block of that language in the README that holds the words."""
    (found,) = [block for block in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL) if holding in block]
    return found


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl_client(environment: dict[str, str]) -> None:
    script = example("bash", "curl -s").replace(PRINTED, environment["ADDRESS"])
    answer = json.loads(run(["bash", "-c", script], environment))
    assert answer["status"] == "answered"
    assert answer["citations"]


def test_python_client(environment: dict[str, str]) -> None:
    script = example("python", "httpx.stream")
    assert len(script.splitlines()) <= 15
    shown = run([sys.executable, "-c", script.replace(PRINTED, environment["ADDRESS"])], environment)
    assert "[1]" in shown
    assert "22/2023/QĐ-UBND" in shown
    refused = {**environment, "POLICY_KEY": "sai"}
    done = subprocess.run([sys.executable, "-c", script.replace(PRINTED, environment["ADDRESS"])], env=refused,
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert "401" in done.stderr


def test_the_table_of_settings_is_current() -> None:
    assert markdown(Settings.model_construct()) in README, "run: python -m assistant.reference README.md"
    for name in re.findall(rf"{PREFIX}([A-Z_]+)", README):
        assert name.lower() in Settings.model_fields, name
