"""The architecture: imports point one way, and the packages are the ones of this repository."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"prompts", "vectorstore", "ingest", "assistant", "eval"}
MAY_IMPORT = {
    "prompts": set(),
    "vectorstore": set(),
    "ingest": {"vectorstore"},
    "assistant": {"prompts", "vectorstore"},
    "eval": {"assistant", "vectorstore"},
}
KNOW_INGEST = {"assistant/wiring.py", "assistant/cli.py", "assistant/commands/ingest_view.py"}


def imported_packages(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names & OURS


@pytest.mark.parametrize("package", sorted(OURS))
def test_imports_point_one_way(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        allowed = MAY_IMPORT[package] | {package} | ({"ingest"} if name in KNOW_INGEST else set())
        assert imported_packages(path) <= allowed, name


@pytest.mark.parametrize("package", sorted(OURS))
def test_packages_are_those_of_this_repository(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ is not None
    assert ROOT in Path(module.__file__).parents


def test_top_level_has_no_other_code_folder() -> None:
    folders = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/*.py")}
    assert {name for name in folders if not name.startswith(".")} <= OURS | {"tests", "build", "dist"}


OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import assistant.ui
assert any("gradio" in path for path in opened)
print([path for path in opened if path.endswith(".pyi")])
"""


def test_gradio_is_imported_without_looking_at_the_stubs_that_editors_read() -> None:
    done = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
